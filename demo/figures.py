"""People counts and sales figures, chosen as a person does in the account's options, and their past."""

from collections.abc import Sequence
from dataclasses import dataclass

from demo.client import Client
from demo.json_value import Json, at, items, text
from demo.waiting import until

KINDS = ("visitors", "sales", "conversion")


class OptionsError(Exception):
    """The account's options did not take what was chosen."""


async def choose_figures(client: Client, entry_id: str, node_ids: Sequence[int]) -> None:
    """Choose visitors, sales and conversion of some places; their past is fetched from then on.

    Raises:
        OptionsError: the form was refused.
    """
    path = "/api/config/config_entries/options/flow"
    menu = await client.rest("POST", path, {"handler": entry_id})
    flow = f"{path}/{text(menu, 'flow_id')}"
    await client.rest("POST", flow, {"next_step_id": "figures"})
    places: list[Json] = [str(node_id) for node_id in node_ids]
    done = await client.rest("POST", flow, {"figure_nodes": places, "figure_kinds": list(KINDS)})
    if at(done, "type") != "create_entry":
        raise OptionsError(f"{at(done, 'errors')}")


async def statistic_of(client: Client, kind: str) -> str:
    """Wait until the first hours of a figure's past are there; give the statistic's id."""

    async def found() -> str | None:
        listed = items(await client.command("recorder/list_statistic_ids"))
        ids = (text(each, "statistic_id") for each in listed)
        return next((each for each in ids if each.startswith("netrex:") and each.endswith(f"_{kind}")), None)

    return await until(found, f"the past of {kind}")


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
