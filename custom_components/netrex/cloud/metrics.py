"""People counts and sales metrics of cameras and places, many in one request. CONFIRMED metrics (NX-KPI)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeIs

from ..transport.answers import Json
from ..transport.values import finite_number
from .client import CloudClient
from .errors import ProtocolError
from .recordings import Interval

#: More than this of anything is a mistake.
_MOST: Final = 1e15
_NO_VALUE: Final = ""


class MetricType(StrEnum):
    """What is counted; the values are those of the cloud's enum `StatisticDataMetricType`. CONFIRMED (NX-KPI-1)."""

    #: People who came in, as one camera counted them.
    VISITORS_IN = "peopleCountIn"
    #: Visitors, also of a whole place; what the average in its name is of is UNKNOWN (NX-KPI-9).
    VISITORS = "peopleCountAverage"
    PASSERS_BY = "peopleCountPassBy"
    SALES = "transactionCountPositive"
    REFUNDS = "transactionCountNegative"
    #: Sales for a hundred visitors.
    CONVERSION = "conversionCount"

    @property
    def is_raw(self) -> bool:
        """Whether it is known of a source only, a camera, and by the other query. CONFIRMED (NX-KPI-2)."""
        return self is MetricType.VISITORS_IN


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One metric of a camera, or of a location or folder with all below it, in one interval.

    Metrics are kept by quarters of an hour; the cloud computes other intervals (CONFIRMED, NX-KPI-6).
    """

    metric: MetricType
    node_id: int
    interval: Interval


async def read_metrics(cloud: CloudClient, queries: Sequence[MetricQuery]) -> dict[MetricQuery, float | None]:
    """Return a metric for each query, in one request. Needs the permission `read` (INFERRED, NX-SCOPE-2).

    `statisticDataMetric(from,to,type,node_id)` is CONFIRMED (NX-KPI-1), its repetition as aliases is standard GraphQL.
    Of `statisticData`, only the name is CONFIRMED; that it takes the same arguments is INFERRED (NX-KPI-3). None where
    nothing of the kind is counted (INFERRED, NX-KPI-10); failed queries are left out.
    """
    if not queries:
        return {}
    asked = " ".join(
        f"f{number}: {'statisticData' if query.metric.is_raw else 'statisticDataMetric'}"
        f"(from: {query.interval.begins_at}, to: {query.interval.ends_at}, "
        f"type: {query.metric}, node_id: {query.node_id})"
        for number, query in enumerate(queries)
    )
    data = await cloud.query(f"{{ {asked} }}", partial=True)
    answers = ((query, data.get(f"f{number}", _NO_VALUE)) for number, query in enumerate(queries))
    found = {query: None if value is None else float(value) for query, value in answers if _is_value(value)}
    if not found:
        raise ProtocolError("no metric is a number")
    return found


def _is_value(value: Json) -> TypeIs[int | float | None]:
    """Return whether this is a number, or none; not always a whole one (INFERRED, NX-KPI-10)."""
    if value is None:
        return True
    number = finite_number(value)
    return number is not None and abs(number) <= _MOST
