"""What cameras say that they could report, in the shapes of real answers, and read as the library `axis` reads it."""

from collections.abc import Iterator

from axis.models.event_instance import EventInstance, ListEventInstancesRequest
import pytest

from custom_components.netrex.vapix import (
    DeclaredSource,
    EventKind,
    ForbiddenError,
    GoneError,
    ProtocolError,
    RequestError,
    UnknownEvent,
    VapixError,
)
from custom_components.netrex.vapix.declarations import read_declarations
from custom_components.netrex.vapix.event_topics import look_up
from simulator import Declaration, Profile, Scenario, VirtualInputs
from simulator.cameras.declarations import Manner, answer
from simulator.world import Camera
from tests.camera_site import CameraSite

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wstop="http://docs.oasis-open.org/wsn/t-1" xmlns:aev="http://www.axis.com/vapix/ws/event1" '
    'xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:tnsaxis="http://www.axis.com/2009/event/topics">'
    "<SOAP-ENV:Body><aev:GetEventInstancesResponse><wstop:TopicSet>"
)
_TAIL = "</wstop:TopicSet></aev:GetEventInstancesResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>"


def raw(tree: str) -> bytes:
    return f"{_HEAD}{tree}{_TAIL}".encode()


def item(name: str, *values: str, kind: str = "xsd:string", state: bool = False) -> str:
    inner = "".join(each if each.startswith("<") else f"<aev:Value>{each}</aev:Value>" for each in values)
    mark = ' isPropertyState="true"' if state else ""
    return f'<aev:SimpleItemInstance Type="{kind}" Name="{name}"{mark}>{inner}</aev:SimpleItemInstance>'


def message(*source: str, data: str = "", stateful: bool = True) -> str:
    mark = ' aev:isProperty="true"' if stateful else ""
    return (
        f"<aev:MessageInstance{mark}><aev:SourceInstance>{''.join(source)}</aev:SourceInstance>"
        f"<aev:DataInstance>{data}</aev:DataInstance></aev:MessageInstance>"
    )


def flag(name: str) -> str:
    return item(name, kind="xsd:boolean", state=True)


def sources(tree: str) -> list[tuple[str, str]]:
    return [(each.kind.value, each.source) for each in read_declarations(raw(tree)).sources]


def ports(*values: str, attributes: str = "") -> str:
    return (
        f'<tns1:Device><tnsaxis:IO{attributes}><Port wstop:topic="true">'
        f"{message(item('port', *values), data=flag('state'))}</Port></tnsaxis:IO></tns1:Device>"
    )


def everything() -> Camera:
    """Return a camera with something of every shape."""
    camera = Camera("ACCC8E10A3F1", "Yard", channels=2)
    camera.motion_profiles, camera.scenarios = [Profile(1, "Yard"), Profile(2, "Profile 2")], [Scenario(3, "Gate")]
    camera.virtual_inputs = VirtualInputs(32)
    camera.declares = [
        Declaration(
            "tns1:RuleEngine/MotionRegionDetector/Motion",
            {"State": "xsd:boolean"},
            {"VideoSource": {"0": ""}, "RuleName": {"Yard": "", "Gate": ""}},
            state="State",
            attributes={"isApplicationData": "true"},
        ),
        Declaration(
            "tns1:RuleEngine/tnsaxis:VMD3/vmd3_video_1", {"active": "xsd:boolean"}, {"areaid": {"0": ""}}, "VMD 3",
            state="active",
        ),
        Declaration(
            "tnsaxis:Storage/Alert",
            {"temperature": "xsd:int", "alert": "xsd:boolean", "wear": "xsd:int"},
            {"disk_id": {"SD_DISK": ""}},
            state="alert",
        ),
        Declaration(
            "tns1:AudioSource/tnsaxis:TriggerLevel",
            {"triggered": "xsd:boolean"},
            {"channel": {"1": ""}, "AudioSource": {"0": ""}},
            state="triggered",
        ),
    ]  # fmt: skip
    return camera


def answer_of(camera: Camera) -> bytes:
    text = answer(camera, b'<GetEventInstances xmlns="http://www.axis.com/vapix/ws/event1"/>', "answered").text
    assert text
    return text.encode()


async def test_lists_what_the_camera_could_report(site: CameraSite) -> None:
    site.camera.motion_profiles = [Profile(1, "Yard")]
    site.camera.virtual_inputs = VirtualInputs(2)
    declared = await site.client().declarations.list()
    by_kind = {each.kind: each for each in declared.sources}
    assert by_kind[EventKind.MOTION] == DeclaredSource(EventKind.MOTION, "Camera1Profile1", stateful=True, name="Yard")
    assert by_kind[EventKind.TAMPERING] == DeclaredSource(EventKind.TAMPERING, "1", stateful=False)
    assert [each.source for each in declared.sources if each.kind is EventKind.VIRTUAL_INPUT] == ["1", "2"]
    assert declared.unknown == ("Device/SystemMessage/ActionFailed", "RecordingConfig/CreateRecording")
    assert declared.topics == 10


