"""Heads and lenses, asked as VX-PTZ and VX-OPTICS say; and what their pictures show."""

import asyncio
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
import pytest

from simulator.head import Head, Lens, Pose, Preset, Tour
from simulator.world import Camera
from tests.simulator.camera_site import SERIAL, CameraSite, camera_site

PTZ, CONFIG = "com/ptz.cgi", "com/ptzconfig.cgi"


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def turning(clock: Clock | None = None, **rest: object) -> Camera:
    head = Head(presets={1: Preset("Home"), 2: Preset("Dveře", Pose(60, 10, 5000))}, **rest)  # type: ignore[arg-type]
    head.clock = clock or Clock()
    return Camera(SERIAL, "Vchod", head=head)


def head_of(site: CameraSite) -> tuple[Head, Clock]:
    head = site.camera.head
    assert head
    assert isinstance(head.clock, Clock)
    return head, head.clock


async def command(site: CameraSite, path: str = PTZ, **query: str) -> tuple[int, str]:
    async with site.session.get(site.url(path), params=query) as response:
        return response.status, await response.text()


async def test_what_is_done_has_no_answer_and_what_is_refused_a_good_status() -> None:
    async with camera_site(turning()) as site:
        assert await command(site, pan="10") == (204, "")
        assert await command(site, pan="181") == (200, "Error:\r\npan: unknown value: 181\r\n")
        assert await command(site, query="nonsense") == (200, "Error:\r\nquery: unknown value: nonsense\r\n")
        for wrong in (
            {"camera": "2", "pan": "1"},
            {"camera": "1"},
            {"unheard": "1"},
            {"continuouspantiltmove": "1"},
            {"continuouspantiltmove": "1,101"},
            {"move": "somewhere"},
            {"gotoserverpresetname": "Nowhere"},
            {"autofocus": "on"},
            {"pan": "nan"},
        ):
            status, text = await command(site, **wrong)
            assert (status, text[:6]) == (200, "Error:"), wrong
        async with site.session.post(site.url(PTZ), data={"pan": "20"}) as response:
            assert response.status == 204


async def test_a_head_takes_its_time() -> None:
    async with camera_site(turning()) as site:
        head, clock = head_of(site)
        await command(site, pan="60", tilt="30", speed="50")
        clock.now += 1
        assert head.pose == Pose(30, 30, 1)
        assert head.moving
        clock.now += 1
        assert head.pose == Pose(60, 30, 1)
        assert not head.moving
        await command(site, rpan="-20", rzoom="100")
        clock.now += 9
        assert head.pose == Pose(40, 30, 101)
        await command(site, pan="-180")
        clock.now += 9
        assert head.pose.pan == -170
        _, text = await command(site, query="position")
        assert text == "pan=-170.0000\r\ntilt=30.0000\r\nzoom=101\r\n"
        _, text = await command(site, query="limits")
        assert text.splitlines() == [
            "MinPan=-170", "MaxPan=170", "MinTilt=-20", "MaxTilt=90", "MinZoom=1", "MaxZoom=9999",
        ]  # fmt: skip


async def test_a_move_without_end_ends_when_told_or_where_the_head_does() -> None:
    async with camera_site(turning()) as site:
        head, clock = head_of(site)
        assert (await command(site, continuouspantiltmove="50,-100", continuouszoommove="10"))[0] == 204
        clock.now += 0.2
        assert head.pose.is_near(Pose(6, -12, 51))
        clock.now += 1
        assert head.pose.is_near(Pose(36, -20, 301))
        await command(site, continuouspantiltmove="0,0")
        clock.now += 1
        assert head.pose.is_near(Pose(36, -20, 551))
        await command(site, move="stop")
        clock.now += 1
        assert head.pose.is_near(Pose(36, -20, 551))
        assert [step.moves for step in head.history] == [True, True, True, False]
        assert head.history[1].speeds == {"pan": 50, "tilt": -100, "zoom": 10}


@pytest.mark.parametrize("where", [{"gotoserverpresetname": "Dveře"}, {"gotoserverpresetno": "2"}])
async def test_presets_are_gone_to(where: dict[str, str]) -> None:
    async with camera_site(turning()) as site:
        head, clock = head_of(site)
        assert (await command(site, **where))[0] == 204
        clock.now += 5
        assert head.preset == 2
        await command(site, move="right")
        clock.now += 5
        assert head.pose.pan == 70
        assert head.preset is None
        await command(site, move="home")
        clock.now += 5
        assert head.preset == 1


