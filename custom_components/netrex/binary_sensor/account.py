"""Whether an account's cloud answers."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.core import CALLBACK_TYPE

from ..account.account import NetrexAccount
from ..entity.account import AccountEntity


class CloudConnectionSensor(AccountEntity[bool], BinarySensorEntity):
    """Whether the last request for the account's cameras was answered, and accepted."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY

    def __init__(self, account: NetrexAccount) -> None:
        super().__init__(account, "cloud_connection")

    @override
    def _read(self) -> bool:
        return self.account.tree.last_update_success

    @override
    def _listen(self) -> CALLBACK_TYPE:
        return self.account.tree.async_add_listener(self._changed)

    @property
    @override
    def is_on(self) -> bool | None:
        return self._value
