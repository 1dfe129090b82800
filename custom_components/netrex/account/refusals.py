"""Permissions that cameras refuse although the account should have them, and the issues about them."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..auth.scopes import CAMERA_SCOPES, Scope
from ..cameras.axis_camera import AxisCamera, Condition
from ..const import CONF_API_TOKEN, CONF_REMOTE_API_TOKEN
from ..coordinator import TreeCoordinator
from ..issues import Issue, async_show_camera_list, scope_refused
from ..vapix import AuthError, ForbiddenError, VapixError

#: What needs a permission; kinds of commands have more names.
COMMAND: Final = "command"
EVENTS: Final = "events"
IMAGE: Final = "image"
MJPEG: Final = "mjpeg"
#: Polling of a state.
QUESTION: Final = "question"
#: The search for equipment.
_SEARCH: Final = "search"
VIDEO: Final = "video"


class Refusals:
    """Which cameras of one account refuse which permission for what.

    One kind of call says nothing about another: a camera may allow reading a light's state but refuse to switch it. So
    a refusal ends only with a success of the same kind.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, cameras: Mapping[int, AxisCamera], tree: TreeCoordinator
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._cameras = cameras
        self._tree = tree
        self._refused: dict[Scope, dict[tuple[int, str], AxisCamera]] = {}

    @callback
    def refused(self, scope: Scope, camera: AxisCamera, what: str = COMMAND) -> None:
        """Note that a camera refused a permission for something."""
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
        """Note that a camera accepted a permission for something."""
        if self._refused.get(scope, {}).pop((camera.node.node_id, what), None) is not None:
            self._show(scope)

    @callback
    def search_ended(self, camera: AxisCamera) -> None:
        """Note which permissions a camera refused or accepted while its equipment was looked for."""
        for scope in CAMERA_SCOPES:
            (self.refused if scope in camera.equipment.refused else self.used)(scope, camera, _SEARCH)

    async def async_is_permission_refused(self, scope: Scope, camera: AxisCamera, what: str) -> bool:
        """Return whether a camera refused a call because of a permission, and note it; else it refuses the token.

        The status doesn't say which (UNKNOWN, NX-REMOTE-10): the camera is asked for what needs no permission. If it
        refuses that as well, the tree is queried, which renews an expired token, and the camera is checked again.
        """
        if not self.knows(scope, camera, what):
            try:
                await camera.client.device_identity()
            except VapixError as err:
                # The check may end before the cloud has answered.
                camera.report_failure(err)
                if isinstance(err, AuthError | ForbiddenError):
                    await self._tree.async_refresh()
                return False
        if self._cameras.get(camera.node.node_id) is camera:
            # Nothing would clear the issue of a camera that is gone.
            self.refused(scope, camera, what)
        return True

    @callback
    def forget(self, camera: AxisCamera) -> None:
        """Drop what a removed camera refused."""
        for scope, refused in self._refused.items():
            for key in [key for key, each in refused.items() if each is camera]:
                del refused[key]
            self._show(scope)

    @callback
    def show(self) -> None:
        """Update all issues, after a change of which cameras accept the token."""
        for scope in self._refused:
            self._show(scope)

    @property
    def counts(self) -> dict[str, int]:
        """How many cameras refuse each permission, for diagnostics."""
        cameras = {scope.value: {node_id for node_id, _ in refused} for scope, refused in self._refused.items()}
        return {scope: len(each) for scope, each in cameras.items() if each}

    def _show(self, scope: Scope) -> None:
        """List the cameras that refuse the permission; with an API token, those that refuse any.

        Cameras that refuse the token have another issue.
        """
        kind, scopes = scope_refused(scope), {scope}
        if CONF_REMOTE_API_TOKEN in self._entry.options:
            kind, scopes = Issue.REMOTE_TOKEN_LIMITED, set(self._refused)
        elif CONF_API_TOKEN in self._entry.data:
            kind, scopes = Issue.API_TOKEN_LIMITED, set(self._refused)
        cameras = {
            camera.node.node_id: camera.node.name
            for each in scopes
            for camera in self._refused.get(each, {}).values()
            if camera.condition is not Condition.REFUSED
        }
        async_show_camera_list(self._hass, self._entry, kind, cameras.values())
