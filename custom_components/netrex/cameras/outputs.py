"""Outputs of cameras: which there are, and as what the user wants to see each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform

from ..const import CONF_OUTPUTS
from ..identity.unique_ids import SEPARATOR
from ..vapix import LONGEST_PULSE, Output, VapixClient

#: Seconds that an output can be told to stay on, so that the camera ends it by itself.
LONGEST_SECONDS: Final = LONGEST_PULSE // 1000
#: What a device names an output by itself, in English on every Axis device seen; the number says as much.
_DEFAULT_NAME: Final = re.compile(r"(?:(?:digital )?output|port|relay)?\s*[0-9]*", re.IGNORECASE)
#: How the keys of the outputs' entities begin.
OUTPUT_KEYS: Final = f"output{SEPARATOR}"
CONF_USE: Final = "use"
CONF_SECONDS: Final = "seconds"
CONF_INPUT: Final = "input"


class OutputUse(StrEnum):
    """What is wired to an output, as far as that matters here."""

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
        use: as what it is shown.
        seconds: after which it goes off by itself; 0: it stays on until it is told otherwise.
        input: number of the camera's input that is on while a gate is open, which is moved by pulses.
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
    """Return how the user named an output; None where it has none but what the device gave it."""
    return None if _DEFAULT_NAME.fullmatch(output.name) else output.name


def output_key(number: int) -> str:
    """Return what tells an output's entity from the camera's other ones."""
    return f"{OUTPUT_KEYS}{number}"


async def find_outputs(client: VapixClient, parameters: Mapping[str, str]) -> tuple[Output, ...] | None:
    """Return a camera's outputs; None: it does not tell.

    Raises:
        VapixError: it was asked, and they are not known now.
    """
    match parameters.get("Output.NbrOfOutputs"):
        case None:
            return None
        case "0":
            return ()
        case _:
            return await client.ports.outputs()
