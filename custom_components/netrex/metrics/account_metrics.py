"""An account's metrics: which were chosen, today's values, and their past."""

from homeassistant.components.recorder import DOMAIN as RECORDER
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.start import async_at_started

from ..cloud import CloudClient, Provider
from ..coordinator import TreeCoordinator
from ..tasks.background import BackgroundTasks
from ..tasks.timing import timing_of
from .coordinator import MetricCoordinator
from .history import MetricHistory
from .metric import Metric, MetricChoice
from .reader import MetricReader
from .statistics import MetricStatistics


class AccountMetrics:
    """The metrics of one account: nothing is requested unless some were chosen."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        cloud: CloudClient,
        tree: TreeCoordinator,
        provider: Provider,
        run_in_background: BackgroundTasks,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._tree = tree
        self._run_in_background = run_in_background
        self.choice = MetricChoice.of(entry.options)
        self.reader = MetricReader(cloud)
        self.today = MetricCoordinator(hass, entry, self.reader, self.chosen, provider, tree)
        self.history = MetricHistory(self.reader, self.chosen, MetricStatistics(hass, entry, tree), timing_of(hass))

    def chosen(self) -> tuple[Metric, ...]:
        """Return the metrics that were chosen and whose nodes are in the tree."""
        return self.choice.metrics(self._tree.data)

    @callback
    def async_start(self) -> None:
        """Ask for today's metrics now, and for those of the past once Home Assistant has started."""
        if self.choice.is_empty:
            return
        self._run_in_background(self.today.async_refresh(), "netrex metrics")
        self._entry.async_on_unload(async_at_started(self._hass, self._keep_history))

    @callback
    def _keep_history(self, hass: HomeAssistant) -> None:
        if RECORDER in hass.config.components:
            self._run_in_background(self.history.keep(), "netrex metrics of the past")
