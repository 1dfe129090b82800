"""Makes the cameras of an account: each with its client, its events, and what Home Assistant knows of it."""

from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..auth.camera_token import CameraToken
from ..cameras.axis_camera import AxisCamera
from ..cloud import DevicePattern, Node
from ..const import CONF_DEVICE_PATTERN
from ..coordinator import TreeCoordinator
from ..events.camera_events import CameraEvents
from ..events.source_names import SourceNames
from ..health.call_log import CallLog
from ..observed.recorder import ObservedFacts
from ..session import async_get_event_session, async_get_session
from ..tasks.background import BackgroundTasks
from ..tasks.timing import timing_of
from ..vapix import VapixClient
from .devices import async_known_video, registered_sources
from .permissions import Permissions


class CameraFactory:
    """Makes cameras of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        tree: TreeCoordinator,
        token: CameraToken,
        permissions: Permissions,
        observed: ObservedFacts,
        run_in_background: BackgroundTasks,
    ) -> None:
        self._hass: Final = hass
        self._entry: Final = entry
        self._tree: Final = tree
        self._token: Final = token
        self._permissions: Final = permissions
        self._observed: Final = observed
        self._run_in_background: Final = run_in_background

    def make(self, node: Node, serial: str) -> AxisCamera:
        """Return the camera with this serial number that is behind a node."""
        hass, entry, timing, permissions = self._hass, self._entry, timing_of(self._hass), self._permissions
        calls = CallLog(on_observed=self._observed.note)
        client = VapixClient(
            async_get_session(hass),
            DevicePattern(entry.data[CONF_DEVICE_PATTERN]).base_url(serial),
            self._token.get,
            socket_session=async_get_event_session(hass),
            calls=calls,
            renew=None if permissions.has_api_token else self._token.renew,
            shared_max_age=timing.shared_max_age,
        )
        names = SourceNames(client, lambda: self._tree.data.inputs_of(node), timing)
        return AxisCamera(
            node,
            serial,
            client,
            CameraEvents(names, self._run_in_background, timing, registered_sources(hass, entry, node)),
            self._tree.data.inputs_of(node),
            timing=timing,
            may=permissions.may,
            has_api_token=permissions.has_api_token,
            calls=calls,
            known_video=async_known_video(hass, entry, node),
        )
