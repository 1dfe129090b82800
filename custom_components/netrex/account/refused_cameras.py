"""Cameras that refuse the account's token, and the issue for it: about single cameras, or about the token itself."""

import asyncio
from collections.abc import Mapping
import random
import time
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..cameras.axis_camera import AxisCamera, Condition
from ..coordinator import TreeCoordinator
from ..issues import Issue, async_show_camera_list
from ..tasks.background import BackgroundTasks
from ..vapix import VapixError
from .conditions import Conditions

#: Other cameras that are checked when one has refused the token.
_OTHERS: Final = 16
#: Seconds for which an answer of a camera or of the cloud counts as recent.
_RECENT: Final = 5.0
#: With so many refusals and no camera that accepts the token, the token is at fault.
_ENOUGH: Final = 8
#: Cameras that are asked while a user waits.
_TRIED: Final = 5
#: Seconds after which cameras that have not answered are no longer waited for.
_DECIDED_AFTER: Final = 12.0


class RefusedCameras:
    """The cameras of one account that refuse its token."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        cameras: Mapping[int, AxisCamera],
        conditions: Conditions,
        tree: TreeCoordinator,
        run_in_background: BackgroundTasks,
        *,
        has_api_token: bool,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._cameras = cameras
        self._conditions = conditions
        self._tree = tree
        self._run_in_background = run_in_background
        self._of_all: Final = Issue.REMOTE_TOKEN_REFUSED if has_api_token else Issue.REMOTE_ACCESS_REFUSED
        #: Since when each of them refuses the token, by node id, on the monotonic clock.
        self._since: dict[int, float] = {}
        self._cloud_asked_at = float("-inf")
        #: Whether no issue is left, nor an ignored one from when the account was loaded before.
        self._is_cleared = False
        self._asking_cloud: Final = asyncio.Lock()

    @callback
    def follow(self, camera: AxisCamera) -> None:
        """Check other cameras and the sign-in when a camera starts to refuse the token."""
        node_id = camera.node.node_id
        if camera.condition is not Condition.REFUSED:
            self._since.pop(node_id, None)
        elif node_id not in self._since:
            self._since[node_id] = time.monotonic()
            self._run_in_background(self._investigate(camera), "netrex refused token")

    @callback
    def forget(self, node_id: int) -> None:
        """Drop a removed camera."""
        self._since.pop(node_id, None)

    async def _investigate(self, camera: AxisCamera) -> None:
        recently = time.monotonic() - _RECENT
        others = [
            each
            for each in self._cameras.values()
            if each.condition is Condition.REACHABLE and each.checked_at < recently
        ]
        for each in random.sample(others, min(len(others), _OTHERS)):
            each.request_check()
        # The sign-in may have ended: the cloud would say so, or an expired token is renewed.
        async with self._asking_cloud:
            if self._cloud_asked_at < recently:
                await self._tree.async_refresh()
                self._cloud_asked_at = time.monotonic()
        camera.request_check()
        self.show()
        if (since := self._since.get(camera.node.node_id)) is not None:
            await asyncio.sleep(since + _DECIDED_AFTER - time.monotonic())
            self.show()

    @callback
    def show(self) -> None:
        """Show the right issue, or none, as far as it is known. Called after each check of a camera."""
        if not self._since and self._is_cleared:
            return
        kind = None
        if self._since:
            if not self._tree.last_update_success:
                # This is called again when the cloud answers.
                return
            if self._cloud_asked_at < min(self._since.values()) - _RECENT or (kind := self._kind()) is None:
                return
        elif self._conditions.ids(Condition.CHECKING):
            return
        names = [self._cameras[node_id].node.name for node_id in self._since]
        for each in (Issue.CAMERA_REFUSED, Issue.REMOTE_ACCESS_REFUSED, Issue.REMOTE_TOKEN_REFUSED):
            shown = names if each == kind else ()
            async_show_camera_list(self._hass, self._entry, each, shown)
        self._is_cleared = kind is None

    def _kind(self) -> Issue | None:
        """Return which issue to show; None: not known yet."""
        latest = max(self._since.values())
        undecided = False
        for camera in self._cameras.values():
            if camera.condition is Condition.REACHABLE and camera.checked_at >= latest - _RECENT:
                return Issue.CAMERA_REFUSED
            undecided |= camera.condition in {Condition.REACHABLE, Condition.CHECKING}
        if not undecided or len(self._since) >= _ENOUGH:
            return self._of_all
        # Refusals that come one after another don't put the issue off.
        waited = time.monotonic() - min(self._since.values())
        return Issue.CAMERA_REFUSED if waited >= _DECIDED_AFTER else None

    async def async_try_again(self) -> bool:
        """Ask some of these cameras now; return whether they accept the token."""
        refused = [camera for camera in self._cameras.values() if camera.condition is Condition.REFUSED]
        for camera in refused[:_TRIED]:
            try:
                await camera.client.device_identity()
            except VapixError:
                return False
        for camera in refused:
            camera.request_check()
        return True
