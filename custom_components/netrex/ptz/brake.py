"""Stops a camera's head: sends the stop repeatedly, on several connections, until the camera confirms it."""

import asyncio
import logging
from typing import Final

from ..tasks.timing import Timing
from ..vapix import AuthError, Axis, ForbiddenError, GoneError, HeadControl, RequestError, VapixError

_LOGGER = logging.getLogger(__name__)

#: Seconds between tries while no answer comes; at first less than an answer takes.
_PAUSES: Final = (0.15, 0.15, 0.15, 0.3, 0.5, 1.0, 2.0, 5.0)
#: Seconds between a failed try and the next one, at most.
_AFTER_FAILURE: Final = 0.05
_QUICK_TRIES: Final = 6
#: Tries that may wait for an answer at once; the oldest is canceled for another one.
_AT_ONCE: Final = 4
#: Seconds after which a refusal is accepted if the camera probably doesn't move.
_REFUSED_FOR_STANDING: Final = 0.5


class Brake:
    """Stops the axes of one head.

    The token of `control` is refreshed if necessary, which may take a while; that of `held` was valid before the move.
    """

    def __init__(self, control: HeadControl, held: HeadControl, axes: frozenset[Axis], timing: Timing) -> None:
        self._control = control
        self._held = held
        self._axes = axes
        self._timing = timing
        self._held_is_good = True

    async def stop(self, *, likely_stopped: bool = False) -> bool:
        """Stop the head; return whether the camera has confirmed it. May take minutes if the camera is unreachable.

        If the head has `likely_stopped`, a refusal is accepted soon.
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
            # A stop that arrives late would end a later move.
            for each in tries:
                each.cancel()
            await asyncio.gather(*tries, return_exceptions=True)

    async def send_stop(self, number: int = 0) -> None:
        """Send one stop; every third of several tries uses another command.

        Raises:
            VapixError: the camera has not confirmed it.
        """
        control = self._held if self._held_is_good and number % 2 == 0 else self._control
        if number % 3 == 2:  # noqa: PLR2004 - every third
            await control.stop_all()
        else:
            await control.stop(self._axes)
