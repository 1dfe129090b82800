"""Cameras with several pictures: each moved by a head of its own, or by none (VX-HEAD-7 to VX-HEAD-9)."""

import asyncio
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
import pytest

from simulator import Head, Pose, bispectral, panoramic, two_heads
from simulator.cameras.parameters import parameters_of
from simulator.cameras.ptz import head_reports
from simulator.world import Camera
from tests.simulator.camera_site import SERIAL, CameraSite, camera_site


def standing(camera: Camera) -> Camera:
    """Let every head be where it is told to go at once."""
    moments = iter(range(1_000_000_000))
    for head in camera.heads.values():
        head.clock = lambda: next(moments) * 100.0
    return camera


async def command(site: CameraSite, path: str = "com/ptz.cgi", **query: str) -> str:
    async with site.session.get(site.url(path), params=query) as response:
        return await response.text()


def test_a_panoramic_camera_says_which_pictures_move() -> None:
    told = parameters_of(panoramic(SERIAL, "Hall"))
    assert told["PTZ.NbrOfCameras"] == told["Image.NbrOfConfigs"] == "12"
    assert told["PTZ.ImageSource.I0.PTZEnabled"] == "true"
    assert not [name for name in told if name.startswith("PTZ.ImageSource.I1")]
    moves = {
        channel: [
            axis for axis in ("Pan", "Tilt", "Zoom") if told[f"PTZ.Support.S{channel}.Continuous{axis}"] == "true"
        ]
        for channel in range(1, 13)
    }
    assert moves == {
        channel: [] if channel == 1 else ["Pan", "Tilt", "Zoom"] if 5 <= channel <= 8 else ["Pan", "Tilt"]
        for channel in range(1, 13)
    }
    assert told["PTZ.Limit.L5.MaxZoom"] == "9999"
    assert "PTZ.Limit.L1.MaxPan" not in told


async def test_each_picture_is_moved_alone() -> None:
    camera = standing(panoramic(SERIAL, "Hall"))
    async with camera_site(camera) as site:
        assert await command(site, pan="10", camera="1") == "Error:\r\nPTZ disabled\r\n"
        assert await command(site, pan="10", camera="13") == "Error:\r\ncamera: unknown value: 13\r\n"
        assert await command(site, pan="10", camera="all") == "Error:\r\ncamera: unknown value: all\r\n"
        assert not await command(site, pan="10", camera="3")
        assert await command(site, query="position", camera="3") == "pan=10.0000\r\ntilt=0.0000\r\n"
        assert await command(site, query="position", camera="2") == "pan=0.0000\r\ntilt=0.0000\r\n"
        camera.more_heads[3].locked = True
        assert await command(site, pan="20", camera="3") == "Error:\r\nPTZ locked\r\n"


async def test_each_picture_has_presets_of_its_own() -> None:
    async with camera_site(standing(panoramic(SERIAL, "Hall", channels=3))) as site:
        assert not await command(site, "com/ptzconfig.cgi", setserverpresetname="Till", camera="3")
        of_all = [
            *("Preset Positions for camera 2", "presetposno2=Corner", "presetposno1=Home"),
            *("Preset Positions for camera 3", "presetposno3=Till", "presetposno2=Corner", "presetposno1=Home"),
        ]
        assert (await command(site, query="presetposall")).splitlines() == of_all
        assert (await command(site, query="presetposcam", camera="all")).splitlines() == of_all
        assert (await command(site, query="presetposcam", camera="2")).splitlines() == of_all[:3]
        async with site.session.get(
            site.url("com/ptz.cgi"), params={"query": "presetposcamdata", "format": "json", "camera": "all"}
        ) as response:
            assert list(await response.json()) == ["Camera 2", "Camera 3"]
        assert not await command(site, "com/ptzconfig.cgi", removeallserverpresets="yes", camera="all")
        assert (await command(site, query="presetposall")).splitlines() == [of_all[0], of_all[3]]


async def test_guard_tours_say_whose_they_are() -> None:
    camera = standing(two_heads(SERIAL, "Yard"))
    told = parameters_of(camera)
    assert {name: value for name, value in told.items() if name.startswith("GuardTour")} == {
        "GuardTour.G0.Name": "Day", "GuardTour.G0.CamNbr": "1", "GuardTour.G0.Running": "no",
        "GuardTour.G1.Name": "Night", "GuardTour.G1.CamNbr": "3", "GuardTour.G1.Running": "no",
    }  # fmt: skip
    assert told["PTZ.ImageSource.I0.PTZEnabled"] == told["PTZ.ImageSource.I2.PTZEnabled"] == "true"
    assert "PTZ.Support.S2.AbsolutePan" not in told
    async with camera_site(camera) as site:
        assert await command(site, "param.cgi", action="update", **{"GuardTour.G1.Running": "yes"}) == "OK\n"
        assert camera.more_heads[3].running == 0
        assert camera.head
        assert camera.head.running is None


def test_reports_name_the_picture() -> None:
    moving = [report for report in head_reports(two_heads(SERIAL, "Yard")) if "Move" in report.topic]
    assert [report.topic.rpartition("/")[2] for report in moving] == ["Channel_1", "Channel_3"]
    assert [report.source for report in moving] == [{"PTZConfigurationToken": "1"}, {"PTZConfigurationToken": "3"}]


async def test_pictures_on_one_unit_turn_together() -> None:
    camera = standing(bispectral(SERIAL, "Gate"))
    assert parameters_of(camera)["PTZ.Sync.S1.ZoomSync"] == "vapix"
    assert not [name for name in parameters_of(two_heads(SERIAL, "Yard")) if "Sync" in name]
    async with camera_site(camera) as site:
        assert not await command(site, pan="10", camera="2")
        assert "pan=10.0000" in await command(site, query="position", camera="1")


@pytest.mark.parametrize("channel", [1, 2])
async def test_the_picture_shows_where_its_own_head_looks(channel: int) -> None:
    camera = Camera(SERIAL, "Hall", channels=2, more_heads={2: Head(digital=True)})

    async def picture(site: CameraSite) -> NDArray[np.int16]:
        async with site.session.get(site.url(f"jpg/image.cgi?resolution=320x180&camera={channel}")) as response:
            whole = np.asarray(Image.open(io.BytesIO(await response.read())).convert("L"))
        return whole[20:170].astype(np.int16)

    async with camera_site(camera) as site, asyncio.timeout(20):
        moments = iter(range(1_000_000_000))
        camera.more_heads[2].clock = lambda: next(moments) * 100.0
        before = await picture(site)
        camera.more_heads[2].go_to(Pose(150, 0, 1))
        turned = np.abs(await picture(site) - before).mean()
        assert turned > 3 if channel == 2 else turned < 3
