"""Illuminators, sirens and strobes, asked as VX-LIGHT and VX-SIREN say."""

import asyncio
from typing import Any

import aiohttp
from axis.models.event import EventTopic
import pytest

from simulator import Simulator
from simulator.cameras.alarm import running
from simulator.cameras.ir_cut import set_ir_cut
from simulator.equipment import Alarm, Light
from simulator.head import Head, Lens
from simulator.world import Camera, World
from tests.simulator.camera_site import SERIAL, CameraSite, camera_site
from tests.simulator.test_camera_axis_library import axis_device

LIGHTS, ALARM, OPTICS = "lightcontrol.cgi", "siren_and_light.cgi", "opticscontrol.cgi"


def lit(**rest: Any) -> Camera:
    return Camera(SERIAL, "Vchod", **{"lights": [Light(), Light("White light", ranges=((0, 0), (10, 100)))], **rest})


def alarmed(**rest: Any) -> Camera:
    return Camera(SERIAL, "Vchod", alarm=Alarm(**rest))


async def done(site: CameraSite, path: str, method: str, **params: object) -> dict[str, Any]:
    answer: dict[str, Any] = await site.call(path, method, params=params)
    assert "error" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


async def refused(site: CameraSite, path: str, method: str, **params: object) -> int:
    answer: dict[str, Any] = await site.call(path, method, params=params)
    code: int = answer["error"]["code"]
    return code


async def apis(site: CameraSite) -> set[str]:
    found: dict[str, Any] = await site.call("apidiscovery.cgi", "getApiList")
    return {each["id"] for each in found["data"]["apiList"]}


async def parameter(site: CameraSite) -> str:
    query = {"action": "list", "group": "Properties.LightControl"}
    async with site.session.get(site.url("param.cgi"), params=query) as response:
        return (await response.text()).strip()


# --- lights ------------------------------------------------------------------------------------------


async def test_lights_tell_what_they_are() -> None:
    async with camera_site(lit()) as site:
        first, second = (await done(site, LIGHTS, "getLightInformation"))["items"]
        assert (first["lightID"], first["lightType"], first["lightState"]) == ("led0", "IR", False)
        assert (second["lightID"], second["enabled"], second["nrOfLEDs"]) == ("led1", True, 1)
        capabilities = await done(site, LIGHTS, "getServiceCapabilities")
        assert [each["lightID"] for each in capabilities["capabilities"]] == ["led0", "led1"]
        assert capabilities["automaticIntensitySupport"] is True
        assert await parameter(site) == "root.Properties.LightControl.LightControl2=yes"
        assert "light-control" in await apis(site)
        valid = await done(site, LIGHTS, "getValidIntensity", lightID="led1")
        assert valid["ranges"] == [{"low": 0, "high": 0}, {"low": 10, "high": 100}]


async def test_a_camera_without_lights_may_list_the_api() -> None:
    async with camera_site(Camera(SERIAL, "Vchod", light_control=True)) as site:
        assert "light-control" in await apis(site)
        answer: dict[str, Any] = await site.call(LIGHTS, "getLightInformation")
        assert answer["error"] == {"code": 1005, "message": "No light hardware found, could not complete request."}
        assert await refused(site, LIGHTS, "activateLight", lightID="led0") == 1005
        assert (await done(site, LIGHTS, "getServiceCapabilities"))["capabilities"] == []


async def test_a_camera_without_any_of_it() -> None:
    async with camera_site() as site:
        assert not {"light-control", "siren-and-light"} & await apis(site)
        assert await parameter(site) == "root.Properties.LightControl.LightControl2=no"
        for path in (LIGHTS, ALARM):
            async with site.session.post(site.url(path), json={"apiVersion": "1.0", "method": "getStatus"}) as response:
                assert (response.status, response.content_type) == (404, "text/html")


async def test_a_light_brightens_what_is_before_the_camera() -> None:
    async with camera_site(lit()) as site:
        assert site.camera.illumination == 0
        await done(site, LIGHTS, "activateLight", lightID="led1")
        await done(site, LIGHTS, "setManualIntensity", lightID="led1", intensity=50)
        assert site.camera.illumination == 0.5
        assert (await done(site, LIGHTS, "getLightStatus", lightID="led1"))["status"] is True
        assert (await done(site, LIGHTS, "getManualIntensity", lightID="led1"))["intensity"] == 50
        assert (await done(site, LIGHTS, "getCurrentIntensity", lightID="led1"))["intensity"] == 50
        await done(site, LIGHTS, "deactivateLight", lightID="led1")
        assert site.camera.illumination == 0
        assert (await done(site, LIGHTS, "getCurrentIntensity", lightID="led1"))["intensity"] == 0


