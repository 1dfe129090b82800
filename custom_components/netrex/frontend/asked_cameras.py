"""The cameras that a browser asks about: found by their entities, if the person may see them."""

from dataclasses import dataclass

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..account.devices import node_id_of, node_key
from ..cloud import Node
from ..const import DOMAIN
from ..media_browser.access import find_camera, find_loaded, may_see


@dataclass(frozen=True, slots=True)
class AskedCamera:
    """A camera entity of a loaded account, and what it shows.

    Attributes:
        node: the camera, or a video channel of it, whose recordings these are.
        camera: the camera, to which episodes belong.
    """

    entity_id: str
    account: NetrexAccount
    node: Node
    camera: Node

    @property
    def entry(self) -> NetrexConfigEntry:
        """The account's config entry."""
        return self.account.entry

    @property
    def key(self) -> str:
        """The camera among those of all accounts; the ids of its episodes begin with it."""
        return f"{self.entry.entry_id}/{self.camera.node_id}"

    @callback
    def episodes_seen_by(self, user: User) -> bool:
        """Return whether somebody may see the episodes; who may see a channel only may not see the whole camera."""
        hass, entry = self.account.hass, self.entry
        return may_see(hass, entry, self.node, user) and may_see(hass, entry, self.camera, user)


@callback
def entry_of(hass: HomeAssistant, entity_id: str, user: User) -> NetrexConfigEntry | None:
    """Return the account of a camera entity that a person may see, loaded or not."""
    entity = er.async_get(hass).async_get(entity_id)
    if entity is None or entity.platform != DOMAIN or entity.domain != Platform.CAMERA:
        return None
    if entity.config_entry_id is None or not user.permissions.check_entity(entity_id, POLICY_READ):
        return None
    return hass.config_entries.async_get_entry(entity.config_entry_id)


@callback
def find_asked(hass: HomeAssistant, entity_id: str, user: User) -> AskedCamera | None:
    """Return a camera by its entity; None: there is none, its account is not loaded, or the person may not see it."""
    entry, entity = entry_of(hass, entity_id, user), er.async_get(hass).async_get(entity_id)
    account = find_loaded(hass, entry.entry_id) if entry else None
    if account is None or entity is None:
        return None
    node_id = node_id_of(account.entry, entity.unique_id)
    node = find_camera(account, node_id) if node_id is not None else None
    if node is None:
        return None
    return AskedCamera(entity_id, account, node, account.tree.data.camera_of(node))


@callback
def entities_showing(hass: HomeAssistant, entry_id: str, node_id: int) -> frozenset[str]:
    """Return the entities of a camera and of its channels, also those that nobody may see."""
    account = find_loaded(hass, entry_id)
    camera = find_camera(account, node_id) if account else None
    if account is None or camera is None:
        return frozenset()
    entities, nodes = er.async_get(hass), (camera, *account.tree.data.channels_of(camera))
    keys = (node_key(account.entry, node) for node in nodes)
    found = (entities.async_get_entity_id(Platform.CAMERA, DOMAIN, key) for key in keys)
    return frozenset(entity_id for entity_id in found if entity_id is not None)
