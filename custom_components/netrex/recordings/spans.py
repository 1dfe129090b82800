"""When something was recorded, from lists of short slots: a recording has a duration, but no start time (NX-REC-2)."""

from collections.abc import Iterator, Sequence
from typing import Final

from ..cloud.recordings import MAX_INTERVALS, Interval, Recording
from .days import SLOT, split

#: Seconds. Pieces of slots are a little shorter than they are; a shorter gap is none.
GAP: Final = 5


def slots_of(interval: Interval) -> tuple[Interval, ...]:
    """Return an interval in as short slots as one request can have."""
    minutes = -(-interval.seconds // (60 * MAX_INTERVALS))
    return split(interval, max(SLOT, minutes * 60))


def spans_of(slots: Sequence[Interval], found: Sequence[Sequence[Recording]]) -> list[Interval]:
    """Return what was recorded of slots that follow each other, without gaps too short to be real."""
    spans: list[Interval] = []
    for span in _pieces(slots, found):
        if spans and span.begins_at - spans[-1].ends_at < GAP:
            spans[-1] = Interval(spans[-1].begins_at, max(spans[-1].ends_at, span.ends_at))
        else:
            spans.append(span)
    return spans


def _pieces(slots: Sequence[Interval], found: Sequence[Sequence[Recording]]) -> Iterator[Interval]:
    """Yield where the pieces of each slot most likely are.

    What goes on in the next slot ends with its own, else it begins with it. Of several, the first one is at the
    beginning, and the others are at the end.
    """
    for number, (slot, pieces) in enumerate(zip(slots, found, strict=True)):
        lengths = [piece.duration for piece in pieces if piece.duration > 0]
        if sum(lengths) > slot.seconds - GAP:
            yield slot
            continue
        came = number > 0 and bool(found[number - 1])
        goes_on = number + 1 < len(slots) and bool(found[number + 1])
        first = lengths[:1] if len(lengths) > 1 or came or not goes_on else []
        begins_at = slot.begins_at
        for length in first:
            yield Interval(begins_at, begins_at + length)
        begins_at = slot.ends_at - sum(lengths[len(first) :])
        for length in lengths[len(first) :]:
            yield Interval(begins_at, begins_at + length)
            begins_at += length
