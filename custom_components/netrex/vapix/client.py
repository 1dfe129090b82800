"""What an Axis camera can be asked; docs/api/vapix.md has the sources."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from ..transport.calls import Calls
from ..transport.facts import Fact
from ..transport.values import clean_text, text_of
from .analytics import Analytics
from .card import Card, CardProperties
from .clips import Clips
from .day_night import DayNight
from .declarations import EventDeclarations
from .errors import ForbiddenError, GoneError, ProtocolError, RequestError, UnreachableError
from .event_socket import PONG_WITHIN, QUIET
from .event_stream import EventStream, open_event_stream
from .http import CameraHttp, RenewToken
from .jpeg import jpeg_size
from .lights import Lights
from .media import IDLE_TIMEOUT, MediaStream
from .models import DeviceIdentity, PictureProperties, Resolution
from .optics import Optics
from .ports import Ports
from .ptz import Ptz
from .restart import may_restart, restart
from .rtsp_events import RtspEventStream, open_rtsp_events
from .siren import Siren
from .speaker import Speaker
from .temperatures import TemperatureControl
from .virtual_inputs import VirtualInputs

_MAX_IMAGE = 20 << 20  # four 8-megapixel sensors in one picture, hardly compressed
_MAX_PIXELS = 64_000_000
#: Seconds for which an answer that several entities want is kept.
_SHARED_MAX_AGE: Final = 10.0
#: Groups of parameters that say what a camera has. A group that it lacks is left out.
_PROPERTIES: Final = (
    *("Properties", "Image", "PTZ", "GuardTour"),
    *("Audio", "AudioSource", "MediaClip"),
    *("Input", "Output"),
)


@dataclass(frozen=True, slots=True)
class CameraProperties:
    """What a camera has, from one answer; `parameters` holds all of it, by name without `root.`."""

    pictures: PictureProperties
    card: CardProperties
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


class VapixClient:
    """One camera. What fails is a VapixError, or what `token` raises: it is awaited for each request.

    `base_url` is without `/axis-cgi`, e.g. `https://ACCC8E000001.device-connect.net`. Websockets, which stay open, use
    `socket_session`, if there is one. No session is closed here. Without `renew`, a refusal is final.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        token: Callable[[], Awaitable[str]],
        *,
        socket_session: aiohttp.ClientSession | None = None,
        calls: Calls | None = None,
        renew: RenewToken | None = None,
        shared_max_age: float = _SHARED_MAX_AGE,
    ) -> None:
        self._http = CameraHttp(session, base_url, token, socket_session, calls, renew)
        self.card: Final = Card(self._http)
        self.analytics: Final = Analytics(self._http)
        self.declarations: Final = EventDeclarations(self._http)
        self.ports: Final = Ports(self._http)
        self.lights: Final = Lights(self._http)
        self.siren: Final = Siren(self._http)
        self.day_night: Final = DayNight(self._http)
        self.virtual_inputs: Final = VirtualInputs(self._http)
        self.ptz: Final = Ptz(self._http, shared_max_age)
        self.optics: Final = Optics(self._http)
        self.temperatures: Final = TemperatureControl(self._http, shared_max_age)
        self.clips: Final = Clips(self._http)
        self.speaker: Final = Speaker(self._http)

    async def device_identity(self) -> DeviceIdentity:
        """Ask which device this is; UnreachableError: there is none at this address (INFERRED, VX-HTTP-4).

        `basicdeviceinfo.cgi` (CONFIRMED, VX-INFO-1) in full needs the operator level, hence the second request, of API
        1.2 and later; AXIS OS before 8.40 lacks it, hence the third: every VAPIX 3 device has `param.cgi`.
        """
        try:
            try:
                properties = await self._properties("getAllProperties")
                level = "operator"
            except ForbiddenError:
                properties = await self._properties("getAllUnrestrictedProperties", version="1.2")
                level = "viewer"
            self._http.calls.observed(Fact.LOGIN_LEVEL, level)
        except GoneError, ForbiddenError, RequestError:
            return await self._identity_from_parameters()
        return _identity(properties, serial="SerialNumber", firmware="Version")

    async def parameters(self, *groups: str) -> Mapping[str, str]:
        """List groups of parameters; see `CameraHttp.parameters`."""
        return await self._http.parameters(",".join(groups))

    async def properties(self) -> CameraProperties:
        """Ask which pictures, sound, card and equipment the camera has: one request for all."""
        parameters = await self.parameters(*_PROPERTIES)
        return CameraProperties(
            PictureProperties.from_parameters(parameters), CardProperties.from_parameters(parameters), parameters
        )

    async def image(self, resolution: Resolution | None = None, camera: int | None = None) -> bytes:
        """Take a JPEG picture (CONFIRMED, VX-IMAGE-1); without `resolution` in the camera's own default size."""
        query = _picture_query(camera, resolution)
        picture = await self._http.fetch("axis-cgi/jpg/image.cgi", query, limit=_MAX_IMAGE)
        size = jpeg_size(picture)
        if size is None:
            raise ProtocolError("The answer is not a whole JPEG picture")
        if size.pixels > _MAX_PIXELS:
            # Scaling it would hold up everything else in the house.
            raise ProtocolError("The picture is too large")
        return picture

    @asynccontextmanager
    async def open_media(
        self,
        *,
        camera: int | None = None,
        resolution: Resolution | None = None,
        audio: bool = True,
        idle_timeout: float = IDLE_TIMEOUT,
    ) -> AsyncIterator[MediaStream]:
        """Open live H.264 video, frame by frame (CONFIRMED, VX-MEDIA-1, VX-MEDIA-7); GoneError before AXIS OS 9.80."""
        query = {"container": "matroska", "videocodec": "h264", "audio": "1" if audio else "0"}
        query |= _picture_query(camera, resolution)
        async with self._http.open_stream("axis-cgi/media.cgi", query) as response:
            content_type = response.headers.get("Content-Type", "")
            if response.content_type.partition("/")[0] not in {"video", "audio"}:
                raise ProtocolError("The answer is not video")
            self._http.calls.observed(Fact.VIDEO_TYPE, "with_codecs" if "codecs=" in content_type else "bare")
            with self._http.lasting():
                yield MediaStream(response, idle_timeout)

    @asynccontextmanager
    async def open_mjpeg(
        self, *, camera: int | None = None, resolution: Resolution | None = None, idle_timeout: float = IDLE_TIMEOUT
    ) -> AsyncIterator[MediaStream]:
        """Open moving JPEG (CONFIRMED, VX-IMAGE-4): parts, whose boundary is in the content type."""
        async with self._http.open_stream("axis-cgi/mjpg/video.cgi", _picture_query(camera, resolution)) as response:
            pictures = MediaStream(response, idle_timeout)
            if pictures.boundary is None:
                raise ProtocolError("The answer is not moving JPEG")
            with self._http.lasting():
                yield pictures

    def open_events(
        self, *, with_session: bool = False, quiet: float = QUIET, pong_within: float = PONG_WITHIN
    ) -> AbstractAsyncContextManager[EventStream]:
        """Open the event websocket; see `open_event_stream`."""
        return open_event_stream(self._http, with_session=with_session, quiet=quiet, pong_within=pong_within)

    def open_rtsp_events(
        self, *, with_session: bool = False, quiet: float = QUIET, pong_within: float = PONG_WITHIN
    ) -> AbstractAsyncContextManager[RtspEventStream]:
        """Open the events over RTSP; see `open_rtsp_events`."""
        return open_rtsp_events(self._http, with_session=with_session, quiet=quiet, pong_within=pong_within)

    async def restart(self) -> None:
        """Restart the camera; see `restart.py`."""
        await restart(self._http)

    async def may_restart(self) -> bool:
        """Ask whether `restart` would be allowed; see `restart.py`."""
        return await may_restart(self._http)

    async def _properties(self, method: str, version: str = "1.0") -> Mapping[str, str]:
        listed = (await self._http.call("axis-cgi/basicdeviceinfo.cgi", method, version=version)).get("propertyList")
        if not isinstance(listed, dict):
            raise ProtocolError("The answer has no properties")
        return {name: text_of(value) for name, value in listed.items()}

    async def _brand(self) -> Mapping[str, str]:
        try:
            return await self.parameters("Brand", "Properties.System", "Properties.Firmware")
        except GoneError as error:
            self._http.calls.observed(Fact.CAMERA_OFF, "404")
            raise UnreachableError("There is no camera at this address now") from error

    async def _identity_from_parameters(self) -> DeviceIdentity:
        parameters = await self._brand()
        properties = {name.rpartition(".")[2]: value for name, value in parameters.items() if name.startswith("Brand.")}
        return _identity(
            {**properties, **parameters},
            serial="Properties.System.SerialNumber",
            firmware="Properties.Firmware.Version",
        )


def _identity(properties: Mapping[str, str], *, serial: str, firmware: str) -> DeviceIdentity:
    if not properties.get(serial):
        raise ProtocolError("The answer has no serial number")
    return DeviceIdentity(
        serial=clean_text(properties[serial]).replace(":", "").upper(),
        brand=clean_text(properties.get("Brand", "")),
        model=clean_text(properties.get("ProdNbr", "")),
        product_name=clean_text(properties.get("ProdFullName", "")),
        firmware=clean_text(properties.get(firmware, "")),
    )


def _picture_query(camera: int | None, resolution: Resolution | None) -> dict[str, str]:
    query = {}
    if camera is not None:
        query["camera"] = str(camera)
    if resolution is not None:
        query["resolution"] = str(resolution)
    return query
