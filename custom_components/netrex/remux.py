"""Matroska in, MPEG-TS out, without re-encoding: PyAV in a thread of its own, with bounded queues on both sides.

MPEG-TS is what both of Home Assistant's readers take (`stream`'s PyAV and go2rtc), and it can be joined anywhere:
tables and a key frame are enough. So one remuxer serves all who watch a camera.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
import threading
import time
from typing import TYPE_CHECKING

from .transport_stream import PACKET_SIZE, TABLE_PIDS, VIDEO_PID, TransportStream, pid_of

if TYPE_CHECKING:
    from av import Packet
    from av.container import InputContainer
    from av.stream import Stream

_IN_LIMIT = 1 << 20  # bytes between network and thread; a key frame of 4K video is about that
_FRAME_LIMIT = 16 << 20  # bytes that may go in before a picture comes out; many times the largest key frame
_OUT_LIMIT = 1 << 20  # bytes between thread and watchers
_READ_SIZE = 4096  # FFmpeg's buffer; large reads pass it by
_BROKEN_LIMIT = 50  # packets in a row that the output refuses, about two seconds

_VIDEO_CODECS = frozenset({"h264", "hevc"})
_AUDIO_CODECS = frozenset({"aac", "mp3", "opus"})  # what MPEG-TS can carry; other sound is left out

# The camera's header tells all there is to know: looking at packets first would only cost time.
_INPUT_OPTIONS = {"probesize": "32", "analyzeduration": "0", "fpsprobesize": "0"}

_MATROSKA = b"\x1a\x45\xdf\xa3"  # how a file begins
_START = Fraction(10)  # seconds; FFmpeg shifts streams that begin before 0
_STEP = Fraction(1, 10)  # seconds between two upstreams, at least: sound may begin before the picture
_LEAP = 10  # seconds; timestamps further apart are a camera's clock being set


class RemuxError(Exception):
    """The input cannot be read as live video."""

    def __init__(self, message: str, *, too_short: bool = False) -> None:
        super().__init__(message)
        self.too_short = too_short
        """It ended where it should have gone on."""


class LayoutChangedError(Exception):
    """Another upstream of the same camera has other codecs or another size: who watches has to begin anew."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole MPEG-TS packets."""

    payload: bytes
    key: bool
    """A watcher may begin here: tables and a key frame come first."""


class Timeline:
    """Where the output's clock stands, so that one upstream continues where another was cut off."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = Fraction(0)
        self._marked: float | None = None
        self.layout: tuple[tuple[str, bytes], ...] | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was put on it."""
        return self._marked is not None

    def next(self) -> Fraction:
        """Return the time in seconds for what comes after a gap: as long as the gap really was."""
        if self._marked is None:
            return _START
        return self._last + max(_STEP, Fraction(self._clock() - self._marked).limit_denominator(1000))

    def mark(self, at: Fraction) -> None:
        """Note the time of a packet."""
        self._last = max(self._last, at)
        self._marked = self._clock()


