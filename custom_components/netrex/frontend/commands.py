"""The websocket commands of card and dashboard: what happened at a camera, what happens now, what there is.

A camera that there isn't, whose account isn't loaded, or that the person may not see, is not found: all the same.
"""

import asyncio
from datetime import date
from functools import partial
from typing import Any, Final

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.generated.languages import LANGUAGES
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util
import probatio

from ..account.account import NetrexConfigEntry
from ..cloud.recordings import Interval
from ..const import DOMAIN
from ..episodes.episode import Episode
from ..media_browser.access import find_loaded, has_permission, may_see
from ..recordings.days import day_interval
from ..recordings.media_items import RecordingItem
from .answers import Answers, EpisodeAnswer, recorded
from .asked_cameras import AskedCamera, entities_showing, entry_of, find_asked
from .asked_days import can_be_shown, day_of_episode, find_zone, today
from .controls import Controls
from .dashboard import Dashboards
from .open_questions import async_get_open_questions

MOST_CAMERAS: Final = 200
MOST_EPISODES: Final = 1000
MOST_ZONE_NAME: Final = 64
ERR_TOO_MANY: Final = "too_many_questions"


@callback
def async_setup_commands(hass: HomeAssistant) -> None:
    """Register the commands, once for all accounts."""
    websocket_api.async_register_command(hass, _timeline)
    websocket_api.async_register_command(hass, _subscribe)
    websocket_api.async_register_command(hass, _controls)
    websocket_api.async_register_command(hass, _dashboard)


