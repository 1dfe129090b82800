"""An account's figures: what was chosen, what is asked for, what is kept of the past."""

from homeassistant.components.recorder import DOMAIN as RECORDER
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.start import async_at_started

from ..cloud import CloudClient, Provider
from ..coordinator import TreeCoordinator
from .coordinator import FigureCoordinator
from .figure import Figure, FigureChoice
from .history import FigureHistory
from .reader import FigureReader
from .statistics import FigureStatistics


class Figures:
    """What one account does about figures: nothing at all unless some were chosen."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, cloud: CloudClient, tree: TreeCoordinator, provider: Provider
    ) -> None:
        """Ask for nothing yet."""
        self._hass = hass
        self._entry = entry
        self._tree = tree
        self.choice = FigureChoice.of(entry.options)
        self.reader = FigureReader(cloud)
        self.today = FigureCoordinator(hass, entry, self.reader, self.chosen, provider, tree)
        statistics = FigureStatistics(hass, entry, tree)
        self.history = FigureHistory(self.reader, self.chosen, statistics.progress_of, statistics.store)

    def chosen(self) -> tuple[Figure, ...]:
        """Return the figures that were chosen and whose nodes are in the tree."""
        return self.choice.figures(self._tree.data)

    @callback
    def async_start(self) -> None:
        """Ask for today's figures now, and for those of the past once Home Assistant has started."""
        if self.choice.is_empty:
            return
        self._entry.async_create_background_task(self._hass, self.today.async_refresh(), "netrex figures")
        self._entry.async_on_unload(async_at_started(self._hass, self._keep_history))

    @callback
    def _keep_history(self, hass: HomeAssistant) -> None:
        if RECORDER in hass.config.components:
            self._entry.async_create_background_task(hass, self.history.keep(), "netrex figures of the past")
