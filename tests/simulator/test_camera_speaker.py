"""A camera's clips and speaker, asked as VX-CLIP and VX-AUDIO say."""

import asyncio
from collections.abc import AsyncIterator
import time
from typing import Any

import aiohttp
import pytest

from simulator.equipment import AudioClip, Speaker
from simulator.world import Camera
from tests.simulator.camera_site import SERIAL, CameraSite, camera_site

BASIC = {"Content-Type": "audio/basic"}


def speaking(**rest: Any) -> Camera:
    clips = [AudioClip(0, "Zvonek", seconds=0.05), AudioClip(3, "Camera clicks", seconds=30)]
    return Camera(SERIAL, "Vchod", **{"speaker": Speaker(), "audio_clips": clips, **rest})


@pytest.fixture
async def site() -> AsyncIterator[CameraSite]:
    async with camera_site(speaking()) as running:
        yield running


async def fetch(site: CameraSite, path: str, **query: str) -> tuple[int, list[str]]:
    async with site.session.get(site.url(path), params=query) as response:
        return response.status, (await response.text()).splitlines()


async def send(
    site: CameraSite, sound: bytes | AsyncIterator[bytes], headers: dict[str, str] = BASIC
) -> tuple[int, str]:
    async with site.session.post(site.url("audio/transmit.cgi"), data=sound, headers=headers) as response:
        return response.status, await response.text()


async def parameters(site: CameraSite) -> set[str]:
    groups = "Properties.Audio,Properties.AudioClip,Audio,MediaClip"
    return set((await fetch(site, "param.cgi", action="list", group=groups))[1])


async def until_silent(camera: Camera) -> None:
    async with asyncio.timeout(30):
        while camera.playing_clip:
            await asyncio.sleep(0.01)


# --- clips -------------------------------------------------------------------------------------------


async def test_clips_are_parameters(site: CameraSite) -> None:
    assert {
        "root.MediaClip.MaxGroups=10",
        "root.MediaClip.M0.Name=Zvonek",
        "root.MediaClip.M3.Name=Camera clicks",
        "root.MediaClip.M3.Location=/etc/audioclips/camera_clicks.au",
        "root.MediaClip.M3.Type=audio",
        "root.Properties.AudioClip.PlayOptions=repeat,volume,location",
        "root.Properties.AudioClip.StopClip=yes",
    } <= await parameters(site)


async def test_a_clip_plays_and_ends(site: CameraSite) -> None:
    assert await fetch(site, "playclip.cgi", clip="0", volume="40") == (200, ["OK", "playing=0"])
    playing = site.camera.playing_clip
    assert playing
    assert (playing.number, playing.repeat, playing.volume) == (0, 0, 40)
    await until_silent(site.camera)


async def test_a_clip_is_stopped(site: CameraSite) -> None:
    assert (await fetch(site, "playclip.cgi", location="/etc/*/camera*", repeat="-1"))[1] == ["OK", "playing=3"]
    assert await fetch(site, "stopclip.cgi") == (200, ["OK", "stopping"])
    assert site.camera.playing_clip is None


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"clip": "1"},
        {"clip": "0", "volume": "1001"},
        {"clip": "0", "repeat": "-2"},
        {"clip": "0", "repeat": "x"},
    ],
)
async def test_clips_that_cannot_be_played(site: CameraSite, query: dict[str, str]) -> None:
    assert await fetch(site, "playclip.cgi", **query) == (400, ["400 Bad Request", "Invalid value"])
    assert site.camera.playing_clip is None


async def test_a_camera_without_options() -> None:
    async with camera_site(speaking(speaker=Speaker(play_options=(), stops_clips=False))) as site:
        assert not [line for line in await parameters(site) if "Properties.AudioClip." in line and "=" in line]
        assert (await fetch(site, "playclip.cgi", clip="0", volume="40"))[0] == 400
        assert (await fetch(site, "stopclip.cgi"))[0] == 404
        assert (await fetch(site, "playclip.cgi", clip="0"))[0] == 200
        await until_silent(site.camera)


async def test_the_operators_call(site: CameraSite) -> None:
    assert (await fetch(site, "mediaclip.cgi", action="play", clip="3"))[1] == ["OK", "playing=3"]
    assert (await fetch(site, "mediaclip.cgi", action="stop"))[1] == ["OK", "stopping"]
    assert (await fetch(site, "mediaclip.cgi", action="update", clip="3", name="Pes"))[1] == ["OK", "updated=3"]
    assert "root.MediaClip.M3.Name=Pes" in await parameters(site)
    async with site.session.get(site.url("mediaclip.cgi"), params={"action": "download", "clip": "0"}) as response:
        assert (response.content_type, (await response.read())[:4]) == ("audio/basic", b".snd")
    assert (await fetch(site, "mediaclip.cgi", action="remove", clip="0"))[1] == ["OK", "removed=0"]
    assert [clip.number for clip in site.camera.audio_clips] == [3]
    assert (await fetch(site, "mediaclip.cgi", action="remove", clip="0"))[0] == 400
    assert (await fetch(site, "mediaclip.cgi", action="sing", clip="3"))[0] == 400
    site.camera.login_level = "viewer"
    assert (await fetch(site, "mediaclip.cgi", action="stop"))[0] == 401
    assert (await fetch(site, "stopclip.cgi"))[0] == 200


