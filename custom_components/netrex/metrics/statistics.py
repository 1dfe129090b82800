"""Keeps the past of metrics in the recorder's long-term statistics."""

import asyncio
import time
from typing import Final

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    get_last_statistics,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import PERCENTAGE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util, slugify
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.unit_conversion import UnitlessRatioConverter

from ..const import CONF_ACCOUNT_KEY, DOMAIN
from ..coordinator import TreeCoordinator
from .history import HOUR, REACH, SETTLES, SPREAD, Progress, Values
from .history_store import Asked, HistoryNote
from .metric import Metric

#: By statistic id. The recorder stores with a delay, so what was handed over is remembered for the life of this Home
#: Assistant, also where the account is loaded anew meanwhile.
_PROGRESS: HassKey[dict[str, Progress]] = HassKey(f"{DOMAIN}_metrics_progress")
#: Seconds after which the recorder has stored what it was handed; what is not there then was removed by the user.
_STORED_BY_THEN: Final = 600.0
_KINDS: Final = f"component.{DOMAIN}.selector.figure_kinds.options"


class MetricStatistics:
    """The statistics of one account's metrics."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, tree: TreeCoordinator) -> None:
        """Know of nothing yet."""
        self._hass = hass
        self._entry = entry
        self._tree = tree
        self._texts: dict[str, str] = {}
        self._note = HistoryNote(hass, entry.entry_id)

    async def end(self) -> None:
        """Write what was asked for."""
        await self._note.write()

    async def progress_of(self, metric: Metric) -> Progress:
        """Return how far a metric is kept: after a restart, or where the user removed it, as the recorder has it.

        What a clock that was ahead has asked for, before it had happened, counts as not asked for.
        """
        statistic_id = self.id_of(metric)
        asked = await self._note.of(statistic_id)
        if not self._texts:
            self._texts = await async_get_translations(self._hass, self._hass.config.language, "selector", {DOMAIN})
        progress = await self._kept(statistic_id, asked)
        now, steady = time.time(), time.monotonic()
        if (wrong_since := progress.clock.wrong_since(now, steady)) is not None:
            await self._go_back(statistic_id, progress, int((wrong_since - SETTLES - SPREAD) // HOUR * HOUR))
        progress.clock.look(now, steady)
        return progress

    async def _kept(self, statistic_id: str, asked: Asked | None) -> Progress:
        """Return what is known of a statistic, else what is stored of it.

        Hours without a metric are only in the note, which counts while the recorder has all that it speaks of.
        """
        known = self._hass.data.setdefault(_PROGRESS, {})
        progress = known.get(statistic_id)
        if progress and (progress.kept_at is None or time.monotonic() - progress.kept_at < _STORED_BY_THEN):
            return progress
        found = await get_instance(self._hass).async_add_executor_job(
            get_last_statistics, self._hass, 1, statistic_id, False, {"sum"}
        )
        rows = found.get(statistic_id, ())
        if progress is not None and rows:
            return progress
        progress, now = Progress(), time.time()
        for row in rows:
            progress.last_hour, progress.total = int(row["start"]), row.get("sum") or 0.0
            progress.next_hour, progress.kept_at = progress.last_hour + HOUR, time.monotonic()
        noted = asked if asked is not None and asked.next_hour <= now else None
        if progress.next_hour > now:
            # A clock that was ahead has asked, nobody knows for how long; or it was put right already, and noted so.
            await self._go_back(statistic_id, progress, noted.next_hour if noted else int((now - REACH) // HOUR * HOUR))
        elif noted and noted.last_hour == progress.last_hour:
            progress.next_hour = max(progress.next_hour, noted.next_hour)
        known[statistic_id] = progress
        return progress

    async def _go_back(self, statistic_id: str, progress: Progress, hour: int) -> None:
        """Let what is kept end before an hour; what is there of later hours is replaced as they are asked for."""
        if hour >= progress.next_hour:
            return
        recorder = get_instance(self._hass)
        async with asyncio.timeout(_STORED_BY_THEN):
            stored = self._hass.loop.create_future()
            recorder.queue_task(SynchronizeTask(stored))
            await stored
        last_hour, total = None, 0.0
        # Mostly, there is something within thirty days: else there may be years of it.
        for begin in (hour - REACH, 0):
            found = await recorder.async_add_executor_job(
                statistics_during_period,
                self._hass,
                dt_util.utc_from_timestamp(begin),
                dt_util.utc_from_timestamp(hour),
                {statistic_id},
                "hour",
                None,
                {"sum"},
            )
            if rows := [row for row in found.get(statistic_id, ()) if row["start"] < hour]:
                last_hour, total = int(rows[-1]["start"]), rows[-1].get("sum") or 0.0
                break
        progress.next_hour, progress.last_hour, progress.total = hour, last_hour, total

    @callback
    def store(self, metric: Metric, values: Values, next_hour: int, progress: Progress) -> None:
        """Hand hours over to the recorder, sums where metrics add up, else means; all before `next_hour` are done."""
        rows: list[StatisticData] = []
        for begins_at, value in values:
            start = dt_util.utc_from_timestamp(begins_at)
            if metric.kind.adds_up:
                progress.total += value
                rows.append(StatisticData(start=start, state=value, sum=progress.total))
            else:
                rows.append(StatisticData(start=start, mean=value, min=value, max=value))
        if rows:
            async_add_external_statistics(self._hass, self._metadata_of(metric), rows)
            progress.last_hour, progress.kept_at = values[-1][0], time.monotonic()
        progress.next_hour = next_hour
        self._note.note(self.id_of(metric), Asked(next_hour, progress.last_hour))

    def id_of(self, metric: Metric) -> str:
        """Return what the statistic is called by; like its entity's, it stays when the account moves."""
        return f"{DOMAIN}:{slugify(f'{self._entry.data[CONF_ACCOUNT_KEY]} {metric.node_id} {metric.kind}')}"

    def _metadata_of(self, metric: Metric) -> StatisticMetaData:
        node, adds_up = self._tree.data.nodes.get(metric.node_id), metric.kind.adds_up
        kind = self._texts.get(f"{_KINDS}.{metric.kind}", metric.kind.value)
        return StatisticMetaData(
            mean_type=StatisticMeanType.NONE if adds_up else StatisticMeanType.ARITHMETIC,
            has_sum=adds_up,
            name=f"{node.name if node else metric.node_id}: {kind}",
            source=DOMAIN,
            statistic_id=self.id_of(metric),
            unit_class=None if adds_up else UnitlessRatioConverter.UNIT_CLASS,
            unit_of_measurement=None if adds_up else PERCENTAGE,
        )
