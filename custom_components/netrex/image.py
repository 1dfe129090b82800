"""Images: what a camera saw when something last happened."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
import logging
import time
from typing import Final, override

from homeassistant.components.image import ImageEntity
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .account.account import NetrexAccount
from .account.refusals import IMAGE
from .auth.scopes import Scope
from .cameras.axis_camera import Condition
from .cameras.channels import Channel
from .entity.base import NetrexEntity, all_of, setup_each_camera
from .events.detection import DetectionEvent
from .events.pictures import MAX_BYTES
from .vapix import AuthError, ForbiddenError, VapixError, smallest_covering

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES: Final = 0

#: Pixels that are enough for a notification.
_WIDTH: Final = 1280
_HEIGHT: Final = 720
#: Seconds between pictures of one camera.
_SPACING: Final = 1.0
#: Seconds between writes of one camera's picture: memory cards wear. Also between tries where the disk is full.
_WRITE_AFTER: Final = 60.0


def _images(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    if account.can_receive_events and account.can_stream:
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
        self._wanted: tuple[float, int | None] | None = None
        self._asked_at = -_SPACING
        self._taking: asyncio.Task[None] | None = None
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
        if self._taking is not None:
            self._taking.cancel()
        await self._write()

    @override
    async def async_removed_from_registry(self) -> None:
        """Remove the picture; what was not written yet is not to be, either."""
        if self._taking is not None:
            self._taking.cancel()
        self._picture = None
        await self.account.event_pictures.remove(self.channel.node.node_id)

    async def _stopping(self, _event: Event) -> None:
        self._ended = True
        await self._write()

    # --- taking ------------------------------------------------------------------------------------

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.detected.add(self._on_detection))

    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        if event.detection is None and not self.camera.is_bell(event.key):
            return
        self._wanted = time.monotonic(), self._channel_of(event)
        if self._taking is None or self._taking.done():
            self._taking = self.account.run_in_background(self._take_while_wanted())

    async def _take_while_wanted(self) -> None:
        while self._wanted is not None:
            await asyncio.sleep(self._asked_at + _SPACING - time.monotonic())
            (since, channel), self._wanted = self._wanted, None
            await self._take(since, channel)

    def _channel_of(self, event: DetectionEvent) -> int | None:
        """Return which of the camera's pictures shows it; None: the main one, or its only one."""
        pictures, number = self.camera.pictures, event.key.channel
        return number if pictures and number and 1 < number <= pictures.channels else None

    async def _take(self, since: float, channel: int | None) -> None:
        """Take a picture, unless that is too late already; the one before stays when there is none."""
        camera = self.camera
        since += asyncio.get_running_loop().time() - time.monotonic()
        try:
            async with asyncio.timeout_at(since + self.account.timing.event_image_in_time):
                await self.account.event_pictures.semaphore.acquire()
        except TimeoutError:
            _LOGGER.debug("No picture of an event at %s: too many at once", camera.node.name)
            return
        self._asked_at = time.monotonic()
        try:
            resolutions = camera.pictures.resolutions if camera.pictures else ()
            async with asyncio.timeout_at(since + self.account.timing.event_image_loaded_within):
                picture = await camera.client.image(smallest_covering(resolutions, _WIDTH, _HEIGHT), channel)
        except (VapixError, TimeoutError) as err:
            _LOGGER.debug("No picture of an event at %s: %s", camera.node.name, type(err).__name__)
            if isinstance(err, AuthError | ForbiddenError):
                await self.account.refusals.async_is_permission_refused(Scope.LIVEVIEW, camera, IMAGE)
            return
        finally:
            self.account.event_pictures.semaphore.release()
        self.account.refusals.accepted(Scope.LIVEVIEW, camera, IMAGE)
        if len(picture) <= MAX_BYTES and camera.condition is not Condition.OTHER_DEVICE and camera is self.camera:
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
