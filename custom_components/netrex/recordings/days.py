"""Days, hours and slots as a person counts them, as intervals of time; right also when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from ..cloud.recordings import Interval
from ..vapix import CardRecording

_HOUR: Final = 3600
#: Seconds of a slot: a recording has no start time, so what was asked for has to be short enough to find a moment in.
SLOT: Final = 600


def day_interval(day: date, zone: tzinfo) -> Interval:
    """Return a day from midnight to midnight: 23, 24 or 25 hours."""
    return Interval(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))


def hours_of(day: date, zone: tzinfo) -> tuple[Interval, ...]:
    """Return the hours of a day; the last one is shorter where clocks change by half an hour."""
    return split(day_interval(day, zone), _HOUR)


def hours_at(day: date, hour: int, zone: tzinfo) -> tuple[Interval, ...]:
    """Return the hour of a day that clocks call so: none where they skip it, two where they go back."""
    return tuple(each for each in hours_of(day, zone) if datetime.fromtimestamp(each.begins_at, zone).hour == hour)


def begun(intervals: tuple[Interval, ...], now: float) -> tuple[Interval, ...]:
    """Return the intervals that have begun."""
    return tuple(interval for interval in intervals if interval.begins_at < int(now))


def until(interval: Interval, now: float) -> Interval:
    """Return what of an interval has been; nothing can have been recorded of the rest."""
    return Interval(interval.begins_at, min(interval.ends_at, int(now)))


def moments(interval: Interval) -> tuple[datetime, datetime]:
    """Return begin and end of an interval."""
    return datetime.fromtimestamp(interval.begins_at, UTC), datetime.fromtimestamp(interval.ends_at, UTC)


def _midnight(day: date, zone: tzinfo) -> int:
    # Where a day begins at one o'clock, as clocks changed at midnight, that hour's first moment is its midnight.
    return int(datetime.combine(day, time.min, zone).timestamp())


def parts_within(recording: CardRecording, interval: Interval) -> tuple[Interval, ...]:
    """Return what of a recording on a card lies in an interval, in parts short enough to be fetched."""
    ends_at = interval.ends_at if recording.ends is None else round(recording.ends.timestamp())
    begins_at = max(int(recording.starts.timestamp()), interval.begins_at)
    return split(Interval(begins_at, min(ends_at, interval.ends_at)), SLOT)


def split(interval: Interval, seconds: int) -> tuple[Interval, ...]:
    """Return an interval in parts of so many seconds; the last one may be shorter."""
    return tuple(
        Interval(begins_at, min(begins_at + seconds, interval.ends_at))
        for begins_at in range(interval.begins_at, interval.ends_at, seconds)
    )
