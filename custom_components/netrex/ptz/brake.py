"""Stops a camera's head: told again and again, on several connections, until the camera has taken it."""

import asyncio
import logging
from typing import Final

from ..tasks.timing import Timing
from ..vapix import AuthError, Axis, ForbiddenError, GoneError, Ptz, RequestError, VapixError

_LOGGER = logging.getLogger(__name__)

#: Seconds from one try to the next while no answer comes: at first not even the time of one answer is waited.
_PAUSES: Final = (0.15, 0.15, 0.15, 0.3, 0.5, 1.0, 2.0, 5.0)
#: Seconds from an answer that is no success to the next try, at most.
_AFTER_FAILURE: Final = 0.05
_QUICK_TRIES: Final = 6
#: Tries that may be without an answer at once; the oldest is given up for one more.
_AT_ONCE: Final = 4
#: Seconds after which a camera that refuses to stop is left alone, where it most likely stands.
_REFUSED_FOR_STANDING: Final = 0.5


class Brake:
    """Stops the axes of one head.

    Args:
        ptz: the head, spoken to with a token that is asked for, and renewed if refused, which may take its time.
        held: the same head, spoken to with a token that was good a moment ago.
        axes: what may be moving.
        timing: when it gives up.
    """

    def __init__(self, ptz: Ptz, held: Ptz, axes: frozenset[Axis], timing: Timing) -> None:
        self._ptz = ptz
        self._held = held
        self._axes = axes
        self._timing = timing
        self._held_is_good = True

    async def stop(self, *, likely_stopped: bool = False) -> bool:
        """Stop the head; return whether the camera has taken it. May take minutes where the camera is away.

        Args:
            likely_stopped: the head most likely does not move, so that a refusal need not be doubted for long.
        """
        loop = asyncio.get_running_loop()
        began, number = loop.time(), 0
        refused_for = _REFUSED_FOR_STANDING if likely_stopped else self._timing.stop_refused_for
        tries: list[asyncio.Task[None]] = []
        try:
            while (seconds := loop.time() - began) < self._timing.stop_silent_for:
                if len(tries) >= _AT_ONCE:
                    tries.pop(0).cancel()
                tries.append(loop.create_task(self.send_stop(number)))
                number += 1
                pause = _PAUSES[min(number, len(_PAUSES)) - 1]
                done, _ = await asyncio.wait(tries, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                failures = [each.exception() for each in done if not each.cancelled()]
                if None in failures:
                    return True
                tries = [each for each in tries if each not in done]
                for failure in failures:
                    if not isinstance(failure, VapixError):
                        _LOGGER.error("Unexpected error while stopping a camera", exc_info=failure)
                    elif seconds > refused_for and isinstance(failure, RequestError | GoneError | ForbiddenError):
                        return False
                if any(isinstance(failure, AuthError) for failure in failures):
                    self._held_is_good = False
                if failures:
                    await asyncio.sleep(min(pause, _AFTER_FAILURE) if number < _QUICK_TRIES else pause)
            return False
        finally:
            # What is still under way must not stop a later move.
            for each in tries:
                each.cancel()
            await asyncio.gather(*tries, return_exceptions=True)

    async def send_stop(self, number: int = 0) -> None:
        """Tell the head to stop, once; of several tries each third in other words.

        Raises:
            VapixError: it has not taken it.
        """
        ptz = self._held if self._held_is_good and number % 2 == 0 else self._ptz
        if number % 3 == 2:  # noqa: PLR2004 - each third
            await ptz.stop_all()
        else:
            await ptz.stop(self._axes)