# --- speech ------------------------------------------------------------------------------------------


async def test_the_speaker_is_told_by_parameters(site: CameraSite) -> None:
    assert {
        "root.Properties.Audio.Audio=yes",
        "root.Properties.Audio.Source.A0.Output=yes",
        "root.Properties.Audio.Decoder.Format=g711,axis-mulaw-128,g726,opus",
        "root.Audio.ReceiverTimeout=1000",
        "root.Audio.DuplexMode=full",
    } <= await parameters(site)


async def test_sound_is_played_at_its_pace_and_kept(site: CameraSite) -> None:
    began = time.monotonic()
    assert await send(site, b"\x01" * 1600) == (200, "")
    assert time.monotonic() - began > 0.19
    (heard,) = site.camera.heard
    assert (heard.content_type, heard.length, bytes(heard.sound), heard.finished) == (
        "audio/basic", 1600, b"\x01" * 1600, True,
    )  # fmt: skip
    assert 0.1 < heard.ahead <= 0.2


async def chunks() -> AsyncIterator[bytes]:
    yield b"\x01" * 80


async def test_chunks_are_taken_by_a_switch(site: CameraSite) -> None:
    assert (await send(site, chunks()))[0] == 411
    site.hall.transmit_takes_chunked = True
    assert (await send(site, chunks()))[0] == 200
    assert [(heard.length, len(heard.sound), heard.finished) for heard in site.camera.heard] == [(None, 80, True)]


@pytest.mark.parametrize(
    ("content_type", "formats", "status"),
    [
        ("audio/axis-mulaw-128", ("g711", "axis-mulaw-128"), 200),
        ("audio/G726-32", ("g726",), 200),
        ("audio/G726-24", ("g726",), 200),
        ("audio/opus", ("opus",), 200),
        ("audio/mpeg4-generic", ("aac",), 200),
        ("audio/L24", ("g711",), 415),
        ("audio/mpeg", ("g711",), 415),
        ("audio/basic", (), 200),
        ("audio/axis-mulaw-128", (), 415),
    ],
)
async def test_codecs(site: CameraSite, content_type: str, formats: tuple[str, ...], status: int) -> None:
    site.camera.speaker = Speaker(formats=formats)
    assert (await send(site, b"\x01" * 80, {"Content-Type": content_type}))[0] == status


async def test_one_speaks_at_a_time(site: CameraSite) -> None:
    first = asyncio.create_task(send(site, b"\x01" * 12_000))
    async with asyncio.timeout(30):
        while not site.camera.speaks:
            await asyncio.sleep(0.01)
    assert (await send(site, b"\x02" * 80))[0] == 503
    assert (await first)[0] == 200
    assert (await send(site, b"\x02" * 80))[0] == 200


async def test_a_clip_may_keep_speech_out(site: CameraSite) -> None:
    await fetch(site, "playclip.cgi", clip="3")
    assert (await send(site, b"\x01" * 80))[0] == 503
    assert site.camera.speaker
    site.camera.speaker.clip_refuses_speech = False
    assert (await send(site, b"\x01" * 80))[0] == 200
    await fetch(site, "stopclip.cgi")


async def test_refusals(site: CameraSite) -> None:
    assert site.camera.speaker
    site.camera.speaker.duplex = "get"
    assert (await send(site, b"\x01" * 80))[0] == 405
    assert await send(site, b"") == (400, "400 Bad Request\r\nNo audio\r\n")
    site.camera.speaker = None
    assert (await send(site, b"\x01" * 80))[0] == 404
    for path in ("playclip.cgi", "stopclip.cgi", "mediaclip.cgi"):
        assert (await fetch(site, path, clip="0"))[0] == 404
    assert "root.Properties.Audio.Source.A0.Output=no" in await parameters(site)


async def too_slow(site: CameraSite) -> AsyncIterator[bytes]:
    yield b"\x01" * 80
    async with asyncio.timeout(30):
        while site.camera.speaks or not site.camera.heard:
            await asyncio.sleep(0.01)
    yield b"\x01" * 80


async def test_a_pause_ends_the_session(site: CameraSite) -> None:
    assert site.camera.speaker
    site.camera.speaker.receiver_timeout = 100
    with pytest.raises(aiohttp.ClientError):
        await send(site, too_slow(site), {**BASIC, "Content-Length": "160"})
    assert [(len(heard.sound), heard.finished) for heard in site.camera.heard] == [(80, False)]
    assert not site.camera.speaks


async def test_playing_can_fail(site: CameraSite) -> None:
    assert site.camera.speaker
    site.camera.speaker.breaks_after = 0.05
    with pytest.raises(aiohttp.ClientError):
        await send(site, b"\x01" * 8000)
    assert not site.camera.heard[0].finished
