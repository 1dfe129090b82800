"""Lights, siren, strobe and the infrared filter against the simulated camera, over real sockets."""

import pytest

from custom_components.netrex.vapix import (
    BusyError,
    ForbiddenError,
    GoneError,
    IrCut,
    IrCutFilter,
    Light,
    LightKind,
    LightState,
    Operation,
    Pattern,
    Profile,
    ProtocolError,
    RequestError,
    SirenCapabilities,
    SirenState,
    VapixError,
)
from simulator import equipment
from simulator.faults import Fault
from simulator.head import Head, Lens
from tests.camera_site import CameraSite

INFRARED = Light("led0", LightKind.INFRARED, ((1, 1000),), automatic=True, reports_intensity=True)
LEVELS = (1, 2, 3, 4, 5)


@pytest.fixture
def lit(site: CameraSite) -> CameraSite:
    site.camera.lights = [
        equipment.Light(),
        equipment.Light("White light", ranges=((50, 100), (0, 0), (10, 20)), has_automatic=False),
    ]
    return site


@pytest.fixture
def alarmed(site: CameraSite) -> CameraSite:
    site.camera.alarm = equipment.Alarm(
        profiles=[
            {"name": "Zloděj", "siren": {"pattern": "Alarm Horror"}, "light": {"pattern": "Steady"}},
            {"name": "Blikání", "light": {"pattern": "Alternate"}},
            {"name": "Nic"},
        ]
    )
    return site


# --- lights ------------------------------------------------------------------------------------------


async def test_lights_and_what_they_can(lit: CameraSite) -> None:
    assert await lit.client().lights.list() == (
        INFRARED,
        Light("led1", LightKind.WHITE, ((10, 20), (50, 100)), automatic=False, reports_intensity=True),
    )


async def test_a_light_is_lit_and_dimmed(lit: CameraSite) -> None:
    lights = lit.client().lights
    assert await lights.state(INFRARED) == LightState(on=False, automatic=False)
    await lights.set_intensity(INFRARED, 300)
    await lights.turn_on(INFRARED)
    assert await lights.state(INFRARED) == LightState(on=True, automatic=False, intensity=300)
    assert lit.camera.illumination == 0.3
    await lights.set_automatic(INFRARED, automatic=True)
    assert await lights.state(INFRARED) == LightState(on=True, automatic=True, intensity=200)
    await lights.turn_off(INFRARED)
    assert await lights.state(INFRARED) == LightState(on=False, automatic=True)
    assert lit.camera.illumination == 0


async def test_the_brightness_that_is_really_there_is_told_where_possible(lit: CameraSite) -> None:
    lit.camera.lights[0].reports_intensity = False
    lit.camera.lights[0].on = lit.camera.lights[0].automatic = True
    (light, _) = await lit.client().lights.list()
    assert not light.reports_intensity
    assert await lit.client().lights.state(light) == LightState(on=True, automatic=True)
    await lit.client().lights.set_automatic(light, automatic=False)
    assert await lit.client().lights.state(light) == LightState(on=True, automatic=False, intensity=1000)


@pytest.mark.parametrize(
    ("ranges", "parts"),
    [
        (((1, 1000),), {0.0: 1, 0.5: 500, 1.0: 1000}),
        (((10, 20), (50, 100)), {0.0: 10, 0.2: 20, 0.3: 50, 0.5: 55, 1.0: 100}),
        (((7, 7),), {0.0: 7, 1.0: 7}),
    ],
)
def test_every_brightness_is_one_the_light_takes(ranges: tuple[tuple[int, int], ...], parts: dict[float, int]) -> None:
    light = Light("led0", LightKind.WHITE, ranges)
    assert {part: light.intensity_at(part) for part in parts} == parts
    assert light.part_of(light.intensity_at(1.0)) == 1.0
    for part in (0.0, 0.25, 0.5, 0.75):
        assert any(low <= light.intensity_at(part) <= high for low, high in ranges)
        # What was set is found again.
        assert light.intensity_at(light.part_of(light.intensity_at(part))) == light.intensity_at(part)
    assert 0 <= light.part_of(0) <= light.part_of(5000) == 1


