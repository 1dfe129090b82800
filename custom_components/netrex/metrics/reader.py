"""Asks the cloud for metrics, and remembers what a provider refuses: much of how to ask is not documented."""

from collections.abc import Sequence
from itertools import batched
import logging
from typing import Final

from ..cloud import CloudClient, ProtocolError
from ..cloud.metrics import MetricQuery, read_metrics
from ..transport.facts import Fact

_LOGGER = logging.getLogger(__name__)

#: Values in one request: nothing says how many a provider answers.
MAX_AT_ONCE: Final = 100


class MetricReader:
    """Asks for one account.

    The query for single cameras has arguments that are INFERRED (NX-KPI-3). Where it is refused, the documented one
    still works.
    """

    def __init__(self, cloud: CloudClient) -> None:
        self._cloud = cloud
        #: Whether the provider refuses the query for single cameras.
        self.raw_refused = False
        #: Requests made, for diagnostics.
        self.requests = 0

    async def read(self, queries: Sequence[MetricQuery]) -> dict[MetricQuery, float | None]:
        """Return what the cloud knows; queries that failed alone are left out.

        Raises:
            CloudError: nothing usable came.
        """
        asked = [query for query in queries if not (self.raw_refused and query.metric.is_raw)]
        found: dict[MetricQuery, float | None] = {}
        for part in batched(asked, MAX_AT_ONCE, strict=False):
            found |= await self._read_part(part)
        return found

    async def _read_part(self, part: Sequence[MetricQuery]) -> dict[MetricQuery, float | None]:
        raw = [query for query in part if query.metric.is_raw]
        try:
            return await self._ask(part)
        except ProtocolError:
            if len(raw) in {0, len(part)}:
                raise
        found = await self._ask([query for query in part if not query.metric.is_raw])
        try:
            found |= await self._ask(raw)
        except ProtocolError:
            _LOGGER.warning("The provider does not return what single cameras counted (peopleCountIn)")
            self.raw_refused = True
            self._cloud.calls.observed(Fact.CAMERA_COUNTS, "refused")
        return found

    async def _ask(self, queries: Sequence[MetricQuery]) -> dict[MetricQuery, float | None]:
        self.requests += 1
        found = await read_metrics(self._cloud, queries)
        if any(query.metric.is_raw for query in found):
            self._cloud.calls.observed(Fact.CAMERA_COUNTS, "answered")
        return found
