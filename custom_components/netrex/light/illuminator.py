"""An illuminator of a camera."""

from dataclasses import replace
import math
from typing import Any, Final, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_EFFECT,
    EFFECT_OFF,
    ColorMode,
    LightEntity,
    LightEntityFeature,
)
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..entity.polled import PolledEntity
from ..errors import validation_error
from ..events.source_key import SourceKey
from ..identity.entity_keys import light_key
from ..vapix import EventKind, Light, LightKind, LightState, VapixClient

#: The light chooses its own brightness.
AUTOMATIC: Final = "automatic"
_DARKEST, _BRIGHTEST = 1, 255
_NAMES: Final = {
    LightKind.INFRARED: "infrared_light",
    LightKind.WHITE: "white_light",
    LightKind.OTHER: "other_light",
}


class Illuminator(PolledEntity[LightState], LightEntity):
    """One light. Its brightness is that of the camera, spread over what the light takes.

    Args:
        account: the channel's.
        channel: of the camera that has the light.
        light: which.
        number: among the camera's lights of its kind; None: there are no others.
    """

    def __init__(self, account: NetrexAccount, channel: Channel, light: Light, number: int | None) -> None:
        super().__init__(account, channel, light_key(light.light_id))
        self._light = light
        self._event = SourceKey(EventKind.LIGHT, light.event_source or "")
        self._sources = (self._event,)
        self._attr_translation_key = _NAMES[light.kind]
        # Infrared light is for the camera: it is not one of the lights of the garden.
        self._attr_entity_category = None if light.kind is LightKind.WHITE else EntityCategory.CONFIG
        self._attr_translation_placeholders = {"which": "" if number is None else f" {number}"}
        self._update_attributes()

    @override
    def _find(self) -> Light | None:
        lights = self.camera.equipment.lights
        return next((each for each in lights if each.light_id == self._light.light_id), None)

    @override
    def _update_attributes(self) -> None:
        self._light = self._find() or self._light
        self._attr_color_mode = ColorMode.BRIGHTNESS if self._light.ranges else ColorMode.ONOFF
        self._attr_supported_color_modes = {self._attr_color_mode}
        self._attr_supported_features = LightEntityFeature.EFFECT if self._light.automatic else LightEntityFeature(0)
        self._attr_effect_list = [EFFECT_OFF, AUTOMATIC] if self._light.automatic else None

    # --- state ---------------------------------------------------------------------------------------

    @property
    @override
    def is_on(self) -> bool | None:
        return self._state.on if self._state else None

    @property
    @override
    def brightness(self) -> int | None:
        if not self._state or self._state.intensity is None or not self._light.ranges:
            return None
        return _DARKEST + round(self._light.part_of(self._state.intensity) * (_BRIGHTEST - _DARKEST))

    @property
    @override
    def effect(self) -> str:
        return AUTOMATIC if self._state and self._state.automatic else EFFECT_OFF

    @property
    @override
    def _state_max_age(self) -> float:
        """Switching is reported while there is an event stream; what an automatic light makes of the night is not."""
        if not self.account.streams_from(self.camera) or self.camera.events.active(self._event) is None:
            return 0.0
        changing = self._state is not None and self._state.on and self._state.automatic
        return self.account.timing.light_poll if changing else math.inf

    @override
    async def _fetch_state(self, client: VapixClient) -> LightState:
        return await client.lights.state(self._light)

    @override
    @callback
    def _source_changed(self) -> None:
        """Show at once that it was switched; how bright it is has to be fetched."""
        on = self.camera.events.active(self._event)
        if self._light.event_source is not None and on is not None and self._state is not None:
            self._state = replace(self._state, on=on)
            self.async_write_ha_state()
        self._refresh_soon()

    # --- commands ------------------------------------------------------------------------------------

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on, as bright as it was unless said otherwise."""
        brightness, effect = kwargs.get(ATTR_BRIGHTNESS), kwargs.get(ATTR_EFFECT)
        if effect is not None and effect not in (self.effect_list or ()):
            raise validation_error("effect_unknown", effect=effect, camera=self.camera.node.name)
        if effect == AUTOMATIC:
            brightness = None
        async with self.command() as client:
            if self._light.automatic and (effect is not None or brightness is not None):
                # A given brightness means that the light is not to choose.
                await client.lights.set_automatic(self._light, automatic=effect == AUTOMATIC)
            if brightness is not None and self._light.ranges:
                # Before it shines, so that it does not dazzle.
                part = (brightness - _DARKEST) / (_BRIGHTEST - _DARKEST)
                await client.lights.set_intensity(self._light, self._light.intensity_at(part))
            await client.lights.turn_on(self._light)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        async with self.command() as client:
            await client.lights.turn_off(self._light)
