"""Matroska in, MPEG-TS out, without re-encoding: PyAV in a thread of its own, with bounded queues on both sides.

MPEG-TS is what both of Home Assistant's readers take (`stream`'s PyAV and go2rtc), and it can be joined anywhere:
tables and a key frame are enough. So one remuxer serves all who watch a camera.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing, suppress
import threading
from typing import TYPE_CHECKING

from .queues import ClosedError, InputBuffer, OutputQueue
from .remux_timeline import Timeline, shift_onto
from .transport_stream import TransportStream, TsChunk, split_at_keyframes

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream

_READ_SIZE = 4096  # FFmpeg's buffer; larger reads bypass it
_BROKEN_LIMIT = 50  # packets in a row that the output rejects, about two seconds

_VIDEO_CODECS = frozenset({"h264", "hevc"})
_AUDIO_CODECS = frozenset({"aac", "mp3", "opus"})  # what MPEG-TS can carry; other sound is left out

# The header has nearly all parameters, and the first frame the rest. FFmpeg reads that far, past audio that may come
# first; for a parameter that it never finds, it stops after this many bytes.
_INPUT_OPTIONS = {"probesize": "32768", "analyzeduration": "0", "fpsprobesize": "0", "max_ts_probe": "0"}


class RemuxError(Exception):
    """The input can't be read as live video."""

    def __init__(self, message: str, *, too_short: bool = False) -> None:
        super().__init__(message)
        self.too_short = too_short
        """It ended where it should have gone on."""


class LayoutChangedError(Exception):
    """A new upstream of the camera has another codec or size: watchers have to start again."""


class Remuxer:
    """Remuxes one upstream with FFmpeg. Created on the event loop; await `close` at the end."""

    def __init__(self, timeline: Timeline, name: str) -> None:
        loop = asyncio.get_running_loop()
        self._timeline = timeline
        self._input = InputBuffer(loop)
        self._output = OutputQueue(loop)
        self._done = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(loop,), name=f"netrex-remux-{name}", daemon=True)
        self._thread.start()

    async def feed(self, chunk: bytes) -> None:
        """Add bytes of the upstream; wait while the thread is behind."""
        if chunk:  # FFmpeg takes an empty chunk for the end
            await self._input.put(chunk)

    def end(self) -> None:
        """Mark the end of the upstream; queued data still comes out."""
        self._input.end()

    async def output(self) -> AsyncIterator[TsChunk]:
        """Yield the remuxed chunks until the end.

        Raises:
            RemuxError: the input is not what it should be.
            LayoutChangedError: the input does not continue what is on the timeline.
        """
        while (chunk := await self._output.get()) is not None:
            yield chunk

    async def close(self) -> None:
        """Stop the thread and wait for its end, some milliseconds."""
        self._input.abandon()
        self._output.close()
        await self._done.wait()
        self._thread.join()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        error: Exception | None = None
        try:
            # Imported in the thread, since it takes long.
            import av  # noqa: PLC0415

            try:
                with av.open(
                    self._input, "r", format="matroska", options=dict(_INPUT_OPTIONS), buffer_size=_READ_SIZE
                ) as source:
                    self._remux(source)
            except (av.FFmpegError, ValueError) as broken:
                error = RemuxError(
                    f"Not readable as live video ({type(broken).__name__})", too_short=self._input.too_short
                )
        except (RemuxError, LayoutChangedError) as broken:
            error = broken
        except ClosedError:
            pass
        except Exception as broken:  # noqa: BLE001 - nobody above a thread sees what it raises
            error = RemuxError(f"Remuxing failed ({type(broken).__name__})")
        finally:
            self._output.finish(error)
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
        with closing(TransportStream(carried, continues=self._timeline.begun)) as target:
            for packet in shift_onto(source.demux(carried), self._timeline):
                self._input.packet_demuxed()
                try:
                    written = target.mux(packet)
                except av.FFmpegError as error:
                    refused += 1
                    if refused > _BROKEN_LIMIT:
                        raise RemuxError(f"Nothing in it can be passed on ({type(error).__name__})") from error
                    continue
                refused = 0
                for chunk in split_at_keyframes(written):
                    self._output.put(chunk)
        if self._input.overlong:
            raise RemuxError("A picture in it is too large")


def _carried(source: InputContainer) -> list[Stream]:
    """Return the streams to pass on: video, then audio if MPEG-TS can carry it."""
    video = next((stream for stream in source.streams.video if stream.codec_context.name in _VIDEO_CODECS), None)
    if video is None:
        raise RemuxError("No H.264 or H.265 video in it")
    audio = next((stream for stream in source.streams.audio if stream.codec.canonical_name in _AUDIO_CODECS), None)
    # AAC without its configuration cannot be given the headers that MPEG-TS wants.
    if audio is None or (audio.codec_context.name == "aac" and not audio.codec_context.extradata):
        return [video]
    return [video, audio]
