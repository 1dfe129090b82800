"""What a head that pans, tilts and zooms can do, as the camera reports: VX-HEAD, VX-PTZ, VX-PRESET."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import re
from types import MappingProxyType
from typing import Final

from ..transport.values import clean_text, small_number, text_of


class Axis(StrEnum):
    """What moves. Pan and tilt are measured in degrees, right and up positive; zoom in steps from 1, the widest."""

    PAN = "pan"
    TILT = "tilt"
    ZOOM = "zoom"


class Motion(StrEnum):
    """How something moves."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    CONTINUOUS = "continuous"


@dataclass(frozen=True, slots=True)
class Range:
    """From where to where an axis goes."""

    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Preset:
    """A place to look at that the camera remembers."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class GuardTour:
    """A round from preset to preset. name: as the user gave it; may be empty."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class PtzHead:
    """What a camera's head can do.

    Attributes:
        digital: nothing turns, it moves within the picture.
        moves: which axes it moves how.
        presets_known: whether the camera listed them; one that did not for a moment has not lost them.
    """

    digital: bool
    moves: frozenset[tuple[Motion, Axis]]
    limits: Mapping[Axis, Range] = field(default_factory=dict)
    presets: tuple[Preset, ...] = ()
    presets_known: bool = True
    tours: tuple[GuardTour, ...] = ()
    autofocus: bool = False

    def axes(self, motion: Motion) -> tuple[Axis, ...]:
        """Return what it moves this way."""
        return tuple(axis for axis in Axis if (motion, axis) in self.moves)


@dataclass(frozen=True, slots=True)
class Abilities:
    """Which axes move how, and whether the lens focuses automatically."""

    moves: frozenset[tuple[Motion, Axis]]
    autofocus: bool


#: Where the camera does not say: the largest values there are (CONFIRMED, VX-PTZ-1). Of zoom the optical part.
_WIDEST: Final[Mapping[Axis, Range]] = MappingProxyType(
    {Axis.PAN: Range(-180, 180), Axis.TILT: Range(-180, 180), Axis.ZOOM: Range(1, 9999)}
)
#: Presets and guard tours of one camera that are read.
_MAX: Final = 256
_PRESETS_FOLLOW: Final = "Preset Positions"
_PRESET: Final = re.compile(r"presetposno(\d{1,6})=(.*)", re.ASCII)
_POSITION: Final = re.compile(r"presetposno(\d{1,6})=[^:]*((?::\w{1,20}=[-+.\w]{1,20})+)", re.ASCII)
_TOUR: Final = re.compile(r"GuardTour\.G(\d{1,4})\.(?:Running|Name)", re.ASCII)
_COMMAND: Final = re.compile(r"\{?\s*([a-z]{1,40})\s*=", re.ASCII)
_NUMBER: Final = re.compile(r"[-+]?\d{1,6}(?:\.\d{0,9})?", re.ASCII)


def has_head(parameters: Mapping[str, str]) -> bool:
    """Return whether there is a head that may be moved (VX-HEAD-6). CONFIRMED (VX-HEAD-1, VX-HEAD-2).

    `PTZEnabled` defaults to no for fixed cameras with digital PTZ, and to yes for heads that turn.
    """
    if parameters.get("Properties.PTZ.PTZ") != "yes":
        return False
    usual = "false" if is_digital(parameters) else "true"
    return parameters.get("PTZ.ImageSource.I0.PTZEnabled", usual).lower() != "false"


def is_digital(parameters: Mapping[str, str]) -> bool:
    """Return whether nothing turns. CONFIRMED (VX-HEAD-1)."""
    return parameters.get("Properties.PTZ.DigitalPTZ") == "yes"


def abilities_of_parameters(parameters: Mapping[str, str]) -> Abilities | None:
    """Read what is supported and enabled (CONFIRMED, VX-HEAD-3); None: the camera hides it from this account."""
    if not any(name.startswith("PTZ.Support.S1.") for name in parameters):
        return None

    def supported(what: str, enabled: str) -> bool:
        on = parameters.get(f"PTZ.Various.V1.{enabled}Enabled", "true").lower() != "false"
        return on and parameters.get(f"PTZ.Support.S1.{what}", "").lower() == "true"

    moves = frozenset(
        (motion, axis)
        for motion in Motion
        for axis in Axis
        if supported(motion.capitalize() + axis.capitalize(), axis.capitalize())
    )
    return Abilities(moves, supported("AutoFocus", "Focus"))


