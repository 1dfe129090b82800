"""Which pictures are being taken: a request for one of them waits for it."""

import asyncio
from contextlib import suppress

from homeassistant.core import callback

from ..tasks.timing import Timing
from .episode import EpisodeId


class PicturesUnderWay:
    """The episodes whose pictures are being taken."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._ended: dict[EpisodeId, asyncio.Event] = {}

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._ended)

    @callback
    def begin(self, episode_id: EpisodeId) -> None:
        """Note that a picture of an episode is being taken."""
        self._ended.setdefault(episode_id, asyncio.Event())

    @callback
    def end(self, episode_id: EpisodeId) -> None:
        """Note that there is a picture, or that there will be none."""
        if ended := self._ended.pop(episode_id, None):
            ended.set()

    async def wait(self, episode_id: EpisodeId) -> None:
        """Wait until the picture of an episode is taken, though not for long."""
        if ended := self._ended.get(episode_id):
            with suppress(TimeoutError):
                # Then it has come or never will; a notification that waits for longer comes without one.
                async with asyncio.timeout(self._timing.event_image_loaded_within):
                    await ended.wait()
