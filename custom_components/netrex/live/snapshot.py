"""Snapshots: one request to the camera for all who ask at the same time."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
import time

from ..transport.single_flight import SingleFlight, WorkCanceledError
from ..vapix import Resolution, UnreachableError, smallest_covering

FRESH_FOR = 2.0
"""Seconds for which an image is reused. Dashboards request one every 10 s per viewer, so many viewers share it; with a
longer time, a snapshot of an automation would show what was before its trigger."""

FAILED_FOR = 1.0
"""Seconds for which a failure is reused: requests of the same moment don't each wait for a camera that is off, and the
next request of a dashboard sees it when it is back."""

TIME_LIMIT = 8.5
"""Seconds, waiting for a place included: Home Assistant gives up after 10 without a reason."""

_AT_ONCE = 8
_MAX_PICTURES = 32
_MAX_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class _Taken:
    outcome: bytes | Exception
    until: float


class SnapshotBudget:
    """Limits the snapshots of one account: requests at the same time, and images kept."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.semaphore = asyncio.Semaphore(_AT_ONCE)
        self._clock = clock
        self._kept: OrderedDict[tuple[object, Resolution | None], _Taken] = OrderedDict()  # oldest first

    def get(self, owner: object, resolution: Resolution | None) -> bytes | Exception | None:
        """Return an image or failure that is recent enough."""
        taken = self._kept.get((owner, resolution))
        return taken.outcome if taken and self._clock() < taken.until else None

    def keep(self, owner: object, resolution: Resolution | None, outcome: bytes | Exception) -> None:
        """Keep an image or failure, and drop those that are too old or too many."""
        now = self._clock()
        self._kept = OrderedDict((key, taken) for key, taken in self._kept.items() if now < taken.until)
        lifetime = FRESH_FOR if isinstance(outcome, bytes) else FAILED_FOR
        self._kept[owner, resolution] = _Taken(outcome, now + lifetime)
        self._kept.move_to_end((owner, resolution))
        while len(self._kept) > _MAX_PICTURES or self._bytes() > _MAX_BYTES:
            self._kept.popitem(last=False)

    def forget(self, owner: object) -> None:
        """Drop everything of one camera."""
        for key in [key for key in self._kept if key[0] is owner]:
            del self._kept[key]

    @property
    def kept(self) -> tuple[int, int]:
        """The number of images and failures kept, and their bytes."""
        return len(self._kept), self._bytes()

    def _bytes(self) -> int:
        return sum(len(taken.outcome) for taken in self._kept.values() if isinstance(taken.outcome, bytes))


class Snapshots:
    """The snapshots of one camera or channel, which `fetch` takes, in the camera's own size if none is given.

    The cameras of an account share a budget. Which resolutions may be asked for is set when the camera has answered.
    """

    def __init__(
        self,
        fetch: Callable[[Resolution | None], Awaitable[bytes]],
        budget: SnapshotBudget,
        resolutions: Sequence[Resolution] = (),
    ) -> None:
        self._fetch = fetch
        self._budget = budget
        self.resolutions = resolutions
        self._requests = SingleFlight[Resolution | None, bytes]()

    async def get(self, width: int | None = None, height: int | None = None) -> bytes:
        """Return a JPEG image at least as large as requested, if the camera has that size.

        Who is cancelled while waiting does not disturb others who wait for the same picture.

        Raises:
            UnreachableError: none came within `TIME_LIMIT` seconds.
            Exception: what `fetch` raised.
        """
        resolution = self._choose(width, height)
        kept = self._budget.get(self, resolution)
        if isinstance(kept, bytes):
            return kept
        if kept is not None:
            raise kept
        try:
            return await self._requests.get(resolution, partial(self._take, resolution))
        except WorkCanceledError:
            raise UnreachableError("The camera is being closed") from None

    async def close(self) -> None:
        """Cancel requests and drop the images."""
        await self._requests.close()
        self._budget.forget(self)

    def _choose(self, width: int | None, height: int | None) -> Resolution | None:
        """Return the smallest size that covers the request: Home Assistant scales larger images on its event loop."""
        if not width and not height:
            return None
        return smallest_covering(self.resolutions, width or 0, height or 0)

    async def _take(self, resolution: Resolution | None) -> bytes:
        try:
            async with asyncio.timeout(TIME_LIMIT), self._budget.semaphore:
                picture = await self._fetch(resolution)
        except TimeoutError as error:
            unreachable = UnreachableError("No picture came in time")
            self._budget.keep(self, resolution, unreachable)
            raise unreachable from error
        except Exception as error:
            self._budget.keep(self, resolution, error)
            raise
        self._budget.keep(self, resolution, picture)
        return picture
