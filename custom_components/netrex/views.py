"""Recordings and pictures of events over HTTP, for people who may see the camera."""

from collections.abc import Callable
from functools import partial
import hashlib
import hmac
from http import HTTPStatus
import re
import secrets
from typing import Final, override

from aiohttp import web
from homeassistant.components.http import KEY_HASS_USER, HomeAssistantView
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.hass_dict import HassKey

from .account.account import NetrexAccount
from .cloud import Node
from .cloud.mp4 import H265
from .const import DOMAIN
from .episodes.items import episode_id_of
from .episodes.paths import ATTR_WIDTH, EPISODE, PICTURE, episode_picture_path
from .episodes.thumbnails import WIDTH
from .media_browser.access import explained, find_account, find_camera, find_loaded, is_signed_in, may_see
from .media_browser.svg_pictures import SVG_HEADERS, in_square
from .recordings.card_clips import formats_of_file
from .recordings.errors import StillPreparingError, localized_message
from .recordings.h265_notices import notice_film
from .recordings.jobs import WantedRecording
from .recordings.media_items import CardRecordingItem, EpisodePictureItem, NoMediaItemError, RecordingItem, parse_item
from .recordings.playback import PLAYER_HEADERS
from .recordings.recordings import HEIGHTS
from .tasks.timing import timing_of

_URL: Final = f"/api/{DOMAIN}/media"
_SUFFIX: Final = ".mp4"
_TICKET: Final = "{ticket:(?:[0-9a-f]{64}/)?}"
#: Of pictures: that of an event that is over stays as it is.
_OVER: Final = "private, max-age=86400"
_GOES_ON: Final = "private, no-cache"
_NOT_THERE: Final = "no-store"
_WIDTH: Final = re.compile(r"[0-9]{1,3}")
_TICKET_KEY: HassKey[bytes] = HassKey(f"{DOMAIN}_ticket_key")


@callback
def async_player_path(hass: HomeAssistant, item: RecordingItem | CardRecordingItem, height: int) -> str:
    """Return the path of a recording, for somebody who may see it; it holds all, as Home Assistant signs no query."""
    return f"{_URL}/{height}/{_ticket(hass, item)}/{item.identifier}{_SUFFIX}"


@callback
def async_picture_path(hass: HomeAssistant, item: EpisodePictureItem) -> str:
    """Return the path of an episode's picture for a player: Home Assistant signs it for the user who is known."""
    path = episode_picture_path(item.entry_id, episode_id_of(item))
    return path.replace(PICTURE, f"{PICTURE}/{_ticket(hass, item)}", 1)


@callback
def _ticket(hass: HomeAssistant, item: RecordingItem | CardRecordingItem | EpisodePictureItem) -> str:
    """Return what shows that a path was given to somebody who may see what it is of, until Home Assistant restarts.

    What players are to play, Home Assistant signs for the person who is known, else for a user of its own who may see
    all: also a path that somebody made up who has an app's webhook.
    """
    if (key := hass.data.get(_TICKET_KEY)) is None:
        key = hass.data[_TICKET_KEY] = secrets.token_bytes()
    return hmac.digest(key, item.identifier.encode(), hashlib.sha256).hex()


@callback
def _may_get(
    hass: HomeAssistant,
    request: web.Request,
    account: NetrexAccount,
    node: Node,
    item: RecordingItem | CardRecordingItem | EpisodePictureItem,
    ticket: str,
) -> bool:
    """Return whether somebody may get what a camera recorded; Home Assistant's own users need the ticket, see above."""
    user, is_given = request[KEY_HASS_USER], hmac.compare_digest(ticket.rstrip("/"), _ticket(hass, item))
    is_known = is_signed_in(hass, request) and (is_given or not user.system_generated)
    return is_known and may_see(hass, account.entry, node, user)


