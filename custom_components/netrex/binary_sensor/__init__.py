"""Binary sensors: one for each source of a camera's events, as `descriptions.py` lists them, and the connectivity."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..account.devices import registered_sources
from ..cameras.axis_camera import Condition
from ..cameras.channels import Channel
from ..entity.base import ListeningEntity, NetrexEntity, add_for_each_camera
from ..events.motion import MOVING_KINDS
from ..events.source_key import MOTION, SourceKey
from ..events.source_text import input_number, name_suffix
from ..vapix import EventKind
from .account import CloudConnectionSensor
from .descriptions import SourceDescription, description_of, wired_to

PARALLEL_UPDATES: Final = 0


def _binary_sensors(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    yield ConnectivitySensor(account, channel)
    if not account.permissions.can_receive_events:
        return
    found = channel.camera.events.found
    # First, so that this one gets the entity id without a number.
    keys = dict.fromkeys([MOTION] if any(key.kind in MOVING_KINDS for key in found) else [])
    keys |= found
    for key in registered_sources(account.hass, account.entry, channel.camera.node, Platform.BINARY_SENSOR):
        if (description := description_of(key)) and description.remembered:
            keys[key] = None
    for key in keys:
        if description := description_of(key):
            yield SourceSensor(account, channel, key, description)


class ConnectivitySensor(NetrexEntity, BinarySensorEntity):
    """Whether a camera is reachable; unknown until its first check."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "connectivity"
    _available_offline = True

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        super().__init__(account, channel, "connectivity")

    @property
    @override
    def is_on(self) -> bool | None:
        condition = self.camera.condition
        return None if condition is Condition.CHECKING else condition is Condition.REACHABLE


class SourceSensor(ListeningEntity, BinarySensorEntity):
    """Whether one source of a camera's events is active, such as a motion profile or an input.

    It is unavailable while no reports arrive; inputs are polled then (`polled`).
    """

    entity_description: SourceDescription

    def __init__(
        self, account: NetrexAccount, channel: Channel, key: SourceKey, description: SourceDescription
    ) -> None:
        super().__init__(account, channel, key.text)
        self.key = key
        self._sources = (key,)
        self.polled = key.kind is EventKind.INPUT
        self.entity_description = description
        self._attr_translation_key = description.key
        names = self.camera.events.names
        if key.kind is EventKind.INPUT and names.is_button(key.source):
            # The input's event entity shows each press of the button.
            self._attr_entity_registry_enabled_default = False
        #: True while on is written for a detection that was over before this entity was added.
        self._replays_on = False
        self._update_attributes()

    @override
    async def async_added_to_hass(self) -> None:
        """Write on, then off, if the detection that this entity was created for has already ended."""
        await super().async_added_to_hass()
        events = self.camera.events
        if events.active(self.key) is False and any(self._matches(each.key) for each in events.recent_detections()):
            self._replays_on = True
            # Home Assistant writes the first state, on, when this method returns.
            self.async_on_remove(self.hass.loop.call_soon(self._end_replay).cancel)

    def _matches(self, key: SourceKey) -> bool:
        return key == self.key or (self.key == MOTION and key.kind in MOVING_KINDS)

    @callback
    def _end_replay(self) -> None:
        self._replays_on = False
        self.async_write_ha_state()

    @override
    def _update_attributes(self) -> None:
        """Take the source's name from the camera, and derive an input's device class from it; users can change both."""
        key, names = self.key, self.camera.events.names
        if key.kind is not EventKind.INPUT:
            self._set_name(None, which=name_suffix(key, names))
            return
        name = names.user_name(key.kind, key.source)
        self._attr_device_class = None if names.is_button(key.source) else wired_to(name or "")
        self._set_name(name, number=input_number(key))

    @property
    @override
    def is_on(self) -> bool | None:
        active = self._replays_on or self.camera.events.active(self.key)
        return False if active is None and self.entity_description.remembered else active


async def async_setup_entry(
    _hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors of each camera, and that of the account."""
    entry.runtime_data.adder.on_platform(async_add_entities)([CloudConnectionSensor(entry.runtime_data)])
    await add_for_each_camera(entry.runtime_data, async_add_entities, _binary_sensors)
