"""Keeps the past of metrics in the recorder's long-term statistics."""

from collections.abc import Sequence
from typing import Final

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    get_last_statistics,
    statistics_during_period,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import PERCENTAGE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util, slugify
from homeassistant.util.unit_conversion import UnitlessRatioConverter

from ..const import CONF_ACCOUNT_KEY, DOMAIN
from ..coordinator import TreeCoordinator
from ..tasks.timing import timing_of
from .metric import Metric

HOUR: Final = 3600
_KINDS: Final = f"component.{DOMAIN}.selector.metric_kinds.options"


def statistic_id(entry: ConfigEntry, metric: Metric) -> str:
    """Return the id of a statistic, by the account's key, which stays when the account moves to another host."""
    return f"{DOMAIN}:{slugify(f'{entry.data[CONF_ACCOUNT_KEY]} {metric.node_id} {metric.kind}')}"


class MetricStatistics:
    """The statistics of one account's metrics."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, tree: TreeCoordinator) -> None:
        self._hass = hass
        self._entry = entry
        self._tree = tree
        self._texts: dict[str, str] = {}

    async def last_hour(self, metric: Metric, before: int) -> tuple[int | None, float]:
        """Return the start of the last stored hour before a moment, and the sum up to that hour's end.

        None and 0 if nothing is stored. Times are in seconds since 1970.
        """
        if not self._texts:
            self._texts = await async_get_translations(self._hass, self._hass.config.language, "selector", {DOMAIN})
        since = before - timing_of(self._hass).metric_history
        recorder = get_instance(self._hass)
        # What was added is in the recorder's queue first.
        await recorder.async_block_till_done()
        return await recorder.async_add_executor_job(
            _last_hour, self._hass, statistic_id(self._entry, metric), since, before
        )

    @callback
    def add(self, metric: Metric, values: Sequence[tuple[int, float]], total: float) -> float:
        """Give hours, each with its begin, to the recorder: sums where metrics add up, else means.

        Return the sum of all, with the `total` before them.
        """
        rows: list[StatisticData] = []
        for begins_at, value in values:
            start = dt_util.utc_from_timestamp(begins_at)
            if metric.kind.adds_up:
                total += value
                rows.append(StatisticData(start=start, state=value, sum=total))
            else:
                rows.append(StatisticData(start=start, mean=value, min=value, max=value))
        async_add_external_statistics(self._hass, self._metadata_of(metric), rows)
        return total

    def _metadata_of(self, metric: Metric) -> StatisticMetaData:
        node, adds_up = self._tree.data.nodes.get(metric.node_id), metric.kind.adds_up
        kind = self._texts.get(f"{_KINDS}.{metric.kind}", metric.kind.value)
        return StatisticMetaData(
            mean_type=StatisticMeanType.NONE if adds_up else StatisticMeanType.ARITHMETIC,
            has_sum=adds_up,
            name=f"{node.name if node else metric.node_id}: {kind}",
            source=DOMAIN,
            statistic_id=statistic_id(self._entry, metric),
            unit_class=None if adds_up else UnitlessRatioConverter.UNIT_CLASS,
            unit_of_measurement=None if adds_up else PERCENTAGE,
        )


def _last_hour(hass: HomeAssistant, statistic_id: str, since: int, before: int) -> tuple[int | None, float]:
    rows = get_last_statistics(hass, 1, statistic_id, False, {"sum"}).get(statistic_id, [])
    if rows and rows[0]["start"] >= before:
        # A clock that was ahead requested hours that were still to come; they are replaced as they come.
        begin, end = (dt_util.utc_from_timestamp(moment) for moment in (since, before))
        found = statistics_during_period(hass, begin, end, {statistic_id}, "hour", None, {"sum"})
        rows = found.get(statistic_id, [])
    return (int(rows[-1]["start"]), rows[-1].get("sum") or 0.0) if rows else (None, 0.0)
