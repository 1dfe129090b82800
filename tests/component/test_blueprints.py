"""The blueprints as a user runs them: automations made of them, with real events and a phone that gets messages."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
import shutil
from typing import Any

from aiohttp import web
import av
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from simulator import Fault, Port, Scenario, Simulator

from .conftest import _COMPONENTS
from .listening import CAMERA, add_listening, nothing_is_going_on, serial_of, shows, state, states_of
from .person import Person
from .waiting import until

_BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "netrex"
DETECTION = f"event.{CAMERA}_detection"


@pytest.fixture(autouse=True)
def _components(monkeypatch: pytest.MonkeyPatch) -> None:
    """The web server takes no more routes later."""
    monkeypatch.setattr("tests.component.conftest._COMPONENTS", (*_COMPONENTS, "mobile_app", "automation"))


@pytest.fixture
async def messages(aiohttp_server: Any) -> tuple[str, list[dict[str, Any]]]:
    """Where a phone's messages go, and what came."""
    got: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.json_response({}, status=HTTPStatus.CREATED)

    app = web.Application()
    app.router.add_post("/push", take)
    server = await aiohttp_server(app)
    return str(server.make_url("/push")), got


@pytest.fixture
async def phone(hass: HomeAssistant, person: Person, messages: tuple[str, list[dict[str, Any]]]) -> str:
    """A phone with the app; its device."""
    url, _ = messages
    about = {"app_id": "app", "app_name": "App", "app_version": "1", "device_name": "Phone", "manufacturer": "M"}
    about |= {"device_id": "phone", "model": "P", "os_name": "OS", "os_version": "1"}
    push = {"push_token": "token", "push_url": url}
    async with person.app.post(
        "/api/mobile_app/registrations", json={**about, "supports_encryption": False, "app_data": push}
    ) as answer:
        assert answer.status == HTTPStatus.CREATED, await answer.text()
    await hass.async_block_till_done(wait_background_tasks=False)
    (entry,) = hass.config_entries.async_entries("mobile_app")
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return device.id


async def automate(hass: HomeAssistant, name: str, **inputs: object) -> None:
    """Make an automation of a blueprint, as its form does."""
    folder = Path(hass.config.path("blueprints/automation/netrex"))
    await hass.async_add_executor_job(lambda: shutil.copytree(_BLUEPRINTS, folder, dirs_exist_ok=True))
    try:
        use = {"alias": "Test", "id": "test", "use_blueprint": {"path": f"netrex/{name}.yaml", "input": inputs}}
        from homeassistant.components.automation.config import async_validate_config_item  # noqa: PLC0415

        assert (await async_validate_config_item(hass, "test", use)).validation_error is None  # type: ignore[union-attr]
        with pytest.MonkeyPatch.context() as patch:

            async def configuration(_hass: HomeAssistant) -> dict[str, Any]:
                return {"automation": [use]}

            patch.setattr("homeassistant.config.async_hass_config_yaml", configuration)
            await hass.services.async_call("automation", "reload", blocking=True)
    finally:
        await hass.async_add_executor_job(lambda: shutil.rmtree(folder, ignore_errors=True))
    assert state(hass, "automation.test") == "on"


