"""Timestamps of a camera's live video that continue when its stream is reopened. Used by `Remuxer` in its thread."""

from collections.abc import Callable, Iterator
from fractions import Fraction
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from av import Packet
    from av.stream import Stream

_START: Final = Fraction(10)  # seconds; FFmpeg shifts streams that begin before 0
_STEP: Final = Fraction(1, 10)  # seconds between two streams, at least: sound may begin before the picture
_LEAP: Final = 10  # seconds; a larger jump of timestamps means that the camera's clock was set


class Timeline:
    """The timestamps of the output, shared by all streams that are opened one after another for one camera.

    Attributes:
        layout: codec name and configuration of each track; set by `Remuxer`, which refuses a later stream with another.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_written = Fraction(0)
        self._written_at: float | None = None
        self.layout: tuple[tuple[str, bytes], ...] | None = None

    @property
    def begun(self) -> bool:
        """Whether a packet was written."""
        return self._written_at is not None

    def next_start(self) -> Fraction:
        """Return the seconds at which a stream starts: after the last packet by the real time that has passed."""
        if self._written_at is None:
            return _START
        return self._last_written + max(_STEP, Fraction(self._clock() - self._written_at).limit_denominator(1000))

    def note_written(self, at: Fraction) -> None:
        """Note the seconds at which a packet was written."""
        self._last_written = max(self._last_written, at)
        self._written_at = self._clock()


def shift_onto(packets: Iterator[Packet[Stream]], timeline: Timeline) -> Iterator[Packet[Stream]]:
    """Shift the timestamps of one stream onto the timeline; drops packets that would go back, and those without any."""
    offset: Fraction | None = None
    latest = Fraction(0)
    last: dict[int, int] = {}
    for packet in packets:
        base = packet.time_base
        # FFmpeg may not look ahead, so the first picture has no DTS. Cameras send no B-frames: it equals the PTS.
        own_dts = packet.pts if packet.dts is None else packet.dts
        if own_dts is None or base is None:
            continue
        unit = Fraction(base.numerator, base.denominator)
        at = own_dts * unit
        if offset is None or abs(at + offset - latest) > _LEAP:
            offset = timeline.next_start() - at
        shift = round(offset / unit)
        dts = own_dts + shift
        if dts <= last.get(packet.stream.index, -1):
            continue
        last[packet.stream.index] = dts
        packet.pts = (own_dts if packet.pts is None else packet.pts) + shift
        packet.dts = dts
        latest = dts * unit
        timeline.note_written(latest)
        yield packet
