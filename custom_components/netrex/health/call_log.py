"""Counts the calls to the cloud, or to one camera, and how they went, in a fixed size, for diagnostics."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
import time
from typing import Any, Final, override

from ..tasks.listeners import Listeners
from ..transport.calls import Calls
from ..transport.facts import Fact

#: Seconds of one slot, and how many are kept: an hour in pieces, of which the oldest is dropped as a whole.
_SLOT: Final = 300.0
_SLOTS: Final = 12
#: Different reasons of failures that are counted apart. All errors together have some thirty texts.
_MAX_REASONS: Final = 20
_MAX_REASON: Final = 120
_OTHER: Final = "other"
#: Failures of a camera or cloud that is well, but does not have what was asked for.
_NO_TROUBLE: Final = frozenset({"GoneError", "LinkExpiredError", "RequestError"})
#: The failure that says that too much was asked.
_LIMIT: Final = "BusyError"


@dataclass(slots=True)
class LastHour:
    """How many calls were sent in an interval, and how many failed, by class of the error."""

    calls: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def troubles(self) -> int:
        """How many failed in a way that something is wrong."""
        return sum(count for kind, count in self.failures.items() if kind not in _NO_TROUBLE)

    @property
    def limits_hit(self) -> int:
        """How many were refused because it was too much at a time."""
        return self.failures[_LIMIT]

    def as_diagnostics(self) -> dict[str, Any]:
        """Return this for diagnostics."""
        return {
            "calls_last_hour": self.calls,
            "failures_last_hour": dict(self.failures),
            "limits_hit_last_hour": self.limits_hit,
        }


class CallLog(Calls):
    """Counts calls. Its size does not depend on how many there are.

    Failures that are found out after an answer has begun count beside its call, so there is one failure a call at most
    of each kind, and never a failure without a call.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        on_observed: Callable[[Fact, str], None] | None = None,
    ) -> None:
        self._clock = clock
        self._on_observed = on_observed
        self._slots: deque[tuple[int, LastHour]] = deque(maxlen=_SLOTS)
        self._calls = 0
        self._reasons: Counter[str] = Counter()
        self._answered_at: float | None = None
        self._failed_at: float | None = None
        self._last_failure: str | None = None
        self._asked_to_wait: float | None = None
        #: Called after each call that was answered as it should be.
        self.answers: Final = Listeners[()]()

    @override
    def sent(self) -> None:
        self._calls += 1
        self._slot().calls += 1

    @override
    def answered(self) -> None:
        self._answered_at = self._clock()
        self.answers.call()

    @override
    def failed(self, error: Exception) -> None:
        # What errors say holds no secret; texts from outside are bounded all the same.
        kind = type(error).__name__
        self._slot().failures[kind] += 1
        reason = f"{kind}: {error}"[:_MAX_REASON]
        self._last_failure, self._failed_at = reason, self._clock()
        if kind == _LIMIT:
            self._asked_to_wait = getattr(error, "retry_after", None)
        if reason not in self._reasons and len(self._reasons) >= _MAX_REASONS:
            reason = _OTHER
        self._reasons[reason] += 1

    @override
    def observed(self, fact: Fact, value: str) -> None:
        if self._on_observed is not None:
            self._on_observed(fact, value)

    def _slot(self) -> LastHour:
        number = int(self._clock() // _SLOT)
        if not self._slots or self._slots[-1][0] != number:
            self._slots.append((number, LastHour()))
        return self._slots[-1][1]

    @property
    def seconds_since_answer(self) -> float | None:
        """How long ago a call was answered as it should be; None: never."""
        return None if self._answered_at is None else self._clock() - self._answered_at

    def last_hour(self) -> LastHour:
        """Return what happened in the last 55 to 60 minutes."""
        oldest = int(self._clock() // _SLOT) - _SLOTS
        return merge(hour for number, hour in self._slots if number > oldest)

    def as_diagnostics(self) -> dict[str, Any]:
        """Return everything for diagnostics."""
        since_answer, failed_at = self.seconds_since_answer, self._failed_at
        return {
            **self.last_hour().as_diagnostics(),
            "calls": self._calls,
            "failures": dict(self._reasons),
            "seconds_since_last_answer": None if since_answer is None else round(since_answer),
            "seconds_since_last_failure": None if failed_at is None else round(self._clock() - failed_at),
            "last_failure": self._last_failure,
            "last_asked_to_wait_seconds": self._asked_to_wait,
        }


def merge(hours: Iterable[LastHour]) -> LastHour:
    """Add up the calls of several places, or of several intervals."""
    total = LastHour()
    for hour in hours:
        total.calls += hour.calls
        total.failures.update(hour.failures)
    return total
