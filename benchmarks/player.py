"""Players in their own process, so that they don't load the event loop that is measured.

`python -m benchmarks.player SECONDS STREAMS`, where STREAMS is a JSON list of `Stream`s, prints "ready" when each
stream delivers images. After that number of seconds it prints a JSON list of `Seen`, the results of these seconds.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from http.client import HTTPResponse
import json
import os
import re
import sys
import threading
import time
from typing import override
import urllib.request
import zlib

import av
from av.container import InputContainer

_TS_PACKET = 188
_VIDEO_PID = 0x100
_OPTIONS = {"fpsprobesize": "0"}
"""As Home Assistant opens ours."""
_CATCHING_UP = 0.5
"""Seconds after the first picture in which what PyAV has looked at before it gave one comes as well."""
_NOTING = 0.1
"""Seconds in which a player has surely noted the picture that it was at."""
_PICTURE_UNITS = range(1, 6)
"""Kinds of NAL units that hold a picture; parameter sets and the like may be put before them on the way."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What to watch."""

    url: str
    token: str = ""
    reports_images: bool = False
    """Whether to report when each image arrived."""


@dataclass(slots=True)
class Seen:
    """What a player got; times in seconds of the monotonic clock."""

    pictures: int = 0
    bytes: int = 0
    """Of the coded pictures alone."""
    longest_gap: float = 0.0
    arrived: dict[str, float] = field(default_factory=dict)
    """When the player could give a picture to a decoder, by a fingerprint of the picture."""
    complete: dict[str, float] = field(default_factory=dict)
    """The same, when its last byte was there; only of MPEG-TS."""


class _Player(threading.Thread):
    """PyAV, as Home Assistant's `stream` plays."""

    def __init__(self, stream: Stream) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self.seen = Seen()
        self.begun = threading.Event()
        self._last = 0.0

    def begin_anew(self) -> Seen:
        """Return what was seen until now, and count from 0 on."""
        seen, self.seen = self.seen, Seen()
        return seen

    @override
    def run(self) -> None:
        """Play until the process ends."""
        stream = self._stream
        if stream.reports_images and not stream.token:
            headed = urllib.request.urlopen(stream.url, timeout=30)  # noqa: S310 - the benchmark gave it
            if headed.headers.get_content_type() == "video/mp2t":
                with av.open(_Tap(headed, self), "r", format="mpegts", options=_OPTIONS) as container:
                    self._play(container, length_prefixed=False)
                return
            headed.close()
        options = _OPTIONS | ({"headers": f"Authorization: Token {stream.token}\r\n"} if stream.token else {})
        with av.open(stream.url, "r", options=options, timeout=30) as container:
            self._play(container, length_prefixed=container.format.name != "mpegts")

    def _play(self, container: InputContainer, *, length_prefixed: bool) -> None:
        for packet in container.demux(video=0):
            if not packet.size:
                continue
            now = time.monotonic()
            seen = self.seen
            seen.longest_gap = max(seen.longest_gap, now - (self._last or now))
            self._last = now
            seen.pictures += 1
            seen.bytes += packet.size
            if self._stream.reports_images:
                seen.arrived[fingerprint(bytes(packet), length_prefixed=length_prefixed)] = now
            self.begun.set()


def fingerprint(picture: bytes, *, length_prefixed: bool) -> str:
    """Identify H.264 images independently of their framing."""
    units: list[bytes] = []
    if length_prefixed:
        at = 0
        while at + 4 < len(picture):
            size = int.from_bytes(picture[at : at + 4])
            units.append(picture[at + 4 : at + 4 + size])
            at += 4 + size
    else:
        units = re.split(rb"\x00*\x00\x00\x01", picture)
    return f"{zlib.crc32(b''.join(unit for unit in units if unit and unit[0] & 0x1F in _PICTURE_UNITS)):08x}"


class _Tap:
    """MPEG-TS on its way to PyAV: notes when the last byte of each picture was there."""

    def __init__(self, response: HTTPResponse, player: _Player) -> None:
        self._response, self._player = response, player
        self._rest = b""
        self._picture: list[bytes] = []
        self._at = 0.0

    def read(self, size: int) -> bytes:
        """Give what is there, as a socket does."""
        chunk = self._response.read1(size)
        now = time.monotonic()
        whole = self._rest + chunk
        end = len(whole) - len(whole) % _TS_PACKET
        self._rest = whole[end:]
        for at in range(0, end, _TS_PACKET):
            if (whole[at + 1] & 0x1F) << 8 | whole[at + 2] == _VIDEO_PID:
                self._note(whole[at : at + _TS_PACKET], now)
        return chunk

    def _note(self, packet: bytes, now: float) -> None:
        payload = packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]
        if packet[1] & 0x40:
            if self._picture:
                self._player.seen.complete[fingerprint(b"".join(self._picture), length_prefixed=False)] = self._at
            self._picture = []
            payload = payload[9 + payload[8] :]
        self._picture.append(payload)
        self._at = now


def added(later: Mapping[str, float], earlier: Mapping[str, float]) -> list[float]:
    """Compare when the same pictures came on two ways; return seconds."""
    return [later[picture] - earlier[picture] for picture in later.keys() & earlier.keys()]


def main() -> None:
    """Run the command line."""
    seconds, players = float(sys.argv[1]), [_Player(Stream(**stream)) for stream in json.loads(sys.argv[2])]
    for player in players:
        player.start()
    for player in players:
        if not player.begun.wait(60):
            raise TimeoutError("no picture")
    time.sleep(_CATCHING_UP)
    print("ready", flush=True)
    for player in players:
        player.begin_anew()
    time.sleep(seconds)
    seen = [player.begin_anew() for player in players]
    time.sleep(_NOTING)
    print(json.dumps([asdict(each) for each in seen]), flush=True)
    os._exit(0)  # the threads are in the midst of FFmpeg, and an orderly end would crash one now and then


if __name__ == "__main__":
    main()
