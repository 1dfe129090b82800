"""What all parts of the simulated service share: its state, and what happens to a request before it is answered."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
import json

from aiohttp import hdrs, web

from .faults import Fault, Faults
from .switches import Switches
from .tokens import Tokens
from .twists import twisted
from .world import World

type Json = bool | float | str | list[Json] | dict[str, Json] | None
type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SECRET_PARAMETERS = frozenset(
    {"DEVICE_ACCESS_TOKEN", "access_token", "refresh_token", "client_secret", "code", "state", "password"}
)
_NONSENSE = b'{"da\xff\xfe<<nonsense>>\x00'
_LOG_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as it came, without its secrets."""

    kind: str
    serial: str | None
    query: dict[str, str]


class Service:
    """The state of one simulator, and the way in for every request."""

    def __init__(self, world: World, switches: Switches, clock: Callable[[], float]) -> None:
        self.world = world
        self.switches = switches
        self.clock = clock
        self.url = ""
        self.tokens = Tokens(clock)
        self.faults = Faults()
        self.counters: Counter[str] = Counter()
        self.log: deque[LoggedRequest] = deque(maxlen=_LOG_LENGTH)

    def json(self, answer: Json, status: int = 200) -> web.Response:
        """Answer with JSON, under the name that the switches give it."""
        return web.Response(
            text=json.dumps(answer, ensure_ascii=False), status=status, content_type=self.switches.json_content_type
        )

    async def admit(self, request: web.Request, kinds: Iterable[str], serial: str | None = None) -> web.Response | None:
        """Count a request and let a fault strike it; None: it is to be answered as usual.

        A fault that is for the body of the answer stays in `request["fault"]`.
        """
        kinds = tuple(kinds)
        query = {name: value for name, value in request.query.items() if name not in _SECRET_PARAMETERS}
        for kind in kinds:
            self.counters[kind] += 1
            self.log.append(LoggedRequest(kind, serial, query))
        fault = self.faults.strike(kinds, serial)
        if fault is None:
            return None
        request["fault"] = fault
        if fault.held:
            await self.faults.cleared()
        await asyncio.sleep(fault.delay)
        if fault.hang and fault.cut_after is None:
            await silence()
        if fault.cut:
            return drop(request)
        if fault.garbage:
            return web.Response(body=_NONSENSE, content_type=self.switches.json_content_type)
        if fault.status is not None or fault.body is not None:
            return _spoiled(fault)
        return None


def drop(request: web.Request) -> web.Response:
    """Close the connection without an answer; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def secret_of(request: web.Request, scheme: str) -> str | None:
    """Give what follows the scheme in the header Authorization."""
    given, _, secret = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return secret.strip() or None if given.lower() == scheme else None


@web.middleware
async def break_off(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Spoil an answer, or break it off in the middle, when a fault wants it; streams see to it themselves."""
    response = await handler(request)
    fault: Fault | None = request.get("fault")
    if fault is None:
        return response
    await asyncio.sleep(fault.late)
    if response.prepared or not isinstance(response, web.Response):
        return response
    body = response.body if isinstance(response.body, bytes) else b""
    if body and fault.twist is not None:
        body = response.body = twisted(body, fault.twist)
    if body and fault.filled_to is not None:
        body = response.body = body.ljust(fault.filled_to)
    return response if fault.cut_after is None else await _broken_off(request, response, body, fault)


async def _broken_off(request: web.Request, whole: web.Response, body: bytes, fault: Fault) -> web.StreamResponse:
    if not fault.cut_after and not fault.hang:
        return drop(request)
    part = web.StreamResponse(status=whole.status, headers=whole.headers)
    part.content_length = len(body)
    await part.prepare(request)
    if fault.cut_after:
        await part.write(body[: fault.cut_after])
    if fault.hang:
        await silence()
    if request.transport is not None:
        request.transport.close()
    return part


async def rename(request: web.Request, response: web.StreamResponse) -> None:
    """Give an answer the content type that a fault wants, just before it is sent."""
    fault: Fault | None = request.get("fault")
    if fault is not None and fault.content_type is not None and not isinstance(response, web.WebSocketResponse):
        response.content_type = fault.content_type


async def silence() -> None:
    """Wait until the client leaves or the simulator stops, which cancels the request."""
    await asyncio.Event().wait()


def _spoiled(fault: Fault) -> web.Response:
    status = fault.status or 200
    headers = {} if fault.retry_after is None else {hdrs.RETRY_AFTER: fault.retry_after}
    if fault.body is None:
        page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>simulated fault</body></html>"
        return web.Response(status=status, text=page, content_type="text/html", headers=headers)
    if isinstance(fault.body, bytes):
        return web.Response(status=status, body=fault.body, headers=headers)
    content_type = "application/json" if fault.body.lstrip().startswith(("{", "[")) else "text/html"
    return web.Response(status=status, text=fault.body, content_type=content_type, headers=headers)
