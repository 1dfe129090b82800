"""Removes episodes and pictures that are no longer to be kept: the oldest first. Does blocking I/O."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from .database import ROW_BYTES, EpisodeDatabase
from .episode import EpisodeId
from .settings import EpisodeSettings

#: Removed in one transaction: others wait no longer than that.
_AT_ONCE: Final = 500
_DAY: Final = 24 * 3600 * 1000
#: The first of November 2026: a clock that shows less has not been set yet.
_FIRST_TIME: Final = 1_793_491_200_000
#: Time goes on for the removal of what is old at most that much faster than for everything else: a clock that is years
#: ahead for a minute makes episodes half an hour older. After a month without Home Assistant, it is right in a day.
_FASTEST: Final = 24
#: Part of the space that is free after a removal, so that it isn't needed for each picture.
_SPARE: Final = 20


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is to be kept of an account, in milliseconds and bytes."""

    oldest: int
    newest: int
    space: int
    pictures: bool


def bounds_of(database: EpisodeDatabase, settings: EpisodeSettings, wall: int, elapsed: int) -> Bounds:
    """Return what is to be kept.

    A clock can be wrong for a while. What is old is measured by the latest time that was trusted, which goes on with
    the time that has really elapsed; what lies ahead is a mistake only once the clock shows less again.

    Args:
        database: where the latest time is kept.
        settings: of the account.
        wall: what the clock shows, milliseconds since 1970.
        elapsed: milliseconds since this was called before, on a clock that can't be set.
    """
    latest = database.latest_time
    before = max(wall if latest is None else latest, _FIRST_TIME)
    trusted = min(wall, before + elapsed * _FASTEST)
    if latest is None or trusted > before:
        database.trust_time(max(trusted, before))
    space = settings.space * 1_000_000
    return Bounds(
        oldest=trusted - settings.days * _DAY,
        newest=max(before, wall) + 2 * _DAY,
        space=space - space // _SPARE,
        pictures=settings.pictures,
    )


def remove_some(database: EpisodeDatabase, account: str, bounds: Bounds, gone: Collection[int]) -> list[EpisodeId]:
    """Remove some of what is not to be kept, of cameras that are gone, too; return whose pictures are to be removed.

    Nothing is returned when nothing is left to do.
    """
    for removed in _steps(database, account, bounds, gone):
        if removed:
            return removed
    database.shrink()
    return []


def _steps(database: EpisodeDatabase, account: str, bounds: Bounds, gone: Collection[int]) -> Iterator[list[EpisodeId]]:
    for node_id in gone:
        yield database.remove_camera(account, node_id, _AT_ONCE)
    yield database.remove_before(account, bounds.oldest, _AT_ONCE)
    yield database.remove_after(account, bounds.newest, _AT_ONCE)
    episodes, pictures, size = database.size(account)
    if pictures and not bounds.pictures:
        yield database.clear_oldest_pictures(account, size, _AT_ONCE)
    if size > bounds.space:
        if pictures:
            yield database.clear_oldest_pictures(account, size - bounds.space, _AT_ONCE)
        elif episodes:
            yield database.remove_oldest(account, min(_AT_ONCE, (size - bounds.space) // ROW_BYTES + 1))
