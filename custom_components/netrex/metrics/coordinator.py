"""Today's metrics, requested shortly after each quarter of an hour."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
import random
import time
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from ..cloud import AuthError, CloudError, ForbiddenError, ProtocolError, Provider
from ..cloud.recordings import Interval
from ..const import DOMAIN
from ..coordinator import TreeCoordinator
from ..errors import as_update_error
from ..issues import Issue, async_show_issue
from .metric import Metric
from .reader import MetricReader

_LOGGER = logging.getLogger(__name__)

#: Seconds: what is counted is kept for each quarter of an hour. CONFIRMED (NX-KPI-6).
QUARTER: Final = 900
#: Seconds after a quarter's end until its count is asked for: it has to come from the cameras, and not all homes shall
#: ask in the same moment.
_SOONEST: Final = 60.0
_LATEST: Final = 120.0
#: Seconds after its end for which a quarter counts as incomplete, also in a refresh that the timer did not start.
_SETTLES: Final = 45.0
#: Seconds until the next try after a failure.
_AGAIN: Final = 300.0


@dataclass(frozen=True, slots=True)
class Today:
    """Metrics of the day so far, up to the last quarter of an hour that is over.

    Attributes:
        begins_at: midnight where Home Assistant is.
        values: None where nothing of the kind is counted, or not yet; metrics that failed are left out.
    """

    begins_at: datetime
    values: Mapping[Metric, float | None]


class MetricCoordinator(DataUpdateCoordinator[Today | None]):
    """Requests today's metrics while their sensors are there. A failure concerns the metrics alone: cameras go on.

    `metrics` returns those that are wanted now.
    """

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        reader: MetricReader,
        metrics: Callable[[], Sequence[Metric]],
        provider: Provider,
        tree: TreeCoordinator,
    ) -> None:
        self._after = random.uniform(_SOONEST, _LATEST)  # noqa: S311 - no secret
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} metrics",
            update_interval=self._until_next(time.time()),
            always_update=False,
        )
        self._reader = reader
        self._metrics = metrics
        self._provider = provider
        self._tree = tree

    @override
    async def _async_update_data(self) -> Today:
        """Ask for everything that is wanted; again soon after a failure.

        A sign-in that has ended is raised by the token, as ConfigEntryAuthFailed: Home Assistant asks for a new
        one, and requests no more until the account is reloaded.
        """
        now = time.time()
        until_next = self._until_next(now)
        self.update_interval = min(until_next, timedelta(seconds=_AGAIN))
        day = day_so_far(now - _SETTLES)
        if not day.seconds:
            self.update_interval = until_next
            return self._begin_day(day)
        queries = {metric: metric.during(day) for metric in self._metrics()}
        try:
            found = await self._reader.read(list(queries.values()))
        except (AuthError, ForbiddenError) as err:
            if isinstance(err, AuthError):
                # The tree's next request shows whether a new sign-in is needed; else a permission is missing.
                await self._tree.async_refresh()
                if not self._tree.last_update_success:
                    raise self._failed("metrics_not_received") from err
            async_show_issue(self.hass, self.config_entry, Issue.METRICS_PERMISSION_MISSING)
            raise self._failed("metrics_permission_missing") from err
        except ProtocolError as err:
            raise self._failed("metrics_not_received") from err
        except CloudError as err:
            raise as_update_error(err, self._provider) from err
        async_show_issue(self.hass, self.config_entry, Issue.METRICS_PERMISSION_MISSING, shown=False)
        self.update_interval = until_next
        values = {metric: found[query] for metric, query in queries.items() if query in found}
        return Today(dt_util.utc_from_timestamp(day.begins_at), values)

    def _begin_day(self, day: Interval) -> Today:
        """Return what is known of a day whose first quarter of an hour is not over: nobody has come yet."""
        before = self.data.values if self.data else {}
        counted = (metric for metric in self._metrics() if metric.kind.adds_up and before.get(metric) is not None)
        return Today(dt_util.utc_from_timestamp(day.begins_at), dict.fromkeys(counted, 0.0))

    def _failed(self, key: str) -> UpdateFailed:
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"host": self._provider.host},
        )

    def _until_next(self, now: float) -> timedelta:
        """Return how long it is until shortly after the next quarter of an hour.

        Timers go off up to a second too early, and must not ask twice then.
        """
        quarters_over = (now + 1 - self._after) // QUARTER
        return timedelta(seconds=(quarters_over + 1) * QUARTER + self._after - now)


def day_so_far(now: float) -> Interval:
    """Return the day from midnight to the last full quarter of an hour; shortly after midnight, it is empty.

    What the day before counted in its last quarter is known when it is over; shown then, it would count as today's.
    """
    ends_at = int(now // QUARTER * QUARTER)
    midnight = dt_util.start_of_local_day(dt_util.as_local(dt_util.utc_from_timestamp(ends_at)))
    return Interval(int(midnight.timestamp()), ends_at)
