"""Which pictures are being taken: a request for one of them waits for it."""

import asyncio
from contextlib import suppress
from typing import Final

from homeassistant.core import callback

from .episode import EpisodeId

#: Seconds: a notification that waits for longer comes without a picture.
_LONGEST: Final = 5.0


class PicturesUnderWay:
    """The episodes whose pictures are being taken."""

    def __init__(self) -> None:
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
                async with asyncio.timeout(_LONGEST):
                    await ended.wait()
