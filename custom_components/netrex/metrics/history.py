"""The past of metrics: hour by hour into long-term statistics, thirty days back at first, then with every hour.

The statistics are the integration's own (`netrex:...`), beside those that Home Assistant makes of the sensors, which
begin with the sensor.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
import logging
import random
import time
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..cloud import BusyError, CloudError
from ..cloud.metrics import MetricQuery
from ..cloud.recordings import Interval
from .metric import Metric
from .reader import MAX_AT_ONCE, MetricReader
from .wall_clock import WallClock

_LOGGER = logging.getLogger(__name__)

HOUR: Final = 3600
#: How far back the past is fetched; what is older stays unknown.
REACH: Final = 30 * 24 * HOUR
#: Seconds after its end until an hour is asked for: it is asked for once, so everything should have arrived.
SETTLES: Final = 900
#: Seconds by which homes differ, so that they don't ask in the same moment.
SPREAD: Final = 300.0
#: Seconds between two requests: thirty days of one metric are eight.
_PAUSE: Final = 2.0
#: Seconds between two rounds, whatever the clock does: it may be set.
_AT_LEAST: Final = 1.0
_AT_MOST: Final = 3600.0
#: Seconds until the next try after a failure.
_FIRST_WAIT: Final = 60.0
_LONGEST_WAIT: Final = 3600.0


@dataclass(slots=True)
class Progress:
    """How far the past of one metric is kept.

    Attributes:
        next_hour: begin of the first hour that has not been asked for, seconds since 1970.
        last_hour: begin of the last hour that is kept; None: none is.
        total: the sum of all hours that are kept.
        kept_at: when hours were last handed to the recorder or found there, by the monotonic clock; None: never.
        clock: by which it was asked for.
    """

    next_hour: int = 0
    last_hour: int | None = None
    total: float = 0.0
    kept_at: float | None = None
    clock: WallClock = field(default_factory=WallClock)


type Values = Sequence[tuple[int, float]]


class MetricHistory:
    """Fetches the past of an account's metrics, one request at a time.

    Args:
        reader: asks the cloud.
        metrics: tells which metrics are wanted now.
        progress_of: tells how far a metric is kept; the answer is changed as it goes on.
        store: keeps hours of a metric, by their beginnings and in their order, and notes how far it is kept then.
    """

    def __init__(
        self,
        reader: MetricReader,
        metrics: Callable[[], Sequence[Metric]],
        progress_of: Callable[[Metric], Awaitable[Progress]],
        store: Callable[[Metric, Values, int, Progress], None],
    ) -> None:
        self._reader = reader
        self._metrics = metrics
        self._progress_of = progress_of
        self._store = store
        self._after = SETTLES + random.uniform(0, SPREAD)  # noqa: S311 - no secret
        self._ends_at = 0
        #: Hours kept since the account was loaded, and the class of the last failure, for diagnostics.
        self.hours = 0
        self.last_failure: str | None = None

    async def keep(self) -> None:
        """Fetch what is missing, then every hour as it ends; never returns."""
        wait = _FIRST_WAIT
        while True:
            try:
                complete = await self._catch_up()
            except (CloudError, HomeAssistantError) as err:
                self.last_failure = type(err).__name__
                _LOGGER.debug("The past of metrics can't be fetched now: %s", err)
                asked_to_wait = err.retry_after if isinstance(err, BusyError) else None
                await asyncio.sleep(max(wait, asked_to_wait or 0) * random.uniform(1.0, 1.2))  # noqa: S311 - no secret
                wait = min(wait * 2, _LONGEST_WAIT)
            except Exception as err:
                # Whatever comes, the next hour is another try.
                _LOGGER.exception("Unexpected error while the past of metrics was fetched")
                self.last_failure = type(err).__name__
                await asyncio.sleep(_LONGEST_WAIT)
            else:
                wait = _FIRST_WAIT
                self.last_failure = None if complete else "SomeHoursFailed"
                # At once, when an hour has passed meanwhile; after an hour at most, also where the clock was set back.
                until_next = self._ends_at + HOUR + self._after - time.time()
                await asyncio.sleep(min(max(until_next, _AT_LEAST), _AT_MOST))

    async def _catch_up(self) -> bool:
        """Fetch all hours that are over and missing; tell whether none has failed.

        A metric of which an hour failed is left until the next time: its hours have to come in their order.
        """
        over_before = self._over_by_now()
        progress = {metric: await self._progress_of(metric) for metric in self._metrics()}
        # The clock may have been set meanwhile, and may have been looked at before or after: over is what always was.
        ends_at = self._ends_at = min(over_before, self._over_by_now())
        for kept in progress.values():
            kept.next_hour = max(kept.next_hour, ends_at - REACH)
        failed: set[Metric] = set()
        for part in batched(_missing(progress, ends_at, failed), MAX_AT_ONCE, strict=False):
            found = await self._reader.read([question for _, question in part])
            by_metric: dict[Metric, list[MetricQuery]] = {}
            for metric, question in part:
                by_metric.setdefault(metric, []).append(question)
            for metric, questions in by_metric.items():
                if not self._keep(metric, questions, found, progress[metric]):
                    failed.add(metric)
            await asyncio.sleep(_PAUSE * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
        return not failed

    def _over_by_now(self) -> int:
        """Return the end of the last hour that is to be asked for, as the clock says now."""
        return int((time.time() - self._after) // HOUR * HOUR)

    def _keep(
        self,
        metric: Metric,
        questions: Sequence[MetricQuery],
        found: Mapping[MetricQuery, float | None],
        progress: Progress,
    ) -> bool:
        """Store hours up to the first one that failed; tell whether none has. Hours without a metric are left out.

        Nothing can come between storing and noting it, not even the account's end: no hour is stored twice.
        """
        values: list[tuple[int, float]] = []
        complete = True
        next_hour = progress.next_hour
        for question in questions:
            if question not in found:
                complete = False
                break
            if (value := found[question]) is not None:
                values.append((question.interval.begins_at, value))
            next_hour = question.interval.ends_at
        if next_hour != progress.next_hour:
            self._store(metric, values, next_hour, progress)
            self.hours += len(values)
        return complete


def _missing(
    progress: Mapping[Metric, Progress], ends_at: int, failed: set[Metric]
) -> Iterator[tuple[Metric, MetricQuery]]:
    """Yield what has to be asked for: metric by metric, oldest hours first; nothing more of a metric that failed."""
    for metric, kept in progress.items():
        for begins_at in range(kept.next_hour, ends_at, HOUR):
            if metric in failed:
                break
            yield metric, metric.during(Interval(begins_at, begins_at + HOUR))
