"""What a camera could report: `GetEventInstances` of the SOAP service `/vapix/services` (VX-DECL)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web

from simulator.equipment import Declaration, Scenario
from simulator.measurements import crossing, occupancy
from simulator.world import Camera

from .streams import html

type Manner = Literal["answered", "refused", "fault", "missing", "old", "empty", "broken"]

_APPS: Final = "tnsaxis:CameraApplicationPlatform"
_EVENT: Final = "http://www.axis.com/vapix/ws/event1"
_SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
_OLD_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_NAME_SPACES: Final[Mapping[str, str]] = {
    "xsd": "http://www.w3.org/2001/XMLSchema",
    "wstop": "http://docs.oasis-open.org/wsn/t-1",
    "tt": "http://www.onvif.org/ver10/schema",
    "ter": "http://www.onvif.org/ver10/error",
    "aev": _EVENT,
    "tns1": "http://www.onvif.org/ver10/topics",
    "tnsaxis": "http://www.axis.com/2009/event/topics",
}
_HIDDEN: Final[Mapping[str, str]] = {"isApplicationData": "true"}
_FLAG: Final = {"0": "xsd:boolean", "1": "xsd:boolean"}


def answer(camera: Camera, body: bytes, manner: Manner) -> web.Response:
    """Answer a request to the service in the manner of a switch."""
    if manner == "missing":
        return html(404, "Not Found")
    if manner == "refused":
        return html(403, "Forbidden")
    if _EVENT.encode() not in body or b"GetEventInstances" not in body:
        return _soap(_fault("ter:ActionNotSupported", "Optional Action Not Implemented"), status=400)
    if manner == "fault":
        return _soap(_fault("ter:NotAuthorized", "Sender not Authorized"), status=400)
    declared = [] if manner == "empty" else list(_declared(camera))
    tree = "".join(_elements(_tree(declared), old=manner == "old"))
    text = f"<aev:GetEventInstancesResponse><wstop:TopicSet>{tree}</wstop:TopicSet></aev:GetEventInstancesResponse>"
    response = _soap(text, _OLD_SOAP if manner == "old" else _SOAP)
    if manner == "broken":
        assert response.text is not None  # noqa: S101 - it has just been made of one
        response.text = response.text[: len(response.text) // 2]
    return response


def _soap(text: str, name_space: str = _SOAP, *, status: int = 200) -> web.Response:
    spaces = "".join(f' xmlns:{name}="{each}"' for name, each in {"SOAP-ENV": name_space, **_NAME_SPACES}.items())
    return web.Response(
        text='<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<SOAP-ENV:Envelope{spaces}><SOAP-ENV:Body>{text}</SOAP-ENV:Body></SOAP-ENV:Envelope>\n",
        status=status,
        content_type="application/soap+xml",
    )


def _fault(code: str, reason: str) -> str:
    return (
        "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode>"
        f"<SOAP-ENV:Value>{code}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason>"
        f'<SOAP-ENV:Text xml:lang="en">{reason}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>'
    )


# --- what is declared ----------------------------------------------------------------------------


def _declared(camera: Camera) -> Iterator[Declaration]:
    """Give what follows from what the camera has, what it reported, and what it was given."""
    yield from _of_every_camera(camera)
    for profile in camera.motion_profiles:
        yield _profile(f"VMD/Camera{profile.camera}Profile{profile.uid}", f"VMD 4: {profile.name}")
    if camera.motion_profiles:
        yield _profile("VMD/Camera1ProfileANY", "VMD 4: Any Profile")
    yield from map(_scenario, camera.scenarios)
    if camera.virtual_inputs.count:
        ports = {str(number): "" for number in range(1, camera.virtual_inputs.count + 1)}
        yield _state("tns1:Device/tnsaxis:IO/VirtualInput", "active", {"port": ports}, "Virtual input")
    for (topic, source), data in camera.event_states.items():
        types = {name: _FLAG.get(value, "xsd:string") for name, value in data.items()}
        state = next((name for name, kind in types.items() if kind == "xsd:boolean"), next(iter(types), None))
        yield Declaration(topic, types, {name: {value: ""} for name, value in source}, state=state)
    yield from camera.declares


def _of_every_camera(camera: Camera) -> Iterator[Declaration]:
    channels = {str(number + 1): "" for number in range(camera.channels)}
    disks = {"SD_DISK": "", "NetworkShare": ""}
    yield Declaration(
        "tns1:VideoSource/tnsaxis:Tampering", {"tampering": "xsd:int"}, {"channel": channels}, "Camera tampering"
    )
    yield _state("tns1:VideoSource/tnsaxis:LiveStreamAccessed", "accessed", name="Live stream accessed")
    yield _state("tns1:Device/tnsaxis:Status/SystemReady", "ready", name="System Ready")
    yield _state("tnsaxis:Storage/Disruption", "disruption", {"disk_id": disks}, "Storage disruption")
    yield Declaration("tns1:Device/tnsaxis:SystemMessage/ActionFailed", {"description": "xsd:string"})
    yield Declaration("tns1:RecordingConfig/CreateRecording", source={"RecordingToken": {}}, name="Create Recording")
    yield Declaration("tns1:Media/ProfileChanged", source={"Token": {}}, attributes=_HIDDEN)


def _state(topic: str, item: str, source: Mapping[str, Mapping[str, str]] | None = None, name: str = "") -> Declaration:
    return Declaration(topic, {item: "xsd:boolean"}, source or {}, name, item)


def _scenario(scenario: Scenario) -> Declaration:
    """Return the declaration of a scenario: one that counts has numbers and no state (VX-COUNT)."""
    name, number, kind = f"Object Analytics: {scenario.name}", scenario.scenario_id, scenario.type.lower()
    if kind in {"crosslinecounting", "occupancyinarea"}:
        none = dict.fromkeys(("human", "car", "bike", "truck", "bus"), 0)
        report = crossing("human", none, number) if kind == "crosslinecounting" else occupancy(none, number)
        types = {item: "xsd:int" if value.isdecimal() else "xsd:string" for item, value in report.data.items()}
        return Declaration(report.topic, types, name=name)
    return _profile(f"ObjectAnalytics/Device{scenario.device}Scenario{number}", name)


def _profile(topic: str, name: str) -> Declaration:
    return _state(f"{_APPS}/{topic}", "active", name=name)


# --- as XML --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Topic:
    """A part of topics, and those below it. declared: what ends here."""

    declared: Declaration | None = None
    below: dict[str, _Topic] = field(default_factory=dict)


def _tree(declared: list[Declaration]) -> _Topic:
    top = _Topic()
    for each in declared:
        at = top
        for part in each.topic.split("/"):
            at = at.below.setdefault(part, _Topic())
        at.declared = each if at.declared is None else _merged(at.declared, each)
    return top


def _merged(one: Declaration, other: Declaration) -> Declaration:
    """A topic is declared once, with all values of its source."""
    source = {name: {**one.source.get(name, {}), **values} for name, values in other.source.items()}
    name, state = one.name or other.name, one.state or other.state
    return Declaration(one.topic, one.data or other.data, {**one.source, **source}, name, state, other.attributes)


def _elements(topic: _Topic, *, old: bool) -> Iterator[str]:
    for part, below in topic.below.items():
        name = f"tnsaxis:{part}" if old and ":" not in part else part
        yield f"<{name}{_attributes(below.declared)}>"
        yield from _elements(below, old=old)
        if below.declared is not None:
            yield from _message(below.declared)
        yield f"</{name}>"


def _attributes(declared: Declaration | None) -> str:
    if declared is None:
        return ""
    nice = f" aev:NiceName={quoteattr(declared.name)}" if declared.name else ""
    more = "".join(f" {name}={quoteattr(value)}" for name, value in declared.attributes.items())
    return f' wstop:topic="true"{more}{nice}'


def _message(declared: Declaration) -> Iterator[str]:
    yield '<aev:MessageInstance aev:isProperty="true">' if declared.state else "<aev:MessageInstance>"
    if declared.source:
        yield "<aev:SourceInstance>"
        for name, values in declared.source.items():
            kind = "xsd:int" if all(value.isdecimal() for value in values) else "xsd:string"
            yield f'<aev:SimpleItemInstance Type="{kind}" Name={quoteattr(name)}>'
            for value, nice in values.items():
                called = f" aev:NiceName={quoteattr(nice)}" if nice else ""
                yield f"<aev:Value{called}>{escape(value)}</aev:Value>"
            yield "</aev:SimpleItemInstance>"
        yield "</aev:SourceInstance>"
    if declared.data:
        yield "<aev:DataInstance>"
        for name, kind in declared.data.items():
            state = ' isPropertyState="true"' if name == declared.state else ""
            yield f'<aev:SimpleItemInstance Type="{kind}" Name={quoteattr(name)}{state}/>'
        yield "</aev:DataInstance>"
    yield "</aev:MessageInstance>"
