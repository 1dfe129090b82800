"""A camera's head: where it looks, how it gets there, its presets and guard tours; and a lens that focuses.

How fast they are, is our own choice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import math
import time
from typing import Final

_DEGREES_A_SECOND: Final = 60.0
_ZOOM_A_SECOND: Final = 2500.0
_AT_PRESET: Final = 0.05
"""Degrees, or steps of zoom, within which the head is where a preset is."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a head looks. pan, tilt: degrees; zoom: 1 to 9999."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 1.0

    def axis(self, name: str) -> float:
        """Give one of the three."""
        return {"pan": self.pan, "tilt": self.tilt, "zoom": self.zoom}[name]

    def is_near(self, other: Pose) -> bool:
        """Whether both look at the same."""
        return all(abs(self.axis(name) - other.axis(name)) <= _AT_PRESET for name in AXES)


AXES: Final[Mapping[str, float]] = {"pan": _DEGREES_A_SECOND, "tilt": _DEGREES_A_SECOND, "zoom": _ZOOM_A_SECOND}
"""What moves, and how fast at most, in its unit a second."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A place to look at."""

    name: str
    pose: Pose = Pose()


@dataclass(slots=True)
class Tour:
    """A guard tour: from preset to preset. dwell: seconds from one to the next."""

    name: str
    presets: tuple[int, ...] = ()
    dwell: float = 5.0


@dataclass(frozen=True, slots=True)
class Steered:
    """From when on the head was driven how fast, -100 to 100 an axis; for tests. at: seconds of `time.monotonic`."""

    at: float
    speeds: Mapping[str, float]

    @property
    def moves(self) -> bool:
        """Whether it was driven at all."""
        return any(self.speeds.values())


@dataclass(frozen=True, slots=True)
class _Travel:
    """One axis on its way, in a straight line: from where, how fast, and where it ends."""

    start: float
    speed: float = 0.0
    end: float = 0.0

    @property
    def seconds(self) -> float:
        return (self.end - self.start) / self.speed if self.speed else 0.0

    def after(self, seconds: float) -> float:
        return self.end if self.speed and seconds >= self.seconds else self.start + self.speed * max(0.0, seconds)


def _towards(start: Pose, target: Pose, part: float) -> Mapping[str, _Travel]:
    return {
        name: _Travel(
            start.axis(name), math.copysign(fastest * part, target.axis(name) - start.axis(name)), target.axis(name)
        )
        if target.axis(name) != start.axis(name)
        else _Travel(start.axis(name))
        for name, fastest in AXES.items()
    }


def _pose(travels: Mapping[str, _Travel], seconds: float) -> Pose:
    return Pose(**{name: travel.after(seconds) for name, travel in travels.items()})


def _seconds(travels: Mapping[str, _Travel]) -> float:
    return max(travel.seconds for travel in travels.values())