async def test_a_camera_without_lights_that_lists_them(site: CameraSite) -> None:
    site.camera.light_control = True
    assert await site.client().lights.list() == ()
    with pytest.raises(RequestError):
        await site.client().lights.state(INFRARED)


async def test_a_light_that_is_no_longer_there(lit: CameraSite) -> None:
    del lit.camera.lights[0]
    with pytest.raises(RequestError):
        await lit.client().lights.state(Light("led1", LightKind.WHITE))


async def test_a_camera_without_that_api(site: CameraSite) -> None:
    with pytest.raises(GoneError):
        await site.client().lights.list()


async def test_a_viewer_may_not(lit: CameraSite) -> None:
    lit.camera.login_level = "viewer"
    for call in (lit.client().lights.list(), lit.client().lights.turn_on(INFRARED)):
        with pytest.raises(ForbiddenError):
            await call


async def test_refusals_have_the_cameras_words(lit: CameraSite) -> None:
    lit.camera.lights[0].enabled = False
    with pytest.raises(RequestError) as refused:
        await lit.client().lights.turn_on(INFRARED)
    assert (refused.value.code, refused.value.words) == (1009, "The light group is turned off and can't be activated.")


@pytest.mark.parametrize(
    "method",
    ["getServiceCapabilities", "getValidIntensity"],
)
async def test_a_light_whose_range_is_not_told_is_only_on_or_off(lit: CameraSite, method: str) -> None:
    lit.camera.lights = [equipment.Light(ranges=())] if method == "getValidIntensity" else lit.camera.lights[:1]
    if method == "getServiceCapabilities":
        lit.faults.add(
            Fault(kind="vapix:lightcontrol", status=200, body='{"data":{"items":[{"lightID":"led0"}]}}', times=1)
        )
        lit.faults.add(Fault(kind="vapix:lightcontrol", status=200, body='{"error":{"code":2004}}', times=1))
    (light,) = await lit.client().lights.list()
    assert light.ranges == ()
    assert (await lit.client().lights.state(light)).intensity is None


async def test_a_light_that_refuses_to_tell_its_range_or_intensity(lit: CameraSite) -> None:
    lit.camera.lights[0].fault, lit.camera.lights[0].on = 1006, True
    (light, _) = await lit.client().lights.list()
    assert light == Light("led0", LightKind.INFRARED, (), automatic=True, reports_intensity=True)
    assert (await lit.client().lights.state(INFRARED)).intensity is None


async def test_older_cameras_tell_what_all_their_lights_can(lit: CameraSite) -> None:
    information = '{"data":{"items":[{"lightID":"led0","lightType":"Laser"},{"lightID":7},7,{"lightID":"a  b"}]}}'
    lit.faults.add(Fault(kind="vapix:lightcontrol", status=200, body=information, times=1))
    lit.faults.add(
        Fault(kind="vapix:lightcontrol", status=200, body='{"data":{"manualIntensitySupport":true}}', times=1)
    )
    ranges = '[{"low":"2","high":9},{"low":5},{"low":0,"high":0},{"low":8,"high":3},{"low":true,"high":4}]'
    body = f'{{"data":{{"ranges":{ranges}}}}}'
    lit.faults.add(Fault(kind="vapix:lightcontrol", status=200, body=body, times=1))
    assert await lit.client().lights.list() == (Light("led0", LightKind.OTHER, ((2, 9),)),)


@pytest.mark.parametrize(("body", "kind"), [('{"data":{}}', ProtocolError), ('{"error":{"code":8000}}', BusyError)])
async def test_strange_answers_about_lights(lit: CameraSite, body: str, kind: type[VapixError]) -> None:
    lit.faults.add(Fault(kind="vapix:lightcontrol", status=200, body=body))
    with pytest.raises(kind):
        await lit.client().lights.list()


async def test_an_empty_list_of_lights(lit: CameraSite) -> None:
    lit.faults.add(Fault(kind="vapix:lightcontrol", status=200, body='{"data":{"items":[]}}'))
    assert await lit.client().lights.list() == ()
    assert lit.asked["vapix:lightcontrol"] == 1


@pytest.mark.parametrize(("light_id", "source"), [("led0", "0"), ("led12", "12"), ("lamp", None), ("led", None)])
def test_what_events_call_a_light(light_id: str, source: str | None) -> None:
    assert Light(light_id, LightKind.OTHER).event_source == source


