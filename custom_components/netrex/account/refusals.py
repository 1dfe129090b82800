"""Permissions that cameras refuse although the account should have them: an issue says so until that is over."""

from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..auth.scopes import Right
from ..cameras.axis_camera import AxisCamera, Condition
from ..const import CONF_API_TOKEN, CONF_REMOTE_API_TOKEN
from ..issues import API_TOKEN_LIMITED, REMOTE_TOKEN_LIMITED, RIGHT_REFUSED, async_show_refused

#: What is refused or allowed, apart from commands, which have names of their own.
COMMAND: Final = "command"
EVENTS: Final = "events"
IMAGE: Final = "image"
MJPEG: Final = "mjpeg"
#: A question of how things are.
QUESTION: Final = "question"
#: The search for equipment.
SEARCH: Final = "search"
VIDEO: Final = "video"


class Refusals:
    """Which cameras of one account refuse which right for what.

    One call says nothing about another: a light's state may be allowed, and its switching refused. So what a camera
    refused is over only when it allows the same.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Know of no refusal yet."""
        self._hass = hass
        self._entry = entry
        self._refused: dict[Right, dict[tuple[int, str], AxisCamera]] = {}

    @callback
    def refused(self, right: Right, camera: AxisCamera, what: str = COMMAND) -> None:
        """A camera did not let the account use a right for something: the user can sign in again with it."""
        refused = self._refused.setdefault(right, {})
        key = camera.node.node_id, what
        if refused.get(key) is not camera:
            refused[key] = camera
            self._show(right)

    @callback
    def knows(self, right: Right, camera: AxisCamera, what: str = COMMAND) -> bool:
        """Return whether a camera is known to refuse a right for something."""
        return (camera.node.node_id, what) in self._refused.get(right, {})

    @callback
    def used(self, right: Right, camera: AxisCamera, what: str = COMMAND) -> None:
        """A camera did let the account use a right for something."""
        if self._refused.get(right, {}).pop((camera.node.node_id, what), None) is not None:
            self._show(right)

    @callback
    def forget(self, camera: AxisCamera) -> None:
        """A camera is gone."""
        for right, refused in self._refused.items():
            for key in [key for key, each in refused.items() if each is camera]:
                del refused[key]
            self._show(right)

    @callback
    def show(self) -> None:
        """Show the issues as they are now: which cameras can be used at all has changed."""
        for right in self._refused:
            self._show(right)

    @property
    def counts(self) -> dict[str, int]:
        """How many cameras refuse a right now, for diagnostics."""
        cameras = {right.value: {node_id for node_id, _ in refused} for right, refused in self._refused.items()}
        return {right: len(each) for right, each in cameras.items() if each}

    def _show(self, right: Right) -> None:
        """Name those that refuse the right; of a token that the user made, those that refuse anything.

        A camera that does not accept the token at all is shown by another issue.
        """
        kind, rights = RIGHT_REFUSED[right], {right}
        if CONF_REMOTE_API_TOKEN in self._entry.options:
            kind, rights = REMOTE_TOKEN_LIMITED, set(self._refused)
        elif CONF_API_TOKEN in self._entry.data:
            kind, rights = API_TOKEN_LIMITED, set(self._refused)
        cameras = {
            camera.node.node_id: camera.node.name
            for each in rights
            for camera in self._refused.get(each, {}).values()
            if camera.condition is not Condition.REFUSED
        }
        async_show_refused(self._hass, self._entry, kind, cameras.values())
