"""An episode's picture with words below it: what a browser shows where there is no recording to play."""

from typing import Final

from aiohttp import web
from homeassistant.components.http import KEY_HASS_USER, HomeAssistantView
from homeassistant.core import HomeAssistant

from ..account.account import NetrexAccount
from ..cloud import Node
from ..const import DOMAIN
from ..episodes.episode import EpisodeId
from ..episodes.paths import EPISODE
from ..errors import action_error
from ..recordings.errors import MESSAGES, localized_message
from .access import find_camera, find_shown, is_signed_in, may_see
from .svg_pictures import SVG_HEADERS, with_notice

#: What can be said, by the keys of `exceptions` in the translations.
NOTICES: Final = MESSAGES | {"event_recording_none", "event_recording_pending"}
_URL: Final = f"/api/{DOMAIN}/episode-notice"


def notice_path(entry_id: str, episode_id: EpisodeId, notice: str) -> str:
    """Return the path of an episode's picture with one of the notices below it."""
    return f"{_URL}/{entry_id}/{episode_id.node_id}/{episode_id.began_at}/{notice}.svg"


class PictureNoticeView(HomeAssistantView):
    """Pictures of episodes with words."""

    url = f"{_URL}/{EPISODE}/{{notice:[a-z_]+}}.svg"
    name = f"api:{DOMAIN}:episode-notice"

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass

    async def get(
        self, request: web.Request, entry_id: str, node_id: str, began_at: str, notice: str
    ) -> web.StreamResponse:
        """Send a picture. Called by browsers, with a signature."""
        account, node = self._find(request, entry_id, int(node_id))
        picture = await account.episodes.picture(EpisodeId(node.node_id, int(began_at)))
        if notice not in NOTICES or not picture:
            raise web.HTTPNotFound
        error = action_error(notice, host=account.provider.host, camera=node.name)
        text = await localized_message(self.hass, error)
        # What was there, and allowed, may not be after the wait.
        self._find(request, entry_id, node.node_id)
        return web.Response(
            body=with_notice(picture, text), headers={**SVG_HEADERS, "Cache-Control": "private, no-store"}
        )

    def _find(self, request: web.Request, entry_id: str, node_id: int) -> tuple[NetrexAccount, Node]:
        """Return a camera, and its account, if somebody may see it."""
        user = request[KEY_HASS_USER]
        account = find_shown(self.hass, entry_id)
        node = find_camera(account, node_id) if account else None
        if account is None or node is None or user.system_generated:
            raise web.HTTPNotFound
        if not is_signed_in(self.hass, request) or not may_see(self.hass, account.entry, node, user):
            # Not "unauthorized": Home Assistant takes that for a failed log-in, and may lock the house out.
            raise web.HTTPNotFound
        return account, node
