"""What browsers are told of a camera: its recordings and episodes, with addresses that their person may open."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypedDict

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..cloud import TransientError
from ..cloud.recordings import Interval
from ..episodes.episode import Episode
from ..episodes.paths import episode_picture_path
from ..episodes.span import episode_interval
from ..media_browser.access import explained, has_permission
from ..recordings.errors import localized_message
from ..recordings.spans import slots_of, spans_of
from ..tasks.timing import timing_of
from .asked_cameras import AskedCamera
from .picture_addresses import async_get_picture_addresses

#: Episodes between two moments in which Home Assistant does something else.
_AT_ONCE: Final = 50
#: Seconds. Questions within them are about the same recordings, so that they share one request.
_LATEST: Final = 30


class EpisodeAnswer(TypedDict):
    """An episode; times are seconds since 1970, UTC.

    `picture` is a signed path; with `&width=320`, that of its thumbnail.
    """

    id: str
    entity_id: str
    start: float
    end: float
    kinds: list[str]
    scenarios: list[str]
    ongoing: bool
    picture: str | None
    recording: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Recorded:
    """When a camera recorded, or why that is not known.

    Attributes:
        state: ok, no_permission or failed.
        message: why it failed, for a person.
    """

    state: str
    spans: Sequence[Interval] = ()
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers for one connection: what it gets, opens for its person, and ends with their log-in."""

    hass: HomeAssistant
    connection: ActiveConnection

    @callback
    def episode(self, camera: AskedCamera, episode: Episode, now: datetime) -> EpisodeAnswer:
        """Return an episode as JSON."""
        entry_id, interval = camera.entry.entry_id, episode_interval(episode, now)
        return {
            "id": f"{camera.key}/{episode.id.began_at}",
            "entity_id": camera.entity_id,
            "start": episode.id.began_at / 1000,
            "end": episode.ended_at / 1000,
            "kinds": [kind.value for kind in episode.kinds],
            "scenarios": list(episode.scenarios),
            "ongoing": not episode.is_over,
            "picture": self._picture(entry_id, episode) if episode.has_picture else None,
            "recording": (interval.begins_at, interval.ends_at),
        }

    async def episodes(self, camera: AskedCamera, found: Sequence[Episode], now: datetime) -> list[EpisodeAnswer]:
        """Return many episodes as JSON."""
        answers: list[EpisodeAnswer] = []
        for number, episode in enumerate(found, 1):
            answers.append(self.episode(camera, episode, now))
            if not number % _AT_ONCE:
                await asyncio.sleep(0)
        return answers

    @callback
    def _picture(self, entry_id: str, episode: Episode) -> str | None:
        # Without a log-in, Home Assistant would sign for a user of its own, who may see all.
        if not (token := self.connection.refresh_token_id):
            return None
        path = episode_picture_path(entry_id, episode.id)
        return async_get_picture_addresses(self.hass).get(path, token, is_final=episode.is_over)


async def recorded(hass: HomeAssistant, camera: AskedCamera, interval: Interval, now: datetime) -> Recorded:
    """Return when a camera recorded: from the list that is kept, or with one request to the cloud."""
    account = camera.account
    if not has_permission(account.entry):
        return Recorded("no_permission")
    latest = int(now.timestamp()) // _LATEST * _LATEST
    slots = slots_of(Interval(interval.begins_at, min(interval.ends_at, latest)))
    if not slots:
        return Recorded("ok")
    try:
        with explained(account, camera.node):
            try:
                async with asyncio.timeout(timing_of(hass).timeline_wait):
                    found = await account.recordings.lists.recorded(camera.node.node_id, slots)
            except TimeoutError:
                raise TransientError("the list of recordings did not come in time") from None
    except HomeAssistantError as err:
        return Recorded("failed", message=await localized_message(hass, err))
    return Recorded("ok", spans_of(slots, found))
