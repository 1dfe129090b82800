"""Events and recordings in the media browser: by account, place, camera, day and hour."""

from datetime import timedelta
from typing import Final, Never, override

from homeassistant.auth.models import User
from homeassistant.components.media_player import BrowseError, MediaClass, SearchMedia, SearchMediaQuery
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .account.account import NetrexAccount
from .cloud import Node
from .cloud.mp4 import H265
from .const import DOMAIN
from .episodes.episode import Episode, EpisodeKind
from .episodes.items import episode_id_of
from .episodes.span import episode_interval
from .errors import action_error
from .media_browser.access import (
    accounts,
    cameras_of,
    explained,
    find_account,
    find_camera,
    find_shown,
    has_permission,
    may_see,
    media_request,
    not_allowed,
    sees_all,
)
from .media_browser.browser import browse_account, browse_camera, browse_day, browse_hour, browse_place
from .media_browser.card_browser import browse_card, browse_card_day
from .media_browser.episode_browser import EventScope, browse_events
from .media_browser.media_folders import folder
from .media_browser.picture_notice import NOTICES, notice_path
from .media_browser.search import search
from .media_browser.svg_pictures import SVG
from .media_browser.titles import Titles
from .recordings.card_clips import formats_of_file
from .recordings.errors import StillPreparingError, localized_message
from .recordings.jobs import WantedRecording
from .recordings.media_items import (
    AccountEventDayItem,
    AccountEventPartItem,
    AccountEventsItem,
    AccountItem,
    CameraEventDayItem,
    CameraEventPartItem,
    CameraEventsItem,
    CameraItem,
    CardDayItem,
    CardItem,
    CardRecordingItem,
    DayItem,
    EpisodeItem,
    EpisodePictureItem,
    HourItem,
    Item,
    NodeItem,
    NoMediaItemError,
    PlaceItem,
    RecordingItem,
    parse_item,
)
from .recordings.playback import PLAYER_WAIT
from .tasks.timing import timing_of
from .views import async_picture_path, async_player_path

#: What an account has only with the permission to recordings.
_RECORDED: Final = (DayItem, HourItem, RecordingItem, CardItem, CardDayItem, CardRecordingItem)


async def async_get_media_source(hass: HomeAssistant) -> NetrexMediaSource:
    """Return the source. Called by Home Assistant at the first look into the media browser."""
    return NetrexMediaSource(hass)


