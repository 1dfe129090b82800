"""What kind of thing happened last at a camera."""

from typing import Final, override

from homeassistant.components.event import DoorbellEventType
from homeassistant.components.sensor import RestoreSensor, SensorDeviceClass
from homeassistant.core import callback

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..entity.base import DetectionEntity
from ..events.detection import Detection, DetectionEvent

_KINDS: Final = (*(each.value for each in Detection), DoorbellEventType.RING.value)


class LastEventSensor(DetectionEntity, RestoreSensor):
    """What kind of thing happened last. The event entity says more; for dashboards that want a state."""

    # Each detection would be one more line in the activity log.
    _attr_entity_registry_enabled_default = False
    _attr_device_class = SensorDeviceClass.ENUM
    _attr_translation_key = "last_event"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        super().__init__(account, channel, "last_event")
        self._attr_options = list(_KINDS)

    @override
    async def async_added_to_hass(self) -> None:
        """Show what was known before a restart, unless something has happened since."""
        await super().async_added_to_hass()
        last = await self.async_get_last_sensor_data()
        if self._attr_native_value is None and last is not None and last.native_value in _KINDS:
            self._attr_native_value = str(last.native_value)

    @override
    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        if event.detection is not None:
            self._attr_native_value = event.detection.value
        elif self.camera.is_bell(event.key):
            self._attr_native_value = DoorbellEventType.RING.value
        else:
            return
        self.async_write_ha_state()
