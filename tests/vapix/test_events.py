"""What topics mean, as the documentation lists them, and whatever else may come."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.netrex.vapix import CameraEvent, EventKind, UnknownEvent
from custom_components.netrex.vapix.events import read_event

_APPS = "tnsaxis:CameraApplicationPlatform"


@pytest.mark.parametrize(
    ("topic", "source", "data", "kind", "of", "active"),
    [
        (f"{_APPS}/VMD/Camera1Profile1", {}, {"active": "1"}, "motion", "Camera1Profile1", True),
        (f"{_APPS}/FenceGuard/Camera1Profile2", {}, {"active": "0"}, "fence", "Camera1Profile2", False),
        (f"{_APPS}/LoiteringGuard/Camera1Profile2", {}, {"active": "0"}, "loitering", "Camera1Profile2", False),
        (f"{_APPS}/MotionGuard/Camera1Profile2", {}, {"active": "0"}, "motion_guard", "Camera1Profile2", False),
        (f"{_APPS}/ObjectAnalytics/Device1Scenario1", {}, {"active": "1"}, "object", "Device1Scenario1", True),
        (f"{_APPS}/ObjectAnalytics/Device1Scenario3Threshold", {}, {"active": "1"}, "count_limit", "Device1Scenario3",
         True),
        ("tns1:RuleEngine/tnsaxis:VMD3/vmd3_video_1", {"areaid": "0"}, {"active": "1"}, "motion_area", "1/0", True),
        ("tns1:VideoAnalytics/tnsaxis:MotionDetection", {"window": "1"}, {"motion": "1"}, "motion_window", "1", True),
        ("tns1:VideoSource/MotionAlarm", {"Source": "0"}, {"State": "true"}, "motion_alarm", "0", True),
        ("tns1:RuleEngine/MotionRegionDetector/Motion", {"VideoSource": "0", "RuleName": "R"}, {"State": "0"},
         "motion_region", "0/R", False),
        ("tns1:VideoSource/tnsaxis:Tampering", {"channel": "1"}, {"tampering": "1"}, "tampering", "1", True),
        ("tns1:VideoSource/GlobalSceneChange/ImagingService", {"Source": "0"}, {"State": "1"}, "scene_change", "0",
         True),
        ("tns1:Device/tnsaxis:Sensor/PIR", {"sensor": "0"}, {"state": "1"}, "pir", "0", True),
        ("tns1:VideoSource/tnsaxis:DayNightVision", {"VideoSourceConfigurationToken": "1"}, {"day": "1"}, "day", "1",
         True),
        ("tns1:AudioSource/tnsaxis:TriggerLevel", {"channel": "1"}, {"triggered": "0"}, "sound", "1", False),
        ("tnsaxis:AudioClassification/Shout", {"AudioSource": "0"}, {"Detected": "1"}, "shout", "0", True),
        ("tns1:Device/tnsaxis:IO/Port", {"port": "0"}, {"state": "1"}, "input", "0", True),
        ("tns1:Device/tnsaxis:IO/OutputPort", {"port": "1"}, {"state": "high"}, "output", "1", True),
        ("tns1:Device/tnsaxis:IO/VirtualInput", {"port": "1"}, {"active": "0"}, "virtual_input", "1", False),
        ("tns1:Device/tnsaxis:IO/VirtualPort", {"port": "1"}, {"state": "0"}, "manual_trigger", "1", False),
        ("tns1:Device/tnsaxis:IO/SupervisedPort", {"port": "1"}, {"state": "open"}, "supervised_input", "1", True),
        ("tns1:Device/tnsaxis:IO/SupervisedPort", {"port": "1"}, {"state": "closed"}, "supervised_input", "1", False),
        ("tns1:Device/Trigger/DigitalInput", {"InputToken": "0"}, {"LogicalState": "true"}, "trigger_input", "0", True),
        ("tns1:Device/Trigger/Relay", {"RelayToken": "0"}, {"LogicalState": "inactive"}, "relay", "0", False),
        ("tns1:PTZController/tnsaxis:Move/Channel_1", {"PTZConfigurationToken": "1"}, {"is_moving": "1"},
         "ptz_moving", "Channel_1", True),
        ("tns1:PTZController/tnsaxis:PTZPresets/Channel_1", {"PresetToken": "3"}, {"on_preset": "1"}, "ptz_preset",
         "1/3", True),
        ("tnsaxis:Storage/Disruption", {"disk_id": "SD_DISK"}, {"disruption": "1"}, "storage", "SD_DISK", True),
        ("tnsaxis:Storage/Recording", {}, {"recording": "1"}, "card_recording", "", True),
        ("tns1:Device/tnsaxis:HardwareFailure/StorageFailure", {"disk_id": "D"}, {"disruption": "0"},
         "storage_failure", "D", False),
        ("tns1:VideoSource/tnsaxis:LiveStreamAccessed", {}, {"accessed": "1"}, "viewed", "", True),
        ("tns1:Device/tnsaxis:Status/SystemReady", {}, {"ready": "1"}, "ready", "", True),
        ("tns1:Device/tnsaxis:Status/Temperature/Above", {}, {"sensor_level": "0"}, "too_hot", "", False),
        ("tns1:Device/tnsaxis:Status/Temperature/Below", {}, {"sensor_level": "1"}, "too_cold", "", True),
        ("tns1:Device/tnsaxis:Status/Temperature/Inside", {}, {"sensor_level": "1"}, "temperature", "Inside", True),
        ("tns1:Device/tnsaxis:HardwareFailure/TemperatureCritical", {"temperature": "1"}, {"temperature_critical": "1"},
         "temperature_critical", "1", True),
        ("tns1:Device/tnsaxis:HardwareFailure/PowerSupplyFailure", {"power": "0"}, {"power_critical": "1"},
         "power_failure", "0", True),
        ("tns1:Device/HardwareFailure/PowerSupplyFailure/tnsaxis:PTZPowerFailure", {"Token": "2"}, {"Failed": "true"},
         "ptz_power_failure", "2", True),
        ("tns1:Device/tnsaxis:HardwareFailure/FanFailure", {"fan": "1"}, {"fan_failure": "1"}, "fan_failure", "1",
         True),
        ("tns1:Device/tnsaxis:Fan/Status", {"fan": "0"}, {"running": "1"}, "fan", "0", True),
        ("tns1:Device/tnsaxis:Heater/Status", {"heater": "0"}, {"running": "0"}, "heater", "0", False),
        ("tns1:Device/tnsaxis:RingPowerLimitExceeded", {"input": "2"}, {"limit_exceeded": "1"}, "overcurrent", "2",
         True),
        ("tns1:Device/tnsaxis:MQTT/ClientStatus", {}, {"active": "1", "connected": "0"}, "mqtt", "", False),
        ("tns1:Connector/tnsaxis:Source", {"connector": "1"}, {"connected": "1"}, "audio_connector", "1", True),
        ("tns1:Device/tnsaxis:Window/Faulty", {"Name": "Housing"}, {"Faulty": "1"}, "front_window", "Housing", True),
        ("tns1:Device/tnsaxis:Intercom/DoorState", {}, {"state": "Open"}, "intercom_door", "", True),
        ("tns1:Device/tnsaxis:Intercom/DoorState", {}, {"state": "0"}, "intercom_door", "", False),
        ("tns1:Device/tnsaxis:Tampering/ShockDetected", {"channel": "1"}, {}, "shock", "1", True),
        ("tns1:RuleEngine/TamperDetector/Tamper", {"VideoSource": "1"}, {"State": "1"}, "tamper_detector", "1", True),
        ("tns1:RuleEngine/tnsaxis:VideoMotionDetection/motion", {"areaid": "0"}, {"active": "1", "areapolygon": "1,2"},
         "motion_detection", "0", True),
        ("tns1:VideoSource/ImageTooDark/ImagingService", {"Source": "0"}, {"State": "1"}, "image_dark", "0", True),
        ("tns1:VideoSource/ImageTooBright/AnalyticsService", {"Source": "0"}, {"State": "0"}, "image_bright",
         "AnalyticsService/0", False),
        ("tns1:VideoSource/ImageTooBlurry/RecordingService", {"Source": "0"}, {"State": "1"}, "image_blurry",
         "RecordingService/0", True),
        ("tns1:VideoEncoder/tnsaxis:Connections", {"channel": "3"}, {"connected": "1"}, "video_signal", "3", True),
        ("tns1:VideoSource/tnsaxis:Connections", {"channel": "3"}, {"connected": "0"}, "video_signal", "3", False),
        ("tnsaxis:AdaptiveAudioDetection/Detected", {"AudioSource": "1"}, {"Detected": "1"}, "sudden_sound", "1", True),
        ("tns1:AudioSource/tnsaxis:TriggerLevel", {"channel": "1", "AudioSource": "AudioDevice0Input0"},
         {"triggered": "1"}, "sound", "1/AudioDevice0Input0", True),
        ("tns1:Device/tnsaxis:Network/Lost", {"interface": "Any"}, {"lost": "1"}, "network_lost", "Any", True),
        ("tns1:Device/tnsaxis:Network/Lost", {"interface": "eth0"}, {"lost": "0"}, "network_lost", "eth0", False),
        ("tns1:Device/tnsaxis:Casing/Open", {"Name": "1"}, {"Open": "1"}, "casing", "1", True),
        ("tns1:Device/tnsaxis:Light/Status", {"id": "0"}, {"state": "ON"}, "light", "0", True),
        ("tns1:LightControl/tnsaxis:LightStatusChanged/Status", {}, {"state": "OFF"}, "light", "", False),
        ("tnsaxis:MediaClip/Playing", {"AudioOutput": "1"}, {"Playing": "1"}, "clip", "1", True),
        ("tnsaxis:MediaClip/Playing", {"audiodeviceid": "0", "audiooutputid": "1"}, {"Playing": "0"}, "clip", "0/1",
         False),
        ("tns1:PTZController/tnsaxis:ControlQueue", {"PTZConfigurationToken": "2"}, {"queue_owner": "me"}, "ptz_status",
         "ControlQueue/2", None),
        ("tnsaxis:Call/State", {}, {"CallState": "Calling"}, "call", "", True),
        ("tnsaxis:Call/State", {}, {"CallState": "Idle"}, "call", "", False),
        ("tnsaxis:Call/State", {}, {"CallState": "Active"}, "call", "", None),
        ("tns1:Device/tnsaxis:IO/SupervisedPort", {"port": "3"}, {"state": "cut"}, "supervised_input", "3", None),
        ("tns1:UserAlarm/tnsaxis:Recurring/Interval", {"id": "x"}, {"active": "1"}, "timer", "x", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("spelling", ["devices", "pages", "rtsp"])
def test_documented_topics(
    topic: str, source: dict[str, str], data: dict[str, str], kind: str, of: str, active: bool | None, spelling: str
) -> None:
    if spelling == "pages":
        first, *rest = topic.split("/")
        topic = "/".join([first, *(part if ":" in part else f"tnsaxis:{part}" for part in rest)])
    elif spelling == "rtsp":
        topic = topic.replace("tns1:", "onvif:").replace("tnsaxis:", "axis:")
    event = read_event(topic, source, data)
    assert isinstance(event, CameraEvent)
    assert (event.kind, event.source, event.active) == (kind, of, active)


@pytest.mark.parametrize(
    ("topic", "source", "aggregate"),
    [
        (f"{_APPS}/VMD/Camera1ProfileANY", {}, True),
        (f"{_APPS}/VMD/CameraANY", {}, True),
        (f"{_APPS}/ObjectAnalytics/Device1ScenarioANY", {}, True),
        ("tns1:Device/tnsaxis:IO/Port", {"port": "-1"}, True),
        ("tns1:Device/tnsaxis:IO/Port", {"port": "1"}, False),
        ("tns1:Device/tnsaxis:IO/Port", {}, True),
        ("tns1:Device/tnsaxis:IO/VirtualInput", {}, True),
        ("tns1:Device/Trigger/Relay", {}, True),
        ("tns1:Device/tnsaxis:Casing/Open", {}, False),
    ],
)
def test_reports_about_no_single_source(topic: str, source: dict[str, str], *, aggregate: bool) -> None:
    event = read_event(topic, source, {"active": "1"})
    assert isinstance(event, CameraEvent)
    assert event.aggregate is aggregate


def test_object_analytics_says_what_was_seen() -> None:
    data = {"active": "1", "classTypes": "Human, car", "scenarioType": "Fence", "objectId": "7"}
    event = read_event(f"{_APPS}/ObjectAnalytics/Device1Scenario1", {}, data, 1639385866198)
    assert isinstance(event, CameraEvent)
    assert event.classes == ("human", "car")
    assert event.scenario_type == "fence"
    assert event.camera_time == datetime(2021, 12, 13, 8, 57, 46, 198000, UTC)


def test_health_of_a_card() -> None:
    data = {"alert": "0", "temperature": "41", "wear": "7", "overall_health": "-2"}
    event = read_event("tnsaxis:Storage/Alert", {"disk_id": "SD_DISK"}, data)
    assert isinstance(event, CameraEvent)
    assert event.values == {"temperature": 41, "wear": 7}


@pytest.mark.parametrize("given", ["nan", "inf", "-inf", "1e300", "", "seven", "9" * 400, "-3"])
def test_what_is_no_number_of_a_card_is_left_out(given: str) -> None:
    event = read_event("tnsaxis:Storage/Alert", {"disk_id": "SD_DISK"}, {"alert": "0", "wear": given})
    assert isinstance(event, CameraEvent)
    assert event.values == {}


_DETECTOR = "tns1:RuleEngine/MotionRegionDetector/Motion"


@pytest.mark.parametrize(
    "apart",
    [
        [("tns1:RuleEngine/tnsaxis:VMD3/vmd3_video_1", {"areaid": "2"}),
         ("tns1:RuleEngine/tnsaxis:VMD3/vmd3_video_3", {"areaid": "2"})],
        [(_DETECTOR, {"VideoSource": "0", "RuleName": "Yard"}), (_DETECTOR, {"VideoSource": "1", "RuleName": "Yard"}),
         (_DETECTOR, {"VideoSource": "1", "RuleName": "Gate"})],
        [("tns1:PTZController/tnsaxis:PTZPresets/Channel_1", {"PresetToken": "4"}),
         ("tns1:PTZController/tnsaxis:PTZPresets/Channel_2", {"PresetToken": "4"})],
        [("tns1:PTZController/tnsaxis:PTZReady", {"channel": "1"}),
         ("tns1:PTZController/tnsaxis:PTZError", {"channel": "1"}),
         ("tns1:PTZController/tnsaxis:ControlQueue", {"channel": "1"})],
    ],
)  # fmt: skip
def test_what_has_a_state_of_its_own_is_a_source_of_its_own(apart: list[tuple[str, dict[str, str]]]) -> None:
    events = [read_event(topic, source, {"State": "1"}) for topic, source in apart]
    keys = {(event.kind, event.source) for event in events if isinstance(event, CameraEvent)}
    assert len(keys) == len(apart)


@pytest.mark.parametrize("timestamp", [None, 0, -5, True, "1639385866198", 10**30, 1.5])
def test_what_is_no_time_is_none(timestamp: object) -> None:
    event = read_event("tnsaxis:Call/State", {}, {"CallState": "Idle"}, timestamp)
    assert isinstance(event, CameraEvent)
    assert event.camera_time is None


def test_missing_fields_leave_the_state_open() -> None:
    event = read_event("tns1:Device/tnsaxis:IO/Port", {}, {})
    assert isinstance(event, CameraEvent)
    assert (event.source, event.active) == ("", None)
    renamed = read_event("tns1:Device/tnsaxis:IO/Port", {"PORT": "3"}, {"Value": "1"})
    assert isinstance(renamed, CameraEvent)
    assert (renamed.source, renamed.active) == ("3", True)
    unclear = read_event("tns1:Device/tnsaxis:IO/Port", {"port": "3"}, {"a": "1", "b": "0"})
    assert isinstance(unclear, CameraEvent)
    assert unclear.active is None


def test_insides_are_left_out_and_strangers_are_told() -> None:
    assert read_event("tns1:RuleEngine/tnsaxis:VMD3/timer", {}, {}) is None
    assert read_event(f"{_APPS}/ObjectAnalytics/xinternal_data", {}, {}) is None
    assert read_event("tns1:New/tnsaxis:Thing", {}, {}) == UnknownEvent("New/Thing")
    assert read_event("", {}, {}) == UnknownEvent("")


_TEXTS = st.dictionaries(st.text(max_size=20), st.text(max_size=300), max_size=5)


@given(
    topic=st.text(max_size=400), source=_TEXTS, data=_TEXTS, timestamp=st.none() | st.integers() | st.text(max_size=9)
)
def test_whatever_comes_is_read(
    topic: str, source: dict[str, str], data: dict[str, str], timestamp: int | str | None
) -> None:
    assert read_event(topic, source, data, timestamp) is not None or "xinternal_data" in topic


@given(
    topic=st.sampled_from(["tns1:Device/tnsaxis:IO/Port", f"{_APPS}/ObjectAnalytics/Device1Scenario1"]),
    source=_TEXTS,
    data=st.fixed_dictionaries(
        {"state": st.text(max_size=300), "active": st.text(), "classTypes": st.text(max_size=300)}
    ),
)
def test_hostile_values_are_bounded(topic: str, source: dict[str, str], data: dict[str, str]) -> None:
    event = read_event(topic, source, data)
    assert isinstance(event, CameraEvent)
    assert event.kind in {EventKind.INPUT, EventKind.OBJECT}
    assert len(event.source) <= 100
    assert len(event.value) <= 100
    assert len(event.classes) <= 8
