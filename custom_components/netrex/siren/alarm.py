"""The siren of a device that has one; its tones are the patterns that it can sound, and the user's profiles."""

from collections.abc import Iterator, Mapping
import math
from typing import Any, override

from homeassistant.components.siren import (
    ATTR_DURATION,
    ATTR_TONE,
    ATTR_VOLUME_LEVEL,
    SirenEntity,
    SirenEntityFeature,
)
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..const import DOMAIN
from ..entity.alarm import AlarmEntity
from ..vapix.siren import Function


def alarm_sirens(account: NetrexAccount, channel: Channel) -> Iterator[AlarmSiren]:
    """Yield the siren of a channel's camera, if it has one."""
    alarm = channel.camera.equipment.alarm
    if alarm is not None and alarm.siren:
        yield AlarmSiren(account, channel)


class AlarmSiren(AlarmEntity, SirenEntity):
    """A siren."""

    _attr_translation_key = "alarm"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Show the siren of the channel's camera."""
        super().__init__(account, channel, "siren")
        self._tones: Mapping[int | str, str] = {}
        self._take_abilities()

    @property
    @override
    def function(self) -> Function:
        return "siren"

    def _take_abilities(self) -> None:
        features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF
        features |= SirenEntityFeature.TONES | SirenEntityFeature.DURATION
        if any(len(pattern.intensities) > 1 for pattern in self.alarm.siren):
            features |= SirenEntityFeature.VOLUME_SET
        self._attr_supported_features = features
        names = [*(pattern.name for pattern in self.alarm.siren), *self._profiles()]
        self._tones = {_as_called(name): name for name in names}
        self._attr_available_tones = list(self._tones)

    def _profiles(self) -> list[str]:
        return [profile.name for profile in self.alarm.profiles if "siren" in profile.functions]

    @override
    @callback
    def _camera_changed(self) -> None:
        self._take_abilities()
        super()._camera_changed()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Sound a tone until it is turned off, or for some seconds, or as a profile says. Called by Home Assistant."""
        seconds, volume = kwargs.get(ATTR_DURATION), kwargs.get(ATTR_VOLUME_LEVEL)
        tone = kwargs.get(ATTR_TONE)
        name = next(iter(self._tones.values()), "") if tone is None else self._tones[tone]
        pattern = self.alarm.named("siren", name)
        if pattern is None and (seconds is not None or volume is not None):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="siren_profile_is_fixed",
                translation_placeholders={"tone": name, "camera": self.camera.node.name},
            )
        async with self.command() as client:
            if pattern is None:
                await client.siren.start_profile(name)
            else:
                await client.siren.start(
                    "siren",
                    name,
                    intensity=_intensity(pattern.intensities, volume),
                    # What 0 means to a camera is not documented; it must not be "for ever".
                    seconds=None if seconds is None else max(1, seconds),
                )

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Be silent; what a profile lets flash goes off as well. Called by Home Assistant."""
        async with self.command() as client:
            await client.siren.stop_with_light(self._profiles())


def _as_called(name: str) -> int | str:
    """Return a tone as Home Assistant gives it back: it makes a number of what looks like one."""
    try:
        return int(name)
    except ValueError:
        return name


def _intensity(levels: tuple[int, ...], volume: float | None) -> int | None:
    """Return the level of a volume from 0 to 1; the least is never silence."""
    if volume is None or not levels:
        return None
    return levels[min(len(levels), max(1, math.ceil(len(levels) * volume))) - 1]
