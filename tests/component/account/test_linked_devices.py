"""A camera's MAC address links its device to those of other integrations and accounts."""

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_MODEL,
    CONF_NAME,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_PROTOCOL,
    CONF_USERNAME,
    STATE_UNAVAILABLE,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.cameras.serials import with_serial
from simulator import Camera, Node, NodeType, Simulator, World

from ..listening import serial_of
from ..person import Person
from ..waiting import until
from .test_disabled import device_of, disable

ONE, OTHER = "ACCC8E00AAAA", "B8A44F00BBBB"


def camera_device(hass: HomeAssistant, entry: ConfigEntry) -> dr.DeviceEntry:
    """Return the device of the account's only camera."""
    (device,) = (
        each for each in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id) if each.via_device_id
    )
    return device


def macs(hass: HomeAssistant, entry: ConfigEntry, name: str) -> set[str]:
    """Return the MAC addresses of the device of this name."""
    return {value for _kind, value in device_of(hass, entry, name).connections}


async def linked(hass: HomeAssistant, open_socket: WebSocketGenerator, device: dr.DeviceEntry) -> list[str]:
    """Return the ids of the devices that Home Assistant shows beside a device as linked."""
    socket = await open_socket(hass)
    await socket.send_json_auto_id({"type": "config/device_registry/list_linked_devices", "device_id": device.id})
    answer = await socket.receive_json()
    found: list[str] = answer["result"]["linked_devices"]
    return found


def enter_serial(hass: HomeAssistant, entry: ConfigEntry, node: Node, serial: str) -> None:
    """Enter the serial number of a camera, as its repair does."""
    hass.config_entries.async_update_entry(entry, options=with_serial(entry, node.node_id, serial))
    entry.runtime_data.follow_tree()


