"""Outputs that report, virtual inputs and restarts, asked as VX-PORT, VX-VIN and VX-RESTART say."""

import asyncio
from collections.abc import AsyncIterator, Callable
from xml.etree import ElementTree as ET

import pytest

from simulator.equipment import Port, VirtualInputs
from tests.camera_site import SERIAL, CameraSite

_PORT, _RELAY = "tns1:Device/tnsaxis:IO/OutputPort", "tns1:Device/Trigger/Relay"
_VIRTUAL = "tns1:Device/tnsaxis:IO/VirtualInput"
_SPACE = "{http://www.axis.com/vapix/http_cgi/virtualinput1}"


@pytest.fixture
async def site() -> AsyncIterator[CameraSite]:
    async with CameraSite() as running:
        running.camera.ports = [Port("Dveře"), Port("Siréna", direction="output")]
        running.camera.virtual_inputs = VirtualInputs(64)
        yield running


async def fetch(site: CameraSite, path: str, **query: str) -> tuple[int, str, str]:
    url = f"http://127.0.0.1:{site.port}/device-connect/{SERIAL}/axis-cgi/{path}"
    async with site.session.get(url, params=query, headers={"Authorization": "Token token-1"}) as response:
        return response.status, response.content_type, await response.text()


async def call(site: CameraSite, path: str, method: str, **params: object) -> dict[str, object]:
    url = f"http://127.0.0.1:{site.port}/device-connect/{SERIAL}/axis-cgi/{path}"
    request = {"apiVersion": "1.0", "method": method, "params": params}
    async with site.session.post(url, json=request, headers={"Authorization": "Token token-1"}) as response:
        answer: dict[str, object] = await response.json()
        return answer