def abilities_of_commands(text: str) -> Abilities:
    """Read the list of commands, the page's own way to see what is there (VX-HEAD-4): one a line, before its `=`."""
    commands = {match[1] for line in text.splitlines() if (match := _COMMAND.match(line.strip()))}
    moves = {(Motion.ABSOLUTE, axis) for axis in Axis if axis in commands}
    moves |= {(Motion.RELATIVE, axis) for axis in Axis if f"r{axis}" in commands}
    if "continuouspantiltmove" in commands:
        # It takes both, which of them there are the others say.
        axes = {axis for _, axis in moves} & {Axis.PAN, Axis.TILT} or {Axis.PAN, Axis.TILT}
        moves |= {(Motion.CONTINUOUS, axis) for axis in axes}
    if "continuouszoommove" in commands:
        moves.add((Motion.CONTINUOUS, Axis.ZOOM))
    return Abilities(frozenset(moves), "autofocus" in commands)


def limits(text: str, axes: frozenset[Axis]) -> Mapping[Axis, Range]:
    """Read `query=limits`: `MinPan=-170` and so on (CONFIRMED, VX-PTZ-4)."""
    listed = values(text)
    found = {}
    for axis in sorted(axes):
        least, most = listed.get(f"min{axis}"), listed.get(f"max{axis}")
        if least is None or most is None or least >= most:
            found[axis] = _WIDEST[axis]
        else:
            found[axis] = Range(least, most)
    return found


def values(text: str) -> Mapping[str, float]:
    """Read the numbers among lines `name=value`, names in lower case."""
    pairs = (line.strip().partition("=") for line in text.splitlines())
    return {name.lower(): float(value) for name, _, value in pairs if _NUMBER.fullmatch(value)}


def presets(text: str) -> tuple[Preset, ...] | None:
    """Read `query=presetposcam`: `presetposno1=Home` a line, in any order (CONFIRMED, VX-PRESET-1); None: no list."""
    matches = (_PRESET.fullmatch(line.strip()) for line in text.replace("\r\n", "\n").split("\n"))
    found = {int(match[1]): clean_text(match[2]) or match[1] for match in matches if match}
    if not found and _PRESETS_FOLLOW not in text:
        return None
    return tuple(Preset(number, found[number]) for number in sorted(found)[:_MAX])


def preset_positions(entries: object) -> Mapping[int, Mapping[str, float]]:
    """Read entries like `presetposno1=Home:pan=0.0:tilt=0.0` (INFERRED, VX-PRESET-2: another client's shape)."""
    found: dict[int, Mapping[str, float]] = {}
    for entry in entries[:_MAX] if isinstance(entries, list) else ():
        if match := _POSITION.fullmatch(text_of(entry)):
            found[int(match[1])] = values(match[2].replace(":", "\n"))
    return found


def running_tours(parameters: Mapping[str, str]) -> Mapping[int, bool]:
    """Read which guard tours there are, and whether they run (CONFIRMED, VX-PRESET-6)."""
    matches = ((_TOUR.fullmatch(name), value) for name, value in parameters.items() if name.endswith(".Running"))
    return {int(match[1]): value.strip().lower() == "yes" for match, value in matches if match}


def tours(parameters: Mapping[str, str]) -> tuple[GuardTour, ...]:
    """Read the guard tours: `GuardTour.G0.Running` (CONFIRMED), and `.Name` (INFERRED, VX-PRESET-6)."""
    numbers = {small_number(match[1]) for name in parameters if (match := _TOUR.fullmatch(name))}
    found = sorted(number for number in numbers if number is not None)[:_MAX]
    return tuple(GuardTour(each, clean_text(parameters.get(f"GuardTour.G{each}.Name", ""))) for each in found)
