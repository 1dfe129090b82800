"""The presets of a camera's head as one choice."""

from collections.abc import Iterator, Mapping
from typing import override

from homeassistant.components.select import SelectEntity
from homeassistant.core import CALLBACK_TYPE, callback

from ..account.account import NetrexAccount
from ..account.head_commands import ptz_command
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity, all_of
from ..entity.polled import AskedEntity
from ..events.source_key import SourceKey
from ..identity.entity_keys import numbers_by_name
from ..vapix import EventKind, Preset, RequestError, VapixClient


def preset_selects(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    """Yield the choice of a camera whose head has presets."""
    if (head := channel.camera.equipment.head) and head.presets:
        yield PresetSelect(account, channel)


class PresetSelect(AskedEntity[int | None], SelectEntity):
    """Where a head stands and is sent, by the names that the presets have in the camera.

    The camera reports at which preset it is; without permission to hear of that, it is asked. Between presets: unknown.
    """

    _attr_translation_key = "preset"
    scope = Scope.LIVEVIEW_PTZ

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Show the presets of the channel's camera."""
        self._numbers: Mapping[str, int] = {}
        super().__init__(account, channel, "preset")

    @property
    def _presets(self) -> tuple[Preset, ...]:
        head = self.camera.equipment.head
        return head.presets if head else ()

    @property
    @override
    def _is_there(self) -> bool:
        return bool(self._presets)

    @property
    @override
    def options(self) -> list[str]:
        """The presets in the order of their numbers."""
        return list(numbers_by_name(self._presets))

    @property
    @override
    def current_option(self) -> str | None:
        """The preset at which the head stands."""
        here = self._reported() if self.account.events_trusted(self.camera) else self.state_told
        return next((name for name, number in numbers_by_name(self._presets).items() if number == here), None)

    def _reported(self) -> int | None:
        active = self.camera.events.active
        by_number = (preset.number for preset in self._presets if active(_keys(preset)[0]))
        by_name = (preset.number for preset in self._presets if active(_keys(preset)[1]))
        return next(by_number, None) or next(by_name, None)

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        self._numbers = numbers_by_name(self._presets)
        events = self.camera.events
        keys = {key for preset in self._presets for key in _keys(preset)}
        return all_of(super()._listen(), *(events.listen(key, self.async_write_ha_state) for key in keys))

    @override
    @callback
    def _camera_changed(self) -> None:
        if numbers_by_name(self._presets) != self._numbers:
            self._stop_listening()
            self._stop_listening = self._listen()
        super()._camera_changed()

    @override
    async def async_update(self) -> None:
        """Ask where the head stands, unless the camera reports it. Called by Home Assistant."""
        if not self.account.events_trusted(self.camera):
            await super().async_update()

    @override
    async def _ask(self, client: VapixClient) -> int | None:
        try:
            return await client.ptz.preset_here()
        except RequestError:
            # It does not tell where its presets are.
            return None

    @override
    async def async_select_option(self, option: str) -> None:
        """Go to a preset. Called by Home Assistant."""
        number = numbers_by_name(self._presets)[option]
        async with ptz_command(self.account, self.camera) as ptz:
            await ptz.go_to_preset(number)
        # Until it is asked, or reports: it is on its way there. What was asked meanwhile is no longer so.
        self._signs += 1
        self._take(number)
        self.async_write_ha_state()


def _keys(preset: Preset) -> tuple[SourceKey, ...]:
    """Return what a preset's reports may be about: its token is its number, or else its name (INFERRED, VX-TOPIC-6)."""
    return SourceKey(EventKind.PTZ_PRESET, str(preset.number)), SourceKey(EventKind.PTZ_PRESET, preset.name)
