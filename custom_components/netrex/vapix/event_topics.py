"""What cameras report, by topic: one table. A new topic is a row of `_TABLE`, and maybe an `EventKind`.

Which kinds have an entity is said in the platforms, such as `binary_sensor/descriptions.py`.

Topics, sources and data: CONFIRMED (VX-TOPIC-2) in the vendor's pages or in recordings of real devices, but for those
that are INFERRED in VX-TOPIC-3 and VX-TOPIC-13; counts, plates and measurements: VX-COUNT, VX-PLATE, VX-MEASURE.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
import re
from types import MappingProxyType
from typing import Final

from ..transport.values import clean_text
from .event_kinds import EventKind

_YES: Final = frozenset({"1", "true", "on", "active", "yes", "high"})
_NO: Final = frozenset({"0", "false", "off", "inactive", "no", "low"})


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """An event whose topic is not in the table."""

    topic: str


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """One row of the table; names of items are in lower case.

    Attributes:
        kind: of its events.
        path: matches the topic without its namespaces; its group `source` is the first part of the source.
        state: the item that holds the state.
        sources: the items that make the source, with all that has a state of its own; what users name comes last.
            Of alternatives, the first one that is reported counts.
        on: the state's words for active, if it is no boolean.
        off: the same for inactive.
        momentary: whether the camera never reports that it is over; without a state, each report is one of its own.
        values: items with numbers that are wanted as well, and what these are called.
        signed: whether negative values are numbers, rather than codes for an unknown one.
        texts: items with texts that are wanted as well.
        name: the item with the user's name of the source.
        known: all items of the data that are known.
    """

    kind: EventKind
    path: re.Pattern[str]
    state: str = ""
    sources: tuple[tuple[str, ...], ...] = ()
    on: frozenset[str] = _YES
    off: frozenset[str] = _NO
    momentary: bool = False
    values: Mapping[str, str] = MappingProxyType({})
    signed: bool = True
    texts: tuple[str, ...] = ()
    name: str = ""
    known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Note which items are known, as every report of numbers is looked through for others."""
        items = {*self.values, *self.texts, self.state, self.name, *chain(*self.sources)}
        object.__setattr__(self, "known", frozenset(items))


def _topic(  # noqa: PLR0913 - a row of a table
    kind: EventKind,
    path: str,
    state: str = "",
    source: str = "",
    *,
    words: str = "",
    momentary: bool = False,
    values: Iterable[str] | Mapping[str, str] = (),
    signed: bool = True,
    texts: tuple[str, ...] = (),
    name: str = "",
) -> Topic:
    """Return a row; items of the source are written `A/B`, alternatives `A|B`, the words of a state `on/off`."""
    on, off = (frozenset(each.split()) for each in words.split("/")) if words else (_YES, _NO)
    sources = tuple(tuple(each.split("|")) for each in source.lower().split("/")) if source else ()
    called = values if isinstance(values, Mapping) else {each: each for each in values}
    return Topic(kind, re.compile(path), state.lower(), sources, on, off, momentary, called, signed, texts, name)


