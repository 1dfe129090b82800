"""What one camera has reported: the state of every source, and what has just begun."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
import logging
import math
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from ..vapix import CameraEvent, EventKind
from .detection import DetectionEvent, to_detection
from .source_key import MOTION, SourceKey, keys_of, object_classes
from .source_names import SourceNames

_LOGGER = logging.getLogger(__name__)

#: Kinds of events in which something moves before the camera.
MOVING_KINDS: Final = frozenset(
    {
        EventKind.MOTION,
        EventKind.MOTION_GUARD,
        EventKind.MOTION_AREA,
        EventKind.MOTION_WINDOW,
        EventKind.MOTION_ALARM,
        EventKind.MOTION_REGION,
        EventKind.OBJECT,
        EventKind.FENCE,
        EventKind.LOITERING,
    }
)
#: Kinds of which a camera may have dozens that nobody uses: they count from when they are first on.
_WHEN_USED: Final = frozenset({EventKind.VIRTUAL_INPUT, EventKind.MANUAL_TRIGGER})
#: Seconds after which something that may never be told to be over is over.
MOMENTARY_RESET: Final = 30.0
#: Seconds at the beginning of a stream in which a state's first report is how things stand, not news.
_BEGINNING: Final = 2.0
#: Seconds after which a state from before the stream is no longer believed, unless it was told again.
_CONFIRMED_WITHIN: Final = 5.0
#: Sources of one camera, also over restarts. A large one with all its analytics has some forty.
_MAX_SOURCES: Final = 200
#: New ones until the account is loaded again, with those that were taken back: Home Assistant remembers their entities.
_MAX_NEW_SOURCES: Final = 1000
_MAX_TOLD: Final = 1000
#: Seconds after which what has begun is no news any more, for an entity that is made because of it.
_NEWS: Final = 10.0
_MAX_NEWS: Final = 16


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source stands.

    Attributes:
        active: whether it is on; None: not known.
        event: the last report.
    """

    active: bool | None
    event: CameraEvent


