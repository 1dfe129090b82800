"""People counts and sales figures: made up, yet the same every time, and never the same for two nodes or two metrics.

Cameras count people, cash desks count transactions; a folder or location has what lies below it (NX-KPI).
"""

from collections.abc import Iterable
from enum import Enum
import zlib

from .service import Service
from .world import Node, NodeType

QUARTER = 900
"""Seconds: what is counted is kept for each quarter of an hour (CONFIRMED, NX-KPI-6)."""
_QUARTERS_A_DAY = 96
_OPEN = range(32, 80)
"""Quarters of a day, UTC, in which people come: 8:00 to 20:00."""
_LONGEST = 400 * _QUARTERS_A_DAY


class Metric(Enum):
    """Metrics that the page names; the real enum has more."""

    PEOPLE_COUNT_IN = "peopleCountIn"
    PEOPLE_COUNT_AVERAGE = "peopleCountAverage"
    PEOPLE_COUNT_PASS_BY = "peopleCountPassBy"  # noqa: S105 - no password
    TRANSACTION_COUNT_IN = "transactionCountIn"
    TRANSACTION_COUNT_OUT = "transactionCountOut"
    TRANSACTION_COUNT_POSITIVE = "transactionCountPositive"
    TRANSACTION_COUNT_NEGATIVE = "transactionCountNegative"
    CONVERSION_COUNT = "conversionCount"


_RAW = {
    Metric.PEOPLE_COUNT_IN: "in",
    Metric.PEOPLE_COUNT_PASS_BY: "passing",
    Metric.TRANSACTION_COUNT_IN: "sale",
    Metric.TRANSACTION_COUNT_OUT: "refund",
}
"""What `statisticData` returns for a single source (CONFIRMED, NX-KPI-2)."""
_MOST = {"in": 9, "out": 9, "passing": 40, "sale": 5, "refund": 2}
"""Of one source in a quarter of an hour."""
_SOURCES = {
    "in": NodeType.CAMERA,
    "out": NodeType.CAMERA,
    "passing": NodeType.CAMERA,
    "sale": NodeType.CASHDESK,
    "refund": NodeType.CASHDESK,
}


def raw_figure(service: Service, node: Node, metric: Metric, begins_at: int, ends_at: int) -> float | None:
    """Return what one source counted; None where it is no source of that (INFERRED, NX-KPI-10).

    Raises:
        ValueError: the interval is empty or too long.
    """
    what = _RAW.get(metric)
    return None if what is None else _counted(service, [node], what, begins_at, ends_at)


def figure(service: Service, node: Node, metric: Metric, begins_at: int, ends_at: int) -> float | None:
    """Give a metric of a node and all below it; None where nothing of the kind is counted (INFERRED, NX-KPI-10).

    Conversion is sales for a hundred visitors (CONFIRMED, NX-KPI-1); that visitors are the average of who comes and
    who leaves is a guess (UNKNOWN, NX-KPI-9).

    Raises:
        ValueError: the interval is empty or too long.
    """
    below = list(service.world.subtree(node.node_id))

    def counted(what: str) -> float | None:
        return _counted(service, below, what, begins_at, ends_at)

    def visitors() -> float | None:
        came, left = counted("in"), counted("out")
        return None if came is None or left is None else (came + left) / 2

    match metric:
        case Metric.PEOPLE_COUNT_AVERAGE:
            return visitors()
        case Metric.PEOPLE_COUNT_PASS_BY:
            return counted("passing")
        case Metric.TRANSACTION_COUNT_POSITIVE:
            return counted("sale")
        case Metric.TRANSACTION_COUNT_NEGATIVE:
            return counted("refund")
        case Metric.CONVERSION_COUNT:
            sales, came = counted("sale"), visitors()
            return sales / came * 100 if came and sales is not None else None
        case _:
            return None


def _counted(service: Service, nodes: Iterable[Node], what: str, begins_at: int, ends_at: int) -> float | None:
    """Add up what the sources among the nodes counted; of a quarter asked for in part, that part (NX-KPI-13)."""
    if not 0 < ends_at - begins_at <= _LONGEST * QUARTER:
        raise ValueError("The interval is empty or too long")
    sources = [node for node in nodes if node.type is _SOURCES[what] and node.counts and ends_at > node.counts_from]
    if not sources:
        return None
    known_until = service.clock() - service.switches.figures_delay
    total = 0.0
    for quarter in range(begins_at // QUARTER, -(-ends_at // QUARTER)):
        begin, end = quarter * QUARTER, (quarter + 1) * QUARTER
        if end > known_until or quarter % _QUARTERS_A_DAY not in _OPEN:
            continue
        share = (min(end, ends_at) - max(begin, begins_at)) / QUARTER
        total += share * sum(_in_quarter(source, what, quarter) for source in sources if begin >= source.counts_from)
    return total


def _in_quarter(source: Node, what: str, quarter: int) -> int:
    return zlib.crc32(f"{source.node_id} {what} {quarter}".encode()) % (_MOST[what] + 1)


def refusal(service: Service, asked: int) -> str | None:
    """Count a request for so many figures; give the words with which it is refused, if there are too many."""
    counters = service.counters
    counters["figures:requests"] += 1
    counters["figures:values"] += asked
    counters["figures:most_at_once"] = max(asked, counters["figures:most_at_once"])
    most = service.switches.figures_at_once
    return None if most is None or asked <= most else f"Query is too complex: {asked} of at most {most}"
