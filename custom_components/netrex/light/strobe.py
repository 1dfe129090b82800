"""The strobe of a device that has one, as a light whose effects are the patterns that it can show."""

import math
from typing import Any, Final, override

from homeassistant.components.light import ATTR_BRIGHTNESS, ATTR_EFFECT, ColorMode, LightEntity, LightEntityFeature
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..const import DOMAIN
from ..entity.alarm import AlarmEntity
from ..vapix import Operation
from ..vapix.siren import Function

_BRIGHTEST: Final = 255
#: What is shown unless something else is wanted, where the device has it (CONFIRMED, VX-SIREN-1).
_STEADY: Final = "Steady"


class StrobeLight(AlarmEntity, LightEntity):
    """A strobe."""

    _attr_supported_features = LightEntityFeature.EFFECT
    _attr_translation_key = "strobe"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Show the strobe of the channel's camera."""
        super().__init__(account, channel, "strobe")
        self._take_abilities()

    @property
    @override
    def function(self) -> Function:
        return "light"

    def _take_abilities(self) -> None:
        patterns = self.alarm.light
        dims = any(len(pattern.intensities) > 1 for pattern in patterns)
        self._attr_color_mode = ColorMode.BRIGHTNESS if dims else ColorMode.ONOFF
        self._attr_supported_color_modes = {self._attr_color_mode}
        # A profile that sounds as well is the siren's.
        self._attr_effect_list = list(dict.fromkeys([*(pattern.name for pattern in patterns), *self._profiles()]))

    def _profiles(self) -> list[str]:
        return [profile.name for profile in self.alarm.profiles if profile.functions == {"light"}]

    @override
    @callback
    def _camera_changed(self) -> None:
        self._take_abilities()
        super()._camera_changed()

    @property
    def _shown(self) -> Operation | None:
        """What is seen: the most important of what runs."""
        return next(iter(self.running or ()), None)

    @property
    @override
    def effect(self) -> str | None:
        """What it shows: a profile of the user's, or a pattern."""
        shown = self._shown
        return None if shown is None else shown.profile if shown.profile in self._profiles() else shown.pattern

    @property
    @override
    def brightness(self) -> int | None:
        """How bright, from 1 to 255; the device has a few levels."""
        shown = self._shown
        levels = self._levels(shown.pattern) if shown is not None else ()
        if shown is None or shown.intensity is None or not levels:
            return None
        lit = sum(level <= shown.intensity for level in levels)
        return max(1, round(_BRIGHTEST * lit / len(levels)))

    def _levels(self, pattern: str) -> tuple[int, ...]:
        known = self.alarm.named("light", pattern)
        return known.intensities if known else ()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Show a pattern until it is turned off, or what a profile says. Called by Home Assistant."""
        wanted = self._wanted(kwargs.get(ATTR_EFFECT))
        async with self.command() as client:
            if self.alarm.named("light", wanted) is None:
                await client.siren.start_profile(wanted)
            else:
                await client.siren.start(
                    "light", wanted, intensity=self._intensity(wanted, kwargs.get(ATTR_BRIGHTNESS))
                )

    def _wanted(self, effect: str | None) -> str:
        effects = self.effect_list or []
        if effect is None:
            # As it is, where only the brightness is to change.
            effect = next((each.pattern for each in self.running or () if each.pattern in effects), None)
        if effect is None:
            effect = _STEADY if _STEADY in effects else next(iter(effects), "")
        if effect not in effects:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="effect_unknown",
                translation_placeholders={"effect": effect, "camera": self.camera.node.name},
            )
        return effect

    def _intensity(self, pattern: str, brightness: int | None) -> int | None:
        levels = self._levels(pattern)
        if brightness is None or not levels:
            return None
        return levels[min(len(levels), max(1, math.ceil(len(levels) * brightness / _BRIGHTEST))) - 1]

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Show nothing. A siren goes on: lights are turned off for many reasons. Called by Home Assistant."""
        async with self.command() as client:
            await client.siren.stop("light")
