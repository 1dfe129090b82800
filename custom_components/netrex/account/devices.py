"""The account's devices in Home Assistant's registry: one for the account, one a camera."""

from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import quote

from homeassistant.components.camera import CameraEntityFeature
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.typing import UNDEFINED

from ..auth.scopes import Scope, allows
from ..cameras.axis_camera import AxisCamera
from ..cameras.channels import Channel
from ..cameras.equipment import KEYS_BY_SCOPES
from ..cameras.serials import entered_serials, serial_of
from ..cameras.video_support import KnownVideo
from ..cloud import Node, NodeType, Provider, Tree
from ..const import CONF_ACCOUNT_KEY, CONF_PROVIDER, CONF_SCOPES, DOMAIN
from ..events.source_key import SourceKey
from ..identity.unique_ids import SEPARATOR
from ..recordings.media_items import CameraItem
from ..vapix import DeviceIdentity, EventKind

#: Nodes that have devices or entities.
_KEPT: Final = (NodeType.CAMERA, NodeType.VIDEO_CHANNEL, NodeType.LOCATION, NodeType.FOLDER)

_REPAIRS_PAGE: Final = "homeassistant://config/repairs"

#: Platforms whose entities send no commands.
READ_ONLY_PLATFORMS: Final = frozenset(
    {Platform.BINARY_SENSOR, Platform.CAMERA, Platform.EVENT, Platform.IMAGE, Platform.SENSOR}
)


def node_key(entry: ConfigEntry, node: Node) -> str:
    """Return what identifies a node's device and entities, unique among all accounts."""
    return f"{entry.data[CONF_ACCOUNT_KEY]}{SEPARATOR}{node.node_id}"


def node_key_of(entry: ConfigEntry, unique_id: str) -> str:
    """Return the key of the node that an entity belongs to."""
    beginning = f"{entry.data[CONF_ACCOUNT_KEY]}{SEPARATOR}"
    return beginning + unique_id.removeprefix(beginning).partition(SEPARATOR)[0]


def node_id_of(entry: ConfigEntry, unique_id: str) -> int | None:
    """Return the node that an entity belongs to by its number; None: the account itself."""
    number = node_key_of(entry, unique_id).removeprefix(f"{entry.data[CONF_ACCOUNT_KEY]}{SEPARATOR}")
    return int(number) if number.isdecimal() else None


def account_key(entry: ConfigEntry) -> str:
    """Return the beginning of the unique ids of the account's own entities; no node's key is the same."""
    return f"{entry.data[CONF_ACCOUNT_KEY]}{SEPARATOR}account"


def own_key(entry: ConfigEntry, unique_id: str) -> str:
    """Return an entity's key among those of its node; empty for the image."""
    return unique_id.removeprefix(node_key_of(entry, unique_id)).removeprefix(SEPARATOR)


