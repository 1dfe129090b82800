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


FORMATS = {
    "wav": wav,
    "stereo": lambda sound, rate: wav(sound, rate, channels=2),
    "mp3": lambda sound, rate: encoded(sound, "mp3", "libmp3lame", rate),
    "opus": lambda sound, _rate: encoded(sound, "ogg", "libopus", 48_000),
    "webm": lambda sound, _rate: encoded(sound, "webm", "libopus", 48_000),
    "flac": lambda sound, rate: encoded(sound, "flac", "flac", rate),
    "aac": lambda sound, rate: encoded(sound, "adts", "aac", rate),
    "mp4": lambda sound, rate: encoded(sound, "mp4", "aac", rate),
    "aiff": lambda sound, rate: encoded(sound, "aiff", "pcm_s16be", rate),
    "au": lambda sound, rate: encoded(sound, "au", "pcm_s16be", rate),
}
ONE_RATE = {"opus", "webm"}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("rates", [(22_050, 22_050), (22_050, 48_000)], ids=["alike", "rate changes"])
def test_files_in_a_row_are_all_heard(kind: str, rates: tuple[int, int]) -> None:
    """Engines of speech send a file for each sentence, one after another in one answer."""
    parts = [FORMATS[kind](melody(rate=48_000 if kind in ONE_RATE else rate), rate) for rate in rates]
    sound = mu_law_samples(convert(b"".join(parts), MULAW_16_KHZ, longest=10))
    assert abs(len(sound) / 16_000 - 2.0) < 0.2
    middle = len(sound) // 2
    for half in (sound[:middle], sound[middle:]):
        assert likeness(half, 16_000, melody(), 22_050) > 0.9


def test_length_is_that_of_all_files() -> None:
    with pytest.raises(TooLongError):
        convert(wav(melody()) * 3, MULAW_8_KHZ, longest=2.5)


def test_no_more_files_than_anybody_speaks_sentences() -> None:
    """Each takes its time in the executor."""
    files = [wav(melody(0.02, 8_000), 8_000, channels=1 + number % 2) for number in range(600)]
    assert len(convert(b"".join(files), MULAW_8_KHZ, longest=100)) == 500 * 160


def test_mono_and_stereo_in_a_row_are_both_heard() -> None:
    sound = convert(wav(melody()) + wav(melody(), channels=2), MULAW_8_KHZ, longest=10)
    assert abs(len(sound) / 8_000 - 2.0) < 0.01


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (kind, fault)
        for kind in ("mp3", "aac", "flac", "mp4", "wav")
        for fault in ("odd bytes behind it", "odd bytes in between", "broken frame")
        # An MP4's index would no longer say where anything is.
        if (kind, fault) != ("mp4", "odd bytes in between")
    ],
)
def test_what_can_be_decoded_is_heard(kind: str, fault: str) -> None:
    source = FORMATS[kind](melody(3.0), 22_050)
    middle = len(source) // 2
    broken = {
        "odd bytes behind it": source + b"\0\1\2\3\4\5\6",
        "odd bytes in between": source[:middle] + b"odd bytes " + source[middle:],
        "broken frame": source[:middle] + bytes(80) + source[middle + 80 :],
    }[fault]
    assert len(convert(broken, MULAW_8_KHZ, longest=10)) / 8_000 > 2.5


def test_file_that_is_no_sound_does_not_silence_the_others() -> None:
    sound = convert(wav(melody()) + wav(melody())[:20] + wav(melody()), MULAW_8_KHZ, longest=10)
    assert abs(len(sound) / 8_000 - 2.0) < 0.01


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
    with pytest.raises(NotSoundError) as failed:
        convert(source, MULAW_8_KHZ, longest=10)
    assert "/etc" not in str(failed.value)


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
