"""Every way in which the integration asks somebody else, called one after another at whatever address a test says."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, override

from aiohttp import ClientSession

from custom_components.netrex.cloud import CloudClient, CloudError, Provider, Token, TokenEndpoint
from custom_components.netrex.cloud.download import open_download
from custom_components.netrex.cloud.oauth2 import revoke
from custom_components.netrex.vapix import VapixClient, VapixError
from custom_components.netrex.vapix.speaker import MULAW_8_KHZ

TOKEN: Final = "token-that-nobody-may-read"
CLIENT_SECRET: Final = "client-secret-that-nobody-may-read"
CODE: Final = "code-that-nobody-may-read"
REFRESH: Final = "refresh-token-that-nobody-may-read"
KEY: Final = "key-of-a-link-that-nobody-may-read"
SERIAL: Final = "ACCC8E0BADF0"
SECRETS: Final = frozenset({TOKEN, CLIENT_SECRET, CODE, REFRESH, KEY, SERIAL})
OUR_ERRORS: Final = (CloudError, VapixError)


class Held(Token):
    """A token that can't be renewed."""

    @override
    async def get(self) -> str:
        return TOKEN

    @override
    async def renew(self, rejected: str) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the doors lead.

    Attributes:
        origin: scheme, host and port.
        session: for requests.
        sockets: for websockets.
    """

    origin: str
    session: ClientSession
    sockets: ClientSession

    @property
    def provider(self) -> Provider:
        return Provider(self.origin)

    @property
    def endpoint(self) -> TokenEndpoint:
        return TokenEndpoint(self.session, self.provider, "client", CLIENT_SECRET)

    @property
    def cloud(self) -> CloudClient:
        return CloudClient(self.session, self.provider, Held())

    @property
    def camera(self) -> VapixClient:
        async def token() -> str:
            return TOKEN

        return VapixClient(self.session, f"{self.origin}/{SERIAL}", token, socket_session=self.sockets)


type Door = Callable[[Place], Awaitable[object]]


async def _tree(place: Place) -> object:
    return await place.cloud.tree()


async def _code(place: Place) -> object:
    return await place.endpoint.exchange(CODE, "https://home.example/auth/external/callback")


async def _refresh(place: Place) -> object:
    return await place.endpoint.refresh(REFRESH)


async def _revoke(place: Place) -> object:
    return await revoke(place.session, place.provider, TOKEN)


async def _download(place: Place) -> object:
    link = f"{place.origin}/file.mp4?key={KEY}"
    async with open_download(place.session, place.provider, Held(), link) as download:
        return [len(chunk) async for chunk in download.chunks()]


async def _json(place: Place) -> object:
    return await place.camera.siren.state()


async def _text(place: Place) -> object:
    return await place.camera.parameters("Brand")


async def _picture(place: Place) -> object:
    return await place.camera.image()


async def _xml(place: Place) -> object:
    now = datetime.now(UTC)
    return await place.camera.card.recordings(now - timedelta(hours=1), now, limit=10)


async def _video(place: Place) -> object:
    async with place.camera.open_media() as stream:
        return [chunk async for chunk in stream.chunks()]


async def _moving_pictures(place: Place) -> object:
    async with place.camera.open_mjpeg() as stream:
        return [chunk async for chunk in stream.chunks()]


async def _clip(place: Place) -> object:
    return await place.camera.clips.play(1)


async def _speech(place: Place) -> object:
    return await place.camera.speaker.transmit(MULAW_8_KHZ, b"\x7f" * 80)


async def _events(place: Place) -> object:
    async with place.camera.open_events() as stream:
        return await stream.next()


async def _events_with_session(place: Place) -> object:
    async with place.camera.open_events(with_session=True) as stream:
        return await stream.next()


async def _events_over_rtsp(place: Place) -> object:
    async with place.camera.open_rtsp_events() as stream:
        return await stream.next()


async def _events_over_rtsp_with_session(place: Place) -> object:
    async with place.camera.open_rtsp_events(with_session=True) as stream:
        return await stream.next()


#: Those whose answer ends, and is read as a whole.
ANSWERS: Final[dict[str, Door]] = {
    "tree": _tree,
    "code": _code,
    "refresh": _refresh,
    "revoke": _revoke,
    "json": _json,
    "text": _text,
    "picture": _picture,
    "xml": _xml,
    "clip": _clip,
    "speech": _speech,
    "events with a session": _events_with_session,
    "events over RTSP with a session": _events_over_rtsp_with_session,
}
#: Those that go on.
STREAMS: Final[dict[str, Door]] = {
    "download": _download,
    "video": _video,
    "moving pictures": _moving_pictures,
    "events": _events,
    "events over RTSP": _events_over_rtsp,
}
DOORS: Final[dict[str, Door]] = ANSWERS | STREAMS
