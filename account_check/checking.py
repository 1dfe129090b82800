"""Asks an account in a minute what it shows of the service: only reads, through the two clients alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
import time
from typing import Final, override

import aiohttp

from custom_components.netrex.cloud import CloudClient, CloudError, DevicePattern, FixedToken, NodeType, Provider, Tree
from custom_components.netrex.cloud.metrics import MetricQuery, MetricType, read_metrics
from custom_components.netrex.cloud.recordings import Interval, list_recordings
from custom_components.netrex.transport.calls import Calls
from custom_components.netrex.transport.facts import Fact
from custom_components.netrex.vapix import AuthError, ForbiddenError, VapixClient, VapixError, wants_session
from custom_components.netrex.vapix.serial import parse_axis_serial, parse_serial

from .recording import look_at_recording
from .schema import differences

#: Seconds for one step, for one with a preparation, and of live video; cameras that are asked.
_STEP: Final = 12.0
_PREPARING: Final = 60.0
_VIDEO: Final = 2.0
#: Seconds without an event after which a camera counts as silent.
_SILENCE: Final = 3.0
_MOST_CAMERAS: Final = 3
#: Shows how a token that is none is refused.
_NO_TOKEN: Final = "0" * 32


class Seen(Calls):
    """Keeps what the clients observe."""

    def __init__(self) -> None:
        self.values: dict[Fact, tuple[str, ...]] = {}

    @override
    def observed(self, fact: Fact, value: str) -> None:
        seen = self.values.get(fact, ())
        if fact.replaces(value, seen):
            self.values[fact] = (value,) if fact.highest else (*seen, value)


@dataclass(frozen=True, slots=True)
class Account:
    """Whom to ask, with what; `oauth`: the token is of a sign-in; `recording`: one may be prepared."""

    provider: Provider
    pattern: DevicePattern
    token: str = field(repr=False)
    oauth: bool = False
    recording: bool = False


@dataclass(slots=True)
class Report:
    """What was seen: facts, how each step ended, and the schema's differences, None where it was refused."""

    seen: Seen = field(default_factory=Seen)
    steps: dict[str, str] = field(default_factory=dict)
    schema: list[str] | None = None


