"""Base of the entities of a camera's outputs: the user chooses a platform for each, such as switch, lock or cover."""

from collections.abc import Callable, Iterator
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..account.account import NetrexAccount
from ..account.commands import camera_command
from ..account.devices import node_key_of, own_key
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..cameras.outputs import PLATFORM_OF, OutputChoice, OutputUse, name_by_user
from ..events.source_key import SourceKey
from ..identity.entity_keys import output_key
from ..identity.unique_ids import split_id
from ..vapix import EventKind, Output, VapixClient
from .base import EntitiesOf, NetrexEntity
from .polled import PolledEntity


def entities_of_outputs(
    use: OutputUse, entity: Callable[[NetrexAccount, Channel, Output, OutputChoice], OutputEntity]
) -> EntitiesOf:
    """Return a platform's factory: it yields an entity for each output that the user has assigned to this use."""

    def entities_of(account: NetrexAccount, channel: Channel) -> Iterator[OutputEntity]:
        for output in channel.camera.equipment.outputs or ():
            choice = OutputChoice.of(account.entry, channel.node.node_id, output.number)
            if choice.use is use:
                yield entity(account, channel, output, choice)

    return entities_of


@callback
def async_remove_former_outputs(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove entities of outputs that the user has assigned to another platform."""
    entities = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        key = own_key(entry, entity.unique_id)
        number = split_id(key)[-1]
        if not number.isdecimal() or key != output_key(int(number)):
            continue
        node_id = split_id(node_key_of(entry, entity.unique_id))[-1]
        choice = OutputChoice.of(entry, int(node_id), int(number))
        if entity.domain != PLATFORM_OF[choice.use]:
            entities.async_remove(entity.entity_id)


class OutputEntity(NetrexEntity):
    """One output. It can be pulsed; its state is not shown."""

    _attr_translation_key = "output"

    def __init__(self, account: NetrexAccount, channel: Channel, output: Output, choice: OutputChoice) -> None:
        super().__init__(account, channel, output_key(output.number))
        self.choice = choice
        self._output = output
        self._update_attributes()

    @override
    def _find(self) -> Output | None:
        outputs = self.camera.equipment.outputs or ()
        return next((each for each in outputs if each.number == self._output.number), None)

    @override
    def _update_attributes(self) -> None:
        self._output = self._find() or self._output
        self._set_name(name_by_user(self._output) or None, number=str(self._output.number + 1))

    async def async_pulse(self, seconds: float) -> None:
        """Turn the output on; the camera turns it off after some seconds, also if Home Assistant is stopped.

        Raises:
            HomeAssistantError: the command failed; the text says why.
        """
        async with camera_command(self.account, self.camera, Scope.WRITE, "output") as client:
            await client.ports.pulse(self._output, round(seconds * 1000))


class OutputStateEntity(OutputEntity, PolledEntity[bool]):
    """An output whose state is shown. It is polled only while the camera does not report it."""

    scope = Scope.WRITE

    def __init__(self, account: NetrexAccount, channel: Channel, output: Output, choice: OutputChoice) -> None:
        super().__init__(account, channel, output, choice)
        self._relay = SourceKey(EventKind.RELAY, str(output.number))
        self._port = SourceKey(EventKind.OUTPUT, str(output.number))
        self._sources = (self._relay, self._port)
        self._last_report = self._report()
        self._state = output.active if self._last_report is None else self._last_report
        #: The state that the command being sent will set, until a report shows it.
        self._commanded: bool | None = None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._source_changed()

    # --- state ---------------------------------------------------------------------------------------

    def _report(self) -> bool | None:
        """Return whether the output is on according to the camera's events; None if they don't say.

        A relay's logical state is what a switch shows; that the port's own state is the same is INFERRED (VX-TOPIC-5).
        """
        if not self.account.events_trusted(self.camera, polled=True):
            return None
        relay = self.camera.events.active(self._relay)
        return self.camera.events.active(self._port) if relay is None else relay

    @property
    @override
    def _is_due(self) -> bool:
        return self.available and self._report() is None

    @override
    async def _fetch_state(self, client: VapixClient) -> bool | None:
        outputs = await client.ports.shared_outputs()
        return next((each.active for each in outputs if each.number == self._output.number), None)

    @override
    @callback
    def _source_changed(self) -> None:
        before, self._last_report = self._last_report, self._report()
        if self._last_report == before:
            return
        if self._last_report is None:
            # After a lost connection, the camera may not report the current state again.
            self._refresh_soon()
            return
        self._invalidate()
        self._state = self._last_report
        if self._state == self._commanded:
            # The report overtook the command's answer, so later reports are newer than the command.
            self._commanded = None
        self.async_write_ha_state()

    @override
    @callback
    def _camera_changed(self) -> None:
        super()._camera_changed()
        self._source_changed()

    # --- commands ------------------------------------------------------------------------------------

    async def async_switch(self, *, active: bool) -> None:
        """Turn the output on or off.

        Raises:
            HomeAssistantError: the command failed; the text says why.
        """
        self._invalidate()
        async with camera_command(self.account, self.camera, self.scope, "output") as client:
            self._commanded = active
            await client.ports.switch(self._output, active=active)
        self._cancel_timer()
        if self._commanded is not None:
            self._state = active
        self._commanded = None
        self._invalidate()
        self.async_write_ha_state()

    @override
    async def async_pulse(self, seconds: float) -> None:
        self._invalidate()
        await super().async_pulse(seconds)
        self._invalidate()
        if self._report() is None:
            # With reports, the end of a short pulse may have been reported already.
            self._state = True
            self.async_write_ha_state()
            self._refresh_after(seconds)

    async def async_turn_on_for(self, seconds: float) -> None:
        """Turn the output on for some seconds; 0: until it is turned off."""
        if seconds:
            await self.async_pulse(seconds)
        else:
            await self.async_switch(active=True)
