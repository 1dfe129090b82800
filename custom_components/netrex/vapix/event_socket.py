"""What both ways to hear a camera's events over a websocket share: floods, dead peers, numbers of sessions."""

from abc import ABC, abstractmethod
import asyncio
from contextlib import suppress
from typing import Final

import aiohttp

from .errors import AuthError, ForbiddenError, ProtocolError, UnreachableError
from .event_topics import UnknownEvent
from .events import CameraEvent
from .http import CameraHttp

#: Seconds of silence after which the peer is pinged, and that its answer may take: within 30 s a dead one is found out.
QUIET: Final = 20.0
PONG_WITHIN: Final = 10.0
#: Messages without an event that we know: so many at once, and per second from then on. Analytics send a hundred of
#: their own in a second; more is rubbish.
_USELESS_AT_ONCE: Final = 1000.0
_USELESS_PER_SECOND: Final = 200.0
#: The same for all messages: floods are merged behind this, but reading one without end takes all the time that there
#: is. A large camera reports some hundred states at once.
_AT_ONCE: Final = 20_000.0
_PER_SECOND: Final = 1000.0


class _Allowance:
    """How many messages may come: some at once, and so many more with each second."""

    def __init__(self, at_once: float, per_second: float, now: float) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._left = at_once
        self._counted_at = now

    def count(self, now: float) -> bool:
        """Count a message; return whether it is one too many."""
        earned = (now - self._counted_at) * self._per_second
        self._counted_at = now
        self._left = min(self._at_once, self._left + earned) - 1
        return self._left < 0


class EventSocket(ABC):
    """An open websocket of events: whether the camera agreed to send them, and how many messages were malformed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.subscribed = False
        self.malformed = 0
        self._clock = asyncio.get_running_loop().time
        self._heard_at = self._clock()
        self._messages = _Allowance(_AT_ONCE, _PER_SECOND, self._heard_at)
        self._useless = _Allowance(_USELESS_AT_ONCE, _USELESS_PER_SECOND, self._heard_at)

    @abstractmethod
    async def next(self) -> CameraEvent | UnknownEvent | None:
        """Wait for one message, without a time-out; None for one that carries no event. Raise what ends the stream.

        Before the camera has agreed, events may come already.
        """

    def _counted(self, event: CameraEvent | UnknownEvent | None) -> CameraEvent | UnknownEvent | None:
        """Return what a message carried, unless there were too many messages."""
        if self._messages.count(self._heard_at):
            raise ProtocolError("The event stream carries more events than any camera has")
        if not isinstance(event, CameraEvent) and self._useless.count(self._heard_at):
            raise ProtocolError("The event stream carries too many messages that are no events")
        return event

    async def _receive(self) -> aiohttp.WSMessage:  # type: ignore[explicit-any]
        """Wait for a message; `keep_alive` ends the wait for a dead peer."""
        try:
            message = await self._socket.receive()
            self._heard_at = self._clock()
            if message.type is aiohttp.WSMsgType.PING:
                await self._socket.pong(message.data)
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(f"The event stream was cut off ({type(error).__name__})") from None
        return message

    async def keep_alive(self, quiet_for: float, pong_within: float) -> None:
        """Ping a quiet peer; close the stream if it does not answer. Beside the reading: an event costs no timer."""
        while True:
            quiet = self._clock() - self._heard_at
            if quiet < quiet_for:
                await asyncio.sleep(quiet_for - quiet)
                continue
            before = self._heard_at
            with suppress(aiohttp.ClientError, OSError):
                await self._socket.ping()
            await asyncio.sleep(pong_within)
            if self._heard_at == before:
                await self._socket.close()
                return


async def session_number(http: CameraHttp, cgi: str) -> str:
    """Return the number of a session from one of the camera's two CGIs, which are one file (VX-EVENT-2)."""
    number = (await http.text(f"axis-cgi/{cgi}.cgi", {})).strip()
    if not (number.isascii() and number.isdecimal() and len(number) <= 30):  # noqa: PLR2004 - a bound
        raise ProtocolError("The answer is no number of a session")
    return number


def wants_session(error: Exception) -> bool:
    """Return whether a refused upgrade may be accepted with a session's number."""
    return isinstance(error, AuthError | ForbiddenError)
