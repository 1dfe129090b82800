"""The serial number of the camera behind a node."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry

from ..cloud import Node, Tree
from ..const import CONF_SERIALS
from ..vapix.serial import parse_axis_serial, parse_serial


def entered_serials(entry: ConfigEntry) -> dict[int, str]:
    """Return the serial numbers that the user entered, by node id."""
    return {int(node_id): serial for node_id, serial in entry.options.get(CONF_SERIALS, {}).items()}


def with_serial(entry: ConfigEntry, node_id: int, serial: str) -> dict[str, object]:
    """Return the entry's options with a serial number added, or removed if it is empty."""
    serials = {**entry.options.get(CONF_SERIALS, {}), str(node_id): serial}
    return {**entry.options, CONF_SERIALS: {known: text for known, text in serials.items() if text}}


def serial_of(node: Node, tree: Tree, entered: Mapping[int, str]) -> str | None:
    """Return the serial number of a camera node from the most reliable source that has it.

    The user's own entry; a field of the provider's schema; the node's name or external id, when that is an Axis serial
    number as in the vendor's samples (INFERRED, NX-NODE-13).
    """
    return (
        entered.get(node.node_id)
        or parse_serial(tree.serials.get(node.node_id, ""))
        or parse_axis_serial(node.name)
        or parse_axis_serial(node.external_id)
    )
