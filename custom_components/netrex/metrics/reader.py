"""Asks the cloud for metrics, and learns what a provider refuses: much of how it is asked is not documented."""

from collections.abc import Sequence
from itertools import batched
import logging
from typing import Final

from ..cloud import CloudClient, ProtocolError
from ..cloud.metrics import MetricQuery, read_metrics

_LOGGER = logging.getLogger(__name__)

#: Metrics in one request where the provider refuses more, and always where their past is asked for.
MAX_AT_ONCE: Final = 100


class MetricReader:
    """Asks for one account.

    One request is enough for any number of metrics, unless the provider has refused that once. Then smaller ones are
    tried, and such without the query whose arguments are INFERRED (NX-KPI-3): a wrong guess must not cost what is
    documented.
    """

    def __init__(self, cloud: CloudClient) -> None:
        """Expect that everything can be asked for at once."""
        self._cloud = cloud
        self._at_once: int | None = None
        #: Whether what single cameras counted can't be asked for in the way that was tried.
        self.raw_refused = False
        #: Requests made, for diagnostics.
        self.requests = 0

    @property
    def at_once(self) -> int | None:
        """How many metrics a request may have; None while no number has been refused."""
        return self._at_once

    async def read(self, questions: Sequence[MetricQuery]) -> dict[MetricQuery, float | None]:
        """Return what the cloud knows; questions that failed by themselves are left out.

        Raises:
            CloudError: nothing usable came.
        """
        asked = [question for question in questions if not (self.raw_refused and question.metric.is_raw)]
        found: dict[MetricQuery, float | None] = {}
        for part in batched(asked, self._at_once or max(len(asked), 1), strict=False):
            found |= await self._read_part(part)
        return found

    async def _read_part(self, part: Sequence[MetricQuery]) -> dict[MetricQuery, float | None]:
        try:
            return await self._ask(part)
        except ProtocolError:
            raw = [question for question in part if question.metric.is_raw]
            if len(raw) in {0, len(part)}:
                return await self._ask_for_less(part)
        return await self._ask_separately([each for each in part if not each.metric.is_raw], raw)

    async def _ask_separately(
        self, sure: Sequence[MetricQuery], raw: Sequence[MetricQuery]
    ) -> dict[MetricQuery, float | None]:
        """Both together were refused: find out whether it is because of what is INFERRED (NX-KPI-3)."""
        found = await self._read_part(sure)
        try:
            found |= await self._read_part(raw)
        except ProtocolError:
            _LOGGER.warning("The provider does not tell what single cameras counted (peopleCountIn)")
            self.raw_refused = True
        else:
            self._note_limit(len(sure) + len(raw))
        return found

    async def _ask_for_less(self, part: Sequence[MetricQuery]) -> dict[MetricQuery, float | None]:
        """So many were refused: maybe fewer are not."""
        if len(part) <= MAX_AT_ONCE:
            raise ProtocolError("the cloud refused to tell metrics")
        found: dict[MetricQuery, float | None] = {}
        for fewer in batched(part, MAX_AT_ONCE, strict=False):
            found |= await self._ask(fewer)
        self._note_limit(len(part))
        return found

    def _note_limit(self, refused: int) -> None:
        if refused > MAX_AT_ONCE:
            _LOGGER.info("The provider refused %s metrics at once; from now on %s are asked for", refused, MAX_AT_ONCE)
            self._at_once = MAX_AT_ONCE

    async def _ask(self, questions: Sequence[MetricQuery]) -> dict[MetricQuery, float | None]:
        self.requests += 1
        return await read_metrics(self._cloud, questions)
