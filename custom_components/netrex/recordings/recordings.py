"""An account's recordings: what there is in the cloud, what is being prepared, what is played, what cards hold."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..cloud import CloudClient, Node, Provider, Token
from ..cloud.download import Download, open_download
from ..cloud.mp4 import H265
from ..health.call_log import CallLog
from ..session import async_get_session
from ..tasks.background import InBackground
from ..tasks.timing import timing_of
from ..vapix import Card
from .card_clips import CardClips
from .jobs import RecordingJobs
from .lists import RecordingLists
from .own_networks import async_own_networks
from .playback import RecordingPlayback
from .settings import RecordingSettings

#: Exports of one account that work at the same time; others wait for them.
MAX_EXPORTS: Final = 2


class Recordings:
    """An account's recordings, as platforms, views and actions use them."""

    def __init__(
        self,
        hass: HomeAssistant,
        cloud: CloudClient,
        provider: Provider,
        token: Token,
        settings: RecordingSettings,
        *,
        calls: CallLog,
        card_of: Callable[[int], Card],
        in_background: InBackground,
    ) -> None:
        timing = timing_of(hass)
        self._hass = hass
        self._session = async_get_session(hass)
        self._provider = provider
        self._token = token
        self._calls = calls
        self.settings = settings
        self.lists = RecordingLists(cloud, in_background, timing)
        self.jobs = RecordingJobs(cloud, self.open_link, in_background, timing)
        self.playback = RecordingPlayback(self.jobs, self.open_link, timing)
        self.card_clips = CardClips(hass, card_of, in_background)
        self.export_semaphore = asyncio.Semaphore(MAX_EXPORTS)
        #: Cameras whose recordings many browsers can't show.
        self.in_h265: dict[int, str] = {}

    @callback
    def open_link(self, link: str, asked: Mapping[str, str]) -> AbstractAsyncContextManager[Download]:
        """Open a link that the cloud gave."""
        return open_download(
            self._session,
            self._provider,
            self._token,
            link,
            asked=asked,
            calls=self._calls,
            own_networks=async_own_networks(self._hass),
            idle_timeout=timing_of(self._hass).download_idle_timeout,
        )

    @callback
    def note_formats(self, node: Node, formats: frozenset[str]) -> bool:
        """Remember which cameras record in H.265; return whether that has changed."""
        before = dict(self.in_h265)
        if formats & H265:
            self.in_h265[node.node_id] = node.name
        elif formats:
            self.in_h265.pop(node.node_id, None)
        return self.in_h265 != before

    async def end(self) -> None:
        """Stop what plays, and remove all files."""
        self.playback.end()
        await self.card_clips.close()
