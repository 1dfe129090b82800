"""The simulator: one web server that is the provider's host and every camera's remote access."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
import socket
import time
from typing import Self

from aiohttp import web

from .cameras import EventStreams, Studio, camera_routes
from .cameras.lights import let_night_fall, light_reports
from .clips import Clips
from .control import Control
from .downloads import Downloads
from .events import Events
from .faults import Faults
from .graphql import GraphQL
from .happenings import happening
from .oauth2 import OAuth2
from .recordings import Recordings
from .remote_access import RemoteAccess
from .service import LoggedRequest, Service, break_off, rename
from .switches import Switches
from .timers import Timers
from .tokens import API_TOKEN_SCOPES
from .world import World

_LAST_ANSWERS = 0.05
"""Seconds that requests under way have when the simulator stops; then they are cut off."""


class Simulator:
    """A Netrex cloud with its cameras on one port.

    async with Simulator(Switches(introspection=False), cameras=2) as sim:
        token = sim.api_token(scopes={"read"})
        ...

    switches: what the documentation leaves open. cameras: how many, for `World.demo`, or a world. host, port: where it
    listens, 0 for any free port. root_camera: serial number of a camera that answers at the root as well, for clients
    that know no path. root_open: whether everybody is let in there, as behind a camera's own wall. clock: seconds since
    1970 by which tokens and codes end, and which cameras' clocks show.
    """

    def __init__(
        self,
        switches: Switches | None = None,
        cameras: int | World = 3,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        root_camera: str | None = None,
        root_open: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        world = cameras if isinstance(cameras, World) else World.demo(cameras)
        self.service = Service(world, switches or Switches(), clock)
        self._host = host
        self._port = port
        self._root_camera = root_camera
        self._root_open = root_open
        self.events = Events(world.cameras, clock)
        self._event_streams = EventStreams(self.events, self.service.switches)
        self._timers = Timers()
        self._studio: Studio | None = None
        self._clips: Clips | None = None
        self._downloads: Downloads | None = None
        self._control: Control | None = None
        self._runner: web.AppRunner | None = None
        self._socket: socket.socket | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        self._studio, self._clips = Studio(), Clips()
        app = web.Application(middlewares=[break_off])
        app.on_response_prepare.append(rename)
        app.add_routes(self._routes(self._studio, self._clips))
        # With cancellation, a request that hangs by a fault ends when its client leaves.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=_LAST_ANSWERS)
        await self._runner.setup()
        try:
            self._socket = socket.create_server((self._host, self._port))
            await web.SockSite(self._runner, self._socket).start()
        except OSError:
            await self.stop()
            raise
        self.service.url = f"http://{self._host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Cut off what is open and stop listening."""
        if self._control is not None:
            self._control.end()
        self._timers.close()
        if self._socket is not None:
            # Clients that asyncio is taking in when its server closes are an error to it.
            asyncio.get_running_loop().remove_reader(self._socket)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            self._socket = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._studio is not None:
            await self._studio.close()
            self._studio = None
        if self._clips is not None:
            await self._clips.close()
            self._clips = None

    def _routes(self, studio: Studio, clips: Clips) -> list[web.RouteDef]:
        service, access, recordings = self.service, RemoteAccess(self.service), Recordings(self.service)
        downloads = self._downloads = Downloads(service, recordings, clips)
        routes = OAuth2(service).routes()
        routes += GraphQL(service, recordings, downloads).routes()
        routes += downloads.routes()
        self._control = Control(
            service, self.events, lambda: studio.live_viewers, lambda: downloads.open_downloads, self.issued_secrets
        )
        routes += self._control.routes()
        routes += camera_routes(
            service.world,
            access,
            service.switches,
            studio,
            clips=clips,
            events=self._event_streams,
            timers=self._timers,
        )
        if self._root_camera is not None:
            routes += camera_routes(
                service.world,
                self._let_in if self._root_open else access,
                service.switches,
                studio,
                clips=clips,
                events=EventStreams(self.events, service.switches, without_login=self._root_open),
                timers=self._timers,
                prefix="",
                serial=self._root_camera,
            )
        return routes

    async def _let_in(self, request: web.Request, serial: str) -> web.Response | None:
        """Let everybody in, as a camera does that has been told so; counted like the requests of others."""
        del serial
        self.service.counters[f"vapix:{request.path.rpartition('/')[2].removesuffix('.cgi')}"] += 1
        return None

    # --- where it is -----------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Address of the provider's host, without a slash at the end."""
        return self.service.url

    @property
    def device_pattern(self) -> str:
        """Address pattern of remote camera access, with `{serial}` in it."""
        return f"{self.service.url}/device-connect/{{serial}}"

    # --- what it is made of ----------------------------------------------------------------------

    @property
    def world(self) -> World:
        """The tree, cameras, accounts and application; may be changed."""
        return self.service.world

    @property
    def switches(self) -> Switches:
        """What the documentation leaves open; may be changed."""
        return self.service.switches

    @property
    def faults(self) -> Faults:
        """What goes wrong."""
        return self.service.faults

    @property
    def counters(self) -> Counter[str]:
        """Requests by kind. "graphql" counts requests, "graphql:nodeList" those with this field at the top."""
        return self.service.counters

    @property
    def log(self) -> deque[LoggedRequest]:
        """The last requests, without secrets."""
        return self.service.log

    # --- who watches -----------------------------------------------------------------------------

    @property
    def live_viewers(self) -> Mapping[str, int]:
        """Open live streams by serial number; a camera that nobody watches is not in it."""
        return {} if self._studio is None else self._studio.live_viewers

    async def wait_viewers(self, serial: str, count: int, timeout: float = 30.0) -> None:  # noqa: ASYNC109 - for its message
        """Wait until so many live streams of a camera are open.

        Raises:
            TimeoutError: it did not come to that in `timeout` seconds.
        """
        if self._studio is None:
            raise RuntimeError("the simulator does not run")
        await self._studio.wait_viewers(serial, count, timeout)

    @property
    def open_downloads(self) -> int:
        """How many files of recordings are being sent, or waited for."""
        return 0 if self._downloads is None else self._downloads.open_downloads

    async def wait_downloads(self, count: int, timeout: float = 30.0) -> None:  # noqa: ASYNC109 - for its message
        """Wait until so many files of recordings are being sent.

        Raises:
            TimeoutError: it did not come to that in `timeout` seconds.
        """
        if self._downloads is None:
            raise RuntimeError("the simulator does not run")
        await self._downloads.wait_downloads(count, timeout)

    def let_night_fall(self, serial: str, *, night: bool = True) -> None:
        """Make it dark, or light again, before a camera; it reports that, and the lights that follow.

        Raises:
            KeyError: there is no such camera.
        """
        camera = self.world.cameras[serial]
        let_night_fall(camera, night=night)
        self.happen(serial, "day", active=not night)
        for report in light_reports(camera):
            self.events.report(serial, report)

    def happen(
        self, serial: str, name: str, number: str = "1", *, active: bool = True, active_for: float | None = None
    ) -> None:
        """Let something happen at a camera; `simulator.happenings.HAPPENINGS` has the names.

        number: which scenario, profile, port, disk or channel. active_for: seconds after which it is over by itself.

        Raises:
            KeyError: there is no such camera, or nothing of that name can happen.
        """
        self.events.report(serial, happening(name, number, active=active), active_for=active_for)

    # --- tokens ----------------------------------------------------------------------------------

    def api_token(
        self, account: str = "owner", scopes: Collection[str] = API_TOKEN_SCOPES, lifetime: float | None = None
    ) -> str:
        """Make an API token as the web interface does.

        scopes: "read", "configuration", and the names of the OAuth2 scopes. lifetime: seconds; None: without end.

        Raises:
            KeyError: there is no such account.
            ValueError: there is no such permission.
        """
        self.world.accounts[account]
        if unknown := set(scopes) - API_TOKEN_SCOPES:
            raise ValueError(f"there is no permission {', '.join(sorted(unknown))}")
        return self.service.tokens.make_api_token(account, frozenset(scopes), lifetime)

    def expire_access_tokens(self) -> None:
        """End every OAuth2 access token now, as if its time had come."""
        self.service.tokens.expire_access_tokens()

    def end_api_token(self, token: str) -> None:
        """End an API token, as if it had expired or been removed."""
        self.service.tokens.end_api_token(token)

    def revoke_all_tokens(self) -> None:
        """End every access token, refresh token, API token and code."""
        self.service.tokens.revoke_all()

    def issued_secrets(self) -> frozenset[str]:
        """Give every code, token, client secret, password and key of a link so far: what no log may hold."""
        keys = frozenset[str]() if self._downloads is None else self._downloads.keys()
        passwords = (account.password for account in self.world.accounts.values())
        numbers = self._event_streams.sessions.issued()
        return self.service.tokens.issued() | keys | numbers | {self.world.application.client_secret, *passwords}
