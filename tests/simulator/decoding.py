"""What a player makes of the simulator's streams: PyAV, which knows nothing of how they were written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import io

import av
import numpy as np
from numpy.typing import NDArray

from simulator.cameras import read_time
from simulator.cameras.encoding import Track


def decoded_pictures(track: Track, coded: Sequence[bytes]) -> Iterator[NDArray[np.uint8]]:
    """Decode H.264 with start codes."""
    context = av.VideoCodecContext.create("h264", "r")
    context.extradata = track.private
    for data in coded:
        for frame in context.decode(av.Packet(data)):
            yield frame.to_ndarray(format="rgb24")
    for frame in context.decode(None):
        yield frame.to_ndarray(format="rgb24")


@dataclass(frozen=True)
class Played:
    """What was in a recording of a stream."""

    container: str
    codecs: dict[str, str]
    size: tuple[int, int] | None
    presented: dict[str, list[float]]
    """Seconds from the beginning, by type of track."""
    clock: list[float]
    """UTC as read from the pictures."""
    key_frames: list[bool]
    ends: list[int]
    """Where in the recording each picture ends, at the latest."""


def play(recording: bytes) -> Played:
    """Read a recording that may be cut off anywhere."""
    with av.open(io.BytesIO(recording)) as container:
        codecs = {stream.type: stream.codec_context.name for stream in container.streams}
        size = None
        presented: dict[str, list[float]] = {kind: [] for kind in codecs}
        clock: list[float] = []
        keys: list[bool] = []
        ends: list[int] = []
        for packet in container.demux():
            if packet.pts is None or packet.time_base is None:
                continue
            presented[packet.stream.type].append(float(packet.pts * packet.time_base))
            if packet.stream.type != "video":
                continue
            keys.append(packet.is_keyframe)
            assert packet.pos is not None
            ends.append(packet.pos + packet.size)
            for frame in packet.decode():
                assert isinstance(frame, av.VideoFrame)
                size = (frame.width, frame.height)
                moment = read_time(frame.to_ndarray(format="rgb24"))
                assert moment is not None
                clock.append(moment)
        return Played(container.format.name, codecs, size, presented, clock, keys, ends)
