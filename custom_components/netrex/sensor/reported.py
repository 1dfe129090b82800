"""A number that a camera only reports: a count, a temperature, how good the air is."""

import asyncio
from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.sensor import RestoreSensor, SensorStateClass
from homeassistant.const import Platform, UnitOfTemperature
from homeassistant.core import callback

from ..account.account import NetrexAccount
from ..account.devices import registered_sources
from ..cameras.channels import Channel
from ..entity.base import ListeningEntity
from ..events.source_key import SourceKey
from ..events.source_text import name_suffix
from ..identity.unique_ids import join_id
from .descriptions import REPORTED, ReportedDescription

_FAHRENHEIT: Final = "fahrenheit"


def reported_sensors(account: NetrexAccount, channel: Channel) -> Iterator[ReportedSensor]:
    """Yield a sensor for each number that was reported, and for remembered ones that were before a restart."""
    events = channel.camera.events
    numbers = dict.fromkeys((key, name) for key in events.found for name in events.values.of(key))
    for key in registered_sources(account.hass, account.entry, channel.camera.node, Platform.SENSOR):
        # The last part of the unique id is the name of the number.
        if (description := REPORTED.get((key.kind, key.object_class))) and description.remembered:
            numbers[SourceKey(key.kind, key.source), key.object_class] = None
    for key, name in numbers:
        if description := REPORTED.get((key.kind, name)):
            yield ReportedSensor(account, channel, key, name, description)


class ReportedSensor(ListeningEntity, RestoreSensor):
    """One number of one source. Counts go on after a restart where they were."""

    entity_description: ReportedDescription

    def __init__(
        self, account: NetrexAccount, channel: Channel, key: SourceKey, name: str, description: ReportedDescription
    ) -> None:
        super().__init__(account, channel, join_id(key.kind.value, key.source, name))
        self.key = key
        self.value_name = name
        self._sources = (key,)
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_native_unit_of_measurement = description.native_unit_of_measurement
        #: When it may be written again, seconds.
        self._next_write = 0.0
        self._writing: asyncio.TimerHandle | None = None
        self._update_attributes()
        self._take_value()

    @override
    async def async_added_to_hass(self) -> None:
        """Show the count from before a restart: the camera reports the next one when something crosses."""
        await super().async_added_to_hass()
        self._take_value()
        last = await self.async_get_last_sensor_data()
        is_total = self.entity_description.state_class is SensorStateClass.TOTAL_INCREASING
        if self._attr_native_value is None and is_total and last and isinstance(last.native_value, int | float):
            self._attr_native_value = last.native_value

    @override
    async def async_will_remove_from_hass(self) -> None:
        await super().async_will_remove_from_hass()
        if self._writing is not None:
            self._writing.cancel()

    @override
    def _update_attributes(self) -> None:
        self._set_name(None, which=name_suffix(self.key, self.camera.events.names))

    def _take_value(self) -> None:
        """Take over the number, if the last report of the source contains it."""
        state = self.camera.events.states.get(self.key)
        value = state.event.values.get(self.value_name) if state else None
        if state is None or value is None:
            return
        self._attr_native_value = int(value) if value.is_integer() else value
        if unit := state.event.texts.get("temperatureunit"):
            # CONFIRMED: the other word is Celsius (VX-MEASURE-5).
            is_fahrenheit = unit.lower() == _FAHRENHEIT
            self._attr_native_unit_of_measurement = (
                UnitOfTemperature.FAHRENHEIT if is_fahrenheit else UnitOfTemperature.CELSIUS
            )

    @override
    @callback
    def _source_changed(self) -> None:
        self._take_value()
        if self._writing is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._next_write - loop.time()
        if wait <= 0:
            self._write()
        else:
            self._writing = loop.call_later(wait, self._write)

    @callback
    def _write(self) -> None:
        self._writing = None
        if self.entity_description.frequent:
            pause = self.account.timing.frequent_value_pause
            self._next_write = asyncio.get_running_loop().time() + pause
        self.async_write_ha_state()
