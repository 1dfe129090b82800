"""Images: what a camera saw when something last happened."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, override

from homeassistant.components.image import ImageEntity
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .account.account import NetrexAccount
from .cameras.channels import Channel
from .entity.base import NetrexEntity, all_of, setup_each_camera
from .episodes.episode import EpisodeId, EpisodeKind
from .episodes.picture_taking import Moment

PARALLEL_UPDATES: Final = 0

#: Seconds between writes of one camera's picture: memory cards wear. Also between tries where the disk is full.
_WRITE_AFTER: Final = 60.0


def _images(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    if account.permissions.can_receive_events and account.permissions.can_stream:
        yield LastEventImage(account, channel)


class LastEventImage(NetrexEntity, ImageEntity):
    """The picture taken when something last happened. It can be looked at also while the camera is off."""

    _attr_translation_key = "last_event"
    _attr_content_type = "image/jpeg"
    _available_offline = True

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        NetrexEntity.__init__(self, account, channel, "last_event")
        ImageEntity.__init__(self, account.hass)
        self._picture: bytes | None = None
        #: When a picture was last taken of what the camera detects in the episode that goes on.
        self._shown: dict[tuple[EpisodeKind, int | None], float] = {}
        self._episode_id: EpisodeId | None = None
        self._stop_waiting_to_write: CALLBACK_TYPE | None = None
        self._ended = False

    @override
    async def async_image(self) -> bytes | None:
        return self._picture or await self.account.event_pictures.load(self.channel.node.node_id)

    @override
    async def async_added_to_hass(self) -> None:
        self._attr_image_last_updated = await self.account.event_pictures.taken_at(self.channel.node.node_id)
        await super().async_added_to_hass()
        self.async_on_remove(self.hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, self._stopping))

    @override
    async def async_will_remove_from_hass(self) -> None:
        await super().async_will_remove_from_hass()
        self._ended = True
        await self._write()

    @override
    async def async_removed_from_registry(self) -> None:
        """Remove the picture; what was not written yet is not to be, either."""
        self._picture = None
        await self.account.event_pictures.remove(self.channel.node.node_id)

    async def _stopping(self, _event: Event) -> None:
        self._ended = True
        await self._write()

    # --- taking ------------------------------------------------------------------------------------

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        taker = self.account.recorder.taker(self.camera.node.node_id)
        return all_of(super()._listen(), taker.subscribe(self)) if taker else super()._listen()

    @callback
    def wants(self, moment: Moment) -> bool:
        """Want a picture of everything new, and now and then of what goes on."""
        at = self._shown.get((moment.kind, moment.channel)) if moment.episode_id == self._episode_id else None
        return at is None or moment.at - at >= self.account.timing.event_image_repeat

    async def taken(self, moment: Moment, picture: bytes) -> None:
        """Show a picture."""
        if moment.episode_id != self._episode_id:
            self._episode_id = moment.episode_id
            self._shown.clear()
        self._shown[moment.kind, moment.channel] = moment.at
        self._picture, self._attr_image_last_updated = picture, dt_util.utcnow()
        self.async_write_ha_state()
        self._wait_to_write()

    def _wait_to_write(self) -> None:
        if self._stop_waiting_to_write is None:
            self._stop_waiting_to_write = async_call_later(self.hass, _WRITE_AFTER, self._write_later)

    async def _write_later(self, _now: datetime) -> None:
        if not await self._write() and not self._ended:
            self._wait_to_write()

    async def _write(self) -> bool:
        """Write what was not written yet; return whether there is nothing left to write."""
        if self._stop_waiting_to_write is not None:
            self._stop_waiting_to_write()
            self._stop_waiting_to_write = None
        picture, taken_at = self._picture, self._attr_image_last_updated
        if picture is None or taken_at is None:
            return True
        done = await self.account.event_pictures.save(self.channel.node.node_id, picture, taken_at)
        if done and self._picture is picture:
            self._picture = None
        return done


async_setup_entry: Final = setup_each_camera(_images)
