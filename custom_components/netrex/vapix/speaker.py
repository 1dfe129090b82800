"""Sound sent to a camera: VX-AUDIO (AXIS OS 5.00+; a viewer's call)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
import re
import time
from typing import Final

from ..transport.facts import Fact
from ..transport.values import clean_text
from .answers import decoded
from .errors import RequestError, error_for_status
from .http import ANSWER_TIMEOUT, CameraApi, read_answer

_OUTPUT: Final = re.compile(r"Properties\.Audio\.Source\.A[0-9]{1,3}\.Output")
_CLIP: Final = re.compile(r"MediaClip\.M[0-9]{1,9}\.Name")
_DECODER: Final = "Properties.Audio.Decoder.Format"
#: Seconds of sound that are sent at once; ten times as often as a camera's session would end for want of data.
_PIECE: Final = 0.1
#: Seconds of sound that are sent before their time, so that the network's hiccups are not heard. A camera's buffer
#: takes 120 ms (CONFIRMED, VX-AUDIO-6); how much more may be sent ahead is UNKNOWN (VX-AUDIO-8), and waits in the
#: connection's own buffers.
_AHEAD: Final = 0.3
#: Seconds of sound from which on the time of the answer shows whether it was played while it was sent, and the
#: length of such a time, of that of the sound: if it is passed on when it is whole, it takes twice its length.
_LONG_ENOUGH: Final = 2.0
_BOTH_AT_ONCE: Final = 1.5
#: Statuses that say why the camera does not play. CONFIRMED (VX-AUDIO-9).
_REFUSALS: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.UNSUPPORTED_MEDIA_TYPE})
#: Statuses with which a server refuses a request as long as that (RFC 9110, 15.5.12, 15.5.14).
_NOT_IN_ONE_PIECE: Final = frozenset({HTTPStatus.LENGTH_REQUIRED, HTTPStatus.CONTENT_TOO_LARGE})
_MAX_ANSWER: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class SpeechCodec:
    """A way of writing sound that a camera can play: mu-law, one channel, a byte for each of `rate` samples."""

    content_type: str
    rate: int


MULAW_16_KHZ: Final = SpeechCodec("audio/axis-mulaw-128", 16_000)
MULAW_8_KHZ: Final = SpeechCodec("audio/basic", 8_000)
#: Best first, by their names in `Properties.Audio.Decoder.Format`. CONFIRMED (VX-AUDIO-2); which name is which
#: type is INFERRED (VX-AUDIO-3).
#: The others are left out: how G.726 packs its bits, and how AAC and Opus are cut into pieces, is not documented.
_CODECS: Final[Mapping[str, SpeechCodec]] = {"axis-mulaw-128": MULAW_16_KHZ, "g711": MULAW_8_KHZ}


def has_output(parameters: Mapping[str, str]) -> bool:
    """Return whether a camera can be heard: `Properties.Audio.Source.A#.Output` (CONFIRMED, VX-AUDIO-14).

    Where that is missing, something to play or to play it with says so (INFERRED, VX-AUDIO-17).
    """
    if parameters.get("Properties.Audio.Audio", "").lower() != "yes":
        return False
    outputs = [value.lower() for name, value in parameters.items() if _OUTPUT.fullmatch(name)]
    if outputs:
        return "yes" in outputs
    return _DECODER in parameters or any(_CLIP.fullmatch(name) for name in parameters)


def speech_codec(parameters: Mapping[str, str]) -> SpeechCodec | None:
    """Return the best codec that a camera plays: G.711 where it names none (INFERRED, VX-AUDIO-17); None: no speech."""
    if not has_output(parameters):
        return None
    if _DECODER not in parameters:
        return MULAW_8_KHZ
    formats = set(parameters[_DECODER].lower().replace(" ", "").split(","))
    return next((codec for name, codec in _CODECS.items() if name in formats), None)


class Speaker(CameraApi):
    """The speaker of one camera."""

    async def transmit(self, codec: SpeechCodec, sound: bytes) -> None:
        """Send sound at its pace; return when the camera has played it. Canceled, the camera falls silent.

        One part with a fixed length (CONFIRMED, VX-AUDIO-4; chunks are UNKNOWN, VX-AUDIO-5). The camera answers after
        playing, and closes the connection where that failed (CONFIRMED, VX-AUDIO-4). BusyError: it is playing already.
        """
        headers = {"Content-Type": codec.content_type, "Content-Length": str(len(sound))}
        began, seconds = time.monotonic(), len(sound) / codec.rate
        async with self._http.open(
            "axis-cgi/audio/transmit.cgi",
            body=partial(_at_its_pace, codec, sound),
            headers=headers,
            accept=_REFUSALS | _NOT_IN_ONE_PIECE | {HTTPStatus.OK},
            # A proxy may hand it on only when it has all of it; then the camera begins when we have ended.
            timeout=2 * seconds + ANSWER_TIMEOUT,
        ) as response:
            taken = (time.monotonic() - began) / max(seconds, _PIECE)
            text = decoded(await read_answer(response, _MAX_ANSWER))
            if response.status in _NOT_IN_ONE_PIECE:
                self._http.calls.observed(Fact.SOUND, "refused")
            if response.status != HTTPStatus.OK:
                # The first line repeats the status (CONFIRMED for clips, INFERRED here, VX-AUDIO-10). HTML is none.
                plain = response.content_type == "text/plain"
                words = clean_text(" ".join(text.splitlines()[1:])) if plain else ""
                raise RequestError(str(error_for_status(response.status)), words=words)
        self._http.calls.observed(Fact.SOUND, "accepted")
        if seconds >= _LONG_ENOUGH:
            self._http.calls.observed(Fact.SOUND_PASSING, "while_sent" if taken < _BOTH_AT_ONCE else "when_whole")


async def _at_its_pace(codec: SpeechCodec, sound: bytes) -> AsyncIterator[bytes]:
    """Yield pieces as they are played (INFERRED, VX-AUDIO-7): after a second without, the session ends (VX-AUDIO-6)."""
    began = time.monotonic()
    piece = int(codec.rate * _PIECE)
    for start in range(0, len(sound), piece):
        early = start / codec.rate - _AHEAD - (time.monotonic() - began)
        if early > 0:
            await asyncio.sleep(early)
        yield sound[start : start + piece]
