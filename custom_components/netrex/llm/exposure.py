"""What an assistant, and the people who talk to it, may know of the cameras."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.homeassistant import async_should_expose
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..account.devices import node_key
from ..cloud import Node, NodeType
from ..const import DOMAIN
from ..episodes.episode import EpisodeKind
from ..event import DETECTION, DOORBELL
from ..events.detection import Detection
from ..media_browser.access import may_see
from ..vapix import EventKind

#: What the binary sensors of a camera say when they turn on, by their class.
OPENS: Final = frozenset({"door", "window", "garage_door", "opening"})
_MOVES: Final = frozenset({"motion", "occupancy", "sound"})
#: Kinds of episodes that an event entity stands for.
DETECTIONS: Final = frozenset(map(EpisodeKind, Detection))
_KINDS: Final = {
    DETECTION: DETECTIONS,
    DOORBELL: frozenset({EpisodeKind.DOORBELL}),
    EventKind.LICENSE_PLATE.value: frozenset({EpisodeKind.LICENSE_PLATE}),
}
#: Event entities that say nothing that their camera's episodes don't.
_IN_EPISODES: Final = frozenset({DETECTION, DOORBELL})


@dataclass(frozen=True, slots=True)
class KnownCamera:
    """A camera of which the assistant may know something.

    Attributes:
        name: its device's.
        kinds: of which episodes it may know.
        entity_ids: whose history it may know, beside episodes.
    """

    name: str
    account: NetrexAccount
    node_id: int
    kinds: frozenset[EpisodeKind]
    entity_ids: tuple[str, ...]


@callback
def known_cameras(hass: HomeAssistant, assistant: str, user: User | None = None) -> list[KnownCamera]:
    """Return the cameras of which an assistant may know something, and only what a user may see, if one is known.

    It may know of an episode what the entity that reports it is exposed for: *Detection*, *Doorbell*, *License plate*.
    The user has to have permission for this entity and for the camera. Home Assistant exposes sensors by default, and
    events only when the user says so: where the assistant may know of detections, sensors of motion say nothing new.
    """
    return [each for each in _cameras(hass, assistant, user) if each.kinds or each.entity_ids]


@callback
def hides_cameras(hass: HomeAssistant, known: list[KnownCamera]) -> bool:
    """Return whether there are cameras that are not among those."""
    names = {each.name for each in known}
    return any(_name_of(device) not in names for entry in _entries(hass) for device, _node in _devices(hass, entry))


def _cameras(hass: HomeAssistant, assistant: str, user: User | None) -> Iterator[KnownCamera]:
    entities = er.async_get(hass)
    for entry in _entries(hass):
        for device, node in _devices(hass, entry):
            exposed = [
                each
                for each in er.async_entries_for_device(entities, device.id)
                if async_should_expose(hass, assistant, each.entity_id)
                and (user is None or user.permissions.check_entity(each.entity_id, POLICY_READ))
            ]
            events = [each for each in exposed if each.domain == Platform.EVENT]
            keys = {each.translation_key or "" for each in events}
            if not may_see(hass, entry, node, user):
                keys = set()
            kinds = frozenset[EpisodeKind]().union(*(_KINDS.get(key, ()) for key in keys))
            classes = OPENS if kinds >= DETECTIONS else OPENS | _MOVES
            ids = [each.entity_id for each in events if each.translation_key not in _IN_EPISODES]
            ids += [
                each.entity_id
                for each in exposed
                if each.domain == Platform.BINARY_SENSOR
                and (each.device_class or each.original_device_class) in classes
            ]
            yield KnownCamera(_name_of(device), entry.runtime_data, node.node_id, kinds, tuple(ids))


def _entries(hass: HomeAssistant) -> list[NetrexConfigEntry]:
    return hass.config_entries.async_loaded_entries(DOMAIN)


def _devices(hass: HomeAssistant, entry: NetrexConfigEntry) -> Iterator[tuple[dr.DeviceEntry, Node]]:
    """Yield the devices of cameras, with their cameras."""
    nodes = {node_key(entry, node): node for node in entry.runtime_data.tree.data.of_type(NodeType.CAMERA)}
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
        for domain, key in device.identifiers:
            if domain == DOMAIN and (node := nodes.get(key)):
                yield device, node


def _name_of(device: dr.DeviceEntry) -> str:
    return device.name_by_user or device.name or ""
