"""Permissions that cameras refuse although the account should have them: an issue says so until that is over."""

from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera, Condition
from ..const import CONF_API_TOKEN, CONF_REMOTE_API_TOKEN
from ..issues import API_TOKEN_LIMITED, PERMISSION_REFUSED, REMOTE_TOKEN_LIMITED, async_show_refused

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
    """Which cameras of one account refuse which permission for what.

    One call says nothing about another: a light's state may be allowed, and its switching refused. So what a camera
    refused is over only when it allows the same.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._refused: dict[Scope, dict[tuple[int, str], AxisCamera]] = {}

    @callback
    def refused(self, scope: Scope, camera: AxisCamera, what: str = COMMAND) -> None:
        """A camera did not let the account use a permission for something: the user can sign in again with it."""
        refused = self._refused.setdefault(scope, {})
        key = camera.node.node_id, what
        if refused.get(key) is not camera:
            refused[key] = camera
            self._show(scope)

    @callback
    def knows(self, scope: Scope, camera: AxisCamera, what: str = COMMAND) -> bool:
        """Return whether a camera is known to refuse a permission for something."""
        return (camera.node.node_id, what) in self._refused.get(scope, {})

    @callback
    def used(self, scope: Scope, camera: AxisCamera, what: str = COMMAND) -> None:
        """A camera did let the account use a permission for something."""
        if self._refused.get(scope, {}).pop((camera.node.node_id, what), None) is not None:
            self._show(scope)

    @callback
    def forget(self, camera: AxisCamera) -> None:
        """A camera is gone."""
        for scope, refused in self._refused.items():
            for key in [key for key, each in refused.items() if each is camera]:
                del refused[key]
            self._show(scope)

    @callback
    def show(self) -> None:
        """Show the issues as they are now: which cameras can be used at all has changed."""
        for scope in self._refused:
            self._show(scope)

    @property
    def counts(self) -> dict[str, int]:
        """How many cameras refuse a permission now, for diagnostics."""
        cameras = {scope.value: {node_id for node_id, _ in refused} for scope, refused in self._refused.items()}
        return {scope: len(each) for scope, each in cameras.items() if each}

    def _show(self, scope: Scope) -> None:
        """Name those that refuse the permission; of a token that the user made, those that refuse anything.

        A camera that does not accept the token at all is shown by another issue.
        """
        kind, scopes = PERMISSION_REFUSED[scope], {scope}
        if CONF_REMOTE_API_TOKEN in self._entry.options:
            kind, scopes = REMOTE_TOKEN_LIMITED, set(self._refused)
        elif CONF_API_TOKEN in self._entry.data:
            kind, scopes = API_TOKEN_LIMITED, set(self._refused)
        cameras = {
            camera.node.node_id: camera.node.name
            for each in scopes
            for camera in self._refused.get(each, {}).values()
            if camera.condition is not Condition.REFUSED
        }
        async_show_refused(self._hass, self._entry, kind, cameras.values())
