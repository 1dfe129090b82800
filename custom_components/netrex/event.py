"""Events: what analytics find, license plates, the bell of an intercom, buttons wired to a camera, reached presets."""

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
from homeassistant.const import Platform
from homeassistant.core import callback

from .account.account import NetrexAccount
from .account.devices import registered_sources
from .cameras.channels import Channel
from .entity.base import DetectionEntity, NetrexEntity, setup_each_camera
from .entity.channel import ChannelEntity
from .entity.episode_attributes import ATTR_PICTURE, episode_attributes
from .entity.license_plate import license_plate_entity
from .events.detection import Detection, DetectionEvent
from .events.source_key import SourceKey
from .events.source_text import input_number
from .identity.unique_ids import join_id
from .recordings.media_items import recording_link
from .vapix import EventKind

PARALLEL_UPDATES: Final = 0

ATTR_SCENARIO: Final = "scenario"
ATTR_OBJECT_CLASS: Final = "object_class"
ATTR_CAMERA_TIME: Final = "camera_time"
ATTR_RECORDING: Final = "recording"
ATTR_PRESET: Final = "preset"

#: Seconds within which the button of an intercom and the call it begins are one ring.
_ONE_RING: Final = 5.0

_PLATES: Final = SourceKey(EventKind.LICENSE_PLATE)
#: Keys of the entities of detections and rings, and of their texts.
DETECTION: Final = "detection"
DOORBELL: Final = "doorbell"
_DETECTION: Final = EventEntityDescription(
    key=DETECTION,
    translation_key=DETECTION,
    event_types=[each.value for each in Detection],
)
_DOORBELL: Final = EventEntityDescription(
    key=DOORBELL,
    translation_key=DOORBELL,
    device_class=EventDeviceClass.DOORBELL,
    event_types=[DoorbellEventType.RING],
)
_BUTTON: Final = EventEntityDescription(
    key="button",
    translation_key="button",
    device_class=EventDeviceClass.BUTTON,
    event_types=[ButtonEventType.PRESS_START, ButtonEventType.PRESS_END],
)
_REACHED: Final = "reached"
_PRESET: Final = EventEntityDescription(
    key="preset_reached",
    translation_key="preset_reached",
    event_types=[_REACHED],
    entity_registry_enabled_default=False,
)


def _events(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    if not account.permissions.can_receive_events:
        return
    camera = channel.camera
    reports_presets = any(
        key.kind is EventKind.PTZ_PRESET and key.channel == channel.head_number for key in camera.events.found
    )
    if reports_presets and channel.number != 1:
        yield PresetEventEntity(account, channel)
    if channel.number is not None:
        return
    yield DetectionEventEntity(account, channel, _DETECTION)
    found = {key.kind for key in camera.events.found}
    if camera.is_intercom or EventKind.CALL in found:
        yield DoorbellEventEntity(account, channel, _DOORBELL)
    # A camera may not read a plate for a long time after a restart.
    known = registered_sources(account.hass, account.entry, camera.node, Platform.EVENT)
    if EventKind.LICENSE_PLATE in found or _PLATES in known:
        yield license_plate_entity(account, channel)
    for key in camera.events.found:
        if key.kind is EventKind.INPUT and camera.events.names.is_button(key.source) and not camera.is_bell(key):
            yield ButtonEventEntity(account, channel, key)


class CameraEventEntity(DetectionEntity, EventEntity):
    """An entity that reports some of what happens at a camera."""

    _unrecorded_attributes = frozenset({ATTR_CAMERA_TIME, ATTR_PICTURE})
    #: Whether it is of what makes an episode.
    _has_episode = False

    def __init__(
        self, account: NetrexAccount, channel: Channel, description: EventEntityDescription, key: str = ""
    ) -> None:
        super().__init__(account, channel, key or description.key)
        self.entity_description = description

    def _trigger(self, event_type: str, event: DetectionEvent | None = None, **more: str) -> None:
        attributes: dict[str, str | None] = {**more}
        if event is not None:
            attributes |= {
                ATTR_SCENARIO: event.scenario,
                ATTR_OBJECT_CLASS: event.object_class,
                ATTR_CAMERA_TIME: event.camera_time.isoformat() if event.camera_time else None,
                ATTR_RECORDING: recording_link(self.account.entry, self.camera.node, event.at),
            }
        if self._has_episode:
            attributes |= episode_attributes(self.account, self.camera.node)
        self._trigger_event(event_type, {name: value for name, value in attributes.items() if value})
        self.async_write_ha_state()


class DetectionEventEntity(CameraEventEntity):
    """What the analytics find."""

    _has_episode = True

    @override
    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        if event.detection is not None:
            self._trigger(event.detection, event)


class DoorbellEventEntity(CameraEventEntity):
    """Somebody rings at an intercom: its button is pressed, or a call begins."""

    polled = True
    _has_episode = True
    _rang_at: float | None = None

    @override
    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        now = time.monotonic()
        if self.camera.is_bell(event.key) and (self._rang_at is None or now - self._rang_at >= _ONE_RING):
            self._rang_at = now
            self._trigger(DoorbellEventType.RING, event)


class PresetEventEntity(ChannelEntity, CameraEventEntity):
    """The head of a channel arrives at a preset."""

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        super().__init__(account, channel, _PRESET)
        self._update_attributes()

    @override
    def _update_attributes(self) -> None:
        self._set_channel_name(_PRESET.key)

    @override
    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        if event.key.kind is not EventKind.PTZ_PRESET or event.key.channel != self.channel.head_number:
            return
        token = event.key.source.partition("/")[2]
        presets = self.head.presets if self.head else ()
        name = next((each.name for each in presets if str(each.number) == token), token)
        self._trigger(_REACHED, event, **{ATTR_PRESET: name})


class ButtonEventEntity(CameraEventEntity):
    """A button wired to an input is pressed and let go."""

    polled = True

    def __init__(self, account: NetrexAccount, channel: Channel, key: SourceKey) -> None:
        super().__init__(account, channel, _BUTTON, join_id(_BUTTON.key, key.source))
        self.key = key
        self._sources = (key,)
        self._pressed = False
        self._update_attributes()

    @override
    async def async_added_to_hass(self) -> None:
        """Report also the end of a press that began before this was added."""
        await super().async_added_to_hass()
        self._source_changed()

    @override
    def _update_attributes(self) -> None:
        name = self.camera.events.names.user_name(self.key.kind, self.key.source)
        self._set_name(name, number=input_number(self.key))

    @override
    @callback
    def _on_detection(self, event: DetectionEvent) -> None:
        if event.key == self.key:
            self._pressed = True
            self._trigger(ButtonEventType.PRESS_START, event)

    @override
    @callback
    def _source_changed(self) -> None:
        if self._pressed and self.camera.events.active(self.key) is False:
            self._pressed = False
            self._trigger(ButtonEventType.PRESS_END)


async_setup_entry: Final = setup_each_camera(_events, each_channel=True)
