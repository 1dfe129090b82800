"""The channels of an account's cameras, one for each picture, with their live video, motion JPEG and snapshots."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, override

from homeassistant.core import callback

from ..cloud import Node, Tree
from ..live.broadcast import BroadcastEvents, LiveStream, MediaRefusal
from ..live.relay import Relay
from ..live.snapshot import SnapshotBudget, Snapshots
from ..tasks.background import BackgroundTasks
from ..tasks.listeners import Listeners
from ..vapix import AuthError, ForbiddenError, PtzHead, Resolution, UnreachableError, VapixError
from .axis_camera import AxisCamera, Condition
from .mjpeg import MjpegProxy


@dataclass(frozen=True, slots=True)
class Channel:
    """One picture of a camera.

    Attributes:
        camera: the device.
        node: the camera's node in the tree of the account, or a video channel's below it.
        number: N of VAPIX's parameter `camera=N`; None for the camera's only or main picture.
        snapshots: fetches its images.
        mjpeg: streams its motion JPEG.
    """

    camera: AxisCamera
    node: Node
    number: int | None
    snapshots: Snapshots = field(compare=False, repr=False)
    mjpeg: MjpegProxy = field(default_factory=MjpegProxy, compare=False, repr=False)

    @property
    def key(self) -> str:
        """The channel's key within its account."""
        return str(self.node.node_id)

    @property
    def name(self) -> str:
        """The channel's name without that of its camera."""
        rest = self.node.name.removeprefix(self.camera.node.name).strip(" -\N{EN DASH},:/")
        return rest or self.node.name

    @property
    def head_number(self) -> int:
        """The channel whose head moves this picture; the main picture is that of `camera=1` (INFERRED, VX-HEAD-11)."""
        return self.number or 1

    @property
    def head(self) -> PtzHead | None:
        """What moves this picture."""
        return self.camera.equipment.heads.get(self.head_number)

    @property
    def unit(self) -> int:
        """What distinguishes the positioning units of a camera: channels that turn together have the same."""
        return self.camera.equipment.unit_of(self.head_number)

    @property
    def own_head(self) -> PtzHead | None:
        """What moves this picture, if its entities are this channel's: those of `camera=1` are the main picture's."""
        return None if self.number == 1 else self.head

    async def snapshot(self, width: int | None, height: int | None) -> bytes:
        """Return a current JPEG image, in the smallest size of the camera that covers width and height.

        Raises:
            VapixError: the camera sent none.
        """
        if self.camera.pictures:
            self.snapshots.resolutions = self.camera.pictures.resolutions
        return await self.snapshots.get(width, height)


