"""The end of the name of a source's entity, such as ": Gate" of "Person: Gate"."""

from itertools import dropwhile
import re
from typing import Final

from ..vapix import EventKind
from .source_key import MOTION, SourceKey
from .source_names import SourceNames

_NUMBER: Final = re.compile(r"([0-9]{1,6})$")
#: Between words of a name such as `NotInList`, `Allow_list`, `Roi2`.
_WORDS: Final = re.compile(r"_|(?<=[a-z])(?=[A-Z0-9])")
#: Kinds whose only source needs no name: the only air quality sensor is called after its model.
_USUALLY_ONE: Final = frozenset({EventKind.AIR, EventKind.VAPING})
#: Kinds whose sources are counted from 0; shown from 1, as all others. INFERRED (VX-TOPIC-15) of some.
_FROM_ZERO: Final = frozenset(
    {
        EventKind.MOTION_WINDOW,
        EventKind.MOTION_DETECTION,
        EventKind.MOTION_ALARM,
        EventKind.MOTION_REGION,
        EventKind.PIR,
        EventKind.TAMPER_DETECTOR,
        EventKind.SCENE_CHANGE,
        EventKind.IMAGE_DARK,
        EventKind.IMAGE_BRIGHT,
        EventKind.IMAGE_BLURRY,
        EventKind.FAN,
        EventKind.FAN_FAILURE,
        EventKind.HEATER,
        EventKind.POWER_FAILURE,
        EventKind.TEMPERATURE_CRITICAL,
        EventKind.AUDIO_CONNECTOR,
        EventKind.TRIGGER_INPUT,
    }
)
#: Numbers of a first source, by cameras that count from 0 and from 1.
_FIRST: Final = frozenset({"", "0", "1"})


def name_suffix(key: SourceKey, names: SourceNames) -> str:
    """Return a colon and the user's name of the source, else its numbers unless it is the first of its kind.

    Motion of a source always has a number; without one it is the motion of the whole camera.
    """
    if key.kind in _USUALLY_ONE and names.reported(key.kind) <= 1:
        return ""
    if name := names.user_name(key.kind, key.source):
        return f": {name}"
    if key.kind is EventKind.PLATE_LIST:
        return f": {_WORDS.sub(' ', key.source)}"
    if key.kind is EventKind.NETWORK_LOST and key.source:
        return f": {key.source}"
    numbers = [_number(key.kind, part) for part in key.source.split("/")]
    if key.kind is EventKind.MOTION and key != MOTION:
        return f" {numbers[-1]}"
    # The area is enough where the camera has one channel.
    shown = list(dropwhile(_FIRST.__contains__, numbers))
    return f" {'.'.join(filter(None, shown))}" if shown else ""


def _number(kind: EventKind, part: str) -> str:
    """Return the number at the end of a part of a source; empty if there is none."""
    if kind in _FROM_ZERO and part.isdecimal():
        return str(int(part[:6]) + 1)
    match = _NUMBER.search(part)
    return match[1] if match else ""


def input_number(key: SourceKey) -> str:
    """Return the number of an input, counted from one."""
    return str(int(key.source) + 1 if key.source.isdecimal() else 1)
