"""What cameras say they could report, as a client on the network reads it: `axis`, which nobody here wrote (VX-LIB)."""

import aiohttp
from axis.models.event_instance import EventInstance, ListEventInstancesRequest
import pytest

from simulator import Declaration, Profile, Scenario, Simulator, Switches, VirtualInputs, World
from simulator.world import Camera

_REQUEST = ListEventInstancesRequest()


async def ask(simulator: Simulator, content: bytes = _REQUEST.content) -> tuple[int, bytes]:
    serial = next(iter(simulator.world.cameras))
    headers = {"Authorization": f"Token {simulator.api_token()}", "Content-Type": "application/soap+xml"}
    url = f"{simulator.device_pattern.format(serial=serial)}/vapix/services"
    async with aiohttp.ClientSession() as session, session.post(url, data=content, headers=headers) as response:
        return response.status, await response.read()


def camera_of(world: World) -> Camera:
    return next(iter(world.cameras.values()))


async def declared(world: World) -> dict[str, EventInstance]:
    async with Simulator(Switches(), world) as simulator:
        status, answer = await ask(simulator)
    assert status == 200
    instances: dict[str, EventInstance] = _REQUEST.response_type.decode(answer).data
    return instances


async def test_declares_what_it_has_reported_and_what_it_has() -> None:
    world = World.with_cameras(1)
    camera = camera_of(world)
    camera.motion_profiles, camera.scenarios = [Profile(1, "Yard")], [Scenario(2, "Gate & fence")]
    camera.virtual_inputs = VirtualInputs(32)
    async with Simulator(Switches(), world) as simulator:
        for number in ("0", "2"):
            simulator.happen(camera.serial, "input", number)
    found = await declared(world)

    port = found["tns1:Device/tnsaxis:IO/Port"]
    assert port.stateful
    assert port.source.values == ("0", "2")
    assert [(item.name, item.value_type, item.is_property_state) for item in port.data.items] == [
        ("state", "xsd:boolean", True)
    ]
    assert len(found["tns1:Device/tnsaxis:IO/VirtualInput"].source.values) == 32
    assert not found["tns1:VideoSource/tnsaxis:Tampering"].stateful
    assert found["tns1:Media/ProfileChanged"].is_application_data
    apps = "tnsaxis:CameraApplicationPlatform"
    assert found[f"{apps}/VMD/Camera1Profile1"].name == "VMD 4: Yard"
    assert found[f"{apps}/ObjectAnalytics/Device1Scenario2"].name == "Object Analytics: Gate & fence"


async def test_declares_what_it_was_given() -> None:
    world = World.with_cameras(1)
    camera_of(world).declares = [
        Declaration(
            "tns1:PTZController/tnsaxis:PTZPresets/Channel_1",
            {"on_preset": "xsd:boolean"},
            {"PresetToken": {"-1": "Any", "1": "Home"}},
            state="on_preset",
        ),
        Declaration("tnsaxis:Old/Thing", {"value": "xsd:int"}, attributes={"isDeprecated": "true"}),
    ]
    found = await declared(world)
    # The library takes a value with a name for a mapping, and shows it as one.
    presets = found["tns1:PTZController/tnsaxis:PTZPresets/Channel_1"].source.values
    assert [str({"@NiceName": name, "#text": value}) for name, value in (("Any", "-1"), ("Home", "1"))] == [*presets]
    assert not found["tnsaxis:Old/Thing"].stateful


@pytest.mark.parametrize(
    ("manner", "status", "word"),
    [
        ("refused", 403, b"Forbidden"),
        ("missing", 404, b"Not Found"),
        ("fault", 400, b"ter:NotAuthorized"),
        ("old", 200, b"<tnsaxis:ActionFailed"),
        ("empty", 200, b"<wstop:TopicSet></wstop:TopicSet>"),
        ("broken", 200, b"GetEventInstancesResponse"),
    ],
)
async def test_answers_otherwise_by_the_switch(manner: str, status: int, word: bytes) -> None:
    switches = Switches()
    switches.change({"event_declarations": manner})
    async with Simulator(switches, World.with_cameras(1)) as simulator:
        answered, body = await ask(simulator)
    assert answered == status
    assert word in body
    assert (b"</SOAP-ENV:Envelope>" in body) is (manner in {"fault", "old", "empty"})


async def test_knows_no_other_call() -> None:
    async with Simulator(Switches(), World.with_cameras(1)) as simulator:
        status, body = await ask(simulator, b"<GetActionRules/>")
    assert status == 400
    assert b"ActionNotSupported" in body
