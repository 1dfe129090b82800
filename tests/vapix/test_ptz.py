"""Heads and lenses against the simulated camera, over real sockets."""

import asyncio
from collections.abc import Mapping

import pytest

from custom_components.netrex.vapix import (
    Axis,
    BusyError,
    ForbiddenError,
    GoneError,
    GuardTour,
    Motion,
    Preset,
    ProtocolError,
    PtzHead,
    Range,
    RequestError,
    VapixError,
)
from simulator import head as simulated
from simulator.faults import Fault
from tests.camera_site import CameraSite

ALL_MOVES = frozenset((motion, axis) for motion in Motion for axis in Axis)


@pytest.fixture
def turning(site: CameraSite) -> CameraSite:
    """A camera with a head that is where it is told to go at once."""
    head = simulated.Head(
        presets={1: simulated.Preset("Home"), 2: simulated.Preset("Schránka", simulated.Pose(60, 10, 5000))},
        tours=[simulated.Tour("Night", (1, 2))],
        autofocus=True,
    )
    moments = iter(range(1_000_000_000))
    head.clock = lambda: next(moments) * 100.0
    site.camera.head = head
    return site


def head_of(site: CameraSite) -> simulated.Head:
    assert site.camera.head
    return site.camera.head


async def parameters(site: CameraSite) -> Mapping[str, str]:
    return (await site.client().properties()).parameters


def without_limits(told: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in told.items() if not name.startswith("PTZ.Limit.")}


async def heads(site: CameraSite) -> Mapping[int, PtzHead]:
    return await site.client().ptz.find(await parameters(site))


async def found(site: CameraSite) -> PtzHead | None:
    return (await heads(site)).get(1)


# --- what there is -------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["administrator", "viewer"])
async def test_what_a_head_can_do(turning: CameraSite, level: str) -> None:
    turning.camera.login_level = "viewer" if level == "viewer" else "administrator"
    assert await found(turning) == PtzHead(
        digital=False,
        moves=ALL_MOVES,
        limits={Axis.PAN: Range(-170, 170), Axis.TILT: Range(-20, 90), Axis.ZOOM: Range(1, 9999)},
        presets=(Preset(1, "Home"), Preset(2, "Schránka")),
        # A viewer does not see the tours.
        tours=() if level == "viewer" else (GuardTour(0, "Night"),),
        autofocus=True,
    )


async def test_a_head_that_only_zooms(turning: CameraSite) -> None:
    head_of(turning).limits = {"zoom": (1.0, 500.0)}
    for level in ("administrator", "viewer"):
        turning.camera.login_level = "viewer" if level == "viewer" else "administrator"
        head = await found(turning)
        assert head
        assert head.moves == frozenset((motion, Axis.ZOOM) for motion in Motion)
        assert head.limits == {Axis.ZOOM: Range(1, 500)}
        assert head.axes(Motion.CONTINUOUS) == (Axis.ZOOM,)


async def test_digital_heads_are_told_as_such(turning: CameraSite) -> None:
    head_of(turning).digital = True
    head = await found(turning)
    assert head
    assert head.digital


@pytest.mark.parametrize("digital", [True, False])
async def test_heads_that_are_off_are_none_and_are_not_asked(turning: CameraSite, *, digital: bool) -> None:
    head_of(turning).digital, head_of(turning).enabled = digital, False
    assert await found(turning) is None
    # Of those that don't tell, digital ones are off.
    told = {"Properties.PTZ.PTZ": "yes", "Properties.PTZ.DigitalPTZ": "yes"}
    assert not await turning.client().ptz.find(told)
    assert not turning.asked["vapix:ptz"]


async def test_fixed_cameras_are_not_asked(site: CameraSite) -> None:
    assert await found(site) is None
    assert not site.asked["vapix:ptz"]


async def test_a_head_that_does_nothing_is_none(turning: CameraSite) -> None:
    head_of(turning).limits = {}
    assert await found(turning) is None


