"""Folders of events: days with their counts, and in a day what happened, newest first. Asks nothing of the cloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from homeassistant.auth.models import User
from homeassistant.components.media_player import BrowseMedia, MediaClass
from homeassistant.components.media_source import BrowseMediaSource

from ..account.account import NetrexAccount
from ..cloud import Node, NodeType
from ..cloud.recordings import Interval
from ..episodes.episode import Episode, EpisodeKind
from ..episodes.items import episode_item, episode_picture_item
from ..recordings.days import day_interval, hours_of
from ..recordings.media_items import (
    LONGEST,
    AccountEventDayItem,
    AccountEventPartItem,
    AccountEventsItem,
    CameraEventDayItem,
    CameraEventPartItem,
    CameraEventsItem,
    Item,
    NoMediaItemError,
)
from .access import cameras_of, has_permission
from .episode_thumbnails import begun_in, important_episodes, most_important, thumbnail_of, tile_of
from .episode_titles import episode_titles
from .media_folders import folder, leaf, picture
from .titles import Titles

#: Instead of a kind of events: any.
ALL: Final = "all"
NO_BREAK_SPACE: Final = "\u00a0"
#: Days looked at: as long as episodes can be kept, and today.
_DAYS: Final = 91
#: Tiles of a folder; a day with more is shown by hours, an hour with more in several folders.
_MOST_TILES: Final = 200
_MOST_READ: Final = 5000

type EventItem = (
    AccountEventsItem
    | CameraEventsItem
    | AccountEventDayItem
    | CameraEventDayItem
    | AccountEventPartItem
    | CameraEventPartItem
)


@dataclass(frozen=True, slots=True)
class EventScope:
    """Whose events are shown: those of one camera, or of all cameras of an account that a user may see.

    Attributes:
        cameras: by node ids.
        camera: the only one, unless they are those of an account.
    """

    account: NetrexAccount
    cameras: Mapping[int, Node]
    camera: Node | None = None

    @classmethod
    def of_camera(cls, account: NetrexAccount, node: Node) -> EventScope:
        """Return the scope of one camera, which somebody may see."""
        return cls(account, {node.node_id: node}, node)

    @classmethod
    def of_account(cls, account: NetrexAccount, user: User | None) -> EventScope:
        """Return the scope of what a user may see of an account."""
        return cls(account, {node.node_id: node for node in cameras_of(account, user) if has_events_of_its_own(node)})

    @property
    def names(self) -> Mapping[int, str] | None:
        """The names of the cameras, where they have to be said."""
        return None if self.camera else {node_id: node.name for node_id, node in self.cameras.items()}

    def title(self, *parts: str) -> str:
        """Return the title of a folder."""
        return ", ".join((*([self.camera.name] if self.camera else ()), *parts))

    def events(self) -> AccountEventsItem | CameraEventsItem:
        """Return the folder of all days."""
        entry_id = self.account.entry.entry_id
        return CameraEventsItem(entry_id, self.camera.node_id) if self.camera else AccountEventsItem(entry_id)

    def day(self, day: date, kind: str = ALL) -> AccountEventDayItem | CameraEventDayItem:
        """Return the folder of a day."""
        entry_id = self.account.entry.entry_id
        if self.camera:
            return CameraEventDayItem(entry_id, self.camera.node_id, day, kind)
        return AccountEventDayItem(entry_id, day, kind)

    def part(self, interval: Interval, kind: str) -> AccountEventPartItem | CameraEventPartItem:
        """Return the folder of a part of a day."""
        entry_id = self.account.entry.entry_id
        interval = replace(interval, begins_at=max(interval.begins_at, interval.ends_at - LONGEST))
        if self.camera:
            return CameraEventPartItem(entry_id, self.camera.node_id, interval, kind)
        return AccountEventPartItem(entry_id, interval, kind)


def has_events_of_its_own(node: Node) -> bool:
    """Return whether events are a camera's; those of its channels are its own."""
    return node.type is NodeType.CAMERA