async def test_an_automatic_light_chooses_by_day_and_night() -> None:
    async with camera_site(lit()) as site:
        await done(site, LIGHTS, "setAutomaticIntensityMode", lightID="led0", enabled=True)
        await done(site, LIGHTS, "activateLight", lightID="led0")
        by_day = (await done(site, LIGHTS, "getCurrentIntensity", lightID="led0"))["intensity"]
        site.camera.night = True
        assert (await done(site, LIGHTS, "getCurrentIntensity", lightID="led0"))["intensity"] > by_day
        # What was set by hand is another thing.
        assert (await done(site, LIGHTS, "getManualIntensity", lightID="led0"))["intensity"] == 1000


@pytest.mark.parametrize("verb", ["Synchronize", "Synchronization"])
async def test_both_spellings_of_synchronized_lights(verb: str) -> None:
    async with camera_site(lit(night=True)) as site:
        await done(site, LIGHTS, f"setLight{verb}DayNightMode", lightID="led0", enabled=True)
        assert (await done(site, LIGHTS, f"getLight{verb}DayNightMode", lightID="led0")) == {"synchronize": True}
        assert site.camera.lights[0].on


async def test_a_disabled_light_stays_off() -> None:
    async with camera_site(lit()) as site:
        await done(site, LIGHTS, "disableLight", lightID="led0")
        assert await refused(site, LIGHTS, "activateLight", lightID="led0") == 1009
        await done(site, LIGHTS, "enableLight", lightID="led0")
        await done(site, LIGHTS, "activateLight", lightID="led0")


async def test_the_filter_keeps_infrared_light_out() -> None:
    async with camera_site(lit(ir_cut_filter="auto")) as site:
        for light in ("led0", "led1"):
            await done(site, LIGHTS, "activateLight", lightID=light)
        await done(site, LIGHTS, "deactivateLight", lightID="led1")
        assert site.camera.illumination == 1
        assert set_ir_cut(site.camera, "on")
        assert site.camera.illumination == 0
        assert await refused(site, LIGHTS, "activateLight", lightID="led0") == 1008
        await done(site, LIGHTS, "activateLight", lightID="led1")
        assert not set_ir_cut(site.camera, "blue")
    assert not set_ir_cut(Camera(SERIAL, "Vchod"), "on")


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("activateLight", {}, 4002),
        ("activateLight", {"lightID": "led7"}, 1002),
        ("activateLight", {"lightID": "led2"}, 1006),
        ("setManualIntensity", {"lightID": "led1", "intensity": 5}, 1003),
        ("setManualIntensity", {"lightID": "led1", "intensity": "5"}, 4002),
        ("setManualIntensity", {"lightID": "led3", "intensity": 5}, 1001),
        ("getManualIntensity", {"lightID": "led3"}, 1001),
        ("getCurrentIntensity", {"lightID": "led3"}, 1001),
        ("getValidIntensity", {"lightID": "led3"}, 1001),
        ("setAutomaticIntensityMode", {"lightID": "led3", "enabled": True}, 1001),
        ("setAutomaticIntensityMode", {"lightID": "led0", "enabled": 1}, 4002),
        ("getCurrentAngleOfIllumination", {"lightID": "led0"}, 1001),
        ("getIndividualIntensity", {"lightID": "led0", "LEDID": 0}, 1001),
        ("getIndividualIntensity", {"lightID": "led4", "LEDID": 9}, 4002),
        ("getIRWavelength", {"lightID": "led0"}, 2004),
        ("shineOn", {}, 2004),
    ],
)
async def test_what_lights_refuse(method: str, params: dict[str, object], code: int) -> None:
    plain = Light("White light", ranges=(), has_automatic=False, reports_intensity=False)
    camera = lit()
    camera.lights += [Light(fault=1006), plain, Light(leds={0: 10, 1: 20})]
    async with camera_site(camera) as site:
        assert await refused(site, LIGHTS, method, **params) == code
        told = (await done(site, LIGHTS, "getLightInformation"))["items"]
        assert [each["error"] for each in told] == [False, False, True, False, False]


async def test_several_leds_have_their_own_intensities() -> None:
    async with camera_site(lit(lights=[Light(leds={0: 10, 1: 20})])) as site:
        await done(site, LIGHTS, "setIndividualIntensity", lightID="led0", LEDID=1, intensity=300)
        assert (await done(site, LIGHTS, "getIndividualIntensity", lightID="led0", LEDID=1))["intensity"] == 300
        assert (await done(site, LIGHTS, "getLightInformation"))["items"][0]["nrOfLEDs"] == 2


async def test_lights_have_their_own_error_for_a_version_and_want_an_operator() -> None:
    async with camera_site(lit()) as site:
        answer: dict[str, Any] = await site.call(LIGHTS, "getLightInformation", apiVersion="2.0")
        assert answer["error"]["code"] == 7000
        site.camera.login_level = "viewer"
        assert await refused(site, LIGHTS, "getLightInformation") == 2001
        site.camera.alarm = Alarm()
        assert await refused(site, ALARM, "getStatus") == 2105