# --- siren and strobe --------------------------------------------------------------------------------


async def test_an_alarm_and_what_it_can(alarmed: CameraSite) -> None:
    assert await alarmed.client().siren.capabilities() == SirenCapabilities(
        siren=(Pattern("Siren Alternate", LEVELS), Pattern("Alarm Horror", LEVELS)),
        light=(
            Pattern("Alternate", LEVELS),
            Pattern("Steady", LEVELS),
            Pattern("Rotate white + steady color", LEVELS),
        ),
        profiles=(
            Profile("Zloděj", frozenset({"siren", "light"})),
            Profile("Blikání", frozenset({"light"})),
        ),
    )


async def test_little_power_makes_a_strobe_less_bright(alarmed: CameraSite) -> None:
    assert alarmed.camera.alarm is not None
    alarmed.camera.alarm.weak_supply = True
    alarm = await alarmed.client().siren.capabilities()
    steady, horror = alarm.named("light", "Steady"), alarm.named("siren", "Alarm Horror")
    assert steady is not None
    assert horror is not None
    assert (steady.intensities, horror.intensities) == ((1, 2), LEVELS)
    assert alarm.named("siren", "Steady") is None


async def test_a_siren_sounds_for_a_while(alarmed: CameraSite) -> None:
    siren = alarmed.client().siren
    assert await siren.state() == SirenState()
    await siren.start("siren", "Alarm Horror", intensity=5, seconds=30)
    assert await siren.state() == SirenState(siren=(Operation("Alarm Horror", 5, seconds_left=30),))
    await siren.start("light", "Steady")
    assert (await siren.state()).operations("light") == (Operation("Steady", 2),)
    await siren.stop("siren")
    assert (await siren.state()).siren == ()
    await siren.stop("light")
    assert await siren.state() == SirenState()
    # What has ended needs no end.
    await siren.stop("light")


async def test_the_siren_takes_the_light_of_its_profile_along(alarmed: CameraSite) -> None:
    siren = alarmed.client().siren
    await siren.start_profile("Zloděj")
    assert (await siren.state()).light[0].profile == "Zloděj"
    await siren.stop_siren_and_profiles(["Zloděj"])
    assert await siren.state() == SirenState()
    await siren.start_profile("Blikání")
    await siren.stop_siren_and_profiles(["Zloděj"])
    assert len((await siren.state()).light) == 1


async def test_refusals_of_a_siren(alarmed: CameraSite) -> None:
    with pytest.raises(RequestError) as refused:
        await alarmed.client().siren.start("siren", "Alarm Horror", seconds=259_201)
    assert refused.value.words == "Requested siren duration is invalid"
    with pytest.raises(RequestError):
        await alarmed.client().siren.start_profile("Nikde")


async def test_a_camera_without_siren(site: CameraSite) -> None:
    with pytest.raises(GoneError):
        await site.client().siren.capabilities()


async def test_a_siren_that_does_not_stop_says_so(alarmed: CameraSite) -> None:
    alarmed.faults.add(Fault(kind="vapix:siren_and_light", status=200, body='{"error":{"code":1100}}'))
    with pytest.raises(BusyError):
        await alarmed.client().siren.stop("siren")
    alarmed.faults.clear()
    alarmed.faults.add(Fault(kind="vapix:siren_and_light", status=200, body='{"error":{"code":2210}}'))
    with pytest.raises(RequestError):
        await alarmed.client().siren.stop("siren")


@pytest.mark.parametrize(
    ("capabilities", "found"),
    [
        ("{}", SirenCapabilities()),
        ('{"siren":7,"light":{"supportedPatterns":7}}', SirenCapabilities()),
        (
            (
                '{"siren":{"supportedPatterns":[7,{},{"name":7},{"name":"a  b"},{"name":"A"},'
                '{"name":"B","intensity":{"poeClass":{"4":{"possible":["2",1,true,{}]}}}}]},"poeClass":4}'
            ),
            SirenCapabilities(siren=(Pattern("A"), Pattern("B", (1, 2)))),
        ),
    ],
)
async def test_strange_capabilities(alarmed: CameraSite, capabilities: str, found: SirenCapabilities) -> None:
    body = f'{{"data":{{"capabilities":{capabilities}}}}}'
    alarmed.faults.add(Fault(kind="vapix:siren_and_light", status=200, body=body, times=1))
    # Profiles are a newer thing, or nobody may ask.
    alarmed.faults.add(Fault(kind="vapix:siren_and_light", status=200, body='{"error":{"code":2102}}', times=1))
    assert await alarmed.client().siren.capabilities() == found


