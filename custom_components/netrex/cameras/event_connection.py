"""One camera's event connection: opened, watched and opened again, for as long as the account is loaded."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from enum import StrEnum
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
#: Messages read before others get their turn.
_AT_A_TIME: Final = 20
#: Seconds after which events kept back by the intake are looked at again.
_LET_THROUGH: Final = 0.25
#: Topics kept for diagnostics.
_MAX_UNKNOWN: Final = 50


class EventTransport(StrEnum):
    """How events come."""

    NO_PERMISSION = "no_permission"
    CONNECTING = "connecting"
    STREAM = "stream"
    POLLING = "polling"
    NOTHING = "nothing"
    REFUSED = "refused"


class EventConnection:
    """Keeps one camera's events coming.

    Args:
        camera: whose events.
        events: takes them.
        timing: how often it tries.
        on_transport: called when it changes how they come.

    Attributes:
        transport: how they come now, or why they don't.
        listening: whether the states that are known can be believed.
        streams: how many streams have been opened so far.
        malformed, unknown: messages that were none of the protocol's; events that are in no table, by topic.
        last_failure: class of the last error.
    """

    def __init__(
        self,
        camera: AxisCamera,
        events: CameraEvents,
        timing: Timing,
        on_transport: Callable[[EventTransport], None] = lambda _transport: None,
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
        #: When events began to come this time; None: they didn't.
        self._coming_since: float | None = None
        self._stream_again = timing.event_stream_retry
        self._told_away = False
        self._grace: asyncio.TimerHandle | None = None
        self._letting_through: asyncio.TimerHandle | None = None

    async def supervise(self, semaphore: asyncio.Semaphore) -> None:
        """Listen while the camera is there; after each end try again, with growing pauses.

        Args:
            semaphore: how many cameras of the account may be connected to at the same time.
        """
        wait = self._timing.event_reconnect_first
        try:
            while True:
                await self._until_reachable()
                await self._listen(semaphore)
                if self._lasted() >= self._timing.event_stream_lasting:
                    wait = self._timing.event_reconnect_first
                # Not in step with five hundred others.
                await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
                wait = min(wait * 2, self._timing.event_reconnect_longest)
        finally:
            self._stop_timers()
            self._events.close()

    def _lasted(self) -> float:
        """Return for how many seconds events came this time; waiting for a place, or for an answer, is none."""
        return 0.0 if self._coming_since is None else time.monotonic() - self._coming_since

    @property
    def coming_for(self) -> float | None:
        """For how many seconds events have been coming now; None: they don't."""
        return self._lasted() if self.transport in {EventTransport.STREAM, EventTransport.POLLING} else None

    async def _until_reachable(self) -> None:
        """Wait for the camera's own supervisor to have found it."""
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
        """Listen until that ends, and note why."""
        self._coming_since = None
        try:
            if not await self._stream(semaphore):
                await self._instead_of_stream()
            self._ended(EventTransport.CONNECTING)
        except (AuthError, ForbiddenError) as err:
            self._failed(err, EventTransport.REFUSED)
        except VapixError as err:
            self._failed(err, EventTransport.CONNECTING)
        except Exception as err:
            # Whatever a strange device sends, it is listened to again.
            _LOGGER.exception("Unexpected error while listening to %s", self._camera.node.name)
            self.last_failure = type(err).__name__
            self._ended(EventTransport.CONNECTING)

    async def _stream(self, semaphore: asyncio.Semaphore) -> bool:
        """Listen to the camera's stream until it ends; return False where the camera seems to have none."""
        try:
            async with AsyncExitStack() as stack:
                async with semaphore:
                    stream = await self._open(stack)
                    await self._subscribed(stream)
                await self._read(stream)
        except GoneError:
            if self.streams:
                # What a camera had it still has: the proxy says so, or the camera is just starting.
                raise
            return False
        finally:
            self.rate_limiter.forget()
            self._events.end()
        return True

    async def _open(self, stack: AsyncExitStack) -> EventStream:
        """Open a stream, with a session's number where the header alone is refused, and the other way round."""
        client = self._camera.client
        try:
            return await stack.enter_async_context(client.open_events(with_session=self._with_session))
        except VapixError as refusal:
            with_session, self._with_session = not self._with_session, False
            if not wants_session(refusal):
                raise
            try:
                stream = await stack.enter_async_context(client.open_events(with_session=with_session))
            except GoneError:
                # There are no such numbers, which says nothing about the stream.
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
        self._heard(EventTransport.STREAM)

    async def _read(self, stream: EventStream) -> None:
        count = malformed = 0
        while self._camera.condition is not Condition.OTHER_DEVICE:
            self._take(await stream.next())
            self.malformed += stream.malformed - malformed
            malformed = stream.malformed
            count += 1
            if count % _AT_A_TIME == 0:
                # A flood is read without ever waiting.
                await asyncio.sleep(0)

    def _take(self, event: CameraEvent | UnknownEvent | None) -> None:
        if event is None or self._camera.condition is Condition.OTHER_DEVICE:
            return
        if isinstance(event, CameraEvent):
            if self.rate_limiter.add(event) and self._letting_through is None:
                loop = asyncio.get_running_loop()
                self._letting_through = loop.call_later(_LET_THROUGH, self._let_through)
        elif event.topic in self.unknown or len(self.unknown) < _MAX_UNKNOWN:
            self.unknown[event.topic] += 1

    @callback
    def _let_through(self) -> None:
        self._letting_through = None
        self.rate_limiter.let_through()
        if self.rate_limiter.waiting:
            self._letting_through = asyncio.get_running_loop().call_later(_LET_THROUGH, self._let_through)

    # --- without a stream ----------------------------------------------------------------------------

    async def _instead_of_stream(self) -> None:
        """Poll what can be polled, on a camera older than the event websocket: its ports."""
        try:
            # This tells the proxy's 404 for a camera that is off from the camera's own.
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
                    self._heard(EventTransport.POLLING)
                else:
                    self._ended(EventTransport.NOTHING)
                await asyncio.sleep(self._timing.input_poll)
        finally:
            self._events.end()

    async def _poll_ports(self) -> bool:
        """Take the states of inputs and outputs; return whether there are any."""
        try:
            ports = await self._camera.client.ports.list()
        except GoneError, ForbiddenError:
            return False
        for port in ports:
            kind = EventKind.INPUT if port.is_input else EventKind.OUTPUT
            self._events.take(CameraEvent(kind, str(port.number), port.active))
        return bool(ports)

    # --- how it is -----------------------------------------------------------------------------------

    def _heard(self, transport: EventTransport) -> None:
        if self._coming_since is None:
            self._coming_since = time.monotonic()
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None
        if self._told_away:
            self._told_away = False
            _LOGGER.info("Events of %s come again", self._camera.node.name)
        if (self.transport, self.listening) != (transport, True):
            _LOGGER.debug("Events of %s come by %s", self._camera.node.name, transport)
            self.transport, self.listening = transport, True
            self._on_transport(transport)
            self._camera.changed.call()

    def _failed(self, error: VapixError, transport: EventTransport) -> None:
        self.last_failure = type(error).__name__
        # Whether the camera is still there: its check says so for all of its entities.
        self._camera.report_failure(error)
        self._ended(transport)

    def _ended(self, transport: EventTransport) -> None:
        if self.transport is not transport:
            _LOGGER.debug("Events of %s: %s (%s)", self._camera.node.name, transport, self.last_failure)
            self.transport = transport
            self._on_transport(transport)
            if self._camera.condition is not Condition.REACHABLE:
                # As long as the stream was open, the camera was there for its events.
                self._camera.changed.call()
        if self.listening:
            if self._grace is None:
                self._grace = asyncio.get_running_loop().call_later(self._timing.event_grace, self._give_up)
        elif transport is EventTransport.REFUSED:
            self._tell_away()

    @callback
    def _give_up(self) -> None:
        self._grace = None
        self.listening = False
        self._events.mark_stale()
        self._camera.changed.call()
        self._tell_away()

    def _tell_away(self) -> None:
        """Say once in the log that no events come; that the camera is off is told by the camera."""
        if not self._told_away and self._camera.condition is Condition.REACHABLE:
            self._told_away = True
            _LOGGER.info("No events come of %s: %s (%s)", self._camera.node.name, self.transport, self.last_failure)

    def _stop_timers(self) -> None:
        for timer in (self._grace, self._letting_through):
            if timer is not None:
                timer.cancel()
        self._grace = self._letting_through = None
