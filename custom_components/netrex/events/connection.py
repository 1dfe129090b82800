"""One camera's event connection: opened, watched and opened again, for as long as the account is loaded."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from enum import StrEnum
import logging
import random
import time
from typing import Final

from homeassistant.core import callback

from ..axis_camera import AxisCamera, Condition
from ..vapix import (
    AuthError,
    CameraEvent,
    EventKind,
    EventStream,
    GoneError,
    RightsError,
    UnknownEvent,
    VapixError,
    wants_session,
)
from .camera_events import CameraEvents
from .intake import Intake

_LOGGER = logging.getLogger(__name__)

#: Seconds before the next try. A camera that is off is the camera's own supervisor's concern, with its own pauses.
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 300.0
#: Seconds that a stream has to last for the next pause to be short again.
_LASTING: Final = 60.0
#: Seconds that states are still shown after a stream has ended: most are open again by then.
_GRACE: Final = 10.0
#: Seconds between looks at what can be polled, and between tries whether there is a stream by now.
_POLL: Final = 10.0
_STREAM_AGAIN: Final = 3600.0
#: Messages read before others get their turn.
_AT_A_TIME: Final = 20
#: Seconds after which events kept back by the intake are looked at again.
_LET_THROUGH: Final = 0.25
#: Topics kept for diagnostics.
_MAX_UNKNOWN: Final = 50


class Hearing(StrEnum):
    """How events come."""

    NO_RIGHT = "no_right"
    CONNECTING = "connecting"
    STREAM = "stream"
    POLLING = "polling"
    REFUSED = "refused"


class EventConnection:
    """Keeps one camera's events coming.

    Attributes:
        hearing: how they come now, or why they don't.
        listening: whether the states that are known can be believed.
        streams: how many streams have been opened so far.
        malformed, unknown: messages that were none of the protocol's; events that are in no table, by topic.
        last_failure: class of the last error.
    """

    def __init__(self, camera: AxisCamera, events: CameraEvents) -> None:
        self._camera = camera
        self._events = events
        self.hearing = Hearing.CONNECTING
        self.listening = False
        self.streams = 0
        self.malformed = 0
        self.unknown: Counter[str] = Counter()
        self.last_failure: str | None = None
        self.intake = Intake(events.take)
        self._with_session = False
        self._grace: asyncio.TimerHandle | None = None
        self._letting_through: asyncio.TimerHandle | None = None

    async def supervise(self, places: asyncio.Semaphore) -> None:
        """Listen while the camera is there; after each end try again, with growing pauses.

        Args:
            places: how many cameras of the account may be connected to at the same time.
        """
        wait = _FIRST_WAIT
        try:
            while True:
                await self._until_reachable()
                began = time.monotonic()
                await self._listen(places)
                if time.monotonic() - began >= _LASTING:
                    wait = _FIRST_WAIT
                # Not in step with five hundred others.
                await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
                wait = min(wait * 2, _LONGEST_WAIT)
        finally:
            self._stop_timers()
            self._events.close()

    async def _until_reachable(self) -> None:
        """Wait for the camera's own supervisor to have found it."""
        changed = asyncio.Event()
        stop = self._camera.listen(changed.set)
        try:
            while self._camera.condition is not Condition.REACHABLE:
                await changed.wait()
                changed.clear()
        finally:
            stop()

    # --- one stream ----------------------------------------------------------------------------------

    async def _listen(self, places: asyncio.Semaphore) -> None:
        """Listen until that ends, and note why."""
        try:
            async with AsyncExitStack() as stack:
                async with places:
                    stream = await self._open(stack)
                    await self._subscribed(stream)
                await self._read(stream)
            self._ended(Hearing.CONNECTING)
        except GoneError:
            await self._instead_of_stream()
        except (AuthError, RightsError) as err:
            self._failed(err, Hearing.REFUSED)
        except VapixError as err:
            self._failed(err, Hearing.CONNECTING)
        except Exception as err:
            # Whatever a strange device sends, it is listened to again.
            _LOGGER.exception("Unexpected error while listening to %s", self._camera.node.name)
            self.last_failure = type(err).__name__
            self._ended(Hearing.CONNECTING)

    async def _open(self, stack: AsyncExitStack) -> EventStream:
        """Open a stream, with a session's number where the header alone is refused."""
        client = self._camera.client
        try:
            return await stack.enter_async_context(client.open_events(with_session=self._with_session))
        except VapixError as err:
            if not wants_session(err):
                raise
        self._with_session = not self._with_session
        return await stack.enter_async_context(client.open_events(with_session=self._with_session))

    async def _subscribed(self, stream: EventStream) -> None:
        self._events.begin()
        while not stream.subscribed:
            self._take(await stream.next())
        self._events.subscribed()
        self.streams += 1
        self._heard(Hearing.STREAM)

    async def _read(self, stream: EventStream) -> None:
        count = malformed = 0
        try:
            while self._camera.condition is not Condition.OTHER_DEVICE:
                self._take(await stream.next())
                self.malformed += stream.malformed - malformed
                malformed = stream.malformed
                count += 1
                if count % _AT_A_TIME == 0:
                    # A flood is read without ever waiting.
                    await asyncio.sleep(0)
        finally:
            self.intake.forget()
            self._events.end()

    def _take(self, event: CameraEvent | UnknownEvent | None) -> None:
        if event is None or self._camera.condition is Condition.OTHER_DEVICE:
            return
        if isinstance(event, CameraEvent):
            if self.intake.add(event) and self._letting_through is None:
                loop = asyncio.get_running_loop()
                self._letting_through = loop.call_later(_LET_THROUGH, self._let_through)
        elif event.topic in self.unknown or len(self.unknown) < _MAX_UNKNOWN:
            self.unknown[event.topic] += 1

    @callback
    def _let_through(self) -> None:
        self._letting_through = None
        self.intake.let_through()
        if self.intake.waiting:
            self._letting_through = asyncio.get_running_loop().call_later(_LET_THROUGH, self._let_through)

    # --- without a stream ----------------------------------------------------------------------------

    async def _instead_of_stream(self) -> None:
        """Poll what can be polled, on a camera older than the event websocket: its ports."""
        try:
            # The proxy's 404 for a camera that is off must not be taken for the camera's own.
            await self._camera.client.check_present()
            has_ports = True
            until = time.monotonic() + _STREAM_AGAIN
            self._events.begin()
            while time.monotonic() < until:
                if has_ports:
                    has_ports = await self._poll_ports()
                else:
                    await self._camera.client.check_present()
                self._heard(Hearing.POLLING)
                await asyncio.sleep(_POLL)
        except VapixError as err:
            self._failed(err, Hearing.CONNECTING)
        finally:
            self._events.end()

    async def _poll_ports(self) -> bool:
        """Take the states of inputs and outputs; return whether there are any."""
        try:
            ports = await self._camera.client.ports.list()
        except GoneError, RightsError:
            return False
        for port in ports:
            kind = EventKind.INPUT if port.is_input else EventKind.OUTPUT
            self._events.take(CameraEvent(kind, str(port.number), port.active))
        return bool(ports)

    # --- how it is -----------------------------------------------------------------------------------

    def _heard(self, hearing: Hearing) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None
        if (self.hearing, self.listening) != (hearing, True):
            _LOGGER.debug("Events of %s come by %s", self._camera.node.name, hearing)
            self.hearing, self.listening = hearing, True
            self._camera.tell()

    def _failed(self, error: VapixError, hearing: Hearing) -> None:
        self.last_failure = type(error).__name__
        # Whether the camera is still there: its check says so for all of its entities.
        self._camera.doubt(error)
        self._ended(hearing)

    def _ended(self, hearing: Hearing) -> None:
        if self.hearing is not hearing:
            _LOGGER.debug("Events of %s: %s (%s)", self._camera.node.name, hearing, self.last_failure)
        self.hearing = hearing
        if self.listening and self._grace is None:
            self._grace = asyncio.get_running_loop().call_later(_GRACE, self._give_up)

    @callback
    def _give_up(self) -> None:
        self._grace = None
        self.listening = False
        self._camera.tell()

    def _stop_timers(self) -> None:
        for timer in (self._grace, self._letting_through):
            if timer is not None:
                timer.cancel()
        self._grace = self._letting_through = None
