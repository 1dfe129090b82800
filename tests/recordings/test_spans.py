"""When something was recorded, as far as durations of ten minutes tell."""

import pytest

from custom_components.netrex.cloud.recordings import MAX_INTERVALS, Interval, Recording
from custom_components.netrex.recordings.spans import slots_of, spans_of


def spans(*durations: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the spans of slots of ten minutes, each with pieces of so many seconds."""
    slots = [Interval(600 * number, 600 * (number + 1)) for number in range(len(durations))]
    found = [[Recording("id", each) for each in pieces] for pieces in durations]
    return [(span.begins_at, span.ends_at) for span in spans_of(slots, found)]


@pytest.mark.parametrize(
    ("durations", "expected"),
    [
        ((), []),
        (((), ()), []),
        (((600,), (600,)), [(0, 1200)]),
        (((598,), (598,), (598,)), [(0, 1800)]),
        # It began in the first slot and ended in the last one.
        (((100,), (598,), (200,)), [(500, 1400)]),
        # Nothing around it says where it is.
        (((), (100,), ()), [(600, 700)]),
        # It went on from the slot before.
        (((598,), (100,), ()), [(0, 700)]),
        # A gap within a slot.
        (((598,), (200, 100), (598,)), [(0, 800), (1100, 1800)]),
        (((598,), (200, 50, 100), (598,)), [(0, 800), (1050, 1800)]),
        # A gap that is none, and one that is.
        (((300, 296),), [(0, 600)]),
        (((300, 290),), [(0, 300), (310, 600)]),
        (((0,), (598,)), [(600, 1200)]),
    ],
)
def test_spans(durations: tuple[tuple[int, ...], ...], expected: list[tuple[int, int]]) -> None:
    assert spans(*durations) == expected


@pytest.mark.parametrize("hours", [0, 1, 23, 24, 25, 26])
def test_an_interval_is_one_request(hours: int) -> None:
    slots = slots_of(Interval(1000, 1000 + hours * 3600))
    assert len(slots) <= MAX_INTERVALS
    assert sum(slot.seconds for slot in slots) == hours * 3600
    assert all(slot.seconds <= (600 if hours <= 24 else 660) for slot in slots)


def test_what_has_not_begun_has_no_slots() -> None:
    assert slots_of(Interval(1000, 900)) == ()