@pytest.mark.parametrize(
    ("manner", "error"),
    [
        ("refused", ForbiddenError),
        ("missing", GoneError),
        ("fault", RequestError),
        ("broken", ProtocolError),
    ],
)
async def test_refusals(site: CameraSite, manner: Manner, error: type[VapixError]) -> None:
    site.switches.event_declarations = manner
    with pytest.raises(error):
        await site.client().declarations.list()


async def test_older_spelling_and_nothing_at_all(site: CameraSite) -> None:
    usual = await site.client().declarations.list()
    site.switches.event_declarations = "old"
    assert await site.client().declarations.list() == usual
    site.switches.event_declarations = "empty"
    assert not (await site.client().declarations.list()).topics


def test_a_fault_may_come_with_success() -> None:
    with pytest.raises(RequestError):
        read_declarations(raw("<SOAP-ENV:Fault/>"))


# --- shapes --------------------------------------------------------------------------------------


def test_sources_are_those_of_reports() -> None:
    assert sources(ports("0", "1")) == [("input", "0"), ("input", "1")]
    # The one for any port sums others up; without values, the camera does not say which there are.
    assert sources(ports("0", '<aev:Value aev:NiceName="Any">-1</aev:Value>')) == [("input", "0")]
    assert sources(ports()) == []


@pytest.mark.parametrize("attribute", ["isApplicationData", "isDeprecated"])
def test_hides_what_is_not_for_users_and_all_below(attribute: str) -> None:
    assert sources(ports("0", attributes=f' {attribute}="true"')) == []
    assert sources(ports("0", attributes=f' {attribute}="false"')) == [("input", "0")]


def test_sums_and_internal_topics_are_left_out() -> None:
    tree = "".join(
        f'<{name} wstop:topic="true">{message(data=flag("active"))}</{name}>'
        for name in ("Camera1Profile1", "Camera1ProfileANY", "CameraANY", "xinternal_data")
    )
    apps = "tnsaxis:CameraApplicationPlatform"
    assert sources(f"<{apps}><VMD>{tree}</VMD></{apps}>") == [("motion", "Camera1Profile1")]


def test_several_items_are_one_source_where_they_leave_no_choice() -> None:
    def region(video: tuple[str, ...], rules: tuple[str, ...]) -> str:
        items = item("RuleName", *rules), item("VideoSource", *video)
        motion = f'<Motion wstop:topic="true">{message(*items, data=flag("State"))}</Motion>'
        return f"<tns1:RuleEngine><MotionRegionDetector>{motion}</MotionRegionDetector></tns1:RuleEngine>"

    assert sources(region(("0",), ("Yard", "Gate"))) == [("motion_region", "0/Yard"), ("motion_region", "0/Gate")]
    assert sources(region(("0", "1"), ("Yard", "Gate"))) == []


def test_names_are_of_the_value_or_end_the_name_of_the_topic() -> None:
    profile = f'<Camera1Profile2 aev:NiceName="VMD 4: Back: yard">{message(data=flag("active"))}</Camera1Profile2>'
    named = '<aev:Value aev:NiceName="Door">0</aev:Value>'
    apps = "tnsaxis:CameraApplicationPlatform"
    found = read_declarations(raw(f"<{apps}><VMD>{profile}</VMD></{apps}>{ports(named, '1')}")).sources
    assert [each.name for each in found] == ["Back: yard", "Door", ""]


def test_says_which_numbers_come_and_whether_there_is_a_state() -> None:
    found = {each.kind: each for each in read_declarations(answer_of(everything())).sources}
    assert found[EventKind.STORAGE_HEALTH].values == ("wear", "temperature")
    assert found[EventKind.STORAGE_HEALTH].stateful
    assert not found[EventKind.TAMPERING].stateful


def test_a_state_of_its_own_or_none_counts_more_than_the_table() -> None:
    def tampering(*, stateful: bool) -> str:
        inner = message(item("channel", "1"), data=item("tampering", kind="xsd:int"), stateful=stateful)
        return f"<tns1:VideoSource><tnsaxis:Tampering>{inner}</tnsaxis:Tampering></tns1:VideoSource>"

    def momentary(tree: str) -> list[bool | None]:
        return [each.momentary for each in read_declarations(raw(tree)).sources]

    assert momentary(tampering(stateful=False)) == [None]
    assert momentary(tampering(stateful=True)) == [False]
    assert momentary(ports("0")) == [None]
    assert momentary(ports("0").replace(' aev:isProperty="true"', "")) == [True]


