"""Figures of calls: right for the last hour, of fixed size, and never anything of an endless text."""

from collections.abc import Callable
import sys

import pytest

from custom_components.netrex.cloud import BusyError, ProtocolError, TransientError
from custom_components.netrex.health.call_log import CallLog, LastHour, merge
from custom_components.netrex.vapix import GoneError, RequestError, UnreachableError


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock) -> CallLog:
    return CallLog(clock)


def _every(seconds: float, hours: float, clock: Clock, call: Callable[[], None]) -> None:
    for _ in range(int(hours * 3600 / seconds)):
        call()
        clock.now += seconds


def test_nothing_has_happened_yet(log: CallLog) -> None:
    assert log.last_hour() == LastHour()
    assert log.seconds_since_answer is None
    assert log.as_diagnostics() == {
        "calls_last_hour": 0,
        "failures_last_hour": {},
        "limits_hit_last_hour": 0,
        "calls": 0,
        "failures": {},
        "seconds_since_last_answer": None,
        "seconds_since_last_failure": None,
        "last_failure": None,
        "last_asked_to_wait_seconds": None,
    }


def test_last_hour_is_about_an_hour(log: CallLog, clock: Clock) -> None:
    _every(10, 5, clock, log.sent)
    assert 330 <= log.last_hour().calls <= 360
    assert log.as_diagnostics()["calls"] == 1800
    clock.now += 3600
    assert log.last_hour().calls == 0
    assert log.as_diagnostics()["calls"] == 1800


def test_old_failures_leave_the_last_hour_and_stay_known(log: CallLog, clock: Clock) -> None:
    log.sent()
    log.failed(TransientError("the cloud did not answer in time"))
    assert log.last_hour().troubles == 1
    clock.now += 3600
    log.sent()
    log.answered()
    assert log.last_hour() == LastHour(calls=1)
    clock.now += 42
    facts = log.as_diagnostics()
    assert facts["failures"] == {"TransientError: the cloud did not answer in time": 1}
    assert facts["last_failure"] == "TransientError: the cloud did not answer in time"
    assert facts["seconds_since_last_failure"] == 3642
    assert facts["seconds_since_last_answer"] == 42


def test_a_limit_is_told_from_other_failures(log: CallLog) -> None:
    log.failed(BusyError("the cloud asks to wait", 900.0))
    log.failed(ProtocolError("the cloud refused the question"))
    facts = log.as_diagnostics()
    assert facts["limits_hit_last_hour"] == 1
    assert facts["last_asked_to_wait_seconds"] == 900.0
    assert log.last_hour().troubles == 2


def test_what_a_camera_lacks_is_no_trouble(log: CallLog) -> None:
    log.failed(GoneError("HTTP status 404"))
    log.failed(RequestError("Error code 2104", 2104))
    assert log.last_hour().troubles == 0
    assert sum(log.last_hour().failures.values()) == 2
    log.failed(UnreachableError("No answer (TimeoutError)"))
    assert log.last_hour().troubles == 1


def test_size_does_not_grow(log: CallLog, clock: Clock) -> None:
    def call() -> None:
        log.sent()
        log.failed(ProtocolError(f"{clock.now} {'x' * 10_000}"))

    _every(60, 24, clock, call)
    facts = log.as_diagnostics()
    assert facts["calls"] == 1440
    assert sum(facts["failures"].values()) == 1440
    assert len(facts["failures"]) == 21
    assert facts["failures"]["other"] == 1420
    assert len(facts["last_failure"]) == 120
    assert sys.getsizeof(repr(facts)) < 5000


def test_places_are_added_up() -> None:
    clock = Clock()
    logs = [CallLog(clock) for _ in range(3)]
    for log in logs:
        log.sent()
        log.failed(BusyError("the cloud asks to wait"))
    total = merge(log.last_hour() for log in logs)
    assert total.as_diagnostics() == {
        "calls_last_hour": 3,
        "failures_last_hour": {"BusyError": 3},
        "limits_hit_last_hour": 3,
    }
    assert logs[0].last_hour().calls == 1