async def events_folder(scope: EventScope, titles: Titles) -> BrowseMediaSource:
    """Return what leads to the events, with the picture of the latest."""
    now = int(titles.now.timestamp())
    latest = await scope.account.episodes.find(scope.cameras, Interval(now - LONGEST, now + 1), limit=_MOST_TILES)
    shown = next((each for each in latest if each.has_picture), None)
    # A camera's folder is a list, whose pictures are not cut.
    picture_of = thumbnail_of if scope.camera else tile_of
    return _with_picture(scope.events(), titles.words["events"], picture_of(scope.account, shown))


async def browse_events(scope: EventScope, item: EventItem, titles: Titles) -> BrowseMediaSource:
    """Return a folder of events."""
    match item:
        case AccountEventsItem() | CameraEventsItem():
            return await event_days(scope, item, scope.title(titles.words["events"]), titles)
        case AccountEventDayItem(day=day, event_kind=kind) | CameraEventDayItem(day=day, event_kind=kind):
            return await _browse_day(scope, day, kind, titles)
        case (
            AccountEventPartItem(interval=interval, event_kind=kind)
            | CameraEventPartItem(interval=interval, event_kind=kind)
        ):
            found = await _find(scope, interval, kind)
            title = scope.title(titles.day(_day_of(interval, titles)), titles.hours(interval), *_kind(kind, titles))
            return _folder(item, title, _tiles(scope, found, interval, kind, titles), titles)


async def event_days(scope: EventScope, item: Item, title: str, titles: Titles) -> BrowseMediaSource:
    """Return the days on which something happened, today first, with their counts."""
    today = titles.now.date()
    days = [today - timedelta(days=ago) for ago in range(_DAYS)]
    counts = await scope.account.episodes.counts(scope.cameras, [day_interval(day, titles.zone) for day in days])
    counted = [(day, count) for day, count in zip(days, counts, strict=True) if count]
    important = await important_episodes(
        scope.account, scope.cameras, [day_interval(day, titles.zone) for day, _count in counted]
    )
    children: list[BrowseMedia] = [
        _with_picture(scope.day(day), _counted(titles.day_short(day), count, titles), tile_of(scope.account, episode))
        for (day, count), episode in zip(counted, important, strict=True)
    ]
    return _folder(item, title, children, titles)


async def _browse_day(scope: EventScope, day: date, kind: str, titles: Titles) -> BrowseMediaSource:
    whole = day_interval(day, titles.zone)
    found = await _find(scope, whole, kind)
    children: list[BrowseMedia] = _kind_folders(scope, day, found, titles) if kind == ALL else []
    if len(found) <= _MOST_TILES:
        children += _tiles(scope, found, whole, kind, titles)
    else:
        children += _hour_folders(scope, day, found, kind, titles)
    title = scope.title(titles.words["events"], titles.day(day), *_kind(kind, titles))
    return _folder(scope.day(day, kind), title, children, titles)


def _kind_folders(scope: EventScope, day: date, found: Sequence[Episode], titles: Titles) -> list[BrowseMedia]:
    """Return a folder a kind of a day, the most important first, if there are several."""
    by_kind = {kind: [each for each in found if kind in each.kinds] for kind in EpisodeKind}
    present = {kind: episodes for kind, episodes in by_kind.items() if episodes}
    if len(present) < 2:  # noqa: PLR2004 - several
        return []
    return [
        # As folders, their pictures have a margin, unlike those of the events that follow.
        folder(
            scope.day(day, kind),
            _counted(titles.words[f"kind_{kind}"], len(episodes), titles),
            thumbnail=thumbnail_of(scope.account, most_important(episodes)),
        )
        for kind, episodes in present.items()
    ]


