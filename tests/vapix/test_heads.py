"""Heads of several channels, against simulated cameras and from parameters as real ones write them."""

from collections.abc import Iterable, Mapping

import pytest

from custom_components.netrex.vapix import Axis, GuardTour, Motion, Preset, Range, RequestError
from custom_components.netrex.vapix.answers import parse_parameters
from simulator import Head, Pose, bispectral, panoramic, two_heads
from simulator.faults import Fault
from simulator.world import Camera
from tests.camera_site import SERIAL, CameraSite

_EVERY_MOTION = ("Absolute", "Relative", "Continuous")
_OTHERS = ("AutoFocus", "AreaZoom", "DigitalZoom", "ServerPreset", "SpeedCtl")


def support(channel: int, *there: str) -> dict[str, str]:
    """Return the group of a channel as cameras list it: everything, true or false."""
    names = [f"{motion}{axis}" for motion in _EVERY_MOTION for axis in ("Pan", "Tilt", "Zoom")]
    return {f"PTZ.Support.S{channel}.{name}": str(name in there).lower() for name in (*names, *_OTHERS)}


def every(*axes: str) -> Iterable[str]:
    return [f"{motion}{axis}" for motion in _EVERY_MOTION for axis in axes]


#: As a panoramic camera of OS 10.12 writes: the overview stays, its view areas pan and tilt.
PANORAMIC = {
    "Properties.PTZ.PTZ": "yes",
    "Properties.PTZ.DigitalPTZ": "yes",
    "PTZ.CameraDefault": "1",
    "PTZ.NbrOfCameras": "4",
    "PTZ.ImageSource.I0.PTZEnabled": "true",
    **support(1),
    **support(2, *every("Pan", "Tilt"), "ServerPreset"),
    **support(3, *every("Pan", "Tilt"), "ServerPreset"),
    **support(4, *every("Pan", "Tilt", "Zoom"), "ServerPreset"),
    "PTZ.Limit.L4.MinPan": "-180",
    "PTZ.Limit.L4.MaxPan": "180",
    "PTZ.Limit.L4.MinZoom": "1",
    "PTZ.Limit.L4.MaxZoom": "9999",
    "PTZ.Various.V2.Locked": "false",
    "PTZ.Various.V3.Locked": "true",
}
_LIKE_A_HEADING = "Preset Positions for camera 3"
#: As a dome of OS 5.51 writes.
_DOME = """root.Properties.PTZ.PTZ=yes
root.Properties.PTZ.DigitalPTZ=no
root.PTZ.NbrOfSerPorts=1
root.PTZ.NbrOfCameras=1
root.PTZ.ImageSource.I0.PTZEnabled=true
root.PTZ.Limit.L1.MaxPan=175
root.PTZ.Limit.L1.MinPan=-175
root.PTZ.Limit.L1.MinTilt=-90
root.PTZ.Limit.L1.MaxTilt=0
root.PTZ.Limit.L1.MinZoom=1
root.PTZ.Limit.L1.MaxZoom=19999
root.PTZ.Preset.P0.Position.P1.Name=Home
root.PTZ.Support.S1.AbsolutePan=true
root.PTZ.Support.S1.RelativePan=true
root.PTZ.Support.S1.AbsoluteTilt=true
root.PTZ.Support.S1.RelativeTilt=true
root.PTZ.Support.S1.AbsoluteZoom=true
root.PTZ.Support.S1.RelativeZoom=true
root.PTZ.Support.S1.AutoFocus=true
root.PTZ.Support.S1.ContinuousPan=true
root.PTZ.Support.S1.ContinuousTilt=true
root.PTZ.Support.S1.ContinuousZoom=true
root.PTZ.Support.S1.OSDMenu=false
root.PTZ.Various.V1.FocusEnabled=true
root.PTZ.Various.V1.AutoFocus=true
"""


def use(site: CameraSite, camera: Camera) -> Camera:
    """Let another camera answer, whose heads are where they are told to go at once."""
    moments = iter(range(1_000_000_000))
    for head in camera.heads.values():
        head.clock = lambda: next(moments) * 100.0
    site.camera = site.cameras[SERIAL] = camera
    return camera


async def parameters(site: CameraSite) -> Mapping[str, str]:
    return (await site.client().properties()).parameters


async def test_only_pictures_that_can_move_have_a_head(site: CameraSite) -> None:
    use(site, panoramic(SERIAL, "Hall"))
    heads = await site.client().ptz.find(PANORAMIC)
    assert list(heads) == [2, 4], "the first can't move, the third is locked"
    assert heads[2].axes(Motion.CONTINUOUS) == (Axis.PAN, Axis.TILT)
    assert heads[4].axes(Motion.CONTINUOUS) == (Axis.PAN, Axis.TILT, Axis.ZOOM)
    assert all(head.digital and head.presets for head in heads.values())
    assert heads[4].limits[Axis.PAN] == Range(-180, 180)
    assert heads[2].limits[Axis.TILT] == Range(-30, 7), "that of a channel whose limits are not listed is asked for"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("root", ["root.", ""])
async def test_a_dome_of_long_ago(site: CameraSite, ending: str, root: str) -> None:
    use(site, Camera(SERIAL, "Dome", head=Head()))
    told = parse_parameters(_DOME.replace("root.", root).replace("\n", ending))
    heads = await site.client().ptz.find(told)
    assert list(heads) == [1]
    assert heads[1].moves == frozenset((motion, axis) for motion in Motion for axis in Axis)
    assert heads[1].autofocus
    assert heads[1].limits == {Axis.PAN: Range(-175, 175), Axis.TILT: Range(-90, 0), Axis.ZOOM: Range(1, 19_999)}


