"""Folders of an account, and of recordings in the cloud.

Each requests only what it shows, at most once; a `CloudError` is not caught.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from homeassistant.auth.models import User
from homeassistant.components.media_player import BrowseMedia, MediaClass
from homeassistant.components.media_source import BrowseMediaSource
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.helpers import entity_registry as er

from ..account.account import NetrexAccount
from ..account.devices import node_key
from ..cloud import Node, ProtocolError
from ..cloud.recordings import Interval, Recording
from ..const import DOMAIN
from ..recordings.days import SLOT, begun, day_interval, hours_of, split, until
from ..recordings.media_items import AccountItem, CameraItem, CardItem, DayItem, HourItem, PlaceItem, RecordingItem
from .access import cameras_of, has_permission, not_allowed, sees_all
from .episode_browser import EventScope, event_days, events_folder, has_events_of_its_own
from .episode_thumbnails import thumbnails
from .media_folders import folder, leaf
from .titles import Titles


async def browse_account(account: NetrexAccount, titles: Titles, user: User | None) -> BrowseMediaSource:
    """Return an account's events, its places, and the cameras that are in none; a single place is left out."""
    scope = EventScope.of_account(account, user)
    events = [await events_folder(scope, titles)] if account.permissions.can_receive_events and scope.cameras else []
    children = [*events, *_places(account, titles, user)]
    return folder(AccountItem(account.entry.entry_id), account.entry.title, children)


def _places(account: NetrexAccount, titles: Titles, user: User | None) -> list[BrowseMedia]:
    tree = account.tree.data
    by_place: dict[Node | None, list[Node]] = {}
    for node in _shown(account, user):
        by_place.setdefault(tree.place_of(node), []).append(node)
    if len(by_place) == 1:
        (nodes,) = by_place.values()
        return _cameras(account, nodes)
    in_none = by_place.pop(None, [])
    names = Counter(place.name for place in by_place if place)
    places: list[BrowseMedia] = []
    for place in sorted(filter(None, by_place), key=lambda place: place.name.casefold()):
        title = place.name
        above = next(tree.ancestors(place), None)
        if names[title] > 1 and above is not None:
            title = titles.words["place_in"].format(place=title, above=above.name)
        places.append(folder(PlaceItem(account.entry.entry_id, place.node_id), title))
    return [*places, *_cameras(account, in_none)]


def browse_place(account: NetrexAccount, item: PlaceItem, user: User | None) -> BrowseMediaSource:
    """Return the cameras of a location or folder.

    Raises:
        HomeAssistantError: the user may see none of them, nor what the place is called.
    """
    tree = account.tree.data
    nodes = [node for node in _shown(account, user) if (place := tree.place_of(node)) and place.node_id == item.node_id]
    if not nodes and not sees_all(user):
        raise not_allowed()
    place = tree.nodes.get(item.node_id)
    return folder(item, place.name if place else account.entry.title, _cameras(account, nodes))


def _shown(account: NetrexAccount, user: User | None) -> list[Node]:
    """Return what has something to show: without recordings, channels have nothing."""
    nodes = cameras_of(account, user)
    return nodes if has_permission(account.entry) else [node for node in nodes if has_events_of_its_own(node)]


def _cameras(account: NetrexAccount, nodes: Sequence[Node]) -> list[BrowseMedia]:
    return [
        folder(
            CameraItem(account.entry.entry_id, node.node_id),
            node.name,
            thumbnail=_thumbnail(account, node),
            media_class=MediaClass.VIDEO,
        )
        for node in nodes
    ]


def _thumbnail(account: NetrexAccount, node: Node) -> str | None:
    """Return where the browser gets a picture of now, as Home Assistant's own list of cameras does."""
    entity_id = er.async_get(account.hass).async_get_entity_id("camera", DOMAIN, node_key(account.entry, node))
    state = account.hass.states.get(entity_id) if entity_id else None
    return None if state is None or state.state == STATE_UNAVAILABLE else f"/api/camera_proxy/{entity_id}"


