"""What one config entry owns at run time: the tree, its cameras with their images and events, recordings, metrics."""

import asyncio
from functools import partial
from http import HTTPStatus
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.start import async_at_started

from ..auth.camera_token import CameraToken
from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera, CameraFeatures, Condition
from ..cameras.channels import Channels
from ..cameras.declared_sources import DeclaredSources
from ..cameras.event_connection import EventConnection, EventTransport
from ..cameras.serials import entered_serials, serial_of
from ..cameras.supervision import Supervision
from ..cloud import AuthError as CloudAuthError, CloudClient, Node, NodeType, Provider, Token
from ..const import CONF_PROVIDER
from ..coordinator import TreeCoordinator
from ..episodes.account_episodes import AccountEpisodes
from ..episodes.picture_taking import PictureRefusals
from ..episodes.recorder import EpisodeRecorder
from ..errors import action_error
from ..events.pictures import EventPictures
from ..health.call_log import CallLog
from ..issues import Issue, async_show_camera_list
from ..metrics.account_metrics import AccountMetrics
from ..observed.recorder import ObservedFacts
from ..ptz.steering import Steering
from ..recordings.recordings import Recordings, RecordingSettings
from ..tasks.background import BackgroundTasks
from ..tasks.listeners import Listeners
from ..tasks.timing import timing_of
from ..transport.facts import Fact
from ..vapix import AuthError, Card, VapixError
from .camera_factory import CameraFactory
from .conditions import Conditions
from .devices import (
    async_register_account,
    async_register_camera,
    async_remove_gone_equipment,
    async_remove_gone_sources,
    async_remove_stale,
    async_remove_unauthorized,
    async_track_disabled,
)
from .entity_adder import EntityAdder
from .permissions import Permissions
from .refusals import EVENTS, IMAGE, VIDEO, Refusals
from .refused_cameras import RefusedCameras
from .unknown_serials import UnknownSerials

_LOGGER = logging.getLogger(__name__)

type NetrexConfigEntry = ConfigEntry[NetrexAccount]