_APPS: Final = "CameraApplicationPlatform"
_PROFILE: Final = "(?P<source>Camera(?:[0-9]{1,3}(?:Profile(?:[0-9]{1,6}|ANY)|ANY)|ANY))"
_SCENARIO: Final = "(?P<source>Device[0-9]{1,3}Scenario[0-9]{1,6})"
#: The license plate applications' events with all data; what else they report is about a list, a direction, or a zone.
_PLATE_EVENTS: Final = "(?:A[Ll][Ll]Plates|New|Update|Lost|RealTime)(?![^/])"
_AREA: Final = ("averagetemp", "maximumtemp", "minimumtemp")
_AREA_POSITIONS: Final = tuple(f"{each}tempposition{axis}" for each in ("max", "min") for axis in "xy")
#: What is counted, by the items of crossings in both spellings of the vendor, and by those of areas (VX-COUNT).
COUNTED: Final[Mapping[str, str]] = {
    "total": "total",
    "totalmotorcycle/bicycle": "bike",
    **{
        f"{prefix}{each}": each
        for prefix in ("total", "")
        for each in ("human", "car", "bus", "truck", "bike", "othervehicle", "unknown")
    },
}
#: The parts of a camera that may judge its picture; the first is what Axis cameras report.
_SERVICE: Final = "(?:ImagingService|(?P<source>AnalyticsService|RecordingService))"
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
    _topic(EventKind.COUNT_LIMIT, f"{_APPS}/ObjectAnalytics/{_SCENARIO}Threshold", "active"),
    _topic(
        EventKind.PLATE_LIST,
        f"{_APPS}/(?:ALPV|LPR)\\.(?!{_PLATE_EVENTS})(?P<source>[^/]{{1,100}})",
        "active",
    ),
    _topic(
        EventKind.LICENSE_PLATE,
        f"{_APPS}/(?:LPR|(?:ALPV|LPR)\\.{_PLATE_EVENTS})",
        texts=("text", "carid", "carstate", "carmovedirection", "listmode", "listname", "country"),
    ),
    _topic(EventKind.MOTION_AREA, "RuleEngine/VMD3/vmd3_video_(?P<source>[0-9]{1,3})", "active", "areaid"),
    _topic(EventKind.MOTION_WINDOW, "VideoAnalytics/MotionDetection", "motion", "window"),
    _topic(EventKind.MOTION_ALARM, "VideoSource/MotionAlarm", "State", "Source"),
    _topic(EventKind.MOTION_REGION, "RuleEngine/MotionRegionDetector/Motion", "State", "VideoSource/RuleName"),
    _topic(EventKind.MOTION_DETECTION, "RuleEngine/VideoMotionDetection/motion", "active", "areaid"),
    _topic(EventKind.TAMPERING, "VideoSource/Tampering", "tampering", "channel", momentary=True),
    _topic(EventKind.TAMPER_DETECTOR, "RuleEngine/TamperDetector/Tamper", "State", "VideoSource/Rule"),
    _topic(EventKind.SHOCK, "Device/Tampering/ShockDetected", source="channel", momentary=True),
    _topic(EventKind.SCENE_CHANGE, f"VideoSource/GlobalSceneChange/{_SERVICE}", "State", "Source"),
    _topic(EventKind.IMAGE_DARK, f"VideoSource/ImageTooDark/{_SERVICE}", "State", "Source"),
    _topic(EventKind.IMAGE_BRIGHT, f"VideoSource/ImageTooBright/{_SERVICE}", "State", "Source"),
    _topic(EventKind.IMAGE_BLURRY, f"VideoSource/ImageTooBlurry/{_SERVICE}", "State", "Source"),
    _topic(EventKind.VIDEO_SIGNAL, "VideoSource/Connections", "connected", "channel"),
    _topic(EventKind.VIDEO_SIGNAL, "VideoEncoder/Connections", "connected", "channel"),
    _topic(EventKind.PIR, "Device/Sensor/PIR", "state", "sensor"),
    _topic(EventKind.DAY, "VideoSource/DayNightVision", "day", "VideoSourceConfigurationToken"),
    _topic(EventKind.SOUND, "AudioSource/TriggerLevel", "triggered", "channel/AudioSource"),
    _topic(EventKind.SUDDEN_SOUND, "AdaptiveAudioDetection/Detected", "Detected", "AudioSource"),
    _topic(EventKind.SPEECH, "AudioClassification/Speech", "Detected", "AudioSource"),
    _topic(EventKind.SHOUT, "AudioClassification/Shout", "Detected", "AudioSource"),
    _topic(EventKind.GLASS_BREAK, "AudioClassification/GlassBreak", "Detected", "AudioSource"),
    _topic(EventKind.SCREAM, "AudioClassification/Screaming", "Detected", "AudioSource"),
    _topic(EventKind.INPUT, "Device/IO/Port", "state", "port"),
    _topic(EventKind.OUTPUT, "Device/IO/OutputPort", "state", "port"),
    _topic(EventKind.VIRTUAL_INPUT, "Device/IO/VirtualInput", "active", "port"),
    _topic(EventKind.MANUAL_TRIGGER, "Device/IO/VirtualPort", "state", "port"),
    _topic(EventKind.SUPERVISED_INPUT, "Device/IO/SupervisedPort", "state", "port", words="open/closed"),
    _topic(EventKind.TRIGGER_INPUT, "Device/Trigger/DigitalInput", "LogicalState", "InputToken"),
    _topic(EventKind.RELAY, "Device/Trigger/Relay", "LogicalState", "RelayToken"),
    _topic(EventKind.PTZ_MOVING, "PTZController/Move/(?P<source>\\w{1,40})", "is_moving"),
    _topic(
        EventKind.PTZ_PRESET, "PTZController/PTZPresets/(?:Channel_)?(?P<source>\\w{1,40})", "on_preset", "PresetToken"
    ),
    _topic(
        EventKind.PTZ_STATUS,
        "PTZController/(?P<source>PTZReady|ControlQueue|PTZError)(?:/\\w{1,40})?",
        "ready",
        "channel|PTZConfigurationToken",
    ),
    _topic(EventKind.STORAGE, "Storage/Disruption", "disruption", "disk_id"),
    _topic(
        EventKind.STORAGE_HEALTH,
        "Storage/Alert",
        "alert",
        "disk_id",
        values=("wear", "temperature", "overall_health"),
        signed=False,
    ),
    _topic(EventKind.CARD_RECORDING, "Storage/Recording", "recording"),
    _topic(EventKind.STORAGE_FAILURE, "Device/HardwareFailure/StorageFailure", "disruption", "disk_id"),
    _topic(EventKind.FAN_FAILURE, "Device/HardwareFailure/FanFailure", "fan_failure", "fan"),
    _topic(EventKind.FAN, "Device/Fan/Status", "running", "fan"),
    _topic(EventKind.HEATER, "Device/Heater/Status", "running", "heater"),
    _topic(EventKind.POWER_FAILURE, "Device/HardwareFailure/PowerSupplyFailure", "power_critical", "power"),
    _topic(EventKind.PTZ_POWER_FAILURE, "Device/HardwareFailure/PowerSupplyFailure/PTZPowerFailure", "Failed", "Token"),
    _topic(EventKind.OVERCURRENT, "Device/RingPowerLimitExceeded", "limit_exceeded", "input"),
    _topic(
        EventKind.TEMPERATURE_CRITICAL,
        "Device/HardwareFailure/TemperatureCritical",
        "temperature_critical",
        "temperature",
    ),
    _topic(EventKind.VIEWED, "VideoSource/LiveStreamAccessed", "accessed"),
    _topic(EventKind.READY, "Device/Status/SystemReady", "ready"),
    _topic(EventKind.TOO_HOT, "Device/Status/Temperature/Above", "sensor_level"),
    _topic(EventKind.TOO_COLD, "Device/Status/Temperature/Below", "sensor_level"),
    _topic(EventKind.TEMPERATURE, "Device/Status/Temperature/(?P<source>\\w{1,40})", "sensor_level"),
    _topic(EventKind.NETWORK_LOST, "Device/Network/Lost", "lost", "interface"),
    _topic(EventKind.MQTT, "Device/MQTT/ClientStatus", "connected"),
    _topic(EventKind.AUDIO_CONNECTOR, "Connector/Source", "connected", "connector"),
    _topic(EventKind.CASING, "Device/Casing/Open", "Open", "Name"),
    _topic(EventKind.FRONT_WINDOW, "Device/Window/Faulty", "Faulty", "Name"),
    _topic(EventKind.LIGHT, "Device/Light/Status", "state", "id"),
    _topic(EventKind.LIGHT, "LightControl/LightStatusChanged/Status", "state"),
    _topic(EventKind.CLIP, "MediaClip/Playing", "Playing", "AudioOutput/audiodeviceid/audiooutputid"),
    _topic(EventKind.CALL, "Call/State", "CallState", words="calling/idle"),
    _topic(EventKind.INTERCOM_DOOR, "Device/Intercom/DoorState", words="open 1 true/closed 0 false"),
    _topic(EventKind.TIMER, "UserAlarm/Recurring/Interval", "active", "id"),
    _topic(
        EventKind.AIR,
        "AirQualityMonitor/Metadata",
        source="sensor_name",
        values=(
            "temperature",
            "humidity",
            "co2",
            "voc",
            "nox",
            "aqi",
            "pm1.0",
            "pm2.5",
            "pm4.0",
            "pm10.0",
            "heatindex",
            "humidex",
        ),
        name="sensor_name",
    ),
    _topic(EventKind.AIR_ALARM, "AirQualityMonitor/Alarm", "active", "sensor_name/source", name="source"),
    _topic(EventKind.VAPING, "AirQualityMonitor/Vaping", "active", "sensor_name", name="sensor_name"),
    _topic(
        EventKind.AREA_TEMPERATURE,
        "VideoSource/Thermometry/TemperatureDetection",
        source="PresetNbr/AreaID|AreaName",
        values=(*_AREA, *_AREA_POSITIONS),
        texts=("temperatureunit",),
        name="areaname",
    ),
    _topic(
        EventKind.AREA_ALARM,
        "VideoSource/RadiometryAlarm/TemperatureDetection",
        "AlarmActive",
        "PresetNbr/AreaID|AreaName",
        name="areaname",
    ),
    _topic(
        EventKind.DEVIATION,
        "VideoSource/RadiometryAlarm/DeviationDetection",
        "AlarmActive",
        "PresetNbr/GroupID|GroupName",
        name="groupname",
    ),
    _topic(
        EventKind.SOUND_LEVEL, "SoundPressureLevel/Summary", source="AudioSource", values=("leq", "maxspl", "minspl")
    ),
    _topic(EventKind.LOUD, "SoundPressureLevel/AboveThresholdUpper", "Detected", "AudioSource"),
    _topic(EventKind.QUIET, "SoundPressureLevel/BelowThresholdLower", "Detected", "AudioSource"),
)
#: Internal events of applications, CONFIRMED (VX-TOPIC-2) for Object Analytics and VMD3; alarms of any area.
_IGNORED: Final = re.compile(
    r"RuleEngine/(?:VMD3|VideoMotionDetection)/timer|.*/xinternal_data|.*/TemperatureDetectionAnyArea(?:OnPreset)?"
)
#: Rows of scenarios of Object Analytics that count: they report under the topic of the scenario.
_COUNTING: Final = {
    kind: _topic(kind, "", values=COUNTED, texts=("reason",)) for kind in (EventKind.COUNT, EventKind.OCCUPANCY)
}
#: CONFIRMED as types, here in lower case (VX-APP-3).
COUNTING_TYPES: Final[Mapping[str, EventKind]] = {
    "crosslinecounting": EventKind.COUNT,
    "occupancyinarea": EventKind.OCCUPANCY,
}
_NAME_SPACE: Final = re.compile(r"(^|/)[A-Za-z][\w.-]{0,30}:")