async def test_the_library_controls_a_light_and_hears_of_it() -> None:
    world = World.with_cameras(1)
    serial, camera = next(iter(world.cameras.items()))
    camera.lights = [Light(synchronized=True)]
    heard: list[tuple[str, bool]] = []
    async with Simulator(cameras=world, root_camera=serial, root_open=True) as sim, aiohttp.ClientSession() as session:
        device = axis_device(session, int(sim.url.rpartition(":")[2]))
        device.enable_events()
        device.event.subscribe(
            lambda event: heard.append((event.id, event.is_tripped)), topic_filter=EventTopic.LIGHT_STATUS
        )
        await device.vapix.initialize()
        device.stream.start()
        await sim.events.wait_listeners(serial, 1)
        handler = device.vapix.light_control
        assert handler["led0"].light_type == "IR"
        assert (await handler.get_valid_intensity("led0")).high == 1000
        await handler.activate_light("led0")
        await handler.set_manual_intensity("led0", 250)
        assert await handler.get_current_intensity("led0") == 250
        await handler.deactivate_light("led0")
        sim.let_night_fall(serial)
        assert camera.illumination == 0.25
        sim.let_night_fall(serial, night=False)
        async with asyncio.timeout(30):
            while len(heard) < 5:
                await asyncio.sleep(0.01)
        device.stream.stop()
    assert heard == [("0", False), ("0", True), ("0", False), ("0", True), ("0", False)]


# --- siren and strobe --------------------------------------------------------------------------------


async def test_an_alarm_tells_what_it_can() -> None:
    async with camera_site(alarmed(weak_supply=True)) as site:
        assert "siren-and-light" in await apis(site)
        found = (await done(site, ALARM, "getCapabilities"))["capabilities"]
        assert found["poeClass"] == "3"
        assert [each["name"] for each in found["siren"]["supportedPatterns"]] == ["Siren Alternate", "Alarm Horror"]
        alternate = found["light"]["supportedPatterns"][0]
        assert alternate["intensity"]["poeClass"]["3"] == {"possible": [1, 2], "default": 2}
        assert alternate["colors"]["default"] == ["red", "blue"]
        assert (alternate["colors"]["minNbrColors"], alternate["speed"]["possible"]) == (2, [1, 2])
        site.camera.alarm = Alarm(strobe=())
        assert "light" not in (await done(site, ALARM, "getCapabilities"))["capabilities"]


async def test_an_alarm_runs_until_it_is_stopped() -> None:
    async with camera_site(alarmed()) as site:
        assert await done(site, ALARM, "getStatus") == {}
        started = await done(
            site, ALARM, "start", siren={"pattern": "Alarm Horror", "intensity": 5}, light={"pattern": "Alternate"}
        )
        assert started == {"sirenId": 1, "lightId": 1}
        status = await done(site, ALARM, "getStatus")
        assert status["siren"] == [{"sirenId": 1, "pattern": "Alarm Horror", "intensity": 5, "priority": 3}]
        assert (status["light"][0]["colors"], status["light"][0]["speed"]) == (["red", "blue"], 1)
        await done(site, ALARM, "stop", all=["siren"])
        assert set(await done(site, ALARM, "getStatus")) == {"light"}
        await done(site, ALARM, "stop", lightId=1)
        assert await refused(site, ALARM, "stop", all=["siren", "light"]) == 1203


async def test_an_alarm_ends_by_itself() -> None:
    async with camera_site(alarmed()) as site:
        for value in (60, 0):
            duration = {"unit": "seconds", "value": value}
            await done(site, ALARM, "start", siren={"pattern": "Alarm Horror", "intensity": 1, "duration": duration})
            alarm = site.camera.alarm
            assert alarm is not None
            assert bool(running(alarm, "siren")) is (value > 0)
        duration = {"unit": "repetitions", "value": 2}
        await done(site, ALARM, "start", siren={"pattern": "Alarm Horror", "intensity": 1, "duration": duration})
        assert (await done(site, ALARM, "getStatus"))["siren"][0]["durationLeft"] == 6


async def test_what_is_more_important_goes_first() -> None:
    async with camera_site(alarmed()) as site:
        await done(
            site, ALARM, "start", light={"pattern": "Steady", "colors": ["green"], "intensity": 1, "priority": 1}
        )
        await done(site, ALARM, "start", light={"pattern": "Alternate", "intensity": 5, "priority": 9})
        assert [each["pattern"] for each in (await done(site, ALARM, "getStatus"))["light"]] == ["Alternate", "Steady"]
        await done(site, ALARM, "start", light={"pattern": "Steady", "intensity": 5, "priority": 9})
        assert [each["intensity"] for each in (await done(site, ALARM, "getStatus"))["light"]] == [5, 1]


