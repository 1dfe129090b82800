"""The strobe of a device that has one, as a light whose effects are the patterns that it can show."""

from typing import Any, Final, override

from homeassistant.components.light import ATTR_BRIGHTNESS, ATTR_EFFECT, ColorMode, LightEntity, LightEntityFeature

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..entity.alarm import AlarmEntity
from ..errors import validation_error
from ..vapix import Operation

_BRIGHTEST: Final = 255
#: What is shown unless something else is wanted, where the device has it (CONFIRMED, VX-SIREN-1).
_STEADY: Final = "Steady"


class StrobeLight(AlarmEntity, LightEntity):
    """The strobe of a device."""

    _attr_supported_features = LightEntityFeature.EFFECT
    _attr_translation_key = "strobe"
    function = "light"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        super().__init__(account, channel, "strobe")
        self._update_attributes()

    @override
    def _update_attributes(self) -> None:
        patterns = self.alarm.light
        dims = any(len(pattern.intensities) > 1 for pattern in patterns)
        self._attr_color_mode = ColorMode.BRIGHTNESS if dims else ColorMode.ONOFF
        self._attr_supported_color_modes = {self._attr_color_mode}
        # A profile that sounds as well is the siren's.
        self._attr_effect_list = list(dict.fromkeys([*(pattern.name for pattern in patterns), *self._profiles()]))

    def _profiles(self) -> list[str]:
        return [profile.name for profile in self.alarm.profiles if profile.functions == {"light"}]

    @property
    def _shown(self) -> Operation | None:
        """What is seen: the most important of what runs."""
        return next(iter(self.running or ()), None)

    @property
    @override
    def effect(self) -> str | None:
        shown = self._shown
        return None if shown is None else shown.profile if shown.profile in self._profiles() else shown.pattern

    @property
    @override
    def brightness(self) -> int | None:
        """The device has a few levels of it."""
        shown = self._shown
        pattern = self.alarm.named("light", shown.pattern) if shown is not None else None
        if shown is None or shown.intensity is None or pattern is None or not pattern.intensities:
            return None
        lit = sum(level <= shown.intensity for level in pattern.intensities)
        return max(1, round(_BRIGHTEST * lit / len(pattern.intensities)))

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Show a pattern until it is turned off, or what a profile says."""
        brightness = kwargs.get(ATTR_BRIGHTNESS)
        fraction = None if brightness is None else brightness / _BRIGHTEST
        await self._start(self._wanted(kwargs.get(ATTR_EFFECT)), fraction)

    def _wanted(self, effect: str | None) -> str:
        effects = self.effect_list or []
        if effect is None:
            # As it is, where only the brightness is to change.
            effect = next((each.pattern for each in self.running or () if each.pattern in effects), None)
        if effect is None:
            effect = _STEADY if _STEADY in effects else next(iter(effects), "")
        if effect not in effects:
            raise validation_error("effect_unknown", effect=effect, camera=self.camera.node.name)
        return effect

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Show nothing. A siren goes on: lights are turned off for many reasons."""
        async with self.command() as client:
            await client.siren.stop("light")
