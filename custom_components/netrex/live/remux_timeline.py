"""The clock of a live video: one upstream continues on it where another was cut off."""

from collections.abc import Callable, Iterator
from fractions import Fraction
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from av import Packet
    from av.stream import Stream

_START: Final = Fraction(10)  # seconds; FFmpeg shifts streams that begin before 0
_STEP: Final = Fraction(1, 10)  # seconds between two upstreams, at least: sound may begin before the picture
_LEAP: Final = 10  # seconds; timestamps further apart are a camera's clock being set


class Timeline:
    """The output's clock, on which one upstream continues where another was cut off."""

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


def on_timeline(packets: Iterator[Packet[Stream]], timeline: Timeline) -> Iterator[Packet[Stream]]:
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