class NetrexAccount:
    """A signed-in account. Its tree decides which cameras there are."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: NetrexConfigEntry,
        cloud: CloudClient,
        tree: TreeCoordinator,
        token: Token,
        *,
        calls: CallLog,
        observed: ObservedFacts,
    ) -> None:
        self.hass = hass
        self.entry = entry
        self.cloud = cloud
        self.tree = tree
        self.token: Final = token
        #: Calls to the cloud; each camera has a log of its own.
        self.calls: Final = calls
        self.observed: Final = observed
        self.provider = Provider(entry.data[CONF_PROVIDER])
        self.timing: Final = timing_of(hass)
        self.adder: Final = EntityAdder(hass, entry)
        self.cameras: dict[int, AxisCamera] = {}
        self.run_in_background: Final = BackgroundTasks(hass, entry)
        self.channels: Final = Channels(self.run_in_background, self._live_view_changed)
        self.relay: Final = self.channels.relay
        self.permissions: Final = Permissions(entry)
        self.camera_token: Final = CameraToken(entry, token)
        self._factory = CameraFactory(
            hass, entry, tree, self.camera_token, self.permissions, observed, self.run_in_background
        )
        self.conditions: Final = Conditions()
        self.unknown_serials: Final = UnknownSerials(hass, entry, tree, self.conditions)
        self.refusals: Final = Refusals(hass, entry, self.cameras, tree)
        self.refused_cameras: Final = RefusedCameras(
            hass,
            entry,
            self.cameras,
            self.conditions,
            tree,
            self.run_in_background,
            has_api_token=self.permissions.has_api_token,
        )
        self.recordings = Recordings(
            hass,
            cloud,
            self.provider,
            token,
            RecordingSettings.of(entry.options),
            calls=calls,
            card_of=self.card_of,
            in_background=self.run_in_background,
        )
        self.metrics = AccountMetrics(hass, entry, cloud, tree, self.provider, self.run_in_background)
        self.steering = Steering(hass, entry.entry_id)
        #: Held by each entity while it polls.
        self.poll_semaphore: Final = asyncio.Semaphore(self.timing.polls_at_once)
        self.declared_sources: Final = DeclaredSources(
            hass, entry.entry_id, self.cameras, self.timing, self.poll_semaphore, self.run_in_background
        )
        #: Connections for events, by node id; none without the permission for events.
        self.connections: dict[int, EventConnection] = {}
        #: What the entities of each camera were last made for.
        self._features: dict[int, CameraFeatures] = {}
        self.event_pictures = EventPictures(hass, entry.entry_id)
        self.episodes: Final = AccountEpisodes(hass, entry)
        self.recorder: Final = EpisodeRecorder(
            hass,
            self.episodes,
            self.timing,
            self.run_in_background,
            self._picture_refusals if self.permissions.can_stream else None,
            keeps_pictures=self.episodes.settings.pictures,
        )
        self._supervision = Supervision(self.run_in_background, self.timing)
        #: Called with a camera that reports something new.
        self.sources_found: Final = Listeners[AxisCamera]()
        self._stops: list[CALLBACK_TYPE] = []

    # --- life --------------------------------------------------------------------------------------

    async def async_start(self) -> None:
        """Create devices and channels; start to check cameras once Home Assistant has started."""
        async_register_account(self.hass, self.entry)
        async_remove_unauthorized(self.hass, self.entry, self.permissions.may)
        await self.relay.start()
        if self.permissions.can_receive_events:
            await self.declared_sources.async_load()
        self.episodes.async_start()
        self.follow_tree()
        may_steer = self.permissions.may(Scope.LIVEVIEW_PTZ)
        self._stops.append(await self.steering.async_start(self.cameras if may_steer else {}))
        self._stops.append(self.tree.async_add_listener(self.follow_tree))
        self._stops.append(async_track_disabled(self.hass, self.entry, self.follow_tree))
        self._stops.append(async_at_started(self.hass, self._supervision.begin))
        self.metrics.async_start()

    async def async_end(self) -> None:
        """End everything, also after a set-up that failed half-way.

        Home Assistant is not left to cancel anything: a reload that is canceled while it waits would never finish.
        """
        while self._stops:
            self._stops.pop()()
        self.recorder.end()
        ends = (
            self.steering.end(),
            self.recordings.end(),
            self.channels.end(),
            # What is being asked is canceled before the answers are written.
            self.run_in_background.end(),
            self.declared_sources.async_end(),
        )
        errors = list(await asyncio.gather(*ends, return_exceptions=True))
        # Now that nothing happens anymore.
        errors += await asyncio.gather(self.episodes.async_end(), return_exceptions=True)
        for error in errors:
            if error is not None:
                _LOGGER.error("Unexpected error while ending an account", exc_info=error)

    # --- tree --------------------------------------------------------------------------------------

    @callback
    def follow_tree(self) -> None:
        """Update cameras, channels and devices to the current tree, or to serial numbers that the user has entered."""
        tree = self.tree.data
        entered = entered_serials(self.entry)
        async_remove_stale(self.hass, self.entry, tree)
        self.episodes.follow_cameras({node.node_id for node in tree.of_type(NodeType.CAMERA)})
        serials: dict[int, str] = {}
        without_serial: list[int] = []
        for node in tree.of_type(NodeType.CAMERA):
            serial = serial_of(node, tree, entered)
            known = self.cameras.get(node.node_id)
            identity = known.identity if known else None
            device = async_register_camera(self.hass, self.entry, tree, node, serial, identity)
            if device.disabled or not self.permissions.can_reach:
                # Neither is a serial number asked for.
                continue
            if serial is None:
                without_serial.append(node.node_id)
            else:
                serials[node.node_id] = serial
        for node_id in [node_id for node_id, camera in self.cameras.items() if serials.get(node_id) != camera.serial]:
            self._drop(node_id)
        for node_id, serial in serials.items():
            self._keep(tree.nodes[node_id], serial)
        self.channels.update(self.cameras.values(), tree)
        self.conditions.replace(
            dict.fromkeys(without_serial) | {node_id: camera.condition for node_id, camera in self.cameras.items()}
        )
        self.unknown_serials.show()
        # They name cameras, which may be called something else now.
        self.refusals.show()
        self.refused_cameras.show()

    def _keep(self, node: Node, serial: str) -> None:
        camera = self.cameras.get(node.node_id)
        if camera is not None:
            inputs = self.tree.data.inputs_of(node)
            if (camera.node, camera.inputs) != (node, inputs):
                camera.rename(node, inputs)
            return
        camera = self.cameras[node.node_id] = self._factory.make(node, serial)
        camera.changed.add(lambda: self._camera_changed(camera))
        camera.checked.add(self.refused_cameras.show)
        camera.events.sources_found.add(lambda: self._sources_found(camera))
        if self.permissions.can_receive_events:
            # Before the entities, which show the episode of what is detected.
            self.recorder.add(camera)
            self.connections[node.node_id] = EventConnection(
                camera, camera.events, self.timing, partial(self._transport_changed, camera)
            )
        self._supervision.add(camera, self.connections.get(node.node_id))

    def _drop(self, node_id: int) -> None:
        self.refusals.forget(self.cameras.pop(node_id))
        self.refused_cameras.forget(node_id)
        self.steering.drop(node_id)
        self.recorder.drop(node_id)
        self._features.pop(node_id, None)
        self.connections.pop(node_id, None)
        self.declared_sources.drop(node_id)
        self._supervision.drop(node_id)

    # --- cameras -----------------------------------------------------------------------------------

    def _picture_refusals(self, camera: AxisCamera) -> PictureRefusals:
        return PictureRefusals(
            partial(self.refusals.accepted, Scope.LIVEVIEW, camera, IMAGE),
            partial(self.refusals.async_is_permission_refused, Scope.LIVEVIEW, camera, IMAGE),
        )

    @callback
    def _live_view_changed(self, camera: AxisCamera, refusal: VapixError | None) -> None:
        if refusal is None:
            self.refusals.accepted(Scope.LIVEVIEW, camera, VIDEO)
        else:
            check = self.refusals.async_is_permission_refused(Scope.LIVEVIEW, camera, VIDEO)
            self.run_in_background(check, "netrex refused video")

    @callback
    def _camera_changed(self, camera: AxisCamera) -> None:
        """Update the device, entities and issues of a camera after a change."""
        tree = self.tree.data
        if camera.node.node_id not in tree.nodes or self.cameras.get(camera.node.node_id) is not camera:
            # It is gone, or the node belongs to another device now.
            return
        if camera.identity is not None:
            async_register_camera(self.hass, self.entry, tree, camera.node, camera.serial, camera.identity)
        if camera.features != self._features.get(camera.node.node_id):
            self._features[camera.node.node_id] = camera.features
            self.refusals.search_ended(camera)
            async_remove_gone_equipment(self.hass, self.entry, camera, self.channels.of(camera))
            self._sources_found(camera)
        if self.streams_from(camera):
            # It may have other firmware.
            self.declared_sources.follow(camera)
        self.refused_cameras.follow(camera)
        self._observe(camera)
        if camera.condition is Condition.OTHER_DEVICE:
            self.channels.end_watching(camera)
        if self.conditions.update(camera.node.node_id, camera.condition):
            # Issues about permissions leave out cameras that refuse the token.
            self.refusals.show()
            self.unknown_serials.show()

    def _observe(self, camera: AxisCamera) -> None:
        """Note whether cameras take the token of the sign-in, and how they refuse one."""
        if camera.condition is Condition.REACHABLE and not self.permissions.has_api_token:
            self.observed.note(Fact.SIGN_IN_AT_CAMERAS, "accepted")
        elif camera.condition is Condition.REFUSED:
            if not self.permissions.has_api_token:
                self.observed.note(Fact.SIGN_IN_AT_CAMERAS, "refused")
            status = HTTPStatus.UNAUTHORIZED if camera.last_failure == AuthError.__name__ else HTTPStatus.FORBIDDEN
            self.observed.note(Fact.CAMERA_REFUSAL, str(status.value))

    # --- events ------------------------------------------------------------------------------------

    @callback
    def _sources_found(self, camera: AxisCamera) -> None:
        if self.cameras.get(camera.node.node_id) is camera:
            async_remove_gone_sources(self.hass, self.entry, camera)
            self.sources_found.call(camera)

    @callback
    def _transport_changed(self, camera: AxisCamera, transport: EventTransport) -> None:
        if transport is EventTransport.REFUSED:
            self.refusals.refused(Scope.EVENTS, camera, EVENTS)
        elif transport.is_stream:
            self.refusals.accepted(Scope.EVENTS, camera, EVENTS)
            self.declared_sources.follow(camera)

    def events_trusted(self, camera: AxisCamera, *, polled: bool = False) -> bool:
        """Return whether the states that a camera has reported are current; `polled` ones also without a stream."""
        connection = self.connections.get(camera.node.node_id)
        if connection is None or not connection.listening or camera.condition is Condition.OTHER_DEVICE:
            return False
        if connection.transport is EventTransport.POLLING and not polled:
            return False
        # An open stream counts more than a failed check of the camera.
        return camera.condition is Condition.REACHABLE or connection.transport.is_stream

    def streams_from(self, camera: AxisCamera) -> bool:
        """Return whether a camera reports every change as it happens."""
        connection = self.connections.get(camera.node.node_id)
        return connection is not None and connection.transport.is_stream

    # --- recordings --------------------------------------------------------------------------------

    def card_of(self, node_id: int) -> Card:
        """Return the memory card of a camera.

        Raises:
            HomeAssistantError: the camera can't be reached now, or has no card that can be read.
        """
        camera = self.cameras.get(node_id)
        if camera is not None:
            camera.require_reachable()
        if camera is None or camera.card is None or not camera.card.exports:
            node = self.tree.data.nodes.get(node_id)
            raise action_error("card_missing", camera=node.name if node else str(node_id))
        return camera.client.card

    @callback
    def report_failure(self, node: Node, err: Exception) -> None:
        """Have the tree or the camera checked again after a failure."""
        if isinstance(err, CloudAuthError):
            self.run_in_background(self.tree.async_request_refresh(), "netrex refused token")
        elif isinstance(err, VapixError) and (camera := self.cameras.get(node.node_id)):
            camera.report_failure(err)

    @callback
    def note_formats(self, node: Node, formats: frozenset[str]) -> None:
        """Show an issue for cameras whose recordings many browsers can't play."""
        if self.recordings.note_formats(node, formats):
            async_show_camera_list(self.hass, self.entry, Issue.RECORDINGS_IN_H265, self.recordings.in_h265.values())
