"""Registers the actions, and does for each camera of a call what its action is about."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Final

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.target import TargetSelection
import probatio

from .account.account import NetrexAccount
from .actions.event_exports import find_event
from .actions.events import MOST_EVENTS, list_events
from .actions.intervals import read_interval, read_period
from .actions.ptz import MOVE_FIELDS, PRESET_FIELDS, move, preset
from .actions.recordings import LONGEST_LIST, delete_from_card, export, list_card, list_cloud
from .actions.targets import (
    Target,
    find_targets,
    find_whole_cameras,
    loaded,
    require_still,
    with_events,
    with_recordings,
)
from .cameras.channels import Channel
from .cloud.recordings import Interval
from .const import DOMAIN
from .episodes.episode import Episode, EpisodeKind
from .errors import validation_error
from .recordings.export import MAX_INTERVAL
from .recordings.recordings import HEIGHTS
from .tasks.timing import timing_of

ATTR_START: Final = "start"
ATTR_END: Final = "end"
ATTR_EPISODE: Final = "episode"
ATTR_HEIGHT: Final = "height"
ATTR_FILE_NAME: Final = "file_name"
ATTR_OVERWRITE: Final = "overwrite"
ATTR_SOURCE: Final = "source"
ATTR_CONFIRM: Final = "confirm"
ATTR_KINDS: Final = "kinds"
ATTR_LIMIT: Final = "limit"
SOURCE_CLOUD: Final = "cloud"
SOURCE_CARD: Final = "card"

_INTERVAL: Final = {
    probatio.Required(ATTR_START): cv.datetime,
    probatio.Required(ATTR_END): cv.datetime,
}
_EXPORT: Final = {
    # Home Assistant's frontend stores data here.
    probatio.Remove("metadata"): dict,
    probatio.Optional(ATTR_START): cv.datetime,
    probatio.Optional(ATTR_END): cv.datetime,
    probatio.Optional(ATTR_EPISODE): probatio.All(cv.string, probatio.Length(min=1, max=200)),
    probatio.Optional(ATTR_HEIGHT): probatio.All(probatio.Coerce(int), probatio.In(HEIGHTS)),
    probatio.Optional(ATTR_FILE_NAME): probatio.All(cv.string, probatio.Length(min=1, max=1000)),
    probatio.Optional(ATTR_OVERWRITE, default=False): cv.boolean,
    **cv.ENTITY_SERVICE_FIELDS,
}
_LIST: Final = _INTERVAL | {
    probatio.Optional(ATTR_SOURCE, default=SOURCE_CLOUD): probatio.In([SOURCE_CLOUD, SOURCE_CARD])
}
_LIST_EVENTS: Final = {
    probatio.Required(ATTR_START): cv.datetime,
    probatio.Optional(ATTR_END): cv.datetime,
    probatio.Optional(ATTR_KINDS, default=list): probatio.All(cv.ensure_list, [probatio.In([*map(str, EpisodeKind)])]),
    probatio.Optional(ATTR_LIMIT, default=100): probatio.All(
        probatio.Coerce(int), probatio.Range(min=1, max=MOST_EVENTS)
    ),
}
_DELETE: Final = _INTERVAL | {probatio.Required(ATTR_CONFIRM): cv.boolean}


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions, once for all accounts."""
    for name, action, schema, response in (
        # An event says which camera it is about.
        ("export_recording", _export, probatio.Schema(_EXPORT), SupportsResponse.OPTIONAL),
        ("list_recordings", _list, cv.make_entity_service_schema(_LIST), SupportsResponse.ONLY),
        ("list_events", _list_events, cv.make_entity_service_schema(_LIST_EVENTS), SupportsResponse.ONLY),
        ("delete_recordings", _delete, cv.make_entity_service_schema(_DELETE), SupportsResponse.OPTIONAL),
        ("ptz_move", partial(_command, move), cv.make_entity_service_schema(MOVE_FIELDS), SupportsResponse.NONE),
        ("ptz_preset", partial(_command, preset), cv.make_entity_service_schema(PRESET_FIELDS), SupportsResponse.NONE),
    ):
        hass.services.async_register(DOMAIN, name, action, schema=schema, supports_response=response)


