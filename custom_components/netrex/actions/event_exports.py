"""Which recording belongs to an event that is to be saved, and when all of it should be in the cloud."""

import asyncio
from contextlib import suppress
from typing import Final

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.core import ServiceCall, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers.target import TargetSelection
from homeassistant.util import dt as dt_util

from ..account.account import NetrexAccount
from ..cloud.recordings import Interval
from ..const import DOMAIN
from ..episodes.episode import Episode, EpisodeId
from ..episodes.items import episode_id_of
from ..episodes.span import episode_interval
from ..errors import validation_error
from ..media_browser.access import find_account, find_camera, sees_all
from ..recordings.media_items import AFTER, EpisodeItem, EpisodePictureItem, NoMediaItemError, parse_item
from .targets import Target, calling_user, find_targets, name_of, require, with_recordings

_BEGINNING: Final = f"media-source://{DOMAIN}/"


async def find_event(call: ServiceCall, text: str) -> tuple[list[Target], Episode]:
    """Return an event, and what to save of it: its camera, or what the call is for, which may be channels of it.

    Raises:
        ServiceValidationError: there is no such event, or the call is for other cameras.
        Unauthorized: the caller may not control its camera, or may not know whether there is one.
    """
    entry_id, episode_id = _parse(text)
    camera = await _camera_of(call, entry_id, episode_id.node_id)
    targets = [camera]
    if TargetSelection(call.data).has_any_target:
        found = await find_targets(call, POLICY_CONTROL, with_recordings)
        targets = [each for each in found if each.is_of(camera.account, camera.node)]
        if not targets or any(each.is_named for each in found if each not in targets):
            raise validation_error("export_other_camera", camera=camera.node.name)
    if (episode := await camera.account.episodes.get(episode_id)) is None:
        raise validation_error("event_unknown")
    return targets, episode


def _parse(text: str) -> tuple[str, EpisodeId]:
    """Read which episode of which account is meant, by its media content id, that of its picture, or the end of it."""
    identifier = text.strip().removeprefix(_BEGINNING)
    for each in (identifier, f"{EpisodeItem.kind}/{identifier}"):
        with suppress(NoMediaItemError):
            item = parse_item(each)
            if isinstance(item, EpisodeItem | EpisodePictureItem):
                return item.entry_id, episode_id_of(item)
    raise validation_error("event_unknown")


async def _camera_of(call: ServiceCall, entry_id: str, node_id: int) -> Target:
    user = await calling_user(call)
    account = find_account(call.hass, entry_id)
    node = find_camera(account, node_id) if account else None
    if account is None or node is None:
        if not sees_all(user, POLICY_CONTROL):
            raise Unauthorized(context=call.context, permission=POLICY_CONTROL)
        raise validation_error("event_unknown" if account else "recordings_account_gone")
    require(call, account, node, user, POLICY_CONTROL)
    return Target(name_of(account, node), account, node, is_named=True)


def seconds_until_recorded(account: NetrexAccount, episode: Episode) -> float:
    """Return how long after the end of an episode to wait until all of its recording should be in the cloud."""
    wait = AFTER + account.timing.episode_recorded_after
    # Not longer where the clock was set back meanwhile.
    return min(max(0.0, episode.end.timestamp() + wait - dt_util.utcnow().timestamp()), wait)


async def until_recorded(account: NetrexAccount, episode: Episode) -> Interval:
    """Wait until an episode is over and all of its recording should be in the cloud, and return what it spans."""
    latest, changed = episode, asyncio.Event()

    @callback
    def follow(each: Episode) -> None:
        nonlocal latest
        if each.id == episode.id:
            latest = each
            changed.set()

    stop = account.episodes.changed.add(follow)
    try:
        # It may have ended just before.
        kept = await account.episodes.get(episode.id)
        if kept is not None and not changed.is_set():
            latest = kept
        with suppress(TimeoutError):
            async with asyncio.timeout(account.timing.episode_over_within):
                while not latest.is_over:
                    changed.clear()
                    await changed.wait()
    finally:
        stop()
    await asyncio.sleep(seconds_until_recorded(account, latest))
    return episode_interval(latest, dt_util.utcnow())
