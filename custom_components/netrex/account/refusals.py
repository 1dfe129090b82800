"""Requests that cameras refuse for lack of a permission, and the repair issues that list those cameras."""

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

#: Kinds of requests; a new kind is a constant here. An entity may pass a kind of its own for its commands.
COMMAND: Final = "command"
EVENTS: Final = "events"
IMAGE: Final = "image"
MJPEG: Final = "mjpeg"
STATE_POLL: Final = "state_poll"
_EQUIPMENT_SEARCH: Final = "search"
VIDEO: Final = "video"


class Refusals:
    """Which kinds of requests are refused by which cameras of one account, and the permissions that they need.

    A camera may allow reading a light's state but refuse to switch it, so only a success of the same kind clears a
    refusal. The sender of a request reports its outcome: `accepted`, or `async_is_permission_refused` for HTTP 401 and
    403. Senders are commands, polls, announcements, and camera and image entities. `NetrexAccount` does so for video,
    calls `refused` or `accepted` for event streams, and `search_ended`, `forget` and `show` when its cameras change.
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
        """Note that a camera refused a kind of request that needs this permission."""
        refused = self._refused.setdefault(scope, {})
        key = camera.node.node_id, what
        if refused.get(key) is not camera:
            refused[key] = camera
            self._show(scope)

    @callback
    def accepted(self, scope: Scope, camera: AxisCamera, what: str = COMMAND) -> None:
        """Note that a camera accepted a kind of request that needs this permission."""
        if self._refused.get(scope, {}).pop((camera.node.node_id, what), None) is not None:
            self._show(scope)

    @callback
    def search_ended(self, camera: AxisCamera) -> None:
        """Note what a camera refused or accepted during the search for its equipment."""
        for scope in CAMERA_SCOPES:
            (self.refused if scope in camera.equipment.refused else self.accepted)(scope, camera, _EQUIPMENT_SEARCH)

    async def async_is_permission_refused(self, scope: Scope, camera: AxisCamera, what: str) -> bool:
        """Return whether a request was refused for lack of this permission, and note it.

        If not, the token was refused, or the camera no longer answers. A refusal that is known already is not checked.

        HTTP 401 and 403 don't distinguish the two (UNKNOWN, NX-REMOTE-10), so this sends a request that needs no
        permission. If that is refused as well, it refreshes the account's tree of nodes, which renews an expired token.
        """
        if (camera.node.node_id, what) not in self._refused.get(scope, {}):
            try:
                await camera.client.device_identity()
            except VapixError as err:
                # This starts a check of the camera, which may end before the cloud has answered.
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
        """Clear the refusals of a removed camera."""
        for scope, refused in self._refused.items():
            for key in [key for key, each in refused.items() if each is camera]:
                del refused[key]
            self._show(scope)

    @callback
    def show(self) -> None:
        """Update all issues after a change of which cameras accept the token."""
        for scope in self._refused:
            self._show(scope)

    @property
    def counts(self) -> dict[str, int]:
        """How many cameras refuse each permission, for diagnostics."""
        cameras = {scope.value: {node_id for node_id, _ in refused} for scope, refused in self._refused.items()}
        return {scope: len(each) for scope, each in cameras.items() if each}

    def _show(self, scope: Scope) -> None:
        """Update the issue that lists the cameras; with an API token, one issue covers all permissions.

        Cameras that refuse the token are listed in another issue.
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