async def _export(call: ServiceCall) -> dict[str, Any]:
    targets, wanted = await _what_to_export(call)
    if ATTR_FILE_NAME in call.data and len(targets) > 1:
        raise validation_error("export_name_of_several")

    async def export_from(target: Target) -> dict[str, Any]:
        return await export(
            target.account,
            target.node,
            wanted,
            camera=target.name,
            height=call.data.get(ATTR_HEIGHT),
            file_name=call.data.get(ATTR_FILE_NAME),
            overwrite=call.data[ATTR_OVERWRITE],
            check=partial(require_still, call, target, POLICY_CONTROL),
        )

    return await _for_each(targets, export_from)


async def _what_to_export(call: ServiceCall) -> tuple[list[Target], Interval | Episode]:
    start, end = call.data.get(ATTR_START), call.data.get(ATTR_END)
    if text := call.data.get(ATTR_EPISODE):
        if start or end:
            raise validation_error("export_event_and_time")
        return await find_event(call, text)
    if start is None or end is None:
        raise validation_error("export_of_nothing")
    if not TargetSelection(call.data).has_any_target:
        raise validation_error("export_without_camera")
    return await find_targets(call, POLICY_CONTROL, with_recordings), read_interval(start, end, MAX_INTERVAL)


async def _list(call: ServiceCall) -> dict[str, Any]:
    targets = await find_targets(call, POLICY_READ, with_recordings)
    interval = read_interval(call.data[ATTR_START], call.data[ATTR_END], LONGEST_LIST)
    of_source = list_card if call.data[ATTR_SOURCE] == SOURCE_CARD else list_cloud

    async def list_of(target: Target) -> dict[str, Any]:
        listed = await of_source(target.account, target.node, interval)
        await require_still(call, target, POLICY_READ)
        return {"recordings": listed}

    return await _for_each(targets, list_of)


async def _list_events(call: ServiceCall) -> dict[str, Any]:
    targets = await find_whole_cameras(call, POLICY_READ, with_events)
    interval = read_period(call.data[ATTR_START], call.data.get(ATTR_END))
    kinds = [*map(EpisodeKind, call.data[ATTR_KINDS])]
    # All cameras share what nobody has to wait for.
    limit = min(call.data[ATTR_LIMIT], max(1, timing_of(call.hass).most_listed_episodes // len(targets)))

    async def list_of(target: Target) -> dict[str, Any]:
        listed = await list_events(target.account, target.node, interval, kinds, limit)
        await require_still(call, target, POLICY_READ)
        return listed

    return await _for_each(targets, list_of)


async def _delete(call: ServiceCall) -> dict[str, Any]:
    targets = await find_targets(call, POLICY_CONTROL, with_recordings)
    interval = read_interval(call.data[ATTR_START], call.data[ATTR_END], LONGEST_LIST)
    if not call.data[ATTR_CONFIRM]:
        raise validation_error("delete_not_confirmed")
    return await _for_each(
        targets,
        lambda target: delete_from_card(
            target.account, target.node, interval, partial(require_still, call, target, POLICY_CONTROL)
        ),
    )


async def _command(
    command: Callable[[NetrexAccount, Channel, Mapping[str, Any]], Awaitable[None]], call: ServiceCall
) -> None:
    """Run a command once for each head that the call is for, also if it is for several channels that turn together."""
    targets = await find_targets(call, POLICY_CONTROL, loaded)
    channels: dict[tuple[str, int, int], tuple[Target, Channel]] = {}
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
    targets: Sequence[Target], act: Callable[[Target], Coroutine[Any, Any, dict[str, Any]]]
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
