"""What the actions do: list, export and delete recordings. A `HomeAssistantError` says why one could not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util, slugify

from ..account.account import NetrexAccount
from ..auth.scopes import Scope
from ..cloud import Node
from ..cloud.recordings import MAX_INTERVALS, Interval
from ..const import CONF_SCOPES, DOMAIN
from ..episodes.episode import Episode
from ..episodes.span import episode_interval
from ..errors import action_error, validation_error
from ..media_browser.access import explained
from ..recordings.days import SLOT, moments, parts_within, split
from ..recordings.errors import localized_message
from ..recordings.export import ExportedFile, ExportOrder, RecordingExport
from ..recordings.export_target import find_target
from ..recordings.media_items import CardRecordingItem, RecordingItem
from ..vapix import CardRecording, RequestError, VapixError
from .event_exports import seconds_until_recorded, until_recorded

EVENT_EXPORT: Final = f"{DOMAIN}_export"
#: Seconds. The longest interval that is listed: one request.
LONGEST_LIST: Final = MAX_INTERVALS * SLOT
_MAX_CARD_RECORDINGS: Final = 500
#: Percent between two events of an export.
_STEP: Final = 10


async def list_cloud(account: NetrexAccount, node: Node, interval: Interval) -> list[dict[str, Any]]:
    """Return what the cloud holds of an interval, in slots of ten minutes."""
    slots = split(interval, SLOT)
    with explained(account, node):
        found = await account.recordings.lists.recorded(node.node_id, slots)
    return [
        {
            "start": dt_util.as_local(moments(slot)[0]).isoformat(),
            "end": dt_util.as_local(moments(slot)[1]).isoformat(),
            "duration": piece.duration,
            "heights": list(piece.heights),
            "media_content_id": RecordingItem(account.entry.entry_id, node.node_id, slot, index).media_content_id,
        }
        for slot, pieces in zip(slots, found, strict=True)
        for index, piece in enumerate(pieces)
    ]


async def list_card(account: NetrexAccount, node: Node, interval: Interval) -> list[dict[str, Any]]:
    """Return what the camera's card holds of an interval."""
    return [
        {
            "recording_id": recording.recording_id,
            "start": dt_util.as_local(recording.starts).isoformat(timespec="seconds"),
            "end": dt_util.as_local(recording.ends).isoformat(timespec="seconds") if recording.ends else None,
            "kind": recording.kind,
            "locked": recording.locked,
            "media_content_ids": [
                CardRecordingItem(account.entry.entry_id, node.node_id, recording.recording_id, part).media_content_id
                for part in parts_within(recording, interval)
            ],
        }
        for recording in await _on_card(account, node, interval)
    ]


async def export(
    account: NetrexAccount,
    node: Node,
    wanted: Interval | Episode,
    *,
    camera: str,
    height: int | None,
    file_name: str | None,
    overwrite: bool,
    check: Callable[[], Awaitable[None]],
) -> dict[str, Any]:
    """Save what was recorded, and fire events of it, which name the camera as the caller did.

    wanted: an interval, or an episode, whose end is waited for.
    check: raises what refuses a caller who must not save it by then.
    """
    hass = account.hass
    interval = wanted if isinstance(wanted, Interval) else episode_interval(wanted, dt_util.utcnow())
    begin, _ = moments(interval)
    name = file_name or f"{DOMAIN}/{slugify(node.name)}_{dt_util.as_local(begin):%Y%m%d_%H%M%S}"
    target = await hass.async_add_executor_job(find_target, hass.config.media_dirs, name)
    recordings = account.recordings
    events = _ExportEvents(hass, camera, str(target.path))

    async def in_turn() -> list[ExportedFile]:
        whole = interval
        if isinstance(wanted, Episode):
            if not wanted.is_over or seconds_until_recorded(account, wanted):
                events.fire(state="waiting", percent=0)
            whole = await until_recorded(account, wanted)
        order = ExportOrder(node.node_id, whole, height or recordings.settings.height, target, overwrite)
        async with recordings.export_semaphore:
            await check()
            return await RecordingExport(hass, recordings, order, events.progress).run()

    task = account.run_in_background(in_turn())
    try:
        with explained(account, node):
            files = await task
    except asyncio.CancelledError:
        stopped = action_error("export_stopped")
        await events.failed(stopped)
        current = asyncio.current_task()
        if current is None or current.cancelling():
            raise
        raise stopped from None
    except HomeAssistantError as err:
        await events.failed(err)
        raise
    events.fire(state="finished", percent=100)
    return {
        "path": str(files[0].target.path),
        "media_content_id": files[0].target.media_content_id,
        "duration": sum(file.duration for file in files),
        "size": sum(file.size for file in files),
        "files": [file.as_dict() for file in files],
    }


async def delete_from_card(
    account: NetrexAccount, node: Node, interval: Interval, check: Callable[[], Awaitable[None]]
) -> dict[str, Any]:
    """Delete what lies on a camera's card wholly within an interval; what is locked or goes on stays.

    check: raises what refuses a caller who must not delete it by then.
    """
    scopes = account.entry.data.get(CONF_SCOPES)
    if scopes is not None and Scope.RECORDINGS_DELETE not in scopes:
        raise validation_error("delete_permission_missing")
    deleted: list[str] = []
    kept: list[dict[str, str]] = []
    found = await _on_card(account, node, interval)
    await check()
    for recording in found:
        reason = _why_kept(recording, interval)
        if reason is None:
            try:
                await account.card_of(node.node_id).remove(recording.recording_id)
            except RequestError:
                reason = "refused"
            except VapixError as err:
                account.report_failure(node, err)
                raise action_error("delete_interrupted", camera=node.name, deleted=str(len(deleted))) from err
        if reason is None:
            deleted.append(recording.recording_id)
        else:
            kept.append({"recording_id": recording.recording_id, "reason": reason})
    return {"deleted": deleted, "kept": kept}


def _why_kept(recording: CardRecording, interval: Interval) -> str | None:
    if recording.ends is None:
        return "going_on"
    if recording.locked:
        return "locked"
    inside = interval.begins_at <= recording.starts.timestamp() and recording.ends.timestamp() <= interval.ends_at
    return None if inside else "only_partly_inside"


async def _on_card(account: NetrexAccount, node: Node, interval: Interval) -> list[CardRecording]:
    with explained(account, node):
        listed = await account.card_of(node.node_id).recordings(*moments(interval), limit=_MAX_CARD_RECORDINGS)
    if listed.more:
        raise validation_error("card_list_too_long", camera=node.name)
    return sorted(listed.recordings, key=lambda recording: recording.starts)


class _ExportEvents:
    """Fires events that say how far an export is."""

    def __init__(self, hass: HomeAssistant, camera: str, path: str) -> None:
        self._hass = hass
        self._facts = {"camera": camera, "path": path}
        self._last = ("", -_STEP)

    @callback
    def progress(self, state: str, percent: int) -> None:
        """Report every tenth part."""
        if state != self._last[0] or percent >= self._last[1] + _STEP:
            self._last = (state, percent - percent % _STEP)
            self.fire(state=state, percent=percent)

    async def failed(self, err: HomeAssistantError) -> None:
        """Report that nothing was saved, and why."""
        self.fire(state="failed", error=await localized_message(self._hass, err))

    @callback
    def fire(self, **facts: str | int) -> None:
        """Report how far it is."""
        self._hass.bus.async_fire(EVENT_EXPORT, {**self._facts, **facts})
