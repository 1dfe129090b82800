"""Days and hours as a person counts them, also when the clocks change."""

from datetime import date, datetime, timedelta
import itertools
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.recordings.days import SLOT, begun, day_interval, hours_of, split, until

from .conftest import PRAGUE, MakeTitles

_ZONES = ("Europe/Prague", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "UTC")


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 24), 24)]
)
def test_a_day_has_the_hours_that_it_has(day: date, hours: int) -> None:
    assert len(hours_of(day, PRAGUE)) == hours


def test_no_hour_is_shown_that_was_not_and_none_is_left_out(titles: MakeTitles) -> None:
    words = titles()
    spring = [words.hours(hour) for hour in hours_of(date(2026, 3, 29), PRAGUE)]
    assert spring[:3] == ["00:00 to 01:00", "01:00 to 02:00", "03:00 to 04:00"]
    autumn = [words.hours(hour) for hour in hours_of(date(2026, 10, 25), PRAGUE)]
    assert autumn[1:5] == ["01:00 to 02:00", "02:00 to 03:00 (CEST)", "02:00 to 03:00 (CET)", "03:00 to 04:00"]
    assert len(set(autumn)) == 25


@given(st.dates(date(2000, 1, 1), date(2037, 12, 31)), st.sampled_from(_ZONES))
def test_days_follow_each_other_without_a_gap(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    today, tomorrow = day_interval(day, zone), day_interval(day + timedelta(days=1), zone)
    assert today.ends_at == tomorrow.begins_at
    hours = hours_of(day, zone)
    assert (hours[0].begins_at, hours[-1].ends_at) == (today.begins_at, today.ends_at)
    assert all(before.ends_at == after.begins_at for before, after in itertools.pairwise(hours))
    assert {datetime.fromtimestamp(hour.begins_at, zone).date() for hour in hours} == {day}


def test_an_hour_has_six_slots() -> None:
    assert [slot.seconds for slot in split(Interval(3600, 7200), SLOT)] == [600] * 6


def test_what_has_not_begun_is_not_shown() -> None:
    now = datetime(2026, 11, 24, 9, 30, tzinfo=PRAGUE).timestamp()
    hours = begun(hours_of(date(2026, 11, 24), PRAGUE), now)
    assert len(hours) == 10
    assert until(hours[-1], now).seconds == 1800
    assert until(hours[0], now) == hours[0]
