"""The siren of a device that has one; its tones are the patterns that it can sound, and the user's profiles."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.siren import (
    ATTR_DURATION,
    ATTR_TONE,
    ATTR_VOLUME_LEVEL,
    SirenEntity,
    SirenEntityFeature,
)

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..entity.alarm import AlarmEntity
from ..errors import validation_error

_FEATURES = (
    SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF | SirenEntityFeature.TONES | SirenEntityFeature.DURATION
)


class AlarmSiren(AlarmEntity, SirenEntity):
    """The siren of a device."""

    _attr_translation_key = "alarm"
    function = "siren"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        super().__init__(account, channel, "siren")
        self._tones: Mapping[int | str, str] = {}
        self._update_attributes()

    @override
    def _update_attributes(self) -> None:
        has_levels = any(len(pattern.intensities) > 1 for pattern in self.alarm.siren)
        self._attr_supported_features = _FEATURES | SirenEntityFeature.VOLUME_SET if has_levels else _FEATURES
        names = [*(pattern.name for pattern in self.alarm.siren), *self._profiles()]
        self._tones = {_as_tone(name): name for name in names}
        self._attr_available_tones = list(self._tones)

    def _profiles(self) -> list[str]:
        return [profile.name for profile in self.alarm.profiles if "siren" in profile.functions]

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Sound a tone until it is turned off, or for some seconds, or as a profile says."""
        seconds, volume = kwargs.get(ATTR_DURATION), kwargs.get(ATTR_VOLUME_LEVEL)
        tone = kwargs.get(ATTR_TONE)
        name = next(iter(self._tones.values()), "") if tone is None else self._tones[tone]
        if self.alarm.named("siren", name) is None and (seconds is not None or volume is not None):
            raise validation_error("siren_profile_is_fixed", tone=name, camera=self.camera.node.name)
        # What 0 means to a camera is not documented; it must not be "forever".
        await self._start(name, volume, None if seconds is None else max(1, seconds))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Silence it; what a profile lets flash goes off as well."""
        async with self.command() as client:
            await client.siren.stop_siren_and_profiles(self._profiles())


def _as_tone(name: str) -> int | str:
    """Return a tone as Home Assistant gives it back: it makes a number of what looks like one."""
    try:
        return int(name)
    except ValueError:
        return name
