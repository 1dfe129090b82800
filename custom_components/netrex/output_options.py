"""The steps of the options in which the user says what is wired to an output."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import UnitOfTime
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from .account import NetrexConfigEntry
from .markdown import as_markdown_text
from .outputs import CONF_SECONDS, CONF_USE, LONGEST_SECONDS, TIMED_USES, OutputChoice, OutputUse, name_by_user

CONF_OUTPUT: Final = "output"
#: Seconds: what most locks and drives want.
_USUAL: Final = 1.0
_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_USE): SelectSelector(
            SelectSelectorConfig(options=list(OutputUse), mode=SelectSelectorMode.LIST, translation_key="output_use")
        ),
        probatio.Required(CONF_SECONDS): NumberSelector(
            NumberSelectorConfig(
                min=0,
                max=LONGEST_SECONDS,
                step=0.1,
                unit_of_measurement=UnitOfTime.SECONDS,
                mode=NumberSelectorMode.BOX,
            )
        ),
    }
)


class OutputOptionsFlow(OptionsFlowWithReload):
    """Asks for one output, then for its use."""

    config_entry: NetrexConfigEntry
    _node_id = 0
    _number = 0
    _name = ""

    def _outputs(self) -> dict[str, str]:
        """Return the names of all outputs, by what they are called in the form."""
        return {
            f"{camera.node.node_id}/{output.number}": f"{camera.node.name}: {name_by_user(output) or output.number + 1}"
            for camera in self.config_entry.runtime_data.cameras.values()
            for output in camera.equipment.outputs or ()
        }

    async def async_step_outputs(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which output it is about."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="account_not_loaded")
        outputs = self._outputs()
        if not outputs:
            return self.async_abort(reason="no_outputs")
        if user_input is not None and (chosen := user_input[CONF_OUTPUT]) in outputs:
            node_id, number = chosen.split("/")
            self._node_id, self._number, self._name = int(node_id), int(number), outputs[chosen]
            return await self.async_step_output()
        options = [SelectOptionDict(value=key, label=name) for key, name in outputs.items()]
        schema = probatio.Schema(
            {
                probatio.Required(CONF_OUTPUT): SelectSelector(
                    SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
                )
            }
        )
        return self.async_show_form(step_id="outputs", data_schema=schema)

    async def async_step_output(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is wired to the output, and for how long it shall be on."""
        errors: dict[str, str] = {}
        if user_input is not None:
            use, seconds = OutputUse(user_input[CONF_USE]), float(user_input[CONF_SECONDS])
            if use is OutputUse.BUTTON and not seconds:
                errors[CONF_SECONDS] = "button_needs_seconds"
            else:
                choice = OutputChoice(use, seconds if use in TIMED_USES else 0.0)
                return self.async_create_entry(data=choice.kept_in(self.config_entry, self._node_id, self._number))
        choice = OutputChoice.of(self.config_entry, self._node_id, self._number)
        suggested = {
            CONF_USE: choice.use,
            CONF_SECONDS: choice.seconds if choice.use in TIMED_USES else _USUAL,
        }
        return self.async_show_form(
            step_id="output",
            data_schema=self.add_suggested_values_to_schema(_SCHEMA, user_input or suggested),
            errors=errors,
            description_placeholders={"output": as_markdown_text(self._name)},
        )
