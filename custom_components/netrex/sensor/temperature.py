"""Temperatures inside a camera, and how its heaters and fans are."""

from collections.abc import Iterator
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfTemperature

from ..account.account import NetrexAccount
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity
from ..entity.polled import PolledEntity
from ..identity.entity_keys import regulator_key, thermometer_key
from ..vapix import (
    AuthError,
    ForbiddenError,
    GoneError,
    Regulator,
    RegulatorStatus,
    RequestError,
    Temperatures,
    Thermometer,
    VapixClient,
)


def temperature_sensors(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    """Yield the sensors of a camera."""
    if found := channel.camera.equipment.temperatures:
        for place, thermometer in enumerate(found.thermometers):
            # The first is that of the camera as a whole, others are those of its parts.
            yield TemperatureSensor(account, channel, thermometer, enabled=place == 0)
        for regulator in found.regulators:
            yield RegulatorSensor(account, channel, regulator)


class _Sensor(PolledEntity[Temperatures], SensorEntity):
    """A part of the one answer that the sensors of a camera share."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    # Nobody is asked for a permission to read it.
    scope = Scope.READ

    @property
    @override
    def _state_max_age(self) -> float:
        return self.account.timing.temperature_poll

    @override
    async def _fetch_state(self, client: VapixClient) -> Temperatures | None:
        try:
            return await client.temperatures.shared()
        except AuthError, ForbiddenError, GoneError, RequestError:
            # The account may no longer ask, or the camera no longer knows.
            return None


class TemperatureSensor(_Sensor):
    """What one temperature sensor measures."""

    _attr_device_class = SensorDeviceClass.TEMPERATURE
    _attr_native_unit_of_measurement = UnitOfTemperature.CELSIUS
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_suggested_display_precision = 1
    _attr_translation_key = "temperature"

    def __init__(self, account: NetrexAccount, channel: Channel, thermometer: Thermometer, *, enabled: bool) -> None:
        super().__init__(account, channel, thermometer_key(thermometer.number))
        self._number = thermometer.number
        self._attr_entity_registry_enabled_default = enabled
        self._update_attributes()

    @override
    def _find(self) -> Thermometer | None:
        return self._in(self.camera.equipment.temperatures)

    @override
    def _update_attributes(self) -> None:
        if found := self._find():
            self._set_name(None, which=f": {found.name}" if found.name else f" {found.number + 1}")

    @property
    @override
    def native_value(self) -> float | None:
        found = self._in(self._state)
        return found.celsius if found else None

    def _in(self, answer: Temperatures | None) -> Thermometer | None:
        thermometers = answer.thermometers if answer else ()
        return next((each for each in thermometers if each.number == self._number), None)


class RegulatorSensor(_Sensor):
    """Whether a heater or fan runs."""

    _attr_device_class = SensorDeviceClass.ENUM

    def __init__(self, account: NetrexAccount, channel: Channel, regulator: Regulator) -> None:
        super().__init__(account, channel, regulator_key(regulator.kind, regulator.number))
        self._regulator = regulator
        self._attr_options = [each.value for each in RegulatorStatus]
        self._attr_translation_key = "heater_status" if regulator.kind == "heater" else "fan_status"
        self._set_name(None, which=f" {regulator.number + 1}" if regulator.number else "")

    @override
    def _find(self) -> Regulator | None:
        return self._in(self.camera.equipment.temperatures)

    @property
    @override
    def native_value(self) -> str | None:
        found = self._in(self._state)
        return found.status.value if found and found.status else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str]:
        found = self._in(self._state)
        return {"intensity": found.intensity} if found and found.intensity else {}

    def _in(self, answer: Temperatures | None) -> Regulator | None:
        # Those of the same kind and number are equal.
        return next((each for each in answer.regulators if each == self._regulator), None) if answer else None
