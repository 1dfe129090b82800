"""What can be set after an account was added; a form that is opened and submitted as it is changes nothing."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.episodes.episode import Episode, EpisodeId
from simulator import Camera, NodeType, Port, Simulator

from ..counting import choose
from ..episodes_kept import keep_episode
from ..person import Person
from ..waiting import until


def as_shown(step: dict[str, Any]) -> dict[str, Any]:
    """Return what the frontend sends for a form that nobody has changed."""
    values: dict[str, Any] = {}
    for field in step["data_schema"]:
        suggested = (field.get("description") or {}).get("suggested_value")
        if (value := field.get("default") if suggested is None else suggested) is not None:
            values[field["name"]] = value
    return values


async def test_serial_number_can_be_entered_and_forgotten(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    node = simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    await person.options(entry)
    step = await person.choose("camera_serial")
    assert step["description_placeholders"] == {"entered": "-"}
    step = await person.answer(camera=str(node.node_id), serial="12")
    assert step["errors"] == {"serial": "bad_serial"}
    step = await person.answer(camera=str(node.node_id), serial="accc8e00aaaa")
    assert step["type"] == "create_entry"
    await until(hass, lambda: hass.states.get("camera.vchod") and hass.states.get("camera.vchod").state == "idle")

    await person.options(entry)
    step = await person.choose("camera_serial")
    assert step["description_placeholders"] == {"entered": "\n- Vchod: ACCC8E00AAAA"}
    await person.answer(camera=str(node.node_id), serial="", remove_serial=True)
    await hass.async_block_till_done()
    assert entry.options["serials"] == {}
    assert node.node_id not in entry.runtime_data.cameras


async def test_token_for_cameras_can_be_entered_and_taken_back(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.switches.device_connect_takes_oauth = False
    entry = await person.add_account()
    token = simulator.api_token(scopes={"configuration"})
    await person.options(entry)
    await person.choose("remote_access")
    await person.answer(remote_api_token=f"{token}\n")
    assert entry.options == {"remote_api_token": token}
    await until(hass, lambda: [state.state for state in hass.states.async_all("camera")] == ["idle"])

    await person.options(entry)
    step = await person.choose("remote_access")
    # Its text says that a token is stored.
    assert step["step_id"] == "remote_access_stored"
    assert token not in str(step)
    another = simulator.api_token(scopes={"configuration"})
    await person.answer(remote_api_token=f" {another}", remove_token=False)
    await hass.async_block_till_done()
    assert entry.options == {"remote_api_token": another}

    await person.options(entry)
    await person.choose("remote_access")
    await person.answer(remove_token=True)
    await hass.async_block_till_done()
    assert entry.options == {}


async def test_serials_need_a_connected_account(hass: HomeAssistant, person: Person) -> None:
    entry = await person.add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    await person.options(entry)
    step = await person.choose("camera_serial")
    assert step["reason"] == "account_not_loaded"


async def test_account_without_cameras_has_no_serials_to_enter(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    for node in [node for node in simulator.world.nodes.values() if node.type == "camera"]:
        simulator.world.remove(node.node_id)
    entry = await person.add_account()
    await person.options(entry)
    step = await person.choose("camera_serial")
    assert step["reason"] == "no_cameras"


async def set_everything(hass: HomeAssistant, person: Person, simulator: Simulator, entry: ConfigEntry) -> None:
    """Choose something in every form."""
    await person.options(entry)
    await person.choose("remote_access")
    await person.answer(remote_api_token=simulator.api_token(scopes={"configuration"}))
    await hass.async_block_till_done()
    await until(hass, lambda: entry.runtime_data.cameras and _outputs(entry))
    (camera,) = entry.runtime_data.cameras.values()
    await person.options(entry)
    await person.choose("camera_serial")
    await person.answer(camera=str(camera.node.node_id), serial=camera.serial)
    await hass.async_block_till_done()
    await person.options(entry)
    await person.choose("recordings")
    await person.answer(recording_height="1080", recording_days=7, only_recorded_days=True)
    await hass.async_block_till_done()
    await person.options(entry)
    await person.choose("events")
    await person.answer(event_days=30, event_pictures=False, event_space=200)
    await hass.async_block_till_done()
    node = simulator.world.nodes[camera.node.node_id]
    shop = simulator.world.add(NodeType.LOCATION, "Obchod", simulator.world.top)
    await entry.runtime_data.tree.async_refresh()
    await choose(hass, person, entry, [node, shop], ["visitors", "passers_by"])
    await until(hass, lambda: _outputs(entry))
    await person.options(entry)
    await person.choose("outputs")
    await person.answer(output=f"{node.node_id}/0")
    await person.answer(use="lock", seconds=2.5)
    await hass.async_block_till_done()
    await until(hass, lambda: _outputs(entry))


def _outputs(entry: ConfigEntry) -> list[object]:
    return [output for camera in entry.runtime_data.cameras.values() for output in camera.equipment.outputs or ()]


@pytest.mark.parametrize("chosen_before", [True, False])
async def test_no_form_of_the_options_changes_anything_when_it_is_submitted_as_it_is(
    hass: HomeAssistant, person: Person, simulator: Simulator, *, chosen_before: bool
) -> None:
    (camera,) = simulator.world.cameras.values()
    camera.ports = [Port("Horn", direction="output")]
    entry = await person.add_account(["read", "liveview", "write"])
    if chosen_before:
        await set_everything(hass, person, simulator, entry)
    else:
        await until(hass, lambda: _outputs(entry))
    before, account = dict(entry.options), entry.runtime_data
    assert bool(before) is chosen_before
    for form in ("recordings", "events", "metrics", "outputs", "camera_serial", "remote_access"):
        await person.options(entry)
        step = await person.choose(form)
        values = as_shown(step)
        if form == "outputs":
            (field,) = step["data_schema"]
            step = await person.answer(output=field["selector"]["select"]["options"][0]["value"])
            values = as_shown(step)
        step = await person.answer(**values)
        assert step["type"] == "create_entry", (form, step)
        await hass.async_block_till_done()
        assert dict(entry.options) == before, form
        assert entry.runtime_data is account, f"{form}: nothing was reloaded"


async def test_how_long_events_are_kept(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account(["read", "liveview", "events"])
    (camera,) = entry.runtime_data.cameras
    now = dt_util.utcnow()
    kept = [keep_episode(entry, camera, now - timedelta(days=days)).id for days in (1, 5, 10)]

    async def answer(**values: Any) -> None:
        await person.options(entry)
        step = await person.choose("events")
        assert as_shown(step).keys() == values.keys()
        await person.answer(**values)
        await hass.async_block_till_done()
        await until(hass, lambda: entry.state is ConfigEntryState.LOADED)

    async def found() -> list[Episode]:
        interval = Interval(0, round(now.timestamp()) + 1)
        return list(await entry.runtime_data.episodes.find([camera], interval))

    async def until_found(*expected: tuple[EpisodeId, bool]) -> None:
        while [(each.id, each.has_picture) for each in await found()] != list(expected):
            await asyncio.sleep(0.01)

    await until_found(*((each, True) for each in kept))
    # What is too old goes at once, not only with the next event.
    await answer(event_days=7, event_pictures=True, event_space=500)
    assert entry.options == {"event_days": 7, "event_pictures": True, "event_space": 500}
    await until_found((kept[0], True), (kept[1], True))
    await answer(event_days=7, event_pictures=False, event_space=500)
    await until_found((kept[0], False), (kept[1], False))
    keep_episode(entry, camera, now - timedelta(days=2))
    assert not any(each.has_picture for each in await found())


async def test_figures_of_a_place_that_is_away_for_a_while_stay_chosen(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    shops = [simulator.world.add(NodeType.LOCATION, name, simulator.world.top) for name in ("Brno", "Praha")]
    await entry.runtime_data.tree.async_refresh()
    await choose(hass, person, entry, shops, ["visitors"])
    simulator.world.remove(shops[0].node_id)
    await entry.runtime_data.tree.async_refresh()
    await person.options(entry)
    step = await person.choose("metrics")
    assert as_shown(step)["metric_nodes"] == [str(shops[1].node_id)]
    await person.answer(metric_nodes=[str(shops[1].node_id)], metric_kinds=["visitors", "passers_by"])
    await hass.async_block_till_done()
    assert set(entry.options["metric_nodes"]) == {shop.node_id for shop in shops}
    assert entry.options["metric_kinds"] == ["visitors", "passers_by"]
    # To choose nothing is to want no figures, of whatever place.
    await person.options(entry)
    await person.choose("metrics")
    await person.answer(metric_nodes=[], metric_kinds=[])
    await hass.async_block_till_done()
    assert entry.options["metric_nodes"] == []
