"""Clips and speech against the simulated camera, over real sockets."""

import asyncio
from collections.abc import Mapping
import time
from typing import Literal, override

import pytest

from custom_components.netrex.transport.calls import Calls
from custom_components.netrex.transport.facts import Fact
from custom_components.netrex.vapix import (
    MULAW_8_KHZ,
    MULAW_16_KHZ,
    AuthError,
    BusyError,
    Clip,
    ClipProperties,
    GoneError,
    ProtocolError,
    RequestError,
    SpeechCodec,
    UnreachableError,
    VapixError,
    speech_codec,
)
from simulator.equipment import AudioClip, Speaker
from simulator.faults import Fault
from tests.camera_site import CameraSite

SOUND = bytes(range(256)) * 10
"""0.32 s in 8 kHz."""


@pytest.fixture
def speaking(site: CameraSite) -> CameraSite:
    site.camera.speaker = Speaker()
    site.camera.audio_clips = [AudioClip(0, "Zvonek", 0.02), AudioClip(3, "", 0.02), AudioClip(7, "Pes", 0.02)]
    return site


async def until_silent(site: CameraSite) -> None:
    async with asyncio.timeout(30):
        while site.camera.playing_clip or site.camera.speaks:
            await asyncio.sleep(0.01)


async def parameters(site: CameraSite) -> Mapping[str, str]:
    return (await site.client().properties()).parameters


# --- what there is -----------------------------------------------------------------------------------


async def test_one_answer_tells_clips_and_codec(speaking: CameraSite) -> None:
    found = await parameters(speaking)
    clips = (Clip(0, "Zvonek"), Clip(3, "3"), Clip(7, "Pes"))
    assert ClipProperties.from_parameters(found) == ClipProperties(clips, volume=True, stop=True)
    assert speech_codec(found) == MULAW_16_KHZ
    assert speaking.asked == {"vapix:param": 1}


async def test_missing_options_are_not_there(speaking: CameraSite) -> None:
    speaking.camera.speaker = Speaker(play_options=(), stops_clips=False)
    properties = ClipProperties.from_parameters(await parameters(speaking))
    assert properties
    assert (len(properties.clips), properties.volume, properties.stop) == (3, False, False)


async def test_camera_that_only_listens_can_say_nothing(site: CameraSite) -> None:
    site.camera.audio_clips = [AudioClip(0, "Zvonek")]
    found = await parameters(site)
    assert (ClipProperties.from_parameters(found), speech_codec(found)) == (None, None)


YES = {"Properties.Audio.Audio": "yes"}


@pytest.mark.parametrize(
    ("told", "codec", "clips"),
    [
        ({}, None, None),
        (YES, None, None),
        (YES | {"MediaClip.MaxGroups": "10"}, None, None),
        (YES | {"MediaClip.M0.Name": "x"}, MULAW_8_KHZ, 1),
        (YES | {"MediaClip.M0.Name": "x", "MediaClip.M0.Type": "video"}, MULAW_8_KHZ, 0),
        (YES | {"Properties.Audio.Decoder.Format": "g711, axis-mulaw-128"}, MULAW_16_KHZ, 0),
        (YES | {"Properties.Audio.Decoder.Format": "G711,g726"}, MULAW_8_KHZ, 0),
        (YES | {"Properties.Audio.Decoder.Format": "opus,g726,lpcm"}, None, 0),
        (YES | {"Properties.Audio.Source.A0.Output": "no", "Properties.Audio.Decoder.Format": "g711"}, None, None),
        (YES | {"Properties.Audio.Source.A0.Output": "no", "Properties.Audio.Source.A1.Output": "yes"}, MULAW_8_KHZ, 0),
        ({"Properties.Audio.Audio": "no", "Properties.Audio.Source.A0.Output": "yes"}, None, None),
    ],
)
def test_what_parameters_say(told: Mapping[str, str], codec: SpeechCodec | None, clips: int | None) -> None:
    assert speech_codec(told) == codec
    properties = ClipProperties.from_parameters(told)
    assert (None if properties is None else len(properties.clips)) == clips


