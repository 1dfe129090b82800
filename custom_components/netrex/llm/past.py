"""What happened at cameras: their episodes, and what else the history of their entities says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
import math
from typing import Final

from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.components.recorder import DOMAIN as RECORDER, get_instance, history
from homeassistant.const import ATTR_DEVICE_CLASS, STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from ..account.account import NetrexAccount
from ..cloud.recordings import Interval
from ..episodes.episode import Episode, EpisodeKind
from ..event import ATTR_SCENARIO
from ..events.license_plates import PlateEvent
from .exposure import DETECTIONS, OPENS, KnownCamera

#: Of one entity; some say nothing.
_MAX_ROWS: Final = 100
#: By which the report of a plate may come before or after the episode that it belongs to.
_NEAR: Final = timedelta(seconds=2)
_PLATE: Final = "license plate"


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One thing that happened.

    Attributes:
        camera: the name of its device.
        what: in plain words.
        scenarios: what the user calls the zones.
        until: when it was over; None: at once, or it goes on.
        goes_on: whether it does.
        is_plate: whether it says what was found out about a license plate.
    """

    at: datetime
    camera: str
    what: tuple[str, ...]
    scenarios: tuple[str, ...] = ()
    until: datetime | None = None
    goes_on: bool = False
    is_plate: bool = False


async def past_episodes(cameras: Sequence[KnownCamera], since: datetime, limit: int) -> list[PastEvent]:
    """Return the latest episodes, at most the limit of each account and of each set of kinds that may be known."""
    interval = Interval(math.floor(since.timestamp()), math.ceil(dt_util.utcnow().timestamp()))
    groups: dict[tuple[NetrexAccount, frozenset[EpisodeKind]], dict[int, str]] = {}
    for camera in cameras:
        if camera.kinds:
            groups.setdefault((camera.account, camera.kinds), {})[camera.node_id] = camera.name
    return [
        _told(each, names[each.id.node_id], kinds)
        for (account, kinds), names in groups.items()
        for each in await account.episodes.find(list(names), interval, kinds, limit)
    ]


def _told(episode: Episode, camera: str, kinds: frozenset[EpisodeKind]) -> PastEvent:
    return PastEvent(
        episode.begin,
        camera,
        tuple(_words(kind) for kind in episode.kinds if kind in kinds),
        # Detections have scenarios, rings have none.
        episode.scenarios if kinds >= DETECTIONS else (),
        episode.end if episode.is_over else None,
        goes_on=not episode.is_over,
    )


async def past_states(
    hass: HomeAssistant, chosen: Iterable[tuple[str, str]], since: datetime
) -> tuple[list[PastEvent], bool]:
    """Return what entities say, by their cameras' names, and whether there was more; without a recorder, only now."""
    found: dict[PastEvent, None] = {}
    cut = False
    for camera, entity_id in chosen:
        if (shown := hass.states.get(entity_id)) is None:
            continue
        states = [shown]
        if RECORDER in hass.config.components:
            look = partial(
                history.state_changes_during_period,
                hass,
                since,
                entity_id=entity_id,
                no_attributes=False,
                include_start_time_state=True,
                descending=True,
                limit=_MAX_ROWS,
            )
            rows = (await get_instance(hass).async_add_executor_job(look)).get(entity_id, [])
            cut = cut or len(rows) >= _MAX_ROWS
            states += rows
        states.sort(key=lambda state: state.last_updated)
        # What comes back as it was, after a break in the connection, has not just begun.
        earlier = [None, *states]
        for before, state in zip(earlier, states, strict=False):
            event = _of_state(camera, before, state, shown.name)
            if event is not None and event.at >= since:
                found[event] = None
    return list(found), cut


def _of_state(camera: str, before: State | None, state: State, name: str) -> PastEvent | None:
    """Return what happened, in plain words; None where a state says nothing of the kind.

    Args:
        camera: where.
        before: the state before it.
        state: maybe one of the recorder's, which know less of themselves.
        name: what the entity is called.
    """
    if state.state in {STATE_UNKNOWN, STATE_UNAVAILABLE}:
        return None
    if state.entity_id.startswith(f"{Platform.BINARY_SENSOR}."):
        if state.state != STATE_ON or before is None or before.state != STATE_OFF:
            return None
        opens = state.attributes.get(ATTR_DEVICE_CLASS) in OPENS
        return PastEvent(state.last_changed, camera, (f"{name} opened" if opens else name,))
    at, event_type = dt_util.parse_datetime(state.state), state.attributes.get(ATTR_EVENT_TYPE)
    if at is None or not isinstance(event_type, str):
        return None
    scenario = state.attributes.get(ATTR_SCENARIO)
    scenarios = (str(scenario),) if scenario else ()
    if event_type in set(PlateEvent):
        # The plate itself is not for assistants.
        return PastEvent(at, camera, (f"{_PLATE} {_words(event_type)}",), scenarios, is_plate=True)
    return PastEvent(at, camera, (_words(event_type),), scenarios)


def merge_plates(episodes: Sequence[PastEvent], states: Iterable[PastEvent]) -> list[PastEvent]:
    """Return all of it, with what was found out about a license plate in the line of its episode."""
    details: dict[int, dict[str, None]] = {}
    others = []
    for event in states:
        number = next((number for number, each in enumerate(episodes) if _is_about(event, each)), None)
        if number is None:
            others.append(event)
        else:
            details.setdefault(number, {}).update(dict.fromkeys(event.what))
    lines = [
        replace(each, what=(*(word for word in each.what if word != _PLATE), *details[number]))
        if number in details
        else each
        for number, each in enumerate(episodes)
    ]
    return [*lines, *others]


def _is_about(event: PastEvent, episode: PastEvent) -> bool:
    if not event.is_plate or event.camera != episode.camera or _PLATE not in episode.what:
        return False
    until = episode.until or dt_util.utcnow()
    return episode.at - _NEAR <= event.at <= until + _NEAR


def _words(name: str) -> str:
    return name.replace("_", " ")