class AccountCheck:
    """One check of an account."""

    def __init__(self, session: aiohttp.ClientSession, account: Account, began: Callable[[str], None]) -> None:
        self._session = session
        self._account = account
        self._began = began
        self.report = Report()
        self._cloud = CloudClient(session, account.provider, FixedToken(account.token), calls=self.report.seen)
        self._past = int(time.time()) - 7200
        self._tree: Tree | None = None
        self._serials: dict[int, str] = {}

    async def run(self) -> Report:
        """Take all steps; one that fails doesn't keep the others from being taken."""
        await self._step("nodes", self._read_tree)
        await self._step("schema", self._read_schema)
        await self._step("serial numbers", self._read_serials)
        await self._step("refusal", self._be_refused)
        await self._step("people counts", self._count)
        await self._step("recordings", self._list_recordings)
        if self._account.recording:
            await self._step("a recording", self._look_at_recording, within=_PREPARING)
        for number, serial in enumerate(self._found_serials(), 1):
            await self._check_camera(f"camera {number}", serial)
        return self.report

    async def _step(self, name: str, take: Callable[[], Awaitable[None]], within: float = _STEP) -> None:
        self._began(name)
        try:
            async with asyncio.timeout(within):
                await take()
        except (CloudError, VapixError, TimeoutError) as err:
            # Only the class: texts may be the server's.
            self.report.steps[name] = type(err).__name__
        else:
            self.report.steps[name] = "done"

    # --- the cloud -----------------------------------------------------------------------------------

    async def _read_tree(self) -> None:
        self._tree = await self._cloud.tree()

    async def _read_schema(self) -> None:
        self.report.schema = differences(await self._cloud.schema())

    async def _read_serials(self) -> None:
        self._serials = await self._cloud.serials()

    async def _be_refused(self) -> None:
        account = self._account
        refused = CloudClient(self._session, account.provider, FixedToken(_NO_TOKEN), calls=self.report.seen)
        with suppress(CloudError):
            await refused.tree()

    async def _count(self) -> None:
        end = int(time.time()) // 900 * 900 - 3600
        for node_id in self._cameras()[:1]:
            query = MetricQuery(MetricType.VISITORS_IN, node_id, Interval(end - 3600, end))
            try:
                await read_metrics(self._cloud, [query])
            except CloudError:
                self.report.seen.observed(Fact.CAMERA_COUNTS, "refused")
                raise
            self.report.seen.observed(Fact.CAMERA_COUNTS, "answered")

    async def _list_recordings(self) -> None:
        for node_id in self._cameras()[:1]:
            await list_recordings(self._cloud, node_id, [Interval(self._past, self._past + 600)])

    async def _look_at_recording(self) -> None:
        provider, token = self._account.provider, FixedToken(self._account.token)
        piece = Interval(self._past, self._past + 20)
        for node_id in self._cameras()[:1]:
            await look_at_recording(self._session, provider, self._cloud, token, node_id, piece)

    def _cameras(self) -> Sequence[int]:
        return [node.node_id for node in self._tree.of_type(NodeType.CAMERA)] if self._tree else []

    def _found_serials(self) -> list[str]:
        cameras = self._tree.of_type(NodeType.CAMERA) if self._tree else ()
        found = [
            parse_serial(self._serials.get(node.node_id, ""))
            or parse_axis_serial(node.name)
            or parse_axis_serial(node.external_id)
            for node in cameras
        ]
        return [serial for serial in found if serial][:_MOST_CAMERAS]

    # --- cameras -------------------------------------------------------------------------------------

    async def _check_camera(self, name: str, serial: str) -> None:
        client = self._client(serial, self._account.token)
        await self._step(name, lambda: self._identify(client))
        if self.report.steps[name] == "done":
            await self._step(f"{name}, level", lambda: _ask_level(client))
            await self._step(f"{name}, video", lambda: _watch(client))
            await self._step(f"{name}, events", lambda: _listen(client))
            await self._step(f"{name}, declarations", lambda: _list_events(client))
            await self._step(f"{name}, RTSP", lambda: _play_rtsp(client))
            await self._step(f"{name}, refusal", lambda: self._be_refused_by(serial))

    def _client(self, serial: str, token: str) -> VapixClient:
        return VapixClient(
            self._session, self._account.pattern.base_url(serial), FixedToken(token).get, calls=self.report.seen
        )

    async def _identify(self, client: VapixClient) -> None:
        try:
            await client.device_identity()
        except (AuthError, ForbiddenError) as err:
            self._refused(err)
            if self._account.oauth:
                self.report.seen.observed(Fact.SIGN_IN_AT_CAMERAS, "refused")
            raise
        if self._account.oauth:
            self.report.seen.observed(Fact.SIGN_IN_AT_CAMERAS, "accepted")

    async def _be_refused_by(self, serial: str) -> None:
        try:
            await self._client(serial, _NO_TOKEN).device_identity()
        except (AuthError, ForbiddenError) as err:
            self._refused(err)

    def _refused(self, err: VapixError) -> None:
        status = HTTPStatus.UNAUTHORIZED if isinstance(err, AuthError) else HTTPStatus.FORBIDDEN
        self.report.seen.observed(Fact.CAMERA_REFUSAL, str(status.value))


async def _listen(client: VapixClient) -> None:
    try:
        await _listen_to(client, with_session=False)
    except VapixError as err:
        if not wants_session(err):
            raise
        await _listen_to(client, with_session=True)


async def _listen_to(client: VapixClient, *, with_session: bool) -> None:
    """Wait for the first event. A camera that has no states reports none, so silence says nothing."""
    async with client.open_events(with_session=with_session) as stream:
        while not stream.subscribed:
            await stream.next()
        with suppress(TimeoutError):
            async with asyncio.timeout(_SILENCE):
                await stream.next()


async def _ask_level(client: VapixClient) -> None:
    await client.may_restart()


async def _list_events(client: VapixClient) -> None:
    await client.declarations.list()


async def _play_rtsp(client: VapixClient) -> None:
    try:
        await _begin_rtsp(client, with_session=False)
    except VapixError as err:
        if not wants_session(err):
            raise
        await _begin_rtsp(client, with_session=True)


async def _begin_rtsp(client: VapixClient, *, with_session: bool) -> None:
    async with client.open_rtsp_events(with_session=with_session) as stream:
        while not stream.subscribed:
            await stream.next()


async def _watch(client: VapixClient) -> None:
    ends_at = time.monotonic() + _VIDEO
    async with client.open_media() as video:
        async for _ in video.chunks():
            if time.monotonic() > ends_at:
                return


@asynccontextmanager
async def open_session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that keeps nothing and follows no redirect of a websocket."""

    async def refuse(*_: object) -> None:
        raise aiohttp.ClientPayloadError("redirects are not followed")

    tracing = aiohttp.TraceConfig()
    tracing.on_request_redirect.append(refuse)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[tracing]) as session:
        yield session
