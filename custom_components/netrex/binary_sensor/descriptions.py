"""How each kind of source is shown as a binary sensor: one table."""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntityDescription
from homeassistant.const import EntityCategory

from ..events.camera_events import MOVING_KINDS
from ..events.source_key import MOTION, SourceKey
from ..vapix import EventKind


@dataclass(frozen=True, kw_only=True)
class SourceDescription(BinarySensorEntityDescription):
    """How the sources of a kind are shown; the key is that of the texts.

    Attributes:
        when_named: enabled by default only where the user has given the source a name.
        remembered: made again after a restart, although the camera may not report it for a long time; off till then.
    """

    when_named: bool = False
    remembered: bool = False


_Class = BinarySensorDeviceClass


def _shown(
    key: str,
    device_class: BinarySensorDeviceClass | None,
    *,
    diagnostic: bool = False,
    enabled: bool = True,
    when_named: bool = False,
    remembered: bool = False,
) -> SourceDescription:
    return SourceDescription(
        key=key,
        translation_key=key,
        device_class=device_class,
        entity_category=EntityCategory.DIAGNOSTIC if diagnostic else None,
        entity_registry_enabled_default=enabled,
        when_named=when_named,
        remembered=remembered,
    )


_PROFILE: Final = _shown("motion", _Class.MOTION, when_named=True)
_SOURCES: Final[Mapping[EventKind, SourceDescription]] = {
    **dict.fromkeys(MOVING_KINDS - {EventKind.OBJECT, EventKind.FENCE, EventKind.LOITERING}, _PROFILE),
    EventKind.FENCE: _shown("line_crossed", _Class.MOTION),
    EventKind.LOITERING: _shown("loitering", _Class.OCCUPANCY),
    EventKind.PIR: _shown("pir", _Class.MOTION),
    EventKind.SOUND: _shown("sound", _Class.SOUND),
    EventKind.SPEECH: _shown("speech", _Class.SOUND, remembered=True),
    EventKind.SHOUT: _shown("shout", _Class.SOUND, remembered=True),
    EventKind.GLASS_BREAK: _shown("glass_break", _Class.SOUND, remembered=True),
    EventKind.SCREAM: _shown("scream", _Class.SOUND, remembered=True),
    EventKind.TAMPERING: _shown("tampering", _Class.TAMPER, diagnostic=True, remembered=True),
    EventKind.SCENE_CHANGE: _shown("scene_change", _Class.TAMPER, diagnostic=True, enabled=False),
    EventKind.CASING: _shown("casing", _Class.TAMPER, diagnostic=True),
    EventKind.DAY: _shown("day", _Class.LIGHT, diagnostic=True, enabled=False),
    EventKind.STORAGE: _shown("storage", _Class.PROBLEM, diagnostic=True, remembered=True),
    EventKind.STORAGE_FAILURE: _shown("storage_failure", _Class.PROBLEM, diagnostic=True, enabled=False),
    EventKind.FAN_FAILURE: _shown("fan_failure", _Class.PROBLEM, diagnostic=True),
    EventKind.CARD_RECORDING: _shown("card_recording", _Class.RUNNING, diagnostic=True, enabled=False),
    EventKind.VIEWED: _shown("viewed", None, diagnostic=True, enabled=False),
    EventKind.PTZ_MOVING: _shown("ptz_moving", _Class.MOVING, diagnostic=True, enabled=False),
    EventKind.INPUT: _shown("input", _Class.OPENING),
    EventKind.SUPERVISED_INPUT: _shown("supervised_input", _Class.OPENING),
    EventKind.VIRTUAL_INPUT: _shown("virtual_input", None, enabled=False, remembered=True),
    EventKind.MANUAL_TRIGGER: _shown("manual_trigger", None, enabled=False, remembered=True),
}
_OBJECTS: Final[Mapping[str, SourceDescription]] = {
    each: _shown(each, _Class.OCCUPANCY) for each in ("person", "vehicle", "object")
}
_ANY_MOTION: Final = _shown("motion", _Class.MOTION)

#: What an input's name says about what is wired to it, in English and Czech. The entity's settings have the last word.
#: What is measured says more than where: a "front door motion" is no door.
_WIRED: Final = (
    (re.compile(r"\b(?:smoke|kouř)", re.IGNORECASE), _Class.SMOKE),
    (re.compile(r"\b(?:motion|pohyb|pir\b)", re.IGNORECASE), _Class.MOTION),
    (re.compile(r"\b(?:leak|flood|únik vody|zaplav)", re.IGNORECASE), _Class.MOISTURE),
    (re.compile(r"\b(?:window|ok(?:no|na|en)\b)", re.IGNORECASE), _Class.WINDOW),
    (re.compile(r"\bgar[aá][gž]", re.IGNORECASE), _Class.GARAGE_DOOR),
    (re.compile(r"\b(?:door|dveře|vchod|entrance)", re.IGNORECASE), _Class.DOOR),
)


def description_of(key: SourceKey) -> SourceDescription | None:
    """Return how a source is shown; None: it is not."""
    if key == MOTION:
        return _ANY_MOTION
    return _OBJECTS.get(key.object_class) if key.kind is EventKind.OBJECT else _SOURCES.get(key.kind)


def wired_to(name: str) -> BinarySensorDeviceClass:
    """Return what an input of this name is most likely wired to."""
    return next((each for pattern, each in _WIRED if pattern.search(name)), BinarySensorDeviceClass.OPENING)
