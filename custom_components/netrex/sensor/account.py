"""Sensors of an account: its cameras, its open issues, and when its cloud last answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.core import CALLBACK_TYPE, Event, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..account.account import NetrexAccount
from ..cameras.axis_camera import Condition
from ..const import DOMAIN
from ..entity.account import AccountEntity
from ..issues import async_count_open

type _Value = int | datetime


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(SensorEntityDescription):
    """What a sensor of an account shows.

    Attributes:
        read: returns the value.
        listen: has a function called when the value may have changed.
    """

    read: Callable[[NetrexAccount], _Value | None]
    listen: Callable[[NetrexAccount, CALLBACK_TYPE], CALLBACK_TYPE]


def _cameras_online(account: NetrexAccount) -> int | None:
    """Return how many cameras can be used; unknown while one is checked for the first time, as after a start."""
    conditions = account.conditions
    return None if conditions.ids(Condition.CHECKING) else len(conditions.ids(Condition.REACHABLE))


def _last_contact(_account: NetrexAccount) -> datetime:
    """Return the minute of now: this is read when the cloud has answered."""
    return dt_util.utcnow().replace(second=0, microsecond=0)


def _on_issues(account: NetrexAccount, changed: CALLBACK_TYPE) -> CALLBACK_TYPE:
    @callback
    def is_ours(data: ir.EventIssueRegistryUpdatedData) -> bool:
        return data["domain"] == DOMAIN

    @callback
    def updated(_event: Event[ir.EventIssueRegistryUpdatedData]) -> None:
        changed()

    return account.hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, updated, event_filter=is_ours)


_OF_CAMERAS: Final = (
    AccountSensorDescription(
        key="cameras_online",
        state_class=SensorStateClass.MEASUREMENT,
        read=_cameras_online,
        listen=lambda account, changed: account.conditions.changed.add(changed),
    ),
    # Apart from the above, so that an automation can compare the two.
    AccountSensorDescription(
        key="cameras",
        state_class=SensorStateClass.MEASUREMENT,
        read=lambda account: len(account.conditions),
        listen=lambda account, changed: account.conditions.changed.add(changed),
    ),
)
_OF_ALL: Final = (
    AccountSensorDescription(
        key="open_issues",
        state_class=SensorStateClass.MEASUREMENT,
        read=lambda account: async_count_open(account.hass, account.entry),
        listen=_on_issues,
    ),
    # It changes with every request for the cameras, and the connection's history says the same.
    AccountSensorDescription(
        key="last_contact",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_registry_enabled_default=False,
        read=_last_contact,
        listen=lambda account, changed: account.calls.answers.add(changed),
    ),
)


def account_sensors(account: NetrexAccount) -> Iterator[AccountSensor]:
    """Yield the sensors of an account; those of cameras only if it may contact them."""
    for description in (*(_OF_CAMERAS if account.permissions.can_reach else ()), *_OF_ALL):
        yield AccountSensor(account, description)


class AccountSensor(AccountEntity[_Value], SensorEntity):
    """A sensor of an account."""

    entity_description: AccountSensorDescription

    def __init__(self, account: NetrexAccount, description: AccountSensorDescription) -> None:
        super().__init__(account, description.key)
        self.entity_description = description

    @override
    def _read(self) -> _Value | None:
        return self.entity_description.read(self.account)

    @override
    def _listen(self) -> CALLBACK_TYPE:
        return self.entity_description.listen(self.account, self._changed)

    @property
    @override
    def native_value(self) -> _Value | None:
        return self._value