class Channels(Mapping[str, Channel]):
    """The channels of one account by their keys. The account calls `update` when its cameras change.

    It calls `end_watching` when another device answers, and `end` at unload; diagnostics show `watchers_of`. Camera
    entities use a channel's `snapshot` and `mjpeg`, and the URLs of `relay`. A further kind of live view is a field of
    `Channel`; `update`, `end_watching` and `end` have to end it.

    Attributes:
        relay: serves live video; the account starts it, `end` stops it.
        changed: its listeners are called when channels were added, changed or removed.
    """

    def __init__(
        self,
        run_in_background: BackgroundTasks,
        on_video: Callable[[AxisCamera, VapixError | None], None],
    ) -> None:
        self._run_in_background = run_in_background
        #: Called with a camera, and None when its video arrives, or the error when it refuses access to it.
        self._on_video = on_video
        self._channels: dict[str, Channel] = {}
        self._by_camera: Mapping[AxisCamera, Sequence[Channel]] = {}
        self.changed: Final = Listeners[()]()
        self._snapshot_budget = SnapshotBudget()
        self.relay: Final = Relay(
            BroadcastEvents(
                on_streaming=self._on_streaming,
                on_open_failed=self._on_open_failed,
                on_media_refused=self._on_media_refused,
                on_idle=self._on_watchers_changed,
            )
        )

    @override
    def __getitem__(self, key: str) -> Channel:
        return self._channels[key]

    @override
    def __contains__(self, key: object) -> bool:
        # Asked before each state is written; that of `Mapping` is several times slower.
        return key in self._channels

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._channels)

    @override
    def __len__(self) -> int:
        return len(self._channels)

    def of(self, camera: AxisCamera) -> Sequence[Channel]:
        """Return the channels of a camera, its main picture first."""
        return self._by_camera.get(camera, ())

    async def end(self) -> None:
        """End all live views."""
        for channel in self.values():
            channel.mjpeg.end()
        await asyncio.gather(self.relay.stop(), *(channel.snapshots.close() for channel in self.values()))

    @callback
    def update(self, cameras: Iterable[AxisCamera], tree: Tree) -> None:
        """Set the channels to those of these cameras, and end the live video of the others.

        A camera's node is one channel. Each video channel below it is another: `camera=1` and up, in order of node id.
        INFERRED (NX-NODE-15): the documentation does not say which number a channel has.
        """
        channels: dict[str, Channel] = {}
        by_camera: dict[AxisCamera, Sequence[Channel]] = {}
        for camera in cameras:
            of_camera = [self._channel(camera, camera.node, None)]
            of_camera += [
                self._channel(camera, node, number) for number, node in enumerate(tree.channels_of(camera.node), 1)
            ]
            channels |= {channel.key: channel for channel in of_camera}
            by_camera[camera] = of_camera
        if channels != self._channels:
            before, self._channels, self._by_camera = self._channels, channels, by_camera
            for key, channel in before.items():
                # Also if the channel is another device now: the live view of the former one has to end.
                if key not in channels or channels[key].snapshots is not channel.snapshots:
                    # Its eager task frees the key at once, so that it can be added again below.
                    self._run_in_background(self.relay.remove(key), "netrex relay")
                    self._run_in_background(channel.snapshots.close(), "netrex snapshots")
                    channel.mjpeg.end()
            for key, channel in channels.items():
                if key not in before or before[key].snapshots is not channel.snapshots:
                    self.relay.add(key, partial(self._open_video, key))
            self.changed.call()

    def _channel(self, camera: AxisCamera, node: Node, number: int | None) -> Channel:
        known = self._channels.get(str(node.node_id))
        if known is not None and known.camera is camera and known.number == number:
            return known if known.node == node else replace(known, node=node)

        async def take(size: Resolution | None) -> bytes:
            return await camera.client.image(size, number)

        return Channel(camera, node, number, Snapshots(take, self._snapshot_budget))

    def watchers_of(self, camera: AxisCamera) -> int:
        """Return the number of live views of the camera."""
        return sum(self.relay.watchers(channel.key) for channel in self.of(camera))

    @callback
    def end_watching(self, camera: AxisCamera) -> None:
        """End the live views of a camera, as it may be another device now. New ones may start."""
        for channel in self.of(camera):
            channel.mjpeg.end()
            # Its eager task frees the key at once.
            self._run_in_background(self.relay.remove(channel.key), "netrex relay")
            self.relay.add(channel.key, partial(self._open_video, channel.key))

    @asynccontextmanager
    async def _open_video(self, key: str) -> AsyncIterator[LiveStream]:
        """Open a channel's video, after the first check of its camera. `Broadcast` has a timeout for both."""
        channel = self[key]
        camera = channel.camera
        if camera.condition is Condition.CHECKING and await camera.until_checked() is not Condition.REACHABLE:
            raise UnreachableError("the camera is not reachable")
        if camera.condition is Condition.OTHER_DEVICE:
            raise UnreachableError("another device answers instead of the camera")
        async with camera.client.open_media(camera=channel.number) as stream:
            yield stream

    @callback
    def _on_streaming(self, key: str) -> None:
        if channel := self.get(key):
            self._on_video(channel.camera, None)
        self._on_watchers_changed(key)

    @callback
    def _on_watchers_changed(self, key: str) -> None:
        if channel := self.get(key):
            channel.camera.changed.call()

    @callback
    def _on_open_failed(self, key: str, error: Exception) -> None:
        if (channel := self.get(key)) is None:
            return
        if isinstance(error, AuthError | ForbiddenError):
            self._on_video(channel.camera, error)
        elif isinstance(error, VapixError):
            channel.camera.report_failure(error)

    @callback
    def _on_media_refused(self, key: str, refusal: MediaRefusal) -> None:
        if channel := self.get(key):
            channel.camera.report_video_failure(refusal)
