"""When a camera was last heard of."""

from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.sensor import RestoreSensor, SensorDeviceClass, SensorExtraStoredData
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity

_UPDATE_INTERVAL: Final = timedelta(minutes=1)


class LastSeenSensor(NetrexEntity, RestoreSensor):
    """When a camera was last heard of."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False
    _attr_translation_key = "last_seen"
    _available_offline = True

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        super().__init__(account, channel, "last_seen")
        #: What was known before a restart, as long as the camera has not been heard of since.
        self._restored: datetime | None = None

    @property
    @override
    def extra_restore_state_data(self) -> SensorExtraStoredData:
        """What is known after a restart: also what a clock that is behind does not let be shown."""
        return SensorExtraStoredData(self.native_value or self._restored, self.native_unit_of_measurement)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        last = await self.async_get_last_sensor_data()
        if last is not None and isinstance(last.native_value, datetime):
            self._restored = last.native_value
        self._update_attributes()
        self.async_on_remove(async_track_time_interval(self.hass, self._minute_over, _UPDATE_INTERVAL))

    @callback
    def _minute_over(self, _now: datetime) -> None:
        self._camera_changed()

    @override
    def _update_attributes(self) -> None:
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
