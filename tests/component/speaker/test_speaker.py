"""What Home Assistant has to say is heard at the camera."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.components.http import ApiConfig
from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import numpy as np
import pytest

from custom_components.netrex.recordings.media_items import recording_link
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Simulator
from simulator.sound import likeness, mu_law_samples
from tests.speaker.sounds import encoded, melody, write

from ..listening import serial_of, shows, state, states_of
from ..person import Person
from ..speaking import PLAYER, SCOPES, add_speaker, finished, give_speaker, order, play, put_media
from ..speech_engine import ENGINE, add_engine
from ..waiting import until


@pytest.fixture
async def speech_engine(hass: HomeAssistant) -> None:
    """Home Assistant can speak."""
    await add_engine(hass)


@pytest.fixture
async def breathless(hass: HomeAssistant) -> asyncio.Semaphore:
    """Home Assistant can speak a sentence for each time that this is released."""
    breath = asyncio.Semaphore(0)
    await add_engine(hass, breath)
    return breath


@pytest.fixture
def quickly_taken(hass: HomeAssistant) -> None:
    """Return from a long announcement without three seconds of waiting."""
    timing_of(hass).announcement_taken_after = 0.1


async def test_announcement_is_heard(
    hass: HomeAssistant, speech_engine: None, person: Person, simulator: Simulator
) -> None:
    camera = give_speaker(simulator)
    await add_speaker(hass, person)
    states = states_of(hass, PLAYER)
    spoken = {
        "entity_id": ENGINE,
        "media_player_entity_id": PLAYER,
        "message": "Somebody is at the door",
        "cache": False,
    }
    await hass.services.async_call("tts", "speak", spoken, blocking=True)
    await until(hass, lambda: finished(camera))
    (heard,) = camera.heard
    assert heard.content_type == "audio/axis-mulaw-128"
    assert heard.length == len(heard.sound)
    assert heard.ahead < 1
    assert likeness(mu_law_samples(bytes(heard.sound)), 16_000, melody(), 22_050) > 0.97
    await until(hass, shows(hass, PLAYER, "idle"))
    playing = next(each for each in states if each.state == "playing")
    assert playing.attributes["media_duration"] == round(len(heard.sound) / 16_000)
    assert "media_duration" not in states[-1].attributes


async def test_media_is_heard_in_the_codec_that_the_camera_has(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    camera = give_speaker(simulator, formats=("g711", "g726"))
    media_id = await put_media(hass, tmp_path, "dětská.wav", melody())
    await add_speaker(hass, person)
    await order(hass, "volume_set", volume_level=0.5)
    states = states_of(hass, PLAYER)
    await play(hass, media_id, extra={"metadata": {"title": "Uspávanka"}})
    (heard,) = finished(camera)
    assert heard.content_type == "audio/basic"
    samples = mu_law_samples(bytes(heard.sound))
    assert likeness(samples, 8_000, melody(), 22_050) > 0.97
    assert np.abs(samples).max() == pytest.approx(0.4, abs=0.03)
    assert next(each for each in states if each.state == "playing").attributes["media_title"] == "Uspávanka"


async def test_address_at_home_assistant_is_heard(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    camera = give_speaker(simulator)
    await put_media(hass, tmp_path, "ding.wav", melody(0.3))
    await add_speaker(hass, person)
    await hass.config.async_update(internal_url=str(person.app.make_url("")).rstrip("/"))
    await play(hass, "/media/local/ding.wav")
    (heard,) = finished(camera)
    assert likeness(mu_law_samples(bytes(heard.sound)), 16_000, melody(0.3), 22_050) > 0.97
    with pytest.raises(HomeAssistantError) as failed:
        await play(hass, "/media/local/nothing.wav")
    assert failed.value.translation_key == "speaker_source_failed"
    assert failed.value.translation_placeholders == {"reason": "HTTP status 404"}


@pytest.mark.parametrize("internal_url", ["http://homeassistant.invalid:8123", "https://homeassistant.invalid", None])
async def test_own_files_are_heard_whatever_the_name_of_home_assistant(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path, internal_url: str | None
) -> None:
    """In its container or behind a router, Home Assistant often can't reach itself by the name that others know."""
    camera = give_speaker(simulator)
    await put_media(hass, tmp_path, "dětská ding.wav", melody(0.3))
    await add_speaker(hass, person)
    port = person.app.make_url("").port
    assert port
    hass.config.api = ApiConfig("192.0.2.1", "127.0.0.1", port, use_ssl=False)
    await hass.config.async_update(internal_url=internal_url)
    path = "/media/local/d%C4%9Btsk%C3%A1%20ding.wav"
    addresses = [path, f"{internal_url}{path}"] if internal_url else [path, f"http://192.0.2.1:{port}{path}"]
    for number, address in enumerate(addresses, 1):
        await play(hass, address)
        assert len(finished(camera)) == number


