"""Why a camera can or can't be used, and what to do about it."""

from collections.abc import Iterable
from typing import Final, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..account.account import NetrexAccount
from ..account.devices import node_key
from ..cameras.axis_camera import Condition
from ..const import DOMAIN
from ..entity.account import ChangingEntity
from ..identity.unique_ids import SEPARATOR

_SERIAL_UNKNOWN: Final = "serial_unknown"


async def add_statuses(account: NetrexAccount, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
    """Add the status of each camera, now and when there are more, also of those that have no other entity."""
    adder, conditions = account.adder, account.conditions
    add = adder.on_platform(async_add_entities)

    @callback
    def add_of(node_ids: Iterable[int]) -> None:
        add([StatusSensor(account, node_id) for node_id in node_ids if node_id in conditions])

    adder.on_end(conditions.added.add(lambda node_ids: adder.start_adding_in_slices(node_ids, add_of)))
    await adder.add_in_slices(tuple(conditions), add_of)


class StatusSensor(ChangingEntity[str], SensorEntity):
    """The status of a camera, in words. It is on by default where it is all that there is to see of the camera."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_options = [*(each.value for each in Condition), _SERIAL_UNKNOWN]  # noqa: RUF012 - as Home Assistant has it
    _attr_translation_key = "status"

    def __init__(self, account: NetrexAccount, node_id: int) -> None:
        self._account = account
        self._node_id = node_id
        key = node_key(account.entry, account.tree.data.nodes[node_id])
        self._attr_unique_id = f"{key}{SEPARATOR}status"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, key)})
        self._attr_entity_registry_enabled_default = self._read() == _SERIAL_UNKNOWN

    @override
    def _read(self) -> str | None:
        conditions = self._account.conditions
        if self._node_id not in conditions:
            # Home Assistant is about to remove it.
            return None
        condition = conditions[self._node_id]
        return _SERIAL_UNKNOWN if condition is None else condition.value

    @override
    def _listen(self) -> CALLBACK_TYPE:
        return self._account.conditions.listen(self._node_id, self._changed)

    @property
    @override
    def native_value(self) -> str | None:
        return self._value