async def browse_camera(account: NetrexAccount, node: Node, titles: Titles) -> BrowseMediaSource:
    """Return the events of a camera, its days of recordings, today first, and its card."""
    entry_id = account.entry.entry_id
    item = CameraItem(entry_id, node.node_id)
    scope = EventScope.of_camera(account, node)
    if not has_permission(account.entry):
        return await event_days(scope, item, node.name, titles)
    today = titles.now.date()
    days = [today - timedelta(days=ago) for ago in range(account.recordings.settings.days)]
    if account.recordings.settings.only_recorded_days:
        days = await _recorded_days(account, node, days, titles)
    pictures = await _thumbnails(account, node, [day_interval(day, titles.zone) for day in days])
    children: list[BrowseMedia] = []
    if account.permissions.can_receive_events and has_events_of_its_own(node):
        children.append(await events_folder(scope, titles))
    children += [
        folder(DayItem(entry_id, node.node_id, day), titles.day(day), thumbnail=thumbnail)
        for day, thumbnail in zip(days, pictures, strict=True)
    ]
    camera = account.cameras.get(node.node_id)
    if camera is not None and camera.card is not None and camera.card.exports:
        children.append(folder(CardItem(entry_id, node.node_id), titles.words["card"]))
    return folder(item, node.name, children, media_class=MediaClass.VIDEO, as_list=True)


async def _thumbnails(account: NetrexAccount, node: Node, stretches: Sequence[Interval]) -> list[str | None]:
    """Return pictures of what happened: a channel shows another part of the scene than its camera does."""
    if not has_events_of_its_own(node):
        return [None] * len(stretches)
    return await thumbnails(account, [node.node_id], stretches)


async def _recorded_days(account: NetrexAccount, node: Node, days: list[date], titles: Titles) -> list[date]:
    """Leave out days on which nothing was recorded; today stays."""
    past = tuple(day_interval(day, titles.zone) for day in reversed(days[1:]))
    try:
        found = await account.recordings.lists.recorded(node.node_id, past)
    except ProtocolError:
        # How long an interval may be is not documented: where a day is too long, all are shown.
        return days
    return [days[0], *(day for day, pieces in zip(days[1:], reversed(found), strict=True) if pieces)]


async def browse_day(account: NetrexAccount, node: Node, day: date, titles: Titles) -> BrowseMediaSource:
    """Return the hours of a day, each with how much was recorded in it: one request."""
    entry_id = account.entry.entry_id
    now = titles.now.timestamp()
    hours = begun(hours_of(day, titles.zone), now)
    found = await account.recordings.lists.recorded(node.node_id, tuple(until(hour, now) for hour in hours))
    pictures = await _thumbnails(account, node, hours)
    children: list[BrowseMedia] = []
    for hour, pieces, thumbnail in zip(hours, found, pictures, strict=True):
        item = HourItem(entry_id, node.node_id, hour)
        title = titles.recorded(titles.hours(hour), _seconds(pieces))
        children.append(
            folder(item, title, thumbnail=thumbnail)
            if pieces
            else leaf(item, title, can_play=False, thumbnail=thumbnail)
        )
    return folder(DayItem(entry_id, node.node_id, day), f"{node.name}, {titles.day(day)}", children, as_list=True)


async def browse_hour(account: NetrexAccount, node: Node, hour: Interval, titles: Titles) -> BrowseMediaSource:
    """Return the slots of an hour, each with its recordings: one request."""
    entry_id = account.entry.entry_id
    now = titles.now.timestamp()
    slots = tuple(until(slot, now) for slot in begun(split(hour, SLOT), now))
    found = await account.recordings.lists.recorded(node.node_id, slots)
    children: list[BrowseMedia] = []
    for slot, pieces in zip(slots, found, strict=True):
        when = titles.hours(slot)
        if not pieces:
            nothing = HourItem(entry_id, node.node_id, slot)
            children.append(leaf(nothing, titles.recorded(when, 0), can_play=False))
        for index, piece in enumerate(pieces):
            item = RecordingItem(entry_id, node.node_id, slot, index)
            is_single = len(pieces) == 1
            title = (
                titles.recorded(when, piece.duration) if is_single else titles.piece(when, index + 1, piece.duration)
            )
            children.append(leaf(item, title, can_play=True))
    return folder(HourItem(entry_id, node.node_id, hour), f"{node.name}, {titles.hours(hour)}", children, as_list=True)


def _seconds(pieces: Sequence[Recording]) -> int:
    return sum(piece.duration for piece in pieces)
