"""What an account's cameras recorded, asked for once: what is past is kept, what goes on is asked for again."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
import time
from typing import Final

from ..cloud import CloudClient
from ..cloud.recordings import MAX_INTERVALS, Interval, Recording, list_recordings
from ..tasks.background import InBackground
from .errors import AccountUnloadedError

type Found = tuple[tuple[Recording, ...], ...]

#: Lists kept: a year of days of one camera, or a month of twelve.
_KEPT: Final = 400
#: Requests at the same time, however many people look.
_AT_ONCE: Final = 4
#: Seconds for which a list of the past is believed: recordings may be deleted, or arrive late.
_FRESH: Final = 3600.0
#: Seconds after its end until an interval counts as past: what cameras recorded arrives with a delay.
_SETTLED: Final = 900


@dataclass(frozen=True, slots=True)
class _Kept:
    found: Found
    asked_at: float


class RecordingLists:
    """The lists of one account."""

    def __init__(
        self,
        cloud: CloudClient,
        in_background: InBackground,
        clock: Callable[[], float] = time.time,
        steady_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep nothing yet.

        Args:
            cloud: asked.
            in_background: runs what outlives its first caller.
            clock: tells what is past, seconds since 1970; it may be set while Home Assistant runs.
            steady_clock: tells for how long something was kept.
        """
        self._cloud = cloud
        self._in_background = in_background
        self._clock = clock
        self._steady_clock = steady_clock
        self._lists: OrderedDict[tuple[int, tuple[Interval, ...]], _Kept] = OrderedDict()
        self._asking: dict[tuple[int, tuple[Interval, ...]], asyncio.Task[Found]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)
        #: Requests made, for diagnostics.
        self.requests = 0

    @property
    def kept(self) -> int:
        """How many lists are kept."""
        return len(self._lists)

    async def recorded(self, node_id: int, intervals: tuple[Interval, ...]) -> Found:
        """Return what a camera recorded in each interval; callers at the same time share one request.

        Raises:
            CloudError: nothing usable came.
            AccountUnloadedError: there is nobody left to ask.
        """
        key = (node_id, intervals)
        now, asked_at = self._clock(), self._steady_clock()
        if (kept := self._lists.get(key)) and asked_at - kept.asked_at < _FRESH:
            self._lists.move_to_end(key)
            return kept.found
        if (asking := self._asking.get(key)) is None:
            asking = self._asking[key] = self._in_background(self._ask(node_id, intervals))
            asking.add_done_callback(lambda _task: self._asking.pop(key, None))
        await asyncio.wait({asking})
        if asking.cancelled():
            raise AccountUnloadedError("the account was unloaded")
        found = asking.result()
        if intervals and intervals[-1].ends_at < now - _SETTLED:
            self._lists[key] = _Kept(found, asked_at)
            while len(self._lists) > _KEPT:
                self._lists.popitem(last=False)
        return found

    async def _ask(self, node_id: int, intervals: tuple[Interval, ...]) -> Found:
        found: list[tuple[Recording, ...]] = []
        for first in range(0, len(intervals), MAX_INTERVALS):
            async with self._places:
                self.requests += 1
                found += await list_recordings(self._cloud, node_id, intervals[first : first + MAX_INTERVALS])
        return tuple(found)
