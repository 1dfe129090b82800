"""How each kind of source is shown as a binary sensor: one table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
import re
from typing import Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntityDescription
from homeassistant.const import EntityCategory

from ..events.motion import MOVING_KINDS
from ..events.source_key import MOTION, SourceKey
from ..vapix import EventKind


@dataclass(frozen=True, kw_only=True)
class SourceDescription(BinarySensorEntityDescription):
    """How the sources of a kind are shown; the key is that of the texts.

    Attributes:
        remembered: made again after a restart, although the camera may not report it for a long time; off till then.
    """

    remembered: bool = False


_Class = BinarySensorDeviceClass
_diagnostic = partial(SourceDescription, entity_category=EntityCategory.DIAGNOSTIC)
_disabled = partial(SourceDescription, entity_registry_enabled_default=False)
_disabled_diagnostic = partial(_diagnostic, entity_registry_enabled_default=False)


# The event entity says what moves before a camera, in one line of the activity log. The sensor of each source adds two.
_PROFILE: Final = _disabled(key="motion", device_class=_Class.MOTION)
_SOURCES: Final[Mapping[EventKind, SourceDescription]] = {
    **dict.fromkeys(MOVING_KINDS - {EventKind.OBJECT, EventKind.FENCE, EventKind.LOITERING}, _PROFILE),
    # A camera may have several of these, which mostly see the same motion.
    EventKind.MOTION_GUARD: replace(_PROFILE, key="motion_guard"),
    EventKind.MOTION_AREA: replace(_PROFILE, key="motion_area"),
    EventKind.MOTION_WINDOW: replace(_PROFILE, key="motion_window"),
    EventKind.MOTION_DETECTION: replace(_PROFILE, key="motion_window"),
    EventKind.MOTION_ALARM: replace(_PROFILE, key="motion_alarm"),
    EventKind.MOTION_REGION: replace(_PROFILE, key="motion_region"),
    EventKind.FENCE: _disabled(key="line_crossed", device_class=_Class.MOTION),
    EventKind.LOITERING: _disabled(key="loitering", device_class=_Class.OCCUPANCY),
    EventKind.PIR: _disabled(key="pir", device_class=_Class.MOTION),
    EventKind.SOUND: SourceDescription(key="sound", device_class=_Class.SOUND),
    EventKind.SUDDEN_SOUND: SourceDescription(key="sudden_sound", device_class=_Class.SOUND),
    EventKind.SPEECH: SourceDescription(key="speech", device_class=_Class.SOUND),
    EventKind.SHOUT: SourceDescription(key="shout", device_class=_Class.SOUND),
    EventKind.GLASS_BREAK: SourceDescription(key="glass_break", device_class=_Class.SOUND),
    EventKind.SCREAM: SourceDescription(key="scream", device_class=_Class.SOUND),
    EventKind.TAMPERING: _diagnostic(key="tampering", device_class=_Class.TAMPER, remembered=True),
    EventKind.TAMPER_DETECTOR: _diagnostic(key="tamper_detector", device_class=_Class.TAMPER),
    EventKind.SHOCK: _diagnostic(key="shock", device_class=_Class.VIBRATION, remembered=True),
    EventKind.SCENE_CHANGE: _disabled_diagnostic(key="scene_change", device_class=_Class.TAMPER),
    EventKind.IMAGE_DARK: _disabled_diagnostic(key="image_dark", device_class=_Class.PROBLEM),
    EventKind.IMAGE_BRIGHT: _disabled_diagnostic(key="image_bright", device_class=_Class.PROBLEM),
    EventKind.IMAGE_BLURRY: _disabled_diagnostic(key="image_blurry", device_class=_Class.PROBLEM),
    EventKind.VIDEO_SIGNAL: _diagnostic(key="video_signal", device_class=_Class.CONNECTIVITY),
    EventKind.CASING: _diagnostic(key="casing", device_class=_Class.TAMPER),
    EventKind.FRONT_WINDOW: _diagnostic(key="front_window", device_class=_Class.PROBLEM),
    EventKind.DAY: _disabled_diagnostic(key="day", device_class=_Class.LIGHT),
    EventKind.STORAGE: _diagnostic(key="storage", device_class=_Class.PROBLEM, remembered=True),
    EventKind.STORAGE_HEALTH: _diagnostic(key="storage_health", device_class=_Class.PROBLEM),
    EventKind.STORAGE_FAILURE: _disabled_diagnostic(key="storage_failure", device_class=_Class.PROBLEM),
    EventKind.FAN_FAILURE: _diagnostic(key="fan_failure", device_class=_Class.PROBLEM),
    EventKind.FAN: _disabled_diagnostic(key="fan", device_class=_Class.RUNNING),
    EventKind.HEATER: _disabled_diagnostic(key="heater", device_class=_Class.RUNNING),
    EventKind.POWER_FAILURE: _diagnostic(key="power_failure", device_class=_Class.PROBLEM),
    EventKind.PTZ_POWER_FAILURE: _diagnostic(key="ptz_power_failure", device_class=_Class.PROBLEM),
    EventKind.OVERCURRENT: _diagnostic(key="overcurrent", device_class=_Class.PROBLEM),
    EventKind.TOO_HOT: _diagnostic(key="too_hot", device_class=_Class.HEAT),
    EventKind.TOO_COLD: _diagnostic(key="too_cold", device_class=_Class.COLD),
    EventKind.TEMPERATURE_CRITICAL: _diagnostic(key="temperature_critical", device_class=_Class.PROBLEM),
    EventKind.NETWORK_LOST: _disabled_diagnostic(key="network_lost", device_class=_Class.PROBLEM),
    EventKind.MQTT: _disabled_diagnostic(key="mqtt", device_class=_Class.CONNECTIVITY),
    EventKind.AUDIO_CONNECTOR: _disabled_diagnostic(key="audio_connector", device_class=_Class.PLUG),
    EventKind.CARD_RECORDING: _disabled_diagnostic(key="card_recording", device_class=_Class.RUNNING),
    EventKind.VIEWED: _disabled_diagnostic(key="viewed"),
    EventKind.PTZ_MOVING: _disabled_diagnostic(key="ptz_moving", device_class=_Class.MOVING),
    EventKind.INPUT: SourceDescription(key="input", device_class=_Class.OPENING),
    EventKind.SUPERVISED_INPUT: SourceDescription(key="supervised_input", device_class=_Class.OPENING),
    # Mostly the inputs again, as ONVIF has them.
    EventKind.TRIGGER_INPUT: _disabled(key="trigger_input", device_class=_Class.OPENING),
    EventKind.INTERCOM_DOOR: SourceDescription(key="intercom_door", device_class=_Class.DOOR),
    EventKind.VIRTUAL_INPUT: _disabled(key="virtual_input", remembered=True),
    EventKind.MANUAL_TRIGGER: _disabled(key="manual_trigger", remembered=True),
    EventKind.LOUD: SourceDescription(key="loud", device_class=_Class.SOUND),
    EventKind.QUIET: SourceDescription(key="quiet"),
    EventKind.COUNT_LIMIT: SourceDescription(key="count_limit"),
    EventKind.PLATE_LIST: SourceDescription(key="plate_list"),
    EventKind.VAPING: SourceDescription(key="vaping", device_class=_Class.SMOKE),
    EventKind.AIR_ALARM: SourceDescription(key="air_alarm", device_class=_Class.PROBLEM),
    EventKind.AREA_ALARM: SourceDescription(key="area_alarm", device_class=_Class.PROBLEM),
    EventKind.DEVIATION: SourceDescription(key="deviation", device_class=_Class.PROBLEM),
}
_OBJECTS: Final[Mapping[str, SourceDescription]] = {
    each: _disabled(key=each, device_class=_Class.OCCUPANCY) for each in ("person", "vehicle", "object")
}
#: Lists, directions, and the view of License Plate Verifier (VX-PLATE-4); other lists have the user's names.
_PLATES: Final[Mapping[str, SourceDescription]] = {
    "allowlist": SourceDescription(key="plate_allowed"),
    "blocklist": SourceDescription(key="plate_blocked"),
    "notinlist": SourceDescription(key="plate_not_listed"),
    "platein": SourceDescription(key="plate_entering"),
    "plateout": SourceDescription(key="plate_leaving"),
    "plateinview": SourceDescription(key="plate_in_view"),
}
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
        return _PROFILE
    if key.kind is EventKind.PLATE_LIST and (plates := _PLATES.get(key.source.replace("_", "").lower())):
        return plates
    return _OBJECTS.get(key.object_class) if key.kind is EventKind.OBJECT else _SOURCES.get(key.kind)


def wired_to(name: str) -> BinarySensorDeviceClass:
    """Return what an input of this name is most likely wired to."""
    return next((each for pattern, each in _WIRED if pattern.search(name)), BinarySensorDeviceClass.OPENING)
