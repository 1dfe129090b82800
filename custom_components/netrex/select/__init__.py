"""Selects: what a camera lets somebody choose from."""

from collections.abc import Iterator
from typing import Final

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity, setup_each_camera
from .day_night import DayNightSelect
from .preset import PresetSelect

PARALLEL_UPDATES: Final = 0


def _selects(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    ir_cut = channel.camera.equipment.ir_cut
    if channel.number is None and ir_cut is not None:
        yield DayNightSelect(account, channel, ir_cut)
    if channel.own_head and channel.own_head.presets:
        yield PresetSelect(account, channel)


async_setup_entry: Final = setup_each_camera(_selects, each_channel=True)