async def test_presets_are_kept_renamed_and_removed_by_administrators() -> None:
    async with camera_site(turning()) as site:
        head, _ = head_of(site)
        assert (await command(site, CONFIG, setserverpresetname="Branka"))[0] == 204
        assert (await command(site, CONFIG, setserverpresetname="Dveře", home="yes"))[0] == 204
        assert {number: preset.name for number, preset in head.presets.items()} == {1: "Home", 2: "Dveře", 3: "Branka"}
        assert head.presets[2].pose == Pose()
        _, text = await command(site, query="presetposcam")
        assert text.splitlines() == ["Preset Positions for camera 1", "presetposno3=Branka", "presetposno2=Dveře",
                                     "presetposno1=Home"]  # fmt: skip
        assert (await command(site, CONFIG, renameserverpresetno="3", newname="Vrata"))[0] == 204
        assert (await command(site, CONFIG, setserverpresetno="3"))[0] == 204
        assert (await command(site, CONFIG, renameserverpresetno="3", newname="Home"))[0] == 200
        assert (await command(site, CONFIG, setserverpresetname='"Gate"'))[0] == 200
        assert (await command(site, CONFIG, removeserverpresetno="9"))[0] == 200
        assert (await command(site, CONFIG))[0] == 200
        assert (await command(site, CONFIG, removeserverpresetname="Vrata"))[0] == 204
        assert (await command(site, CONFIG, removeserverpresetno="1"))[0] == 204
        assert [*head.presets] == [2]
        site.camera.login_level = "operator"
        assert (await command(site, CONFIG, removeallserverpresets="yes"))[0] == 403
        site.camera.login_level = "administrator"
        assert (await command(site, CONFIG, removeallserverpresets="yes"))[0] == 204
        assert not head.presets


async def test_names_come_in_the_oldest_encoding_that_does() -> None:
    async with camera_site(turning()) as site:
        head, _ = head_of(site)

        async def raw() -> bytes:
            async with site.session.get(site.url(PTZ), params={"query": "presetposcam"}) as response:
                return await response.read()

        assert "Dveře" in (await raw()).decode()
        head.presets[2] = Preset("Schränke")
        assert "Schränke" in (await raw()).decode("iso-8859-1")


async def test_positions_of_presets() -> None:
    async with camera_site(turning()) as site:
        async with site.session.get(site.url(PTZ), params={"query": "presetposcamdata", "format": "json"}) as response:
            answer = await response.json()
        assert answer == {"Camera 1": {"presets": ["presetposno1=Home:pan=0:tilt=0:zoom=1",
                                                   "presetposno2=Dveře:pan=60:tilt=10:zoom=5000"]}}  # fmt: skip


async def test_what_a_head_can_do() -> None:
    camera = turning(autofocus=True, tours=[Tour("Night", (1, 2))])
    async with camera_site(camera) as site:
        _, text = await command(site, query="", action="list", path="param.cgi")
        assert "root.Properties.PTZ.PTZ=yes\n" in text
        assert "root.PTZ.Support.S1.ContinuousPan=true\n" in text
        assert "root.GuardTour.G0.Name=Night\n" in text
        _, text = await command(site, info="1")
        assert text.splitlines()[:3] == ["Available commands", ":", "{camera=[n]}"]
        assert (await command(site, whoami="1"))[0] == 200
        assert (await command(site, query="mode"))[1] == "mode=normal\r\n"
        assert (await command(site, query="speed"))[1] == "speed=100\r\n"
        assert (await command(site, autofocus="on"))[0] == 204
        head, _ = head_of(site)
        assert head.focused == 1
        camera.login_level = "viewer"
        _, text = await command(site, action="list", path="param.cgi")
        assert "root.Properties.PTZ.PTZ=yes\n" in text
        assert "PTZ.Support" not in text
        head.enabled = False
        assert (await command(site, pan="1"))[1] == "Error:\r\nPTZ disabled\r\n"


async def test_a_guard_tour_goes_from_preset_to_preset() -> None:
    async with camera_site(turning(tours=[Tour("Night", (1, 2), 10)])) as site:
        head, clock = head_of(site)

        async def update(**query: str) -> str:
            async with site.session.get(site.url("param.cgi"), params={"action": "update", **query}) as response:
                return await response.text()

        assert await update(**{"GuardTour.G0.Running": "yes"}) == "OK\n"
        clock.now += 15
        assert head.preset == 2
        clock.now += 10
        assert head.preset == 1
        assert await update(**{"GuardTour.G1.Running": "yes"}) == (
            "# Error: Error setting 'GuardTour.G1.Running' to 'yes'!\n"
        )
        site.camera.login_level = "viewer"
        assert (await update(**{"GuardTour.G0.Running": "no"})).startswith("# Error")
        site.camera.login_level = "operator"
        assert await update(**{"root.GuardTour.G0.Running": "no"}) == "OK\n"
        assert head.running is None