@dataclass(slots=True)
class Head:
    """A pan, tilt and zoom head. Asking it changes nothing, so that threads may draw what it sees.

    digital: it moves within the picture of a fixed camera. enabled: whether it may be moved at all; of digital ones,
    all of a camera or none. locked: it stays where it is. limits: of the axes that it has. presets: by number. home:
    number of the preset that is home; 0: straight ahead.
    """

    digital: bool = False
    enabled: bool = True
    locked: bool = False
    limits: dict[str, tuple[float, float]] = field(
        default_factory=lambda: {"pan": (-170.0, 170.0), "tilt": (-20.0, 90.0), "zoom": (1.0, 9999.0)}
    )
    presets: dict[int, Preset] = field(default_factory=lambda: {1: Preset("Home")})
    home: int = 1
    tours: list[Tour] = field(default_factory=list)
    running: int | None = None
    """Which tour runs, by its place in `tours`."""
    autofocus: bool = False
    focused: int = 0
    """How often it was told to focus."""
    answers_after: float = 0.0
    """Seconds from what a command does to its answer."""
    clock: Callable[[], float] = time.monotonic
    history: list[Steered] = field(default_factory=list)
    """How it was driven, by commands that let it move without end."""
    _travels: Mapping[str, _Travel] = field(default_factory=lambda: _towards(Pose(), Pose(), 1))
    _since: float = 0.0

    # --- where it is -------------------------------------------------------------------------------

    @property
    def pose(self) -> Pose:
        """Where it looks now."""
        travels, seconds = self._now()
        return _pose(travels, seconds)

    @property
    def moving(self) -> bool:
        """Whether it is on its way."""
        travels, seconds = self._now()
        return seconds < _seconds(travels)

    @property
    def preset(self) -> int | None:
        """The preset at which it stands, by number."""
        if self.moving:
            return None
        pose = self.pose
        return next((number for number, preset in self.presets.items() if preset.pose.is_near(pose)), None)

    @property
    def changes_in(self) -> float | None:
        """Seconds until it begins or ends to move by itself; None: it won't."""
        travels, seconds = self._now()
        if seconds < _seconds(travels):
            return _seconds(travels) - seconds
        tour = self._tour()
        return None if tour is None else tour.dwell - (self.clock() - self._since) % tour.dwell

    def _now(self) -> tuple[Mapping[str, _Travel], float]:
        """The way that it is on, and for how many seconds it has been."""
        seconds = self.clock() - self._since
        tour = self._tour()
        if tour is None:
            return self._travels, seconds
        step, into = divmod(seconds, tour.dwell)
        places = [self.presets[number].pose for number in tour.presets]
        before = self._travels["pan"].start, self._travels["tilt"].start, self._travels["zoom"].start
        start = places[(int(step) - 1) % len(places)] if step else Pose(*before)
        return _towards(start, places[int(step) % len(places)], 1), into

    def _tour(self) -> Tour | None:
        if self.running is None or self.running >= len(self.tours):
            return None
        tour = self.tours[self.running]
        return tour if tour.presets and set(tour.presets) <= set(self.presets) else None

    # --- what moves it -----------------------------------------------------------------------------

    def steer(self, speeds: Mapping[str, float]) -> None:
        """Drive some axes, -100 to 100, until told otherwise or where they end; the others go on as they do."""
        pose, travels = self.pose, dict(self._left())
        for name, speed in speeds.items():
            least, most = self.limits[name]
            end = most if speed > 0 else least
            at = pose.axis(name)
            travels[name] = _Travel(at, AXES[name] * speed / 100, end) if speed and at != end else _Travel(at)
        driven = {**(self.history[-1].speeds if self.history else {}), **speeds}
        self._set(travels)
        self.history.append(Steered(self._since, driven))

    def go_to(self, pose: Pose, speed: float = 100.0) -> None:
        """Go somewhere, as far as it can."""
        reachable = {
            name: min(max(pose.axis(name), self.limits[name][0]), self.limits[name][1])
            if name in self.limits
            else self.pose.axis(name)
            for name in AXES
        }
        self._set(_towards(self.pose, Pose(**reachable), speed / 100))
        self._note_stop()

    def stop(self) -> None:
        """Stay where it is."""
        self._set({name: _Travel(self.pose.axis(name)) for name in AXES})
        self._note_stop()

    def start_tour(self, place: int) -> None:
        """Go from preset to preset from now on."""
        self.stop()
        self.running = place

    def _note_stop(self) -> None:
        if self.history and self.history[-1].moves:
            self.history.append(Steered(self._since, {}))

    def _left(self) -> Mapping[str, _Travel]:
        """What is left of the way."""
        travels, seconds = self._now()
        return {
            name: _Travel(travel.after(seconds), travel.speed if seconds < travel.seconds else 0.0, travel.end)
            for name, travel in travels.items()
        }

    def _set(self, travels: Mapping[str, _Travel]) -> None:
        self._travels, self._since, self.running = travels, self.clock(), None


@dataclass(slots=True)
class Lens:
    """The lens of a fixed camera that can be set from afar. focus: its position, 0 to 1; focused: how often it did."""

    focuses: bool = True
    zooms: bool = False
    focus: float = 0.3
    focused: int = 0
