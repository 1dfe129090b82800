"""An answer of a camera that several want, or that is wanted again: one question for all of them."""

import asyncio
from collections.abc import Awaitable, Callable
import time

from .errors import VapixError


class SharedAnswer[Answer]:
    """Asks unless somebody just has. Who comes while a question is on its way gets what comes of it, a failure as well.

    Args:
        ask: asks the camera; a VapixError where it does not tell.
        good_for: seconds for which an answer is; infinite where only `forget` ends that.
    """

    def __init__(self, ask: Callable[[], Awaitable[Answer]], good_for: float) -> None:
        self._ask = ask
        self._good_for = good_for
        self._turn = asyncio.Lock()
        self._answer: Answer | None = None
        self._failure: VapixError | None = None
        self._told_at = 0.0
        #: Grows with each change, so that an answer which one has overtaken is not kept.
        self._changes = 0

    def forget(self) -> None:
        """Something has changed: the next one asks anew."""
        self._answer = self._failure = None
        self._changes += 1

    async def get(self) -> Answer:
        """Return the answer.

        Raises:
            VapixError: it was not told.
        """
        came_at = time.monotonic()
        async with self._turn:
            told_meanwhile = self._told_at > came_at
            if self._failure is not None and told_meanwhile:
                raise self._failure
            if self._answer is not None and (told_meanwhile or time.monotonic() - self._told_at < self._good_for):
                return self._answer
            changes = self._changes
            answer = failure = None
            try:
                answer = await self._ask()
            except VapixError as err:
                failure = err
                raise
            finally:
                if changes == self._changes:
                    self._answer, self._failure, self._told_at = answer, failure, time.monotonic()
            return answer
