"""Outputs, virtual inputs and restarts against the simulated camera, over real sockets."""

import asyncio
from collections.abc import Callable

import pytest

from custom_components.netrex.vapix import (
    AuthError,
    BusyError,
    ForbiddenError,
    GoneError,
    Output,
    ProtocolError,
    RequestError,
    UnreachableError,
    VapixError,
)
from custom_components.netrex.vapix.virtual_inputs import has_virtual_inputs
from simulator import equipment
from simulator.faults import Fault
from tests.camera_site import CameraSite

SIREN = Output(1, "Siréna")
LOCK = Output(2, "Zámek", normally_closed=True)


@pytest.fixture
def wired(site: CameraSite) -> CameraSite:
    site.camera.ports = [
        equipment.Port("Dveře"),
        equipment.Port("Siréna", direction="output"),
        equipment.Port("Zámek", direction="output", state="closed", normal_state="closed"),
    ]
    site.camera.virtual_inputs = equipment.VirtualInputs(64)
    return site


def states(site: CameraSite) -> list[str]:
    return [port.state for port in site.camera.ports[1:]]


async def until(seen: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not seen():
            await asyncio.sleep(0.005)


# --- outputs -----------------------------------------------------------------------------------------

managed = pytest.mark.parametrize("managed", [True, False])


@managed
async def test_outputs_are_listed(wired: CameraSite, *, managed: bool) -> None:
    wired.camera.port_management = managed
    wired.camera.ports[1].state = "closed"
    outputs = await wired.client().ports.outputs()
    assert outputs == (SIREN, LOCK)
    assert [output.active for output in outputs] == [True, False]


@managed
async def test_an_output_is_on_when_it_is_not_as_normal(wired: CameraSite, *, managed: bool) -> None:
    wired.camera.port_management = managed
    ports = wired.client().ports
    for output in (SIREN, LOCK):
        await ports.switch(output, active=True)
    assert states(wired) == ["closed", "open"]
    for output in (SIREN, LOCK):
        await ports.switch(output, active=False)
    assert states(wired) == ["open", "closed"]


@managed
async def test_the_camera_ends_a_pulse(wired: CameraSite, *, managed: bool) -> None:
    wired.camera.port_management = managed
    for output, on, off in ((SIREN, "closed", "open"), (LOCK, "open", "closed")):
        port = wired.camera.ports[output.number]
        await wired.client().ports.pulse(output, 80)
        assert port.state == on
        await until(lambda port=port, off=off: port.state == off)


async def test_a_pulse_during_a_pulse_is_refused_as_busy(wired: CameraSite) -> None:
    ports = wired.client().ports
    await ports.pulse(SIREN, 300)
    with pytest.raises(BusyError):
        await ports.pulse(SIREN, 300)
    await ports.pulse(LOCK, 10)
    await until(lambda: states(wired) == ["open", "closed"])
    await ports.pulse(SIREN, 10)


async def test_viewers_switch_by_the_old_call(wired: CameraSite) -> None:
    wired.camera.login_level = "viewer"
    ports = wired.client().ports
    await ports.switch(SIREN, active=True)
    assert states(wired) == ["closed", "closed"]
    await ports.pulse(LOCK, 10)
    await until(lambda: wired.camera.ports[2].state == "closed")
    assert (wired.asked["vapix:portmanagement"], wired.asked["vapix:port"]) == (2, 1)


async def test_a_pulse_whose_answer_is_lost_is_not_sent_twice(wired: CameraSite) -> None:
    wired.camera.port_management = False
    wired.faults.add(Fault(kind="vapix:port", cut=True, times=1))
    with pytest.raises(UnreachableError):
        await wired.client().ports.pulse(LOCK, 10)
    # A gate that opens and stops half-way is worse than one that stays as it is.
    assert wired.asked["vapix:port"] == 1


async def test_what_is_no_output_is_refused_in_the_cameras_words(wired: CameraSite) -> None:
    with pytest.raises(RequestError) as refused:
        await wired.client().ports.switch(Output(0, "Dveře"), active=True)
    assert (refused.value.code, refused.value.words) == (2104, "Invalid parameter value specified")
    assert "Invalid" not in str(refused.value)
    with pytest.raises(RequestError):
        await wired.client().ports.pulse(Output(9, ""), 10)
    wired.camera.port_management = False
    with pytest.raises(RequestError):
        await wired.client().ports.switch(Output(0, "Dveře"), active=True)


@pytest.mark.parametrize(
    ("body", "words"), [("Error: port locked\r\n", "Error: port locked"), ("<html>secret page</html>", "")]
)
async def test_a_text_where_nothing_should_be_is_a_refusal(wired: CameraSite, body: str, words: str) -> None:
    wired.camera.port_management = False
    wired.faults.add(Fault(kind="vapix:port", status=200, body=body))
    with pytest.raises(RequestError) as refused:
        await wired.client().ports.switch(SIREN, active=True)
    assert refused.value.words == words


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind="vapix:portmanagement", status=401), AuthError),
        (Fault(kind="vapix:port*", status=403), ForbiddenError),
        (Fault(kind="vapix:port*", status=404), GoneError),
        (Fault(kind="vapix:port*", status=503), BusyError),
        (Fault(kind="vapix:port*", cut=True), UnreachableError),
        (Fault(kind="vapix:portmanagement", status=200, body="{"), ProtocolError),
        (Fault(kind="vapix:portmanagement", status=200, body='{"error":"No"}'), ProtocolError),
    ],
)
async def test_faults_of_a_command(wired: CameraSite, fault: Fault, error: type[VapixError]) -> None:
    wired.faults.add(fault)
    with pytest.raises(error):
        await wired.client().ports.switch(SIREN, active=True)
    with pytest.raises(error):
        await wired.client().ports.pulse(SIREN, 10)
    assert states(wired) == ["open", "closed"]