def test_clips_of_one_camera_are_bounded() -> None:
    found = ClipProperties.from_parameters(YES | {f"MediaClip.M{number}.Name": "x" for number in range(1000)})
    assert found
    assert [clip.number for clip in found.clips] == list(range(100))


# --- clips -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("volume", "heard"), [(None, 100), (35, 35)])
async def test_play_a_clip(speaking: CameraSite, volume: int | None, heard: int) -> None:
    speaking.camera.audio_clips[2].seconds = 30
    await speaking.client().clips.play(7, volume=volume)
    playing = speaking.camera.playing_clip
    assert playing
    assert (playing.number, playing.volume, playing.repeat) == (7, heard, 0)
    await speaking.client().clips.stop()
    assert speaking.camera.playing_clip is None


async def test_a_clip_that_is_gone_is_refused_in_the_cameras_words(speaking: CameraSite) -> None:
    with pytest.raises(RequestError) as refused:
        await speaking.client().clips.play(1)
    assert refused.value.words == "Invalid value"
    assert "Invalid" not in str(refused.value)


async def test_a_camera_that_cannot_stop(speaking: CameraSite) -> None:
    speaking.camera.speaker = Speaker(stops_clips=False)
    with pytest.raises(GoneError):
        await speaking.client().clips.stop()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="vapix:playclip", status=200, body=""), ProtocolError),
        (Fault(kind="vapix:playclip", status=200, body="<html>log in</html>"), ProtocolError),
        (Fault(kind="vapix:playclip", garbage=True), ProtocolError),
        (Fault(kind="vapix:playclip", status=400, body=""), RequestError),
        (Fault(kind="vapix:playclip", status=401), AuthError),
        (Fault(kind="vapix:playclip", status=503), BusyError),
        (Fault(kind="vapix:playclip", cut=True), UnreachableError),
    ],
)
async def test_clips_that_did_not_play(speaking: CameraSite, fault: Fault, kind: type[VapixError]) -> None:
    speaking.faults.add(fault)
    with pytest.raises(VapixError) as failed:
        await speaking.client().clips.play(0)
    assert type(failed.value) is kind
    assert speaking.camera.playing_clip is None


# --- speech ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", [MULAW_8_KHZ, MULAW_16_KHZ])
async def test_speech_arrives_whole_and_at_its_pace(speaking: CameraSite, codec: SpeechCodec) -> None:
    sound = SOUND * 5
    began = time.monotonic()
    await speaking.client().speaker.transmit(codec, sound)
    assert time.monotonic() - began > len(sound) / codec.rate - 0.05
    (heard,) = speaking.camera.heard
    assert bytes(heard.sound) == sound
    assert (heard.content_type, heard.length, heard.finished) == (codec.content_type, len(sound), True)
    assert heard.ahead < 0.6


async def test_a_single_sample_is_spoken(speaking: CameraSite) -> None:
    await speaking.client().speaker.transmit(MULAW_8_KHZ, b"\x01")
    assert bytes(speaking.camera.heard[0].sound) == b"\x01"


async def test_busy_is_told_at_once_however_long_the_speech(speaking: CameraSite) -> None:
    first = asyncio.create_task(speaking.client().speaker.transmit(MULAW_8_KHZ, SOUND * 1000))
    async with asyncio.timeout(30):
        while not speaking.camera.speaks:
            await asyncio.sleep(0.01)
        with pytest.raises(BusyError):
            await speaking.client().speaker.transmit(MULAW_8_KHZ, SOUND * 1000)
    first.cancel()
    await asyncio.wait([first])
    assert len(speaking.camera.heard) == 1


