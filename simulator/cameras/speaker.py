"""Sound sent to a camera: `audio/transmit.cgi` and its parameters (VX-AUDIO)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
import time
from typing import Literal, Protocol

from aiohttp import web

from simulator.equipment import Heard, Speaker
from simulator.world import Camera

from .audio_clips import refused, text
from .streams import html

_BUFFER = 0.12
"""Seconds of sound that a camera takes before their time, `Audio.ReceiverBuffer`."""
_READ_SIZE = 1024
_CODECS: Mapping[str, tuple[str, int | None]] = {
    "audio/basic": ("g711", 8000),
    "audio/axis-mulaw-128": ("axis-mulaw-128", 16000),
    "audio/g726-32": ("g726", 4000),
    "audio/g726-24": ("g726", 3000),
    "audio/mpeg4-generic": ("aac", None),
    "audio/opus": ("opus", None),
    "audio/l24": ("lpcm", None),
}
"""What the content types are called in `Properties.Audio.Decoder.Format`, and bytes a second where that is fixed.

The types, and the names g711, axis-mulaw-128, g726 and opus: CONFIRMED (VX-AUDIO-1, VX-AUDIO-2); which is which, and
the other names: INFERRED (VX-AUDIO-3).
"""


class SpeakerSwitches(Protocol):
    """What the documentation leaves open about speaking."""

    @property
    def transmit_takes_chunked(self) -> bool:
        """Whether sound may come in chunks, without its length told before."""
        ...

    @property
    def sound_passes(self) -> Literal["while_sent", "when_whole"]:
        """Whether sound comes while it is sent, or only when all of it was."""
        ...


async def transmit(request: web.Request, camera: Camera, switches: SpeakerSwitches) -> web.StreamResponse:
    """Play what comes, at its pace, and answer when it has been played (VX-AUDIO-4); 200 with no text (VX-AUDIO-11).

    Where playing fails, the connection closes without an answer (CONFIRMED, VX-AUDIO-4).
    """
    speaker = camera.speaker
    if speaker is None:
        return html(404, "Not Found")
    if (refusal := _refusal(request, camera, speaker, switches)) is not None:
        return refusal
    heard = Heard(request.content_type, request.content_length)
    camera.heard.append(heard)
    camera.speaks = True
    try:
        with suppress(TimeoutError, ConnectionError):
            pieces = _whole(request) if switches.sound_passes == "when_whole" else _pieces(request, speaker)
            await _listen(request, speaker, heard, pieces)
    finally:
        camera.speaks = False
    if not heard.finished and request.transport is not None:
        request.transport.abort()
    return web.Response(content_type="text/plain")


def _refusal(request: web.Request, camera: Camera, speaker: Speaker, switches: SpeakerSwitches) -> web.Response | None:
    """Return why nothing can be sent now. The order is UNKNOWN (VX-AUDIO-11), and the status for a body in chunks."""
    if request.content_length is None and not switches.transmit_takes_chunked:
        return text(411, "411 Length Required")
    if request.content_length == 0:
        return refused("No audio")
    if _codec(request)[0] not in (speaker.formats or ("g711",)):
        return text(415, "415 Unsupported Media Type")
    if speaker.duplex == "get":
        return text(405, "405 Method Not Allowed", "Not allowed in the current mode")
    if camera.speaks or (camera.playing_clip and speaker.clip_refuses_speech):
        return text(503, "503 Service Unavailable")
    return None


def _codec(request: web.Request) -> tuple[str, int | None]:
    return _CODECS.get(request.content_type.lower(), ("", None))


async def _listen(request: web.Request, speaker: Speaker, heard: Heard, pieces: AsyncIterator[bytes]) -> None:
    """Take sound as fast as it is played, a little ahead, and return when all of it has been.

    Raises:
        TimeoutError: nothing came for too long, or playing failed.
        ConnectionError: the sender has gone.
    """
    rate = _codec(request)[1]
    began: float | None = None

    def ahead() -> float:
        """Return seconds of sound that have come, and are still to be played; of an unknown codec none."""
        return len(heard.sound) / rate - (time.monotonic() - (began or 0.0)) if rate else 0.0

    async with asyncio.timeout(speaker.breaks_after):
        async for piece in pieces:
            began = began or time.monotonic()
            heard.sound += piece
            heard.ahead = max(heard.ahead, ahead())
            await asyncio.sleep(ahead() - _BUFFER)
        await asyncio.sleep(ahead())
    heard.finished = heard.length in {None, len(heard.sound)}


async def _pieces(request: web.Request, speaker: Speaker) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(speaker.receiver_timeout / 1000):
            piece = await request.content.read(_READ_SIZE)
        if not piece:
            return
        yield piece


async def _whole(request: web.Request) -> AsyncIterator[bytes]:
    """Give the sound to the camera only when all of it is there, as a proxy may."""
    whole = await request.content.read()
    for start in range(0, len(whole), _READ_SIZE):
        yield whole[start : start + _READ_SIZE]


def speaker_parameters(camera: Camera) -> dict[str, str]:
    """Return the parameters of sound to the camera; one that only listens says that it has no output."""
    speaker = camera.speaker
    if speaker is None:
        return {"Properties.Audio.Source.A0.Output": "no"} if camera.audio else {}
    parameters = {
        "Properties.Audio.Audio": "yes",
        "Properties.Audio.DuplexMode": "full,half,post,get",
        "Properties.Audio.Source.A0.Input": "yes" if camera.audio else "no",
        "Properties.Audio.Source.A0.Output": "yes",
        "Audio.DuplexMode": speaker.duplex,
        "Audio.ReceiverBuffer": str(int(_BUFFER * 1000)),
        "Audio.ReceiverTimeout": str(speaker.receiver_timeout),
    }
    if speaker.formats:
        parameters["Properties.Audio.Decoder.Format"] = ",".join(speaker.formats)
    return parameters
