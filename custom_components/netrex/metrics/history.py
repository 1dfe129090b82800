"""The past of metrics: hour by hour into long-term statistics, thirty days back at first, then with every hour.

The statistics are the integration's own (`netrex:...`), beside those that Home Assistant makes of the sensors, which
begin with the sensor.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, groupby, takewhile
import logging
from operator import itemgetter
import random
import time
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..cloud import BusyError, CloudError
from ..cloud.metrics import MetricQuery
from ..cloud.recordings import Interval
from ..tasks.timing import Timing
from .metric import Metric
from .reader import MAX_AT_ONCE, MetricReader
from .statistics import HOUR, MetricStatistics

_LOGGER = logging.getLogger(__name__)

#: Seconds after its end until an hour is requested: it is requested once, so everything should have arrived.
_SETTLES: Final = 900


@dataclass(slots=True)
class _Progress:
    """How far the past of one metric was fetched: the first hour that was not, and the sum of those before it."""

    next_hour: int
    total: float


class MetricHistory:
    """Fetches the past of an account's metrics, one request at a time. `metrics` returns those that are wanted now."""

    def __init__(
        self,
        reader: MetricReader,
        metrics: Callable[[], Sequence[Metric]],
        statistics: MetricStatistics,
        timing: Timing,
    ) -> None:
        self._timing = timing
        self._reader = reader
        self._metrics = metrics
        self._statistics = statistics
        self._progress: dict[Metric, _Progress] = {}
        self._after = _SETTLES + random.uniform(0, timing.metric_spread)  # noqa: S311 - no secret
        #: End of the last hour that was fetched, seconds since 1970.
        self.ends_at = 0
        #: Hours kept since the account was loaded, and the class of the last failure, for diagnostics.
        self.hours = 0
        self.last_failure: str | None = None

    async def keep(self) -> None:
        """Fetch what is missing, then every hour as it ends; never returns."""
        wait = self._timing.metric_retry_first
        while True:
            try:
                complete = await self._catch_up()
            except (CloudError, HomeAssistantError) as err:
                self.last_failure = type(err).__name__
                _LOGGER.debug("The past of metrics can't be fetched now: %s", err)
                asked_to_wait = err.retry_after if isinstance(err, BusyError) else None
                await asyncio.sleep(max(wait, asked_to_wait or 0) * random.uniform(1.0, 1.2))  # noqa: S311 - no secret
                wait = min(wait * 2, self._timing.metric_retry_longest)
            except Exception as err:
                # The next hour is another try.
                _LOGGER.exception("Unexpected error while the past of metrics was fetched")
                self.last_failure = type(err).__name__
                await asyncio.sleep(self._timing.metric_retry_longest)
            else:
                wait = self._timing.metric_retry_first
                self.last_failure = None if complete else "SomeHoursFailed"
                until_next = self.ends_at + HOUR + self._after - time.time()
                at_least, at_most = self._timing.metric_round_shortest, self._timing.metric_round_longest
                await asyncio.sleep(min(max(until_next, at_least), at_most))

    async def _catch_up(self) -> bool:
        """Fetch all hours that are over and missing; return whether none has failed.

        A metric of which an hour failed is left until the next time: its hours have to come in their order.
        """
        ends_at = int((time.time() - self._after) // HOUR * HOUR)
        progress = {metric: await self._progress_of(metric, ends_at) for metric in self._metrics()}
        failed: set[Metric] = set()
        for part in batched(_missing(progress, ends_at, failed), MAX_AT_ONCE, strict=False):
            found = await self._reader.read([query for _, query in part])
            for metric, queries in groupby(part, itemgetter(0)):
                if not self._keep(metric, [query for _, query in queries], found):
                    failed.add(metric)
            await asyncio.sleep(self._timing.metric_pause * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
        self.ends_at = ends_at
        return not failed

    async def _progress_of(self, metric: Metric, ends_at: int) -> _Progress:
        """Return how far a metric was fetched: at first, and after a clock that was ahead, as the recorder has it."""
        progress = self._progress.get(metric)
        if progress is None or progress.next_hour > ends_at:
            last_hour, total = await self._statistics.last_hour(metric, ends_at)
            next_hour = 0 if last_hour is None else last_hour + HOUR
            progress = self._progress[metric] = _Progress(next_hour, total)
        progress.next_hour = max(progress.next_hour, ends_at - self._timing.metric_history)
        return progress

    def _keep(self, metric: Metric, queries: Sequence[MetricQuery], found: Mapping[MetricQuery, float | None]) -> bool:
        """Store hours up to the first one that failed; return whether none has. Hours without a value are left out."""
        answered = list(takewhile(found.__contains__, queries))
        values = [(query.interval.begins_at, value) for query in answered if (value := found[query]) is not None]
        progress = self._progress[metric]
        if values:
            progress.total = self._statistics.add(metric, values, progress.total)
            self.hours += len(values)
        if answered:
            progress.next_hour = answered[-1].interval.ends_at
        return len(answered) == len(queries)


def _missing(
    progress: Mapping[Metric, _Progress], ends_at: int, failed: set[Metric]
) -> Iterator[tuple[Metric, MetricQuery]]:
    """Yield what has to be requested: metric by metric, oldest hours first; nothing more of a metric that failed."""
    for metric, fetched in progress.items():
        for begins_at in range(fetched.next_hour, ends_at, HOUR):
            if metric in failed:
                break
            yield metric, metric.during(Interval(begins_at, begins_at + HOUR))