@pytest.mark.parametrize(
    ("speaker", "words"),
    [(Speaker(duplex="get"), "Not allowed in the current mode"), (Speaker(formats=("opus",)), "")],
)
async def test_refusals_have_the_cameras_words(speaking: CameraSite, speaker: Speaker, words: str) -> None:
    speaking.camera.speaker = speaker
    with pytest.raises(RequestError) as refused:
        await speaking.client().speaker.transmit(MULAW_8_KHZ, SOUND)
    assert refused.value.words == words


async def test_a_page_is_no_words(speaking: CameraSite) -> None:
    speaking.faults.add(Fault(kind="vapix:transmit", status=400, body="<html>\n<body>\nsecret</body></html>"))
    with pytest.raises(RequestError) as refused:
        await speaking.client().speaker.transmit(MULAW_8_KHZ, SOUND)
    assert refused.value.words == ""


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="vapix:transmit", status=401), AuthError),
        (Fault(kind="vapix:transmit", status=404), GoneError),
        (Fault(kind="vapix:transmit", status=502), UnreachableError),
        (Fault(kind="vapix:transmit", cut=True), UnreachableError),
    ],
)
async def test_speech_that_was_not_heard(speaking: CameraSite, fault: Fault, kind: type[VapixError]) -> None:
    speaking.faults.add(fault)
    with pytest.raises(VapixError) as failed:
        await speaking.client().speaker.transmit(MULAW_8_KHZ, SOUND)
    assert type(failed.value) is kind


async def test_a_camera_that_never_answers(speaking: CameraSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.netrex.vapix.speaker.ANSWER_TIMEOUT", 0.2)
    speaking.faults.add(Fault(kind="vapix:transmit", hang=True))
    with pytest.raises(UnreachableError):
        await speaking.client().speaker.transmit(MULAW_8_KHZ, SOUND)


async def test_playing_that_fails_in_the_middle_is_an_error(speaking: CameraSite) -> None:
    speaking.camera.speaker = Speaker(breaks_after=0.1)
    with pytest.raises(UnreachableError):
        await speaking.client().speaker.transmit(MULAW_8_KHZ, SOUND * 10)
    assert not speaking.camera.heard[0].finished


async def test_cancelled_speech_ends_at_the_camera(speaking: CameraSite) -> None:
    speech = asyncio.create_task(speaking.client().speaker.transmit(MULAW_8_KHZ, SOUND * 100))
    async with asyncio.timeout(30):
        while not speaking.camera.speaks:
            await asyncio.sleep(0.01)
    speech.cancel()
    await asyncio.wait([speech])
    await until_silent(speaking)
    assert not speaking.camera.heard[0].finished
    await speaking.client().speaker.transmit(MULAW_8_KHZ, b"\x01")


# --- what it shows of remote access ------------------------------------------------------------------


class Seen(Calls):
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    @override
    def observed(self, fact: Fact, value: str) -> None:
        self.values[fact.key] = value


@pytest.mark.parametrize("passes", ["while_sent", "when_whole"])
async def test_when_sound_is_passed_on_shows_in_the_time_of_the_answer(
    speaking: CameraSite, passes: Literal["while_sent", "when_whole"]
) -> None:
    speaking.switches.sound_passes = passes
    seen = Seen()
    await speaking.client(calls=seen).speaker.transmit(MULAW_8_KHZ, SOUND * 7)
    assert seen.values == {"sound": "accepted", "sound_passing": passes}
    assert speaking.camera.heard[0].finished


async def test_short_sound_shows_only_that_it_passes(speaking: CameraSite) -> None:
    seen = Seen()
    await speaking.client(calls=seen).speaker.transmit(MULAW_8_KHZ, b"\x01" * 100)
    assert seen.values == {"sound": "accepted"}


@pytest.mark.parametrize("status", [411, 413])
async def test_sound_that_is_refused_for_its_length(speaking: CameraSite, status: int) -> None:
    speaking.faults.add(Fault(kind="vapix:transmit", status=status))
    seen = Seen()
    with pytest.raises(RequestError):
        await speaking.client(calls=seen).speaker.transmit(MULAW_8_KHZ, SOUND)
    assert seen.values == {"sound": "refused"}
