"""What a camera reports, as this client and the PyPI library `axis` read it: over one stream, topic by topic."""

import asyncio
from dataclasses import dataclass
from typing import Final

import aiohttp
from axis.device import AxisDevice
from axis.models.configuration import Configuration
from axis.models.event import Event, EventTopic

from custom_components.netrex.vapix import CameraEvent, EventKind, VapixClient
from simulator import Report, Simulator
from simulator.world import World

_APPS: Final = "tnsaxis:CameraApplicationPlatform"
_RULES: Final = "tns1:RuleEngine"
_DEVICE: Final = "tns1:Device"


@dataclass(frozen=True, slots=True)
class Same:
    """A topic that both know, its kind here, and what a camera reports."""

    kind: EventKind
    topic: str
    source: dict[str, str]
    on: dict[str, str]
    off: dict[str, str]
    #: Of the same source as `on`, what is neither on nor off.
    neither: dict[str, str] | None = None


#: Every topic of the library.
TOPICS: Final = {
    EventTopic.AUDIO_CLASSIFICATION: Same(
        EventKind.SPEECH,
        "tnsaxis:AudioClassification/Speech",
        {"AudioSource": "1"},
        {"Detected": "1"},
        {"Detected": "0"},
    ),
    EventTopic.DAY_NIGHT_VISION: Same(
        EventKind.DAY,
        "tns1:VideoSource/tnsaxis:DayNightVision",
        {"VideoSourceConfigurationToken": "1"},
        {"day": "1"},
        {"day": "0"},
    ),
    EventTopic.FENCE_GUARD: Same(
        EventKind.FENCE, f"{_APPS}/FenceGuard/Camera1Profile2", {}, {"active": "1"}, {"active": "0"}
    ),
    EventTopic.INTERCOM_DOOR_STATE: Same(
        EventKind.INTERCOM_DOOR, f"{_DEVICE}/tnsaxis:Intercom/DoorState", {}, {"state": "1"}, {"state": "0"}
    ),
    EventTopic.LIGHT_STATUS: Same(
        EventKind.LIGHT, f"{_DEVICE}/tnsaxis:Light/Status", {"id": "1"}, {"state": "ON"}, {"state": "OFF"}
    ),
    EventTopic.LOITERING_GUARD: Same(
        EventKind.LOITERING, f"{_APPS}/LoiteringGuard/Camera1Profile1", {}, {"active": "1"}, {"active": "0"}
    ),
    EventTopic.MOTION_DETECTION: Same(
        EventKind.MOTION_WINDOW,
        "tns1:VideoAnalytics/tnsaxis:MotionDetection",
        {"window": "2"},
        {"motion": "1"},
        {"motion": "0"},
    ),
    EventTopic.MOTION_DETECTION_2: Same(
        EventKind.MOTION_DETECTION,
        f"{_RULES}/tnsaxis:VideoMotionDetection/motion",
        {"areaid": "0"},
        {"areapolygon": "", "active": "1"},
        {"areapolygon": "", "active": "0"},
    ),
    EventTopic.MOTION_DETECTION_3: Same(
        EventKind.MOTION_AREA,
        f"{_RULES}/tnsaxis:VMD3/vmd3_video_2",
        {"areaid": "0"},
        {"active": "1"},
        {"active": "0"},
    ),
    EventTopic.MOTION_DETECTION_4: Same(
        EventKind.MOTION, f"{_APPS}/VMD/Camera1Profile4", {}, {"active": "1"}, {"active": "0"}
    ),
    EventTopic.MOTION_GUARD: Same(
        EventKind.MOTION_GUARD, f"{_APPS}/MotionGuard/Camera2Profile1", {}, {"active": "1"}, {"active": "0"}
    ),
    EventTopic.OBJECT_ANALYTICS: Same(
        EventKind.OBJECT,
        f"{_APPS}/ObjectAnalytics/Device1Scenario3",
        {},
        {"classTypes": "human", "active": "1"},
        {"active": "0"},
    ),
    EventTopic.PIR: Same(
        EventKind.PIR, f"{_DEVICE}/tnsaxis:Sensor/PIR", {"sensor": "0"}, {"state": "1"}, {"state": "0"}
    ),
    EventTopic.PORT_INPUT: Same(
        EventKind.INPUT, f"{_DEVICE}/tnsaxis:IO/Port", {"port": "2"}, {"state": "1"}, {"state": "0"}
    ),
    EventTopic.PORT_OUTPUT: Same(
        EventKind.OUTPUT, f"{_DEVICE}/tnsaxis:IO/OutputPort", {"port": "3"}, {"state": "high"}, {"state": "low"}
    ),
    EventTopic.PORT_SUPERVISED_INPUT: Same(
        EventKind.SUPERVISED_INPUT,
        f"{_DEVICE}/tnsaxis:IO/SupervisedPort",
        {"port": "1"},
        {"state": "open"},
        {"state": "closed"},
        {"state": "cut"},
    ),
    EventTopic.PTZ_IS_MOVING: Same(
        EventKind.PTZ_MOVING,
        "tns1:PTZController/tnsaxis:Move/Channel_1",
        {"PTZConfigurationToken": "1"},
        {"is_moving": "1"},
        {"is_moving": "0"},
    ),
    EventTopic.PTZ_ON_PRESET: Same(
        EventKind.PTZ_PRESET,
        "tns1:PTZController/tnsaxis:PTZPresets/Channel_1",
        {"PresetToken": "7"},
        {"on_preset": "1"},
        {"on_preset": "0"},
    ),
    EventTopic.RELAY: Same(
        EventKind.RELAY,
        f"{_DEVICE}/Trigger/Relay",
        {"RelayToken": "3"},
        {"LogicalState": "active"},
        {"LogicalState": "inactive"},
    ),
    EventTopic.SOUND_TRIGGER_LEVEL: Same(
        EventKind.SOUND,
        "tns1:AudioSource/tnsaxis:TriggerLevel",
        {"channel": "1"},
        {"triggered": "1"},
        {"triggered": "0"},
    ),
    EventTopic.VIRTUAL_INPUT: Same(
        EventKind.VIRTUAL_INPUT, f"{_DEVICE}/tnsaxis:IO/VirtualInput", {"port": "9"}, {"active": "1"}, {"active": "0"}
    ),
}
#: What is read otherwise, and why.
OTHER_SOURCES: Final = {
    # Areas of several channels have the same number: the channel is in the topic only.
    EventTopic.MOTION_DETECTION_3: ("2/0", "0"),
    # Presets of several channels have the same number, as well.
    EventTopic.PTZ_ON_PRESET: ("1/7", "7"),
    # The topic says the channel as the preset's topic does; the token is that of ONVIF.
    EventTopic.PTZ_IS_MOVING: ("Channel_1", "1"),
}
OTHER_STATES: Final = {
    # The library takes each text that is no word for "off" as on: closed, too, and a wire that is cut.
    EventTopic.PORT_SUPERVISED_INPUT: ((True, False, None), (True, True, True)),
}