class RecordingView(HomeAssistantView):
    """A recording in the cloud, or on a camera's card."""

    url = f"{_URL}/{{height:[0-9]{{3,4}}}}/{_TICKET}{{identifier:.+}}"
    name = f"api:{DOMAIN}:media"

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass

    async def get(self, request: web.Request, height: str, ticket: str, identifier: str) -> web.StreamResponse:
        """Send a recording, or a part of one. Called by players."""
        try:
            item = parse_item(identifier.removesuffix(_SUFFIX))
        except NoMediaItemError:
            raise web.HTTPNotFound from None
        if not isinstance(item, RecordingItem | CardRecordingItem) or int(height) not in HEIGHTS:
            raise web.HTTPNotFound
        account, node = self._find(request, ticket, item)
        # What was there, and allowed, may not be after a wait.
        check = partial(self._find, request, ticket, item)
        try:
            with explained(account, node):
                return await self._play(request, account, node, item, int(height), check)
        except HomeAssistantError as err:
            account.recordings.unreported.note(item.identifier, err)
            text = await localized_message(self.hass, err)
            return web.Response(status=HTTPStatus.BAD_GATEWAY, text=text, headers={"Cache-Control": "no-store"})

    head = get

    def _find(
        self, request: web.Request, ticket: str, item: RecordingItem | CardRecordingItem
    ) -> tuple[NetrexAccount, Node]:
        """Return the camera of a recording, and its account, if somebody may get it."""
        account = find_account(self.hass, item.entry_id)
        node = find_camera(account, item.node_id) if account else None
        if account is None or node is None:
            raise web.HTTPNotFound
        if not _may_get(self.hass, request, account, node, item, ticket):
            # Not "unauthorized": Home Assistant takes that for a failed log-in, and may lock the house out.
            raise web.HTTPForbidden
        return account, node

    async def _play(
        self,
        request: web.Request,
        account: NetrexAccount,
        node: Node,
        item: RecordingItem | CardRecordingItem,
        height: int,
        check: Callable[[], object],
    ) -> web.StreamResponse:
        recordings, wait = account.recordings, timing_of(self.hass).recording_player_wait
        try:
            if isinstance(item, CardRecordingItem):
                path = await recordings.card_clips.get(item, wait)
                formats = await self.hass.async_add_executor_job(formats_of_file, path)
                notice = await self._notice(request, account, item, formats)
                check()
                return notice or web.FileResponse(path, headers=PLAYER_HEADERS)
            wanted = WantedRecording(item.node_id, item.interval, item.index, height)
            prepared = await recordings.jobs.get(wanted, wait)
        except StillPreparingError:
            # No proxy and no phone waits for minutes. Players follow about twenty of these, and show that they load.
            raise web.HTTPTemporaryRedirect(request.rel_url, headers={"Cache-Control": "no-store"}) from None
        account.note_formats(node, prepared.formats)
        notice = await self._notice(request, account, item, prepared.formats)
        check()
        return notice or await recordings.playback.serve(request, wanted, check)

    async def _notice(
        self,
        request: web.Request,
        account: NetrexAccount,
        item: RecordingItem | CardRecordingItem,
        formats: frozenset[str],
    ) -> web.FileResponse | None:
        """Return what is shown first where a browser may show nothing of a recording."""
        user_id, notices = request[KEY_HASS_USER].id, account.recordings.h265_notices
        if not formats & H265 or not notices.tells(user_id, item.node_id, item.identifier):
            return None
        film = await self.hass.async_add_executor_job(notice_film, self.hass.config.language)
        return web.FileResponse(film, headers=PLAYER_HEADERS)


class EpisodePictureView(HomeAssistantView):
    """The picture of an episode, or a thumbnail of it where that is as wide as was asked for."""

    url = f"{PICTURE}/{_TICKET}{EPISODE}.jpg"
    name = f"api:{DOMAIN}:episode-picture"

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass

    async def get(
        self, request: web.Request, ticket: str, entry_id: str, node_id: str, began_at: str
    ) -> web.StreamResponse:
        """Send a picture. Called by dashboards, phones that show a notification, and the media browser."""
        wanted = f"{entry_id}/{node_id}/{began_at}"
        account, item = self._find(request, ticket, wanted)
        episode_id = episode_id_of(item)
        # First: a picture from before its episode was over may not be the last one.
        episode = await account.episodes.get(episode_id)
        picture = await account.episodes.picture(episode_id, thumbnail=self._is_small(request))
        # What was there, and allowed, may not be after the wait.
        self._find(request, ticket, wanted)
        if picture is None or episode is None:
            raise _not_there()
        caching = {"Cache-Control": _OVER if episode.is_over else _GOES_ON}
        return self._answer(picture, caching)

    head = get

    def _is_small(self, request: web.Request) -> bool:
        """Return whether a thumbnail is wide enough; what is no width asks for the picture as it is kept."""
        width = request.query.get(ATTR_WIDTH, "")
        return _WIDTH.fullmatch(width) is not None and int(width) <= WIDTH

    def _answer(self, picture: bytes, headers: dict[str, str]) -> web.Response:
        return web.Response(body=picture, content_type="image/jpeg", headers=headers)

    def _find(self, request: web.Request, ticket: str, episode: str) -> tuple[NetrexAccount, EpisodePictureItem]:
        """Return what is asked for, and its account; nobody learns whether there is what they may not see."""
        try:
            item = parse_item(f"{EpisodePictureItem.kind}/{episode}")
        except NoMediaItemError:
            raise _not_there() from None
        account = find_loaded(self.hass, item.entry_id)
        if account is None or not isinstance(item, EpisodePictureItem):
            raise _not_there()
        node = find_camera(account, item.node_id)
        if node is None or not _may_get(self.hass, request, account, node, item, ticket):
            raise _not_there()
        return account, item


class EpisodeTileView(EpisodePictureView):
    """A small picture of an episode in a square."""

    url = f"{PICTURE}/{_TICKET}{EPISODE}.svg"
    name = f"api:{DOMAIN}:episode-tile"

    @override
    def _is_small(self, request: web.Request) -> bool:
        return True

    @override
    def _answer(self, picture: bytes, headers: dict[str, str]) -> web.Response:
        return web.Response(body=in_square(picture), headers={**SVG_HEADERS, **headers})


def _not_there() -> web.HTTPNotFound:
    return web.HTTPNotFound(headers={"Cache-Control": _NOT_THERE})
