"""Recordings over HTTP: players of people who may see the camera get its file, whole or in part."""

import hashlib
import hmac
from http import HTTPStatus
import secrets
from typing import Final

from aiohttp import web
from homeassistant.components.http import KEY_HASS_USER, HomeAssistantView
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.hass_dict import HassKey

from .account.account import NetrexAccount
from .cloud import Node
from .const import DOMAIN
from .media_browser.access import explained, find_account, find_camera, may_see
from .recordings.errors import StillPreparingError, localized_message
from .recordings.jobs import WantedRecording
from .recordings.media_items import CardRecordingItem, NoMediaItemError, RecordingItem, parse_item
from .recordings.playback import PLAYER_HEADERS
from .recordings.recordings import HEIGHTS
from .tasks.timing import timing_of

_URL: Final = f"/api/{DOMAIN}/media"
_SUFFIX: Final = ".mp4"
_TICKET_KEY: HassKey[bytes] = HassKey(f"{DOMAIN}_ticket_key")


@callback
def async_player_path(hass: HomeAssistant, item: RecordingItem | CardRecordingItem, height: int) -> str:
    """Return the path of a recording, for somebody who may see it; it holds all, as Home Assistant signs no query."""
    return f"{_URL}/{height}/{_ticket(hass, item)}/{item.identifier}{_SUFFIX}"


@callback
def _ticket(hass: HomeAssistant, item: RecordingItem | CardRecordingItem) -> str:
    """Return what shows that a path was given to somebody who may see the recording, until Home Assistant restarts.

    What players are to play, Home Assistant signs for the person who is known, else for a user of its own who may see
    all: also a path that somebody made up who has an app's webhook.
    """
    if (key := hass.data.get(_TICKET_KEY)) is None:
        key = hass.data[_TICKET_KEY] = secrets.token_bytes()
    return hmac.digest(key, item.identifier.encode(), hashlib.sha256).hex()


class RecordingView(HomeAssistantView):
    """A recording in the cloud, or on a camera's card."""

    url = f"{_URL}/{{height:[0-9]{{3,4}}}}/{{ticket:(?:[0-9a-f]{{64}}/)?}}{{identifier:.+}}"
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
        account = find_account(self.hass, item.entry_id)
        node = find_camera(account, item.node_id) if account else None
        if account is None or node is None:
            raise web.HTTPNotFound
        user = request[KEY_HASS_USER]
        is_given = hmac.compare_digest(ticket.rstrip("/"), _ticket(self.hass, item))
        if not may_see(self.hass, account.entry, node, user) or (user.system_generated and not is_given):
            # Not "unauthorized": Home Assistant takes that for a failed log-in, and may lock the house out.
            raise web.HTTPForbidden
        try:
            with explained(account, node):
                return await self._play(request, account, node, item, int(height))
        except HomeAssistantError as err:
            account.recordings.unreported.note(item.identifier, err)
            text = await localized_message(self.hass, err)
            return web.Response(status=HTTPStatus.BAD_GATEWAY, text=text, headers={"Cache-Control": "no-store"})

    head = get

    async def _play(
        self,
        request: web.Request,
        account: NetrexAccount,
        node: Node,
        item: RecordingItem | CardRecordingItem,
        height: int,
    ) -> web.StreamResponse:
        recordings, wait = account.recordings, timing_of(self.hass).recording_player_wait
        try:
            if isinstance(item, CardRecordingItem):
                return web.FileResponse(await recordings.card_clips.get(item, wait), headers=PLAYER_HEADERS)
            wanted = WantedRecording(item.node_id, item.interval, item.index, height)
            prepared = await recordings.jobs.get(wanted, wait)
        except StillPreparingError:
            # No proxy and no phone waits for minutes. Players follow about twenty of these, and show that they load.
            raise web.HTTPTemporaryRedirect(request.rel_url, headers={"Cache-Control": "no-store"}) from None
        account.note_formats(node, prepared.formats)
        return await recordings.playback.serve(request, wanted)
