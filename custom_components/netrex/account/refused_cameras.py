"""Cameras that refuse the account's token altogether: is it one of them, all of them, or the sign-in?"""

import asyncio
from collections.abc import Callable, Coroutine
import random
import time
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.issue_registry import IssueSeverity

from ..cameras.axis_camera import AxisCamera, Condition
from ..coordinator import TreeCoordinator
from ..issues import CAMERA_REFUSED, REMOTE_ACCESS_REFUSED, REMOTE_TOKEN_REFUSED, async_show_refused
from ..vapix import VapixError

#: Other cameras that are checked at once when one has refused; of those that refuse as well, each lets as many be.
_OTHERS: Final = 16
#: Seconds for which an answer of a camera or of the cloud is not asked for again.
_RECENT: Final = 5.0
#: So many refusals without anybody who accepts the token are no chance.
_ENOUGH: Final = 8
#: Those that are asked while a user waits.
_TRIED: Final = 5
#: Seconds after which it is decided although some cameras have not answered.
_DECIDED_AFTER: Final = 12.0
_LOOK_EVERY: Final = 0.25


class RefusedCameras:
    """Those of one account, and the issue that says so."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        cameras: dict[int, AxisCamera],
        tree: TreeCoordinator,
        in_background: Callable[[Coroutine[None, None, None], str], object],
        *,
        has_api_token: bool,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._cameras = cameras
        self._tree = tree
        self._in_background = in_background
        self._of_all: Final = REMOTE_TOKEN_REFUSED if has_api_token else REMOTE_ACCESS_REFUSED
        #: Since when each of them refuses, by node id, on the monotonic clock; so for the cloud's last answer.
        self._since: dict[int, float] = {}
        self._cloud_asked_at = float("-inf")
        #: Whether there is no issue, and none either that is ignored, of when the account was loaded before.
        self._is_cleared = False
        self._is_deciding = False
        self._asking_cloud: Final = asyncio.Lock()

    @callback
    def follow(self, camera: AxisCamera) -> None:
        """Look at the others when a camera has begun to refuse the token."""
        node_id = camera.node.node_id
        if camera.condition is not Condition.REFUSED:
            self._since.pop(node_id, None)
        elif node_id not in self._since:
            self._since[node_id] = time.monotonic()
            self._in_background(self._investigate(camera), "netrex refused token")

    @callback
    def forget(self, node_id: int) -> None:
        """A camera is gone."""
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
        # It may be the sign-in that has ended; the cloud says so, or it is renewed.
        async with self._asking_cloud:
            if self._cloud_asked_at < recently:
                await self._tree.async_refresh()
                self._cloud_asked_at = time.monotonic()
        camera.request_check()
        if self._is_deciding:
            return
        self._is_deciding = True
        try:
            while not self.show():  # noqa: ASYNC110 - checks that pass change nothing, so they call no listener
                await asyncio.sleep(_LOOK_EVERY)
        finally:
            self._is_deciding = False

    @callback
    def show(self) -> bool:
        """Show which it is now: one camera, all, or none refuses the token; return whether that is known."""
        if not self._since and self._is_cleared:
            return True
        kind = None
        if self._since:
            if not self._tree.last_update_success:
                # It will be looked at again when the cloud answers.
                return True
            if self._cloud_asked_at < min(self._since.values()) - _RECENT or (kind := self._kind()) is None:
                return False
        elif any(camera.condition is Condition.CHECKING for camera in reversed(self._cameras.values())):
            # Looked for among those that are checked last: each camera that was checked looks.
            return True
        names = [self._cameras[node_id].node.name for node_id in self._since]
        for each in (CAMERA_REFUSED, REMOTE_ACCESS_REFUSED, REMOTE_TOKEN_REFUSED):
            shown = names if each == kind else ()
            async_show_refused(self._hass, self._entry, each, shown, IssueSeverity.ERROR)
        self._is_cleared = kind is None
        return True

    def _kind(self) -> str | None:
        """Return which issue it is; None: not known yet."""
        latest = max(self._since.values())
        undecided = False
        for camera in self._cameras.values():
            if camera.condition is Condition.REACHABLE and camera.checked_at >= latest - _RECENT:
                return CAMERA_REFUSED
            undecided |= camera.condition in {Condition.REACHABLE, Condition.CHECKING}
        if not undecided or len(self._since) >= _ENOUGH:
            return self._of_all
        return CAMERA_REFUSED if time.monotonic() - latest >= _DECIDED_AFTER else None

    async def async_try_again(self) -> bool:
        """Ask some of them at once; return whether they accept the token now."""
        refused = [camera for camera in self._cameras.values() if camera.condition is Condition.REFUSED]
        for camera in refused[:_TRIED]:
            try:
                await camera.client.device_identity()
            except VapixError:
                return False
        for camera in refused:
            camera.request_check()
        return True
