"""Cameras: the live picture through the relay, and snapshots."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, override

from aiohttp import web
from homeassistant.components.camera import Camera, CameraEntityFeature, get_dynamic_camera_stream_settings
from homeassistant.components.camera.prefs import DynamicStreamSettings
from homeassistant.components.stream import DOMAIN as STREAM, Stream
from homeassistant.components.stream.const import ATTR_STREAMS
from homeassistant.core import callback

from .account.account import NetrexAccount
from .account.refusals import IMAGE, MJPEG
from .auth.scopes import Scope
from .cameras.axis_camera import Condition
from .cameras.channels import Channel
from .cameras.video_support import LivePicture
from .entity.base import NetrexEntity, setup_each_camera
from .errors import action_error
from .vapix import AuthError, ForbiddenError, VapixError

#: Each camera bounds its own requests; one slow camera must not hold up the others.
PARALLEL_UPDATES: Final = 0

#: FFmpeg would look at 20 pictures of MPEG-TS, a second or more, only to learn how often they come.
OPENING: Final = {"fpsprobesize": "0"}

ATTR_LIVE_VIEW: Final = "live_view"
ATTR_LOCATION: Final = "location"


def _cameras(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    if account.permissions.can_stream:
        yield NetrexCamera(account, channel)


class NetrexCamera(NetrexEntity, Camera):
    """A picture of a camera."""

    _attr_brand = "Axis"
    _attr_translation_key = "camera"
    _unrecorded_attributes = frozenset({ATTR_LIVE_VIEW, ATTR_LOCATION})

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        NetrexEntity.__init__(self, account, channel)
        Camera.__init__(self)
        #: Whether go2rtc has it, or would have it if it ran.
        self._is_offered = False
        self._update_attributes()

    @override
    async def stream_source(self) -> str | None:
        """Return where the relay offers this picture as video: always the same, and nothing is opened by asking."""
        if self.channel.camera.video.live_picture is not LivePicture.VIDEO:
            return None
        return self.account.relay.url(self.channel.key)

    @override
    async def async_create_stream(self) -> Stream | None:
        """Begin a stream, unless it is known that no picture would come.

        A preloaded one always begins: it tries until it is stopped, and an error would end Home Assistant's preloading
        of all other cameras. While a camera is being checked, the relay waits.
        """
        camera = self.channel.camera
        settings = await get_dynamic_camera_stream_settings(self.hass, self.entity_id)
        if camera.condition is not Condition.CHECKING and not settings.preload_stream:
            camera.require_reachable()
        stream = await super().async_create_stream()
        if stream is not None:
            stream.pyav_options |= OPENING
        return stream

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        """Return a picture of now, in the smallest size that the camera has for what is wanted."""
        camera = self.channel.camera
        camera.require_reachable()
        try:
            image = await self.channel.snapshot(width, height)
        except VapixError as err:
            refused = await self._note_failure(err, IMAGE)
            raise action_error(
                "live_view_refused" if refused else "snapshot_failed", camera=self.camera.node.name
            ) from err
        self.account.refusals.accepted(Scope.LIVEVIEW, camera, IMAGE)
        return image

    async def _note_failure(self, err: VapixError, what: str) -> bool:
        """Note that something did not come; return whether the permission was missing."""
        if isinstance(err, AuthError | ForbiddenError):
            return await self.account.refusals.async_is_permission_refused(Scope.LIVEVIEW, self.channel.camera, what)
        self.channel.camera.report_failure(err)
        return False

    @override
    async def async_refresh_providers(self, *, write_state: bool = True) -> None:
        """Let go2rtc have a camera that is there.

        It opens preloaded cameras when it is given them. Before the first check that would hold up Home Assistant's
        start, and end in an error for each that is off.
        """
        self._is_offered = self.channel.camera.condition is Condition.REACHABLE or self.webrtc_provider is not None
        if self._is_offered:
            await super().async_refresh_providers(write_state=write_state)

    @override
    async def handle_async_mjpeg_stream(self, request: web.Request) -> web.StreamResponse | None:
        camera = self.channel.camera
        if camera.condition is not Condition.REACHABLE:
            # An image in a page asks: it shows no text, and Home Assistant would log an error.
            return None
        try:
            response = await self.channel.mjpeg.stream(request, camera, self.channel.number)
        except VapixError as err:
            await self._note_failure(err, MJPEG)
            return None
        self.account.refusals.accepted(Scope.LIVEVIEW, camera, MJPEG)
        return response

    @override
    async def async_will_remove_from_hass(self) -> None:
        await self._stop_stream()
        await super().async_will_remove_from_hass()

    @override
    @callback
    def _camera_changed(self) -> None:
        super()._camera_changed()
        if self.channel.camera.condition is Condition.REACHABLE and not self._is_offered:
            self._is_offered = True
            self.account.run_in_background(self.async_refresh_providers())
        if self.stream and CameraEntityFeature.STREAM not in self.supported_features:
            self.hass.async_create_task(self._stop_stream())

    async def _stop_stream(self) -> None:
        if stream := self.stream:
            self.stream = None
            # Home Assistant keeps every stream it has ever created, and goes on with those that are preloaded.
            with suppress(ValueError):
                self.hass.data[STREAM][ATTR_STREAMS].remove(stream)
            stream.set_update_callback(_ignore_update)
            stream.dynamic_stream_settings = DynamicStreamSettings()
            outputs = stream.outputs().values()
            for output in outputs:
                await stream.remove_provider(output)
            await stream.stop()
            for output in outputs:
                # A first segment that came until the worker ended has set a timer, which would keep the stream.
                output.cleanup()

    @override
    def _update_attributes(self) -> None:
        channel, camera = self.channel, self.channel.camera
        place = self.account.tree.data.place_of(camera.node)
        self._attr_name = None if channel.number is None else channel.name
        self._attr_model = camera.identity.model if camera.identity else None
        self._attr_is_streaming = (
            camera.condition is Condition.REACHABLE and self.account.relay.watchers(channel.key) > 0
        )
        video = camera.video.live_picture is LivePicture.VIDEO
        self._attr_supported_features = CameraEntityFeature.STREAM if video else CameraEntityFeature(0)
        self._attr_extra_state_attributes = {
            ATTR_LIVE_VIEW: camera.video.live_picture.value,
            ATTR_LOCATION: place.name if place else None,
        }


def _ignore_update() -> None:
    """Nobody shows the state of a stream that has ended."""


async_setup_entry: Final = setup_each_camera(_cameras, each_channel=True)