async def test_limits_are_among_the_parameters(turning: CameraSite) -> None:
    told = await parameters(turning)
    turning.faults.add(Fault(kind="vapix:ptz", status=200, body="Error:\nquery: unknown value: limits"))
    head = (await turning.client().ptz.find(told))[1]
    assert head.limits[Axis.PAN] == Range(-170, 170)
    assert not head.presets_known
    # A request for the presets, and none for the rest.
    assert turning.asked["vapix:ptz"] == 1


async def test_limits_and_presets_that_are_not_told(turning: CameraSite) -> None:
    told = without_limits(await parameters(turning))
    turning.faults.add(Fault(kind="vapix:ptz", status=200, body="Error:\nquery: unknown value: limits"))
    head = (await turning.client().ptz.find(told))[1]
    assert head.limits == {Axis.PAN: Range(-180, 180), Axis.TILT: Range(-180, 180), Axis.ZOOM: Range(1, 9999)}
    assert head.presets == ()


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("presetposno2=B\npresetposno1=A=1\nnonsense\npresetposnox=C\npresetposno99999999=D", ["A=1", "B"]),
        ("Preset Positions for camera 1\r\n\r\npresetposno7=\r\n", ["7"]),
        ("Preset Positions for camera 1\r\n", []),
        ("", None),
        ("presetposno1=" + "a" * 500, ["a" * 100]),
    ],
)
async def test_strange_lists_of_presets(turning: CameraSite, body: str, names: list[str] | None) -> None:
    turning.faults.add(Fault(kind="vapix:ptz", status=200, body=body or " "))
    told = await turning.client().ptz.head(1).presets()
    assert (told if told is None else [preset.name for preset in told]) == names


@pytest.mark.parametrize("body", ["MinPan=-inf\nMaxPan=nan", "MinPan=20\nMaxPan=10", "MinPan=1e9", "<html>"])
async def test_strange_limits(turning: CameraSite, body: str) -> None:
    told = without_limits(await parameters(turning))
    turning.faults.add(Fault(kind="vapix:ptz", status=200, body=body, times=1))
    head = (await turning.client().ptz.find(told))[1]
    assert head.limits[Axis.PAN] == Range(-180, 180)


async def test_old_names_are_read(turning: CameraSite) -> None:
    head_of(turning).presets = {1: simulated.Preset("Schränke"), 2: simulated.Preset("Dveře")}
    assert [preset.name for preset in await turning.client().ptz.head(1).presets()] == ["Schränke", "Dveře"]
    del head_of(turning).presets[2]
    assert [preset.name for preset in await turning.client().ptz.head(1).presets()] == ["Schränke"]


# --- moving --------------------------------------------------------------------------------------------


async def test_going_somewhere(turning: CameraSite) -> None:
    ptz, head = turning.client().ptz.head(1), head_of(turning)
    await ptz.go(Motion.ABSOLUTE, {Axis.PAN: 12.34567, Axis.TILT: 5, Axis.ZOOM: 100}, 50)
    assert head.pose == simulated.Pose(12.3457, 5, 100)
    await ptz.go(Motion.RELATIVE, {Axis.PAN: -2.3457, Axis.ZOOM: 50.4})
    assert head.pose.is_near(simulated.Pose(10, 5, 150))
    assert await ptz.position() == {Axis.PAN: 10, Axis.TILT: 5, Axis.ZOOM: 150}
    await ptz.go_to_preset(2)
    assert head.preset == 2
    assert await ptz.preset_here() == 2
    await ptz.go(Motion.RELATIVE, {Axis.PAN: 5})
    assert await ptz.preset_here() is None
    await ptz.go_home()
    assert head.preset == 1
    await ptz.focus()
    assert head.focused == 1


