"""What an account's cameras recorded, asked for once: what is past is kept, what goes on is asked for again."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
import time
from typing import Final

from ..cloud import CloudClient
from ..cloud.recordings import MAX_INTERVALS, Interval, Recording, list_recordings
from ..tasks.background import BackgroundTasks
from ..tasks.timing import Timing
from ..transport.single_flight import SingleFlight, WorkCanceledError
from .errors import AccountUnloadedError, TooManyListsError

type Found = tuple[tuple[Recording, ...], ...]
type _Wanted = tuple[int, tuple[Interval, ...]]

#: Requests at the same time, however many people look.
_AT_ONCE: Final = 4
#: Seconds for which a list of the past is kept: recordings may be deleted, or arrive late.
_FRESH: Final = 3600.0


class RecordingLists:
    """The lists of one account. `clock`, which may be set at any time, shows what is past, not how long it was kept."""

    def __init__(
        self,
        cloud: CloudClient,
        in_background: BackgroundTasks,
        timing: Timing,
        clock: Callable[[], float] = time.time,
        steady_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cloud = cloud
        self._timing = timing
        self._clock = clock
        self._steady_clock = steady_clock
        self._lists: OrderedDict[_Wanted, tuple[Found, float]] = OrderedDict()
        self._requests = SingleFlight[_Wanted, Found](in_background)
        self._semaphore = asyncio.Semaphore(_AT_ONCE)
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
            TooManyListsError: too many are being asked for already.
            AccountUnloadedError: the account ended meanwhile.
        """
        key = (node_id, intervals)
        now, asked_at = self._clock(), self._steady_clock()
        if (kept := self._lists.get(key)) and asked_at - kept[1] < _FRESH:
            self._lists.move_to_end(key)
            return kept[0]
        if self._requests.pending(key) is None and len(self._requests.tasks) >= self._timing.most_awaited_lists:
            raise TooManyListsError("too many lists are being asked for")
        try:
            found = await self._requests.get(key, partial(self._ask, node_id, intervals))
        except WorkCanceledError:
            raise AccountUnloadedError("the account was unloaded") from None
        if intervals and intervals[-1].ends_at < now - self._timing.recordings_complete_after:
            self._lists[key] = found, asked_at
            self._drop_oldest()
        return found

    def _drop_oldest(self) -> None:
        lists, timing = self._lists, self._timing
        recordings = sum(sum(map(len, found)) for found, _ in lists.values())
        while len(lists) > timing.most_recording_lists or recordings > timing.most_kept_recordings:
            _, (found, _) = lists.popitem(last=False)
            recordings -= sum(map(len, found))

    async def _ask(self, node_id: int, intervals: tuple[Interval, ...]) -> Found:
        found: list[tuple[Recording, ...]] = []
        for first in range(0, len(intervals), MAX_INTERVALS):
            async with self._semaphore:
                self.requests += 1
                found += await list_recordings(self._cloud, node_id, intervals[first : first + MAX_INTERVALS])
        return tuple(found)
