"""One simulated camera alone, without the cloud: for tests of the camera client and of live video."""

import asyncio
from collections import Counter
from dataclasses import dataclass
import time
from typing import Literal, Self

from aiohttp import ClientSession, web

from custom_components.netrex.transport.calls import Calls
from custom_components.netrex.vapix import VapixClient
from simulator.cameras import EventStreams, Studio, camera_routes
from simulator.cameras.declarations import Manner
from simulator.clips import Clips
from simulator.events import Events
from simulator.faults import Fault, Faults
from simulator.timers import Timers
from simulator.world import Camera

SERIAL = "ACCC8E10A3F1"


@dataclass
class _Switches:
    media_type_names_codecs: bool = True
    event_stream_access: Literal["header", "session"] = "header"
    event_initial_states: bool = True
    event_before_ack: bool = False
    event_declarations: Manner = "answered"
    rtsp_passes: Literal["yes", "not_found", "forbidden", "page", "silence"] = "yes"
    rtsp_access: Literal["header", "session", "sign_in"] = "header"
    rtsp_messages: Literal["packets", "documents", "pieces"] = "packets"
    transmit_takes_chunked: bool = False
    sound_passes: Literal["while_sent", "when_whole"] = "while_sent"


class CameraSite:
    """Where one camera answers on 127.0.0.1, and what it was asked."""

    def __init__(self) -> None:
        self.camera = Camera(SERIAL, "Vchod")
        self.cameras = {SERIAL: self.camera}
        self.faults = Faults()
        self.studio = Studio()
        self.clips = Clips()
        self.timers = Timers()
        self.switches = _Switches()
        self.events = Events(self.cameras, time.time)
        self.tokens = ["token-1"]
        """Tokens taken. The client always sends the last one."""
        self.asked: Counter[str] = Counter()
        """Requests by kind, like `vapix:media`."""
        self.offline_status = 503
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes(
            camera_routes(
                self,
                self._access,
                self.switches,
                self.studio,
                clips=self.clips,
                events=EventStreams(self.events, self.switches),
                timers=self.timers,
            )
        )
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.session = ClientSession()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.session.close()
        assert self._runner is not None
        await self._runner.cleanup()
        self.timers.close()
        await self.clips.close()
        await self.studio.close()

    def client(self, serial: str = SERIAL, calls: Calls | None = None) -> VapixClient:
        """Return a client of the camera."""
        address = f"http://127.0.0.1:{self.port}/device-connect/{serial}"
        return VapixClient(self.session, address, self._token, calls=calls)

    async def watched(self, count: int, within: float = 5) -> None:
        """Wait until so many live streams are open at the camera."""
        await self.studio.wait_viewers(SERIAL, count, within)

    async def _token(self) -> str:
        return self.tokens[-1]

    async def _access(self, request: web.Request, serial: str) -> web.Response | None:
        kind = f"vapix:{request.path.rpartition('/')[2].removesuffix('.cgi')}"
        kind = {"vapix:video": "vapix:mjpg"}.get(kind, kind)
        self.asked[kind] += 1
        fault = self.faults.strike([kind], serial)
        request["fault"] = fault
        if fault is not None and (answer := await _answer(request, fault)) is not None:
            return answer
        if request.headers.get("Authorization") not in {f"Token {token}" for token in self.tokens}:
            return web.Response(status=401)
        if serial in self.cameras and not self.cameras[serial].online:
            return web.Response(status=self.offline_status, text="<html>no camera</html>", content_type="text/html")
        return None


async def _answer(request: web.Request, fault: Fault) -> web.Response | None:
    await asyncio.sleep(fault.delay)
    if fault.cut:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if fault.hang and fault.cut_after is None:
        await asyncio.Event().wait()
    if fault.garbage:
        return web.Response(body=b"\x00nonsense" * 500, content_type="video/x-matroska")
    if fault.status is not None:
        return web.Response(
            status=fault.status, text=fault.body or "<html>secret body</html>", content_type="text/html"
        )
    return None
