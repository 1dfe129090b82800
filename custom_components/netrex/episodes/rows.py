"""How an episode is stored in a row of the database, and read from one."""

from collections.abc import Collection
from functools import lru_cache
import json
from typing import Final

from .episode import Episode, EpisodeId, EpisodeKind, by_importance

#: What a row is read from, in this order.
COLUMNS: Final = "node_id, began_at, ended_at, kinds, scenarios, picture_bytes, is_over"
_SEPARATOR: Final = "|"
#: Milliseconds since 1970 that a date can have: the year 9999.
LAST_MOMENT: Final = 253_402_300_799_000
_KINDS: Final = {kind.value: kind for kind in EpisodeKind}


def is_storable(episode: Episode) -> bool:
    """Return whether a date can say when an episode was, and the database can keep it."""
    moments = (episode.id.began_at, episode.ended_at)
    return all(0 <= each <= LAST_MOMENT for each in moments) and abs(episode.id.node_id) < 1 << 63


def row_of(account: str, episode: Episode, picture_bytes: int) -> tuple[str | int, ...]:
    """Return the row of an episode; of 0 bytes: its picture stays as it is."""
    return (
        account,
        episode.id.node_id,
        episode.id.began_at,
        episode.ended_at,
        # Also around them: a kind is searched for as it stands between two.
        _SEPARATOR + "".join(kind + _SEPARATOR for kind in episode.kinds),
        # In ASCII: names from a camera may hold what is no text in UTF-8.
        json.dumps(episode.scenarios),
        picture_bytes,
        episode.is_over,
    )


def any_of(kinds: Collection[EpisodeKind]) -> tuple[str, tuple[str, ...]]:
    """Return the condition that a row has one of these kinds, and what goes into it."""
    condition = " OR ".join("instr(kinds, ?)" for _ in kinds)
    return f"({condition})", tuple(_SEPARATOR + kind + _SEPARATOR for kind in kinds)


def episode_of(row: tuple[object, ...]) -> Episode | None:
    """Return the episode of a row; None: it makes no sense, such as in a page that the disk has damaged."""
    node_id, began_at, ended_at, kinds, scenarios, picture_bytes, is_over = row
    if not (isinstance(node_id, int) and isinstance(began_at, int) and isinstance(ended_at, int)):
        return None
    if not (isinstance(kinds, str) and isinstance(scenarios, str) and isinstance(picture_bytes, int)):
        return None
    known, names = _read_kinds(kinds), _read_names(scenarios)
    if not known or names is None:
        return None
    episode_id = EpisodeId(node_id, began_at)
    episode = Episode(episode_id, ended_at, known, names, has_picture=picture_bytes > 0, is_over=bool(is_over))
    return episode if is_storable(episode) else None


@lru_cache(maxsize=256)
def _read_kinds(text: str) -> tuple[EpisodeKind, ...]:
    return by_importance(_KINDS[each] for each in text.split(_SEPARATOR) if each in _KINDS)


@lru_cache(maxsize=256)
def _read_names(text: str) -> tuple[str, ...] | None:
    """Return names of scenarios, mostly the same few."""
    try:
        names = json.loads(text)
    except ValueError:
        return None
    return tuple(names) if isinstance(names, list) and all(isinstance(each, str) for each in names) else None
