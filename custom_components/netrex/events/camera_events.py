"""The events of one camera: the state of every source, and the detections of the last seconds."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
import math
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from ..tasks.listeners import Listeners
from ..tasks.timing import Timing
from ..vapix import CameraEvent, DeclaredSource, EventKind
from .detection import DetectionEvent, to_detection
from .motion import MOVING_KINDS, MotionNews
from .reported_values import ReportedValues
from .source_finder import SourceFinder
from .source_key import EVERY_CLASS, MOTION, SourceKey, keys_of, object_classes, source_keys
from .source_names import SourceNames, listed_as

#: Seconds after which a momentary event is over, as the camera may not report its end.
MOMENTARY_RESET: Final = 30.0
_MAX_REPORTED: Final = 1000
#: Seconds for which a detection is still news for the entity that is created because of it.
_NEWS: Final = 10.0
_MAX_NEWS: Final = 16


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of a source.

    Attributes:
        active: whether it is on; None: unknown.
        event: the last report.
    """

    active: bool | None
    event: CameraEvent


class CameraEvents:
    """The sources of one camera. Entities listen to single sources, so that an event only costs those it is about.

    Attributes:
        detected: called with each detection.
        sources_found: called when sources have been found.
        names_loaded: called when the camera has sent names, which may have changed.
    """

    def __init__(
        self,
        names: SourceNames,
        run: Callable[[Coroutine[None, None, None]], object],
        timing: Timing,
        registered: Iterable[SourceKey],
    ) -> None:
        self.names = names
        self._timing = timing
        self.states: dict[SourceKey, SourceState] = {}
        #: When the last event arrived, UTC.
        self.received_at: datetime | None = None
        #: Seconds that the camera's clock is ahead, by its last event with a time.
        self.clock_ahead: float | None = None
        #: Events so far by kind, for diagnostics.
        self.counts: Counter[EventKind] = Counter()
        self.values: Final = ReportedValues()
        self._finder: Final = SourceFinder(names, run, timing, registered, self._names_asked)
        #: Sources that have been reported or declared, and whose names were requested.
        self.found: Final = self._finder.found
        self._reported: set[tuple[EventKind, str]] = set()
        #: Whether sources are over without a report, where the camera declares otherwise than the table of topics.
        self._momentary: Mapping[tuple[EventKind, str], bool] = {}
        self._beginning_until = 0.0
        self._unconfirmed: asyncio.TimerHandle | None = None
        self._ends: dict[SourceKey, asyncio.TimerHandle] = {}
        self._listeners: defaultdict[SourceKey, Listeners[()]] = defaultdict(Listeners)
        self.detected: Final = Listeners[DetectionEvent]()
        self.sources_found: Final = self._finder.sources_found
        self.names_loaded: Final = self._finder.names_loaded
        self._motion_news = MotionNews(timing)
        #: The last detections, with their time, seconds.
        self._recent: deque[tuple[float, DetectionEvent]] = deque(maxlen=_MAX_NEWS)

    @callback
    def listen(self, key: SourceKey, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a function when the state of a source may have changed; return the function that ends this."""
        return self._listeners[key].add(listener)

    def recent_detections(self) -> list[DetectionEvent]:
        """Return the detections of the last seconds: news for an entity that is created because of one."""
        since = asyncio.get_running_loop().time() - _NEWS
        return [event for at, event in self._recent if at >= since]

    def active(self, key: SourceKey) -> bool | None:
        """Return whether a source is on; for `MOTION`, whether anything moves in front of the camera."""
        if key.source or key.kind is not EventKind.MOTION:
            state = self.states.get(key)
            return state.active if state else None
        moving = [state.active for each, state in self.states.items() if each.kind in MOVING_KINDS]
        return True if True in moving else False if False in moving else None

    @property
    def names_wanted(self) -> bool:
        """Whether sources are waiting for their names."""
        return bool(self._finder.naming)

    @property
    def over_limit(self) -> int:
        """How many events were of sources above the limit, for diagnostics."""
        return self._finder.over_limit

    # --- one stream --------------------------------------------------------------------------------

    @callback
    def begin(self) -> None:
        """Start a stream: the camera may send states before it accepts the subscription."""
        self._reported.clear()
        self.names.renew()
        self._beginning_until = math.inf

    @callback
    def subscribed(self) -> None:
        """Note that the camera accepted the subscription: it sends all states now, if it has not yet."""
        loop = asyncio.get_running_loop()
        self._beginning_until = loop.time() + self._timing.event_initial_states
        self._cancel_unconfirmed()
        self._unconfirmed = loop.call_later(self._timing.event_states_confirmed_within, self._forget_unconfirmed)
        self._finder.name_counters()

    @callback
    def end(self) -> None:
        """End a stream. States that the next one does not repeat are dropped."""
        self._cancel_unconfirmed()

    @callback
    def mark_stale(self) -> None:
        """Turn sources that are on into unknown ones: nothing was received for a while."""
        for key, state in list(self.states.items()):
            if state.active:
                self.states[key] = SourceState(None, state.event)

    @callback
    def close(self) -> None:
        """Stop all timers."""
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
        """Drop states from before the stream that it has not repeated."""
        self._unconfirmed = None
        for key, state in list(self.states.items()):
            if (state.event.kind, state.event.source) not in self._reported and key not in self._ends:
                self._set(key, state, None if state.event.momentary is False else False, state.event)

    # --- events ------------------------------------------------------------------------------------

    @callback
    def take(self, event: CameraEvent) -> None:
        """Apply an event."""
        now = dt_util.utcnow()
        if self._momentary and (momentary := self._momentary.get((event.kind, event.source))) is not None:
            event = replace(event, momentary=momentary and event.active is not None)
        if event.kind is EventKind.COUNT_LIMIT and self.names.counts_crossings(event.source):
            # CONFIRMED: it comes for every so many crossings (VX-COUNT-9).
            event = replace(event, momentary=True)
        if not event.aggregate and not (event.kind is EventKind.INPUT and self.names.is_output(event.source)):
            is_initial_state = self._is_initial_state(event)
            for key in self._keys_for(event):
                self._take(key, event, now, is_initial_state=is_initial_state)
        self.received_at = now
        self.counts[event.kind] += 1
        self.values.count_unknown(event)
        if event.camera_time is not None:
            self.clock_ahead = (event.camera_time - now).total_seconds()

    def _is_initial_state(self, event: CameraEvent) -> bool:
        """Return whether an event is the state at the beginning of a stream rather than news, and note that it came.

        RTSP says which it is (CONFIRMED, VX-RTSP-7). INFERRED: the websocket, too, sends each state at the beginning
        (VX-EVENT-13).
        """
        source = (event.kind, event.source)
        is_first = source not in self._reported
        if is_first and len(self._reported) < _MAX_REPORTED:
            self._reported.add(source)
        if event.initial is not None:
            return event.initial
        return is_first and not event.momentary and asyncio.get_running_loop().time() < self._beginning_until

    def _keys_for(self, event: CameraEvent) -> Collection[SourceKey]:
        if event.kind is not EventKind.OBJECT:
            return keys_of(event)
        scenario = self.names.scenario(event.kind, event.source)
        configured_classes = object_classes(scenario.classes) if scenario else ()
        if event.active:
            return keys_of(event, configured_classes)
        # Everything that was seen is gone; the other classes have entities from the beginning.
        of_any_class = source_keys(event.kind, event.source, EVERY_CLASS)
        known = [key for key in of_any_class if key in self.states or key.object_class in configured_classes]
        return known or keys_of(event, configured_classes)

    def _take(self, key: SourceKey, event: CameraEvent, now: datetime, *, is_initial_state: bool) -> None:
        before = self.states.get(key)
        if before is None and not self._finder.admit(key):
            return
        was = before.active if before else None
        if event.is_occurrence or event.momentary:
            # Each report is news, unless the camera says that it is none.
            began = not event.initial and (event.is_occurrence or event.active is True)
        else:
            began = event.active is True and (was is False or (was is None and not is_initial_state))
        if (timer := self._ends.pop(key, None)) is not None:
            timer.cancel()
        if event.momentary and event.active is not False:
            self._ends[key] = asyncio.get_running_loop().call_later(MOMENTARY_RESET, self._moment_over, key)
        if event.name and self.names.learn(event.kind, event.source, event.name):
            self.names_loaded.call()
        has_new_values = bool(event.values) and self.values.add(key, event.values)
        self._set(key, before, event.active, event)
        self._finder.find(key, event)
        if has_new_values and key in self.found:
            self.sources_found.call()
        if began:
            self._report(key, event, now)

    def _set(self, key: SourceKey, before: SourceState | None, active: bool | None, event: CameraEvent) -> None:
        self.states[key] = SourceState(active, event)
        if (
            before is None
            or before.active is not active
            or before.event.value != event.value
            or before.event.values != event.values
            or before.event.texts != event.texts
        ):
            self._listeners[key].call()
            if key.kind in MOVING_KINDS:
                self._listeners[MOTION].call()

    @callback
    def _moment_over(self, key: SourceKey) -> None:
        del self._ends[key]
        before = self.states[key]
        self._set(key, before, False, before.event)

    def _report(self, key: SourceKey, event: CameraEvent, now: datetime) -> None:
        scenario = self.names.scenario(event.kind, event.source)
        scenario_type = event.scenario_type or (scenario.type if scenario else "")
        name = scenario.name if scenario else self.names.user_name(event.kind, event.source)
        detection = to_detection(key, event, name, scenario_type, now)
        at = asyncio.get_running_loop().time()
        known = (each for each, state in self.states.items() if state.active is not None)
        if not self._motion_news.is_news(detection, known, at):
            detection = replace(detection, detection=None)
        self._recent.append((at, detection))
        self.detected.call(detection)

    # --- finding sources ---------------------------------------------------------------------------

    def is_reported(self, kind: EventKind, source: str) -> bool:
        """Return whether the camera has reported a source on this stream."""
        return (kind, source) in self._reported

    @callback
    def declare(self, sources: Sequence[DeclaredSource]) -> None:
        """Add sources that the camera could report. Their states are unknown until it does."""
        is_new = False
        if self.names.declare({(each.kind, each.source): each.name for each in sources if each.name}):
            self.names_loaded.call()
        self._momentary = {(each.kind, each.source): each.momentary for each in sources if each.momentary is not None}
        for each in sources:
            if each.kind is EventKind.INPUT and self.names.is_output(each.source):
                continue
            for key in self._keys_for(CameraEvent(each.kind, each.source, active=None)):
                if self._finder.is_known(key) or self._finder.admit(key):
                    is_new |= self.values.add(key, each.values)
                    is_new |= not self._finder.is_known(key) and self._finder.add(key)
        if is_new:
            self.sources_found.call()

    async def _names_asked(self, kind: EventKind) -> None:
        """Take over what the camera has answered about the sources of a kind."""
        self._forget_gone(kind)
        if kind is EventKind.OBJECT:
            self._add_configured_classes()
            await self._read_counts()

    async def _read_counts(self) -> None:
        """Take over what scenarios have counted: they report only changes."""
        for key in self.names.counting():
            before = self.states.get(key)
            counts = await self.names.counts(key)
            # A report that came meanwhile is newer.
            if counts and self.states.get(key) is before:
                event = CameraEvent(key.kind, key.source, None, values=counts)
                self._take(key, event, dt_util.utcnow(), is_initial_state=True)

    def is_gone(self, key: SourceKey) -> bool:
        """Return whether the camera no longer has this scenario: it neither lists nor reports it."""
        return self.names.is_unlisted(key.kind, key.source) and (key.kind, key.source) not in self._reported

    def _forget_gone(self, kind: EventKind) -> None:
        """Forget scenarios that the camera no longer has."""
        possible = {*self.states, *self._finder.naming, *(key for key in self._finder.known if key.source)}
        gone = [key for key in possible if listed_as(key.kind) is kind and self.is_gone(key)]
        for key in gone:
            self._finder.forget(key)
            self.states.pop(key, None)
            self.values.forget(key)
        if gone and kind in MOVING_KINDS:
            self._listeners[MOTION].call()

    def _add_configured_classes(self) -> None:
        """Give each class that a scenario looks for a state before it was seen."""
        for key in [each for each in {**self.states, **self._finder.naming} if each.kind is EventKind.OBJECT]:
            scenario = self.names.scenario(key.kind, key.source)
            for of_class in source_keys(key.kind, key.source, object_classes(scenario.classes)) if scenario else ():
                if of_class in self.states or not self._finder.admit(of_class):
                    continue
                if state := self.states.get(key):
                    self.states[of_class] = SourceState(None if state.active is None else False, state.event)
                self._finder.naming[of_class] = None
