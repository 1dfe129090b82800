"""Lights: a camera's illuminators, infrared and white, and its strobe."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity, setup_each_camera
from ..vapix import LightKind
from .illuminator import Illuminator
from .strobe import StrobeLight

PARALLEL_UPDATES: Final = 0


def _lights(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    equipment = channel.camera.equipment
    of_kind = Counter(light.kind for light in equipment.lights)
    so_far: Counter[LightKind] = Counter()
    for light in equipment.lights:
        so_far[light.kind] += 1
        number = so_far[light.kind] if of_kind[light.kind] > 1 else None
        yield Illuminator(account, channel, light, number)
    if equipment.alarm is not None and equipment.alarm.light:
        yield StrobeLight(account, channel)


async_setup_entry: Final = setup_each_camera(_lights)
