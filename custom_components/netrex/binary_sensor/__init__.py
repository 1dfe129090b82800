"""Binary sensors: what a camera reports as on or off, and whether the camera can be reached."""

from collections.abc import Iterator, Mapping
from typing import Final, override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..account.devices import registered_sources
from ..cameras.axis_camera import Condition
from ..cameras.channels import Channel
from ..entity.base import ListeningEntity, NetrexEntity, add_for_each_camera, all_of
from ..events.camera_events import MOVING_KINDS
from ..events.source_key import MOTION, SourceKey
from ..events.source_text import input_number, name_suffix
from ..vapix import EventKind
from .descriptions import SourceDescription, description_of, wired_to

PARALLEL_UPDATES: Final = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors of each camera, now and when a camera reports something new."""
    account = entry.runtime_data
    remembered = registered_sources(hass, entry, Platform.BINARY_SENSOR) if account.can_receive_events else {}
    await add_for_each_camera(account, async_add_entities, lambda channel: _entities_of(account, channel, remembered))


def _entities_of(
    account: NetrexAccount, channel: Channel, remembered: Mapping[str, list[SourceKey]]
) -> Iterator[NetrexEntity]:
    yield ConnectivitySensor(account, channel)
    found = channel.camera.events.found
    # First, so that it is the one that is simply called "Motion".
    keys = dict.fromkeys([MOTION] if any(key.kind in MOVING_KINDS for key in found) else [])
    keys |= found
    for key in remembered.get(channel.key, ()):
        if (description := description_of(key)) and description.remembered:
            keys[key] = None
    for key in keys:
        if description := description_of(key):
            yield SourceSensor(account, channel, key, description)


class ConnectivitySensor(NetrexEntity, BinarySensorEntity):
    """Whether a camera can be reached; there when it can't."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "connectivity"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Tell of the channel's camera."""
        super().__init__(account, channel, "connectivity")

    @property
    @override
    def available(self) -> bool:
        """The account knows the camera."""
        return self.channel.key in self.account.channels

    @property
    @override
    def is_on(self) -> bool | None:
        """The camera has answered, and is the right one; None: it was not asked yet."""
        condition = self.camera.condition
        return None if condition is Condition.CHECKING else condition is Condition.REACHABLE


class SourceSensor(ListeningEntity, BinarySensorEntity):
    """One thing that a camera reports as on or off."""

    entity_description: SourceDescription

    def __init__(
        self, account: NetrexAccount, channel: Channel, key: SourceKey, description: SourceDescription
    ) -> None:
        """Show one source."""
        super().__init__(account, channel, key.text)
        self.key = key
        self.polled = key.kind is EventKind.INPUT
        self.entity_description = description
        names = self.camera.events.names
        if description.when_named and key != MOTION:
            self._attr_entity_registry_enabled_default = names.user_name(key.kind, key.source) is not None
        if key.kind is EventKind.INPUT and names.is_button(key.source):
            # Its event entity tells of each press.
            self._attr_entity_registry_enabled_default = False
        #: Whether it was on before it was added, and is off already.
        self._was_on = False
        self._name()

    @override
    async def async_added_to_hass(self) -> None:
        """Show also what was on before this was added, and made it: first that it was on, then that it is off."""
        await super().async_added_to_hass()
        events = self.camera.events
        if events.active(self.key) is False and any(self._is_about(each.key) for each in events.recent_detections()):
            self._was_on = True
            # Home Assistant writes the first state when this returns.
            self.async_on_remove(self.hass.loop.call_soon(self._show_that_it_is_off).cancel)

    def _is_about(self, key: SourceKey) -> bool:
        return key == self.key or (self.key == MOTION and key.kind in MOVING_KINDS)

    @callback
    def _show_that_it_is_off(self) -> None:
        self._was_on = False
        self.async_write_ha_state()

    def _name(self) -> None:
        """Be called as the user named the source, and guess what an input is: its entity's settings may differ."""
        key, names = self.key, self.camera.events.names
        if key.kind is not EventKind.INPUT:
            self.take_name(None, which=name_suffix(key, names))
            return
        name = names.user_name(key.kind, key.source)
        self._attr_device_class = None if names.is_button(key.source) else wired_to(name or "")
        self.take_name(name, number=input_number(key))

    @property
    @override
    def is_on(self) -> bool | None:
        """The source is on; None: the camera has not told."""
        active = self._was_on or self.camera.events.active(self.key)
        return False if active is None and self.entity_description.remembered else active

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.listen(self.key, self.async_write_ha_state))

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
