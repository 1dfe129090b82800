"""Cameras that need a serial number from the user, and the issue for each of them."""

from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..cameras.axis_camera import Condition
from ..cloud import Node
from ..coordinator import TreeCoordinator
from ..issues import Issue, async_show_camera_issues
from .conditions import Conditions


class UnknownSerials:
    """The cameras of one account whose serial number is unknown, or is that of another device."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, tree: TreeCoordinator, conditions: Conditions) -> None:
        self._hass = hass
        self._entry = entry
        self._tree = tree
        self._conditions: Final = conditions

    def cameras(self) -> list[Node]:
        """Return the cameras to ask the user about."""
        node_ids = self._conditions.ids(None) | self._conditions.ids(Condition.OTHER_DEVICE)
        # While a new tree is taken over, conditions are still those of the former one.
        nodes = map(self._tree.data.nodes.get, node_ids)
        return [node for node in nodes if node is not None]

    @callback
    def show(self) -> None:
        """Show the issues that are needed. Called after a change of conditions, of the tree, or of what is ignored."""
        async_show_camera_issues(
            self._hass, self._entry, Issue.SERIAL_UNKNOWN, self.cameras(), self._conditions.ids(Condition.CHECKING)
        )
