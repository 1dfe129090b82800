"""Finds the cameras that the call of an action is for, and checks that the caller has permission."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from homeassistant.auth.models import User
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.target import SelectedEntities, TargetSelection, async_extract_referenced_entity_ids

from ..account.account import NetrexAccount
from ..account.devices import node_key
from ..cloud import Node
from ..const import DOMAIN
from ..errors import validation_error
from ..media_browser.access import find_account, find_camera, find_loaded, may_see, not_allowed

#: Finds an account by its id; raises ServiceValidationError where an action can't be for it.
type FindAccount = Callable[[HomeAssistant, str], NetrexAccount]


@dataclass(frozen=True, slots=True)
class Target:
    """A camera that an action is for.

    Attributes:
        name: the id of its entity; without one, as its serial number is unknown, that of its device.
        node: the camera in the account's tree, or a channel of it.
        is_named: whether the caller named the camera itself, rather than its area or label.
    """

    name: str
    account: NetrexAccount
    node: Node
    is_named: bool

    @property
    def camera(self) -> Node:
        """The camera itself, also of a channel."""
        return self.account.tree.data.camera_of(self.node)

    def is_of(self, account: NetrexAccount, camera: Node) -> bool:
        """Return whether it is a camera, or a channel of it."""
        return self.account is account and self.camera.node_id == camera.node_id


def loaded(hass: HomeAssistant, entry_id: str) -> NetrexAccount:
    """Find an account that is loaded."""
    if (account := find_loaded(hass, entry_id)) is None:
        raise validation_error("account_not_ready")
    return account


def with_recordings(hass: HomeAssistant, entry_id: str) -> NetrexAccount:
    """Find an account that is loaded and may read recordings."""
    if (account := find_account(hass, entry_id)) is None:
        raise validation_error("recordings_account_gone")
    return account


def with_events(hass: HomeAssistant, entry_id: str) -> NetrexAccount:
    """Find an account that is loaded and may receive events."""
    account = loaded(hass, entry_id)
    if not account.permissions.can_receive_events:
        raise validation_error("events_permission_missing")
    return account


async def find_targets(call: ServiceCall, policy: str, find: FindAccount) -> list[Target]:
    """Return the cameras that a call is for, for each of which the caller needs the permission of a policy.

    Home Assistant's helper for actions of entities would leave out cameras that are off, which still have recordings.
    """
    user = await calling_user(call)
    selection = TargetSelection(call.data)
    selected = async_extract_referenced_entity_ids(call.hass, selection)
    named = selected.referenced | selection.device_ids
    keys = _keys_of(call.hass, selected)
    if unknown := sorted(selected.referenced - keys.keys()):
        raise validation_error("camera_unknown", camera=unknown[0])
    nodes: dict[str, dict[str, Node]] = {}
    found: list[Target] = []
    asked_for = sorted(named | selection.area_ids | selection.floor_ids | selection.label_ids)
    problem = validation_error("camera_unknown", camera=", ".join(asked_for))
    for name, (entry_id, key) in keys.items():
        try:
            account = find(call.hass, entry_id)
        except ServiceValidationError as err:
            problem = err
        else:
            if entry_id not in nodes:
                nodes[entry_id] = {node_key(account.entry, each): each for each in account.tree.data.nodes.values()}
            node = nodes[entry_id].get(key)
            if node is not None and find_camera(account, node.node_id):
                require(call, account, node, user, policy)
                found.append(Target(name, account, node, name in named))
                continue
            problem = validation_error("camera_unknown", camera=name)
        if name in named:
            raise problem
    if not found:
        raise problem
    return found


async def find_whole_cameras(call: ServiceCall, policy: str, find: FindAccount) -> list[Target]:
    """Return the cameras that a call is for, each once, for an action on whole cameras.

    A channel stands for its camera, which the caller needs to have permission for, too; in an area or label with its
    camera, it is left out.
    """
    targets = await find_targets(call, policy, find)
    user = await calling_user(call)
    for target in targets:
        require(call, target.account, target.camera, user, policy)
    cameras = {(each.account.entry.entry_id, each.node.node_id) for each in targets if each.node is each.camera}
    return [
        replace(each, node=each.camera)
        for each in targets
        if each.is_named
        or each.node is each.camera
        or (each.account.entry.entry_id, each.camera.node_id) not in cameras
    ]


def require(call: ServiceCall, account: NetrexAccount, node: Node, user: User | None, policy: str) -> None:
    """Refuse who has no permission for a camera.

    Raises:
        Unauthorized: they haven't.
    """
    if not may_see(call.hass, account.entry, node, user, policy):
        raise Unauthorized(context=call.context, permission=policy)


async def require_still(call: ServiceCall, target: Target, policy: str) -> None:
    """Refuse who had permission for a camera, and lost it while the action waited.

    Raises:
        HomeAssistantError: they did.
    """
    if not may_see(call.hass, target.account.entry, target.node, await calling_user(call), policy):
        raise not_allowed()


def name_of(account: NetrexAccount, node: Node) -> str:
    """Return what a camera is called in a response: the id of its entity, else of its device."""
    key, hass = node_key(account.entry, node), account.hass
    if entity_id := er.async_get(hass).async_get_entity_id(Platform.CAMERA, DOMAIN, key):
        return entity_id
    identifier = (DOMAIN, key)
    device = dr.async_get(hass).async_get_device_by_identifier(identifier, config_entry_id=account.entry.entry_id)
    return device.id if device else node.name


def _keys_of(hass: HomeAssistant, selected: SelectedEntities) -> dict[str, tuple[str, str]]:
    """Return the account and the key of each selected camera, by the id of its entity, else of its device."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    keys: dict[str, tuple[str, str]] = {}
    for entity_id in sorted(selected.referenced | selected.indirectly_referenced):
        entity = entities.async_get(entity_id)
        if entity is not None and _is_camera(entity) and entity.config_entry_id:
            keys[entity_id] = entity.config_entry_id, entity.unique_id
    for device_id in sorted(selected.referenced_devices):
        device = devices.async_get(device_id)
        of_device = er.async_entries_for_device(entities, device_id, include_disabled_entities=True)
        if not isinstance(device, dr.DeviceEntry) or any(_is_camera(each) for each in of_device):
            continue
        for domain, key in device.identifiers:
            if domain == DOMAIN and device.entry_type is not dr.DeviceEntryType.SERVICE and device.config_entry_id:
                keys[device_id] = device.config_entry_id, key
    return keys


def _is_camera(entity: er.RegistryEntry) -> bool:
    return entity.platform == DOMAIN and entity.domain == Platform.CAMERA


async def calling_user(call: ServiceCall) -> User | None:
    """Return who calls; None: an automation, or Home Assistant itself.

    Raises:
        UnknownUser: somebody who is no longer there.
    """
    if call.context.user_id is None:
        return None
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None or not user.is_active:
        raise UnknownUser(context=call.context)
    return user
