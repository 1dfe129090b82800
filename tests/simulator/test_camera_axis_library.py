"""PyPI `axis`, a client nobody here wrote, over a session with the token header (VX-LIB-4)."""

import asyncio

import aiohttp
from axis.device import AxisDevice
from axis.models.configuration import Configuration
import pytest

from simulator import Port, Profile, Scenario, Simulator
from simulator.world import Camera, World
from tests.simulator.camera_site import SERIAL, camera_site


def axis_device(session: aiohttp.ClientSession, port: int) -> AxisDevice:
    # The name and password are never sent: the camera asks for none.
    return AxisDevice(
        Configuration(session, "127.0.0.1", username="", password="", port=port, web_proto="http", websocket_force=True)
    )


async def test_initialize_learns_what_the_camera_is() -> None:
    async with camera_site(at_root=True) as site:
        device = axis_device(site.session, site.port)
        await device.vapix.initialize()
        assert device.vapix.serial_number == SERIAL
        assert device.vapix.product_number == "P3265-LVE"
        assert device.vapix.product_type == "Dome Camera"
        assert device.vapix.firmware_version == "11.11.73"
        assert [profile.name for profile in device.vapix.streaming_profiles] == ["Quality", "Mobile"]
        properties = device.vapix.params.property_handler["0"]
        assert "h264" in properties.image_format
        assert properties.image_resolution.split(",")[0] == "1920x1080"
        assert properties.api_http_version == 3
        assert device.vapix.params.image_handler["0"].name == "Vchod – přední dveře"


@pytest.mark.parametrize(("scopes", "learned"), [({"configuration"}, True), ({"read"}, False)])
async def test_behind_the_token_of_remote_access(scopes: set[str], learned: bool) -> None:
    world = World.with_cameras(1)
    serial = next(iter(world.cameras))
    async with Simulator(cameras=world, root_camera=serial) as sim:
        port = int(sim.url.rpartition(":")[2])
        headers = {"Authorization": f"Token {sim.api_token(scopes=scopes)}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            device = axis_device(session, port)
            await device.vapix.initialize()
            # A refusal of every call is swallowed by the library; nothing is known then.
            assert device.vapix.basic_device_info.initialized is learned
            if learned:
                assert device.vapix.serial_number == serial
            assert sim.counters["vapix:apidiscovery"] == 1


async def test_knows_what_belongs_to_the_camera() -> None:
    camera = Camera(
        SERIAL,
        "Vchod",
        ports=[Port("Dveře"), Port("Siréna", direction="output")],
        scenarios=[Scenario(1, "Branka")],
        motion_profiles=[Profile(1, "Dvůr")],
    )
    async with camera_site(camera, at_root=True) as site:
        device = axis_device(site.session, site.port)
        await device.vapix.initialize()
        assert device.vapix.object_analytics["0"].scenarios["1"].name == "Branka"
        assert device.vapix.vmd4["0"].profiles["1"].name == "Dvůr"
        assert {port.id: port.name for port in device.vapix.io_port_management.values()} == {
            "0": "Dveře",
            "1": "Siréna",
        }


async def test_hears_events() -> None:
    world = World.with_cameras(1)
    serial = next(iter(world.cameras))
    heard: list[str] = []
    async with Simulator(cameras=world, root_camera=serial, root_open=True) as sim, aiohttp.ClientSession() as session:
        sim.happen(serial, "input", "0")
        device = axis_device(session, int(sim.url.rpartition(":")[2]))
        device.enable_events()
        device.event.subscribe(lambda event: heard.append(f"{event.topic} {event.state}"))
        await device.vapix.initialize()
        device.stream.start()
        await sim.events.wait_listeners(serial, 1)
        sim.happen(serial, "input", "0", active=False)
        async with asyncio.timeout(30):
            while len(heard) < 2:
                await asyncio.sleep(0.01)
        device.stream.stop()
    assert heard == ["tns1:Device/tnsaxis:IO/Port 1", "tns1:Device/tnsaxis:IO/Port 0"]
