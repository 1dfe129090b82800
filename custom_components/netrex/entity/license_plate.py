"""License plates that a camera reads, as an event entity. A plate is personal data, so users choose who sees it."""

from typing import Final, override

from homeassistant.components.event import EventEntity, EventExtraStoredData
from homeassistant.core import callback

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..events.detection import DetectionEvent
from ..events.license_plates import PlateEvent, PlateHandling, Vehicles
from ..recordings.media_items import recording_link
from ..vapix import EventKind
from .base import DetectionEntity
from .episode_attributes import ATTR_PICTURE, episode_attributes

ATTR_CAMERA_TIME: Final = "camera_time"
ATTR_RECORDING: Final = "recording"
ATTR_PLATE: Final = "plate"
ATTR_LIST: Final = "list"
ATTR_DIRECTION: Final = "direction"
ATTR_COUNTRY: Final = "country"
_DIRECTIONS: Final = frozenset({"in", "out"})


def license_plate_entity(account: NetrexAccount, channel: Channel) -> LicensePlateEventEntity:
    """Return the entity that treats plates as the user wants."""
    handling = PlateHandling.of(account.entry.options)
    of_handling = RecordedPlateEventEntity if handling is PlateHandling.RECORDED else LicensePlateEventEntity
    return of_handling(account, channel, is_shown=handling is not PlateHandling.HIDDEN)


class LicensePlateEventEntity(DetectionEntity, EventEntity):
    """A plate is read, or it is known where the vehicle goes. The plate is not recorded, and forgotten at a restart."""

    _attr_translation_key = EventKind.LICENSE_PLATE.value
    _unrecorded_attributes = frozenset({ATTR_CAMERA_TIME, ATTR_PICTURE, ATTR_PLATE})

    def __init__(self, account: NetrexAccount, channel: Channel, *, is_shown: bool) -> None:
        # The key is that of the source, so that the entity is made again after a restart.
        super().__init__(account, channel, EventKind.LICENSE_PLATE.value)
        self._attr_event_types = [each.value for each in PlateEvent]
        self._is_shown = is_shown
        self._vehicles = Vehicles()

    @override
    async def async_get_last_event_data(self) -> EventExtraStoredData | None:
        """Return the last event before a restart, without its plate."""
        last = await super().async_get_last_event_data()
        if last is not None and last.last_event_attributes:
            last.last_event_attributes.pop(ATTR_PLATE, None)
        return last

    @override
    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        if event.key.kind is not EventKind.LICENSE_PLATE:
            return
        texts = event.texts
        direction = texts.get("carmovedirection", "").lower()
        attributes = {
            ATTR_PLATE: texts.get("text") if self._is_shown else None,
            ATTR_LIST: texts.get("listname"),
            ATTR_DIRECTION: direction if direction in _DIRECTIONS else None,
            ATTR_COUNTRY: texts.get("country"),
            ATTR_CAMERA_TIME: event.camera_time.isoformat() if event.camera_time else None,
            ATTR_RECORDING: recording_link(self.account.entry, self.camera.node, event.at),
            **episode_attributes(self.account, self.camera.node),
        }
        for event_type in self._vehicles.news(texts):
            self._trigger_event(event_type, {name: value for name, value in attributes.items() if value})
            self.async_write_ha_state()


class RecordedPlateEventEntity(LicensePlateEventEntity):
    """One whose plates are in the history, because the user wants so."""

    _unrecorded_attributes = frozenset({ATTR_CAMERA_TIME, ATTR_PICTURE})

    @override
    async def async_get_last_event_data(self) -> EventExtraStoredData | None:
        return await EventEntity.async_get_last_event_data(self)
