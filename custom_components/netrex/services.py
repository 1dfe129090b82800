"""Actions: registered in one place, whoever calls them may do so, and each answers."""

from datetime import datetime
from typing import Any, Final

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er
import probatio

from .account import NetrexAccount
from .axis_camera import AxisCamera
from .cloud import Node
from .const import DOMAIN
from .devices import node_key
from .ptz import actions as ptz_actions
from .ptz.actions import (
    ATTR_DURATION,
    ATTR_MOVEMENT,
    ATTR_NEW_NAME,
    ATTR_PRESET,
    ATTR_SPEED,
    ATTR_TASK,
    LONGEST,
    SHORTEST,
    STOP,
    PresetTask,
)
from .recordings.access import find_account, find_camera, find_loaded
from .recordings.actions import LONGEST_LIST, delete_from_card, export, list_card, list_cloud, read_interval
from .recordings.export import MAX_INTERVAL
from .recordings.settings import HEIGHTS
from .vapix import Axis, Motion

ATTR_CAMERA: Final = "camera"
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
    probatio.Required(ATTR_CAMERA): cv.string,
    probatio.Required(ATTR_START): cv.datetime,
    probatio.Required(ATTR_END): cv.datetime,
}
_MOVE: Final = {
    probatio.Required(ATTR_CAMERA): cv.string,
    probatio.Optional(ATTR_MOVEMENT, default=Motion.RELATIVE.value): probatio.In([*map(str, Motion), STOP]),
    probatio.Optional(Axis.PAN.value): probatio.Coerce(float),
    probatio.Optional(Axis.TILT.value): probatio.Coerce(float),
    probatio.Optional(Axis.ZOOM.value): probatio.Coerce(float),
    probatio.Optional(ATTR_SPEED): probatio.All(probatio.Coerce(int), probatio.Range(min=1, max=100)),
    probatio.Optional(ATTR_DURATION, default=1.0): probatio.All(
        probatio.Coerce(float), probatio.Range(min=SHORTEST, max=LONGEST)
    ),
}
_PRESET: Final = {
    probatio.Required(ATTR_CAMERA): cv.string,
    probatio.Optional(ATTR_TASK, default=PresetTask.GO_TO.value): probatio.In([*map(str, PresetTask)]),
    probatio.Required(ATTR_PRESET): cv.string,
    probatio.Optional(ATTR_NEW_NAME): cv.string,
}


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Offer the actions, once for all accounts."""
    hass.services.async_register(
        DOMAIN,
        "export_recording",
        _export,
        schema=probatio.Schema(
            _INTERVAL
            | {
                probatio.Optional(ATTR_HEIGHT): probatio.All(probatio.Coerce(int), probatio.In(HEIGHTS)),
                probatio.Optional(ATTR_FILE_NAME): probatio.All(cv.string, probatio.Length(min=1, max=1000)),
                probatio.Optional(ATTR_OVERWRITE, default=False): cv.boolean,
            }
        ),
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        "list_recordings",
        _list,
        schema=probatio.Schema(
            _INTERVAL | {probatio.Optional(ATTR_SOURCE, default=SOURCE_CLOUD): probatio.In([SOURCE_CLOUD, SOURCE_CARD])}
        ),
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        "delete_recordings",
        _delete,
        schema=probatio.Schema(_INTERVAL | {probatio.Required(ATTR_CONFIRM): cv.boolean}),
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(DOMAIN, "ptz_move", _move, schema=probatio.Schema(_MOVE))
    hass.services.async_register(DOMAIN, "ptz_preset", _preset, schema=probatio.Schema(_PRESET))


async def _export(call: ServiceCall) -> dict[str, Any]:
    account, node = await _camera(call, POLICY_CONTROL)
    return await export(
        call.hass,
        account,
        node,
        read_interval(*_moments(call), MAX_INTERVAL),
        camera=call.data[ATTR_CAMERA],
        height=call.data.get(ATTR_HEIGHT),
        file_name=call.data.get(ATTR_FILE_NAME),
        overwrite=call.data[ATTR_OVERWRITE],
    )


async def _list(call: ServiceCall) -> dict[str, Any]:
    account, node = await _camera(call, POLICY_READ)
    interval = read_interval(*_moments(call), LONGEST_LIST)
    of_source = list_card if call.data[ATTR_SOURCE] == SOURCE_CARD else list_cloud
    return {"recordings": await of_source(account, node, interval)}


async def _delete(call: ServiceCall) -> dict[str, Any]:
    account, node = await _camera(call, POLICY_CONTROL)
    interval = read_interval(*_moments(call), LONGEST_LIST)
    if not call.data[ATTR_CONFIRM]:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="delete_not_confirmed")
    return await delete_from_card(account, node, interval)


async def _move(call: ServiceCall) -> None:
    await ptz_actions.move(*await _commanded(call), call.data)


async def _preset(call: ServiceCall) -> None:
    await ptz_actions.preset(*await _commanded(call), call.data)


async def _commanded(call: ServiceCall) -> tuple[NetrexAccount, AxisCamera]:
    """Return the camera that is to be told something; of a channel, the device behind it.

    Raises:
        ServiceValidationError: there is none such, or it can't be used now.
        Unauthorized: whoever calls may not do this with the camera.
    """
    account, node = await _camera(call, POLICY_CONTROL, for_recordings=False)
    channel = account.channels.get(str(node.node_id))
    if channel is None:
        raise _unknown(call.data[ATTR_CAMERA])
    return account, channel.camera


def _moments(call: ServiceCall) -> tuple[datetime, datetime]:
    return call.data[ATTR_START], call.data[ATTR_END]


async def _camera(call: ServiceCall, policy: str, *, for_recordings: bool = True) -> tuple[NetrexAccount, Node]:
    """Return the camera that is named: by its entity, or by its device where it has no entity.

    Args:
        call: names it.
        policy: what whoever calls needs.
        for_recordings: whether its recordings are wanted, which the account has to allow.

    Raises:
        ServiceValidationError: there is none such, or its account can't be used now.
        Unauthorized: whoever calls may not do this with the camera.
    """
    named = call.data[ATTR_CAMERA].strip()
    entity = er.async_get(call.hass).async_get(named)
    device_id = entity.device_id if entity and entity.platform == DOMAIN and entity.domain == "camera" else named
    device = dr.async_get(call.hass).async_get(device_id or "")
    if device is None:
        raise _unknown(named)
    keys = {entity.unique_id} if entity else {key for domain, key in device.identifiers if domain == DOMAIN}
    for entry in call.hass.config_entries.async_entries(DOMAIN):
        if entry.entry_id != device.config_entry_id:
            continue
        account = (find_account if for_recordings else find_loaded)(call.hass, entry.entry_id)
        if account is None:
            key = "recordings_account_gone" if for_recordings else "account_not_ready"
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key=key)
        for node in account.tree.data.nodes.values():
            if node_key(entry, node) in keys and find_camera(account, node.node_id):
                await _require(call, policy, account, node)
                return account, node
    raise _unknown(named)


def _unknown(camera: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="camera_unknown", translation_placeholders={"camera": camera}
    )


async def _require(call: ServiceCall, policy: str, account: NetrexAccount, node: Node) -> None:
    if call.context.user_id is None:
        return
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None:
        raise UnknownUser(context=call.context)
    entity_id = er.async_get(call.hass).async_get_entity_id("camera", DOMAIN, node_key(account.entry, node))
    allowed = (
        user.permissions.check_entity(entity_id, policy) if entity_id else user.permissions.access_all_entities(policy)
    )
    if not allowed:
        raise Unauthorized(context=call.context, entity_id=entity_id, permission=policy)
