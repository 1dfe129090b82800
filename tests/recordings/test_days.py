"""Days are counted as clocks do, whatever a time zone does at midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.netrex.recordings.days import day_interval


@pytest.mark.parametrize(
    ("day", "zone", "hours", "begins"),
    [
        ("2026-11-29", "Europe/Prague", 24, "2026-11-28T23:00"),
        ("2026-03-29", "Europe/Prague", 23, "2026-03-28T23:00"),
        ("2026-10-25", "Europe/Prague", 25, "2026-10-24T22:00"),
        ("2026-11-29", "Asia/Kolkata", 24, "2026-11-28T18:30"),
        ("2026-04-05", "Australia/Lord_Howe", 24.5, "2026-04-04T13:00"),
        # The hour after midnight is left out, and comes twice.
        ("2026-03-08", "America/Havana", 23, "2026-03-08T05:00"),
        ("2026-11-01", "America/Havana", 25, "2026-11-01T04:00"),
        # The hour before midnight comes twice.
        ("2026-10-24", "Asia/Beirut", 25, "2026-10-23T21:00"),
        ("2021-03-13", "Antarctica/Casey", 27, "2021-03-12T13:00"),
    ],
)
def test_a_day_begins_with_its_first_moment(day: str, zone: str, hours: float, begins: str) -> None:
    interval = day_interval(date.fromisoformat(day), ZoneInfo(zone))
    assert datetime.fromtimestamp(interval.begins_at, UTC) == datetime.fromisoformat(f"{begins}+00:00")
    assert interval.seconds == hours * 3600


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Prague",
        "Africa/Cairo",
        "America/Havana",
        "America/Nuuk",
        "America/Santiago",
        "Antarctica/Casey",
        "Asia/Beirut",
        "Asia/Gaza",
        "Asia/Tehran",
        "Atlantic/Azores",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    ],
)
def test_days_follow_each_other_for_years(zone: str) -> None:
    clock, day = ZoneInfo(zone), date(2012, 1, 1)
    while day < date(2032, 1, 1):
        interval, next_day = day_interval(day, clock), day + timedelta(days=1)
        assert interval.ends_at == day_interval(next_day, clock).begins_at
        for moment in (interval.begins_at, interval.ends_at - 1):
            assert datetime.fromtimestamp(moment, clock).date() == day
        day = next_day