class CameraEvents:
    """The sources of one camera. Entities listen to single sources, so that an event costs only those it concerns.

    Args:
        names: how the user named the sources.
        run: runs what outlives its caller.
        registered: sources that have entities from before.
    """

    def __init__(
        self,
        names: SourceNames,
        run: Callable[[Coroutine[None, None, None]], object],
        registered: Iterable[SourceKey] = (),
    ) -> None:
        self.names = names
        self._run = run
        self.states: dict[SourceKey, SourceState] = {}
        #: Sources that have been told of, and whose names were asked for.
        self.found: dict[SourceKey, None] = {}
        #: When something was last heard of the camera here, UTC.
        self.heard_at: datetime | None = None
        #: Seconds that the camera's clock is ahead, as of its last event that had a time.
        self.clock_ahead: float | None = None
        #: Events so far by kind, for diagnostics.
        self.counts: Counter[EventKind] = Counter()
        #: Reports so far of sources that are one too many, for diagnostics.
        self.over_limit = 0
        self._sources = set(registered)
        self._new_sources = 0
        self._naming: dict[SourceKey, None] = {}
        self._told: set[tuple[EventKind, str]] = set()
        self._beginning_until = 0.0
        self._unconfirmed: asyncio.TimerHandle | None = None
        self._ends: dict[SourceKey, asyncio.TimerHandle] = {}
        self._listeners: dict[SourceKey, set[Callable[[], None]]] = {}
        self._detection_listeners: set[Callable[[DetectionEvent], None]] = set()
        #: What has begun last, and when, seconds.
        self._begun: deque[tuple[float, DetectionEvent]] = deque(maxlen=_MAX_NEWS)
        self._found_listeners: set[Callable[[], None]] = set()
        self._named_listeners: set[Callable[[], None]] = set()

    # --- listening ---------------------------------------------------------------------------------

    @callback
    def listen(self, key: SourceKey, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call the listener when a source's state may have changed; return what ends that."""
        listeners = self._listeners.setdefault(key, set())
        listeners.add(listener)
        return lambda: listeners.discard(listener)

    @callback
    def listen_for_detections(self, listener: Callable[[DetectionEvent], None]) -> CALLBACK_TYPE:
        """Call the listener when something has begun; return what ends that."""
        self._detection_listeners.add(listener)
        return lambda: self._detection_listeners.discard(listener)

    def just_begun(self) -> list[DetectionEvent]:
        """Return what has begun in the last seconds: news for an entity that was made because of it."""
        since = asyncio.get_running_loop().time() - _NEWS
        return [event for at, event in self._begun if at >= since]

    @callback
    def listen_for_sources(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call the listener when sources have been found; return what ends that."""
        self._found_listeners.add(listener)
        return lambda: self._found_listeners.discard(listener)

    @callback
    def listen_for_names(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call the listener when the camera has told names: they may be others than before; return what ends that."""
        self._named_listeners.add(listener)
        return lambda: self._named_listeners.discard(listener)

    def active(self, key: SourceKey) -> bool | None:
        """Return whether a source is on; of `MOTION`, whether anything moves."""
        if key.source or key.kind is not EventKind.MOTION:
            state = self.states.get(key)
            return state.active if state else None
        moving = [state.active for each, state in self.states.items() if each.kind in MOVING_KINDS]
        return True if True in moving else False if False in moving else None

    @property
    def names_wanted(self) -> bool:
        """Whether sources wait for their names."""
        return bool(self._naming)

    # --- a stream's life ---------------------------------------------------------------------------

    @callback
    def begin(self) -> None:
        """A stream has begun: the camera may tell how things stand already before it takes the subscription."""
        self._told.clear()
        self.names.renew()
        self._beginning_until = math.inf

    @callback
    def subscribed(self) -> None:
        """The camera has taken the subscription: it tells how things stand from now on, if not before."""
        loop = asyncio.get_running_loop()
        self._beginning_until = loop.time() + _BEGINNING
        self._cancel_unconfirmed()
        self._unconfirmed = loop.call_later(_CONFIRMED_WITHIN, self._forget_unconfirmed)

    @callback
    def end(self) -> None:
        """The stream has ended: what is not told again by the next one will not be believed."""
        self._cancel_unconfirmed()

    @callback
    def mark_stale(self) -> None:
        """Nothing was heard for a while: what was on may be over. What was off, and is on later, has begun."""
        for key, state in list(self.states.items()):
            if state.active:
                self.states[key] = SourceState(None, state.event)

    @callback
    def close(self) -> None:
        """Nothing more will come."""
        self._cancel_unconfirmed()
        for timer in self._ends.values():
            timer.cancel()
        self._ends.clear()

    def _cancel_unconfirmed(self) -> None:
        if self._unconfirmed is not None:
            self._unconfirmed.cancel()
            self._unconfirmed = None

    @callback
    def _forget_unconfirmed(self) -> None:
        """Whatever was on before the stream must not stay so for ever."""
        self._unconfirmed = None
        for key, state in list(self.states.items()):
            if (state.event.kind, state.event.source) not in self._told and key not in self._ends:
                self._set(key, None if state.event.momentary is False else False, state.event)

    # --- events ------------------------------------------------------------------------------------

    @callback
    def take(self, event: CameraEvent) -> None:
        """Let an event be how things stand from now on."""
        now = dt_util.utcnow()
        if not event.aggregate and not (event.kind is EventKind.INPUT and self.names.is_output(event.source)):
            is_initial_state = self._is_initial_state(event)
            for key in self._keys_for(event):
                self._take(key, event, now, is_initial_state=is_initial_state)
        # Whoever waits for the state has it by now.
        self.heard_at = now
        self.counts[event.kind] += 1
        if event.camera_time is not None:
            self.clock_ahead = (event.camera_time - now).total_seconds()

    def _is_initial_state(self, event: CameraEvent) -> bool:
        """Tell whether an event says how things stand, rather than news, and note that it came.

        INFERRED: the websocket tells each state at the beginning, as the RTSP stream does (VX-EVENT-13).
        """
        told = (event.kind, event.source)
        if told in self._told:
            return False
        if len(self._told) < _MAX_TOLD:
            self._told.add(told)
        return not event.momentary and asyncio.get_running_loop().time() < self._beginning_until

    def _keys_for(self, event: CameraEvent) -> list[SourceKey]:
        scenario = self.names.scenario(event.kind, event.source)
        looked_for = object_classes(scenario.classes) if scenario else ()
        if event.kind is EventKind.OBJECT and not event.active:
            # Whatever was seen is gone; what else is looked for has its entity from the beginning.
            known = [key for key in self.states if key.kind is event.kind and key.source == event.source]
            configured = [SourceKey(event.kind, event.source, each) for each in looked_for]
            return list(dict.fromkeys([*known, *configured])) or list(keys_of(event, looked_for))
        return list(keys_of(event, looked_for))

    def _take(self, key: SourceKey, event: CameraEvent, now: datetime, *, is_initial_state: bool) -> None:
        before = self.states.get(key)
        if before is None and not self._admit(key):
            return
        was = before.active if before else None
        began = event.active is True and (event.momentary or was is False or (was is None and not is_initial_state))
        if (timer := self._ends.pop(key, None)) is not None:
            timer.cancel()
        if event.momentary and event.active is not False:
            self._ends[key] = asyncio.get_running_loop().call_later(MOMENTARY_RESET, self._moment_over, key)
        self._set(key, event.active, event)
        self._find(key)
        if began:
            self._tell(key, event, now)

    def _admit(self, key: SourceKey) -> bool:
        """Return whether a source is one of those that can have entities: a camera may invent new ones for ever."""
        if key not in self._sources:
            if len(self._sources) >= _MAX_SOURCES or self._new_sources >= _MAX_NEW_SOURCES:
                self.over_limit += 1
                return False
            self._sources.add(key)
            self._new_sources += 1
        return True

    def _set(self, key: SourceKey, active: bool | None, event: CameraEvent) -> None:
        before = self.states.get(key)
        self.states[key] = SourceState(active, event)
        if (
            before is None
            or before.active is not active
            or (before.event.value, before.event.figures) != (event.value, event.figures)
        ):
            self._call(self._listeners.get(key, ()))
            if key.kind in MOVING_KINDS:
                self._call(self._listeners.get(MOTION, ()))

    @callback
    def _moment_over(self, key: SourceKey) -> None:
        del self._ends[key]
        self._set(key, False, self.states[key].event)

    def _tell(self, key: SourceKey, event: CameraEvent, now: datetime) -> None:
        scenario = self.names.scenario(event.kind, event.source)
        scenario_type = event.scenario_type or (scenario.type if scenario else "")
        told = to_detection(key, event, scenario.name if scenario else None, scenario_type, now)
        self._begun.append((asyncio.get_running_loop().time(), told))
        for listener in tuple(self._detection_listeners):
            try:
                listener(told)
            except Exception:
                _LOGGER.exception("Unexpected error while telling of an event")

    # --- finding sources ---------------------------------------------------------------------------

    def _find(self, key: SourceKey) -> None:
        """Note a source once its name is known: entities are named when they are made. On each stream anew."""
        if key in self._naming or (key in self.found and not self.names.wanted(key.kind)):
            return
        active = self.states[key].active
        if key.kind in _WHEN_USED and not active:
            return
        if key.kind is EventKind.STORAGE and active is not False:
            # A slot without a card is "disrupted" all the time; one that was well once has a card.
            return
        if self.names.wanted(key.kind) or self.names.may_be_new(key.kind, key.source):
            self._naming[key] = None
            if len(self._naming) == 1:
                self._run(self._name_sources())
        else:
            self.found[key] = None
            self._call(self._found_listeners)

    async def _name_sources(self) -> None:
        while self._naming:
            for kind in {key.kind for key in self._naming}:
                await self.names.ask(kind)
                self._forget_gone(kind)
                if kind is EventKind.OBJECT:
                    self._tell_classes_apart()
                ready = [key for key in self._naming if key.kind is kind]
                for key in ready:
                    del self._naming[key]
                    if not (kind is EventKind.INPUT and self.names.is_output(key.source)):
                        self.found[key] = None
            self._call(self._named_listeners)
            self._call(self._found_listeners)

    def is_gone(self, key: SourceKey) -> bool:
        """Tell whether the camera has told all its scenarios, and neither told nor reported this one."""
        return self.names.is_unlisted(key.kind, key.source) and (key.kind, key.source) not in self._told

    def _forget_gone(self, kind: EventKind) -> None:
        """Forget scenarios that the camera no longer has."""
        self._sources -= {key for key in self._sources if key.kind is kind and key.source and self.is_gone(key)}
        gone = [key for key in self.states if key.kind is kind and self.is_gone(key)]
        for key in gone:
            del self.states[key]
            self.found.pop(key, None)
            self._naming.pop(key, None)
        if gone and kind in MOVING_KINDS:
            # What it may have said last no longer counts.
            self._call(self._listeners.get(MOTION, ()))

    def _tell_classes_apart(self) -> None:
        """Give what a scenario looks for a state each, before any of it was seen."""
        for key, state in list(self.states.items()):
            scenario = self.names.scenario(key.kind, key.source)
            for each in object_classes(scenario.classes) if scenario else ():
                apart = SourceKey(key.kind, key.source, each)
                if apart not in self.states and self._admit(apart):
                    self.states[apart] = SourceState(None if state.active is None else False, state.event)
                    self._naming[apart] = None

    def _call(self, listeners: Iterable[Callable[[], None]]) -> None:
        for listener in tuple(listeners):
            try:
                listener()
            except Exception:
                # The stream's reader is among the callers, and has to live.
                _LOGGER.exception("Unexpected error while showing an event")
