"""Every call of the camera client, answered with something that is nearly right, or not at all."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
import json
from typing import Final

import aiohttp
from hypothesis import given, strategies as st
import pytest

from custom_components.netrex.vapix import (
    MULAW_8_KHZ,
    Axis,
    CardRecording,
    EventKind,
    IrCut,
    IrCutFilter,
    Light,
    LightKind,
    Motion,
    Output,
    VapixClient,
    VapixError,
    speech_codec,
)
from custom_components.netrex.vapix.clips import ClipProperties
from custom_components.netrex.vapix.event_stream import open_event_stream
from custom_components.netrex.vapix.rtsp_events import open_rtsp_events
from custom_components.netrex.vapix.virtual_inputs import has_virtual_inputs

from .answering import Answering, Reply
from .examples import examples
from .fit import assert_fit, assert_readable
from .hostile import Draw, Json, bytes_like, json_like, text_like, wrong_attributes, wrong_fields, wrong_lines

_NOON: Final = datetime(2024, 5, 1, 12, tzinfo=UTC)
_LIGHT: Final = Light("led0", LightKind.INFRARED, ((1, 100),), automatic=True, reports_intensity=True)
_OUTPUT: Final = Output(0, "Gate")
_ON_CARD: Final = CardRecording("20240501_1", "SD_DISK", _NOON, None, "continuous", "", False, None, None, False)


def _data(**data: Json) -> Json:
    return {"apiVersion": "1.0", "context": "", "method": "any", "data": data}


_REFUSED: Final[Json] = {"apiVersion": "1.0", "method": "any", "error": {"code": 2200, "message": "Still running"}}
_IDENTITY: Final = _data(
    propertyList={
        "Brand": "AXIS",
        "ProdNbr": "P3265-LVE",
        "ProdFullName": "AXIS P3265-LVE Dome Camera",
        "SerialNumber": "ACCC8E10A3F1",
        "Version": "11.11.73",
    }
)
_PARAMETERS: Final = """root.Brand.Brand=AXIS
root.Brand.ProdNbr=P3265-LVE
root.Properties.System.SerialNumber=ACCC8E10A3F1
root.Properties.Firmware.Version=11.11.73
root.Properties.Image.Resolution=1920x1080,1280x720,640x360
root.Properties.Audio.Audio=yes
root.Properties.Audio.Source.A0.Output=yes
root.Properties.Audio.Decoder.Format=g711,axis-mulaw-128
root.Properties.AudioClip.PlayOptions=volume,repeat
root.Properties.AudioClip.StopClip=yes
root.Properties.LocalStorage.LocalStorage=yes
root.Properties.LocalStorage.SDCard=yes
root.Properties.LocalStorage.ExportRecording=yes
root.Properties.PTZ.PTZ=yes
root.Properties.VirtualInput.VirtualInput=yes
root.Image.I0.Enabled=yes
root.Image.I1.Enabled=yes
root.Image.NbrOfConfigs=2
root.MediaClip.M0.Name=Bell
root.MediaClip.M0.Type=audio
root.MediaClip.M10.Name=Dog
root.PTZ.Support.S1.AbsolutePan=true
root.PTZ.Support.S1.ContinuousPan=true
root.PTZ.Support.S1.AutoFocus=true
root.PTZ.Various.V1.PanEnabled=true
root.GuardTour.G0.Name=Night
root.GuardTour.G0.Running=no
root.Input.NbrOfInputs=1"""
_PORTS: Final = _data(
    numberOfPorts=1,
    items=[
        {
            "port": "0",
            "name": "Gate",
            "usage": "Door",
            "direction": "output",
            "state": "open",
            "normalState": "open",
        }
    ],
)
_PORT_PARAMETERS: Final = """root.Input.NbrOfInputs=1
root.Output.NbrOfOutputs=1
root.IOPort.I0.Direction=input
root.IOPort.I0.Usage=Button
root.IOPort.I0.Input.Name=Bell
root.IOPort.I0.Input.Trig=closed
root.IOPort.I1.Direction=output
root.IOPort.I1.Output.Name=Gate
root.IOPort.I1.Output.Active=closed"""
_SCENARIOS: Final = _data(
    devices=[{"id": 1}],
    scenarios=[
        {
            "id": 1,
            "name": "People",
            "type": "motion",
            "devices": [{"id": 1}],
            "objectClassifications": [{"type": "human"}],
        }
    ],
)
_COUNTS: Final = _data(timeStamp="2026-11-29T12:00:00Z", total="7", human="3", car=4)
_PROFILES: Final = _data(profiles=[{"uid": 1, "camera": 1, "name": "Yard"}])
_LIGHTS: Final = _data(
    items=[
        {
            "lightID": "led0",
            "lightType": "IR",
            "enabled": True,
            "lightState": True,
            "automaticIntensityMode": False,
        }
    ]
)
_LIGHT_ABILITIES: Final = _data(
    capabilities=[
        {
            "lightID": "led0",
            "manualIntensitySupport": True,
            "automaticIntensitySupport": True,
            "getCurrentIntensitySupport": True,
        }
    ]
)
_PATTERN: Final[Json] = {"name": "Alarm", "intensity": {"poeClass": {"3": {"possible": [1, 2, 3]}}}}
_ALARM: Final = _data(
    capabilities={
        "poeClass": 3,
        "siren": {"supportedPatterns": [_PATTERN]},
        "light": {"supportedPatterns": [_PATTERN]},
    }
)
_ALARM_PROFILES: Final = _data(
    profiles=[{"name": "Loud", "siren": {"pattern": "Alarm"}, "light": {"pattern": "Alarm"}}]
)
_RUNNING: Final[Json] = [{"pattern": "Alarm", "intensity": "3", "priority": 5, "profile": "Loud", "durationLeft": "10"}]
_LENSES: Final = _data(optics=[{"opticsId": "0", "capabilities": ["focus", "irCutFilter"], "irCutFilterState": "auto"}])
_COMMANDS: Final = (
    "Available commands\n:\n{pan=[abs] }\n{rpan=[rel] }\n{continuouspantiltmove=[x,y] }\n{autofocus=[on] }"
)
_LIMITS: Final = "MinPan=-170\nMaxPan=170\nMinTilt=-20\nMaxTilt=90\nMinZoom=1\nMaxZoom=9999"
_PRESETS: Final = "Preset Positions for camera 1\npresetposno1=Home\npresetposno2=Gate"
_PRESETS_OF_ALL: Final = f"{_PRESETS}\nPreset Positions for camera 2\npresetposno1=Till"
_POSITIONS: Final[Json] = {"Camera 1": {"presets": ["presetposno1=Home:pan=0.0:tilt=0.0:zoom=1.0"]}}
_POSITION: Final = "pan=0.0\ntilt=0.0\nzoom=1\niris=5\nautofocus=on"
_REFUSAL: Final = "Error:\nParameter is out of bounds"
_LIST: Final = """<?xml version="1.0" encoding="UTF-8"?>
<root xmlns="urn:a"><recordings totalnumberofrecordings="1" numberofrecordings="1">
<recording diskid="SD_DISK" recordingid="20240501_1" starttime="2024-05-01T11:59:00.000Z" starttimelocal=""
 stoptime="2024-05-01T12:09:00.000Z" recordingtype="triggered" eventid="x" eventtrigger="Motion" locked="No">