async def begin(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    """Add the account with a camera that looks for people at two places, and a door."""
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.scenarios = [Scenario(1, "Path", classes=("human", "vehicle")), Scenario(2, "Fence", "fence")]
    camera.ports = [Port("Door")]
    nothing_is_going_on(simulator, "person", "input", "sound")
    simulator.happen(camera.serial, "line", "2", active=False)
    await add_listening(hass, person)


def happen(simulator: Simulator, name: str, number: str = "1") -> None:
    """Let something happen, and be over."""
    simulator.happen(serial_of(simulator), name, number)
    simulator.happen(serial_of(simulator), name, number, active=False)


async def patiently(hass: HomeAssistant, seen: Callable[[], object]) -> None:
    """Wait for something while automations wait."""
    await until(hass, seen, settle=False)


async def told(hass: HomeAssistant, detection: str) -> None:
    """Wait until Home Assistant has heard of it and the automation has done what it does at once."""
    await patiently(hass, lambda: hass.states.get(DETECTION).attributes.get("event_type") == detection)  # type: ignore[union-attr]


async def test_phone_gets_a_picture_and_a_link(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    phone: str,
    messages: tuple[str, list[dict[str, Any]]],
) -> None:
    await begin(hass, person, simulator)
    image = f"image.{CAMERA}_event_image"
    await automate(hass, "notify_person", detection=DETECTION, phone=phone, image=image, pause=0)
    _, got = messages
    happen(simulator, "person")
    await patiently(hass, lambda: got)
    assert got[0]["message"] == "A person: Path"
    assert got[0]["title"].lower() == CAMERA
    assert got[0]["data"]["image"] == f"/api/image_proxy/{image}"
    link = got[0]["data"]["url"]
    assert link.startswith("/media-browser/browser/app%2Cmedia-source%3A%2F%2Fnetrex/app%2Cmedia-source")

    # A person who crosses a line is a person.
    happen(simulator, "line", "2")
    await patiently(hass, lambda: len(got) == 2)
    assert got[1]["message"] == "A person: Fence"
    # What was not chosen is not told.
    happen(simulator, "vehicle")
    await told(hass, "vehicle")
    happen(simulator, "person")
    await patiently(hass, lambda: len(got) == 3)
    assert [each["message"] for each in got] == ["A person: Path", "A person: Fence", "A person: Path"]


async def test_link_leads_to_the_recording(
    hass: HomeAssistant, browser: Any, person: Person, simulator: Simulator, phone: str,
    messages: tuple[str, list[dict[str, Any]]],
) -> None:  # fmt: skip
    await begin(hass, person, simulator)
    await automate(hass, "notify_person", detection=DETECTION, phone=phone, pause=0)
    happen(simulator, "person")
    await patiently(hass, lambda: messages[1])
    from urllib.parse import unquote  # noqa: PLC0415

    opened = unquote(messages[1][0]["data"]["url"].split("/")[-1]).removeprefix("app,")
    found = await browser.open(opened)
    assert found["children"]
    assert found["children"][0]["can_play"]


async def test_no_picture_is_better_than_an_old_one(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: str, messages: tuple[str, list[dict[str, Any]]]
) -> None:
    await begin(hass, person, simulator)
    image = f"image.{CAMERA}_event_image"
    happen(simulator, "sound")
    await patiently(hass, lambda: state(hass, image) != "unknown")
    simulator.faults.add(Fault(kind="vapix:image", status=503))
    await automate(hass, "notify_person", detection=DETECTION, phone=phone, image=image)
    happen(simulator, "person")
    await told(hass, "person")
    assert not messages[1]
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    await patiently(hass, lambda: messages[1])
    assert messages[1][0]["data"]["image"] == ""


async def test_pause_scenario_and_hours_are_kept(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: str, messages: tuple[str, list[dict[str, Any]]]
) -> None:
    await begin(hass, person, simulator)
    _, got = messages
    await automate(hass, "notify_person", detection=DETECTION, phone=phone, scenarios=["fence"])
    happen(simulator, "person")
    await told(hass, "person")
    happen(simulator, "line", "2")
    await patiently(hass, lambda: got)
    assert got[0]["message"] == "A person: Fence"
    happen(simulator, "line", "2")
    happen(simulator, "sound")
    await told(hass, "sound")
    assert len(got) == 1

    now = dt_util.now()
    later = {
        "after": (now + timedelta(hours=1)).strftime("%H:%M:%S"),
        "before": (now + timedelta(hours=2)).strftime("%H:%M:%S"),
    }
    other_days = [day for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun") if day != now.strftime("%a").lower()]
    for hours in (later, {"weekdays": other_days}):
        await automate(hass, "notify_person", detection=DETECTION, phone=phone, pause=0, **hours)
        happen(simulator, "person")
        happen(simulator, "sound")
        await told(hass, "sound")
        assert len(got) == 1


async def test_camera_that_comes_back_is_no_person(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: str, messages: tuple[str, list[dict[str, Any]]]
) -> None:
    await begin(hass, person, simulator)
    happen(simulator, "person")
    await told(hass, "person")
    await automate(hass, "notify_person", detection=DETECTION, phone=phone, pause=0)
    entry = person.entry()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await patiently(hass, lambda: state(hass, DETECTION) not in {"unknown", "unavailable"})
    await hass.async_block_till_done(wait_background_tasks=False)
    assert not messages[1]


async def test_clip_is_saved_when_a_door_opens(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    await begin(hass, person, simulator)
    saved = async_mock_service(hass, "netrex", "export_recording")
    await automate(
        hass, "save_clip_when_door_opens", door=f"binary_sensor.{CAMERA}_door", camera=f"camera.{CAMERA}", wait=5
    )
    simulator.happen(serial_of(simulator), "input", "0")
    await patiently(hass, shows(hass, f"binary_sensor.{CAMERA}_door", "on"))
    opened = dt_util.utcnow()
    async_fire_time_changed(hass, opened + timedelta(seconds=24))
    assert not saved
    async_fire_time_changed(hass, opened + timedelta(seconds=27))
    await patiently(hass, lambda: saved)
    starts = dt_util.parse_datetime(str(saved[0].data["start"]), raise_on_error=True)
    ends = dt_util.parse_datetime(str(saved[0].data["end"]), raise_on_error=True)
    assert ends - starts == timedelta(seconds=30)
    assert abs(dt_util.as_utc(starts) + timedelta(seconds=10) - opened) < timedelta(seconds=3)
    assert saved[0].data["file_name"].startswith(f"netrex/{CAMERA}_")


@pytest.mark.usefixtures("quick_polls")
async def test_clip_of_a_door_lies_in_the_media_folder(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.switches.recording_preparation = 0.05
    media = tmp_path / "media"
    media.mkdir()
    hass.config.media_dirs = {"local": str(media)}
    await begin(hass, person, simulator)
    seconds = {"seconds_before": 3, "seconds_after": 1, "wait": 1}
    door, camera = f"binary_sensor.{CAMERA}_door", f"camera.{CAMERA}"
    await automate(hass, "save_clip_when_door_opens", door=door, camera=camera, folder="doors", **seconds)
    simulator.happen(serial_of(simulator), "input", "0")
    await patiently(hass, lambda: list(media.rglob("*.mp4")))
    (clip,) = await hass.async_add_executor_job(lambda: list(media.rglob("*.mp4")))
    assert clip.parent.name == "doors"
    assert clip.name.startswith(f"{CAMERA}_")

    def seconds_of(path: Path) -> float:
        with av.open(path) as container:
            return float(container.duration or 0) / av.time_base

    assert 1 <= await hass.async_add_executor_job(seconds_of, clip) <= 4.5


@pytest.fixture
async def lamp(hass: HomeAssistant) -> str:
    """A light."""
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"lamp": {}}})
    target = {"target": {"entity_id": "input_boolean.lamp"}}
    light = {
        "name": "Lamp",
        "state": "{{ is_state('input_boolean.lamp', 'on') }}",
        "turn_on": [{"action": "input_boolean.turn_on", **target}],
        "turn_off": [{"action": "input_boolean.turn_off", **target}],
    }
    assert await async_setup_component(hass, "template", {"template": [{"light": [light]}]})
    await hass.async_block_till_done(wait_background_tasks=False)
    return "light.lamp"


async def test_light_goes_on_and_off_again(
    hass: HomeAssistant, person: Person, simulator: Simulator, lamp: str
) -> None:
    await begin(hass, person, simulator)
    hass.states.async_set("sun.sun", "above_horizon")
    await automate(hass, "light_on_event", detection=DETECTION, light=lamp)
    happen(simulator, "person")
    await told(hass, "person")
    assert state(hass, lamp) == "off"

    hass.states.async_set("sun.sun", "below_horizon")
    happen(simulator, "vehicle")
    await patiently(hass, shows(hass, lamp, "on"))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=4))
    assert state(hass, lamp) == "on"
    # Nobody chose sounds, and a connection that comes back is nobody either.
    happen(simulator, "sound")
    await told(hass, "sound")
    shown = hass.states.get(DETECTION)
    assert shown
    hass.states.async_set(DETECTION, "unavailable")
    hass.states.async_set(DETECTION, shown.state, shown.attributes)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=6))
    await patiently(hass, shows(hass, lamp, "off"))


