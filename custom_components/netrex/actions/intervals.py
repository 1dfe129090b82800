"""Reads the times that are given to actions; those without a zone are in the zone of Home Assistant's settings."""

from datetime import UTC, datetime, timedelta
import math
from typing import Final

from homeassistant.util import dt as dt_util

from ..cloud.recordings import Interval
from ..errors import validation_error

#: Days. Events are never kept longer.
_LONGEST_PERIOD: Final = 90


def read_interval(start: datetime, end: datetime, longest: int) -> Interval:
    """Return an interval whose recording a person wants.

    Raises:
        ServiceValidationError: it is empty, too long, or in the future.
    """
    begins_at, ends_at = (int(in_utc(moment).timestamp()) for moment in (start, end))
    if ends_at <= begins_at:
        raise validation_error("interval_empty")
    if ends_at > dt_util.utcnow().timestamp() + 1:
        raise validation_error("interval_in_future")
    if ends_at - begins_at > longest:
        raise validation_error("interval_too_long", hours=str(longest // 3600))
    return Interval(begins_at, ends_at)


def read_period(start: datetime, end: datetime | None) -> Interval:
    """Return the time whose events a person wants; without an end, until now.

    Raises:
        ServiceValidationError: it is empty or too long.
    """
    begin, over = in_utc(start), in_utc(end) if end else dt_util.utcnow()
    if over <= begin:
        raise validation_error("interval_empty")
    if over - begin > timedelta(days=_LONGEST_PERIOD):
        raise validation_error("interval_too_many_days", days=str(_LONGEST_PERIOD))
    return Interval(math.floor(begin.timestamp()), math.ceil(over.timestamp()))


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; at the ends of the calendar, where there is none, the first or last one."""
    try:
        return dt_util.as_utc(moment)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if moment.year == 1 else datetime.max.replace(tzinfo=UTC)
