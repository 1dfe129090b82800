"""Sounds that lie in a camera: browsed, played by the speaker and by buttons."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.speaker.browser import clip_number
from custom_components.netrex.tasks.timing import timing_of
from simulator import AudioClip, Fault, Simulator
from tests.speaker.sounds import melody

from ..listening import CAMERA, add_listening, serial_of, shows, state
from ..person import Person
from ..speaking import PLAYER, SCOPES, add_speaker, finished, give_speaker, order, play, put_media
from ..speech_engine import ENGINE, add_engine
from ..waiting import until

DOG = f"button.{CAMERA}_play_stekot"
BELL = f"button.{CAMERA}_play_zvonek"


async def browse(hass: HomeAssistant, hass_ws_client: WebSocketGenerator, **folder: str) -> dict[str, Any]:
    """Look into the player's media as the frontend does."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "media_player/browse_media", "entity_id": PLAYER, **folder})
    answer: dict[str, Any] = await client.receive_json()
    return answer


def titles(answer: dict[str, Any]) -> list[str]:
    assert answer["success"], answer
    return [each["title"] for each in answer["result"]["children"]]


# --- browsing --------------------------------------------------------------------------------------


async def test_own_sounds_come_before_those_of_home_assistant(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    tmp_path: Path,
    hass_ws_client: WebSocketGenerator,
) -> None:
    give_speaker(simulator)
    await put_media(hass, tmp_path, "a.wav", melody(0.1))
    (tmp_path / "a.jpg").write_bytes(b"picture")
    await add_speaker(hass, person)
    root = await browse(hass, hass_ws_client)
    assert titles(root)[:2] == ["Zvonek", "Štěkot"]
    # Folders without sounds would only be in the way.
    assert "My media" in titles(root)
    assert not {"Netrex", "Camera", "Image"} & set(titles(root))
    dog = root["result"]["children"][1]
    assert (dog["media_content_id"], dog["can_play"], dog["can_expand"]) == ("clip/4", True, False)
    local = await browse(
        hass, hass_ws_client, media_content_id="media-source://media_source/local/.", media_content_type="app"
    )
    assert titles(local) == ["a.wav"]


async def test_without_speech_there_are_own_sounds_only(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_ws_client: WebSocketGenerator
) -> None:
    give_speaker(simulator)
    await add_speaker(hass, person, ["read", "liveview", "liveview_audioclip"])
    assert titles(await browse(hass, hass_ws_client)) == ["Zvonek", "Štěkot"]
    for folder in ("media-source://media_source", "nowhere"):
        answer = await browse(hass, hass_ws_client, media_content_id=folder, media_content_type="app")
        assert answer["error"]["message"].startswith("There is nothing to play here")


@pytest.mark.parametrize(
    ("media_id", "number"),
    [("clip/0", 0), ("clip/12", 12), ("clip/", None), ("clip/-1", None), ("12", None), ("clip/1234567890", None)],
)
def test_clips_are_named_exactly(media_id: str, number: int | None) -> None:
    assert clip_number(media_id) == number


# --- playing ---------------------------------------------------------------------------------------