async def test_light_stays_on_while_something_goes_on(
    hass: HomeAssistant, person: Person, simulator: Simulator, lamp: str
) -> None:
    await begin(hass, person, simulator)
    hass.states.async_set("sun.sun", "below_horizon")
    await automate(hass, "light_on_event", detection=DETECTION, light=lamp, minutes=0.1)
    happen(simulator, "person")
    await patiently(hass, shows(hass, lamp, "on"))
    seen = states_of(hass, lamp)
    first = state(hass, DETECTION)
    happen(simulator, "vehicle")
    await told(hass, "vehicle")
    second = state(hass, DETECTION)
    await patiently(hass, shows(hass, lamp, "off"))
    # Six seconds after the second one rather than the first.
    off = seen[-1].last_changed
    assert first < second
    assert off - dt_util.parse_datetime(second, raise_on_error=True) >= timedelta(seconds=5.9)


async def test_light_that_somebody_turned_on_stays_on(
    hass: HomeAssistant, person: Person, simulator: Simulator, lamp: str
) -> None:
    await begin(hass, person, simulator)
    hass.states.async_set("sun.sun", "below_horizon")
    await automate(hass, "light_on_event", detection=DETECTION, light=lamp)
    await hass.services.async_call("light", "turn_on", {"entity_id": lamp}, blocking=True)
    happen(simulator, "person")
    await told(hass, "person")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=12))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert state(hass, lamp) == "on"