async def test_profiles() -> None:
    async with camera_site(alarmed()) as site:
        await done(
            site,
            ALARM,
            "addProfile",
            name="Zloděj",
            siren={"pattern": "Alarm Horror", "intensity": 5},
            light={"pattern": "Steady", "intensity": 1, "colors": ["blue"]},
        )
        assert [each["name"] for each in (await done(site, ALARM, "getProfiles"))["profiles"]] == ["Zloděj"]
        assert await refused(site, ALARM, "addProfile", name="Zloděj") == 1202
        assert await done(site, ALARM, "start", profile="Zloděj") == {"sirenId": 1, "lightId": 1}
        assert (await done(site, ALARM, "getStatus"))["light"][0]["profile"] == "Zloděj"
        await done(site, ALARM, "stop", profile="Zloděj")
        assert await done(site, ALARM, "getStatus") == {}
        await done(site, ALARM, "removeProfile", name="Zloděj")
        assert await refused(site, ALARM, "removeProfile", name="Zloděj") == 1202
        for number in range(16):
            await done(site, ALARM, "addProfile", name=f"Profil {number}")
        assert await refused(site, ALARM, "addProfile", name="Jeden navíc") == 1201


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, 2103),
        ({"profile": "Nic"}, 1202),
        ({"profile": "Nic", "siren": {"pattern": "Alarm Horror"}}, 2104),
        ({"siren": 7}, 2104),
        ({"siren": {"pattern": "Alarm: Horror"}}, 2200),
        ({"light": {"pattern": "Disco"}}, 2201),
        ({"siren": {"pattern": "Alarm Horror", "intensity": 6}}, 2202),
        ({"light": {"pattern": "Steady", "intensity": 3}}, 2203),
        ({"siren": {"pattern": "Alarm Horror", "priority": 11}}, 2204),
        ({"light": {"pattern": "Steady", "priority": "high"}}, 2205),
        ({"siren": {"pattern": "Alarm Horror", "duration": {"unit": "hours", "value": 1}}}, 2206),
        ({"siren": {"pattern": "Alarm Horror", "duration": {"unit": "seconds", "value": 259_201}}}, 2208),
        ({"siren": {"pattern": "Alarm Horror", "duration": {"unit": "repetitions", "value": 21}}}, 2208),
        ({"light": {"pattern": "Steady", "duration": 7}}, 2209),
        ({"light": {"pattern": "Steady", "colors": ["red", "blue"]}}, 2211),
        ({"light": {"pattern": "Steady", "colors": ["pink"]}}, 2212),
        ({"light": {"pattern": "Steady", "speed": 9}}, 2215),
    ],
)
async def test_what_an_alarm_refuses_to_start(params: dict[str, object], code: int) -> None:
    async with camera_site(alarmed(weak_supply=True)) as site:
        assert await refused(site, ALARM, "start", **params) == code
        assert await done(site, ALARM, "getStatus") == {}


@pytest.mark.parametrize(
    ("params", "code"), [({"all": ["bell"]}, 2210), ({"profile": "Nic"}, 1202), ({"sirenId": 3}, 1203)]
)
async def test_what_an_alarm_refuses_to_stop(params: dict[str, object], code: int) -> None:
    async with camera_site(alarmed()) as site:
        assert await refused(site, ALARM, "stop", **params) == code


# --- the filter that keeps infrared light out --------------------------------------------------------


async def test_the_filter_is_set_as_a_lens_or_as_a_heads() -> None:
    camera = lit(ir_cut_filter="auto", lens=Lens(), head=Head())
    async with camera_site(camera) as site:
        (told,) = (await done(site, OPTICS, "getCapabilities"))["optics"]
        assert "irCutFilter" in told["capabilities"]
        await done(site, OPTICS, "setIrCutFilterState", optics=[{"opticsId": "0", "irCutFilterState": "off"}])
        (told,) = (await done(site, OPTICS, "getOptics"))["optics"]
        assert told["irCutFilterState"] == "off"
        for state, status in (("on", 204), ("blue", 200)):
            async with site.session.get(site.url("com/ptz.cgi"), params={"ircutfilter": state}) as response:
                assert response.status == status
                assert (await response.text()).startswith("Error:") is (status == 200)
        assert camera.ir_cut_filter == "on"


@pytest.mark.parametrize(
    ("optics", "code"),
    [
        (None, 2103),
        ([], 2103),
        ([7], 2103),
        ([{"opticsId": "0"}], 2103),
        ([{"opticsId": "0", "irCutFilterState": "blue"}], 2104),
    ],
)
async def test_what_a_filter_refuses(optics: object, code: int) -> None:
    async with camera_site(lit(ir_cut_filter="auto", lens=Lens())) as site:
        assert await refused(site, OPTICS, "setIrCutFilterState", optics=optics) == code
