"""Who may see a camera's recordings and events: those who may see its entity."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiohttp import web
from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.http import KEY_HASS_REFRESH_TOKEN_ID, KEY_HASS_USER, current_request
from homeassistant.components.websocket_api import current_connection
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant, callback, split_entity_id
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..account.devices import node_key
from ..auth.scopes import Scope, allows
from ..cloud import CloudError, Node, NodeType
from ..const import CONF_SCOPES, DOMAIN
from ..errors import action_error
from ..recordings.errors import RecordingError, recording_error
from ..vapix import VapixError
from .running_script import running_script_context

#: Nodes that have recordings: a video channel works as a camera does (NX-NODE-8).
_RECORDED = frozenset({NodeType.CAMERA, NodeType.VIDEO_CHANNEL})


@asynccontextmanager
async def media_request(hass: HomeAssistant, player: str | None = None) -> AsyncIterator[User | None]:
    """Give who asks for media, see `requesting_user`; what is prepared within is only for who may still see it.

    Raises:
        HomeAssistantError: nobody is known to ask, or somebody whose permissions are others by now.
    """
    user = await requesting_user(hass, player)
    permissions = user.permissions if user else None
    yield user
    if user is None:
        return
    is_there = user.is_active and await hass.auth.async_get_user(user.id) is not None
    if not is_there or user.permissions != permissions:
        raise not_allowed()


async def requesting_user(hass: HomeAssistant, player: str | None = None) -> User | None:
    """Return who asks for media; None: an automation, or Home Assistant itself.

    What a player is to play, an entity, counts by the context of the action, and so does what an automation or script
    asks for: a webhook's request has no user, and an automation runs within the request of the person who triggered it.

    Raises:
        HomeAssistantError: nobody is known to ask, or somebody who is no longer there.
    """
    user: User | None = None
    if player is not None and (context := _context_of(hass, player)) is not None:
        return await user_of(hass, context)
    if player is None and (context := running_script_context()) is not None:
        return await user_of(hass, context)
    if connection := current_connection.get():
        user = connection.user
    elif (request := current_request.get()) is not None:
        user = request.get(KEY_HASS_USER)
    if user is None or not user.is_active:
        raise not_allowed()
    return user


async def user_of(hass: HomeAssistant, context: Context) -> User | None:
    """Return whom something is done for; None: an automation, or Home Assistant itself.

    Raises:
        HomeAssistantError: somebody who is no longer there.
    """
    if context.user_id is None:
        return None
    user = await hass.auth.async_get_user(context.user_id)
    if user is None or not user.is_active:
        raise not_allowed()
    return user


@callback
def _context_of(hass: HomeAssistant, entity_id: str) -> Context | None:
    """Return the context of the action that an entity carries out, or did last."""
    component = hass.data.get(DATA_INSTANCES, {}).get(split_entity_id(entity_id)[0])
    entity = component.get_entity(entity_id) if component else None
    return entity._context if entity else None  # noqa: SLF001 - Home Assistant sets it, and offers no other way to it


@callback
def is_signed_in(hass: HomeAssistant, request: web.Request) -> bool:
    """Return whether the login with which something was requested has not ended since."""
    # The Supervisor has none.
    token = request.get(KEY_HASS_REFRESH_TOKEN_ID)
    is_valid = token is None or hass.auth.async_get_refresh_token(token) is not None
    return is_valid and bool(request[KEY_HASS_USER].is_active)


@contextmanager
def explained(account: NetrexAccount, node: Node) -> Iterator[None]:
    """Report what goes wrong with a camera's recordings to its account, and raise it in words for a person.

    Raises:
        HomeAssistantError: translated.
    """
    try:
        yield
    except (CloudError, VapixError, RecordingError, HomeAssistantError) as err:
        account.report_failure(node, err)
        raise recording_error(err, account.provider.host, node.name) from err


def not_allowed() -> HomeAssistantError:
    """Return the refusal of somebody who may not see what they asked for."""
    return action_error("recordings_not_allowed")


@callback
def sees_all(user: User | None, policy: str = POLICY_READ) -> bool:
    """Return whether a user may see all entities, and so also what belongs to none."""
    return user is None or user.permissions.access_all_entities(policy)


@callback
def may_see(
    hass: HomeAssistant, entry: NetrexConfigEntry, node: Node, user: User | None, policy: str = POLICY_READ
) -> bool:
    """Return whether a user may see what a camera recorded, or do what another policy is about.

    A camera that has no entity, as its serial number is unknown, is seen by those who may see all entities.
    """
    entity_id = er.async_get(hass).async_get_entity_id("camera", DOMAIN, node_key(entry, node))
    if user is None or entity_id is None:
        return sees_all(user, policy)
    return user.permissions.check_entity(entity_id, policy)


@callback
def accounts(hass: HomeAssistant) -> list[NetrexConfigEntry]:
    """Return the accounts that are loaded and have something to show, in the order of their names."""
    loaded = hass.config_entries.async_loaded_entries(DOMAIN)
    return sorted((entry for entry in loaded if _shows(entry)), key=lambda entry: entry.title.casefold())


@callback
def _shows(entry: NetrexConfigEntry) -> bool:
    return has_permission(entry) or entry.runtime_data.permissions.can_receive_events


@callback
def has_permission(entry: NetrexConfigEntry) -> bool:
    """Return whether the account may read recordings, as far as that is known."""
    return allows(entry.data.get(CONF_SCOPES), Scope.RECORDINGS)


@callback
def find_account(hass: HomeAssistant, entry_id: str) -> NetrexAccount | None:
    """Return an account that is loaded and may read recordings."""
    account = find_loaded(hass, entry_id)
    return account if account is not None and has_permission(account.entry) else None


@callback
def find_shown(hass: HomeAssistant, entry_id: str) -> NetrexAccount | None:
    """Return an account that is loaded and may read recordings or receive events."""
    account = find_loaded(hass, entry_id)
    return account if account is not None and _shows(account.entry) else None


@callback
def find_loaded(hass: HomeAssistant, entry_id: str) -> NetrexAccount | None:
    """Return an account that is loaded."""
    entry: NetrexConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    return entry.runtime_data


@callback
def find_camera(account: NetrexAccount, node_id: int) -> Node | None:
    """Return a camera, or a channel of one, in the account's own tree."""
    node = account.tree.data.nodes.get(node_id)
    return node if node is not None and node.type in _RECORDED else None


@callback
def cameras_of(account: NetrexAccount, user: User | None) -> list[Node]:
    """Return the cameras and channels whose recordings a user may see: each camera, then its channels."""
    tree = account.tree.data
    cameras = sorted(tree.of_type(NodeType.CAMERA), key=lambda node: node.name.casefold())
    nodes = [node for camera in cameras for node in (camera, *tree.channels_of(camera))]
    return [node for node in nodes if may_see(account.hass, account.entry, node, user)]
