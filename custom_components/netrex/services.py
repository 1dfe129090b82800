"""Registers the actions, finds the cameras that a call is for, and checks that the caller has permission."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er
from homeassistant.helpers.target import SelectedEntities, TargetSelection, async_extract_referenced_entity_ids
import probatio

from .account.account import NetrexAccount
from .account.devices import node_key
from .actions.ptz import MOVE_FIELDS, PRESET_FIELDS, move, preset
from .actions.recordings import LONGEST_LIST, delete_from_card, export, list_card, list_cloud, read_interval
from .cameras.channels import Channel
from .cloud import Node
from .const import DOMAIN
from .errors import validation_error
from .media_browser.access import find_account, find_camera, find_loaded, may_see
from .recordings.export import MAX_INTERVAL
from .recordings.recordings import HEIGHTS

ATTR_START: Final = "start"
ATTR_END: Final = "end"
ATTR_HEIGHT: Final = "height"
ATTR_FILE_NAME: Final = "file_name"
ATTR_OVERWRITE: Final = "overwrite"
ATTR_SOURCE: Final = "source"
ATTR_CONFIRM: Final = "confirm"
SOURCE_CLOUD: Final = "cloud"
SOURCE_CARD: Final = "card"

_INTERVAL: Final = {
    probatio.Required(ATTR_START): cv.datetime,
    probatio.Required(ATTR_END): cv.datetime,
}
_EXPORT: Final = _INTERVAL | {
    probatio.Optional(ATTR_HEIGHT): probatio.All(probatio.Coerce(int), probatio.In(HEIGHTS)),
    probatio.Optional(ATTR_FILE_NAME): probatio.All(cv.string, probatio.Length(min=1, max=1000)),
    probatio.Optional(ATTR_OVERWRITE, default=False): cv.boolean,
}
_LIST: Final = _INTERVAL | {
    probatio.Optional(ATTR_SOURCE, default=SOURCE_CLOUD): probatio.In([SOURCE_CLOUD, SOURCE_CARD])
}
_DELETE: Final = _INTERVAL | {probatio.Required(ATTR_CONFIRM): cv.boolean}


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions, once for all accounts."""
    for name, action, fields, response in (
        ("export_recording", _export, _EXPORT, SupportsResponse.OPTIONAL),
        ("list_recordings", _list, _LIST, SupportsResponse.ONLY),
        ("delete_recordings", _delete, _DELETE, SupportsResponse.OPTIONAL),
        ("ptz_move", partial(_command, move), MOVE_FIELDS, SupportsResponse.NONE),
        ("ptz_preset", partial(_command, preset), PRESET_FIELDS, SupportsResponse.NONE),
    ):
        schema = cv.make_entity_service_schema(fields)
        hass.services.async_register(DOMAIN, name, action, schema=schema, supports_response=response)


@dataclass(frozen=True, slots=True)
class _Target:
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


async def _export(call: ServiceCall) -> dict[str, Any]:
    targets = await _targets(call, POLICY_CONTROL)
    interval = read_interval(call.data[ATTR_START], call.data[ATTR_END], MAX_INTERVAL)
    if ATTR_FILE_NAME in call.data and len(targets) > 1:
        raise validation_error("export_name_of_several")

    async def export_from(target: _Target) -> dict[str, Any]:
        return await export(
            call.hass,
            target.account,
            target.node,
            interval,
            camera=target.name,
            height=call.data.get(ATTR_HEIGHT),
            file_name=call.data.get(ATTR_FILE_NAME),
            overwrite=call.data[ATTR_OVERWRITE],
        )

    return await _for_each(targets, export_from)


async def _list(call: ServiceCall) -> dict[str, Any]:
    targets = await _targets(call, POLICY_READ)
    interval = read_interval(call.data[ATTR_START], call.data[ATTR_END], LONGEST_LIST)
    of_source = list_card if call.data[ATTR_SOURCE] == SOURCE_CARD else list_cloud

    async def list_of(target: _Target) -> dict[str, Any]:
        return {"recordings": await of_source(target.account, target.node, interval)}

    return await _for_each(targets, list_of)