class NetrexMediaSource(MediaSource):
    """Events and recordings of all accounts. Errors are in the language of Home Assistant's settings."""

    name: str | None = "Netrex"

    def __init__(self, hass: HomeAssistant) -> None:
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return a folder with what is in it."""
        try:
            async with media_request(self.hass, item.target_media_player) as user:
                return await self._browse(item.identifier, user)
        except (NoMediaItemError, HomeAssistantError) as err:
            await self._refuse(err, BrowseError)

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Prepare a recording and return where it can be played.

        In a browser, nothing would show that it is being prepared; but a player does, so it gets to wait.
        """
        try:
            async with media_request(self.hass, item.target_media_player) as user:
                viewer = user if item.target_media_player is None else None
                return await self._resolve(item.identifier, user, viewer)
        except (NoMediaItemError, HomeAssistantError) as err:
            await self._refuse(err, Unresolvable)

    @override
    async def async_search_media(self, item: MediaSourceItem, query: SearchMediaQuery) -> SearchMedia:
        """Find events by kind, cameras by name, and their days and hours by date and time, without asking the cloud."""
        try:
            async with media_request(self.hass, item.target_media_player) as user:
                within = parse_item(item.identifier) if item.identifier else None
                titles = await Titles.load(self.hass)
                return SearchMedia(result=await search(self.hass, titles, query.search_query, within, user))
        except (NoMediaItemError, HomeAssistantError) as err:
            await self._refuse(err, BrowseError)

    async def _refuse(
        self, err: NoMediaItemError | HomeAssistantError, kind: type[BrowseError | Unresolvable]
    ) -> Never:
        if isinstance(err, NoMediaItemError):
            err = action_error("recording_unknown")
        raise kind(
            await localized_message(self.hass, err),
            translation_domain=err.translation_domain,
            translation_key=err.translation_key,
            translation_placeholders=err.translation_placeholders,
        ) from err

    async def _browse(self, identifier: str, user: User | None) -> BrowseMediaSource:
        titles = await Titles.load(self.hass)
        if not identifier:
            return await self._browse_root(titles, user)
        item = parse_item(identifier)
        account = self._account(item)
        if isinstance(item, AccountItem):
            if not _sees(account, user):
                raise not_allowed()
            return await browse_account(account, titles, user)
        if isinstance(item, PlaceItem):
            return browse_place(account, item, user)
        if isinstance(item, AccountEventsItem | AccountEventDayItem | AccountEventPartItem):
            scope = EventScope.of_account(account, user)
            if not scope.cameras and not sees_all(user):
                raise not_allowed()
            return await browse_events(scope, item, titles)
        node = self._camera(account, item, user)
        with explained(account, node):
            return await _browse_camera(account, node, item, titles)

    async def _browse_root(self, titles: Titles, user: User | None) -> BrowseMediaSource:
        entries = accounts(self.hass)
        if not entries:
            raise action_error("recordings_no_account")
        root = folder(None, "Netrex", thumbnail=f"/api/brands/integration/{DOMAIN}/icon.png")
        if len(entries) == 1:
            root.children = (await browse_account(entries[0].runtime_data, titles, user)).children
        else:
            seen = [entry for entry in entries if _sees(entry.runtime_data, user)]
            root.children = [folder(AccountItem(entry.entry_id), entry.title) for entry in seen]
        root.children_media_class = MediaClass.DIRECTORY
        return root

    async def _resolve(self, identifier: str, user: User | None, viewer: User | None) -> PlayMedia:
        """Prepare what is to be played; viewer: who looks into a browser."""
        item = parse_item(identifier)
        account = self._account(item)
        node = self._camera(account, item, user)
        match item:
            case EpisodeItem():
                return await self._play_episode(account, node, item, viewer)
            case EpisodePictureItem():
                return await self._show_picture(account, item)
            case RecordingItem() | CardRecordingItem():
                return await self._play(account, node, item, viewer)
            case _:
                raise NoMediaItemError("not a recording")

    async def _play(
        self, account: NetrexAccount, node: Node, item: RecordingItem | CardRecordingItem, viewer: User | None
    ) -> PlayMedia:
        recordings, notices = account.recordings, account.recordings.h265_notices
        wait = timing_of(self.hass).recording_browser_wait if viewer else PLAYER_WAIT
        if viewer:
            recordings.unreported.raise_once(item.identifier)
            notices.is_opening(viewer.id, item.identifier)
            if isinstance(item, RecordingItem) and node.node_id in recordings.in_h265:
                # As far as is known: so nobody waits for what can't be shown.
                notices.raise_once(viewer.id, node.node_id, node.name)
        with explained(account, node):
            try:
                formats = await self._prepare(account, node, item, wait)
            except StillPreparingError:
                if not viewer:
                    raise
                notices.opened_early(viewer.id, node.node_id, item.identifier)
            else:
                if viewer and formats & H265:
                    notices.raise_once(viewer.id, node.node_id, node.name)
        return PlayMedia(async_player_path(self.hass, item, recordings.settings.height), "video/mp4")

    async def _play_episode(
        self, account: NetrexAccount, node: Node, item: EpisodeItem, viewer: User | None
    ) -> PlayMedia:
        """Play the recording of an episode; a browser shows its picture and says so where there is none."""
        episode_id, now = episode_id_of(item), dt_util.utcnow()
        episode = await account.episodes.get(episode_id)
        # Recordings may be kept for longer than episodes.
        known = episode or Episode(episode_id, item.began_at, (EpisodeKind.MOTION,))
        recording = RecordingItem(item.entry_id, item.node_id, episode_interval(known, now))
        try:
            if not has_permission(account.entry):
                raise action_error("recordings_permission_missing", camera=node.name)
            return await self._play(account, node, recording, viewer)
        except HomeAssistantError as err:
            reason = err
            if err.translation_key == "recording_nothing":
                age = now - known.end
                is_expected = age < timedelta(seconds=timing_of(self.hass).recordings_complete_after)
                reason = action_error(
                    "event_recording_pending" if is_expected else "event_recording_none", camera=node.name
                )
            if viewer and episode and episode.has_picture and reason.translation_key in NOTICES:
                return PlayMedia(notice_path(item.entry_id, episode_id, reason.translation_key), SVG)
            raise reason from err

    async def _show_picture(self, account: NetrexAccount, item: EpisodePictureItem) -> PlayMedia:
        """Return the picture of an episode, with its file for actions that attach one, such as those of AI tasks."""
        episode_id = episode_id_of(item)
        if not await account.episodes.picture(episode_id):
            raise action_error("event_picture_gone")
        path = await account.episodes.picture_file(episode_id)
        return PlayMedia(async_picture_path(self.hass, item), "image/jpeg", path=path)

    async def _prepare(
        self, account: NetrexAccount, node: Node, item: RecordingItem | CardRecordingItem, wait: float
    ) -> frozenset[str]:
        """Wait until the recording can be played, and return its formats."""
        recordings = account.recordings
        if isinstance(item, RecordingItem):
            wanted = WantedRecording(node.node_id, item.interval, item.index, recordings.settings.height)
            prepared = await recordings.jobs.get(wanted, wait)
            account.note_formats(node, prepared.formats)
            return prepared.formats
        path = await recordings.card_clips.get(item, wait)
        return await self.hass.async_add_executor_job(formats_of_file, path)

    def _account(self, item: Item) -> NetrexAccount:
        is_shown_without_recordings = not isinstance(item, _RECORDED)
        account = (find_shown if is_shown_without_recordings else find_account)(self.hass, item.entry_id)
        if account is None:
            raise action_error("recordings_account_gone")
        return account

    def _camera(self, account: NetrexAccount, item: Item, user: User | None) -> Node:
        node = find_camera(account, item.node_id) if isinstance(item, NodeItem) else None
        if node is None:
            raise action_error("recordings_camera_gone")
        if not may_see(self.hass, account.entry, node, user):
            # Nor how it is called.
            raise not_allowed()
        return node


def _sees(account: NetrexAccount, user: User | None) -> bool:
    """Return whether a user may know an account: they may see one of its cameras, or all entities."""
    return sees_all(user) or bool(cameras_of(account, user))


async def _browse_camera(account: NetrexAccount, node: Node, item: Item, titles: Titles) -> BrowseMediaSource:
    match item:
        case CameraItem():
            return await browse_camera(account, node, titles)
        case DayItem(day=day):
            return await browse_day(account, node, day, titles)
        case HourItem(interval=interval):
            return await browse_hour(account, node, interval, titles)
        case CardItem():
            return browse_card(account, node, titles)
        case CardDayItem(day=day):
            return await browse_card_day(account, node, day, titles)
        case CameraEventsItem() | CameraEventDayItem() | CameraEventPartItem():
            return await browse_events(EventScope.of_camera(account, node), item, titles)
        case _:
            raise NoMediaItemError("not a folder")