async def add_to_axis(hass: HomeAssistant, camera: Camera, port: int) -> ConfigEntry:
    """Add a camera to Home Assistant's own integration for Axis cameras, as its dialog does."""
    entry = MockConfigEntry(
        domain="axis",
        version=3,
        unique_id=dr.format_mac(camera.serial),
        data={
            CONF_PROTOCOL: "http",
            CONF_HOST: "127.0.0.1",
            CONF_PORT: port,
            CONF_USERNAME: "root",
            CONF_PASSWORD: "password",
            CONF_MODEL: camera.model,
            CONF_NAME: "Camera in the network",
        },
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    return entry


async def test_camera_that_is_in_the_axis_integration_as_well(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_ws_client: WebSocketGenerator
) -> None:
    serial = serial_of(simulator)
    ours = await person.add_account()
    async with Simulator(cameras=simulator.world, root_camera=serial, root_open=True) as network:
        theirs = await add_to_axis(hass, simulator.world.cameras[serial], int(network.url.rpartition(":")[2]))
        own, other = camera_device(hass, ours), device_of(hass, theirs, "Camera in the network")
        assert own.connections == other.connections == {(dr.CONNECTION_NETWORK_MAC, dr.format_mac(serial))}
        # Each keeps its own name, area and parent.
        assert (own.name, own.config_entry_id) == (simulator.world.camera_nodes()[0].name, ours.entry_id)
        assert other.via_device_id is None
        assert await linked(hass, hass_ws_client, own) == [other.id]
        assert await linked(hass, hass_ws_client, other) == [own.id]

        # Neither disables the other.
        await disable(hass, theirs, "Camera in the network")
        await hass.config_entries.async_reload(theirs.entry_id)
        assert await hass.config_entries.async_reload(ours.entry_id)
        await until(hass, lambda: [each for each in hass.states.async_all("camera") if each.state == "idle"])
        assert not camera_device(hass, ours).disabled

        # Nor does the other go with ours.
        simulator.world.remove(simulator.world.camera_nodes()[0].node_id)
        await ours.runtime_data.tree.async_refresh()
        assert dr.async_get(hass).async_get(own.id) is None
        assert dr.async_get(hass).async_get(other.id) is not None
        await hass.config_entries.async_remove(ours.entry_id)
        assert device_of(hass, theirs, "Camera in the network").connections == other.connections
        await hass.config_entries.async_remove(theirs.entry_id)


async def test_camera_of_two_accounts_has_a_device_in_each(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_ws_client: WebSocketGenerator
) -> None:
    first = await person.add_account()
    async with Simulator(cameras=World.with_cameras(1)) as provider:
        second = await Person(hass, provider, person.browser, person.app).add_second_account()
        await until(hass, lambda: all(camera_device(hass, each).sw_version for each in (first, second)))
        own, other = camera_device(hass, first), camera_device(hass, second)
        assert own.id != other.id
        assert own.connections == other.connections
        assert await linked(hass, hass_ws_client, own) == [other.id]
        await until(hass, lambda: len(hass.states.async_all("camera")) == 2)
        assert await hass.config_entries.async_remove(first.entry_id)
        assert camera_device(hass, second) == other
        (camera,) = hass.states.async_all("camera")
        assert camera.state != STATE_UNAVAILABLE


async def test_serial_number_that_is_found_out_later_and_replaced(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    node = simulator.world.add_camera(name="Vchod", camera=Camera(ONE, "Vchod"))
    entry = await person.add_account()
    assert macs(hass, entry, "Vchod") == set()
    for serial, mac in ((ONE, {"ac:cc:8e:00:aa:aa"}), (OTHER, {"b8:a4:4f:00:bb:bb"}), ("", set())):
        enter_serial(hass, entry, node, serial)
        assert macs(hass, entry, "Vchod") == mac
    assert device_of(hass, entry, "Vchod").serial_number is None


async def test_camera_with_two_nodes_in_one_account_has_two_devices(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.world.add_camera(name="Vchod", external_id=ONE, camera=Camera(ONE, "Vchod"))
    again = simulator.world.add(NodeType.CAMERA, "Vchod znovu", simulator.world.top, external_id=ONE, serial=ONE)
    entry = await person.add_account()
    assert macs(hass, entry, "Vchod") == {"ac:cc:8e:00:aa:aa"}
    assert macs(hass, entry, "Vchod znovu") == set()
    assert device_of(hass, entry, "Vchod").id != device_of(hass, entry, "Vchod znovu").id

    # When the first one is gone, the other has it.
    simulator.world.nodes.pop(again.node_id - 7)
    await entry.runtime_data.tree.async_refresh()
    assert macs(hass, entry, "Vchod znovu") == {"ac:cc:8e:00:aa:aa"}


async def test_swapped_serial_numbers(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    nodes = [simulator.world.add_camera(name=name, camera=Camera(ONE, name)) for name in ("Dvorek", "Zahrada")]
    entry = await person.add_account()
    for node, serial in zip(nodes, (ONE, OTHER), strict=True):
        enter_serial(hass, entry, node, serial)
    options = {**entry.options, "serials": {str(nodes[0].node_id): OTHER, str(nodes[1].node_id): ONE}}
    hass.config_entries.async_update_entry(entry, options=options)
    entry.runtime_data.follow_tree()
    assert macs(hass, entry, "Dvorek") == {"b8:a4:4f:00:bb:bb"}
    assert macs(hass, entry, "Zahrada") == {"ac:cc:8e:00:aa:aa"}
    said = [
        each.getMessage() for each in caplog.records if each.name.startswith(("custom_components", "homeassistant.h"))
    ]
    assert not [line for line in said if any(serial in line.replace(":", "").upper() for serial in (ONE, OTHER))]


async def test_device_from_before_gets_its_mac_address(hass: HomeAssistant, person: Person) -> None:
    entry = await person.add_account()
    device = camera_device(hass, entry)
    dr.async_get(hass).async_update_device(device.id, new_connections=set(), area_id="hall")
    assert await hass.config_entries.async_reload(entry.entry_id)
    again = camera_device(hass, entry)
    assert (again.id, again.connections, again.area_id) == (device.id, device.connections, "hall")
