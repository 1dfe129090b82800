"""An account's recordings: what there is in the cloud, what is being prepared, what is played, what cards hold."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from ipaddress import IPv6Interface, ip_interface
from typing import Any, Final, Self

from homeassistant.components import network
from homeassistant.core import HomeAssistant, callback

from ..cloud import CloudClient, Node, Provider, Token
from ..cloud.addresses import Network
from ..cloud.download import Download, open_download
from ..cloud.mp4 import H265
from ..const import CONF_ONLY_RECORDED_DAYS, CONF_RECORDING_DAYS, CONF_RECORDING_HEIGHT
from ..health.call_log import CallLog
from ..session import async_get_session
from ..tasks.background import BackgroundTasks
from ..tasks.timing import timing_of
from ..vapix import Card
from .card_clips import CardClips
from .h265_notices import H265Notices
from .jobs import RecordingJobs
from .lists import RecordingLists
from .playback import RecordingPlayback
from .unreported_failures import UnreportedFailures

#: Exports of one account that work at the same time; others wait for them.
MAX_EXPORTS: Final = 2
#: Qualities to choose from, in pixels. 720 is sharp on a phone, and ready soon.
HEIGHTS: Final = (480, 720, 1080, 2160)
MAX_DAYS: Final = 365
#: Bits of an IPv6 address that a household's networks have in common at least: what providers give out is a /48 or
#: longer (RFC 6177), and of that each network in the house gets a part.
_HOUSEHOLD: Final = 48


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """How an account's recordings are shown, as set in its options.

    Attributes:
        height: the best quality that is asked for, in pixels.
        days: how far back the media browser goes.
        only_recorded_days: days without recordings are left out, at the price of one request a camera.
    """

    height: int
    days: int
    only_recorded_days: bool

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of an account."""
        return cls(
            height=int(options.get(CONF_RECORDING_HEIGHT, 720)),
            days=int(options.get(CONF_RECORDING_DAYS, 30)),
            only_recorded_days=bool(options.get(CONF_ONLY_RECORDED_DAYS, False)),
        )


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
        in_background: BackgroundTasks,
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
        self.h265_notices = H265Notices()
        self.unreported = UnreportedFailures()

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
            own_networks=_own_networks(self._hass),
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


@callback
def _own_networks(hass: HomeAssistant) -> list[Network]:
    """Return the networks of all adapters; of IPv6, with the neighboring ones that may be in the same house."""
    networks: list[Network] = []
    for adapter in network.async_get_loaded_adapters(hass):
        for configured in (*adapter["ipv4"], *adapter["ipv6"]):
            interface = ip_interface(f"{configured['address']}/{configured['network_prefix']}")
            if isinstance(interface, IPv6Interface) and interface.network.prefixlen > _HOUSEHOLD:
                networks.append(interface.network.supernet(new_prefix=_HOUSEHOLD))
            else:
                networks.append(interface.network)
    return networks