class Remuxer:
    """One upstream on its way through FFmpeg. Made on the event loop; `close` has to be awaited in the end."""

    def __init__(self, timeline: Timeline, name: str) -> None:
        loop = asyncio.get_running_loop()
        self._timeline = timeline
        self._inlet = _Inlet(loop)
        self._outlet = _Outlet(loop)
        self._done = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(loop,), name=f"netrex-remux-{name}", daemon=True)
        self._thread.start()

    async def feed(self, chunk: bytes) -> None:
        """Take bytes of the upstream; waits while the thread is behind."""
        if chunk:  # nothing would be the end, to FFmpeg
            await self._inlet.put(chunk)

    def end(self) -> None:
        """Say that the upstream ended; what is in the queue still comes out."""
        self._inlet.end()

    async def pieces(self) -> AsyncIterator[Piece]:
        """Give what comes out; ends after `end`.

        Raises:
            RemuxError: the input is not what it should be.
            LayoutChangedError: the input does not continue what is on the timeline.
        """
        while (piece := await self._outlet.get()) is not None:
            yield piece

    async def close(self) -> None:
        """Stop the thread and wait for its end, which is a matter of milliseconds."""
        self._inlet.abandon()
        self._outlet.close()
        await self._done.wait()
        self._thread.join()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        error: Exception | None = None
        try:
            # Here, since it takes long and this is not the event loop.
            import av  # noqa: PLC0415

            try:
                with av.open(
                    self._inlet, "r", format="matroska", options=dict(_INPUT_OPTIONS), buffer_size=_READ_SIZE
                ) as source:
                    self._remux(source)
            except (av.FFmpegError, ValueError) as broken:
                error = RemuxError(
                    f"Not readable as live video ({type(broken).__name__})", too_short=self._inlet.too_short
                )
        except (RemuxError, LayoutChangedError) as broken:
            error = broken
        except _ClosedError:
            pass
        except Exception as broken:  # noqa: BLE001 - a thread has nobody above it to tell
            error = RemuxError(f"Remuxing failed ({type(broken).__name__})")
        finally:
            self._outlet.finish(error)
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(self._done.set)

    def _remux(self, source: InputContainer) -> None:
        import av  # noqa: PLC0415 - as above

        carried = _carried(source)
        layout = tuple((stream.codec_context.name, stream.codec_context.extradata or b"") for stream in carried)
        if self._timeline.layout not in {None, layout}:
            raise LayoutChangedError
        self._timeline.layout = layout

        refused = 0
        with TransportStream(carried, continues=self._timeline.begun) as target:
            for packet in _on_timeline(source.demux(carried), self._timeline):
                self._inlet.came_out()
                try:
                    written = target.mux(packet)
                except av.FFmpegError as error:
                    refused += 1
                    if refused > _BROKEN_LIMIT:
                        raise RemuxError(f"Nothing in it can be passed on ({type(error).__name__})") from error
                    continue
                refused = 0
                for piece in cut(written):
                    self._outlet.put(piece)
        if self._inlet.overlong:
            raise RemuxError("A picture in it is too large")


def cut(packets: bytes) -> Iterator[Piece]:
    """Cut MPEG-TS packets before the tables of each key frame."""
    begin = tables = 0  # where the current piece begins, and where the run of tables before this packet does
    key = False
    for at in range(0, len(packets), PACKET_SIZE):
        pid = pid_of(packets, at)
        if pid in TABLE_PIDS:
            continue
        unit_start = packets[at + 1] & 0x40
        has_adaptation = packets[at + 3] & 0x20 and packets[at + 4]
        if pid == VIDEO_PID and unit_start and has_adaptation and packets[at + 5] & 0x40:  # random access
            if tables > begin:
                yield Piece(packets[begin:tables], key)
            begin, key = tables, True
        tables = at + PACKET_SIZE
    if packets:
        yield Piece(packets[begin:], key)


def _carried(source: InputContainer) -> list[Stream]:
    """Choose the streams to pass on: a picture, and sound if MPEG-TS can carry it. The picture comes first."""
    video = next((stream for stream in source.streams.video if stream.codec_context.name in _VIDEO_CODECS), None)
    if video is None:
        raise RemuxError("No H.264 or H.265 video in it")
    audio = next((stream for stream in source.streams.audio if stream.codec_context.name in _AUDIO_CODECS), None)
    # AAC without its configuration cannot be given the headers that MPEG-TS wants.
    if audio is None or (audio.codec_context.name == "aac" and not audio.codec_context.extradata):
        return [video]
    return [video, audio]


