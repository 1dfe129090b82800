"""An account's metrics: what was chosen, what is asked for, what is kept of the past."""

from homeassistant.components.recorder import DOMAIN as RECORDER
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.start import async_at_started

from ..cloud import CloudClient, Provider
from ..coordinator import TreeCoordinator
from ..tasks.background import BackgroundTasks
from .coordinator import MetricCoordinator
from .history import MetricHistory
from .metric import Metric, MetricChoice
from .reader import MetricReader
from .statistics import MetricStatistics


class AccountMetrics:
    """What one account does about metrics: nothing at all unless some were chosen."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        cloud: CloudClient,
        tree: TreeCoordinator,
        provider: Provider,
        run_in_background: BackgroundTasks,
    ) -> None:
        """Ask for nothing yet."""
        self._hass = hass
        self._tree = tree
        self._run_in_background = run_in_background
        self._stop_waiting: CALLBACK_TYPE | None = None
        self.choice = MetricChoice.of(entry.options)
        self.reader = MetricReader(cloud)
        self.today = MetricCoordinator(hass, entry, self.reader, self.chosen, provider, tree)
        self._statistics = MetricStatistics(hass, entry, tree)
        self.history = MetricHistory(self.reader, self.chosen, self._statistics.progress_of, self._statistics.store)

    def chosen(self) -> tuple[Metric, ...]:
        """Return the metrics that were chosen and whose nodes are in the tree."""
        return self.choice.metrics(self._tree.data)

    @callback
    def async_start(self) -> None:
        """Ask for today's metrics now, and for those of the past once Home Assistant has started."""
        if self.choice.is_empty:
            return
        self._run_in_background(self.today.async_refresh(), "netrex metrics")
        self._stop_waiting = async_at_started(self._hass, self._keep_history)

    async def end(self) -> None:
        """Keep what is known of the past."""
        if self._stop_waiting is not None:
            self._stop_waiting()
        await self._statistics.end()

    @callback
    def _keep_history(self, hass: HomeAssistant) -> None:
        if RECORDER in hass.config.components:
            self._run_in_background(self.history.keep(), "netrex metrics of the past")
