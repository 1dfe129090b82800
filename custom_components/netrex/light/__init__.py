"""Lights: a camera's illuminators, infrared and white, and its strobe."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
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
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..cameras.channels import Channel
from ..const import DOMAIN
from ..entity.base import NetrexEntity, add_for_each_camera, all_of
from ..entity.polled import AskedEntity
from ..events.source_key import SourceKey
from ..identity.entity_keys import light_key
from ..vapix import EventKind, Light, LightKind, LightState, VapixClient
from .strobe import StrobeLight

# Each camera takes its commands one after another by itself.
PARALLEL_UPDATES: Final = 0
SCAN_INTERVAL: Final = timedelta(seconds=60)


#: The light chooses its brightness by itself.
AUTOMATIC: Final = "automatic"
_DARKEST, _BRIGHTEST = 1, 255
_NAMES: Final = {
    LightKind.INFRARED: "infrared_light",
    LightKind.WHITE: "white_light",
    LightKind.OTHER: "other_light",
}


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights of each camera, once it tells what it has."""
    account = entry.runtime_data
    await add_for_each_camera(account, async_add_entities, lambda channel: _entities_of(account, channel))


def _entities_of(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    equipment = channel.camera.equipment
    of_kind = Counter(light.kind for light in equipment.lights)
    so_far: Counter[LightKind] = Counter()
    for light in equipment.lights:
        so_far[light.kind] += 1
        yield CameraLight(account, channel, light, so_far[light.kind] if of_kind[light.kind] > 1 else None)
    if equipment.alarm is not None and equipment.alarm.light:
        yield StrobeLight(account, channel)


class CameraLight(AskedEntity[LightState], LightEntity):
    """An illuminator. Its brightness is that of the camera, spread over what the light takes."""

    def __init__(self, account: NetrexAccount, channel: Channel, light: Light, number: int | None) -> None:
        """Show one light.

        Args:
            account: the channel's.
            channel: of the camera that has the light.
            light: which.
            number: tells it from others of its kind; None: there are none.
        """
        super().__init__(account, channel, light_key(light.light_id))
        self._light = light
        self._attr_translation_key = _NAMES[light.kind]
        # Infrared light is for the camera: it is not one of the lights of the garden.
        self._attr_entity_category = None if light.kind is LightKind.WHITE else EntityCategory.CONFIG
        self._attr_translation_placeholders = {"which": "" if number is None else f" {number}"}
        self._take_abilities()

    def _take_abilities(self) -> None:
        self._attr_color_mode = ColorMode.BRIGHTNESS if self._light.ranges else ColorMode.ONOFF
        self._attr_supported_color_modes = {self._attr_color_mode}
        self._attr_supported_features = LightEntityFeature.EFFECT if self._light.automatic else LightEntityFeature(0)
        self._attr_effect_list = [EFFECT_OFF, AUTOMATIC] if self._light.automatic else None

    # --- how it stands -------------------------------------------------------------------------------

    @property
    @override
    def is_on(self) -> bool | None:
        """It shines; None: not known yet."""
        return self.state_told.on if self.state_told else None

    @property
    @override
    def brightness(self) -> int | None:
        """How bright, from 1 to 255."""
        if not self.state_told or self.state_told.intensity is None or not self._light.ranges:
            return None
        return _DARKEST + round(self._light.part_of(self.state_told.intensity) * (_BRIGHTEST - _DARKEST))

    @property
    @override
    def effect(self) -> str:
        """Whether it chooses its brightness by itself."""
        return AUTOMATIC if self.state_told and self.state_told.automatic else EFFECT_OFF

    @property
    @override
    def _is_there(self) -> bool:
        return any(light.light_id == self._light.light_id for light in self.camera.equipment.lights)

    @property
    @override
    def _good_for(self) -> float:
        """Switching is told while there is an event stream; what an automatic light makes of the night is not."""
        if not self.account.streams_from(self.camera) or self.camera.events.active(self._event) is None:
            return 0.0
        changing = self.state_told is not None and self.state_told.on and self.state_told.automatic
        return self.account.timing.light_poll if changing else math.inf

    @property
    def _event(self) -> SourceKey:
        return SourceKey(EventKind.LIGHT, self._light.event_source or "")

    @override
    async def _ask(self, client: VapixClient) -> LightState:
        return await client.lights.state(self._light)

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.listen(self._event, self._reported))

    @callback
    def _reported(self) -> None:
        """Show at once that it was switched; how bright it is has to be asked for."""
        on = self.camera.events.active(self._event)
        if self._light.event_source is not None and on is not None and self.state_told is not None:
            self.state_told = replace(self.state_told, on=on)
            self.async_write_ha_state()
        self._ask_soon()

    @override
    @callback
    def _camera_changed(self) -> None:
        lights = self.camera.equipment.lights
        self._light = next((each for each in lights if each.light_id == self._light.light_id), self._light)
        self._take_abilities()
        super()._camera_changed()

    # --- commands ------------------------------------------------------------------------------------

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on, as bright as it was unless said otherwise. Called by Home Assistant."""
        brightness, effect = kwargs.get(ATTR_BRIGHTNESS), kwargs.get(ATTR_EFFECT)
        if effect is not None and effect not in (self.effect_list or ()):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="effect_unknown",
                translation_placeholders={"effect": effect, "camera": self.camera.node.name},
            )
        if effect == AUTOMATIC:
            brightness = None
        async with self.command() as client:
            if self._light.automatic and (effect is not None or brightness is not None):
                # Whoever says how bright does not want it to choose.
                await client.lights.set_automatic(self._light, automatic=effect == AUTOMATIC)
            if brightness is not None and self._light.ranges:
                # Before it shines, so that it does not dazzle.
                await client.lights.set_intensity(self._light, self._intensity(brightness))
            await client.lights.turn_on(self._light)

    def _intensity(self, brightness: int) -> int:
        return self._light.intensity_at((brightness - _DARKEST) / (_BRIGHTEST - _DARKEST))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn it off. Called by Home Assistant."""
        async with self.command() as client:
            await client.lights.turn_off(self._light)