@pytest.mark.parametrize(
    "media_id",
    [
        "http://192.168.1.1/secret",
        "//192.168.1.1/secret",
        "http:///secret",
        "https://example.com/a.mp3",
        "file:///etc/hostname",
        "rtsp://camera/",
        "nothing",
        "",
    ],
)
async def test_nothing_is_fetched_from_elsewhere(
    hass: HomeAssistant, person: Person, simulator: Simulator, media_id: str
) -> None:
    camera = give_speaker(simulator)
    await add_speaker(hass, person)
    with pytest.raises(ServiceValidationError) as failed:
        await play(hass, media_id)
    assert failed.value.translation_key == "speaker_source_foreign"
    assert not camera.heard


async def test_what_can_not_be_played_is_told(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    camera = give_speaker(simulator)
    long = await put_media(hass, tmp_path, "long.wav", melody(301, 1_000), 1_000)
    await add_speaker(hass, person)

    async def error_key(media_id: str) -> str | None:
        with pytest.raises(HomeAssistantError) as refused:
            await play(hass, media_id)
        assert str(tmp_path) not in str(refused.value)
        return refused.value.translation_key

    assert await error_key(long) == "speaker_too_long"
    await hass.async_add_executor_job(write, tmp_path / "text.wav", b"no sound at all")
    assert await error_key("media-source://media_source/local/text.wav") == "speaker_not_sound"
    assert await error_key("media-source://media_source/local/missing.wav") == "speaker_source_failed"
    timing_of(hass).most_sound_bytes = 1000
    assert await error_key(long) == "speaker_source_too_large"
    await hass.config.async_update(internal_url=str(person.app.make_url("")).rstrip("/"))
    assert await error_key("/media/local/long.wav") == "speaker_source_too_large"
    assert await error_key("media-source://unknown/x") is not None
    assert not camera.heard


async def test_slow_source_is_given_up(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    give_speaker(simulator)
    await add_speaker(hass, person)
    simulator.faults.add(Fault(kind="vapix:image", hang=True))
    timing_of(hass).sound_timeout = 0.2
    await hass.config.async_update(internal_url=simulator.url)
    with pytest.raises(HomeAssistantError) as failed:
        await play(hass, f"/device-connect/{serial_of(simulator)}/axis-cgi/jpg/image.cgi")
    assert failed.value.translation_placeholders == {"reason": "TimeoutError"}


# --- one after another -----------------------------------------------------------------------------


async def test_announcements_wait_for_each_other(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    camera = give_speaker(simulator)
    first = await put_media(hass, tmp_path, "first.wav", melody(0.6))
    second = await put_media(hass, tmp_path, "second.wav", melody(0.3))
    await add_speaker(hass, person)
    async with asyncio.TaskGroup() as orders:
        orders.create_task(play(hass, first, announce=True))
        await until(hass, lambda: camera.speaks, settle=False)
        # Other orders are not held up.
        assert not next(iter(person.entry().runtime_data.cameras.values())).command_lock.locked()
        orders.create_task(play(hass, second))
    assert [len(heard.sound) for heard in finished(camera)] == pytest.approx([9600, 4800], abs=100)


async def test_media_takes_the_place_of_what_is_heard(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path, quickly_taken: None
) -> None:
    camera = give_speaker(simulator)
    long = await put_media(hass, tmp_path, "long.wav", melody(60, 8_000), 8_000)
    short = await put_media(hass, tmp_path, "short.wav", melody(0.1))
    await add_speaker(hass, person)
    await play(hass, long)
    assert state(hass, PLAYER) == "playing"
    await play(hass, short, announce=True)
    await until(hass, lambda: [heard.finished for heard in camera.heard] == [False, True])
    await play(hass, long)
    await play(hass, short)
    await until(hass, lambda: [heard.finished for heard in camera.heard] == [False, True, False, True])
    await until(hass, shows(hass, PLAYER, "idle"))


async def test_stop_ends_what_is_heard_and_what_waits(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path, quickly_taken: None
) -> None:
    camera = give_speaker(simulator)
    long = await put_media(hass, tmp_path, "long.wav", melody(60, 8_000), 8_000)
    await add_speaker(hass, person)
    await play(hass, long)
    waiting = [asyncio.create_task(play(hass, long, enqueue="add")) for _ in range(5)]
    speech = hass.data["entity_components"]["media_player"].get_entity(PLAYER)._speech
    await until(hass, lambda: len(speech._asked) == 6, settle=False)
    with pytest.raises(HomeAssistantError) as failed:
        await play(hass, long, enqueue="next")
    assert failed.value.translation_key == "speaker_too_many"
    await order(hass, "media_stop")
    await asyncio.gather(*waiting)
    await until(hass, lambda: not camera.speaks)
    assert state(hass, PLAYER) == "idle"
    assert len(camera.heard) == 1
    assert simulator.counters["vapix:stopclip"] == 0


async def test_stop_ends_what_is_still_fetched(
    hass: HomeAssistant, breathless: asyncio.Semaphore, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    camera = give_speaker(simulator)
    await add_speaker(hass, person)
    short = await put_media(hass, tmp_path, "short.wav", melody(0.1))
    player = hass.data["entity_components"]["media_player"].get_entity(PLAYER)
    orders = [
        asyncio.create_task(play(hass, each)) for each in (f"media-source://tts/{ENGINE}?message=Hi&cache=false", short)
    ]
    await until(hass, lambda: player._preparing._waiters, settle=False)
    await order(hass, "media_stop")
    breathless.release()
    await asyncio.gather(*orders)
    assert not camera.heard
    await play(hass, short)
    assert finished(camera)


async def test_unloading_lets_the_camera_fall_silent(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path, quickly_taken: None
) -> None:
    camera = give_speaker(simulator)
    long = await put_media(hass, tmp_path, "long.wav", melody(60, 8_000), 8_000)
    entry = await add_speaker(hass, person)
    await order(hass, "volume_set", volume_level=0.25)
    await play(hass, long)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(hass, lambda: not camera.speaks)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(hass, shows(hass, PLAYER, "idle"))
    found = hass.states.get(PLAYER)
    assert found
    assert found.attributes["volume_level"] == 0.25


# --- what goes wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("speaker", "fault", "key", "words"),
    [
        ({}, Fault(kind="vapix:transmit", status=503), "command_busy", ""),
        ({"duplex": "get"}, None, "command_refused", "Not allowed in the current mode"),
        ({}, Fault(kind="vapix:transmit", status=415, body="<p>no</p>"), "command_not_possible", ""),
        ({"breaks_after": 0.05}, None, "command_not_answered", ""),
        ({}, Fault(kind="vapix:transmit", cut=True), "command_not_answered", ""),
    ],
)
async def test_why_nothing_is_heard_is_told(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    tmp_path: Path,
    speaker: dict[str, Any],
    fault: Fault | None,
    key: str,
    words: str,
) -> None:
    give_speaker(simulator, **speaker)
    media_id = await put_media(hass, tmp_path, "a.wav", melody(0.5))
    await add_speaker(hass, person)
    if fault:
        simulator.faults.add(fault)
    with pytest.raises(HomeAssistantError) as failed:
        await play(hass, media_id)
    assert failed.value.translation_key == key
    assert failed.value.translation_placeholders
    assert failed.value.translation_placeholders["words"] == words
    assert state(hass, PLAYER) == "idle"


async def test_speech_that_breaks_off_later_is_logged(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    tmp_path: Path,
    quickly_taken: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    give_speaker(simulator, breaks_after=0.5)
    media_id = await put_media(hass, tmp_path, "a.wav", melody(20, 8_000), 8_000)
    await add_speaker(hass, person)
    await play(hass, media_id)
    assert state(hass, PLAYER) == "playing"
    await until(hass, shows(hass, PLAYER, "idle"))
    # The camera is checked before the error is raised.
    await until(hass, lambda: "did not say all of it (UnreachableError)" in caplog.text)


async def test_lost_permission_becomes_an_issue_and_ends_with_success(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path, issue_registry: ir.IssueRegistry
) -> None:
    give_speaker(simulator)
    media_id = await put_media(hass, tmp_path, "a.wav", melody(0.1))
    await add_speaker(hass, person)
    simulator.faults.add(Fault(kind="vapix:transmit", status=403, times=1))

    def issues() -> list[str]:
        return [each.translation_key or "" for each in issue_registry.issues.values() if each.domain == "netrex"]

    with pytest.raises(HomeAssistantError) as failed:
        await play(hass, media_id)
    assert failed.value.translation_key == "command_permission_refused"
    assert issues() == ["permission_refused_audiotransmit"]
    await play(hass, media_id)
    assert not issues()


async def test_camera_that_is_off_says_nothing(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path, quick_rechecks: None
) -> None:
    camera = give_speaker(simulator)
    media_id = await put_media(hass, tmp_path, "a.wav", melody(0.1))
    entry = await add_speaker(hass, person)
    camera.online = False
    with pytest.raises(HomeAssistantError):
        await play(hass, media_id)
    await until(hass, shows(hass, PLAYER, "unavailable"))
    player = hass.data["entity_components"]["media_player"].get_entity(PLAYER)
    with pytest.raises(HomeAssistantError) as failed:
        await player.async_play_media("music", media_id)
    assert failed.value.translation_key == "camera_unreachable"
    camera.online = True
    await until(hass, shows(hass, PLAYER, "idle"))
    assert entry.runtime_data.cameras


# --- who may, and who has nothing of it ------------------------------------------------------------


def features(hass: HomeAssistant) -> MediaPlayerEntityFeature:
    found = hass.states.get(PLAYER)
    assert found
    return MediaPlayerEntityFeature(found.attributes["supported_features"])


async def reached(hass: HomeAssistant, entry: ConfigEntry) -> None:
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "reachable")
    await hass.async_block_till_done(wait_background_tasks=False)


@pytest.mark.parametrize("scopes", [["read", "liveview", "events"], SCOPES])
async def test_nobody_sees_a_player_without_speaker_or_permission(
    hass: HomeAssistant, person: Person, simulator: Simulator, scopes: list[str]
) -> None:
    if scopes != SCOPES:
        give_speaker(simulator)
    await reached(hass, await person.add_account(scopes))
    assert not hass.states.async_entity_ids("media_player")


async def test_speech_only(hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path) -> None:
    camera = give_speaker(simulator)
    await add_speaker(hass, person, ["read", "liveview", "audiotransmit"])
    assert MediaPlayerEntityFeature.MEDIA_ANNOUNCE in features(hass)
    with pytest.raises(ServiceValidationError) as failed:
        await play(hass, "clip/0")
    assert failed.value.translation_key == "speaker_clip_unknown"
    assert camera.playing_clip is None
    await play(hass, await put_media(hass, tmp_path, "a.wav", melody(0.1)))
    await order(hass, "media_stop")
    assert simulator.counters["vapix:stopclip"] == 0


@pytest.mark.parametrize(
    ("speaker", "can"),
    [
        (
            {},
            MediaPlayerEntityFeature.STOP | MediaPlayerEntityFeature.VOLUME_SET | MediaPlayerEntityFeature.VOLUME_STEP,
        ),
        ({"play_options": (), "stops_clips": False}, MediaPlayerEntityFeature(0)),
    ],
)
async def test_clips_only(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    tmp_path: Path,
    speaker: dict[str, Any],
    can: MediaPlayerEntityFeature,
) -> None:
    camera = give_speaker(simulator, **speaker)
    await add_speaker(hass, person, ["read", "liveview", "liveview_audioclip"])
    assert features(hass) == MediaPlayerEntityFeature.PLAY_MEDIA | MediaPlayerEntityFeature.BROWSE_MEDIA | can
    with pytest.raises(ServiceValidationError) as failed:
        await play(hass, await put_media(hass, tmp_path, "a.wav", melody(0.1)))
    assert failed.value.translation_key == "speaker_only_clips"
    await play(hass, "clip/0")
    assert camera.playing_clip


async def test_recording_with_sound_and_picture_is_heard(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    camera = give_speaker(simulator)
    await put_media(hass, tmp_path, "a.wav", melody(0.1))
    await hass.async_add_executor_job(write, tmp_path / "a.mp4", encoded(melody(rate=48_000), "mp4", "aac", 48_000))
    await add_speaker(hass, person)
    await play(hass, "media-source://media_source/local/a.mp4")
    (heard,) = finished(camera)
    assert likeness(mu_law_samples(bytes(heard.sound)), 16_000, melody(), 22_050) > 0.97


async def test_recording_at_netrex_without_sound_says_so(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    give_speaker(simulator)
    entry = await add_speaker(hass, person, [*SCOPES, "recordings"])
    await hass.config.async_update(internal_url=str(person.app.make_url("")).rstrip("/"))
    (known,) = entry.runtime_data.cameras.values()
    recording = recording_link(entry, known.node, dt_util.utcnow() - timedelta(hours=2))
    assert recording
    with pytest.raises(HomeAssistantError) as failed:
        await play(hass, recording)
    assert failed.value.translation_key == "speaker_not_sound"
