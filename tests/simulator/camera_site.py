"""Simulated cameras on a real socket, without the cloud around them: everybody is let in."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import aiohttp
from aiohttp import web

from simulator.cameras import Studio, camera_routes
from simulator.faults import Fault
from simulator.timers import Timers
from simulator.world import Camera

SERIAL = "ACCC8E10A3F1"


@dataclass
class Hall:
    """The cameras, and the fault the next requests run into."""

    cameras: Mapping[str, Camera]
    media_type_names_codecs: bool = True
    transmit_takes_chunked: bool = False
    sound_passes: Literal["while_sent", "when_whole"] = "while_sent"
    fault: Fault | None = None
    asked: list[str] = field(default_factory=list)

    async def access(self, request: web.Request, serial: str) -> web.Response | None:
        self.asked.append(serial)
        request["fault"] = self.fault
        return None


@dataclass(frozen=True)
class CameraSite:
    hall: Hall
    studio: Studio
    session: aiohttp.ClientSession
    port: int

    def url(self, path: str, serial: str = SERIAL) -> str:
        return f"http://127.0.0.1:{self.port}/device-connect/{serial}/axis-cgi/{path}"

    @property
    def camera(self) -> Camera:
        return self.hall.cameras[SERIAL]

    async def call(self, path: str, method: str, **rest: object) -> dict[str, object]:
        """Ask a JSON call as a client would."""
        async with self.session.post(self.url(path), json={"apiVersion": "1.0", "method": method, **rest}) as response:
            assert response.status == 200
            answer: dict[str, object] = await response.json()
            return answer


@asynccontextmanager
async def camera_site(*cameras: Camera, at_root: bool = False) -> AsyncIterator[CameraSite]:
    hall = Hall({one.serial: one for one in cameras or (Camera(SERIAL, "Vchod – přední dveře"),)})
    studio, timers = Studio(), Timers()
    app = web.Application()
    app.add_routes(camera_routes(hall, hall.access, hall, studio, timers=timers))
    if at_root:
        app.add_routes(camera_routes(hall, hall.access, hall, studio, timers=timers, prefix="", serial=SERIAL))

    async def end_streams(_app: web.Application) -> None:
        await studio.close()

    app.on_shutdown.append(end_streams)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as session:
            yield CameraSite(hall, studio, session, runner.addresses[0][1])
    finally:
        await runner.cleanup()
        timers.close()