async def test_fixed_cameras_have_no_head() -> None:
    async with camera_site() as site:
        assert (await command(site, pan="1"))[0] == 404
        assert (await command(site, CONFIG, setserverpresetname="x"))[0] == 404
        _, text = await command(site, action="list", path="param.cgi")
        assert "root.Properties.PTZ.PTZ=no\n" in text
        async with site.session.post(site.url("opticscontrol.cgi"), json={}) as response:
            assert response.status == 404


async def test_a_lens_focuses() -> None:
    async with camera_site(Camera(SERIAL, "Vchod", lens=Lens(zooms=True))) as site:
        lens = site.camera.lens
        assert lens
        assert (await site.call("opticscontrol.cgi", "getCapabilities"))["data"] == {
            "optics": [{"opticsId": "0", "capabilities": ["focus", "zoom"], "maxMagnification": 2.4}]
        }
        optics = {"optics": [{"opticsId": "0"}]}
        assert (await site.call("opticscontrol.cgi", "performAutofocus", params=optics))["data"] == {}
        assert (lens.focus, lens.focused) == (0.5, 1)
        moved = {"optics": [{"opticsId": "0", "position": 0.7}]}
        assert (await site.call("opticscontrol.cgi", "setFocus", params=moved))["data"] == {}
        told = (await site.call("opticscontrol.cgi", "getOptics"))["data"]
        assert told["optics"][0]["focusPosition"] == 0.7
        for params, code in (
            ({}, 2103),
            ({"optics": [{"opticsId": "7"}]}, 2104),
            ({"optics": [{"opticsId": "0", "position": 2}]}, 2104),
        ):
            assert (await site.call("opticscontrol.cgi", "setFocus", params=params))["error"]["code"] == code
        lens.focuses = False
        assert (await site.call("opticscontrol.cgi", "performAutofocus", params=optics))["error"]["code"] == 1300


# --- pictures ----------------------------------------------------------------------------------------


async def picture(site: CameraSite, channel: int = 1) -> NDArray[np.int16]:
    """What lies between the line of text and the strip, in grey."""
    async with site.session.get(site.url(f"jpg/image.cgi?resolution=320x180&camera={channel}")) as response:
        assert response.status == 200
        whole = np.asarray(Image.open(io.BytesIO(await response.read())).convert("L"))
    return whole[20:170].astype(np.int16)


async def test_the_picture_turns_and_zooms() -> None:
    async with camera_site(turning()) as site:
        head, _ = head_of(site)
        first = await picture(site)
        head.go_to(Pose(40, 0, 1))
        head.clock.now += 9  # type: ignore[attr-defined]
        turned = await picture(site)
        assert np.abs(turned - first).mean() > 2
        # What was at the right is at the left now, by what 40 of 340 degrees are of 0.4 of the place.
        shift = round(320 * 40 / 340 * 0.4 / 0.6)
        assert np.abs(turned[:60, :-shift] - first[:60, shift:]).mean() < 4
        head.go_to(Pose(40, 0, 9999))
        head.clock.now += 9  # type: ignore[attr-defined]
        assert np.abs(await picture(site) - turned).mean() > 6


async def test_pictures_of_other_cameras_are_what_they_were() -> None:
    from simulator.cameras.encoding import View, scene_of  # noqa: PLC0415
    from simulator.cameras.outlook import Outlook, outlook_of  # noqa: PLC0415

    assert outlook_of(Camera(SERIAL, "Vchod"), 1) is None
    scene = scene_of(View(SERIAL, 1, "Vchod", 320, 180))
    plain, looked = scene.draw(10_000).to_ndarray(), scene.draw(10_000, Outlook()).to_ndarray()
    assert np.array_equal(plain, looked)


async def test_night_is_dark_and_a_light_makes_it_bright() -> None:
    async with camera_site() as site:
        day = (await picture(site)).mean()
        site.camera.night = True
        night = (await picture(site)).mean()
        site.camera.illumination = 0.5
        lit = (await picture(site)).mean()
        assert night < 0.4 * day
        assert night + 10 < lit < day


async def test_whoever_watches_sees_it_turn() -> None:
    async with camera_site(Camera(SERIAL, "Vchod", head=Head())) as site:
        head = site.camera.head
        assert head
        before = await picture(site)
        head.steer({"pan": 100})
        async with asyncio.timeout(10):
            while np.abs(await picture(site) - before).mean() <= 3:
                pass