@websocket_api.websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/timeline",
        probatio.Required("entity_id"): cv.entity_id,
        probatio.Required("time_zone"): probatio.All(str, probatio.Length(max=MOST_ZONE_NAME)),
        probatio.Exclusive("day", "day"): cv.date,
        probatio.Exclusive("episode", "day"): str,
    }
)
@websocket_api.async_response
async def _timeline(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Answer what of a day was recorded, and what happened on it: today, a given day, or that of an episode."""
    with async_get_open_questions(hass).one_more(connection.user) as may_ask:
        if may_ask:
            await _answer_timeline(hass, connection, msg)
        else:
            connection.send_error(msg["id"], ERR_TOO_MANY, "Too many questions at a time")


async def _answer_timeline(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    zone = await find_zone(msg["time_zone"])
    if zone is None:
        connection.send_error(msg["id"], websocket_api.ERR_INVALID_FORMAT, "There is no such time zone")
        return
    camera = find_asked(hass, msg["entity_id"], connection.user)
    day: date | None = msg.get("day") or today(zone)
    if camera is not None and "episode" in msg:
        day = day_of_episode(msg["episode"], camera, zone)
    if camera is None or day is None:
        _not_found(connection, msg)
        return
    if not can_be_shown(day, zone):
        connection.send_error(msg["id"], websocket_api.ERR_INVALID_FORMAT, "There is nothing to show of this day")
        return
    interval = day_interval(day, zone)
    episodes, listed = await asyncio.gather(
        _episodes(camera, Answers(hass, connection), interval),
        recorded(hass, camera, interval, dt_util.utcnow()),
    )
    if not camera.episodes_seen_by(connection.user):
        # Since the question: who may see a channel still gets what was recorded there.
        episodes = []
    if not may_see(hass, camera.entry, camera.node, connection.user):
        # Since the question.
        _not_found(connection, msg)
        return
    may_export = has_permission(camera.entry) and may_see(
        hass, camera.entry, camera.node, connection.user, POLICY_CONTROL
    )
    connection.send_result(
        msg["id"],
        {
            "day": day.isoformat(),
            "start": interval.begins_at,
            "end": interval.ends_at,
            "recordings": listed.state,
            "message": listed.message,
            "spans": [(span.begins_at, span.ends_at) for span in listed.spans],
            "media": RecordingItem.media_content_prefix(camera.entry.entry_id, camera.node.node_id),
            "can_export": may_export,
            "episodes": episodes,
            "kept_since": int(camera.account.episodes.kept_since.timestamp()),
        },
    )


async def _episodes(camera: AskedCamera, answers: Answers, interval: Interval) -> list[EpisodeAnswer]:
    """Return the episodes of an interval, oldest first; of too many, the latest."""
    if not camera.episodes_seen_by(answers.connection.user):
        return []
    found = await camera.account.episodes.find([camera.camera.node_id], interval, limit=MOST_EPISODES)
    return await answers.episodes(camera, found[::-1], dt_util.utcnow())


@websocket_api.websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/events/subscribe",
        probatio.Required("entity_ids"): probatio.All(
            [cv.entity_id], probatio.Length(min=1, max=MOST_CAMERAS), probatio.Unique()
        ),
    }
)
@callback
def _subscribe(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Tell of episodes as they begin, change, get their picture, and end; also after a reload of their account."""
    entries: dict[str, NetrexConfigEntry] = {}
    for entity_id in msg["entity_ids"]:
        entry = entry_of(hass, entity_id, connection.user)
        if entry is None:
            _not_found(connection, msg)
            return
        entries[entry.entry_id] = entry
    subscription = _Subscription(hass, connection, msg["id"], msg["entity_ids"])
    connection.subscriptions[msg["id"]] = subscription.end
    for entry in entries.values():
        subscription.follow(entry)
    connection.send_result(msg["id"])


class _Subscription:
    """What one browser wants to know of some cameras; it follows their accounts, loaded or not."""

    def __init__(
        self, hass: HomeAssistant, connection: ActiveConnection, message_id: int, entity_ids: list[str]
    ) -> None:
        self._hass = hass
        self._connection = connection
        self._message_id = message_id
        self._entity_ids = entity_ids
        self._answers = Answers(hass, connection)
        self._ends: list[CALLBACK_TYPE] = []
        #: Of accounts that are loaded, by the id of their entry.
        self._stops: dict[str, CALLBACK_TYPE] = {}

    @callback
    def follow(self, entry: NetrexConfigEntry) -> None:
        """Listen to an account whenever it is loaded."""
        self._ends.append(entry.async_on_state_change(partial(self._listen, entry)))
        self._listen(entry)

    @callback
    def end(self) -> None:
        """Listen no more."""
        for end in (*self._ends, *self._stops.values()):
            end()
        self._ends.clear()
        self._stops.clear()

    @callback
    def _listen(self, entry: NetrexConfigEntry) -> None:
        if stop := self._stops.pop(entry.entry_id, None):
            stop()
        if account := find_loaded(self._hass, entry.entry_id):
            changed = partial(self._changed, entry.entry_id)
            self._stops[entry.entry_id] = account.episodes.changed.add(changed)

    @callback
    def _changed(self, entry_id: str, episode: Episode) -> None:
        """Tell of an episode, once for each camera entity that shows it, if the person may see it now."""
        user, now = self._connection.user, dt_util.utcnow()
        # First, as it costs the same for any number of cameras: there may be very many subscriptions.
        shown = entities_showing(self._hass, entry_id, episode.id.node_id)
        for entity_id in filter(shown.__contains__, self._entity_ids):
            camera = find_asked(self._hass, entity_id, user)
            if camera is not None and camera.episodes_seen_by(user):
                told = {"episode": self._answers.episode(camera, episode, now)}
                self._connection.send_event(self._message_id, told)


@websocket_api.websocket_command(
    {probatio.Required("type"): f"{DOMAIN}/controls", probatio.Required("entity_id"): cv.entity_id}
)
@callback
def _controls(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Answer which entities belong to a picture of a camera, of those that the person may control."""
    camera = find_asked(hass, msg["entity_id"], connection.user)
    if camera is None:
        _not_found(connection, msg)
        return
    connection.send_result(msg["id"], Controls(hass, camera, connection.user).find())


@websocket_api.websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/dashboard",
        probatio.Optional("language"): probatio.All(str, probatio.Length(max=20)),
    }
)
@websocket_api.async_response
async def _dashboard(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Answer with the dashboard of what the person may see, in their language."""
    wanted = msg.get("language")
    language = wanted if wanted in LANGUAGES else hass.config.language
    texts = await async_get_translations(hass, language, "config_panel", {DOMAIN})
    connection.send_result(msg["id"], Dashboards(hass, connection.user, texts).make())


def _not_found(connection: ActiveConnection, msg: dict[str, Any]) -> None:
    # Nothing else: it must not show which camera there is.
    connection.send_error(msg["id"], websocket_api.ERR_NOT_FOUND, "Camera not found")
