"""What can happen at a camera, by names that a person or a test would use. Topics: VX-TOPIC-2, and `measurements`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import itertools
import time
from typing import Final

from .events import Report
from .measurements import (
    air,
    air_alarm,
    area_alarm,
    area_temperature,
    crossing,
    deviation,
    limit_reached,
    occupancy,
    plate,
    plate_list,
    sound_level,
    vaping,
)

_APPS = "tnsaxis:CameraApplicationPlatform"
_OBJECTS = itertools.count(1)
_CROSSED = itertools.count(1)
_DUST: Final = {"PM1.0": 1.2, "PM2.5": 2.1, "PM4.0": 2.6, "PM10.0": 3.0}


@dataclass(frozen=True, slots=True)
class Where:
    """Which of its kind: the scenario, profile, port, disk or channel; and whether it begins or ends."""

    number: str = "1"
    active: bool = True

    @property
    def flag(self) -> str:
        """As cameras write it."""
        return "1" if self.active else "0"


def _seen(kind: str, scenario_type: str = "motion") -> Callable[[Where], Report]:
    def report(where: Where) -> Report:
        data = {"active": where.flag}
        if where.active:
            data |= {
                "classTypes": kind,
                "objectId": str(next(_OBJECTS)),
                "scenarioType": scenario_type,
                "triggerTime": str(int(time.time())),
            }
        return Report(f"{_APPS}/ObjectAnalytics/Device1Scenario{where.number}", data)

    return report


def _flag(
    topic: str, name: str, source: str | None = None, *, stateful: bool = True, first: int = 1
) -> Callable[[Where], Report]:
    """Return a report of a state; the camera gives the first source this number."""

    def report(where: Where) -> Report:
        number = str(int(where.number) - 1) if first == 0 and where.number.isdecimal() else where.number
        return Report(topic, {name: where.flag}, {source: number} if source else {}, stateful)

    return report


def _motion(where: Where) -> Report:
    return Report(f"{_APPS}/VMD/Camera1Profile{where.number}", {"active": where.flag})


def _motion_area(where: Where) -> Report:
    return Report(f"tns1:RuleEngine/tnsaxis:VMD3/vmd3_video_{where.number}", {"active": where.flag}, {"areaid": "0"})


def _motion_region(where: Where) -> Report:
    source = {"VideoSource": "0", "RuleName": f"Profile {where.number}"}
    return Report("tns1:RuleEngine/MotionRegionDetector/Motion", {"State": where.flag}, source)


def _shock(where: Where) -> Report:
    return Report("tns1:Device/tnsaxis:Tampering/ShockDetected", {}, {"channel": where.number}, stateful=False)


def _mqtt(where: Where) -> Report:
    return Report("tns1:Device/tnsaxis:MQTT/ClientStatus", {"active": "1", "connected": where.flag})


def _storage_health(where: Where) -> Report:
    data = {"alert": where.flag, "temperature": "41", "wear": where.number, "overall_health": "-2"}
    return Report("tnsaxis:Storage/Alert", data, {"disk_id": "SD_DISK"})


def _crossing(where: Where) -> Report:
    return crossing("human", {"human": next(_CROSSED), "car": 3}, int(where.number))


def _of_kind(report: Callable[..., Report]) -> Callable[[Where], Report]:
    return lambda where: report(active=where.active)


def _call(where: Where) -> Report:
    return Report("tnsaxis:Call/State", {"CallState": "Calling" if where.active else "Idle"})


HAPPENINGS: Final[Mapping[str, Callable[[Where], Report]]] = {
    "person": _seen("human"),
    "vehicle": _seen("vehicle"),
    "line": _seen("human", "fence"),
    "motion": _motion,
    "motion_area": _motion_area,
    "motion_detection": _flag("tns1:RuleEngine/tnsaxis:VideoMotionDetection/motion", "active", "areaid", first=0),
    "motion_alarm": _flag("tns1:VideoSource/MotionAlarm", "State", "Source", first=0),
    "motion_region": _motion_region,
    "input": _flag("tns1:Device/tnsaxis:IO/Port", "state", "port"),
    "output": _flag("tns1:Device/tnsaxis:IO/OutputPort", "state", "port"),
    "virtual_input": _flag("tns1:Device/tnsaxis:IO/VirtualInput", "active", "port"),
    "tampering": _flag("tns1:VideoSource/tnsaxis:Tampering", "tampering", "channel", stateful=False),
    "tamper_detector": _flag("tns1:RuleEngine/TamperDetector/Tamper", "State", "VideoSource", first=0),
    "shock": _shock,
    "scene_change": _flag("tns1:VideoSource/GlobalSceneChange/ImagingService", "State", "Source", first=0),
    "image_dark": _flag("tns1:VideoSource/ImageTooDark/ImagingService", "State", "Source", first=0),
    "image_bright": _flag("tns1:VideoSource/ImageTooBright/ImagingService", "State", "Source", first=0),
    "image_blurry": _flag("tns1:VideoSource/ImageTooBlurry/ImagingService", "State", "Source", first=0),
    "video_signal": _flag("tns1:VideoEncoder/tnsaxis:Connections", "connected", "channel"),
    "sound": _flag("tns1:AudioSource/tnsaxis:TriggerLevel", "triggered", "channel"),
    "sudden_sound": _flag("tnsaxis:AdaptiveAudioDetection/Detected", "Detected", "AudioSource"),
    "speech": _flag("tnsaxis:AudioClassification/Speech", "Detected", "AudioSource"),
    "shout": _flag("tnsaxis:AudioClassification/Shout", "Detected", "AudioSource"),
    "glass_break": _flag("tnsaxis:AudioClassification/GlassBreak", "Detected", "AudioSource"),
    "scream": _flag("tnsaxis:AudioClassification/Screaming", "Detected", "AudioSource"),
    "pir": _flag("tns1:Device/tnsaxis:Sensor/PIR", "state", "sensor", first=0),
    "day": _flag("tns1:VideoSource/tnsaxis:DayNightVision", "day", "VideoSourceConfigurationToken"),
    "casing": _flag("tns1:Device/tnsaxis:Casing/Open", "Open", "Name"),
    "front_window": _flag("tns1:Device/tnsaxis:Window/Faulty", "Faulty", "Name"),
    "fan": _flag("tns1:Device/tnsaxis:Fan/Status", "running", "fan", first=0),
    "fan_failure": _flag("tns1:Device/tnsaxis:HardwareFailure/FanFailure", "fan_failure", "fan", first=0),
    "heater": _flag("tns1:Device/tnsaxis:Heater/Status", "running", "heater", first=0),
    "power_failure": _flag(
        "tns1:Device/tnsaxis:HardwareFailure/PowerSupplyFailure", "power_critical", "power", first=0
    ),
    "ptz_power_failure": _flag(
        "tns1:Device/HardwareFailure/PowerSupplyFailure/tnsaxis:PTZPowerFailure", "Failed", "Token"
    ),
    "overcurrent": _flag("tns1:Device/tnsaxis:RingPowerLimitExceeded", "limit_exceeded", "input"),
    "temperature_critical": _flag(
        "tns1:Device/tnsaxis:HardwareFailure/TemperatureCritical", "temperature_critical", "temperature", first=0
    ),
    "too_hot": _flag("tns1:Device/tnsaxis:Status/Temperature/Above", "sensor_level"),
    "too_cold": _flag("tns1:Device/tnsaxis:Status/Temperature/Below", "sensor_level"),
    "network_lost": _flag("tns1:Device/tnsaxis:Network/Lost", "lost", "interface"),
    "mqtt": _mqtt,
    "audio_connector": _flag("tns1:Connector/tnsaxis:Source", "connected", "connector", first=0),
    "trigger_input": _flag("tns1:Device/Trigger/DigitalInput", "LogicalState", "InputToken", first=0),
    "intercom_door": _flag("tns1:Device/tnsaxis:Intercom/DoorState", "state"),
    "storage": _flag("tnsaxis:Storage/Disruption", "disruption", "disk_id"),
    "storage_health": _storage_health,
    "call": _call,
    "crossing": _crossing,
    "occupancy": lambda where: occupancy({"human": 2 if where.active else 0}, int(where.number)),
    "count_limit": lambda where: limit_reached(int(where.number), active=where.active),
    "plate": lambda where: plate(f"1AB {where.number:0>4}", "Allow list" if where.active else ""),
    "plate_list": _of_kind(plate_list),
    "air": lambda _: air({"Temperature": 22.4, "Humidity": 40.0, "CO2": 415, "VOC": 98, "NOx": 1, "AQI": 12, **_DUST}),
    "air_alarm": _of_kind(air_alarm),
    "vaping": _of_kind(vaping),
    "area_temperature": lambda _: area_temperature(),
    "area_alarm": _of_kind(area_alarm),
    "deviation": _of_kind(deviation),
    "sound_level": lambda _: sound_level(),
    "clip": _flag("tnsaxis:MediaClip/Playing", "Playing", "AudioOutput"),
}


def happening(name: str, number: str = "1", *, active: bool = True) -> Report:
    """Return what a camera reports when something happens.

    Raises:
        KeyError: nothing of that name can happen.
    """
    return HAPPENINGS[name](Where(number, active))