# --- virtual inputs ----------------------------------------------------------------------------------


async def test_virtual_inputs_are_switched(wired: CameraSite) -> None:
    client, on = wired.client(), wired.camera.virtual_inputs.active
    assert has_virtual_inputs((await client.properties()).parameters)
    for _ in range(2):
        await client.virtual_inputs.switch(7, active=True)
        assert on == {7}
    for _ in range(2):
        await client.virtual_inputs.switch(7, active=False)
        assert on == set()


async def test_virtual_inputs_that_cannot_be_switched(wired: CameraSite) -> None:
    client = wired.client()
    with pytest.raises(RequestError) as refused:
        await client.virtual_inputs.switch(65, active=True)
    assert (refused.value.code, refused.value.words) == (20, "Invalid value for port: 65")
    wired.camera.login_level = "viewer"
    with pytest.raises(AuthError):
        await client.virtual_inputs.switch(1, active=True)
    wired.camera.virtual_inputs.count = 0
    with pytest.raises(GoneError):
        await client.virtual_inputs.switch(1, active=True)
    assert not has_virtual_inputs((await client.properties()).parameters)


@pytest.mark.parametrize("body", ["", "OK", "<VirtualInputResponse/>", "<a><DeactivateSuccess/></a>"])
async def test_strange_answers_of_virtual_inputs(wired: CameraSite, body: str) -> None:
    wired.faults.add(Fault(kind="vapix:activate", status=200, body=body))
    with pytest.raises(ProtocolError):
        await wired.client().virtual_inputs.switch(1, active=True)


# --- restart -----------------------------------------------------------------------------------------


@managed
async def test_a_camera_is_restarted(site: CameraSite, *, managed: bool) -> None:
    site.camera.firmware_management = managed
    before = site.camera.boot_id
    await site.client().restart()
    await until(lambda: site.camera.boot_id != before)
    assert site.asked["vapix:restart"] == (0 if managed else 1)


@pytest.mark.parametrize("code", [405, 417])
async def test_firmware_management_without_this_method_leaves_the_old_call(site: CameraSite, code: int) -> None:
    before = site.camera.boot_id
    body = f'{{"error":{{"code":{code},"message":"Not supported"}}}}'
    site.faults.add(Fault(kind="vapix:firmwaremanagement", status=200, body=body))
    await site.client().restart()
    await until(lambda: site.camera.boot_id != before)


async def test_a_restart_that_is_not_possible(site: CameraSite) -> None:
    site.camera.upgrading = True
    with pytest.raises(BusyError):
        await site.client().restart()
    site.camera.login_level = "operator"
    with pytest.raises(ForbiddenError):
        await site.client().restart()
    site.camera.firmware_management = False
    with pytest.raises(AuthError):
        await site.client().restart()
    site.faults.add(Fault(kind="vapix:firmwaremanagement", status=200, body='{"error":{"code":400,"message":"No"}}'))
    with pytest.raises(RequestError):
        await site.client().restart()
    assert site.asked["vapix:restart"] == 1
