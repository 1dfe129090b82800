"""Events: what a camera's analytics find, the bell of an intercom, buttons wired to a camera."""

from collections.abc import Iterator
import time
from typing import Final, override

from homeassistant.components.event import (
    ButtonEventType,
    DoorbellEventType,
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.account import NetrexAccount, NetrexConfigEntry
from .cameras.channels import Channel
from .entity.base import ListeningEntity, add_for_each_camera, all_of
from .events.detection import Detection, DetectionEvent
from .events.source_key import SourceKey
from .events.source_text import input_number
from .identity.unique_ids import join_id
from .recordings.recording_link import recording_link
from .vapix import EventKind

PARALLEL_UPDATES: Final = 0

ATTR_SCENARIO: Final = "scenario"
ATTR_OBJECT_CLASS: Final = "object_class"
ATTR_CAMERA_TIME: Final = "camera_time"
ATTR_RECORDING: Final = "recording"

#: Seconds within which the button of an intercom and the call it begins are one ring.
_ONE_RING: Final = 5.0

_DETECTION: Final = EventEntityDescription(
    key="detection", translation_key="detection", event_types=[each.value for each in Detection]
)
_DOORBELL: Final = EventEntityDescription(
    key="doorbell",
    translation_key="doorbell",
    device_class=EventDeviceClass.DOORBELL,
    event_types=[DoorbellEventType.RING],
)
_BUTTON: Final = EventEntityDescription(
    key="button",
    translation_key="button",
    device_class=EventDeviceClass.BUTTON,
    event_types=[ButtonEventType.PRESS_START, ButtonEventType.PRESS_END],
)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events of each camera, now and when a camera reports something new."""
    account = entry.runtime_data
    if account.can_receive_events:
        await add_for_each_camera(account, async_add_entities, lambda channel: _entities_of(account, channel))


def _entities_of(account: NetrexAccount, channel: Channel) -> Iterator[CameraEventEntity]:
    camera = channel.camera
    yield DetectionEventEntity(account, channel, _DETECTION)
    if camera.is_intercom or any(key.kind is EventKind.CALL for key in camera.events.found):
        yield DoorbellEventEntity(account, channel, _DOORBELL)
    for key in camera.events.found:
        if key.kind is EventKind.INPUT and camera.events.names.is_button(key.source) and not camera.is_bell(key):
            yield ButtonEventEntity(account, channel, key)


class CameraEventEntity(ListeningEntity, EventEntity):
    """An entity that tells of some of what happens at a camera."""

    _unrecorded_attributes = frozenset({ATTR_CAMERA_TIME})

    def __init__(
        self, account: NetrexAccount, channel: Channel, description: EventEntityDescription, key: str = ""
    ) -> None:
        """Listen to the channel's camera."""
        super().__init__(account, channel, key or description.key)
        self.entity_description = description

    @override
    async def async_added_to_hass(self) -> None:
        """Report also what began before this was added: it may be why this was made."""
        await super().async_added_to_hass()
        for each in self.camera.events.recent_detections():
            self._on_detection(each)

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.detected.add(self._on_detection))

    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        """Something has happened; each kind of entity knows whether it is its concern."""
        raise NotImplementedError

    def _tell(self, event_type: str, event: DetectionEvent | None = None) -> None:
        attributes: dict[str, str] = {}
        if event is not None:
            link = recording_link(self.account.entry, self.camera.node, event.at)
            camera_time = event.camera_time
            told = {
                ATTR_SCENARIO: event.scenario,
                ATTR_OBJECT_CLASS: event.object_class,
                ATTR_CAMERA_TIME: camera_time.isoformat() if camera_time else None,
                ATTR_RECORDING: link,
            }
            attributes = {name: value for name, value in told.items() if value}
        self._trigger_event(event_type, attributes)
        self.async_write_ha_state()


class DetectionEventEntity(CameraEventEntity):
    """What the analytics find."""

    @override
    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        if event.detection is not None:
            self._tell(event.detection, event)


class DoorbellEventEntity(CameraEventEntity):
    """Somebody rings at an intercom: its button is pressed, or a call begins."""

    polled = True
    _rang_at: float | None = None

    @override
    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        now = time.monotonic()
        if self.camera.is_bell(event.key) and (self._rang_at is None or now - self._rang_at >= _ONE_RING):
            self._rang_at = now
            self._tell(DoorbellEventType.RING, event)


class ButtonEventEntity(CameraEventEntity):
    """A button wired to an input is pressed and let go."""

    polled = True

    def __init__(self, account: NetrexAccount, channel: Channel, key: SourceKey) -> None:
        """Tell of one input."""
        super().__init__(account, channel, _BUTTON, join_id(_BUTTON.key, key.source))
        self.key = key
        self._pressed = False
        self._name()

    @override
    async def async_added_to_hass(self) -> None:
        """Report also that a press is over which began before this was added."""
        await super().async_added_to_hass()
        self._let_go()

    def _name(self) -> None:
        name = self.camera.events.names.user_name(self.key.kind, self.key.source)
        self.take_name(name, number=input_number(self.key))

    @override
    @callback
    def _camera_changed(self) -> None:
        self._name()
        super()._camera_changed()

    @override
    @callback
    def _names_told(self) -> None:
        self._name()
        self.async_write_ha_state()

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.listen(self.key, self._let_go))

    @override
    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        if event.key == self.key:
            self._pressed = True
            self._tell(ButtonEventType.PRESS_START, event)

    @callback
    def _let_go(self) -> None:
        if self._pressed and self.camera.events.active(self.key) is False:
            self._pressed = False
            self._tell(ButtonEventType.PRESS_END)
