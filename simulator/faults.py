"""Faults on demand: which requests go wrong, and how."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
import math

from .twists import Twist


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way in which requests of a kind go wrong.

    Several effects may stand together: first the delay, then the others.

    kind: of request, as in the counters: "graphql:nodeList", "oauth2:token:refresh", "vapix:image". A beginning
        ("graphql") or a pattern ("vapix:*", "*") stands for several.
    serial: only requests to this camera.
    held: nothing happens before the faults are cleared.
    delay: seconds before anything else happens.
    late: the request has its effect; seconds until the answer comes.
    status: HTTP status of an answer with `body`, or with a proxy's error page; the request has no effect.
    body: what the answer holds instead: a text, or the bytes of a file.
    cut: the connection is closed without an answer; the request has no effect.
    retry_after: header `Retry-After` of the answer with `status`: seconds, or a date.
    cut_after: the request has its effect; the connection is closed after this many bytes of the answer's body.
        0: before the answer begins. Negative: so many bytes before its end, for answers that are no streams.
    content_type: what the right answer calls itself instead.
    filled_to: bytes that the right answer has at least, by blanks behind it; not for streams.
    twist: how the values in the right answer are wrong, see `simulator.twists`.
    garbage: 200 with nonsense; the request has no effect.
    hang: no answer until the client leaves or the simulator stops. With `cut_after`: silence after this many bytes.
    share: part of the calls that go wrong, evenly: 0.5 is every second one.
    times: so many requests go wrong, then no more; None: without end.
    """

    kind: str
    serial: str | None = None
    held: bool = False
    delay: float = 0.0
    late: float = 0.0
    status: int | None = None
    body: str | bytes | None = None
    retry_after: str | None = None
    cut: bool = False
    content_type: str | None = None
    filled_to: int | None = None
    twist: Twist | None = None
    cut_after: int | None = None
    garbage: bool = False
    hang: bool = False
    share: float = 1.0
    times: int | None = None

    def concerns(self, kinds: Iterable[str], serial: str | None) -> bool:
        """Tell whether a request of these kinds, to this camera, is one of those that may go wrong."""
        if self.serial is not None and self.serial != serial:
            return False
        return any(
            kind == self.kind or kind.startswith(f"{self.kind}:") or fnmatchcase(kind, self.kind) for kind in kinds
        )


@dataclass(slots=True)
class _Standing:
    """A fault that is in force, and what it did so far."""

    fault: Fault
    concerned: int = 0
    struck: int = 0

    def strikes(self) -> bool:
        if self.fault.times is not None and self.struck >= self.fault.times:
            return False
        self.concerned += 1
        # Evenly, without chance: strike whenever the share of all calls so far passes a whole number.
        if math.floor(self.concerned * self.fault.share) == math.floor((self.concerned - 1) * self.fault.share):
            return False
        self.struck += 1
        return True


class Faults:
    """The faults in force, in the order in which they were added."""

    def __init__(self) -> None:
        self._standing: list[_Standing] = []
        self._cleared = asyncio.Event()

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        self._standing.append(_Standing(fault))
        return fault

    def clear(self) -> None:
        """Let everything go right again, and requests that are held go on. Those that hang already go on hanging."""
        self._standing.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    async def cleared(self) -> None:
        """Wait until the faults are cleared."""
        await self._cleared.wait()

    def struck(self, fault: Fault) -> int:
        """Tell how many requests a fault in force has spoiled."""
        return sum(standing.struck for standing in self._standing if standing.fault is fault)

    def in_force(self) -> list[tuple[Fault, int]]:
        """Give the faults in force, each with the number of requests that it spoiled."""
        return [(standing.fault, standing.struck) for standing in self._standing]

    def strike(self, kinds: Iterable[str], serial: str | None) -> Fault | None:
        """Give the first fault that this request runs into, and count it; None: it goes right."""
        kinds = tuple(kinds)
        return next(
            (
                standing.fault
                for standing in self._standing
                if standing.fault.concerns(kinds, serial) and standing.strikes()
            ),
            None,
        )
