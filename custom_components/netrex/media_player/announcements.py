"""What is said through one camera: one thing after another, each begun only when the one before has ended."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
import logging
from typing import Final

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..account.account import NetrexAccount
from ..account.commands import command_error
from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..const import DOMAIN
from ..vapix import SpeechCodec, VapixError

_LOGGER = logging.getLogger(__name__)

#: How many may wait while something is said. They are held in memory.
_MAX_WAITING: Final = 5


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something to say.

    Attributes:
        sound: as the camera plays it.
        codec: what it is written in.
        title: for people; empty where there is none.
        announces: whether it is said to its end, also when something else is to be played.
    """

    sound: bytes
    codec: SpeechCodec
    title: str = ""
    announces: bool = False

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return len(self.sound) / self.codec.rate


class Speech:
    """Says things. Orders of another kind are not held up: a camera can be moved while it speaks.

    Args:
        account: whose cameras they are.
        changed: called when something begins or ends to be said.
    """

    def __init__(self, account: NetrexAccount, changed: Callable[[], None]) -> None:
        self._account = account
        self._changed = changed
        self._turn = asyncio.Lock()
        self._asked: dict[asyncio.Task[None], Utterance] = {}
        #: What is said now, and since when, UTC.
        self.current: Utterance | None = None
        self.began_at: datetime | None = None

    async def say(self, camera: AxisCamera, utterance: Utterance) -> None:
        """Say something after all that was asked for before; return when the camera has taken it, or it was stopped.

        Raises:
            HomeAssistantError: the camera did not take it, or too much waits already.
        """
        if len(self._asked) > _MAX_WAITING:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="speaker_too_many",
                translation_placeholders={"camera": camera.node.name},
            )
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # It goes on when the caller does not wait for it, and ends with the account.
        task = self._account.run_in_background(self._say(camera, utterance, taken))
        self._asked[task] = utterance
        task.add_done_callback(self._asked.pop)
        task.add_done_callback(partial(_settle, taken, camera.node.name))
        await taken

    @property
    def announces(self) -> bool:
        """Whether something is said that goes on to its end, or waits to be."""
        return any(asked.announces for asked in self._asked.values())

    async def stop(self, *, but_announcements: bool = False) -> None:
        """Fall silent, and forget what waits; return when the camera has been let go."""
        ended = [task for task, asked in self._asked.items() if not (but_announcements and asked.announces)]
        for task in ended:
            task.cancel()
        if ended:
            await asyncio.wait(ended)

    async def _say(self, camera: AxisCamera, utterance: Utterance, taken: asyncio.Future[None]) -> None:
        async with self._turn:
            camera.require_reachable()
            timer = asyncio.get_running_loop().call_later(self._account.timing.announcement_taken_after, _take, taken)
            self._show(utterance)
            try:
                await camera.client.speaker.transmit(utterance.codec, utterance.sound)
            except VapixError as err:
                raise await command_error(self._account, camera, Scope.AUDIOTRANSMIT, err) from err
            finally:
                timer.cancel()
                self._show(None)
        self._account.refusals.accepted(Scope.AUDIOTRANSMIT, camera)

    @callback
    def _show(self, utterance: Utterance | None) -> None:
        self.current = utterance
        self.began_at = dt_util.utcnow() if utterance else None
        self._changed()


@callback
def _take(taken: asyncio.Future[None]) -> None:
    if not taken.done():
        taken.set_result(None)


@callback
def _settle(taken: asyncio.Future[None], camera: str, task: asyncio.Task[None]) -> None:
    """Pass on how it ended to the caller, or to the log if the caller no longer waits."""
    failure = None if task.cancelled() else task.exception()
    if failure is None:
        _take(taken)
    elif taken.done():
        _LOGGER.warning("%s did not say all of it (%s)", camera, type(failure.__cause__ or failure).__name__)
    else:
        taken.set_exception(failure)
