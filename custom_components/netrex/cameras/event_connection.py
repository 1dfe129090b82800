"""One camera's event connection: opened, watched and opened again, for as long as the account is loaded."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from enum import StrEnum
from functools import partial
import logging
import random
import time
from typing import Final

from homeassistant.core import callback

from ..events.camera_events import CameraEvents
from ..tasks.timing import Timing
from ..vapix import (
    AuthError,
    BusyError,
    CameraEvent,
    EventKind,
    EventSocket,
    ForbiddenError,
    GoneError,
    UnreachableError,
    VapixError,
    wants_session,
)
from ..vapix.http import ANSWER_TIMEOUT
from .axis_camera import AxisCamera, Condition
from .event_intake import EventIntake

_LOGGER = logging.getLogger(__name__)

#: Seconds of polling after which a camera is tried for a stream again, at most.
_STREAM_AGAIN_AT_MOST: Final = 3600.0
#: Messages read before other tasks get their turn.
_AT_A_TIME: Final = 20
#: Tries to come back to RTSP, where it has worked, before the camera is polled instead.
_RTSP_TRIES: Final = 3


class EventTransport(StrEnum):
    """How events are received, or why not."""

    NO_PERMISSION = "no_permission"
    CONNECTING = "connecting"
    STREAM = "stream"
    RTSP = "rtsp"
    POLLING = "polling"
    NOTHING = "nothing"
    REFUSED = "refused"

    @property
    def is_stream(self) -> bool:
        """Whether the camera reports every change as it happens."""
        return self is EventTransport.STREAM or self is EventTransport.RTSP


class EventConnection:
    """Receives the events of one camera, and reconnects: by the event websocket, else by RTSP, else by polling.

    Attributes:
        transport: how events are received now, or why not.
        listening: whether the known states can be trusted.
        begun: how often each way has begun to deliver.
        malformed: messages that broke the protocol.
    """

    def __init__(
        self,
        camera: AxisCamera,
        events: CameraEvents,
        timing: Timing,
        on_transport: Callable[[EventTransport], None],
    ) -> None:
        self._camera = camera
        self._timing = timing
        self._on_transport = on_transport
        self._events = events
        self.transport = EventTransport.CONNECTING
        self.listening = False
        self.begun: Counter[EventTransport] = Counter()
        self.malformed = 0
        self.last_failure: str | None = None
        self.intake = EventIntake(camera, events)
        #: The ways that have opened with a session id only.
        self._with_session: set[EventTransport] = set()
        self._rtsp_tries = 0
        #: When the current transport began to deliver; None: it has not.
        self._delivering_since: float | None = None
        self._stream_again = timing.event_stream_retry
        self._outage_logged = False
        self._grace: asyncio.TimerHandle | None = None

    async def supervise(self, semaphore: asyncio.Semaphore) -> None:
        """Receive events while the camera is reachable; reconnect with growing pauses."""
        wait = self._timing.event_reconnect_first
        try:
            while True:
                await self._until_reachable()
                await self._listen(semaphore)
                if self._lasted() >= self._timing.event_stream_lasting:
                    wait = self._timing.event_reconnect_first
                # The random part keeps hundreds of cameras out of step.
                await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
                wait = min(wait * 2, self._timing.event_reconnect_longest)
        finally:
            self._stop_grace()
            self.intake.close()
            self._events.close()

    def _lasted(self) -> float:
        """Return for how many seconds the current transport has delivered, without the time to connect."""
        return 0.0 if self._delivering_since is None else time.monotonic() - self._delivering_since

    @property
    def coming_for(self) -> float | None:
        """For how many seconds events have been received; None: they are not."""
        return self._lasted() if self.transport.is_stream or self.transport is EventTransport.POLLING else None

    @property
    def streams(self) -> int:
        """How many streams have been opened so far."""
        return sum(count for way, count in self.begun.items() if way.is_stream)

    async def _until_reachable(self) -> None:
        """Wait until the camera's check finds it reachable."""
        changed = asyncio.Event()
        stop = self._camera.changed.add(changed.set)
        try:
            while self._camera.condition is not Condition.REACHABLE:
                await changed.wait()
                changed.clear()
        finally:
            stop()

    # --- one stream ----------------------------------------------------------------------------------

    async def _listen(self, semaphore: asyncio.Semaphore) -> None:
        """Receive events until that ends, and note why."""
        self._delivering_since = None
        try:
            if not await self._websocket(semaphore) and not await self._rtsp(semaphore):
                await self._instead_of_stream()
            self._ended(EventTransport.CONNECTING)
        except (AuthError, ForbiddenError) as err:
            self._failed(err, EventTransport.REFUSED)
        except VapixError as err:
            self._failed(err, EventTransport.CONNECTING)
        except Exception as err:
            # A strange message must not end the supervision.
            _LOGGER.exception("Unexpected error in the events of %s", self._camera.node.name)
            self.last_failure = type(err).__name__
            self._ended(EventTransport.CONNECTING)

    async def _websocket(self, semaphore: asyncio.Semaphore) -> bool:
        """Read the event websocket until it ends; return False if the camera seems to have none."""
        try:
            await self._stream(semaphore, EventTransport.STREAM)
        except GoneError:
            if self.begun[EventTransport.STREAM]:
                # It had one: this is the proxy's answer, or the camera is just starting.
                raise
            return False
        return True

    async def _rtsp(self, semaphore: asyncio.Semaphore) -> bool:
        """Read events over RTSP until that ends; return False if the camera lacks it, or the proxy doesn't pass it."""
        try:
            await self._stream(semaphore, EventTransport.RTSP)
        except VapixError as err:
            if self._delivering_since is None:
                if not (self._rtsp_tries and isinstance(err, UnreachableError | BusyError)):
                    self.last_failure = type(err).__name__
                    return False
                self._rtsp_tries -= 1
            raise
        return True

    async def _stream(self, semaphore: asyncio.Semaphore, way: EventTransport) -> None:
        """Read a stream until it ends."""
        try:
            async with AsyncExitStack() as stack:
                async with semaphore:
                    stream = await self._open(stack, way)
                    await self._subscribed(stream, way)
                await self._read(stream)
        finally:
            self.intake.rate_limiter.forget()
            self._events.end()

    async def _open(self, stack: AsyncExitStack, way: EventTransport) -> EventSocket:
        """Open a stream, with a session id if the header alone is refused, and the other way round."""
        timing, client = self._timing, self._camera.client
        open_events = partial(
            client.open_rtsp_events if way is EventTransport.RTSP else client.open_events,
            quiet=timing.event_stream_quiet,
            pong_within=timing.event_stream_pong,
        )
        with_session = way in self._with_session
        try:
            return await stack.enter_async_context(open_events(with_session=with_session))
        except VapixError as refusal:
            self._with_session.discard(way)
            if not wants_session(refusal):
                raise
            try:
                stream = await stack.enter_async_context(open_events(with_session=not with_session))
            except GoneError:
                # The camera has no session ids, which says nothing about the stream.
                raise refusal from None
        if not with_session:
            self._with_session.add(way)
        return stream

    async def _subscribed(self, stream: EventSocket, way: EventTransport) -> None:
        self._events.begin()
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                while not stream.subscribed:
                    self.intake.take(await stream.next())
        except TimeoutError:
            raise UnreachableError("The camera does not answer the subscription") from None
        self._events.subscribed()
        self._stream_again = self._timing.event_stream_retry
        self._rtsp_tries = _RTSP_TRIES
        self._delivering(way)

    async def _read(self, stream: EventSocket) -> None:
        count = malformed = 0
        while self._camera.condition is not Condition.OTHER_DEVICE:
            self.intake.take(await stream.next())
            self.malformed += stream.malformed - malformed
            malformed = stream.malformed
            count += 1
            if count % _AT_A_TIME == 0:
                # A flood of messages is read without ever waiting.
                await asyncio.sleep(0)

    # --- without a stream ----------------------------------------------------------------------------

    async def _instead_of_stream(self) -> None:
        """Poll the ports of a camera that is older than the event websocket, and can't be heard over RTSP."""
        try:
            # The proxy also answers 404 for a camera that is off.
            await self._camera.client.device_identity()
            until = time.monotonic() + self._stream_again
            self._stream_again = min(self._stream_again * 2, _STREAM_AGAIN_AT_MOST)
            self._events.begin()
            self._events.subscribed()
            has_ports = True
            while time.monotonic() < until:
                if has_ports:
                    has_ports = await self._poll_ports()
                else:
                    await self._camera.client.device_identity()
                if has_ports:
                    self._delivering(EventTransport.POLLING)
                else:
                    self._ended(EventTransport.NOTHING)
                await asyncio.sleep(self._timing.input_poll)
        finally:
            self._events.end()

    async def _poll_ports(self) -> bool:
        """Apply the states of inputs and outputs; return whether there are any."""
        try:
            ports = await self._camera.client.ports.list()
        except GoneError, ForbiddenError:
            return False
        for port in ports:
            kind = EventKind.INPUT if port.is_input else EventKind.OUTPUT
            self._events.take(CameraEvent(kind, str(port.number), port.active))
        return bool(ports)

    # --- state ---------------------------------------------------------------------------------------

    def _delivering(self, transport: EventTransport) -> None:
        if self._delivering_since is None:
            self._delivering_since = time.monotonic()
            self.begun[transport] += 1
        self._stop_grace()
        if self._outage_logged:
            self._outage_logged = False
            _LOGGER.info("Events of %s are received again", self._camera.node.name)
        if (self.transport, self.listening) != (transport, True):
            _LOGGER.debug("Events of %s are received by %s", self._camera.node.name, transport)
            self.transport, self.listening = transport, True
            self._on_transport(transport)
            self._camera.changed.call()

    def _failed(self, error: VapixError, transport: EventTransport) -> None:
        self.last_failure = type(error).__name__
        # The camera's check decides whether its entities are available.
        self._camera.report_failure(error)
        self._ended(transport)

    def _ended(self, transport: EventTransport) -> None:
        if self.transport is not transport:
            _LOGGER.debug("Events of %s: %s (%s)", self._camera.node.name, transport, self.last_failure)
            self.transport = transport
            self._on_transport(transport)
            if self._camera.condition is not Condition.REACHABLE:
                # The open stream was what kept the entities for its events available.
                self._camera.changed.call()
        if self.listening:
            if self._grace is None:
                self._grace = asyncio.get_running_loop().call_later(self._timing.event_grace, self._give_up)
        elif transport is EventTransport.REFUSED:
            self._log_outage()

    @callback
    def _give_up(self) -> None:
        self._grace = None
        self.listening = False
        self._events.mark_stale()
        self._camera.changed.call()
        self._log_outage()

    def _log_outage(self) -> None:
        """Log once that events are missing, unless the camera is off, which is logged already."""
        if not self._outage_logged and self._camera.condition is Condition.REACHABLE:
            self._outage_logged = True
            _LOGGER.info(
                "No events are received of %s: %s (%s)", self._camera.node.name, self.transport, self.last_failure
            )

    def _stop_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None
