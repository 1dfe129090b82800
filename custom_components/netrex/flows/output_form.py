"""The two forms in which the user says what is wired to an output: which one it is about, then what."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.const import UnitOfTime
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelectorMode,
)
import probatio

from ..cameras.axis_camera import AxisCamera
from ..cameras.outputs import (
    CONF_INPUT,
    CONF_SECONDS,
    CONF_USE,
    LONGEST_SECONDS,
    TIMED_USES,
    OutputChoice,
    OutputUse,
    name_by_user,
)
from ..events.source_key import SourceKey
from ..events.source_text import input_number
from ..vapix import EventKind
from .fields import select_name, select_text

CONF_OUTPUT: Final = "output"
#: Seconds: what most locks and drives want.
_USUAL: Final = 1.0


def output_schema(camera: AxisCamera | None, stored: OutputChoice) -> probatio.Schema:
    """Return the form that asks what is wired to an output of a camera."""
    inputs: dict[str, str] = {}
    if stored.input is not None:
        key = SourceKey(EventKind.INPUT, str(stored.input))
        inputs[key.source] = input_number(key)
    if camera is not None:
        for key in camera.events.found:
            if key.kind is EventKind.INPUT and key.source.isdecimal():
                inputs[key.source] = camera.events.names.user_name(key.kind, key.source) or input_number(key)
    return probatio.Schema(
        {
            probatio.Required(CONF_USE): select_text(OutputUse, "output_use"),
            probatio.Required(CONF_SECONDS): NumberSelector(
                NumberSelectorConfig(
                    min=0,
                    max=LONGEST_SECONDS,
                    step=0.1,
                    unit_of_measurement=UnitOfTime.SECONDS,
                    mode=NumberSelectorMode.BOX,
                )
            ),
            probatio.Optional(CONF_INPUT): select_name(inputs),
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
    return probatio.Schema({probatio.Required(CONF_OUTPUT): select_name(names, mode=SelectSelectorMode.LIST)})


def read_outputs_form(user_input: Mapping[str, str]) -> tuple[int, int]:
    """Return the camera's node id and the output's number."""
    node_id, number = user_input[CONF_OUTPUT].split("/")
    return int(node_id), int(number)


def suggested_use(choice: OutputChoice) -> dict[str, Any]:
    """Return what the form shows as chosen."""
    chosen = {CONF_USE: choice.use, CONF_SECONDS: choice.seconds if choice.use in TIMED_USES else _USUAL}
    return chosen if choice.input is None else {**chosen, CONF_INPUT: str(choice.input)}


def read_output_form(user_input: Mapping[str, Any]) -> tuple[OutputChoice, dict[str, str]]:
    """Return what was chosen in the form, and what is wrong with it."""
    use, seconds = OutputUse(user_input[CONF_USE]), float(user_input[CONF_SECONDS])
    position = user_input.get(CONF_INPUT)
    if use is OutputUse.BUTTON and not seconds:
        errors = {CONF_SECONDS: "button_needs_seconds"}
    elif use is OutputUse.GATE and seconds and position is None:
        # A pulse moves it to wherever it is not: to close it could open it.
        errors = {CONF_INPUT: "gate_needs_input"}
    else:
        errors = {}
    moved = use is OutputUse.GATE and seconds
    return OutputChoice(
        use, seconds if use in TIMED_USES else 0.0, int(position) if moved and position is not None else None
    ), errors
