"""What the recorder keeps of people counts and sales figures."""

from dataclasses import dataclass

from demo.client import Client
from demo.figures import statistic_of
from demo.json_value import at, items


@dataclass(frozen=True, slots=True)
class Past:
    """What the recorder keeps of a figure. begins_at, ends_at: seconds since 1970."""

    begins_at: int
    ends_at: int
    hours: int
    total: float


async def past_of(client: Client, kind: str, hours: int) -> Past | None:
    """What is kept of a figure's past by now; None: fewer hours than so many."""
    statistic = await statistic_of(client, kind)
    found = await client.command(
        "recorder/statistics_during_period",
        start_time="2020-01-01T00:00:00Z",
        statistic_ids=[statistic],
        period="hour",
        types=["sum"],
    )
    rows = items(found, statistic)
    if len(rows) < hours:
        return None
    match at(rows[0], "start"), at(rows[-1], "end"), at(rows[-1], "sum"):
        case int(start), int(end), int() | float() as total:
            return Past(start // 1000, end // 1000, len(rows), total)
        case _:
            return None
