"""What one config entry owns at run time: the tree, the cameras, their events, the relay and the snapshots."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers.start import async_at_started

from .axis_camera import AxisCamera, Condition, Outfit
from .broadcast import LiveStream, MediaRefusal
from .call_log import CallLog
from .cloud import AuthError as CloudAuthError, CloudClient, DevicePattern, Node, NodeType, Provider, Token, Tree
from .const import CONF_API_TOKEN, CONF_DEVICE_PATTERN, CONF_PROVIDER, CONF_REMOTE_API_TOKEN, CONF_RIGHTS, DOMAIN
from .coordinator import TreeCoordinator
from .devices import (
    async_register_account,
    async_register_camera,
    async_remove_denied,
    async_remove_gone_equipment,
    async_remove_gone_sources,
    async_remove_stale,
)
from .events.camera_events import CameraEvents
from .events.connection import EventConnection, Hearing
from .events.pictures import EventPictures
from .events.source_names import SourceNames
from .figures.figures import Figures
from .issues import (
    async_clear_remote_access_refused,
    async_report_remote_access_refused,
    async_show_recordings_in_h265,
    async_show_serials_unknown,
)
from .mjpeg import MovingPictures
from .ptz.steering import Steering
from .recordings.recordings import Recordings
from .recordings.settings import RecordingSettings
from .refusals import Refusals
from .relay import Relay
from .rights import COMMANDING_RIGHTS, Right, allows, allows_live_view
from .serials import entered_serials, serial_of
from .session import async_get_event_session, async_get_session
from .snapshot import SnapshotBudget, Snapshots
from .tokens import FixedToken
from .vapix import AuthError, Card, Resolution, RightsError, UnreachableError, VapixClient, VapixError

type NetrexConfigEntry = ConfigEntry[NetrexAccount]

#: Cameras checked at the same time after start-up: quick for a shop, gentle for five hundred.
_CHECKS_AT_ONCE: Final = 8
#: Event connections opened at the same time.
_CONNECTED_AT_ONCE: Final = 16
#: Entities that ask their cameras how things stand at the same time: their turn comes for all in the same moment.
_ASKING_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Channel:
    """One picture of a camera.

    Attributes:
        camera: the device.
        node: what stands for the picture in the tree: the camera's own node, or a video channel's.
        number: what VAPIX calls `camera=N`; None for the camera's only or main picture.
        snapshots: takes its still pictures.
        moving_pictures: passes its moving JPEG on.
    """

    camera: AxisCamera
    node: Node
    number: int | None
    snapshots: Snapshots = field(compare=False, repr=False)
    moving_pictures: MovingPictures = field(default_factory=MovingPictures, compare=False, repr=False)

    @property
    def key(self) -> str:
        """Names the channel within its account."""
        return str(self.node.node_id)

    @property
    def name(self) -> str:
        """What the channel is called beside its camera, whose name is not repeated."""
        rest = self.node.name.removeprefix(self.camera.node.name).strip(" -\N{EN DASH},:/")
        return rest or self.node.name


class NetrexAccount:
    """A signed-in account. The tree decides which cameras there are; each camera then looks after itself."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: NetrexConfigEntry,
        cloud: CloudClient,
        tree: TreeCoordinator,
        token: Token,
        *,
        calls: CallLog,
    ) -> None:
        """Own no camera yet; `async_start` makes the account live."""
        self.hass = hass
        self.entry = entry
        self.cloud = cloud
        self.tree = tree
        self.token: Final = token
        #: How calls to the cloud go; each camera has a log of its own.
        self.calls: Final = calls
        self.provider = Provider(entry.data[CONF_PROVIDER])
        self.cameras: dict[int, AxisCamera] = {}
        self.channels: dict[str, Channel] = {}
        remote_token = entry.options.get(CONF_REMOTE_API_TOKEN)
        self._remote_token: Final = FixedToken(remote_token) if remote_token else token
        #: Without a right to watch or to listen, cameras are not even asked.
        self.may_watch: Final = bool(remote_token) or allows_live_view(entry.data.get(CONF_RIGHTS, ("liveview",)))
        self.may_listen: Final = self.may(Right.EVENTS)
        self._may_reach: Final = self.may_watch or self.may_listen or any(map(self.may, COMMANDING_RIGHTS))
        self.refusals: Final = Refusals(hass, entry)
        self._pattern = DevicePattern(entry.data[CONF_DEVICE_PATTERN])
        self.relay = Relay(
            on_streaming=self._on_watched,
            on_unreachable=self._on_unreachable,
            on_media_refused=self._on_media_refused,
            on_idle=self._on_watched,
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
        self.figures = Figures(hass, entry, cloud, tree, self.provider)
        #: Moves its cameras, and stops them.
        self.steering = Steering(hass, entry.entry_id, self._renew_token_for_cameras)
        self._snapshot_budget = SnapshotBudget()
        #: Whoever asks a camera how things stand, without being told to by a person, takes a place.
        self.asking: Final = asyncio.Semaphore(_ASKING_AT_ONCE)
        #: How the cameras' events come, by node id; empty without the right to hear of them.
        self.connections: dict[int, EventConnection] = {}
        #: As known when the platforms were last told.
        self._outfits: dict[int, Outfit] = {}
        self.event_pictures = EventPictures(hass, entry.entry_id)
        self._supervisors: dict[int, tuple[asyncio.Task[None], ...]] = {}
        #: As of the last tree; each camera that changes asks, so it is not worked out anew for each.
        self._without_serial: list[Node] = []
        self._places = asyncio.Semaphore(_CHECKS_AT_ONCE)
        #: Where event connections hang, cameras are checked all the same.
        self._connecting = asyncio.Semaphore(_CONNECTED_AT_ONCE)
        self._running = False
        self._channel_listeners: set[Callable[[], None]] = set()
        self._source_listeners: set[Callable[[AxisCamera], None]] = set()

    # --- life --------------------------------------------------------------------------------------

    async def async_start(self) -> None:
        """Make devices and channels of the tree, and begin to check cameras once Home Assistant has started."""
        async_register_account(self.hass, self.entry)
        async_remove_denied(self.hass, self.entry, self.may)
        await self.relay.start()
        self.entry.async_on_unload(self._end_pictures)
        self.entry.async_on_unload(self.recordings.end)
        self._follow_tree()
        self.entry.async_on_unload(
            await self.steering.async_start(self.cameras if self.may(Right.LIVEVIEW_PTZ) else {})
        )
        self.entry.async_on_unload(self.steering.end)
        self.entry.async_on_unload(self.tree.async_add_listener(self._follow_tree))
        self.entry.async_on_unload(async_at_started(self.hass, self._supervise_all))
        self.figures.async_start()

    async def _end_pictures(self) -> None:
        """Nobody watches an account that is not loaded."""
        for channel in self.channels.values():
            channel.moving_pictures.end()
        await asyncio.gather(self.relay.stop(), *(channel.snapshots.close() for channel in self.channels.values()))

    @callback
    def _supervise_all(self, _hass: HomeAssistant) -> None:
        self._running = True
        for camera in self.cameras.values():
            self._supervise(camera)

    @callback
    def _supervise(self, camera: AxisCamera) -> None:
        if not self._running:
            return
        node_id = camera.node.node_id
        lives = [camera.supervise(self._places)]
        if connection := self.connections.get(node_id):
            lives.append(connection.supervise(self._connecting))
        self._supervisors[node_id] = tuple(
            self.entry.async_create_background_task(self.hass, life, f"netrex camera {node_id}") for life in lives
        )

    # --- tree --------------------------------------------------------------------------------------

    @callback
    def listen_for_channels(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call the listener when channels have come or gone; return what ends that."""
        self._channel_listeners.add(listener)
        return lambda: self._channel_listeners.discard(listener)

    @callback
    def _follow_tree(self) -> None:
        """Let cameras, channels and devices be those of the tree as last seen."""
        tree = self.tree.data
        entered = entered_serials(self.entry)
        async_remove_stale(self.hass, self.entry, tree)
        serials: dict[int, str] = {}
        without_serial: list[Node] = []
        for node in tree.of_type(NodeType.CAMERA):
            serial = serial_of(node, tree, entered)
            known = self.cameras.get(node.node_id)
            async_register_camera(self.hass, self.entry, tree, node, serial, known.identity if known else None)
            if not self._may_reach:
                continue
            if serial is None:
                without_serial.append(node)
            else:
                serials[node.node_id] = serial
        self._without_serial = without_serial
        for node_id in [node_id for node_id, camera in self.cameras.items() if serials.get(node_id) != camera.serial]:
            self._drop(node_id)
        for node_id, serial in serials.items():
            self._keep(tree.nodes[node_id], serial)
        self._make_channels(tree)
        self._show_issues()

    @callback
    def async_serials_entered(self) -> None:
        """The user has entered a serial number: its camera can be reached from now on."""
        self._follow_tree()

    def cameras_to_ask_about(self) -> list[Node]:
        """Return the cameras whose serial number is unknown, or leads to another device."""
        wrong = [camera.node for camera in self.cameras.values() if camera.condition is Condition.OTHER_DEVICE]
        return [*self._without_serial, *wrong]

    def _keep(self, node: Node, serial: str) -> None:
        camera, inputs = self.cameras.get(node.node_id), self.tree.data.inputs_of(node)
        if camera is not None:
            if (camera.node, camera.inputs) != (node, inputs):
                camera.rename(node, inputs)
            return
        calls = CallLog()
        client = VapixClient(
            async_get_session(self.hass),
            self._pattern.base_url(serial),
            self.token_for_cameras,
            socket_session=async_get_event_session(self.hass),
            calls=calls,
        )
        names = SourceNames(client, lambda: self.tree.data.inputs_of(node))
        events = CameraEvents(names, self.run_in_background)
        camera = self.cameras[node.node_id] = AxisCamera(
            node,
            serial,
            client,
            events,
            inputs,
            may=self.may,
            has_api_token=self.has_api_token,
            calls=calls,
        )
        camera.listen(lambda: self._camera_changed(camera))
        events.listen_for_sources(lambda: self._sources_found(camera))
        if self.may_listen:
            self.connections[node.node_id] = EventConnection(camera, events, partial(self._hearing_changed, camera))
        self._supervise(camera)

    def _drop(self, node_id: int) -> None:
        self.refusals.forget(self.cameras.pop(node_id))
        self.steering.drop(node_id)
        self._outfits.pop(node_id, None)
        self.connections.pop(node_id, None)
        for supervisor in self._supervisors.pop(node_id, ()):
            supervisor.cancel()

    def _make_channels(self, tree: Tree) -> None:
        """A camera node is a picture of its own; its video channels are `camera=1` and on, in the order of their ids.

        INFERRED (netrex-api.md 2.2): the documentation does not say which number a channel has.
        """
        channels: dict[str, Channel] = {}
        for camera in self.cameras.values():
            of_camera = [self._channel(camera, camera.node, None)]
            of_camera += [
                self._channel(camera, node, number) for number, node in enumerate(tree.channels_of(camera.node), 1)
            ]
            channels |= {channel.key: channel for channel in of_camera}
        if channels != self.channels:
            before, self.channels = self.channels, channels
            for key, channel in before.items():
                # Also where the device behind a channel is another one now: nobody may go on watching the former.
                if key not in channels or channels[key].snapshots is not channel.snapshots:
                    self._in_background(self.relay.remove(key), "netrex relay")
                    self._in_background(channel.snapshots.close(), "netrex snapshots")
                    channel.moving_pictures.end()
            for key, channel in channels.items():
                if key not in before or before[key].snapshots is not channel.snapshots:
                    self.relay.add(key, partial(self._open_video, key))
            for listener in tuple(self._channel_listeners):
                listener()

    def _channel(self, camera: AxisCamera, node: Node, number: int | None) -> Channel:
        known = self.channels.get(str(node.node_id))
        if known is not None and known.camera is camera and known.number == number:
            return known if known.node == node else replace(known, node=node)

        async def take(size: Resolution | None) -> bytes:
            return await camera.client.image(size, number)

        return Channel(camera, node, number, Snapshots(take, self._snapshot_budget))

    # --- cameras -----------------------------------------------------------------------------------

    async def token_for_cameras(self) -> str:
        """Return the token for remote camera access, its troubles told as those of the camera."""
        try:
            return await self._remote_token.get()
        except ConfigEntryAuthFailed:
            raise AuthError("the account's sign-in no longer holds") from None
        except ConfigEntryNotReady:
            raise UnreachableError("the account's token could not be refreshed") from None

    async def _renew_token_for_cameras(self) -> None:
        """Get another token for remote camera access: a camera has refused one that should be good by its clock."""
        rejected = await self.token_for_cameras()
        try:
            await self._remote_token.renew(rejected)
        except ConfigEntryAuthFailed:
            raise AuthError("the account's sign-in no longer holds") from None
        except ConfigEntryNotReady:
            raise UnreachableError("the account's token could not be refreshed") from None

    async def is_about_a_right(self, camera: AxisCamera) -> bool:
        """Tell whether a camera refused a call for want of a right, rather than for the token's own sake.

        With which status remote access says which is UNKNOWN: the camera is asked for what it tells whoever may use it
        at all. Where it refuses that, too, the cloud is asked, which renews a token that is over; then it, again.
        """
        try:
            await camera.client.device_identity()
        except (AuthError, RightsError) as again:
            await self.tree.async_refresh()
            camera.doubt(again)
        except VapixError as err:
            camera.doubt(err)
        else:
            return True
        return False

    @callback
    def _camera_changed(self, camera: AxisCamera) -> None:
        """A camera has been checked: its device may know more, and the account may have learnt about its token."""
        tree = self.tree.data
        if camera.node.node_id not in tree.nodes:
            return
        if camera.identity is not None:
            async_register_camera(self.hass, self.entry, tree, camera.node, camera.serial, camera.identity)
        before = self._outfits.get(camera.node.node_id)
        if camera.outfit != before:
            self._outfits[camera.node.node_id] = camera.outfit
            if before is not None:
                for right in before.equipment.refused - camera.equipment.refused:
                    self.refusals.used(right, camera)
            for right in camera.equipment.refused:
                self.refusals.refused(right, camera)
            async_remove_gone_equipment(self.hass, self.entry, camera)
            self._sources_found(camera)
        if camera.condition is Condition.REFUSED:
            # It may be the sign-in that has ended; the cloud says so. No single right is to blame.
            self.refusals.forget(camera)
            self._in_background(self.tree.async_request_refresh(), "netrex refused token")
        elif camera.condition is Condition.OTHER_DEVICE:
            self._end_watching(camera)
        self._show_issues()

    @callback
    def _show_issues(self) -> None:
        """Tell the user what only they can end, and take back what is over."""
        async_show_serials_unknown(self.hass, self.entry, self.cameras_to_ask_about())
        conditions = {camera.condition for camera in self.cameras.values()}
        undecided = {Condition.REACHABLE, Condition.CHECKING}
        if Condition.REFUSED in conditions and not conditions & undecided and self.tree.last_update_success:
            # No camera takes the token, though the cloud does.
            async_report_remote_access_refused(self.hass, self.entry)
        else:
            async_clear_remote_access_refused(self.hass, self.entry)

    # --- rights ------------------------------------------------------------------------------------

    @property
    def has_api_token(self) -> bool:
        """Whether the cameras are shown a token that the user made, rather than that of the sign-in."""
        return CONF_API_TOKEN in self.entry.data or CONF_REMOTE_API_TOKEN in self.entry.options

    def may(self, right: Right) -> bool:
        """Tell whether the account's token for the cameras has a right, as far as that is known.

        What an API token may do is known only to the cameras: it is tried.
        """
        return CONF_REMOTE_API_TOKEN in self.entry.options or allows(self.entry.data.get(CONF_RIGHTS), right)

    def _in_background(self, work: Coroutine[None, None, None], name: str) -> None:
        self.entry.async_create_background_task(self.hass, work, name)

    def run_in_background[Result](self, work: Coroutine[None, None, Result]) -> asyncio.Task[Result]:
        """Run what outlives its caller, until the account is unloaded."""
        return self.entry.async_create_background_task(self.hass, work, "netrex account")

    # --- events ------------------------------------------------------------------------------------

    @callback
    def listen_for_sources(self, listener: Callable[[AxisCamera], None]) -> CALLBACK_TYPE:
        """Call the listener with a camera that reports something new; return what ends that."""
        self._source_listeners.add(listener)
        return lambda: self._source_listeners.discard(listener)

    @callback
    def _sources_found(self, camera: AxisCamera) -> None:
        if self.cameras.get(camera.node.node_id) is camera:
            async_remove_gone_sources(self.hass, self.entry, camera)
            for listener in tuple(self._source_listeners):
                listener(camera)

    @callback
    def _hearing_changed(self, camera: AxisCamera, hearing: Hearing) -> None:
        if hearing is Hearing.REFUSED:
            self.refusals.refused(Right.EVENTS, camera)
        elif hearing is Hearing.STREAM:
            self.refusals.used(Right.EVENTS, camera)

    def listens_to(self, camera: AxisCamera, *, polled: bool = False) -> bool:
        """Tell whether what a camera has reported can be believed now.

        An open stream proves more than a check of the camera that has just failed.

        Args:
            camera: one of the account's.
            polled: whether it is about what is polled where there is no stream: inputs.
        """
        connection = self.connections.get(camera.node.node_id)
        if connection is None or not connection.listening or camera.condition is Condition.OTHER_DEVICE:
            return False
        if connection.hearing is Hearing.POLLING and not polled:
            return False
        return camera.condition is Condition.REACHABLE or connection.hearing is Hearing.STREAM

    def streams_from(self, camera: AxisCamera) -> bool:
        """Tell whether a camera reports every change as it happens, now."""
        connection = self.connections.get(camera.node.node_id)
        return connection is not None and connection.hearing is Hearing.STREAM

    # --- recordings --------------------------------------------------------------------------------

    def card_of(self, node_id: int) -> Card:
        """Return the memory card of a camera.

        Raises:
            HomeAssistantError: it can't be reached now, or has no card that can be read.
        """
        camera = self.cameras.get(node_id)
        if camera is not None:
            camera.require_reachable()
        if camera is None or camera.card is None or not camera.card.exports:
            node = self.tree.data.nodes.get(node_id)
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="card_missing",
                translation_placeholders={"camera": node.name if node else str(node_id)},
            )
        return camera.client.card

    @callback
    def doubt(self, node: Node, err: Exception) -> None:
        """Something went wrong: let the tree's next query, or the camera's check, find out what still holds."""
        if isinstance(err, CloudAuthError):
            self._in_background(self.tree.async_request_refresh(), "netrex refused token")
        elif isinstance(err, VapixError) and (camera := self.cameras.get(node.node_id)):
            camera.doubt(err)

    @callback
    def note_formats(self, node: Node, formats: frozenset[str]) -> None:
        """Tell the user once which cameras' recordings many browsers can't show."""
        if self.recordings.note_formats(node, formats):
            async_show_recordings_in_h265(self.hass, self.entry, self.recordings.in_h265.values())

    # --- live picture ------------------------------------------------------------------------------

    async def snapshot(self, channel: Channel, width: int | None, height: int | None) -> bytes:
        """Return a JPEG picture of now, in the smallest size of the camera that covers what is wanted.

        Raises:
            VapixError: there is none.
        """
        if channel.camera.pictures:
            channel.snapshots.resolutions = channel.camera.pictures.resolutions
        return await channel.snapshots.get(width, height)

    def watchers_of(self, camera: AxisCamera) -> int:
        """Return how many watch one of the camera's pictures live."""
        return sum(self.relay.watchers(key) for key, channel in self.channels.items() if channel.camera is camera)

    @callback
    def _end_watching(self, camera: AxisCamera) -> None:
        """End the live pictures of a camera: they may be those of another device."""
        for key, channel in self.channels.items():
            if channel.camera is camera:
                channel.moving_pictures.end()
                self._in_background(self.relay.remove(key), "netrex relay")
                self.relay.add(key, partial(self._open_video, key))

    def _open_video(self, key: str) -> AbstractAsyncContextManager[LiveStream]:
        channel = self.channels[key]
        if channel.camera.condition in {Condition.CHECKING, Condition.OTHER_DEVICE}:
            raise UnreachableError("it is not known to be the camera it should be")
        return channel.camera.client.open_media(camera=channel.number)

    @callback
    def _on_watched(self, key: str) -> None:
        if channel := self.channels.get(key):
            channel.camera.tell()

    @callback
    def _on_unreachable(self, key: str, error: Exception) -> None:
        if (channel := self.channels.get(key)) and isinstance(error, VapixError):
            channel.camera.doubt(error)

    @callback
    def _on_media_refused(self, key: str, refusal: MediaRefusal) -> None:
        if channel := self.channels.get(key):
            channel.camera.suspect_video(refusal)
