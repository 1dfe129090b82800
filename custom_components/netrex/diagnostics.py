"""What a user may attach to a bug report: how things are, without names, serial numbers, addresses or tokens."""

import asyncio
from collections import Counter
from dataclasses import asdict
from datetime import datetime
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .account.account import NetrexAccount, NetrexConfigEntry
from .account.devices import node_key
from .auth.tokens import SignInToken
from .cameras.axis_camera import AxisCamera
from .cameras.equipment import Equipment
from .cameras.event_connection import EventTransport
from .cloud import CloudError, DevicePattern, Provider
from .cloud.provider import KNOWN_HOSTS
from .const import (
    CONF_API_TOKEN,
    CONF_DEVICE_PATTERN,
    CONF_PROVIDER,
    CONF_REMOTE_API_TOKEN,
    CONF_SCOPES,
    CONF_SERIALS,
    DOMAIN,
)
from .health.call_log import merge
from .issues import async_open_issues
from .metrics.account_metrics import AccountMetrics
from .recordings.recordings import Recordings
from .vapix import Motion, PtzHead

#: Topics of all cameras together.
_MAX_TOPICS: Final = 50


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: NetrexConfigEntry) -> dict[str, Any]:
    """Return how the account is. Called by Home Assistant.

    Built from chosen facts rather than by taking secrets out of everything, so that a new secret can't slip through.
    """
    provider = Provider(entry.data[CONF_PROVIDER])
    facts: dict[str, Any] = {
        "account": {
            "state": entry.state.value,
            "provider": provider.host if provider.host in KNOWN_HOSTS else "another",
            "usual_address_of_cameras": entry.data[CONF_DEVICE_PATTERN] == DevicePattern().text,
            "auth_method": "api_token" if CONF_API_TOKEN in entry.data else "sign_in",
            "scopes": entry.data.get(CONF_SCOPES),
            "token_for_cameras": CONF_REMOTE_API_TOKEN in entry.options,
            "entered_serial_numbers": len(entry.options.get(CONF_SERIALS, {})),
            "open_repairs": async_open_issues(hass, entry),
            **_token_facts(entry),
        }
    }
    if entry.state is not ConfigEntryState.LOADED:
        return facts | {"why_not_loaded": entry.error_reason_translation_key}
    account, token = entry.runtime_data, entry.runtime_data.token
    tree = account.tree
    return facts | {
        "sign_in": {"refreshes": token.refreshes, "last_failure": token.last_failure}
        if isinstance(token, SignInToken)
        else None,
        "calls": {
            "cloud": account.calls.as_diagnostics(),
            "cameras": merge(camera.calls.last_hour() for camera in account.cameras.values()).as_diagnostics(),
        },
        "observed": account.observed.as_diagnostics(),
        "permissions_refused_by_cameras": account.refusals.counts,
        "tree": {
            "last_query_succeeded": tree.last_update_success,
            "last_failure": _failure(tree),
            "nodes": dict(Counter(node.type.value for node in tree.data.nodes.values())),
            "serial_numbers_from_provider": len(tree.data.serials),
            "cameras_without_serial_number": len(account.unknown_serials.cameras()),
        },
        "recordings": _recording_facts(account.recordings),
        "episodes": await account.episodes.facts(),
        "metrics": _metric_facts(account.metrics),
        "conditions_of_cameras": dict(Counter(camera.condition.value for camera in account.cameras.values())),
        "events": _events_of_all(account),
        "cameras": [_camera_facts(account, camera) for camera in account.cameras.values()],
        "schema_of_provider": await _schema_facts(account),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: NetrexConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return how one camera is; of the account's own device, how the account is. Called by Home Assistant."""
    if entry.state is ConfigEntryState.LOADED:
        account = entry.runtime_data
        for camera in account.cameras.values():
            if (DOMAIN, node_key(entry, camera.node)) in device.identifiers:
                return _camera_facts(account, camera)
    return await async_get_config_entry_diagnostics(hass, entry)


def _failure(coordinator: DataUpdateCoordinator[Any]) -> str | None:
    """Return the class of a coordinator's last failure, as the client raised it."""
    failure = coordinator.last_exception
    return type(failure.__cause__ or failure).__name__ if failure else None


def _token_facts(entry: NetrexConfigEntry) -> dict[str, Any]:
    """Return how old the sign-in's token is, never the token."""
    if CONF_TOKEN not in entry.data:
        return {"token_age_seconds": None, "token_expires_in_seconds": None}
    token, now = entry.data[CONF_TOKEN], time.time()
    return {
        "token_age_seconds": round(now - (token["expires_at"] - token["expires_in"])),
        "token_expires_in_seconds": round(token["expires_at"] - now),
    }


async def _schema_facts(account: NetrexAccount) -> dict[str, Any]:
    """Ask the provider for names and types of its schema: only now that somebody wants to read them."""
    try:
        async with asyncio.timeout(account.timing.schema_timeout):
            return asdict(await account.cloud.schema())
    except (CloudError, HomeAssistantError, TimeoutError) as err:
        return {"not_told": type(err).__name__}


def _events_of_all(account: NetrexAccount) -> dict[str, Any]:
    connections = account.connections.values()
    unknown = sum((connection.intake.unknown for connection in connections), Counter[str]())
    return {
        "connections": dict(Counter(connection.transport.value for connection in connections)),
        "merged_in_floods": sum(connection.intake.rate_limiter.merged for connection in connections),
        "unknown_topics": dict(unknown.most_common(_MAX_TOPICS)),
    }


def _recording_facts(recordings: Recordings) -> dict[str, Any]:
    return {
        "settings": asdict(recordings.settings),
        "list_requests": recordings.lists.requests,
        "lists_kept": recordings.lists.kept,
        "being_prepared": recordings.jobs.running,
        "last_failed_preparation": recordings.jobs.last_failure,
        "players": recordings.playback.players,
        "card_recordings_being_fetched": recordings.card_clips.running,
        "last_failed_card_recording": recordings.card_clips.last_failure,
        "cameras_in_h265": len(recordings.in_h265),
    }


def _metric_facts(metrics: AccountMetrics) -> dict[str, Any]:
    today = metrics.today.data
    return {
        "chosen": len(metrics.chosen()),
        "by_kind": dict(Counter(metric.kind.value for metric in metrics.chosen())),
        "known_today": sum(value is not None for value in today.values.values()) if today else 0,
        "last_query_succeeded": metrics.today.last_update_success,
        "last_failure": _failure(metrics.today),
        "requests": metrics.reader.requests,
        "counts_of_single_cameras_refused": metrics.reader.raw_refused,
        "hours_of_the_past_kept": metrics.history.hours,
        "last_failure_with_the_past": metrics.history.last_failure,
    }


def _camera_facts(account: NetrexAccount, camera: AxisCamera) -> dict[str, Any]:
    identity, pictures = camera.identity, camera.pictures
    return {
        "node_id": camera.node.node_id,
        "condition": camera.condition.value,
        "last_failure": camera.last_failure,
        "seconds_since_last_check": _seconds_since(camera.answered_at),
        "calls": camera.calls.as_diagnostics(),
        "live_view": camera.video.live_picture.value,
        "why_no_video": camera.video.refusal,
        "model": identity.model if identity else None,
        "firmware": identity.firmware if identity else None,
        "resolutions": [str(resolution) for resolution in pictures.resolutions] if pictures else None,
        "audio": pictures.audio if pictures else None,
        "channels_of_device": pictures.channels if pictures else None,
        "channels_in_tree": len(account.channels.of(camera)),
        "card": asdict(camera.card) if camera.card else None,
        "outputs": None if camera.equipment.outputs is None else len(camera.equipment.outputs),
        "virtual_inputs": camera.equipment.virtual_inputs,
        **_temperature_facts(camera.equipment),
        "watchers": account.channels.watchers_of(camera),
        "heads": [_head_facts(channel, head) for channel, head in sorted(camera.equipment.heads.items())],
        "lenses_with_autofocus": len(camera.equipment.lenses),
        **_light_and_speaker_facts(camera.equipment),
        "events": _event_facts(account, camera),
    }


def _head_facts(channel: int, head: PtzHead) -> dict[str, Any]:
    return {
        "channel": channel,
        "kind": "digital" if head.digital else "mechanical",
        "moves": {motion.value: [axis.value for axis in head.axes(motion)] for motion in Motion},
        "presets": len(head.presets),
        "guard_tours": len(head.tours),
        "autofocus": head.autofocus,
        "turns_with_channel": head.unit,
    }


def _temperature_facts(equipment: Equipment) -> dict[str, Any]:
    found = equipment.temperatures
    return {
        "thermometers": len(found.thermometers) if found else None,
        "heaters_and_fans": dict(Counter(each.kind for each in found.regulators)) if found else None,
    }


def _light_and_speaker_facts(equipment: Equipment) -> dict[str, Any]:
    clips, speech = equipment.clips, equipment.speech
    alarm, ir_cut = equipment.alarm, equipment.ir_cut
    return {
        "clips": len(clips.clips) if clips else None,
        "clips_can_be_stopped": clips.stop if clips else None,
        "clips_have_volume": clips.volume if clips else None,
        "speech": speech.content_type if speech else None,
        "lights": dict(Counter(light.kind.value for light in equipment.lights)),
        "siren_tones": len(alarm.siren) if alarm else 0,
        "strobe_patterns": len(alarm.light) if alarm else 0,
        "alarm_profiles": len(alarm.profiles) if alarm else 0,
        "day_and_night": None if ir_cut is None else "lens" if ir_cut.is_readable else "head",
    }


def _event_facts(account: NetrexAccount, camera: AxisCamera) -> dict[str, Any]:
    """Return how events come. Topics are the vendor's; what the user named is left out."""
    connection, events = account.connections.get(camera.node.node_id), camera.events
    if connection is None:
        return {"transport": EventTransport.NO_PERMISSION.value}
    coming_for, declared = connection.coming_for, account.declared_sources.results.get(camera.node.node_id)
    return {
        "transport": connection.transport.value,
        "coming_for_seconds": None if coming_for is None else round(coming_for),
        "believed": connection.listening,
        "begun_so_far": {way.value: count for way, count in connection.begun.items()},
        "last_failure": connection.last_failure,
        "malformed": connection.malformed,
        "merged_in_floods": connection.intake.rate_limiter.merged,
        "unknown_topics": dict(connection.intake.unknown),
        "declared": asdict(declared) if declared else None,
        "events_by_kind": {kind.value: count for kind, count in events.counts.items()},
        "sources_by_kind": dict(Counter(key.kind.value for key in events.found)),
        "reported_values": events.values.by_kind(),
        "unknown_values": dict(events.values.unknown),
        "reports_of_too_many_sources": events.over_limit,
        "seconds_since_last_event": _seconds_since(events.received_at),
        "clock_ahead_seconds": round(events.clock_ahead) if events.clock_ahead is not None else None,
    }


def _seconds_since(moment: datetime | None) -> int | None:
    return None if moment is None else round((dt_util.utcnow() - moment).total_seconds())
