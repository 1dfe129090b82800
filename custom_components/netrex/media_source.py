"""Recordings in the media browser: by account, place, camera, day and hour."""

from typing import Never, override

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

from .account.account import NetrexAccount
from .cloud import Node
from .cloud.mp4 import H265
from .const import DOMAIN
from .errors import action_error
from .media_browser.access import (
    accounts,
    cameras_of,
    explained,
    find_account,
    find_camera,
    may_see,
    not_allowed,
    requesting_user,
    sees_all,
)
from .media_browser.browser import browse_account, browse_camera, browse_day, browse_hour, browse_place
from .media_browser.card_browser import browse_card, browse_card_day
from .media_browser.media_folders import folder
from .media_browser.search import search
from .media_browser.titles import Titles
from .recordings.card_clips import formats_of_file
from .recordings.errors import StillPreparingError, localized_message
from .recordings.jobs import WantedRecording
from .recordings.media_items import (
    AccountItem,
    CameraItem,
    CardDayItem,
    CardItem,
    CardRecordingItem,
    DayItem,
    HourItem,
    Item,
    NodeItem,
    NoMediaItemError,
    PlaceItem,
    RecordingItem,
    parse_item,
)
from .recordings.playback import PLAYER_WAIT
from .recordings.recordings import Recordings
from .tasks.timing import timing_of
from .views import async_player_path


async def async_get_media_source(hass: HomeAssistant) -> NetrexMediaSource:
    """Return the source. Called by Home Assistant at the first look into the media browser."""
    return NetrexMediaSource(hass)


class NetrexMediaSource(MediaSource):
    """Recordings of all accounts. Errors are in the language of Home Assistant's settings, as people read them."""

    name: str | None = "Netrex"

    def __init__(self, hass: HomeAssistant) -> None:
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return a folder with what is in it."""
        try:
            return await self._browse(item.identifier, await requesting_user(self.hass, item.target_media_player))
        except (NoMediaItemError, HomeAssistantError) as err:
            await self._refuse(err, BrowseError)

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Prepare a recording and return where it can be played.

        In a browser, nothing would show that it is being prepared; but a player does, so it gets to wait.
        """
        try:
            user = await requesting_user(self.hass, item.target_media_player)
            viewer = user if item.target_media_player is None else None
            return await self._resolve(item.identifier, user, viewer)
        except (NoMediaItemError, HomeAssistantError) as err:
            await self._refuse(err, Unresolvable)

    @override
    async def async_search_media(self, item: MediaSourceItem, query: SearchMediaQuery) -> SearchMedia:
        """Find cameras by name, and their days and hours by date and time. Nothing is asked of the cloud."""
        try:
            user = await requesting_user(self.hass, item.target_media_player)
            within = parse_item(item.identifier) if item.identifier else None
        except (NoMediaItemError, HomeAssistantError) as err:
            await self._refuse(err, BrowseError)
        return SearchMedia(result=search(self.hass, await Titles.load(self.hass), query.search_query, within, user))

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
            return browse_account(account, titles, user)
        if isinstance(item, PlaceItem):
            return browse_place(account, item, user)
        node = self._camera(account, item, user)
        with explained(account, node):
            return await _browse_camera(account, node, item, titles)

    async def _browse_root(self, titles: Titles, user: User | None) -> BrowseMediaSource:
        entries = accounts(self.hass)
        if not entries:
            raise action_error("recordings_no_account")
        root = folder(None, "Netrex", thumbnail=f"/api/brands/integration/{DOMAIN}/icon.png")
        if len(entries) == 1:
            root.children = browse_account(entries[0].runtime_data, titles, user).children
        else:
            seen = [entry for entry in entries if _sees(entry.runtime_data, user)]
            root.children = [folder(AccountItem(entry.entry_id), entry.title) for entry in seen]
        root.children_media_class = MediaClass.DIRECTORY
        return root

    async def _resolve(self, identifier: str, user: User | None, viewer: User | None) -> PlayMedia:
        """Prepare a recording; viewer: who looks into a browser."""
        item = parse_item(identifier)
        account = self._account(item)
        node = self._camera(account, item, user)
        if not isinstance(item, RecordingItem | CardRecordingItem):
            raise NoMediaItemError("not a recording")
        recordings = account.recordings
        wait = timing_of(self.hass).recording_browser_wait if viewer else PLAYER_WAIT
        if viewer:
            recordings.unreported.raise_once(item.identifier)
            if isinstance(item, RecordingItem) and node.node_id in recordings.in_h265:
                # As far as is known: so nobody waits for what can't be shown.
                _tell_of_h265(recordings, viewer, node)
        with explained(account, node):
            try:
                formats = await self._prepare(account, node, item, wait)
            except StillPreparingError:
                if not viewer:
                    raise
            else:
                if viewer and formats & H265:
                    _tell_of_h265(recordings, viewer, node)
        return PlayMedia(async_player_path(self.hass, item, recordings.settings.height), "video/mp4")

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
        account = find_account(self.hass, item.entry_id)
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


def _tell_of_h265(recordings: Recordings, user: User, node: Node) -> None:
    """Raise that a browser may show no picture, once for each person and camera: nobody knows what theirs can play."""
    if (user.id, node.node_id) not in recordings.told_of_h265:
        recordings.told_of_h265.add((user.id, node.node_id))
        raise action_error("recording_in_h265", camera=node.name)


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
        case _:
            raise NoMediaItemError("not a folder")
