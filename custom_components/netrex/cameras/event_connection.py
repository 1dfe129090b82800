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
from ..events.rate_limiter import EventRateLimiter
from ..tasks.timing import Timing
from ..vapix import (
    AuthError,
    CameraEvent,
    EventKind,
    EventStream,
    ForbiddenError,
    GoneError,
    UnknownEvent,
    UnreachableError,
    VapixError,
    wants_session,
)
from ..vapix.http import ANSWER_TIMEOUT
from .axis_camera import AxisCamera, Condition

_LOGGER = logging.getLogger(__name__)

#: Seconds of polling after which a camera is tried for a stream again, at most.
_STREAM_AGAIN_AT_MOST: Final = 3600.0
#: Messages read before other tasks get their turn.
_AT_A_TIME: Final = 20
#: Seconds after which events held back by the rate limiter are released.
_RELEASE_AFTER: Final = 0.25
#: Topics kept for diagnostics.
_MAX_UNKNOWN: Final = 50


class EventTransport(StrEnum):
    """How events are received, or why not."""

    NO_PERMISSION = "no_permission"
    CONNECTING = "connecting"
    STREAM = "stream"
    POLLING = "polling"
    NOTHING = "nothing"
    REFUSED = "refused"


class EventConnection:
    """Receives the events of one camera, and reconnects.

    Attributes:
        transport: how events are received now, or why not.
        listening: whether the known states can be trusted.
        streams: opened so far.
        malformed: messages that broke the protocol.
        unknown: number of events of unknown topics, by topic.
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
        self.streams = 0
        self.malformed = 0
        self.unknown: Counter[str] = Counter()
        self.last_failure: str | None = None
        self.rate_limiter = EventRateLimiter(events.take)
        self._with_session = False
        #: When the current transport began to deliver; None: it has not.
        self._delivering_since: float | None = None
        self._stream_again = timing.event_stream_retry
        self._outage_logged = False
        self._grace: asyncio.TimerHandle | None = None
        self._release_timer: asyncio.TimerHandle | None = None

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
            self._stop_timers()
            self._events.close()

    def _lasted(self) -> float:
        """Return for how many seconds the current transport has delivered, without the time to connect."""
        return 0.0 if self._delivering_since is None else time.monotonic() - self._delivering_since

    @property
    def coming_for(self) -> float | None:
        """For how many seconds events have been received; None: they are not."""
        return self._lasted() if self.transport in {EventTransport.STREAM, EventTransport.POLLING} else None

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
            if not await self._stream(semaphore):
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

    async def _stream(self, semaphore: asyncio.Semaphore) -> bool:
        """Read the camera's stream until it ends; return False if the camera seems to have none."""
        try:
            async with AsyncExitStack() as stack:
                async with semaphore:
                    stream = await self._open(stack)
                    await self._subscribed(stream)
                await self._read(stream)
        except GoneError:
            if self.streams:
                # It had a stream: this is the proxy's answer, or the camera is just starting.
                raise
            return False
        finally:
            self.rate_limiter.forget()
            self._events.end()
        return True

    async def _open(self, stack: AsyncExitStack) -> EventStream:
        """Open a stream, with a session id if the header alone is refused, and the other way round."""
        timing = self._timing
        open_events = partial(
            self._camera.client.open_events, quiet=timing.event_stream_quiet, pong_within=timing.event_stream_pong
        )
        try:
            return await stack.enter_async_context(open_events(with_session=self._with_session))
        except VapixError as refusal:
            with_session, self._with_session = not self._with_session, False
            if not wants_session(refusal):
                raise
            try:
                stream = await stack.enter_async_context(open_events(with_session=with_session))
            except GoneError:
                # The camera has no session ids, which says nothing about the stream.
                raise refusal from None
        self._with_session = with_session
        return stream

    async def _subscribed(self, stream: EventStream) -> None:
        self._events.begin()
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                while not stream.subscribed:
                    self._take(await stream.next())
        except TimeoutError:
            raise UnreachableError("The camera does not answer the subscription") from None
        self._events.subscribed()
        self.streams += 1
        self._stream_again = self._timing.event_stream_retry
        self._delivering(EventTransport.STREAM)

    async def _read(self, stream: EventStream) -> None:
        count = malformed = 0
        while self._camera.condition is not Condition.OTHER_DEVICE:
            self._take(await stream.next())
            self.malformed += stream.malformed - malformed
            malformed = stream.malformed
            count += 1
            if count % _AT_A_TIME == 0:
                # A flood of messages is read without ever waiting.
                await asyncio.sleep(0)

    def _take(self, event: CameraEvent | UnknownEvent | None) -> None:
        if event is None or self._camera.condition is Condition.OTHER_DEVICE:
            return
        if isinstance(event, CameraEvent):
            if self.rate_limiter.add(event) and self._release_timer is None:
                loop = asyncio.get_running_loop()
                self._release_timer = loop.call_later(_RELEASE_AFTER, self._release)
        elif event.topic in self.unknown or len(self.unknown) < _MAX_UNKNOWN:
            self.unknown[event.topic] += 1

    @callback
    def _release(self) -> None:
        self._release_timer = None
        if self.rate_limiter.release():
            self._release_timer = asyncio.get_running_loop().call_later(_RELEASE_AFTER, self._release)

    # --- without a stream ----------------------------------------------------------------------------

    async def _instead_of_stream(self) -> None:
        """Poll the ports of a camera that is older than the event websocket."""
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
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None
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

    def _stop_timers(self) -> None:
        for timer in (self._grace, self._release_timer):
            if timer is not None:
                timer.cancel()
        self._grace = self._release_timer = None
