"""Titles of the media browser, as a person says them, in the language of Home Assistant's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Self

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..cloud.recordings import Interval
from ..const import DOMAIN

_MINUTE: Final = 60
_HOUR: Final = 3600
#: Selectors whose options are words, and what stands before these words' keys.
_WORDS: Final = {"recordings": "", "event_kind": "kind_", "event_search": "find_"}


@dataclass(frozen=True, slots=True)
class Titles:
    """Says days, hours and pieces in one language, as of `now`, with words by their keys in the translations.

    The words of kinds of events have keys such as `kind_person`, those by which people look for them `find_person`.
    """

    words: Mapping[str, str]
    zone: tzinfo
    now: datetime

    @classmethod
    async def load(cls, hass: HomeAssistant, language: str | None = None) -> Self:
        """Take the time zone of Home Assistant's settings, and their language unless another one is wanted."""
        texts = await async_get_translations(hass, language or hass.config.language, "selector", {DOMAIN})
        return cls(_words(texts), dt_util.get_default_time_zone(), dt_util.now())

    def weekday(self, day: date) -> str:
        """Return the name of a day of the week."""
        return self.words[f"weekday_{day.isoweekday()}"]

    def month(self, number: int) -> str:
        """Return the name of a month, as it is written in a date."""
        return self.words[f"month_{number}"]

    def day_short(self, day: date) -> str:
        """Return "Today", "Yesterday" or "Sunday 22 Nov", which fits a tile with a count."""
        if (near := self._near(day)) is not None:
            return near
        month = self.words[f"month_short_{day.month}"]
        return self.words["day_short"].format(weekday=self.weekday(day), day=day.day, month=month)

    def _near(self, day: date) -> str | None:
        today = self.now.date()
        if day == today:
            return self.words["today"]
        return self.words["yesterday"] if day == today - timedelta(days=1) else None

    def day(self, day: date) -> str:
        """Return "Today", "Yesterday" or "Sunday 22 November"."""
        if (near := self._near(day)) is not None:
            return near
        today = self.now.date()
        key = "day" if abs((today - day).days) < 300 else "day_of_year"  # noqa: PLR2004 - the same date would come twice
        return self.words[key].format(
            weekday=self.weekday(day), day=day.day, month=self.month(day.month), year=day.year
        )

    def hours(self, interval: Interval) -> str:
        """Return "14:00 to 15:00"; where clocks go back and an hour comes twice, with the time that is meant."""
        begins, ends = self._by_the_clock(interval)
        if begins.replace(fold=0).utcoffset() == begins.replace(fold=1).utcoffset():
            return self.words["hours"].format(begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}")
        return self.words["hours_of_zone"].format(begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}", zone=begins.tzname())

    def exact(self, interval: Interval) -> str:
        """Return "14:03:25 to 14:03:55"."""
        begins, ends = self._by_the_clock(interval)
        return self.words["hours"].format(begins=f"{begins:%H:%M:%S}", ends=f"{ends:%H:%M:%S}")

    def _by_the_clock(self, interval: Interval) -> tuple[datetime, datetime]:
        """Return begin and end by a clock that nobody sets: 2:00 to 3:00 also where clocks change at three."""
        begins = datetime.fromtimestamp(interval.begins_at, self.zone)
        return begins, begins + timedelta(seconds=interval.seconds)

    def length(self, seconds: int) -> str:
        """Return "45 s", "52 min", "60 min" or "1 h 05 min"."""
        if seconds < _MINUTE:
            return self.words["seconds"].format(seconds=seconds)
        minutes = round(seconds / _MINUTE)
        if minutes <= _HOUR // _MINUTE:
            return self.words["minutes"].format(minutes=minutes)
        return self.words["long"].format(hours=minutes // 60, minutes=f"{minutes % 60:02}")

    def recorded(self, when: str, seconds: int) -> str:
        """Return "14:00 to 15:00, 52 min recorded", or that nothing was."""
        if not seconds:
            return self.words["nothing_recorded"].format(when=when)
        return self.words["recorded"].format(when=when, length=self.length(seconds))

    def piece(self, when: str, number: int, seconds: int) -> str:
        """Return the title of one of several pieces of the same slot."""
        return self.words["piece"].format(when=when, number=number, length=self.length(seconds))


def _words(texts: Mapping[str, str]) -> dict[str, str]:
    words: dict[str, str] = {}
    for key, text in texts.items():
        selector, _, option = key.removeprefix(f"component.{DOMAIN}.selector.").partition(".options.")
        if selector in _WORDS:
            words[_WORDS[selector] + option] = text
    return words