async def test_presets_of_all_heads_are_one_request(site: CameraSite) -> None:
    camera = use(site, panoramic(SERIAL, "Hall"))
    camera.more_heads[7].presets.clear()
    told = await parameters(site)
    heads = await site.client().ptz.find(told)
    assert list(heads) == list(range(2, 13))
    assert site.asked["vapix:ptz"] == 1
    assert heads[2].presets == (Preset(1, "Home"), Preset(2, "Corner"))
    assert heads[7].presets == ()
    assert all(head.presets_known for head in heads.values())


@pytest.mark.parametrize(
    ("listed", "known"),
    [
        ("Error:\nbusy", {}),
        ("<html>", {}),
        ("Preset Positions for camera 3\npresetposno1=Till", {3: ["Till"]}),
        ("Preset Positions for camera 1\n\nPreset Positions for camera 3\n", {1: [], 3: []}),
        ("Preset Positions for camera 1\npresetposno1=Preset Positions for camera 3\n", {1: [_LIKE_A_HEADING]}),
        ("presetposno1=Home", {}),
        ("Preset Positions\npresetposno1=Home\nPreset Positions for camera 9999\n", {}),
    ],
)  # fmt: skip
async def test_what_is_not_listed_is_not_known(site: CameraSite, listed: str, known: Mapping[int, list[str]]) -> None:
    use(site, two_heads(SERIAL, "Yard"))
    told = await parameters(site)
    site.faults.add(Fault(kind="vapix:ptz", status=200, body=listed))
    heads = await site.client().ptz.find(told)
    assert list(heads) == [1, 3]
    assert {
        channel: [preset.name for preset in head.presets] for channel, head in heads.items() if head.presets_known
    } == known


async def test_an_account_that_sees_no_parameters_asks_each_channel(site: CameraSite) -> None:
    camera = use(site, two_heads(SERIAL, "Yard"))
    camera.login_level = "viewer"
    heads = await site.client().ptz.find(await parameters(site))
    assert list(heads) == [1, 3]
    assert heads[3].autofocus
    assert not heads[1].autofocus
    assert [preset.name for preset in heads[3].presets] == ["Home", "Gate", "Yard"]
    # Of four channels what there is, of two heads the limits, and the presets of all.
    assert site.asked["vapix:ptz"] == 4 + 2 + 1


@pytest.mark.parametrize("number", ["999999999", "0", "many", ""])
async def test_an_absurd_number_of_channels(site: CameraSite, number: str) -> None:
    use(site, two_heads(SERIAL, "Yard"))
    await site.client().ptz.find({"Properties.PTZ.PTZ": "yes", "PTZ.NbrOfCameras": number})
    assert site.asked["vapix:ptz"] <= 36


async def test_each_head_that_turns_has_its_own_switch(site: CameraSite) -> None:
    camera = use(site, two_heads(SERIAL, "Yard"))
    camera.more_heads[3].enabled = False
    assert list(await site.client().ptz.find(await parameters(site))) == [1]
    camera.more_heads[3].enabled = True
    assert camera.head
    camera.head.enabled = False
    assert list(await site.client().ptz.find(await parameters(site))) == [3]
    camera.more_heads[3].locked = True
    assert not await site.client().ptz.find(await parameters(site))


async def test_guard_tours_belong_to_a_head(site: CameraSite) -> None:
    camera = use(site, two_heads(SERIAL, "Yard"))
    heads = await site.client().ptz.find(await parameters(site))
    assert heads[1].tours == (GuardTour(0, "Day", 1),)
    assert heads[3].tours == (GuardTour(1, "Night", 3),)
    ptz = site.client().ptz
    await ptz.run_tour(1, on=True)
    assert camera.more_heads[3].running == 0
    assert await ptz.tour_runs(1)
    assert not await ptz.tour_runs(0)
    # Where only one head is left, all tours are its own, whatever they say.
    camera.head = None
    heads = await site.client().ptz.find({**await parameters(site), "GuardTour.G0.CamNbr": "1"})
    assert [tour.number for tour in heads[3].tours] == [0]


async def test_a_command_is_about_one_channel(site: CameraSite) -> None:
    camera = use(site, panoramic(SERIAL, "Hall"))
    ptz = site.client().ptz
    await ptz.head(6).go(Motion.RELATIVE, {Axis.PAN: 25, Axis.ZOOM: 400})
    await ptz.head(2).go_to_preset(2)
    assert camera.more_heads[6].pose.is_near(Pose(25, 0, 401))
    assert camera.more_heads[2].pose.is_near(Pose(20, -20, 1))
    assert camera.more_heads[3].pose.is_near(Pose())
    assert await ptz.head(2).preset_here() == 2
    assert await ptz.head(3).preset_here() == 1
    assert await ptz.head(6).preset_here() is None
    await ptz.head(6).save_preset("Till")
    assert [preset.name for preset in await ptz.head(6).presets() or ()] == ["Home", "Corner", "Till"]
    assert len(await ptz.head(5).presets() or ()) == 2
    assert await ptz.head(6).preset_here() == 3
    await ptz.head(6).go_home()
    assert camera.more_heads[6].preset == 1
    with pytest.raises(RequestError) as refused:
        await ptz.head(1).go_home()
    assert refused.value.words == "PTZ disabled"


async def test_pictures_on_one_unit_are_known_to_turn_together(site: CameraSite) -> None:
    use(site, bispectral(SERIAL, "Gate"))
    heads = await site.client().ptz.find(await parameters(site))
    assert {channel: head.unit for channel, head in heads.items()} == {1: 1, 2: 1}
    use(site, two_heads(SERIAL, "Yard"))
    heads = await site.client().ptz.find(await parameters(site))
    assert {channel: head.unit for channel, head in heads.items()} == {1: 1, 3: 3}