def _hour_folders(
    scope: EventScope, day: date, found: Sequence[Episode], kind: str, titles: Titles
) -> list[BrowseMedia]:
    """Return a folder an hour, the latest first; where not all was read, one for what was before."""
    children: list[BrowseMedia] = []
    is_all = len(found) < _MOST_READ
    hours = hours_of(day, titles.zone)
    oldest = found[-1].id.began_at // 1000
    for hour in reversed(hours):
        if not is_all and hour.begins_at <= oldest:
            earlier = Interval(hours[0].begins_at, min(hour.ends_at, oldest + 1))
            children.append(_with_picture(scope.part(earlier, kind), titles.words["events_earlier"], None))
            break
        if episodes := begun_in(found, hour):
            title = _counted(titles.hours(hour), len(episodes), titles)
            thumbnail = tile_of(scope.account, most_important(episodes))
            children.append(_with_picture(scope.part(hour, kind), title, thumbnail))
    return children


def _tiles(
    scope: EventScope, found: Sequence[Episode], interval: Interval, kind: str, titles: Titles
) -> list[BrowseMedia]:
    """Return episodes as tiles; where there are very many, also a folder of those that came before."""
    if len(found) <= _MOST_TILES:
        return episode_tiles(scope.account, found, episode_titles(found, titles, scope.names))
    # Folders know seconds: what began in the same one is in one folder.
    ends_at = min(found[_MOST_TILES].id.began_at // 1000 + 1, interval.ends_at - 1)
    shown = [each for each in found[:_MOST_TILES] if each.id.began_at >= ends_at * 1000]
    earlier = scope.part(Interval(interval.begins_at, ends_at), kind)
    return [
        *episode_tiles(scope.account, shown, episode_titles(shown, titles, scope.names)),
        _with_picture(earlier, titles.words["events_earlier"], None),
    ]


def episode_tiles(
    account: NetrexAccount, episodes: Sequence[Episode], titles_of_episodes: Sequence[str]
) -> list[BrowseMedia]:
    """Return what plays episodes, or shows their pictures where the account may not read recordings."""
    entry_id, plays = account.entry.entry_id, has_permission(account.entry)
    children: list[BrowseMedia] = []
    for each, text in zip(episodes, titles_of_episodes, strict=True):
        # A tile has one line, which would end before the first word that is not whole in it.
        title = text.replace(" ", NO_BREAK_SPACE)
        thumbnail = tile_of(account, each)
        item = episode_item(entry_id, each.id)
        if plays:
            children.append(leaf(item, title, can_play=True, thumbnail=thumbnail))
        elif thumbnail:
            children.append(picture(episode_picture_item(entry_id, each.id), title, thumbnail))
        else:
            children.append(leaf(item, title, can_play=False))
    return children


async def _find(scope: EventScope, interval: Interval, kind: str) -> list[Episode]:
    try:
        wanted = () if kind == ALL else (EpisodeKind(kind),)
    except ValueError:
        raise NoMediaItemError("not a kind of events") from None
    found = await scope.account.episodes.find(scope.cameras, interval, wanted, _MOST_READ)
    return begun_in(found, interval)


def _kind(kind: str, titles: Titles) -> tuple[str, ...]:
    return () if kind == ALL else (titles.words[f"kind_{kind}"],)


def _counted(title: str, count: int, titles: Titles) -> str:
    return titles.words["events_of"].format(title=title, count=count)


def _day_of(interval: Interval, titles: Titles) -> date:
    return datetime.fromtimestamp(interval.begins_at, titles.zone).date()


def _folder(item: Item, title: str, children: Sequence[BrowseMedia], titles: Titles) -> BrowseMediaSource:
    nothing = leaf(item, titles.words["events_none"], can_play=False)
    found = folder(item, title, children or [nothing], media_class=MediaClass.VIDEO)
    # As tiles, also where nothing but folders are in it.
    found.children_media_class = MediaClass.VIDEO
    return found


def _with_picture(item: Item, title: str, thumbnail: str | None) -> BrowseMediaSource:
    """Return a folder that is pointed at: with a picture, it fills its tile."""
    return folder(item, title, thumbnail=thumbnail, media_class=MediaClass.VIDEO if thumbnail else MediaClass.DIRECTORY)