async def until(seen: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not seen():
            await asyncio.sleep(0.005)


def states(site: CameraSite, topic: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Return what the camera would report at the beginning of a stream about a topic."""
    found = site.camera.event_states.items()
    return [(dict(source), data) for (reported, source), data in found if reported == topic]


# --- outputs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported", "levels", "port", "relay"),
    [("both", False, "1", "active"), ("ports", True, "high", None), ("relays", False, None, "active"),
     ("none", False, None, None)],
)  # fmt: skip
@pytest.mark.parametrize("normal", ["open", "closed"])
async def test_an_output_reports_that_it_is_active(
    site: CameraSite, reported: str, levels: bool, port: str | None, relay: str | None, normal: str
) -> None:
    site.camera.output_events, site.camera.output_levels = reported, levels  # type: ignore[assignment]
    site.camera.ports[1] = Port("Siréna", "output", state=normal, normal_state=normal)
    active = {"open": "closed", "closed": "open"}[normal]
    await call(site, "io/portmanagement.cgi", "setPorts", ports=[{"port": "1", "state": active}])
    assert states(site, _PORT) == ([({"port": "1"}, {"state": port})] if port else [])
    assert states(site, _RELAY) == ([({"RelayToken": "1"}, {"LogicalState": relay})] if relay else [])


async def test_a_pulse_reports_its_beginning_and_its_end(site: CameraSite) -> None:
    async with site.client().open_events() as stream:
        heard: list[tuple[str, bool | None]] = []

        async def listen() -> None:
            while len(heard) < 4:
                event = await stream.next()
                if event is not None and getattr(event, "source", None) == "1":
                    heard.append((event.kind, event.active))  # type: ignore[union-attr]

        async with asyncio.timeout(30):
            listening = asyncio.create_task(listen())
            await until(lambda: len(heard) == 2)
            assert {active for _, active in heard} == {False}
            heard.clear()
            await fetch(site, "io/port.cgi", action="2:/30\\")
            await listening
    assert heard == [("output", True), ("relay", True), ("output", False), ("relay", False)]


# --- virtual inputs ----------------------------------------------------------------------------------


async def virtual_input(site: CameraSite, what: str, **query: str) -> ET.Element:
    status, content_type, text = await fetch(site, f"virtualinput/{what}.cgi", **query)
    assert (status, content_type) == (200, "text/xml")
    return ET.fromstring(text)  # noqa: S314 - the simulator's own


async def test_a_virtual_input_says_whether_it_changed(site: CameraSite) -> None:
    for what, changed in (("activate", "true"), ("activate", "false"), ("deactivate", "true"), ("deactivate", "false")):
        root = await virtual_input(site, what, schemaversion="1", port="7")
        told = root.find(f"{_SPACE}Success/{_SPACE}{what.capitalize()}Success/{_SPACE}StateChanged")
        assert told is not None
        assert told.text is not None
        assert (told.text.strip(), told.text == told.text.strip()) == (changed, False)
        assert states(site, _VIRTUAL) == [({"port": "7"}, {"active": "1" if what == "activate" else "0"})]


async def test_a_virtual_input_ends_by_itself(site: CameraSite) -> None:
    site.camera.virtual_inputs.takes_duration = False
    await virtual_input(site, "activate", schemaversion="1", port="7", duration="1")
    site.camera.virtual_inputs.takes_duration = True
    await virtual_input(site, "activate", schemaversion="1", port="8", duration="1")
    assert site.camera.virtual_inputs.active == {7, 8}
    await until(lambda: 8 not in site.camera.virtual_inputs.active)
    assert site.camera.virtual_inputs.active == {7}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"port": "1"}, "40"),
        ({"schemaversion": "1"}, "20"),
        ({"schemaversion": "1", "port": "65"}, "20"),
        ({"schemaversion": "1", "port": "0"}, "20"),
        ({"schemaversion": "1", "port": "1", "duration": "x"}, "20"),
    ],
)
async def test_errors_of_virtual_inputs_come_with_200(site: CameraSite, query: dict[str, str], code: str) -> None:
    root = await virtual_input(site, "activate", **query)
    assert root.findtext(f"{_SPACE}GeneralError/{_SPACE}ErrorCode") == code
    assert not site.camera.virtual_inputs.active


async def test_virtual_inputs_are_the_operators(site: CameraSite) -> None:
    listed = "root.Properties.VirtualInput.VirtualInput=yes\n"
    assert (await fetch(site, "param.cgi", action="list", group="Properties.VirtualInput"))[2] == listed
    site.camera.login_level = "viewer"
    assert (await fetch(site, "virtualinput/activate.cgi", schemaversion="1", port="1"))[0] == 401
    site.camera.virtual_inputs.count = 0
    assert (await fetch(site, "virtualinput/activate.cgi", schemaversion="1", port="1"))[0] == 404
    assert (await fetch(site, "param.cgi", action="list", group="Properties.VirtualInput"))[2].startswith("# Error")


# --- restart -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("old", [True, False])
async def test_a_camera_restarts(site: CameraSite, old: bool) -> None:
    camera, before = site.camera, site.camera.boot_id
    camera.restart_takes = 0.2
    camera.virtual_inputs.active.add(3)
    await call(site, "io/portmanagement.cgi", "setPorts", ports=[{"port": "1", "state": "closed"}])
    if old:
        assert (await fetch(site, "restart.cgi"))[:2] == (200, "text/html")
    else:
        assert (await call(site, "firmwaremanagement.cgi", "reboot"))["data"] == {}
    await until(lambda: not camera.online)
    assert camera.boot_id != before
    assert (camera.ports[1].state, camera.virtual_inputs.active) == ("open", set())
    assert states(site, _RELAY) == [({"RelayToken": "1"}, {"LogicalState": "inactive"})]
    await until(lambda: camera.online)


async def test_who_may_not_restart_and_when(site: CameraSite) -> None:
    before = site.camera.boot_id
    assert (await call(site, "firmwaremanagement.cgi", "status"))["data"] == {
        "activeFirmwareVersion": site.camera.firmware,
        "isCommitted": True,
    }
    site.camera.upgrading = True
    answer = await call(site, "firmwaremanagement.cgi", "reboot")
    assert answer["error"] == {"code": 423, "message": "Firmware management is busy"}
    site.camera.login_level = "operator"
    assert (await fetch(site, "restart.cgi"))[0] == 401
    answer = await call(site, "firmwaremanagement.cgi", "reboot")
    assert answer["error"] == {"code": 2105, "message": "Access forbidden"}
    site.camera.firmware_management = False
    url = f"http://127.0.0.1:{site.port}/device-connect/{SERIAL}/axis-cgi/firmwaremanagement.cgi"
    async with site.session.post(url, headers={"Authorization": "Token token-1"}) as response:
        assert response.status == 404
    assert site.camera.boot_id == before