async def test_no_capabilities_at_all(alarmed: CameraSite) -> None:
    alarmed.faults.add(Fault(kind="vapix:siren_and_light", status=200, body='{"data":{}}'))
    with pytest.raises(ProtocolError):
        await alarmed.client().siren.capabilities()


async def test_the_devices_own_operations_are_no_alarm(alarmed: CameraSite) -> None:
    body = (
        '{"data":{"siren":[{"priority":11,"pattern":"Maintenance"},{"priority":"1","pattern":"Low","intensity":"2"},'
        '{"priority":9,"pattern":"High","preset":"Zloděj","durationLeft":"7"},7],"light":7}}'
    )
    alarmed.faults.add(Fault(kind="vapix:siren_and_light", status=200, body=body))
    assert await alarmed.client().siren.state() == SirenState(
        siren=(Operation("High", None, "Zloděj", 7), Operation("Low", 2))
    )


# --- day and night -----------------------------------------------------------------------------------


async def test_the_filter_of_a_fixed_camera(site: CameraSite) -> None:
    day_night = site.client().day_night
    assert await day_night.filter({}) is None
    site.camera.lens = Lens(focuses=False)
    assert await day_night.filter({}) is None
    site.camera.ir_cut_filter = "auto"
    found = await day_night.filter({})
    assert found == IrCutFilter(("0",))
    assert await day_night.state(found) is IrCut.AUTO
    await day_night.set(found, IrCut.OFF)
    assert (site.camera.ir_cut_filter, await day_night.state(found)) == ("off", IrCut.OFF)


async def test_the_filter_of_a_moving_camera(site: CameraSite) -> None:
    site.camera.head, site.camera.ir_cut_filter = Head(), "auto"
    day_night = site.client().day_night
    found = await day_night.filter((await site.client().properties()).parameters)
    assert found == IrCutFilter()
    assert site.asked["vapix:opticscontrol"] == 0
    await day_night.set(found, IrCut.ON)
    assert site.camera.ir_cut_filter == "on"
    # Nothing in the documentation tells how it stands.
    assert await day_night.state(found) is None
    site.camera.ir_cut_filter = None
    with pytest.raises(RequestError) as refused:
        await day_night.set(found, IrCut.ON)
    assert "ircutfilter" in refused.value.words


async def test_the_filter_of_a_camera_that_pretends_to_move(site: CameraSite) -> None:
    site.camera.head, site.camera.ir_cut_filter = Head(digital=True), "auto"
    parameters = (await site.client().properties()).parameters
    assert await site.client().day_night.filter(parameters) == IrCutFilter()
    site.camera.lens = Lens()
    assert await site.client().day_night.filter(parameters) == IrCutFilter(("0",))


async def test_the_filter_is_known_only_where_all_lenses_agree(site: CameraSite) -> None:
    both = IrCutFilter(("0", "1"))
    for first, second, state in (("on", "on", IrCut.ON), ("on", "off", None), ("warm", "warm", None)):
        lenses = f'[{{"opticsId":"0","irCutFilterState":"{first}"}},{{"opticsId":1,"irCutFilterState":"{second}"}},7]'
        body = f'{{"data":{{"optics":{lenses}}}}}'
        site.faults.add(Fault(kind="vapix:opticscontrol", status=200, body=body, times=1))
        assert await site.client().day_night.state(both) is state
    site.faults.add(Fault(kind="vapix:opticscontrol", status=200, body='{"data":{}}', times=1))
    assert await site.client().day_night.state(both) is None
    site.faults.add(Fault(kind="vapix:opticscontrol", status=200, body='{"data":{"optics":7}}', times=1))
    with pytest.raises(ProtocolError):
        await site.client().day_night.state(both)