def test_scenarios_that_count_have_numbers_rather_than_a_state() -> None:
    def scenario(*names: str) -> str:
        data = "".join(item(name, kind="xsd:int") for name in names)
        apps = "tnsaxis:CameraApplicationPlatform"
        counting = f"<Device1Scenario2>{message(data=data, stateful=False)}</Device1Scenario2>"
        return f"<{apps}><ObjectAnalytics>{counting}</ObjectAnalytics></{apps}>"

    (crossing,) = read_declarations(raw(scenario("reason", "total", "totalHuman", "totalCar"))).sources
    assert (crossing.kind, crossing.source) == (EventKind.COUNT, "Device1Scenario2")
    assert crossing.values == ("total", "human", "car")
    (area,) = read_declarations(raw(scenario("total", "human"))).sources
    assert (area.kind, area.values) == (EventKind.OCCUPANCY, ("total", "human"))


def test_a_source_that_is_in_the_data_waits_for_reports() -> None:
    data = item("AreaID", "1", kind="xsd:int") + item("AreaName") + item("averageTemp", kind="xsd:double")
    area = f"<TemperatureDetection>{message(data=data)}</TemperatureDetection>"
    tree = f"<tns1:VideoSource><tnsaxis:Thermometry>{area}</tnsaxis:Thermometry></tns1:VideoSource>"
    assert sources(tree) == []


def test_a_state_that_never_comes_has_no_source() -> None:
    data = item("reason") + item("reasonstr")
    casing = f"<Open>{message(item('Name', 'box'), data=data)}</Open>"
    assert sources(f"<tns1:Device><tnsaxis:Casing>{casing}</tnsaxis:Casing></tns1:Device>") == []


# --- hostile answers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + raw(ports("0")),
        b'<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><wstop:TopicSet>&b;</wstop:TopicSet>',
        raw(ports("0"))[:-20],
        raw("<a/>" * 300_000),
    ],
    ids=["nothing", "page", "definitions", "entities", "cut", "too much"],
)
def test_refuses_what_is_no_answer(wrong: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_declarations(wrong)


def test_reads_no_deeper_than_topics_are() -> None:
    deep = "<a>" * 100_000 + message(data=flag("state")) + "</a>" * 100_000
    assert read_declarations(raw(deep + ports("0"))).topics == 1


def test_is_bounded() -> None:
    many = "".join(f"<T{number}>{message(data=flag('state'))}</T{number}>" for number in range(3000))
    declared = read_declarations(raw(f"<tnsaxis:Odd>{many}</tnsaxis:Odd>"))
    assert declared.topics == 2000
    assert len(declared.unknown) == 50
    everywhere = [str(number) for number in range(5000)]
    assert len(sources(ports(*everywhere))) == 300
    assert len(sources(ports("x" * 9000))[0][1]) <= 100


# --- as the library reads it ---------------------------------------------------------------------

#: What the library does otherwise, by topic: it has no names of values, hides only what is marked itself, takes the
#: first item of a source for all of it, and makes something of sums and of what has no values.
_OTHERWISE = {
    "tns1:RuleEngine/MotionRegionDetector/Motion": "for one application only",
    "tnsaxis:CameraApplicationPlatform/VMD/Camera1ProfileANY": "a sum",
}


def _instances(camera: Camera) -> Iterator[EventInstance]:
    yield from ListEventInstancesRequest.response_type.decode(answer_of(camera)).data.values()


def test_axis_reads_the_same() -> None:
    camera = everything()
    ours: dict[str, set[tuple[str, bool]]] = {}
    for each in read_declarations(answer_of(camera)).sources:
        # Of sound, the library reads the channel only; of others, it leaves out what is in the topic.
        parts = each.source.split("/")
        ours.setdefault(each.kind, set()).add((parts[0 if each.kind == "sound" else -1], each.stateful))
    theirs: dict[str, set[tuple[str, bool]]] = {}
    for instance in _instances(camera):
        known = look_up(instance.topic)
        if isinstance(known, UnknownEvent) or known is None or instance.topic in _OTHERWISE:
            continue
        assert not instance.is_application_data
        row, of_topic = known
        # The library names a source by its first item, a topic with the source in it by the topic.
        values = [of_topic] if of_topic and not row.sources else instance.source.values
        theirs.setdefault(row.kind, set()).update((value, instance.stateful) for value in values)
    assert ours == theirs
    assert len(ours) == 10


def test_differences_from_axis_are_there() -> None:
    topics = {instance.topic: instance for instance in _instances(everything())}
    assert set(_OTHERWISE) <= set(topics)
    assert topics["tns1:RuleEngine/MotionRegionDetector/Motion"].is_application_data
