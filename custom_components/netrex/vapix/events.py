"""A camera's event notifications as typed events. A new topic is a row of `_TABLE`, and maybe an `EventKind`.

`EventStream` calls `read_event`; its events go to the camera's `CameraEvents`, and so to entities. Which kinds have an
entity is said in the platforms, such as `binary_sensor/descriptions.py`.

Topics, sources and data: CONFIRMED (VX-TOPIC-2) in the vendor's pages or in recordings of real devices, but for audio
classes, clip playing and counting (INFERRED, VX-TOPIC-3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
import re
from types import MappingProxyType
from typing import Final

from ..transport.values import clean_text, small_number


class EventKind(StrEnum):
    """What an event is about."""

    # The hash of `Enum` is about ten times slower, and each event needs it.
    __hash__ = str.__hash__

    MOTION = "motion"
    MOTION_GUARD = "motion_guard"
    MOTION_AREA = "motion_area"
    MOTION_WINDOW = "motion_window"
    MOTION_ALARM = "motion_alarm"
    MOTION_REGION = "motion_region"
    OBJECT = "object"
    COUNT = "count"
    FENCE = "fence"
    LOITERING = "loitering"
    PIR = "pir"
    TAMPERING = "tampering"
    SCENE_CHANGE = "scene_change"
    DAY = "day"
    SOUND = "sound"
    SPEECH = "speech"
    SHOUT = "shout"
    GLASS_BREAK = "glass_break"
    SCREAM = "scream"
    INPUT = "input"
    OUTPUT = "output"
    VIRTUAL_INPUT = "virtual_input"
    MANUAL_TRIGGER = "manual_trigger"
    SUPERVISED_INPUT = "supervised_input"
    TRIGGER_INPUT = "trigger_input"
    RELAY = "relay"
    PTZ_MOVING = "ptz_moving"
    PTZ_PRESET = "ptz_preset"
    PTZ_STATUS = "ptz_status"
    STORAGE = "storage"
    STORAGE_HEALTH = "storage_health"
    STORAGE_FAILURE = "storage_failure"
    FAN_FAILURE = "fan_failure"
    CARD_RECORDING = "card_recording"
    VIEWED = "viewed"
    READY = "ready"
    TEMPERATURE = "temperature"
    NETWORK_LOST = "network_lost"
    CASING = "casing"
    LIGHT = "light"
    CLIP = "clip"
    CALL = "call"
    INTERCOM_DOOR = "intercom_door"
    TIMER = "timer"


@dataclass(frozen=True, slots=True)
class CameraEvent:
    """One thing that a camera reported.

    Attributes:
        source: the port, scenario, profile or disk within the camera; empty if the camera has only one.
        active: whether it is on now; None if the event doesn't say.
        value: the state as the camera wrote it.
        aggregate: whether the source is a summary of others ("any profile", "any port").
        momentary: whether the camera may never report that it is over.
        classes: the detected classes, in the camera's words: `human`, `vehicle`, ...
        scenario_type: `motion`, `fence`, `crosslinecounting`, `occupancyInArea`, or empty.
        camera_time: UTC by the camera's clock; None while that is not set.
        figures: further numbers of a storage's health, such as `wear` in percent and `temperature`.
    """

    kind: EventKind
    source: str
    active: bool | None
    value: str = ""
    aggregate: bool = False
    momentary: bool = False
    classes: tuple[str, ...] = ()
    scenario_type: str = ""
    camera_time: datetime | None = None
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """An event whose topic is not in the table."""

    topic: str


@dataclass(frozen=True, slots=True)
class _Topic:
    """One row of the table.

    `path` matches the topic without its namespaces; its group `source`, or the item `source_item`, names the source.
    `state_item` holds the state; `on` and `off` are its words for active and inactive, if it isn't a boolean.
    """

    kind: EventKind
    path: re.Pattern[str]
    state_item: str = ""
    source_item: str = ""
    on: str = ""
    off: str = ""
    momentary: bool = False


def _topic(
    kind: EventKind, path: str, state: str = "", source: str = "", *, words: str = "", momentary: bool = False
) -> _Topic:
    on, _, off = words.partition("/")
    return _Topic(kind, re.compile(path), state.lower(), source.lower(), on, off, momentary)


_APPS: Final = "CameraApplicationPlatform"
_PROFILE: Final = "(?P<source>Camera(?:[0-9]{1,3}(?:Profile(?:[0-9]{1,6}|ANY)|ANY)|ANY))"
_TABLE: Final = (
    _topic(EventKind.MOTION, f"{_APPS}/VMD/{_PROFILE}", "active"),
    _topic(EventKind.MOTION_GUARD, f"{_APPS}/MotionGuard/{_PROFILE}", "active"),
    _topic(EventKind.FENCE, f"{_APPS}/FenceGuard/{_PROFILE}", "active"),
    _topic(EventKind.LOITERING, f"{_APPS}/LoiteringGuard/{_PROFILE}", "active"),
    _topic(
        EventKind.OBJECT,
        f"{_APPS}/ObjectAnalytics/(?P<source>Device[0-9]{{1,3}}Scenario(?:[0-9]{{1,6}}|ANY))",
        "active",
    ),
    _topic(EventKind.COUNT, f"{_APPS}/ObjectAnalytics/(?P<source>Device[0-9]{{1,3}}Scenario[0-9]{{1,6}}[A-Za-z]\\w*)"),
    _topic(EventKind.MOTION_AREA, "RuleEngine/VMD3/vmd3_video_[0-9]{1,3}", "active", "areaid"),
    _topic(EventKind.MOTION_WINDOW, "VideoAnalytics/MotionDetection", "motion", "window"),
    _topic(EventKind.MOTION_ALARM, "VideoSource/MotionAlarm", "State", "Source"),
    _topic(EventKind.MOTION_REGION, "RuleEngine/MotionRegionDetector/Motion", "State", "RuleName"),
    _topic(EventKind.TAMPERING, "VideoSource/Tampering", "tampering", "channel", momentary=True),
    _topic(EventKind.SCENE_CHANGE, "VideoSource/GlobalSceneChange/ImagingService", "State", "Source"),
    _topic(EventKind.PIR, "Device/Sensor/PIR", "state", "sensor"),
    _topic(EventKind.DAY, "VideoSource/DayNightVision", "day", "VideoSourceConfigurationToken"),
    _topic(EventKind.SOUND, "AudioSource/TriggerLevel", "triggered", "channel"),
    _topic(EventKind.SPEECH, "AudioClassification/Speech", "Detected", "AudioSource", momentary=True),
    _topic(EventKind.SHOUT, "AudioClassification/Shout", "Detected", "AudioSource", momentary=True),
    _topic(EventKind.GLASS_BREAK, "AudioClassification/GlassBreak", "Detected", "AudioSource", momentary=True),
    _topic(EventKind.SCREAM, "AudioClassification/Screaming", "Detected", "AudioSource", momentary=True),
    _topic(EventKind.INPUT, "Device/IO/Port", "state", "port"),
    _topic(EventKind.OUTPUT, "Device/IO/OutputPort", "state", "port"),
    _topic(EventKind.VIRTUAL_INPUT, "Device/IO/VirtualInput", "active", "port"),
    _topic(EventKind.MANUAL_TRIGGER, "Device/IO/VirtualPort", "state", "port"),
    _topic(EventKind.SUPERVISED_INPUT, "Device/IO/SupervisedPort", "state", "port", words="open/closed"),
    _topic(EventKind.TRIGGER_INPUT, "Device/Trigger/DigitalInput", "LogicalState", "InputToken"),
    _topic(EventKind.RELAY, "Device/Trigger/Relay", "LogicalState", "RelayToken"),
    _topic(EventKind.PTZ_MOVING, "PTZController/Move/(?P<source>\\w{1,40})", "is_moving"),
    _topic(EventKind.PTZ_PRESET, "PTZController/PTZPresets/\\w{1,40}", "on_preset", "PresetToken"),
    _topic(EventKind.PTZ_STATUS, "PTZController/(?:PTZReady|ControlQueue|PTZError)(?:/\\w{1,40})?", "ready", "channel"),
    _topic(EventKind.STORAGE, "Storage/Disruption", "disruption", "disk_id"),
    _topic(EventKind.STORAGE_HEALTH, "Storage/Alert", "alert", "disk_id"),
    _topic(EventKind.CARD_RECORDING, "Storage/Recording", "recording"),
    _topic(EventKind.STORAGE_FAILURE, "Device/HardwareFailure/StorageFailure", "disruption", "disk_id"),
    _topic(EventKind.FAN_FAILURE, "Device/HardwareFailure/FanFailure", "fan_failure", "fan"),
    _topic(EventKind.VIEWED, "VideoSource/LiveStreamAccessed", "accessed"),
    _topic(EventKind.READY, "Device/Status/SystemReady", "ready"),
    _topic(EventKind.TEMPERATURE, "Device/Status/Temperature/(?P<source>\\w{1,40})", "sensor_level"),
    _topic(EventKind.NETWORK_LOST, "Device/Network/Lost", "lost", "interface"),
    _topic(EventKind.CASING, "Device/Casing/Open", "Open", "Name"),
    _topic(EventKind.LIGHT, "Device/Light/Status", "state", "id"),
    _topic(EventKind.LIGHT, "LightControl/LightStatusChanged/Status", "state"),
    _topic(EventKind.CLIP, "MediaClip/Playing", "Playing", "AudioOutput"),
    _topic(EventKind.CALL, "Call/State", "CallState", words="calling/idle"),
    _topic(EventKind.INTERCOM_DOOR, "Device/Intercom/DoorState"),
    _topic(EventKind.TIMER, "UserAlarm/Recurring/Interval", "active", "id"),
)
#: Internal events of the camera's applications. CONFIRMED for Object Analytics, VMD3 (VX-TOPIC-2).
_INTERNAL: Final = re.compile(r"CameraApplicationPlatform/\w+/xinternal_data|RuleEngine/VMD3/timer|.*/xinternal_data")
_NAME_SPACE: Final = re.compile(r"(^|/)[A-Za-z][\w.-]{0,30}:")
_YES: Final = frozenset({"1", "true", "on", "active", "yes", "high"})
_NO: Final = frozenset({"0", "false", "off", "inactive", "no", "low"})
#: Sources that summarize others: port -1 is "any port" (CONFIRMED, VX-TOPIC-2).
_ANY: Final = re.compile(r"-1|.*ANY")
_SEPARATORS: Final = re.compile(r"[,;|\s]+")
_FIGURES: Final = ("wear", "temperature", "overall_health")
_MAX_TOPIC: Final = 200
_MAX_CLASSES: Final = 8
_MAX_ITEM: Final = 400
_NO_FIGURES: Final[Mapping[str, int]] = MappingProxyType({})

#: Rows of the table by the first part of their path, so that few patterns are tried.
_BY_HEAD: Final[Mapping[str, tuple[_Topic, ...]]] = {
    head: tuple(row for row in _TABLE if row.path.pattern.partition("/")[0] == head)
    for head in {row.path.pattern.partition("/")[0] for row in _TABLE}
}


def read_event(
    topic: str, source: Mapping[str, str], data: Mapping[str, str], timestamp: object = None
) -> CameraEvent | UnknownEvent | None:
    """Return the typed event of a notification; None if it is an internal one of the camera.

    `active` is None if its item is missing. Namespaces of topics and the case of items' names don't matter. No errors.
    """
    known = _look_up(topic[:_MAX_TOPIC])
    return _event(*known, source, data, timestamp) if isinstance(known, tuple) else known


@lru_cache(maxsize=1024)
def _look_up(topic: str) -> tuple[_Topic, str] | UnknownEvent | None:
    """Return a topic's row of the table and the source in it; cached, as a camera repeats a few topics all day."""
    path = _NAME_SPACE.sub(r"\1", topic)
    for row in _BY_HEAD.get(path.partition("/")[0], ()):
        if match := row.path.fullmatch(path):
            return row, match.groupdict().get("source") or ""
    return None if _INTERNAL.fullmatch(path) else UnknownEvent(clean_text(path))