async def _delete(call: ServiceCall) -> dict[str, Any]:
    targets = await _targets(call, POLICY_CONTROL)
    interval = read_interval(call.data[ATTR_START], call.data[ATTR_END], LONGEST_LIST)
    if not call.data[ATTR_CONFIRM]:
        raise validation_error("delete_not_confirmed")
    return await _for_each(targets, lambda target: delete_from_card(target.account, target.node, interval))


async def _command(
    command: Callable[[NetrexAccount, Channel, Mapping[str, Any]], Awaitable[None]], call: ServiceCall
) -> None:
    """Run a command once for each head that the call is for, also if it is for several channels that turn together."""
    targets = await _targets(call, POLICY_CONTROL, for_recordings=False)
    channels: dict[tuple[str, int, int], tuple[_Target, Channel]] = {}
    for target in targets:
        channel = target.account.channels.get(str(target.node.node_id))
        if channel is not None:
            key = (target.account.entry.entry_id, channel.camera.node.node_id, channel.unit)
            channels.setdefault(key, (target, channel))
        elif target.is_named:
            raise validation_error("camera_unknown", camera=target.name)
    if not channels:
        raise validation_error("camera_unknown", camera=targets[0].name)
    # Most cameras of an area can't move; without any that can, the first one gives the error.
    found = list(channels.values())
    movable = [each for each in found if each[0].is_named or each[1].head is not None] or found[:1]
    await _gather([command(target.account, channel, call.data) for target, channel in movable])


async def _for_each(
    targets: Sequence[_Target], act: Callable[[_Target], Coroutine[Any, Any, dict[str, Any]]]
) -> dict[str, Any]:
    """Return the response of each camera by its name, as actions of entities do."""
    answers = await _gather([act(target) for target in targets])
    return {target.name: answer for target, answer in zip(targets, answers, strict=True)}


async def _gather[Answer](actions: Sequence[Awaitable[Answer]]) -> list[Answer]:
    """Wait until all are done, also if some fail; then raise the first error."""
    answers = await asyncio.gather(*actions, return_exceptions=True)
    done: list[Answer] = []
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        done.append(answer)
    return done


async def _targets(call: ServiceCall, policy: str, *, for_recordings: bool = True) -> list[_Target]:
    """Return the cameras that a call is for, for each of which the caller needs the permission of a policy.

    Home Assistant's helper for actions of entities would leave out cameras that are off, which still have recordings.
    """
    user = await _user_of(call)
    selection = TargetSelection(call.data)
    selected = async_extract_referenced_entity_ids(call.hass, selection)
    named = selected.referenced | selection.device_ids
    keys = _keys_of(call.hass, selected)
    if unknown := sorted(selected.referenced - keys.keys()):
        raise validation_error("camera_unknown", camera=unknown[0])
    nodes: dict[str, dict[str, Node]] = {}
    found: list[_Target] = []
    asked_for = sorted(named | selection.area_ids | selection.floor_ids | selection.label_ids)
    problem = validation_error("camera_unknown", camera=", ".join(asked_for))
    for name, (entry_id, key) in keys.items():
        account = (find_account if for_recordings else find_loaded)(call.hass, entry_id)
        if account is None:
            problem = validation_error("recordings_account_gone" if for_recordings else "account_not_ready")
        else:
            if entry_id not in nodes:
                nodes[entry_id] = {node_key(account.entry, each): each for each in account.tree.data.nodes.values()}
            node = nodes[entry_id].get(key)
            if node is not None and find_camera(account, node.node_id):
                if not may_see(call.hass, account.entry, node, user, policy):
                    raise Unauthorized(context=call.context, permission=policy)
                found.append(_Target(name, account, node, name in named))
                continue
            problem = validation_error("camera_unknown", camera=name)
        if name in named:
            raise problem
    if not found:
        raise problem
    return found


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


async def _user_of(call: ServiceCall) -> User | None:
    if call.context.user_id is None:
        return None
    if (user := await call.hass.auth.async_get_user(call.context.user_id)) is None:
        raise UnknownUser(context=call.context)
    return user
