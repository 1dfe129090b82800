"""What the entities of a camera's outputs have in common, as whatever they are shown."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
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
from ..vapix import EventKind, Output, VapixError
from .base import NetrexEntity, all_of
from .one_timer import OneTimer

#: Seconds after the end of a pulse that a camera which does not report is asked.
_AFTERWARDS: Final = 0.5


def outputs_used_as(account: NetrexAccount, channel: Channel, use: OutputUse) -> Iterator[tuple[Output, OutputChoice]]:
    """Yield the outputs of a camera that the user wants to see as something."""
    for output in channel.camera.equipment.outputs or ():
        choice = OutputChoice.of(account.entry, channel.node.node_id, output.number)
        if choice.use is use:
            yield output, choice


@callback
def async_remove_former_outputs(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove entities of outputs that the user wants to see as something else by now."""
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
    """One output that can be told to do something."""

    _attr_translation_key = "output"

    def __init__(self, account: NetrexAccount, channel: Channel, output: Output, choice: OutputChoice) -> None:
        """Show an output of the channel's camera as the user has chosen."""
        super().__init__(account, channel, output_key(output.number))
        self.choice = choice
        self._output = output
        self._name()

    def _name(self) -> None:
        self.take_name(name_by_user(self._output) or None, number=str(self._output.number + 1))

    @property
    @override
    def _is_there(self) -> bool:
        return any(each.number == self._output.number for each in self.camera.equipment.outputs or ())

    @override
    @callback
    def _camera_changed(self) -> None:
        outputs = self.camera.equipment.outputs or ()
        self._output = next((each for each in outputs if each.number == self._output.number), self._output)
        self._name()
        super()._camera_changed()

    async def async_pulse(self, seconds: float) -> None:
        """Turn the output on; the camera turns it off after so many seconds, whatever happens here meanwhile.

        Raises:
            HomeAssistantError: it was not done; says why.
        """
        async with camera_command(self.account, self.camera, Scope.WRITE, "output") as client:
            await client.ports.pulse(self._output, round(seconds * 1000))


class OutputStateEntity(OutputEntity):
    """An output with its state."""

    # Asks only while the camera does not report, be it for want of the permission or of a connection.
    _attr_should_poll = True

    def __init__(self, account: NetrexAccount, channel: Channel, output: Output, choice: OutputChoice) -> None:
        """Show an output of the channel's camera as the user has chosen."""
        super().__init__(account, channel, output, choice)
        self._relay = SourceKey(EventKind.RELAY, str(output.number))
        self._port = SourceKey(EventKind.OUTPUT, str(output.number))
        #: As the camera took a command, until it tells more.
        self._commanded: bool | None = None
        #: As it was when it was asked for.
        self._asked: bool | None = output.active
        #: What a command is about to make of it.
        self._on_its_way: bool | None = None
        #: Grows with each report and each command: an answer that one has overtaken says nothing any more.
        self._signs = 0
        self._pulse_end = OneTimer(account.hass, self._ask)

    # --- how it stands -------------------------------------------------------------------------------

    @property
    def active(self) -> bool | None:
        """Whether the output is on, by what was told last; None: not known."""
        if self._commanded is not None:
            return self._commanded
        reported = self._reported()
        return self._asked if reported is None else reported

    def _reported(self) -> bool | None:
        """Return whether the output is on by the camera's reports; None: they don't say.

        A relay's logical state is what a switch shows; that the port's own state is the same is INFERRED (VX-TOPIC-5).
        """
        if not self.account.events_trusted(self.camera, polled=True):
            return None
        relay = self.camera.events.active(self._relay)
        return self.camera.events.active(self._port) if relay is None else relay

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        events = self.camera.events
        return all_of(
            super()._listen(),
            events.listen(self._relay, self._report_changed),
            events.listen(self._port, self._port_report_changed),
        )

    @callback
    def _port_report_changed(self) -> None:
        if self.camera.events.active(self._relay) is None:
            self._report_changed()

    @callback
    def _report_changed(self) -> None:
        self._commanded = None
        self._signs += 1
        if self._reported() == self._on_its_way:
            # The command is done before its answer is there; what is reported from now on is newer than that.
            self._on_its_way = None
        # What was known before a connection broke off may not be told again: then it is asked for.
        self.async_schedule_update_ha_state(force_refresh=self._reported() is None)

    @override
    async def async_update_ha_state(self, force_refresh: bool = False) -> None:
        """Write nothing at an interval at which nobody needs to be asked: what was reported has been written."""
        if not force_refresh or self._to_be_asked:
            await super().async_update_ha_state(force_refresh)

    @property
    def _to_be_asked(self) -> bool:
        return self.available and self._reported() is None

    async def async_update(self) -> None:
        """Ask how the output stands, unless the camera reports it. Called by Home Assistant."""
        if not self._to_be_asked:
            return
        signs = self._signs
        try:
            async with self.account.poll_semaphore:
                outputs = await self.camera.client.ports.shared_outputs()
        except VapixError as err:
            self.camera.report_failure(err, of_equipment=True)
            return
        if signs == self._signs:
            self._asked = next((each.active for each in outputs if each.number == self._output.number), None)
            self._commanded = None

    # --- commands ------------------------------------------------------------------------------------

    async def async_switch(self, *, active: bool) -> None:
        """Turn the output on or off.

        Raises:
            HomeAssistantError: it was not done; says why.
        """
        self._signs += 1
        async with camera_command(self.account, self.camera, Scope.WRITE, "output") as client:
            self._on_its_way = active
            await client.ports.switch(self._output, active=active)
        self._pulse_end.stop()
        if self._on_its_way is not None:
            self._commanded = active
        self._on_its_way = None
        self._signs += 1
        self.async_write_ha_state()

    @override
    async def async_pulse(self, seconds: float) -> None:
        """Turn the output on for so many seconds."""
        self._signs += 1
        await super().async_pulse(seconds)
        self._signs += 1
        if self._reported() is None:
            # Otherwise reports tell, of a short one perhaps its end already.
            self._commanded = True
            self.async_write_ha_state()
            self._pulse_end.set(seconds + _AFTERWARDS)

    async def async_turn_on_for(self, seconds: float) -> None:
        """Turn the output on, for so many seconds if not 0."""
        if seconds:
            await self.async_pulse(seconds)
        else:
            await self.async_switch(active=True)

    @callback
    def _ask(self) -> None:
        self.async_schedule_update_ha_state(force_refresh=True)

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Ask nothing any more."""
        await super().async_will_remove_from_hass()
        self._pulse_end.end()