async def _heard_by_both() -> tuple[list[CameraEvent], list[Event]]:
    """Return the reports of all topics, as both read them."""
    world = World.with_cameras(1)
    serial = next(iter(world.cameras))
    reports = [
        Report(same.topic, data, same.source)
        for same in TOPICS.values()
        for data in (same.on, same.off, same.neither)
        if data
    ]
    ours: list[CameraEvent] = []
    theirs: list[Event] = []
    async with Simulator(cameras=world, root_camera=serial, root_open=True) as sim, aiohttp.ClientSession() as session:
        port = int(sim.url.rpartition(":")[2])
        device = AxisDevice(
            Configuration(
                session, "127.0.0.1", username="", password="", port=port, web_proto="http", websocket_force=True
            )
        )
        device.enable_events()
        device.event.subscribe(theirs.append)
        await device.vapix.initialize()
        device.stream.start()
        await sim.events.wait_listeners(serial, 1)
        async with VapixClient(session, sim.url, _no_token).open_events() as stream, asyncio.timeout(10):
            await sim.events.wait_listeners(serial, 2)
            for report in reports:
                sim.events.report(serial, report)
            while len(ours) < len(reports):
                if isinstance(event := await stream.next(), CameraEvent):
                    ours.append(event)
            while len(theirs) < len(reports):
                await asyncio.sleep(0.01)
        device.stream.stop()
    return ours, theirs


async def _no_token() -> str:
    return "none"


async def test_topics_are_read_as_the_library_reads_them() -> None:
    assert set(TOPICS) == set(EventTopic) - {EventTopic.UNKNOWN}
    ours, theirs = await _heard_by_both()
    assert {(event.topic_base, TOPICS[event.topic_base].kind) for event in theirs} == {
        (topic, same.kind) for topic, same in TOPICS.items()
    }
    assert [event.kind for event in ours] == [TOPICS[event.topic_base].kind for event in theirs]
    sources = {
        theirs.topic_base: (ours.source, theirs.id)
        for ours, theirs in zip(ours, theirs, strict=True)
        if ours.source != theirs.id
    }
    assert sources == OTHER_SOURCES
    states: dict[EventTopic, tuple[tuple[bool | None, ...], tuple[bool | None, ...]]] = {}
    for topic, same in TOPICS.items():
        both = [
            (mine.active, other.is_tripped) for mine, other in zip(ours, theirs, strict=True) if mine.kind is same.kind
        ]
        if any(mine is not other for mine, other in both):
            states[topic] = (tuple(mine for mine, _ in both), tuple(other for _, other in both))
    assert states == OTHER_STATES
