"""Scenarios, ports and the card's wear against the simulated camera, over real sockets."""

import pytest

from custom_components.netrex.vapix import BusyError, EventKind, ForbiddenError, GoneError, Port, Scenario, VapixError
from simulator import equipment
from simulator.faults import Fault
from tests.camera_site import CameraSite


@pytest.fixture
def equipped(site: CameraSite) -> CameraSite:
    site.camera.scenarios = [
        equipment.Scenario(1, "Branka", classes=("human", "vehicle")),
        equipment.Scenario(2, "Plot", "fence"),
    ]
    site.camera.motion_profiles = [equipment.Profile(1, "Dvůr")]
    site.camera.ports = [
        equipment.Port("Dveře", usage="Door", state="closed"),
        equipment.Port("Siréna", direction="output"),
    ]
    site.camera.card = True
    return site


async def test_scenarios_have_the_users_names(equipped: CameraSite) -> None:
    analytics = equipped.client().analytics
    assert await analytics.scenarios(EventKind.OBJECT) == (
        Scenario("Device1Scenario1", "Branka", "motion", ("human", "vehicle")),
        Scenario("Device1Scenario2", "Plot", "fence", ("human",)),
    )
    assert await analytics.scenarios(EventKind.MOTION) == (Scenario("Camera1Profile1", "Dvůr"),)
    with pytest.raises(GoneError):
        await analytics.scenarios(EventKind.FENCE)


async def test_names_need_a_level(equipped: CameraSite) -> None:
    equipped.camera.login_level = "viewer"
    for kind in (EventKind.OBJECT, EventKind.MOTION):
        with pytest.raises(VapixError):
            await equipped.client().analytics.scenarios(kind)


@pytest.mark.parametrize(
    "body",
    [
        '{"data":{"scenarios":7}}',
        '{"data":{"scenarios":[7,{},{"id":1},{"name":"x"},{"id":"x","name":"y"},{"id":1,"name":7,"devices":[{"id":[]}]}]}}',
        '{"data":{}}',
    ],
)
async def test_strange_configurations_have_no_scenarios(equipped: CameraSite, body: str) -> None:
    equipped.faults.add(Fault(kind="vapix:control", status=200, body=body))
    assert await equipped.client().analytics.scenarios(EventKind.OBJECT) == ()
    assert await equipped.client().analytics.scenarios(EventKind.MOTION) == ()


@pytest.mark.parametrize("managed", [True, False])
async def test_ports(equipped: CameraSite, *, managed: bool) -> None:
    equipped.camera.port_management = managed
    assert await equipped.client().ports.list() == (
        Port(0, "Dveře", "Door", is_input=True, active=True),
        Port(1, "Siréna", "", is_input=False, active=False),
    )


async def test_ports_of_an_old_camera_seen_by_a_viewer(equipped: CameraSite) -> None:
    equipped.camera.port_management, equipped.camera.login_level = False, "viewer"
    assert await equipped.client().ports.list() == (Port(0, "", "", is_input=True, active=True),)


async def test_camera_without_ports(site: CameraSite) -> None:
    with pytest.raises(GoneError):
        await site.client().ports.list()


@pytest.mark.parametrize("body", ['{"data":{"items":7}}', '{"error":{"code":1100}}'])
async def test_strange_port_lists(equipped: CameraSite, body: str) -> None:
    equipped.faults.add(Fault(kind="vapix:portmanagement", status=200, body=body))
    with pytest.raises((BusyError, VapixError)):
        await equipped.client().ports.list()


async def test_ports_without_numbers_are_left_out(equipped: CameraSite) -> None:
    equipped.faults.add(Fault(kind="vapix:portmanagement", status=200, body='{"data":{"items":[{"port":"x"},7]}}'))
    assert await equipped.client().ports.list() == ()


@pytest.mark.parametrize(("wear", "told"), [(25, 25), (-1, None)])
async def test_wear_of_the_card(equipped: CameraSite, wear: int, told: int | None) -> None:
    equipped.camera.card_wear = wear
    assert await equipped.client().card.wear("SD_DISK") == told
    equipped.camera.login_level = "viewer"
    with pytest.raises((ForbiddenError, VapixError)):
        await equipped.client().card.wear("SD_DISK")
