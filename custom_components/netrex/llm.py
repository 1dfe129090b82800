"""Assist: "what happened at the front door last night?", answered from what the cameras' events have told."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, override

from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.components.homeassistant import async_should_expose
from homeassistant.components.llm import LLMTools
from homeassistant.components.recorder import DOMAIN as RECORDER, get_instance, history
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, Tool, ToolAnnotations, ToolInput, ToolResult
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType
import probatio

from .const import DOMAIN
from .event import ATTR_OBJECT_CLASS, ATTR_SCENARIO

_DEFAULT: Final = timedelta(hours=12)
_LONGEST: Final = timedelta(days=7)
_MAX_EVENTS: Final = 50
_MAX_ENTITIES: Final = 40
#: Of one entity; some say nothing.
_MAX_ROWS: Final = 2 * _MAX_EVENTS
#: What an input or anything else that opens is, among the binary sensors of a camera.
_OPENS: Final = frozenset({"door", "window", "garage_door", "opening"})


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tool, where something of a camera is exposed to the assistant. Called by Home Assistant."""
    if api_id != LLM_API_ASSIST or not _exposed(hass, llm_context.assistant):
        return None
    return LLMTools(tools=[WhatHappened()])


class WhatHappened(Tool):
    """Tells what cameras have reported since a time: newest first, and no more than an assistant can read."""

    name = f"{DOMAIN}__what_happened"
    title = "What happened at a camera"
    description = (
        "Tells what the home's Netrex cameras saw or heard: people, vehicles, motion, sounds, doors, the doorbell. "
        "Use it for questions like 'what happened at the front door last night?' or 'was anybody in the garden?'."
    )
    parameters = probatio.Schema(
        {
            probatio.Optional("camera", description="Name of the camera; leave it out for all cameras."): cv.string,
            probatio.Optional(
                "since", description="Local date and time, ISO 8601; at most 7 days ago, 12 hours ago by default."
            ): cv.string,
        }
    )
    annotations = ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)
    integration = DOMAIN

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult | JsonObjectType:
        """Look into the past of what is exposed."""
        arguments: dict[str, str] = self.parameters(tool_input.tool_args)
        exposed = _exposed(hass, llm_context.assistant)
        names = sorted({camera for camera, _ in exposed})
        wanted = arguments.get("camera", "").strip().lower()
        chosen = [(camera, entity) for camera, entity in exposed if wanted in camera.lower()]
        if not chosen:
            return ToolResult(data={"error": f"There is no such camera. There is: {', '.join(names)}"}, error=True)
        now = dt_util.utcnow()
        since = now - _DEFAULT
        if text := arguments.get("since"):
            if (parsed := dt_util.parse_datetime(text)) is None:
                return ToolResult(data={"error": "since is no date and time"}, error=True)
            since = max(dt_util.as_utc(parsed), now - _LONGEST)
        found = await _past(hass, chosen[:_MAX_ENTITIES], since)
        events: list[JsonValueType] = [
            {"camera": camera, "time": dt_util.as_local(at).isoformat(timespec="seconds"), "what": what}
            for at, camera, what in sorted(found, reverse=True)[:_MAX_EVENTS]
        ]
        return {
            "since": dt_util.as_local(since).isoformat(timespec="seconds"),
            "events": events,
            "more": len(found) > _MAX_EVENTS,
        }


def _exposed(hass: HomeAssistant, assistant: str) -> list[tuple[str, str]]:
    """Return the cameras' names and entities that the assistant may know of."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    found = []
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
            device = devices.async_get(entity.device_id or "")
            if device is not None and _tells(entity) and async_should_expose(hass, assistant, entity.entity_id):
                found.append((device.name_by_user or device.name or "", entity.entity_id))
    return found


def _tells(entity: er.RegistryEntry) -> bool:
    """Tell whether an entity's past says what happened."""
    if entity.domain == Platform.EVENT:
        return True
    return entity.domain == Platform.BINARY_SENSOR and (entity.device_class or entity.original_device_class) in _OPENS


async def _past(
    hass: HomeAssistant, chosen: Iterable[tuple[str, str]], since: datetime
) -> list[tuple[datetime, str, str]]:
    """Return when, where and what; without a recorder, only what is shown now."""
    found: set[tuple[datetime, str, str]] = set()
    for camera, entity_id in chosen:
        if (shown := hass.states.get(entity_id)) is None:
            continue
        states = [shown]
        if RECORDER in hass.config.components:
            look = partial(
                history.state_changes_during_period,
                hass,
                since,
                entity_id=entity_id,
                no_attributes=False,
                include_start_time_state=False,
                descending=True,
                limit=_MAX_ROWS,
            )
            states += (await get_instance(hass).async_add_executor_job(look)).get(entity_id, [])
        told = [each for state in states if (each := _told(state, shown.name))]
        found |= {(at, camera, what) for at, what in told if at >= since}
    return list(found)


def _told(state: State, name: str) -> tuple[datetime, str] | None:
    """Return when something happened and what, in plain words; None where a state says nothing of the kind.

    Args:
        state: maybe one of the recorder's, which know less of themselves.
        name: what the entity is called.
    """
    if state.state in {STATE_UNKNOWN, STATE_UNAVAILABLE}:
        return None
    if state.entity_id.startswith(f"{Platform.BINARY_SENSOR}."):
        return (state.last_changed, f"{name} opened") if state.state == STATE_ON else None
    at, event_type = dt_util.parse_datetime(state.state), state.attributes.get(ATTR_EVENT_TYPE)
    if at is None or not isinstance(event_type, str):
        return None
    seen, scenario = state.attributes.get(ATTR_OBJECT_CLASS), state.attributes.get(ATTR_SCENARIO)
    words = event_type.replace("_", " ")
    if seen and seen != event_type:
        words += f" by a {seen}"
    return at, f"{words} ({scenario})" if scenario else words