@pytest.mark.parametrize(
    ("speeds", "driven"),
    [
        ({Axis.PAN: 50}, {"pan": 50, "tilt": 0}),
        ({Axis.TILT: -100, Axis.ZOOM: 7}, {"pan": 0, "tilt": -100, "zoom": 7}),
        ({Axis.ZOOM: -3}, {"zoom": -3}),
    ],
)
async def test_moving_without_end(turning: CameraSite, speeds: dict[Axis, int], driven: dict[str, float]) -> None:
    ptz, head = turning.client().ptz.head(1), head_of(turning)
    await ptz.steer(speeds)
    assert head.history[-1].speeds == driven
    await ptz.stop(frozenset(speeds))
    assert not head.history[-1].moves
    await ptz.steer(speeds)
    await ptz.stop_all()
    assert not head.history[-1].moves


async def test_what_is_refused_is_told_in_the_cameras_words(turning: CameraSite) -> None:
    ptz = turning.client().ptz.head(1)
    with pytest.raises(RequestError) as refused:
        await ptz.go_to_preset(9)
    assert refused.value.words == "gotoserverpresetno: unknown value: 9"
    assert "unknown" not in str(refused.value)
    head_of(turning).enabled = False
    with pytest.raises(RequestError) as refused:
        await ptz.go_home()
    assert refused.value.words == "PTZ disabled"


@pytest.mark.parametrize("body", ["<html>Hello</html>", "done"])
async def test_an_answer_that_should_be_empty_is_no_success(turning: CameraSite, body: str) -> None:
    turning.faults.add(Fault(kind="vapix:ptz", status=200, body=body))
    with pytest.raises(ProtocolError):
        await turning.client().ptz.head(1).go_home()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="vapix:ptz", status=403), ForbiddenError),
        (Fault(kind="vapix:ptz", status=503), BusyError),
        (Fault(kind="vapix:ptz", status=404), GoneError),
        (Fault(kind="vapix:ptz", cut=True), VapixError),
        (Fault(kind="vapix:ptz", garbage=True), ProtocolError),
    ],
)
async def test_commands_that_go_wrong(turning: CameraSite, fault: Fault, kind: type[VapixError]) -> None:
    turning.faults.add(fault)
    with pytest.raises(kind):
        await turning.client().ptz.head(1).go_home()


@pytest.mark.parametrize(
    "body",
    [
        *("[]", "{}", " ", '{"Camera 1": 7}', '{"Camera 1": {"presets": 7}}'),
        '{"Camera 1": {"presets": [7, "x", "presetposno1=A"]}}',
    ],
)
async def test_positions_of_presets_that_are_not_told(turning: CameraSite, body: str) -> None:
    turning.faults.add(Fault(kind="vapix:ptz", status=200, body=body, times=1))
    assert await turning.client().ptz.head(1).preset_here() is None


async def test_positions_of_presets_that_are_nonsense(turning: CameraSite) -> None:
    turning.faults.add(Fault(kind="vapix:ptz", status=200, body="{{", times=1))
    with pytest.raises(ProtocolError):
        await turning.client().ptz.head(1).preset_here()


async def test_a_held_token_is_not_asked_for_again(turning: CameraSite) -> None:
    held = await turning.client().ptz.head(1).with_token_held()
    turning.tokens.append("token-2")
    await held.go_home()
    turning.tokens.remove("token-1")
    with pytest.raises(VapixError):
        await held.go_home()
    await turning.client().ptz.head(1).go_home()


# --- presets and guard tours -----------------------------------------------------------------------------


async def test_presets_are_kept(turning: CameraSite) -> None:
    ptz = turning.client().ptz.head(1)
    await ptz.go(Motion.ABSOLUTE, {Axis.PAN: 40})
    await ptz.save_preset("Branka")
    await ptz.rename_preset(2, "Pošta")
    assert await ptz.presets() == (Preset(1, "Home"), Preset(2, "Pošta"), Preset(3, "Branka"))
    await ptz.remove_preset(1)
    assert await ptz.presets() == (Preset(2, "Pošta"), Preset(3, "Branka"))
    with pytest.raises(RequestError) as refused:
        await ptz.rename_preset(2, "Branka")
    assert refused.value.words == "newname: Branka is in use"
    turning.camera.login_level = "operator"
    with pytest.raises(ForbiddenError):
        await ptz.remove_preset(2)


