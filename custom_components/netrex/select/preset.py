"""The presets of a head as one choice."""

from collections.abc import Mapping
from typing import override

from homeassistant.components.select import SelectEntity

from ..account.account import NetrexAccount
from ..account.commands import ptz_command
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.channel import ChannelEntity
from ..entity.polled import PolledEntity
from ..events.source_key import SourceKey
from ..identity.entity_keys import numbers_by_name
from ..vapix import EventKind, GoneError, Preset, RequestError, VapixClient


class PresetSelect(ChannelEntity, PolledEntity[int], SelectEntity):
    """Where a head stands and is sent, by the names that the presets have in the camera.

    The camera reports at which preset it is; without permission to receive that, it is polled.
    Between presets: unknown.
    """

    scope = Scope.LIVEVIEW_PTZ

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        super().__init__(account, channel, "preset")
        self._numbers: Mapping[str, int] = {}
        self._update_attributes()

    @override
    def _find(self) -> tuple[Preset, ...]:
        return self.head.presets if self.head else ()

    @override
    def _update_attributes(self) -> None:
        self._set_channel_name("preset")
        self._numbers = numbers_by_name(self._find())
        self._attr_options = list(self._numbers)
        self._follow(tuple(key for preset in self._find() for key in self._keys(preset)))

    @property
    @override
    def current_option(self) -> str | None:
        here = self._reported() if self.account.events_trusted(self.camera) else self._state
        return next((name for name, number in self._numbers.items() if number == here), None)

    def _reported(self) -> int | None:
        active = self.camera.events.active
        by_number = (preset.number for preset in self._find() if active(self._keys(preset)[0]))
        by_name = (preset.number for preset in self._find() if active(self._keys(preset)[1]))
        return next(by_number, None) or next(by_name, None)

    @property
    @override
    def _is_due(self) -> bool:
        return not self.account.events_trusted(self.camera) and super()._is_due

    @override
    async def _fetch_state(self, client: VapixClient) -> int | None:
        try:
            return await client.ptz.head(self.channel.head_number).preset_here()
        except GoneError, RequestError:
            # Not every camera knows where its presets are.
            return None

    @override
    async def async_select_option(self, option: str) -> None:
        number = self._numbers[option]
        async with ptz_command(self.account, self.channel) as head:
            await head.go_to_preset(number)
        # It is on its way there, until it reports or is polled again.
        self._invalidate()
        self._set_state(number)
        self.async_write_ha_state()

    def _keys(self, preset: Preset) -> tuple[SourceKey, SourceKey]:
        """Return what reports may be about: a preset's token is its number, or else its name (INFERRED, VX-TOPIC-6)."""
        channel = self.channel.head_number
        by_number, by_name = (f"{channel}/{token}" for token in (preset.number, preset.name))
        return SourceKey(EventKind.PTZ_PRESET, by_number), SourceKey(EventKind.PTZ_PRESET, by_name)
