"""Rights that cameras refuse although the account should have them: an issue says so until that is over."""

from collections import ChainMap
from collections.abc import MutableMapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .axis_camera import AxisCamera
from .const import CONF_API_TOKEN, CONF_REMOTE_API_TOKEN
from .issues import API_TOKEN_LIMITED, REMOTE_TOKEN_LIMITED, RIGHT_REFUSED, async_show_right_refused
from .rights import Right


class Refusals:
    """Which cameras of one account refuse which right."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Know of no refusal yet."""
        self._hass = hass
        self._entry = entry
        self._cameras: dict[Right, MutableMapping[int, AxisCamera]] = {}

    @callback
    def refused(self, right: Right, camera: AxisCamera) -> None:
        """A camera did not let the account use a right: the user can sign in anew with it."""
        cameras = self._cameras.setdefault(right, {})
        if camera.node.node_id not in cameras:
            cameras[camera.node.node_id] = camera
            self._show(right)

    @callback
    def knows(self, right: Right, camera: AxisCamera) -> bool:
        """Tell whether a camera is known to refuse a right."""
        return camera.node.node_id in self._cameras.get(right, {})

    @callback
    def used(self, right: Right, camera: AxisCamera) -> None:
        """A camera did let the account use a right."""
        if self._cameras.get(right, {}).pop(camera.node.node_id, None) is not None:
            self._show(right)

    @callback
    def forget(self, camera: AxisCamera) -> None:
        """A camera is gone."""
        for right in self._cameras:
            self.used(right, camera)

    @property
    def counts(self) -> dict[str, int]:
        """How many cameras refuse a right now, for diagnostics."""
        return {right.value: len(cameras) for right, cameras in self._cameras.items() if cameras}

    def _show(self, right: Right) -> None:
        """Name those that refuse the right; of a token that the user made, those that refuse anything."""
        kind, shown = RIGHT_REFUSED[right], self._cameras[right]
        if CONF_REMOTE_API_TOKEN in self._entry.options:
            kind, shown = REMOTE_TOKEN_LIMITED, ChainMap(*self._cameras.values())
        elif CONF_API_TOKEN in self._entry.data:
            kind, shown = API_TOKEN_LIMITED, ChainMap(*self._cameras.values())
        names = [camera.node.name for camera in shown.values()]
        async_show_right_refused(self._hass, self._entry, kind, names)
