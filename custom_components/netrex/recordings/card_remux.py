"""Puts a camera's Matroska into an MP4, without coding anything anew: phones play no Matroska."""

from pathlib import Path

import av
from av.error import FFmpegError

from .errors import NotVideoError


def remux(source: Path, target: Path) -> None:
    """Write a file's pictures and sound into an MP4 that can be played from its beginning. Does blocking I/O.

    Raises:
        NotVideoError: there is nothing to play in the file.
    """
    try:
        _remux(source, target)
    except (FFmpegError, ValueError, IndexError) as err:
        # Not `from`: its text holds the path of the file.
        raise NotVideoError(f"the recording can't be read ({type(err).__name__})") from None


def _remux(source: Path, target: Path) -> None:
    with av.open(source, format="matroska") as recording:
        if not recording.streams.video:
            raise NotVideoError("the recording has no pictures")
        wanted = (*recording.streams.video[:1], *recording.streams.audio[:1])
        with av.open(target, "w", format="mp4", options={"movflags": "faststart"}) as file:
            streams = {stream.index: file.add_stream_from_template(stream) for stream in wanted}
            for packet in recording.demux(*wanted):
                if packet.dts is not None:  # else it is the one that says that the end has come
                    packet.stream = streams[packet.stream.index]
                    file.mux(packet)