async def test_clip_plays_as_loud_as_wanted_and_is_stopped(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera = give_speaker(simulator)
    simulator.happen(serial_of(simulator), "clip", "0", active=False)
    await add_listening(hass, person, SCOPES)
    await until(hass, shows(hass, PLAYER, "idle"))
    await order(hass, "volume_set", volume_level=0.3)
    await play(hass, "clip/4")
    assert camera.playing_clip
    assert (camera.playing_clip.number, camera.playing_clip.volume) == (4, 30)
    await until(hass, shows(hass, PLAYER, "playing"))
    found = hass.states.get(PLAYER)
    assert found
    assert found.attributes["media_title"] == "Štěkot"
    await order(hass, "media_stop")
    await until(hass, shows(hass, PLAYER, "idle"))
    assert camera.playing_clip is None
    found = hass.states.get(PLAYER)
    assert found
    assert "media_title" not in found.attributes


async def test_clip_that_somebody_else_plays_is_seen(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    give_speaker(simulator)
    await add_listening(hass, person, SCOPES)
    await until(hass, shows(hass, PLAYER, "idle"))
    simulator.happen(serial_of(simulator), "clip", "0")
    await until(hass, shows(hass, PLAYER, "playing"))
    simulator.happen(serial_of(simulator), "clip", "0", active=False)
    await until(hass, shows(hass, PLAYER, "idle"))


async def test_speech_takes_the_place_of_a_clip(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    camera = give_speaker(simulator)
    await add_listening(hass, person, SCOPES)
    await until(hass, shows(hass, PLAYER, "idle"))
    media_id = await put_media(hass, tmp_path, "a.wav", melody(0.1))
    await play(hass, "clip/4")
    await until(hass, shows(hass, PLAYER, "playing"))
    await play(hass, media_id, announce=True)
    assert finished(camera)
    assert camera.playing_clip is None


async def test_clip_takes_the_place_of_speech(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    timing_of(hass).announcement_taken_after = 0.1
    camera = give_speaker(simulator)
    await add_speaker(hass, person)
    await play(hass, await put_media(hass, tmp_path, "a.wav", melody(60, 8_000), 8_000))
    await play(hass, "clip/0")
    assert camera.playing_clip
    await until(hass, lambda: not camera.speaks)


async def test_clip_is_refused_while_an_announcement_is_heard(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    timing_of(hass).announcement_taken_after = 0.1
    camera = give_speaker(simulator)
    await add_speaker(hass, person)
    await play(hass, await put_media(hass, tmp_path, "a.wav", melody(1, 8_000), 8_000), announce=True)
    with pytest.raises(HomeAssistantError, match="playing an announcement") as failed:
        await play(hass, "clip/0")
    assert failed.value.translation_key == "speaker_announcing"
    assert camera.playing_clip is None
    await until(hass, lambda: finished(camera))
    await until(hass, shows(hass, PLAYER, "idle"))
    await play(hass, "clip/0")
    assert camera.playing_clip


async def test_clip_is_refused_when_an_announcement_comes_before_its_turn(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    timing_of(hass).announcement_taken_after = 0.1
    camera = give_speaker(simulator)
    entry = await add_speaker(hass, person)
    media_id = await put_media(hass, tmp_path, "a.wav", melody(1, 8_000), 8_000)
    (known,) = entry.runtime_data.cameras.values()
    async with known.command_lock:
        clip = asyncio.create_task(play(hass, "clip/0"))
        await until(hass, lambda: known.command_lock._waiters, settle=False)
        await play(hass, media_id, announce=True)
    with pytest.raises(HomeAssistantError) as failed:
        await clip
    assert failed.value.translation_key == "speaker_announcing"
    assert camera.playing_clip is None
    await until(hass, lambda: finished(camera))


async def test_refused_clip_is_told_in_the_cameras_words(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera = give_speaker(simulator)
    await add_speaker(hass, person)
    camera.audio_clips.clear()
    with pytest.raises(HomeAssistantError) as failed:
        await play(hass, "clip/4")
    assert failed.value.translation_key == "command_refused"
    assert failed.value.translation_placeholders
    assert failed.value.translation_placeholders["words"] == "Invalid value"
    simulator.faults.add(Fault(kind="vapix:stopclip", status=503))
    with pytest.raises(HomeAssistantError) as failed:
        await order(hass, "media_stop")
    assert failed.value.translation_key == "command_busy"


# --- buttons ---------------------------------------------------------------------------------------


async def enable(hass: HomeAssistant, *entity_ids: str) -> None:
    """Turn entities on that are off by default."""
    for entity_id in entity_ids:
        er.async_get(hass).async_update_entity(entity_id, disabled_by=None)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    await until(hass, lambda: all(hass.states.get(entity_id) for entity_id in entity_ids))


async def press(hass: HomeAssistant, entity_id: str) -> None:
    await hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)


async def test_buttons_are_off_by_default_and_play(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera = give_speaker(simulator)
    await add_speaker(hass, person)
    assert not [each for each in hass.states.async_entity_ids("button") if "play" in each]
    await enable(hass, DOG)
    await press(hass, DOG)
    assert camera.playing_clip
    assert (camera.playing_clip.number, camera.playing_clip.volume) == (4, 100)
    found = hass.states.get(DOG)
    assert found
    assert found.name.endswith("Play Štěkot")


async def test_buttons_follow_the_clips_in_the_camera(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera = give_speaker(simulator)
    entry = await add_speaker(hass, person)
    await enable(hass, DOG, BELL)
    camera.audio_clips = [AudioClip(4, "Pes", 0.1), AudioClip(5, "Kočka", 0.1)]
    (known,) = entry.runtime_data.cameras.values()
    await known.refresh_equipment()
    registry = er.async_get(hass)
    await until(hass, lambda: registry.async_get(f"button.{CAMERA}_play_kocka"))
    assert registry.async_get(BELL) is None
    found = hass.states.get(DOG)
    assert found
    assert found.name.endswith("Play Pes")
    camera.speaker = None
    await known.refresh_equipment()
    await until(hass, shows(hass, PLAYER, "unavailable"))
    assert state(hass, DOG) == "unavailable"


async def test_nobody_without_the_permission_sees_buttons(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    give_speaker(simulator)
    await add_speaker(hass, person, ["read", "liveview", "audiotransmit"])
    assert not [each for each in er.async_get(hass).entities if "play" in each and each.startswith("button.")]


# --- both together ---------------------------------------------------------------------------------


@pytest.fixture
async def speech_engine(hass: HomeAssistant) -> None:
    """Home Assistant can speak."""
    await add_engine(hass)


async def test_speech_is_among_what_can_be_played(
    hass: HomeAssistant,
    speech_engine: None,
    person: Person,
    simulator: Simulator,
    hass_ws_client: WebSocketGenerator,
) -> None:
    camera = give_speaker(simulator)
    await add_speaker(hass, person)
    assert "Text-to-speech" in titles(await browse(hass, hass_ws_client))
    folder = await browse(hass, hass_ws_client, media_content_id="media-source://tts", media_content_type="app")
    assert titles(folder) == ["Singer"]
    await play(hass, f"media-source://tts/{ENGINE}?message=Hello&cache=false")
    assert finished(camera)
    with pytest.raises(HomeAssistantError):
        await play(hass, "media-source://tts/nobody?message=Hello")


async def test_diagnostics_count_and_name_nothing(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    give_speaker(simulator)
    entry = await add_speaker(hass, person)
    facts = await async_get_config_entry_diagnostics(hass, entry)
    (camera,) = facts["cameras"]
    assert (camera["clips"], camera["clips_can_be_stopped"], camera["clips_have_volume"]) == (2, True, True)
    assert camera["speech"] == "audio/axis-mulaw-128"
    assert "tekot" not in str(facts)
