"""Detections: what a camera's analytics found, as users know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ..vapix import CameraEvent, EventKind
from .source_key import ANYTHING, SourceKey, object_classes


class Detection(StrEnum):
    """Kinds of detections; the values are event types of the camera's event entity."""

    MOTION = "motion"
    PERSON = "person"
    VEHICLE = "vehicle"
    OBJECT = "object"
    LINE_CROSSED = "line_crossed"
    LOITERING = "loitering"
    TAMPERING = "tampering"
    SCENE_CHANGED = "scene_changed"
    SOUND = "sound"
    SPEECH = "speech"
    SHOUT = "shout"
    GLASS_BREAK = "glass_break"
    SCREAM = "scream"


_DETECTIONS: Final = {
    EventKind.MOTION: Detection.MOTION,
    EventKind.MOTION_GUARD: Detection.MOTION,
    EventKind.MOTION_DETECTION: Detection.MOTION,
    EventKind.MOTION_AREA: Detection.MOTION,
    EventKind.MOTION_WINDOW: Detection.MOTION,
    EventKind.MOTION_ALARM: Detection.MOTION,
    EventKind.MOTION_REGION: Detection.MOTION,
    EventKind.PIR: Detection.MOTION,
    EventKind.FENCE: Detection.LINE_CROSSED,
    EventKind.COUNT: Detection.LINE_CROSSED,
    EventKind.LOITERING: Detection.LOITERING,
    EventKind.TAMPERING: Detection.TAMPERING,
    EventKind.TAMPER_DETECTOR: Detection.TAMPERING,
    EventKind.SHOCK: Detection.TAMPERING,
    EventKind.SCENE_CHANGE: Detection.SCENE_CHANGED,
    EventKind.SOUND: Detection.SOUND,
    EventKind.SUDDEN_SOUND: Detection.SOUND,
    EventKind.SPEECH: Detection.SPEECH,
    EventKind.SHOUT: Detection.SHOUT,
    EventKind.GLASS_BREAK: Detection.GLASS_BREAK,
    EventKind.SCREAM: Detection.SCREAM,
}
#: Types of scenarios about crossing a line. CONFIRMED as types (VX-APP-3).
_LINES: Final = frozenset({"fence", "crosslinecounting"})
_BY_CLASS: Final = {"person": Detection.PERSON, "vehicle": Detection.VEHICLE, ANYTHING: Detection.OBJECT}


@dataclass(frozen=True, slots=True)
class DetectionEvent:
    """The beginning of an event.

    Attributes:
        detection: what was found; None for sources such as inputs, which detect nothing.
        scenario: the user's name of the scenario or profile, or None.
        object_class: `person`, `vehicle` or `object`, or None.
        at: when the event arrived, UTC.
        camera_time: the time by the camera's clock, UTC, or None.
        texts: further texts that were reported, such as a license plate: not for logs.
    """

    key: SourceKey
    detection: Detection | None
    scenario: str | None
    object_class: str | None
    at: datetime
    camera_time: datetime | None
    texts: Mapping[str, str]


def to_detection(
    key: SourceKey, event: CameraEvent, scenario: str | None, scenario_type: str, at: datetime
) -> DetectionEvent:
    """Return the detection that an event means, which arrived at a time in UTC."""
    detection = _DETECTIONS.get(event.kind)
    if event.kind is EventKind.OBJECT:
        detection = Detection.LINE_CROSSED if scenario_type in _LINES else _BY_CLASS[key.object_class]
    object_class = key.object_class
    if event.kind is EventKind.COUNT:
        object_class = next(iter(object_classes(event.classes)), "")
    return DetectionEvent(key, detection, scenario, object_class or None, at, event.camera_time, event.texts)