async def test_a_change_that_is_answered_with_a_text_is_done(turning: CameraSite) -> None:
    turning.faults.add(Fault(kind="vapix:ptzconfig", status=200, body="OK"))
    await turning.client().ptz.head(1).save_preset("Branka")


async def test_guard_tours(turning: CameraSite) -> None:
    ptz, head = turning.client().ptz, head_of(turning)
    assert not await ptz.tour_runs(0)
    await ptz.run_tour(0, on=True)
    assert head.running == 0
    assert await ptz.tour_runs(0)
    await ptz.run_tour(0, on=False)
    assert not await ptz.tour_runs(0)
    with pytest.raises(RequestError):
        await ptz.tour_runs(5)
    # Somebody else may start it; one answer is about all tours, and good for a moment.
    head.start_tour(0)
    assert not await ptz.tour_runs(0)
    with pytest.raises(RequestError) as refused:
        await ptz.run_tour(5, on=True)
    assert refused.value.words == "Error setting 'GuardTour.G5.Running' to 'yes'!"
    turning.faults.add(Fault(kind="vapix:param", status=200, body="<html>"))
    with pytest.raises(ProtocolError):
        await ptz.run_tour(0, on=True)


# --- lenses ----------------------------------------------------------------------------------------------


async def test_lenses_focus(site: CameraSite) -> None:
    site.camera.lens = simulated.Lens()
    optics = site.client().optics
    lenses = await optics.find(await parameters(site))
    assert lenses == ("0",)
    await optics.focus(lenses)
    assert site.camera.lens.focused == 1
    site.camera.lens.focuses = False
    assert await optics.find(await parameters(site)) == ()
    with pytest.raises(RequestError) as refused:
        await optics.focus(lenses)
    assert refused.value.words == "Focus not found"


async def test_the_other_spelling_is_tried(site: CameraSite) -> None:
    site.camera.lens = simulated.Lens()
    unknown = '{"error":{"code":2102,"message":"Method not supported"}}'
    site.faults.add(Fault(kind="vapix:opticscontrol", status=200, body=unknown, times=1))
    site.faults.add(Fault(kind="vapix:opticscontrol", status=200, body='{"data":{}}'))
    await site.client().optics.focus(("0",))
    assert site.asked["vapix:opticscontrol"] == 2


async def test_cameras_without_lenses_that_can_be_set(site: CameraSite, turning: CameraSite) -> None:
    asked = site.asked["vapix:opticscontrol"]
    assert await turning.client().optics.find(await parameters(turning)) == ()
    assert site.asked["vapix:opticscontrol"] == asked
    site.camera.head = None
    with pytest.raises(GoneError):
        await site.client().optics.find(await parameters(site))


@pytest.mark.parametrize(
    "data", ["{}", '{"optics":7}', '{"optics":[7,{},{"opticsId":"0"},{"capabilities":["focus"]}]}']
)
async def test_strange_lenses(site: CameraSite, data: str) -> None:
    site.faults.add(Fault(kind="vapix:opticscontrol", status=200, body=f'{{"data":{data}}}'))
    assert await site.client().optics.find({}) == ()


# --- what it reports -------------------------------------------------------------------------------------


async def test_a_head_reports_that_it_moves(site: CameraSite) -> None:
    site.camera.head = simulated.Head(presets={1: simulated.Preset("Home", simulated.Pose(6, 0, 1))})
    async with asyncio.timeout(30), site.client().open_events() as stream:
        seen: list[tuple[str, str, bool | None]] = []

        async def hear(*wanted: tuple[str, str, bool]) -> None:
            while not set(wanted) <= set(seen):
                event = await stream.next()
                if hasattr(event, "kind"):
                    seen.append((event.kind, event.source, event.active))

        await hear(("ptz_moving", "Channel_1", False), ("ptz_preset", "1/1", False))
        await site.client().ptz.head(1).go_to_preset(1)
        await hear(("ptz_moving", "Channel_1", True), ("ptz_preset", "1/1", True))
        assert seen[-2:] == [("ptz_moving", "Channel_1", False), ("ptz_preset", "1/1", True)]