#: Rows of the table by the first part of their path, so that few patterns are tried.
_BY_HEAD: Final[Mapping[str, tuple[Topic, ...]]] = {
    head: tuple(row for row in _TABLE if row.path.pattern.partition("/")[0] == head)
    for head in {row.path.pattern.partition("/")[0] for row in _TABLE}
}


def row_of_items(row: Topic, items: Collection[str], scenario_type: str = "") -> Topic:
    """Return the row for a report or declaration with these items, in lower case: a scenario that counts has no state.

    INFERRED (VX-COUNT-4): a crossing has a reason and totals of classes, an area the classes themselves.
    """
    if row.kind is not EventKind.OBJECT or row.state in items:
        return row
    counted = [item for item in items if item in COUNTED]
    crossed = "reason" in items or any(item.startswith("total") and item != "total" for item in counted)
    if not counted and not crossed:
        return row
    kind = EventKind.COUNT if crossed else EventKind.OCCUPANCY
    return _COUNTING[COUNTING_TYPES.get(scenario_type, kind)]


@lru_cache(maxsize=1024)
def look_up(topic: str) -> tuple[Topic, str] | UnknownEvent | None:
    """Return a topic's row of the table, and the first part of its source; None for an internal topic of the camera.

    Namespaces don't matter. Cached, as a camera repeats a few topics all day; callers cut long ones before.
    """
    path = _NAME_SPACE.sub(r"\1", topic)
    for row in _BY_HEAD.get(path.partition("/")[0], ()):
        if match := row.path.fullmatch(path):
            return row, match.groupdict().get("source") or ""
    return None if _IGNORED.fullmatch(path) else UnknownEvent(clean_text(path))
