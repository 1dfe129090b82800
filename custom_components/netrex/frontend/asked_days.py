"""The days that a browser asks about: as the clocks of its time zone count them, by date or by an event of a link."""

from datetime import date, datetime, timedelta
import re
from typing import Final
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util

from .asked_cameras import AskedCamera

#: No camera recorded before, and no time zone has left out a day since.
_FIRST: Final = date(2012, 1, 1)
#: Browsers' clocks may be ahead.
_AHEAD: Final = timedelta(days=1)
#: Milliseconds since 1970.
_BEGAN_AT: Final = re.compile(r"[0-9]{1,14}")


async def find_zone(name: str) -> ZoneInfo | None:
    """Return a time zone by its IANA name; None: there is none of this name."""
    try:
        return await dt_util.async_get_time_zone(name)
    except OSError, ValueError:
        # It would lead out of the folder of time zones, or to a file there that is none.
        return None


def today(zone: ZoneInfo) -> date:
    """Return the day that it is."""
    return dt_util.utcnow().astimezone(zone).date()


def can_be_shown(day: date, zone: ZoneInfo) -> bool:
    """Return whether cameras may have recorded on a day, or will tomorrow."""
    return _FIRST <= day <= today(zone) + _AHEAD


def day_of_episode(episode_id: str, camera: AskedCamera, zone: ZoneInfo) -> date | None:
    """Return the day on which an episode began, kept or not.

    Args:
        episode_id: as in `EpisodeAnswer`, but from anywhere.
        camera: whose it has to be.
        zone: whose days are meant.

    Returns:
        None: it isn't one, is another camera's, or is to begin in more than a day.
    """
    began_at = episode_id.removeprefix(f"{camera.key}/")
    if began_at == episode_id or not _BEGAN_AT.fullmatch(began_at):
        return None
    began = datetime.fromtimestamp(int(began_at) / 1000, zone)
    return began.date() if began.date() >= _FIRST and began <= dt_util.utcnow() + _AHEAD else None
