"""An answer of a camera that several entities want: one request for all of them."""

from collections.abc import Callable, Coroutine
import time

from ..transport.single_flight import SingleFlight


class SharedAnswer[Answer]:
    """Fetches an answer once for all who ask at the same time, and keeps it for `max_age` seconds, but no failure."""

    def __init__(self, fetch: Callable[[], Coroutine[None, None, Answer]], max_age: float) -> None:
        self._fetch = fetch
        self._max_age = max_age
        self._kept: tuple[float, Answer] | None = None
        #: Counts calls of `forget`, so that an answer from before one is not kept.
        self._generation = 0
        self._flights: SingleFlight[int, Answer] = SingleFlight()

    def forget(self) -> None:
        """Ask again next time: something has changed."""
        self._kept = None
        self._generation += 1

    async def get(self) -> Answer:
        """Return the answer."""
        if self._kept is not None and time.monotonic() - self._kept[0] < self._max_age:
            return self._kept[1]
        generation = self._generation
        answer = await self._flights.get(generation, self._fetch)
        if generation == self._generation:
            self._kept = time.monotonic(), answer
        return answer
