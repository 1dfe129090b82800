"""Sensors: what happened last at a camera, when it was last heard of, how worn its card is; what is counted."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.event import DoorbellEventType
from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorExtraStoredData,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..cameras.channels import Channel
from ..entity.base import ListeningEntity, NetrexEntity, add_for_each_camera, all_of
from ..events.detection import Detection, DetectionEvent
from ..events.source_key import SourceKey
from ..vapix import EventKind, VapixError
from .metric import add_metrics

PARALLEL_UPDATES: Final = 0
#: How often a card's wear is asked for, where the camera does not report it: it takes months to change.
SCAN_INTERVAL: Final = timedelta(hours=6)

#: How often the time of the last contact is shown anew.
_CONTACT_EVERY: Final = timedelta(minutes=1)
#: What Axis calls the card. CONFIRMED (VX-DISK-1).
_CARD: Final = "SD_DISK"
_WEAR: Final = "wear"
_HAPPENINGS: Final = (*(each.value for each in Detection), DoorbellEventType.RING.value)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of each camera, now and when more is known of it, and those of the figures chosen."""
    account = entry.runtime_data
    await add_for_each_camera(account, async_add_entities, lambda channel: _entities_of(account, channel))
    await add_metrics(account, async_add_entities)


def _entities_of(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    yield LastSeenSensor(account, channel)
    if account.can_receive_events:
        yield LastEventSensor(account, channel)
    card = channel.camera.card
    if card is not None and card.present:
        yield CardWearSensor(account, channel)


class LastEventSensor(ListeningEntity, RestoreSensor):
    """What kind of thing happened last."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_translation_key = "last_event"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Know of nothing yet."""
        super().__init__(account, channel, "last_event")
        self._attr_options = list(_HAPPENINGS)

    @override
    async def async_added_to_hass(self) -> None:
        """Show what was known before a restart."""
        await super().async_added_to_hass()
        last = await self.async_get_last_sensor_data()
        if self._attr_native_value is None and last is not None and last.native_value in _HAPPENINGS:
            self._attr_native_value = str(last.native_value)
        for each in self.camera.events.recent_detections():
            self._on_detection(each)

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.detected.add(self._on_detection))

    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        if event.detection is not None:
            self._attr_native_value = event.detection.value
        elif self.camera.is_bell(event.key):
            self._attr_native_value = DoorbellEventType.RING.value
        else:
            return
        self.async_write_ha_state()


class LastSeenSensor(NetrexEntity, RestoreSensor):
    """When the camera was last heard of; there also when it can't be reached."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False
    _attr_translation_key = "last_seen"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Know of no contact yet."""
        super().__init__(account, channel, "last_seen")
        #: What was known before a restart, as long as the camera has not been heard of since.
        self._restored: datetime | None = None

    @property
    @override
    def extra_restore_state_data(self) -> SensorExtraStoredData:
        """What is known after a restart: also what a clock that is behind does not let be shown."""
        return SensorExtraStoredData(self.native_value or self._restored, self.native_unit_of_measurement)

    @property
    @override
    def available(self) -> bool:
        """The account knows the camera."""
        return self.channel.key in self.account.channels

    @override
    async def async_added_to_hass(self) -> None:
        """Begin with what was known before a restart."""
        await super().async_added_to_hass()
        last = await self.async_get_last_sensor_data()
        if last is not None and isinstance(last.native_value, datetime):
            self._restored = last.native_value
        self._look()
        self.async_on_remove(async_track_time_interval(self.hass, self._minute_over, _CONTACT_EVERY))

    @callback
    def _minute_over(self, _now: datetime) -> None:
        self._look()
        self.async_write_ha_state()

    @override
    @callback
    def _camera_changed(self) -> None:
        self._look()
        super()._camera_changed()

    def _look(self) -> None:
        """Take the latest of what is known. An open stream is contact: its peer answers pings.

        What is still to come was noted by a clock that was ahead; or the clock is behind, and it will be right.
        """
        now = dt_util.utcnow()

        def past(*times: object) -> list[datetime]:
            return [each for each in times if isinstance(each, datetime) and each <= now]

        heard = past(
            self.camera.answered_at,
            self.camera.events.received_at,
            now if self.account.events_trusted(self.camera, polled=True) else None,
        )
        latest = max(heard + past(self._attr_native_value, self._restored), default=None)
        self._attr_native_value = latest.replace(second=0, microsecond=0) if latest else None
        if heard:
            self._restored = None


class CardWearSensor(NetrexEntity, SensorEntity):
    """How much of the memory card's life is used up."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False
    _attr_native_unit_of_measurement = PERCENTAGE
    _attr_should_poll = True
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_translation_key = "card_wear"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Show the wear of the camera's card."""
        super().__init__(account, channel, "card_wear")

    @override
    async def async_added_to_hass(self) -> None:
        """Ask soon rather than in six hours."""
        await super().async_added_to_hass()
        self._reported()
        self.async_schedule_update_ha_state(force_refresh=True)

    async def async_update(self) -> None:
        """Ask the camera, unless it reports the wear by itself. That it does not tell is no failure."""
        if self._key() in self.camera.events.states or not self.available:
            return
        try:
            self._attr_native_value = await self.camera.client.card.wear(_CARD)
        except VapixError as err:
            self.camera.report_failure(err)

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.listen(self._key(), self._reported_now))

    @callback
    def _reported_now(self) -> None:
        self._reported()
        self.async_write_ha_state()

    def _reported(self) -> None:
        state = self.camera.events.states.get(self._key())
        if state is not None and _WEAR in state.event.figures:
            self._attr_native_value = state.event.figures[_WEAR]

    @staticmethod
    def _key() -> SourceKey:
        return SourceKey(EventKind.STORAGE_HEALTH, _CARD)