<video mimetype="video/x-h264" width="1920" height="1080" framerate="25:1" resolution="1920x1080"/><audio/></recording>
</recordings></root>"""
_ERROR_XML: Final = """<root><GeneralError><ErrorCode>110</ErrorCode>
<ErrorDescription>Not found</ErrorDescription></GeneralError></root>"""
_EXPORT: Final = """<Response><Success><ExportPropertiesSuccess>
<ExportProperties Starttime="2024-05-01T11:59:58.000Z" Stoptime="2024-05-01T12:01:00.000Z" EstimatedFileSize="4096"/>
</ExportPropertiesSuccess></Success></Response>"""
_HEALTH: Final = '<root><HealthStatus diskid="SD_DISK" wear="12" temperature="40" overallhealth="100"/></root>'
_DECLARATIONS: Final = (
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:t="http://docs.oasis-open.org/wsn/t-1" '
    'xmlns:a="http://www.axis.com/vapix/ws/event1"><e:Body><a:GetEventInstancesResponse><t:TopicSet>'
    '<Device><IO><Port t:topic="true" a:NiceName="Input: Gate"><a:MessageInstance a:isProperty="true">'
    "<a:SourceInstance>"
    '<a:SimpleItemInstance Type="xsd:int" Name="port"><a:Value a:NiceName="Door">0</a:Value><a:Value>1</a:Value>'
    '</a:SimpleItemInstance></a:SourceInstance><a:DataInstance><a:SimpleItemInstance Type="xsd:boolean" Name="state" '
    'isPropertyState="true"/></a:DataInstance></a:MessageInstance></Port></IO></Device></t:TopicSet>'
    "</a:GetEventInstancesResponse></e:Body></e:Envelope>"
)
_REMOVED: Final = '<root><remove recordingid="20240501_1" result="ERROR" errormsg="Locked"/></root>'
_ACTIVATED: Final = (
    "<VirtualInputResponse><Success><ActivateSuccess>1</ActivateSuccess></Success></VirtualInputResponse>"
)
_JPEG: Final = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0001108043807800301220002110103110100ffda")
_MOVING_JPEG: Final = (
    b"--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(_JPEG), _JPEG)
) * 2
_EVENT_NUMBER: Final = "1331901001644832701"


@dataclass(frozen=True, slots=True)
class Call:
    """A call, and real answers to the requests that it makes, in their order: JSON, text, XML or bytes."""

    name: str
    make: Callable[[VapixClient], Awaitable[object]]
    answers: tuple[Json | bytes, ...]
    status: int = 200
    content_type: bytes = b"video/x-matroska"


async def _properties(camera: VapixClient) -> object:
    """Read all that is found in parameters, however many readers share them."""
    told = await camera.properties()
    parameters = told.parameters
    return told, ClipProperties.from_parameters(parameters), speech_codec(parameters), has_virtual_inputs(parameters)


async def _export(camera: VapixClient) -> object:
    async with camera.card.export(_ON_CARD, _NOON, _NOON) as export:
        return export.starts, export.size_estimate, [chunk async for chunk in export.chunks()]


async def _media(camera: VapixClient) -> object:
    async with camera.open_media() as media:
        return [chunk async for chunk in media.chunks()]


async def _moving(camera: VapixClient) -> object:
    async with camera.open_mjpeg() as media:
        return [picture async for picture in media.pictures()]


async def _events(camera: VapixClient) -> None:
    async with open_event_stream(camera._http, with_session=True):
        pass


async def _rtsp_events(camera: VapixClient) -> None:
    async with open_rtsp_events(camera._http, with_session=True):
        pass


async def _head(camera: VapixClient) -> object:
    return await camera.ptz.find({"Properties.PTZ.PTZ": "yes"})


async def _heads(camera: VapixClient) -> object:
    parameters = {f"PTZ.Support.S{channel}.AbsolutePan": "true" for channel in (1, 2)}
    return await camera.ptz.find({"Properties.PTZ.PTZ": "yes", "PTZ.Limit.L1.MinPan": "-9", **parameters})


async def _ir_cut(camera: VapixClient) -> object:
    found = await camera.day_night.filter({})
    return found, await camera.day_night.state(IrCutFilter(("0",)))


_TEMPERATURES: Final = (
    "Sensor.S0.Name=Main\r\nSensor.S0.Celsius=43.50\r\nHeater.H0.Status=Running[85%]\r\nFan.F0.Status=Fan Failure"
)
_CALLS: Final = (
    Call("identity", VapixClient.device_identity, (_IDENTITY,)),
    Call("identity of old cameras", VapixClient.device_identity, (_REFUSED, _PARAMETERS)),
    Call("properties", _properties, (_PARAMETERS,)),
    Call("image", VapixClient.image, (_JPEG,)),
    Call("media", _media, (_JPEG,)),
    Call("moving JPEG", _moving, (_MOVING_JPEG,), content_type=b"multipart/x-mixed-replace; boundary=myboundary"),
    Call("session of events", _events, (_EVENT_NUMBER, b"")),
    Call("session of events over RTSP", _rtsp_events, (_EVENT_NUMBER, b"")),
    Call("ports", lambda camera: camera.ports.list(), (_PORTS,)),
    Call("outputs", lambda camera: camera.ports.outputs(), (_PORTS,)),
    Call(
        "ports of old cameras",
        lambda camera: camera.ports.list(),
        (_REFUSED, _PORT_PARAMETERS, "port1=active\nport2=inactive"),
    ),
    Call("switch", lambda camera: camera.ports.switch(_OUTPUT, active=True), (_data(),)),
    Call("pulse", lambda camera: camera.ports.pulse(_OUTPUT, 100), (_REFUSED,)),
    Call("switch by port.cgi", lambda camera: camera.ports._act(_OUTPUT, "/"), ("Refused",)),
    Call("scenarios", lambda camera: camera.analytics.scenarios(EventKind.OBJECT), (_SCENARIOS,)),
    Call("counts", lambda camera: camera.analytics.counts(EventKind.COUNT, "Device1Scenario1"), (_COUNTS,)),
    Call("profiles", lambda camera: camera.analytics.scenarios(EventKind.MOTION), (_PROFILES,)),
    Call("temperatures", lambda camera: camera.temperatures.read(), (_TEMPERATURES,)),
    Call("lights", lambda camera: camera.lights.list(), (_LIGHTS, _LIGHT_ABILITIES, _data(ranges=[{"low": 0, "high": 9}]))),  # noqa: E501 - a sample
    Call("light", lambda camera: camera.lights.state(_LIGHT), (_LIGHTS, _data(intensity="50"))),
    Call("alarm", lambda camera: camera.siren.capabilities(), (_ALARM, _ALARM_PROFILES)),
    Call("what sounds", lambda camera: camera.siren.state(), (_data(siren=_RUNNING, light=_RUNNING),)),
    Call(
        "silence",
        lambda camera: camera.siren.stop_siren_and_profiles({"Loud"}),
        (_data(), _data(light=_RUNNING), _data()),
    ),
    Call("day and night", _ir_cut, (_LENSES, _LENSES)),
    Call("day", lambda camera: camera.day_night.set(IrCutFilter(), IrCut.ON), (_REFUSAL,)),
    Call("lenses", lambda camera: camera.optics.find({}), (_LENSES,)),
    Call("focus", lambda camera: camera.optics.focus(("0",)), (_REFUSED, _data())),
    Call("head", _head, (_COMMANDS, _LIMITS, _PRESETS)),
    Call("several heads", _heads, (_LIMITS, _PRESETS_OF_ALL)),
    Call("preset here", lambda camera: camera.ptz.head(1).preset_here(), (_POSITIONS, _POSITION)),
    Call("go", lambda camera: camera.ptz.head(1).go(Motion.ABSOLUTE, {Axis.PAN: 10.0}), (_REFUSAL,)),
    Call("save preset", lambda camera: camera.ptz.head(1).save_preset("Gate"), (_REFUSAL,)),
    Call("tour", lambda camera: camera.ptz.tour_runs(0), ("root.GuardTour.G0.Running=yes",)),
    Call("run tour", lambda camera: camera.ptz.run_tour(0, on=True), ("OK",)),
    Call("play", lambda camera: camera.clips.play(1), ("400 Bad Request\nNo such clip",), 400),
    Call("stop", lambda camera: camera.clips.stop(), ("OK\nStopped",)),
    Call("speak", lambda camera: camera.speaker.transmit(MULAW_8_KHZ, b"\xff"), ("415 Unsupported\nWrong",), 415),
    Call("virtual input", lambda camera: camera.virtual_inputs.switch(1, active=True), (_ACTIVATED,)),
    Call("card", lambda camera: camera.card.recordings(_NOON, _NOON, limit=400), (_LIST,)),
    Call("card without", lambda camera: camera.card.recordings(_NOON, _NOON, limit=400), (_ERROR_XML,)),
    Call("export", _export, (_EXPORT, _JPEG)),
    Call("declarations", lambda camera: camera.declarations.list(), (_DECLARATIONS,)),
    Call("wear", lambda camera: camera.card.wear("SD_DISK"), (_HEALTH,)),
    Call("remove", lambda camera: camera.card.remove("20240501_1"), (_REMOVED,)),
    Call("restart", VapixClient.restart, ({"apiVersion": "1.0", "error": {"code": 405, "message": ""}}, "<html>")),
)  # fmt: skip
_TYPES: Final = (
    *(b"application/json", b"text/plain", b"text/html; charset=utf-16", b"video/x-matroska", b"video/mp4", b""),
    *(
        b"multipart/x-mixed-replace; boundary=\xff",
        b"text/plain; charset=no-such",
        b"/",
        b"\xff\xfe",
        b"video/\xc3\xa9",
    ),
)


@st.composite
def _replies(draw: Draw, call: Call) -> list[Reply]:
    """Give the answers with something wrong in one or more of them."""
    wrong = draw(st.sets(st.integers(0, len(call.answers) - 1), min_size=1))
    replies = []
    for number, answer in enumerate(call.answers):
        reply = _right(call, answer)
        if number in wrong:
            reply = replace(reply, body=draw(_like(answer)))
        if number in wrong and draw(st.integers(0, 9)) == 0:
            status = draw(st.sampled_from((200, 204, 206, 302, 400, 401, 403, 404, 405, 410, 415, 429, 500, 503, 999)))
            reply = replace(reply, status=status, content_type=draw(st.sampled_from(_TYPES)))
        replies.append(reply)
    return replies


def _right(call: Call, answer: Json | bytes) -> Reply:
    if isinstance(answer, bytes):
        return Reply(answer, call.status, call.content_type)
    return Reply((answer if isinstance(answer, str) else json.dumps(answer)).encode(), call.status, b"text/plain")


def _like(answer: Json | bytes) -> st.SearchStrategy[bytes]:
    if isinstance(answer, bytes):
        return bytes_like(answer)
    if isinstance(answer, str):
        return bytes_like(answer.encode()) if answer.startswith("<") else text_like(answer)
    return json_like(answer)


async def _token() -> str:
    return "token-1"


@pytest.mark.parametrize("call", _CALLS, ids=lambda call: call.name)
@examples(25)
@given(st.data())
async def test_an_answer_is_understood_or_refused(
    call: Call, server: Answering, session: aiohttp.ClientSession, data: st.DataObject
) -> None:
    server.give(*data.draw(_replies(call)))
    await _ask(call, session, server)


@pytest.mark.parametrize("call", _CALLS, ids=lambda call: call.name)
async def test_no_single_thing_may_be_wrong(call: Call, server: Answering, session: aiohttp.ClientSession) -> None:
    right = [_right(call, answer) for answer in call.answers]
    for number, answer in enumerate(call.answers):
        for wrong in _wrong(answer):
            server.give(*right[:number], replace(right[number], body=wrong), *right[number + 1 :])
            await _ask(call, session, server)


def _wrong(answer: Json | bytes) -> Iterator[bytes]:
    if isinstance(answer, bytes):
        yield from (answer[:at] for at in range(len(answer)))
    elif isinstance(answer, str):
        yield from wrong_attributes(answer) if answer.startswith("<") else wrong_lines(answer)
    else:
        yield from wrong_fields(answer)


async def _ask(call: Call, session: aiohttp.ClientSession, server: Answering) -> None:
    try:
        assert_fit(await call.make(VapixClient(session, server.url, _token)))
    except VapixError as error:
        assert_readable(error, ("token-1",))


def test_every_part_of_the_client_is_asked() -> None:
    parts = {name for name, part in vars(VapixClient(None, "http://a", _token)).items() if not name.startswith("_")}  # type: ignore[arg-type]
    asked = {name for call in _CALLS for name in (*call.make.__code__.co_names, "day_night", "ptz", "card")}
    assert parts <= asked, f"_CALLS has no call of {', '.join(sorted(parts - asked))}"
