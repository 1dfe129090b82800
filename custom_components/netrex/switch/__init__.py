"""Switches: what is wired to a camera, its guard tours and its virtual inputs."""

from collections.abc import Iterator
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..cameras.outputs import OutputUse
from ..entity.base import NetrexEntity, setup_each_camera
from ..entity.output import OutputStateEntity, entities_of_outputs
from .guard_tour import GuardTourSwitch
from .virtual_input import virtual_input_switches

PARALLEL_UPDATES: Final = 0


def _switches(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    if channel.number is None:
        yield from entities_of_outputs(OutputUse.SWITCH, OutputSwitch)(account, channel)
        yield from virtual_input_switches(account, channel)
    for tour in channel.own_head.tours if channel.own_head else ():
        yield GuardTourSwitch(account, channel, tour)


class OutputSwitch(OutputStateEntity, SwitchEntity):
    """An output that is on or off."""

    @property
    @override
    def is_on(self) -> bool | None:
        return self._state

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.async_switch(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_switch(active=False)


async_setup_entry: Final = setup_each_camera(_switches, each_channel=True)