def _event(
    row: _Topic, topic_source: str, source: Mapping[str, str], data: Mapping[str, str], timestamp: object
) -> CameraEvent:
    items = {name.lower(): text[:_MAX_ITEM] for name, text in data.items()}
    given = items.get(row.state_item)
    if given is None:
        given = next(iter(items.values())) if len(items) == 1 else ""
    source_name, aggregate = _clean_source(topic_source or _source(row, source)[:_MAX_ITEM])
    value, active = _state(given, row.on, row.off)
    return CameraEvent(
        kind=row.kind,
        source=source_name,
        active=active,
        value=value,
        aggregate=aggregate,
        momentary=row.momentary,
        classes=_classes(items["classtypes"]) if "classtypes" in items else (),
        scenario_type=_clean_source(items["scenariotype"])[0] if "scenariotype" in items else "",
        camera_time=_time(timestamp),
        figures=_figures(items) if row.kind is EventKind.STORAGE_HEALTH else _NO_FIGURES,
    )


# Cached, as a camera repeats a few texts all day. Long ones are cut before, so that the caches stay small.


@lru_cache(maxsize=1024)
def _clean_source(text: str) -> tuple[str, bool]:
    """Return a source cleaned for storage, and whether it is an aggregate."""
    return clean_text(text), _ANY.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _state(text: str, on: str, off: str) -> tuple[str, bool | None]:
    """Return a state cleaned for storage, and whether it is active; None if neither, such as an input's cut wire."""
    word = text.strip().lower()
    yes, no = ({on}, {off}) if on else (_YES, _NO)
    return clean_text(text), True if word in yes else False if word in no else None


@lru_cache(maxsize=1024)
def _classes(text: str) -> tuple[str, ...]:
    """Return the single classes of a list in a text."""
    words = _SEPARATORS.split(clean_text(text).lower())
    return tuple(dict.fromkeys(word for word in words if word))[:_MAX_CLASSES]


def _figures(items: Mapping[str, str]) -> Mapping[str, int]:
    return {name: number for name in _FIGURES if (number := small_number(items.get(name, ""))) is not None}


def _source(row: _Topic, source: Mapping[str, str]) -> str:
    """Return the item that names the source; if it is missing, all items in their order."""
    items = {name.lower(): value for name, value in source.items()}
    return items.get(row.source_item, "/".join(items.values()))


def _time(timestamp: object) -> datetime | None:
    """Return the time of milliseconds since 1970; None if that is no time, such as from a clock that is not set."""
    if isinstance(timestamp, bool) or not isinstance(timestamp, int) or timestamp <= 0:
        return None
    try:
        return datetime.fromtimestamp(timestamp / 1000, UTC)
    except OSError, OverflowError, ValueError:
        return None
