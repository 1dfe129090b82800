"""The two forms in which the user says what is wired to an output: which one it is about, then what."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

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

from .axis_camera import AxisCamera
from .outputs import CONF_SECONDS, CONF_USE, LONGEST_SECONDS, TIMED_USES, OutputChoice, OutputUse, name_by_user

CONF_OUTPUT: Final = "output"
#: Seconds: what most locks and drives want.
_USUAL: Final = 1.0
OUTPUT_SCHEMA: Final = probatio.Schema(
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


def names_of_outputs(cameras: Iterable[AxisCamera]) -> dict[str, str]:
    """Return the names of all outputs, by what they are called in the form: `<node id>/<number>`."""
    return {
        f"{camera.node.node_id}/{output.number}": f"{camera.node.name}: {name_by_user(output) or output.number + 1}"
        for camera in cameras
        for output in camera.equipment.outputs or ()
    }


def outputs_schema(names: Mapping[str, str]) -> probatio.Schema:
    """Return the form that asks which output it is about."""
    options = [SelectOptionDict(value=key, label=name) for key, name in names.items()]
    return probatio.Schema(
        {
            probatio.Required(CONF_OUTPUT): SelectSelector(
                SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
            )
        }
    )


def read_outputs_form(user_input: Mapping[str, str]) -> tuple[int, int]:
    """Return the camera's node id and the output's number."""
    node_id, number = user_input[CONF_OUTPUT].split("/")
    return int(node_id), int(number)


def suggested_use(choice: OutputChoice) -> dict[str, Any]:
    """Return what the form shows as chosen."""
    return {CONF_USE: choice.use, CONF_SECONDS: choice.seconds if choice.use in TIMED_USES else _USUAL}


def read_output_form(user_input: Mapping[str, Any]) -> OutputChoice | None:
    """Return what was chosen in the form; None: a button has to say for how long."""
    use, seconds = OutputUse(user_input[CONF_USE]), float(user_input[CONF_SECONDS])
    if use is OutputUse.BUTTON and not seconds:
        return None
    return OutputChoice(use, seconds if use in TIMED_USES else 0.0)
