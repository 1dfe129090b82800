"""What an Axis camera can be asked; docs/api/vapix.md has the sources."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

import aiohttp

from .analytics import Analytics
from .calls import Calls
from .card import Card, CardProperties
from .clips import Clips
from .day_night import DayNight
from .errors import ForbiddenError, GoneError, ProtocolError, RequestError, UnreachableError
from .event_stream import EventStream, open_event_stream
from .http import CameraHttp, RenewToken
from .jpeg import jpeg_size
from .lights import Lights
from .media import IDLE_TIMEOUT, MediaStream
from .models import Api, DeviceIdentity, PictureProperties, Resolution, SystemReady
from .optics import Optics
from .ports import Ports
from .ptz import Ptz
from .restart import may_restart, restart
from .siren import Siren
from .speaker import Speaker
from .text import clean_text, small_number, text_of
from .virtual_inputs import VirtualInputs

_MAX_IMAGE = 20 << 20  # four 8-megapixel sensors in one picture, hardly compressed
_MAX_PIXELS = 64_000_000
#: Groups of parameters that say what a camera has. A group that it lacks is left out.
_PROPERTIES: Final = (
    *("Properties", "Image", "PTZ", "GuardTour"),
    *("Audio", "AudioSource", "MediaClip"),
    *("Input", "Output"),
)


@dataclass(frozen=True, slots=True)
class CameraProperties:
    """What a camera tells about itself in one answer.

    Attributes:
        pictures: which pictures it gives.
        card: whether it has a memory card.
        parameters: all that was asked for, by name without `root.`, for those who look for equipment.
    """

    pictures: PictureProperties
    card: CardProperties
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


class VapixClient:
    """One camera.

    `token` is awaited for each request, so that a refreshed one is used at once; what it raises comes out as it is.
    Everything else that fails is a `VapixError`.

    Args:
        session: not closed here.
        base_url: the camera's address without `/axis-cgi`, e.g. `https://ACCC8E000001.device-connect.net`.
        token: gives the token for remote camera access.
        socket_session: for websockets, which stay open; the same one by default. Neither is closed here.
        calls: is told how each request goes.
        renew: gets another token when one is refused; without it, a refusal is final.
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
    ) -> None:
        self._http = CameraHttp(session, base_url, token, socket_session, calls, renew)
        #: What lies on its memory card.
        self.card: Final = Card(self._http)
        #: What its analytics look for.
        self.analytics: Final = Analytics(self._http)
        #: What is wired to it.
        self.ports: Final = Ports(self._http)
        #: What shines before it.
        self.lights: Final = Lights(self._http)
        #: What sounds and flashes at it.
        self.siren: Final = Siren(self._http)
        #: How it sees by day and by night.
        self.day_night: Final = DayNight(self._http)
        #: Inputs of it that only commands switch.
        self.virtual_inputs: Final = VirtualInputs(self._http)
        #: What turns it, or moves its picture.
        self.ptz: Final = Ptz(self._http)
        #: Its lenses, where they can be set.
        self.optics: Final = Optics(self._http)
        #: Sounds that lie in it.
        self.clips: Final = Clips(self._http)
        #: What it can be heard with.
        self.speaker: Final = Speaker(self._http)

    async def check_present(self) -> None:
        """Return if a camera answers at all; what a 404 of any other call meant is then "this CGI is missing".

        Asks `systemready.cgi` (AXIS OS 9.50+, no login) and, where that is missing, `param.cgi`, which every VAPIX 3
        device has. Both missing: the proxy does not reach the camera (INFERRED: its own answer is UNKNOWN, VX-HTTP-4).

        Raises:
            UnreachableError: there is no camera behind the address now.
            VapixError: the other kinds; `AuthError` and `ForbiddenError` say nothing about the camera.
        """
        try:
            await self.system_ready()
        except GoneError, RequestError:
            await self._brand()

    async def system_ready(self) -> SystemReady:
        """Ask whether the device is up (CONFIRMED, VX-INFO-5; all values are strings)."""
        answer = await self._http.call("axis-cgi/systemready.cgi", "systemready", {"timeout": 5})
        uptime = text_of(answer.get("uptime"))
        boot_id = answer.get("bootid")
        return SystemReady(
            ready=answer.get("systemready") == "yes",
            needs_setup=answer.get("needsetup") == "yes",
            uptime=small_number(uptime),
            boot_id=clean_text(boot_id) if isinstance(boot_id, str) else None,
        )

    async def device_identity(self) -> DeviceIdentity:
        """Ask which device this is.

        `basicdeviceinfo.cgi` (CONFIRMED, VX-INFO-1) in full needs the operator level, hence the second
        question; AXIS OS before 8.40 lacks it, hence the third.

        Raises:
            UnreachableError: there is no camera behind the address now.
            VapixError: the other kinds.
        """
        try:
            try:
                properties = await self._properties("getAllProperties")
            except ForbiddenError:
                properties = await self._properties("getAllUnrestrictedProperties")
        except GoneError, ForbiddenError, RequestError:
            return await self._identity_from_parameters()
        return _identity(properties, serial="SerialNumber", firmware="Version")

    async def parameters(self, *groups: str) -> Mapping[str, str]:
        """List groups of parameters (CONFIRMED, VX-PARAM-1), names without `root.`.

        A group that the camera lacks is left out.
        """
        return await self._http.parameters(",".join(groups))

    async def properties(self) -> CameraProperties:
        """Ask which pictures, sound, card and equipment the camera has: one request for all."""
        parameters = await self.parameters(*_PROPERTIES)
        return CameraProperties(
            PictureProperties.from_parameters(parameters), CardProperties.from_parameters(parameters), parameters
        )

    async def api_list(self) -> tuple[Api, ...]:
        """Ask which APIs the camera has (CONFIRMED, VX-DISC-1; `GoneError` before AXIS OS 8.50)."""
        listed = (await self._http.call("axis-cgi/apidiscovery.cgi", "getApiList")).get("apiList")
        if not isinstance(listed, list):
            raise ProtocolError("The answer has no list of APIs")
        return tuple(
            Api(
                id=clean_text(text_of(entry["id"])),
                version=clean_text(text_of(entry.get("version"))),
                name=clean_text(text_of(entry.get("name"))),
                status=clean_text(text_of(entry["status"])) if "status" in entry else None,
            )
            for entry in listed
            if isinstance(entry, dict) and "id" in entry
        )

    async def image(self, resolution: Resolution | None = None, camera: int | None = None) -> bytes:
        """Take a JPEG picture (CONFIRMED, VX-IMAGE-1); without `resolution` in the camera's own default size."""
        query = _picture_query(camera, resolution)
        picture = await self._http.fetch("GET", "axis-cgi/jpg/image.cgi", query, limit=_MAX_IMAGE)
        size = jpeg_size(picture)
        if size is None:
            raise ProtocolError("The answer is not a JPEG picture")
        if size.pixels > _MAX_PIXELS:
            # Scaling it would hold up everything else in the house.
            raise ProtocolError("The picture is too large")
        return picture

    @asynccontextmanager
    async def open_media(
        self,
        *,
        container: Literal["matroska", "mp4"] = "matroska",
        camera: int | None = None,
        resolution: Resolution | None = None,
        audio: bool = True,
        idle_timeout: float = IDLE_TIMEOUT,
    ) -> AsyncIterator[MediaStream]:
        """Open live H.264 video (CONFIRMED, VX-MEDIA-1, VX-MEDIA-7; `GoneError` before AXIS OS 9.80).

        Few parameters are sent, since older devices know fewer. Matroska comes frame by frame.
        """
        query = {"container": container, "videocodec": "h264", "audio": "1" if audio else "0"}
        query |= _picture_query(camera, resolution)
        async with self._http.open_stream("axis-cgi/media.cgi", query) as response:
            if response.content_type.partition("/")[0] not in {"video", "audio"}:
                raise ProtocolError("The answer is not video")
            yield MediaStream(response, idle_timeout)

    @asynccontextmanager
    async def open_mjpeg(
        self, *, camera: int | None = None, resolution: Resolution | None = None, idle_timeout: float = IDLE_TIMEOUT
    ) -> AsyncIterator[MediaStream]:
        """Open moving JPEG (CONFIRMED, VX-IMAGE-4): parts, whose boundary the content type tells."""
        async with self._http.open_stream("axis-cgi/mjpg/video.cgi", _picture_query(camera, resolution)) as response:
            pictures = MediaStream(response, idle_timeout)
            if pictures.boundary is None:
                raise ProtocolError("The answer is not moving JPEG")
            yield pictures

    def open_events(self, *, with_session: bool = False) -> AbstractAsyncContextManager[EventStream]:
        """Open the event websocket; see `open_event_stream`."""
        return open_event_stream(self._http, with_session=with_session)

    async def restart(self) -> None:
        """Tell the camera to start anew; see `restart.py`."""
        await restart(self._http)

    async def may_restart(self) -> bool:
        """Ask whether `restart` would be allowed; see `restart.py`."""
        return await may_restart(self._http)

    async def _properties(self, method: str) -> Mapping[str, str]:
        listed = (await self._http.call("axis-cgi/basicdeviceinfo.cgi", method)).get("propertyList")
        if not isinstance(listed, dict):
            raise ProtocolError("The answer has no properties")
        return {name: text_of(value) for name, value in listed.items()}

    async def _brand(self) -> Mapping[str, str]:
        try:
            return await self.parameters("Brand", "Properties.System", "Properties.Firmware")
        except GoneError as error:
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
        raise ProtocolError("The camera does not tell its serial number")
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
