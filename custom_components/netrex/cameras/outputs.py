"""How the user wants each output of a camera to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform

from ..const import CONF_OUTPUTS
from ..vapix import LONGEST_PULSE, Output

#: Longest time in seconds after which a camera can turn off an output automatically.
LONGEST_SECONDS: Final = LONGEST_PULSE // 1000
#: Default names of outputs, in English on every Axis device seen. They say no more than the number.
_DEFAULT_NAME: Final = re.compile(r"(?:(?:digital )?output|port|relay)?\s*[0-9]*", re.IGNORECASE)
CONF_USE: Final = "use"
CONF_SECONDS: Final = "seconds"
CONF_INPUT: Final = "input"


class OutputUse(StrEnum):
    """What is connected to an output."""

    SWITCH = "switch"
    BUTTON = "button"
    SIREN = "siren"
    LOCK = "lock"
    GATE = "gate"


PLATFORM_OF: Final[Mapping[OutputUse, Platform]] = {
    OutputUse.SWITCH: Platform.SWITCH,
    OutputUse.BUTTON: Platform.BUTTON,
    OutputUse.SIREN: Platform.SIREN,
    OutputUse.LOCK: Platform.LOCK,
    OutputUse.GATE: Platform.COVER,
}
#: Uses for which it matters how long the output stays on.
TIMED_USES: Final = frozenset({OutputUse.BUTTON, OutputUse.LOCK, OutputUse.GATE})


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """The user's choice for one output.

    Attributes:
        use: what is connected to it, which decides about its platform.
        seconds: until it turns off; 0: it stays on.
        input: of a gate that is moved by pulses: number of the camera's input that is on while the gate is open.
    """

    use: OutputUse = OutputUse.SWITCH
    seconds: float = 0.0
    input: int | None = None

    @classmethod
    def of(cls, entry: ConfigEntry, node_id: int, number: int) -> Self:
        """Read the choice for an output of a camera; a switch unless the user has chosen otherwise."""
        chosen = entry.options.get(CONF_OUTPUTS, {}).get(str(node_id), {}).get(str(number))
        return cls(OutputUse(chosen[CONF_USE]), chosen[CONF_SECONDS], chosen.get(CONF_INPUT)) if chosen else cls()

    def kept_in(self, entry: ConfigEntry, node_id: int, number: int) -> dict[str, Any]:
        """Return the account's options with this choice for an output of a camera."""
        chosen = dict(entry.options.get(CONF_OUTPUTS, {}))
        chosen[str(node_id)] = {
            **chosen.get(str(node_id), {}),
            str(number): {CONF_USE: self.use.value, CONF_SECONDS: self.seconds, CONF_INPUT: self.input},
        }
        return {**entry.options, CONF_OUTPUTS: chosen}


def name_by_user(output: Output) -> str | None:
    """Return the name that the user gave an output; None if it has its default name."""
    return None if _DEFAULT_NAME.fullmatch(output.name) else output.name
