"""What heads that pan, tilt and zoom can do, as the camera reports: VX-HEAD, VX-PTZ, VX-PRESET."""

from collections.abc import Mapping, Sequence
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
    """A round from preset to preset. name: as the user gave it; may be empty. channel: whose picture it moves."""

    number: int
    name: str
    channel: int = 1


@dataclass(frozen=True, slots=True)
class PtzHead:
    """What the head of one channel can do: it moves one picture of a camera.

    Attributes:
        digital: nothing turns, it moves within the picture.
        moves: which axes it moves how.
        presets_known: whether the camera listed them; one that did not for a moment has not lost them.
        unit: the lowest channel that turns together with this one, as both are on one positioning unit.
    """

    digital: bool
    moves: frozenset[tuple[Motion, Axis]]
    limits: Mapping[Axis, Range] = field(default_factory=dict)
    presets: tuple[Preset, ...] = ()
    presets_known: bool = True
    tours: tuple[GuardTour, ...] = ()
    autofocus: bool = False
    unit: int = 1

    def axes(self, motion: Motion) -> tuple[Axis, ...]:
        """Return what it moves this way."""
        return tuple(axis for axis in Axis if (motion, axis) in self.moves)


@dataclass(frozen=True, slots=True)
class Abilities:
    """Which axes move how, and whether the lens focuses automatically."""

    moves: frozenset[tuple[Motion, Axis]]
    autofocus: bool

    @property
    def make_a_head(self) -> bool:
        """Whether something pans or zooms, to a position or continuously: an INFERRED recipe (VX-HEAD-6)."""
        return any(motion is not Motion.RELATIVE and axis is not Axis.TILT for motion, axis in self.moves)


#: Where the camera does not say: the largest values there are (CONFIRMED, VX-PTZ-1). Of zoom the optical part.
_WIDEST: Final[Mapping[Axis, Range]] = MappingProxyType(
    {Axis.PAN: Range(-180, 180), Axis.TILT: Range(-180, 180), Axis.ZOOM: Range(1, 9999)}
)
#: Presets of one head, and guard tours of one camera, that are read.
_MAX: Final = 256
#: Channels of one camera whose heads are looked for.
_MAX_CHANNELS: Final = 32
_PRESETS_FOLLOW: Final = re.compile(r"^[ \t]{0,9}Preset Positions(?: for camera (\d{1,3})\b)?", re.ASCII | re.MULTILINE)
_PRESET: Final = re.compile(r"presetposno(\d{1,6})=(.*)", re.ASCII)
_POSITION: Final = re.compile(r"presetposno(\d{1,6})=[^:]*((?::\w{1,20}=[-+.\w]{1,20})+)", re.ASCII)
_SUPPORT: Final = re.compile(r"PTZ\.Support\.S([1-9]\d{0,2})\.", re.ASCII)
_TOUR: Final = re.compile(r"GuardTour\.G(\d{1,4})\.(?:Running|Name)", re.ASCII)
_COMMAND: Final = re.compile(r"\{?\s*([a-z]{1,40})\s*=", re.ASCII)
_NUMBER: Final = re.compile(r"[-+]?\d{1,6}(?:\.\d{0,9})?", re.ASCII)


def channels_with_head(parameters: Mapping[str, str]) -> tuple[int, ...]:
    """Return the channels that may have a head that may be moved (VX-HEAD-6): those listed, else all there are."""
    if parameters.get("Properties.PTZ.PTZ") != "yes":
        return ()
    listed = {int(match[1]) for name in parameters if (match := _SUPPORT.match(name))}
    channels: Sequence[int] = sorted(listed) or range(
        1, (small_number(parameters.get("PTZ.NbrOfCameras", "")) or 1) + 1
    )
    return tuple(each for each in channels[:_MAX_CHANNELS] if _is_enabled(parameters, each))


def _is_enabled(parameters: Mapping[str, str], channel: int) -> bool:
    """Return whether a channel's head may be moved. CONFIRMED (VX-HEAD-1, VX-HEAD-2).

    `PTZEnabled` defaults to no for fixed cameras with digital PTZ, which have one for all, and to yes for heads that
    turn, which have one each. A channel that is locked stays where it is.
    """
    source, usual = (0, "false") if is_digital(parameters) else (channel - 1, "true")
    enabled = parameters.get(f"PTZ.ImageSource.I{source}.PTZEnabled", usual).lower() != "false"
    return enabled and parameters.get(f"PTZ.Various.V{channel}.Locked", "").lower() != "true"


def is_digital(parameters: Mapping[str, str]) -> bool:
    """Return whether nothing turns. CONFIRMED (VX-HEAD-1)."""
    return parameters.get("Properties.PTZ.DigitalPTZ") == "yes"


def turn_together(parameters: Mapping[str, str]) -> bool:
    """Return whether one positioning unit turns all channels. CONFIRMED for bispectral cameras (VX-HEAD-9)."""
    return any(name.startswith("PTZ.Sync.") for name in parameters)


def abilities_of_parameters(parameters: Mapping[str, str], channel: int) -> Abilities | None:
    """Read what is supported and enabled (CONFIRMED, VX-HEAD-3); None: the camera hides it from this account."""
    support, various = f"PTZ.Support.S{channel}.", f"PTZ.Various.V{channel}."
    names = {(motion, axis): f"{motion.capitalize()}{axis.capitalize()}" for motion in Motion for axis in Axis}
    if not any(f"{support}{name}" in parameters for name in names.values()):
        return None

    def supported(what: str, enabled: str) -> bool:
        on = parameters.get(f"{various}{enabled}Enabled", "true").lower() != "false"
        return on and parameters.get(f"{support}{what}", "").lower() == "true"

    moves = frozenset(move for move, name in names.items() if supported(name, move[1].capitalize()))
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


def limits_of_parameters(parameters: Mapping[str, str], channel: int) -> str:
    """Return the limits among a camera's parameters (CONFIRMED, VX-HEAD-3) as `query=limits` writes them."""
    names = [f"{end}{axis.capitalize()}" for axis in Axis for end in ("Min", "Max")]
    found = ((name, parameters.get(f"PTZ.Limit.L{channel}.{name}")) for name in names)
    return "\n".join(f"{name}={value}" for name, value in found if value is not None)


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
    if not found and not _PRESETS_FOLLOW.search(text):
        return None
    return tuple(Preset(number, found[number]) for number in sorted(found)[:_MAX])


def presets_by_channel(text: str) -> Mapping[int, tuple[Preset, ...]]:
    """Read `query=presetposall`: a list as of `query=presetposcam` for each channel (CONFIRMED, VX-PRESET-1)."""
    starts = list(_PRESETS_FOLLOW.finditer(text))
    ends = [*(start.start() for start in starts[1:]), len(text)]
    blocks = [(start[1], text[start.start() : end]) for start, end in zip(starts, ends, strict=False)]
    return {int(channel): presets(block) or () for channel, block in blocks[:_MAX_CHANNELS] if channel}


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
    """Read the guard tours: `GuardTour.G0.Running`, `.Name` and `.CamNbr`, 1 by default (CONFIRMED, VX-PRESET-6)."""
    numbers = {small_number(match[1]) for name in parameters if (match := _TOUR.fullmatch(name))}
    found = sorted(number for number in numbers if number is not None)[:_MAX]
    return tuple(
        GuardTour(
            each,
            clean_text(parameters.get(f"GuardTour.G{each}.Name", "")),
            small_number(parameters.get(f"GuardTour.G{each}.CamNbr", "")) or 1,
        )
        for each in found
    )