@callback
def async_register_account(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Create the device of the account, through which its cameras are connected."""
    provider = Provider(entry.data[CONF_PROVIDER])
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.data[CONF_ACCOUNT_KEY])},
        entry_type=dr.DeviceEntryType.SERVICE,
        manufacturer="Netrex",
        model=provider.host,
        name=entry.title,
        configuration_url=provider.origin,
    )


@callback
def async_register_camera(
    hass: HomeAssistant, entry: ConfigEntry, tree: Tree, node: Node, serial: str | None, identity: DeviceIdentity | None
) -> dr.DeviceEntry:
    """Create or update the device of a camera, and return it."""
    place, registry = tree.place_of(node), dr.async_get(hass)
    identifier = (DOMAIN, node_key(entry, node))
    connections = _connections(registry, entry, tree, identifier, serial)
    device = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={identifier},
        connections=connections,
        manufacturer="Axis",
        name=node.name,
        serial_number=serial,
        suggested_area=place.name if place else None,
        # Without a serial number, the one thing to do is to enter it.
        configuration_url=_recordings_page(entry, node) if serial else _REPAIRS_PAGE,
        via_device_id=dr.async_get_device_id_by_identifier(
            hass, (DOMAIN, entry.data[CONF_ACCOUNT_KEY]), config_entry_id=entry.entry_id
        ),
        model=identity.model if identity else UNDEFINED,
        sw_version=identity.firmware if identity else UNDEFINED,
    )
    if device.connections != connections:
        # Of another serial number, before: Home Assistant only adds.
        registry.async_update_device(device.id, new_connections=connections)
    return device


def _connections(
    registry: dr.DeviceRegistry, entry: ConfigEntry, tree: Tree, identifier: tuple[str, str], serial: str | None
) -> set[tuple[str, str]]:
    """Return a camera's MAC address, which is its serial number (CONFIRMED, VX-HTTP-1).

    It links the device to those of other integrations and accounts. In one account, only one device can have it: of
    several nodes with that serial number, the first.
    """
    if serial is None:
        return set()
    connection = (dr.CONNECTION_NETWORK_MAC, dr.format_mac(serial))
    holder = registry.async_get_device_by_connection(connection, entry.entry_id)
    if holder is not None and identifier not in holder.identifiers:
        keys, entered = {key for _domain, key in holder.identifiers}, entered_serials(entry)
        nodes = (node for node in tree.of_type(NodeType.CAMERA) if node_key(entry, node) in keys)
        if serial in {serial_of(node, tree, entered) for node in nodes}:
            return set()
        registry.async_update_device(holder.id, new_connections=set())
    return {connection}


@callback
def async_track_disabled(hass: HomeAssistant, entry: ConfigEntry, listener: Callable[[], None]) -> CALLBACK_TYPE:
    """Call a listener when the user disables or enables a device of the account; return a function to remove it."""

    @callback
    def is_about_disabled(data: dr.EventDeviceRegistryUpdatedData) -> bool:
        return data["action"] == "update" and "disabled_by" in data["changes"]

    @callback
    def updated(event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        device = dr.async_get(hass).async_get(event.data["device_id"])
        if device is not None and device.config_entry_id == entry.entry_id:
            listener()

    return hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, updated, event_filter=is_about_disabled)


@callback
def async_known_video(hass: HomeAssistant, entry: ConfigEntry, node: Node) -> KnownVideo:
    """Return what Home Assistant's registries say about a camera's video."""
    entities, key = er.async_get(hass), node_key(entry, node)
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, key), entry.entry_id)
    entity_id = entities.async_get_entity_id(Platform.CAMERA, DOMAIN, key)
    entity = entities.async_get(entity_id) if entity_id else None
    return KnownVideo(
        device.sw_version if device else None,
        entity is not None and not entity.supported_features & CameraEntityFeature.STREAM,
    )


def _recordings_page(entry: ConfigEntry, node: Node) -> str:
    """Return the media browser's page of a camera's recordings; without that permission, the provider's website."""
    if not allows(entry.data.get(CONF_SCOPES), Scope.RECORDINGS):
        return Provider(entry.data[CONF_PROVIDER]).origin
    levels = (
        f"media-source://{DOMAIN}",
        f"media-source://{DOMAIN}/{CameraItem(entry.entry_id, node.node_id).identifier}",
    )
    return "homeassistant://media-browser/browser/" + "/".join(quote(f"app,{level}", safe="") for level in levels)


@callback
def async_remove_stale(hass: HomeAssistant, entry: ConfigEntry, tree: Tree) -> None:
    """Remove devices of cameras, and entities of channels and places, that are no longer in the tree."""
    kept = {entry.data[CONF_ACCOUNT_KEY], account_key(entry)}
    kept |= {node_key(entry, node) for kind in _KEPT for node in tree.of_type(kind)}
    devices, entities = dr.async_get(hass), er.async_get(hass)
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        if node_key_of(entry, entity.unique_id) not in kept:
            entities.async_remove(entity.entity_id)
    for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
        if not kept & {key for domain, key in device.identifiers if domain == DOMAIN}:
            devices.async_remove_device(device.id)


@callback
def registered_sources(
    hass: HomeAssistant, entry: ConfigEntry, node: Node, platform: Platform | None = None
) -> set[SourceKey]:
    """Return the sources of a camera that have entities, of one platform or any, also disabled ones."""
    entities = [each for each in entities_of(hass, entry, node) if platform in {None, each.domain}]
    keys = (SourceKey.parse(own_key(entry, entity.unique_id)) for entity in entities)
    return {key for key in keys if key is not None}


@callback
def async_has_license_plates(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Return whether a camera of the account has read a license plate."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return any(own_key(entry, each.unique_id) == EventKind.LICENSE_PLATE for each in entities)


@callback
def async_remove_gone_sources(hass: HomeAssistant, entry: ConfigEntry, camera: AxisCamera) -> None:
    """Remove entities of scenarios that the camera no longer has, if it lists them."""
    entities = er.async_get(hass)
    for entity in entities_of(hass, entry, camera.node):
        source = SourceKey.parse(own_key(entry, entity.unique_id))
        if source and source.source and camera.events.is_gone(source):
            entities.async_remove(entity.entity_id)


@callback
def async_remove_gone_equipment(
    hass: HomeAssistant, entry: ConfigEntry, camera: AxisCamera, channels: Iterable[Channel]
) -> None:
    """Remove entities of equipment that the camera or one of its channels no longer has, if it lists it."""
    keys_of = {
        node_key(entry, each.node): camera.equipment.keys_of_head(each.number) for each in channels if each.number
    }
    keys_of[node_key(entry, camera.node)] = camera.equipment.keys
    entities = er.async_get(hass)
    for entity in entities_of(hass, entry, camera.node):
        keys = keys_of.get(node_key_of(entry, entity.unique_id), {})
        own = own_key(entry, entity.unique_id)
        if any(own.startswith(beginning) and own not in kept for beginning, kept in keys.items()):
            entities.async_remove(entity.entity_id)


@callback
def async_remove_unauthorized(hass: HomeAssistant, entry: ConfigEntry, may: Callable[[Scope], bool]) -> None:
    """Remove entities that command cameras with a permission that the account no longer asks for."""
    denied = [beginning for scopes, keys in KEYS_BY_SCOPES.items() if not any(map(may, scopes)) for beginning in keys]
    entities = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        if entity.domain in READ_ONLY_PLATFORMS:
            continue
        key = own_key(entry, entity.unique_id)
        if any(key == each or (each.endswith(SEPARATOR) and key.startswith(each)) for each in denied):
            entities.async_remove(entity.entity_id)


@callback
def entities_of(hass: HomeAssistant, entry: ConfigEntry, node: Node) -> list[er.RegistryEntry]:
    """Return the entities of a camera and its channels, also disabled ones.

    They are found by their device: a search among all entities is slow with 2,000 cameras.
    """
    identifier = (DOMAIN, node_key(entry, node))
    device = dr.async_get(hass).async_get_device_by_identifier(identifier, config_entry_id=entry.entry_id)
    if device is None:
        return []
    found = er.async_entries_for_device(er.async_get(hass), device.id, include_disabled_entities=True)
    # A person's helpers may lie on the device as well.
    return [each for each in found if each.platform == DOMAIN]
