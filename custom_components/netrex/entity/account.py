"""Entities of an account's own device."""

from abc import abstractmethod
from typing import override

from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from ..account.account import NetrexAccount
from ..account.devices import account_key
from ..const import CONF_ACCOUNT_KEY, DOMAIN
from ..identity.unique_ids import SEPARATOR


class ChangingEntity[Value](Entity):
    """An entity whose state is written only when its value has changed, however often it is read."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_has_entity_name = True
    _attr_should_poll = False
    _value: Value | None = None

    @abstractmethod
    def _read(self) -> Value | None:
        """Return the value as it is now."""

    @abstractmethod
    def _listen(self) -> CALLBACK_TYPE:
        """Have `_changed` called after anything that may change the value; return what ends that."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._value = self._read()
        self.async_on_remove(self._listen())

    @callback
    def _changed(self) -> None:
        value = self._read()
        if value != self._value:
            self._value = value
            self.async_write_ha_state()


class AccountEntity[Value](ChangingEntity[Value]):
    """An entity of the account's device. It is available as long as the account is loaded, also without the cloud."""

    def __init__(self, account: NetrexAccount, key: str) -> None:
        self.account = account
        self._attr_unique_id = f"{account_key(account.entry)}{SEPARATOR}{key}"
        self._attr_translation_key = key
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, account.entry.data[CONF_ACCOUNT_KEY])})