def _on_timeline(packets: Iterator[Packet[Stream]], timeline: Timeline) -> Iterator[Packet[Stream]]:
    """Move packets onto the timeline; leaves out those that would go back in time."""
    offset: Fraction | None = None
    latest = Fraction(0)
    last: dict[int, int] = {}
    for packet in packets:
        base = packet.time_base
        # The first picture has no decoding time, since FFmpeg was not let look ahead; a camera decodes as it shows.
        own_dts = packet.pts if packet.dts is None else packet.dts
        if own_dts is None or base is None:
            continue
        unit = Fraction(base.numerator, base.denominator)
        at = own_dts * unit
        if offset is None or abs(at + offset - latest) > _LEAP:
            offset = timeline.next() - at
        shift = round(offset / unit)
        dts = own_dts + shift
        if dts <= last.get(packet.stream.index, -1):
            continue
        last[packet.stream.index] = dts
        packet.pts = (own_dts if packet.pts is None else packet.pts) + shift
        packet.dts = dts
        latest = dts * unit
        timeline.mark(latest)
        yield packet


class _ClosedError(Exception):
    """Nobody wants the output any more."""


class _Inlet:
    """The file that FFmpeg reads from: filled on the event loop, emptied in the thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._changed = threading.Condition()
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._head = b""
        self._ran_dry = False
        self._since_packet = 0
        self.overlong = False
        self._room = asyncio.Event()
        self._room.set()

    @property
    def too_short(self) -> bool:
        """Whether it began like Matroska, and FFmpeg wanted more than there was."""
        return self._ran_dry and _MATROSKA.startswith(self._head)

    def came_out(self) -> None:
        """A packet has come of what went in. Called in the thread, like `read`."""
        self._since_packet = 0

    async def put(self, chunk: bytes) -> None:
        await self._room.wait()
        with self._changed:
            self._chunks.append(chunk)
            self._size += len(chunk)
            if self._size >= _IN_LIMIT and not self._ended:
                self._room.clear()
            self._changed.notify()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._room.set()

    def abandon(self) -> None:
        with self._changed:
            self._chunks.clear()
            self._size = 0
        self.end()

    def read(self, size: int) -> bytes:
        """Give what is there, at most `size` bytes; waits for the first. Called by FFmpeg in the thread."""
        if self._since_packet > _FRAME_LIMIT:
            # FFmpeg would hold all of a picture in memory, however large a camera says it is.
            self.overlong = True
            return b""
        with self._changed:
            while not self._chunks and not self._ended:
                self._changed.wait()
            if not self._chunks:
                self._ran_dry = True
                return b""
            chunk = self._chunks.popleft()
            if len(chunk) > size:
                self._chunks.appendleft(chunk[size:])
                chunk = chunk[:size]
            full = self._size >= _IN_LIMIT
            self._size -= len(chunk)
            make_room = full and self._size < _IN_LIMIT and not self._ended
        self._since_packet += len(chunk)
        self._head += chunk[: len(_MATROSKA) - len(self._head)]
        if make_room:
            self._loop.call_soon_threadsafe(self._room.set)
        return chunk


class _Outlet:
    """Pieces on their way from the thread to the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._changed = threading.Condition()
        self._pieces: deque[Piece] = deque()
        self._size = 0
        self._closed = False
        self._finished = False
        self._error: Exception | None = None
        self._ready = asyncio.Event()

    def put(self, piece: Piece) -> None:
        """Hand a piece over; waits while the event loop is behind. Called in the thread."""
        with self._changed:
            while self._size >= _OUT_LIMIT and not self._closed:
                self._changed.wait()
            if self._closed:
                raise _ClosedError
            self._pieces.append(piece)
            self._size += len(piece.payload)
        self._loop.call_soon_threadsafe(self._ready.set)

    def finish(self, error: Exception | None) -> None:
        """Say that nothing more comes, and why. Called in the thread."""
        with self._changed:
            self._finished = True
            self._error = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._ready.set)

    async def get(self) -> Piece | None:
        while True:
            self._ready.clear()
            with self._changed:
                if self._pieces:
                    piece = self._pieces.popleft()
                    self._size -= len(piece.payload)
                    self._changed.notify()
                    return piece
                if self._finished:
                    if self._error is not None:
                        raise self._error
                    return None
            await self._ready.wait()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
