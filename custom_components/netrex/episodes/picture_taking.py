"""Takes a picture when a camera detects something, for all who want one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import logging
from typing import Final, Protocol

from homeassistant.core import CALLBACK_TYPE, callback

from ..cameras.axis_camera import AxisCamera, Condition
from ..events.pictures import MAX_BYTES
from ..tasks.background import BackgroundTasks
from ..tasks.timing import Timing
from ..vapix import AuthError, ForbiddenError, VapixError, smallest_covering
from .episode import EpisodeId, EpisodeKind, rank
from .under_way import PicturesUnderWay

_LOGGER = logging.getLogger(__name__)

#: Pictures of one account taken at the same time.
AT_ONCE: Final = 4
#: Pixels that are enough for a notification, and for a card.
_WIDTH: Final = 1280
_HEIGHT: Final = 720


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of which a picture may be wanted.

    Attributes:
        kind: what was detected.
        channel: which of the camera's pictures shows it; None: the main one, or its only one.
        at: by the clock of the event loop.
    """

    episode_id: EpisodeId
    kind: EpisodeKind
    channel: int | None
    at: float


class PictureSubscriber(Protocol):
    """Somebody who wants pictures of what a camera detects."""

    def wants(self, moment: Moment) -> bool:
        """Return whether a picture of this moment is wanted."""

    async def taken(self, moment: Moment, picture: bytes) -> None:
        """Take over a picture that was wanted."""


@dataclass(frozen=True, slots=True)
class PictureRefusals:
    """Whom to tell whether a camera gives pictures."""

    accepted: Callable[[], None]
    refused: Callable[[], Awaitable[object]]


class PictureTaker:
    """Takes the pictures of one camera: not one right after the other, and none that nobody wants.

    Args:
        turns: held while a picture is taken.
        under_way: told which episodes may still have a picture.
    """

    def __init__(
        self,
        camera: AxisCamera,
        timing: Timing,
        turns: asyncio.Semaphore,
        under_way: PicturesUnderWay,
        run_in_background: BackgroundTasks,
        refusals: PictureRefusals,
    ) -> None:
        self._camera = camera
        self._timing = timing
        self._turns = turns
        self._under_way = under_way
        self._run_in_background = run_in_background
        self._refusals = refusals
        self._subscribers: dict[PictureSubscriber, None] = {}
        self._wanted: Moment | None = None
        self._asked_at = float("-inf")
        self._taking: asyncio.Task[None] | None = None
        self._has_ended = False

    @callback
    def subscribe(self, subscriber: PictureSubscriber) -> CALLBACK_TYPE:
        """Ask somebody about each moment; return the function that ends this."""
        self._subscribers[subscriber] = None
        return lambda: self._subscribers.pop(subscriber, None)

    @callback
    def happened(self, moment: Moment) -> None:
        """Take a picture if somebody wants it."""
        if self._has_ended or not any(each.wants(moment) for each in self._subscribers):
            return
        before, self._wanted = self._wanted, moment
        self._under_way.begin(moment.episode_id)
        if before is not None and before.episode_id != moment.episode_id:
            self._under_way.end(before.episode_id)
        elif before is not None and rank(before.kind) < rank(moment.kind):
            # That is about to be taken, and shows this as well.
            self._wanted = before
        if self._taking is None or self._taking.done():
            self._taking = self._run_in_background(self._take_while_wanted(), "netrex pictures of events")

    @callback
    def end(self) -> None:
        """Take no more: the camera is gone."""
        self._has_ended = True
        if self._taking is not None:
            self._taking.cancel()
        if self._wanted is not None:
            self._under_way.end(self._wanted.episode_id)

    async def _take_while_wanted(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while (moment := self._wanted) is not None:
                await asyncio.sleep(self._asked_at + self._timing.event_image_pause - loop.time())
                # Something else may have happened meanwhile.
                moment, self._wanted = self._wanted or moment, None
                await self._serve(moment)
        finally:
            if self._wanted is not None:
                self._under_way.end(self._wanted.episode_id)

    async def _serve(self, moment: Moment) -> None:
        """Take a picture for all who want one."""
        try:
            # The picture before may show it well enough.
            is_wanted = any(each.wants(moment) for each in self._subscribers)
            if is_wanted and (picture := await self._take(moment)) is not None:
                for each in tuple(self._subscribers):
                    if each in self._subscribers:
                        await each.taken(moment, picture)
        finally:
            if self._wanted is None or self._wanted.episode_id != moment.episode_id:
                self._under_way.end(moment.episode_id)

    async def _take(self, moment: Moment) -> bytes | None:
        """Take a picture, unless that is too late already."""
        camera = self._camera
        try:
            async with asyncio.timeout_at(moment.at + self._timing.event_image_in_time):
                await self._turns.acquire()
        except TimeoutError:
            _LOGGER.debug("No picture of an event at %s: too many at once", camera.node.name)
            return None
        try:
            picture = await self._ask(moment)
        except (VapixError, TimeoutError) as err:
            _LOGGER.debug("No picture of an event at %s: %s", camera.node.name, type(err).__name__)
            if isinstance(err, AuthError | ForbiddenError):
                # The turn is over: this asks the camera, and maybe the cloud, for longer than others can wait.
                await self._refusals.refused()
            return None
        self._refusals.accepted()
        is_fit = len(picture) <= MAX_BYTES and camera.condition is not Condition.OTHER_DEVICE
        return picture if is_fit else None

    async def _ask(self, moment: Moment) -> bytes:
        """Ask the camera for a picture, and end the turn."""
        camera = self._camera
        self._asked_at = asyncio.get_running_loop().time()
        try:
            resolutions = camera.pictures.resolutions if camera.pictures else ()
            async with asyncio.timeout_at(moment.at + self._timing.event_image_loaded_within):
                return await camera.client.image(smallest_covering(resolutions, _WIDTH, _HEIGHT), moment.channel)
        finally:
            self._turns.release()
