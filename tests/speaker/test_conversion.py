"""Any file becomes what a camera plays, and sounds the same."""

from pathlib import Path

import numpy as np
import pytest

from custom_components.netrex.speaker.conversion import NotSoundError, TooLongError, convert
from custom_components.netrex.vapix import MULAW_8_KHZ, MULAW_16_KHZ, SpeechCodec
from simulator.sound import likeness, mu_law_samples

from .sounds import encoded, melody, wav


@pytest.mark.parametrize("codec", [MULAW_8_KHZ, MULAW_16_KHZ])
@pytest.mark.parametrize(
    "source",
    [
        wav(melody()),
        wav(melody(rate=48_000), 48_000, channels=2),
        wav(melody(rate=8_000), 8_000),
        encoded(melody(), "mp3", "libmp3lame"),
        encoded(melody(rate=48_000), "ogg", "libopus", 48_000),
        encoded(melody(), "flac", "flac"),
        encoded(melody(rate=48_000), "mp4", "aac", 48_000),
    ],
    ids=["wav", "stereo", "narrow", "mp3", "opus", "flac", "mp4"],
)
def test_it_sounds_the_same(source: bytes, codec: SpeechCodec) -> None:
    sound = convert(source, codec, longest=10)
    assert abs(len(sound) / codec.rate - 1.0) < 0.08
    assert likeness(mu_law_samples(sound), codec.rate, melody(), 22_050) > 0.97


def test_half_the_volume_is_half_as_loud() -> None:
    full, half = (
        np.abs(mu_law_samples(convert(wav(melody()), MULAW_8_KHZ, volume=volume, longest=10))).mean()
        for volume in (1.0, 0.5)
    )
    assert half / full == pytest.approx(0.5, abs=0.01)


def test_silence_is_possible() -> None:
    assert not mu_law_samples(convert(wav(melody()), MULAW_8_KHZ, volume=0.0, longest=10)).any()


def test_too_loud_is_cut_not_turned_round() -> None:
    loud = mu_law_samples(convert(wav(melody()), MULAW_8_KHZ, volume=3.0, longest=10))
    assert likeness(loud, 8_000, melody(), 22_050) > 0.9
    assert np.abs(loud).max() > 0.95


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"nonsense" * 1000,
        wav(melody())[:20],
        wav(np.zeros(0)),
        b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>",
    ],
    ids=["empty", "nonsense", "cut", "no samples", "m3u8", "concat", "dash"],
)
def test_what_is_no_sound_is_told(source: bytes) -> None:
    with pytest.raises(NotSoundError) as told:
        convert(source, MULAW_8_KHZ, longest=10)
    assert "/etc" not in str(told.value)


@pytest.mark.parametrize("listed", ["ffconcat version 1.0\nfile a.mp3\n", "#EXTM3U\n#EXTINF:1,\na.mp3\n"])
def test_a_list_that_names_a_sound_is_not_followed(
    listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.mp3").write_bytes(encoded(melody(), "mp3", "libmp3lame"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotSoundError):
        convert(listed.encode(), MULAW_8_KHZ, longest=10)


@pytest.mark.parametrize("source", [wav(melody(2.1)), wav(np.zeros(40_000), rate=1)], ids=["long", "slow"])
def test_too_long_is_told(source: bytes) -> None:
    with pytest.raises(TooLongError):
        convert(source, MULAW_8_KHZ, longest=2)
