"""The proxy in front of the cameras: whom it lets in (NX-REMOTE)."""

from collections.abc import Mapping

from aiohttp import web

from .service import Service, drop, secret_of
from .tokens import CONFIGURATION, Token

_EVENT_CALLS = frozenset({"ws-data-stream", "wssession", "rtsp-over-websocket", "rtspwssession"})
_LIVE_CALLS = frozenset({"image", "video", "media"})
_SCOPES_OF_CALLS: Mapping[str, str] = {
    **dict.fromkeys(("ptz", "ptzconfig", "opticscontrol"), "liveview_ptz"),
    **dict.fromkeys(("lightcontrol", "siren_and_light"), "liveview_light"),
    **dict.fromkeys(("playclip", "stopclip", "mediaclip"), "liveview_audioclip"),
    "transmit": "audiotransmit",
    **dict.fromkeys(("activate", "deactivate", "restart", "firmwaremanagement"), "write"),
}
"""Which permission of the vendor's list a call commands the camera with: INFERRED from their names (NX-SCOPE-2)."""


class RemoteAccess:
    """Decides for a request to a camera; the `access` of `simulator.cameras.camera_routes`.

    CONFIRMED (NX-REMOTE-2, NX-REMOTE-3): header `Authorization: Token ...` or query `DEVICE_ACCESS_TOKEN`; an API token
    with "configuration". UNKNOWN, so switches: whether an OAuth2 token is accepted (NX-REMOTE-6), and all refusals.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, request: web.Request, serial: str) -> web.Response | None:
        """Give the refusal, or None to let the request in."""
        service = self._service
        call = request.path.rpartition("/")[2].removesuffix(".cgi")
        spoiled = await service.admit(request, (f"vapix:{call}",), serial)
        if spoiled is not None:
            return spoiled
        secret = secret_of(request, "token") or request.query.get("DEVICE_ACCESS_TOKEN")
        token = service.tokens.look_up(secret) if secret else None
        if token is None or not self._opens(token, call):
            return _page(service.switches.device_connect_refusal, "Access denied")
        camera = service.world.cameras.get(serial)
        if camera is None or not service.world.sees_camera(service.world.accounts[token.account], serial):
            return _page(404, "There is no such device")
        if camera.online:
            return None
        status = service.switches.offline_status
        return _page(status, "The device is not connected") if status else drop(request)

    def _opens(self, token: Token, call: str) -> bool:
        """Return whether a token opens a call. What an OAuth2 token needs for which: INFERRED (NX-SCOPE-2)."""
        switches = self._service.switches
        if not token.oauth:
            return token.may(CONFIGURATION)
        if switches.commands_need_scope and (scope := _SCOPES_OF_CALLS.get(call)) and not token.may(scope):
            return False
        if call in _LIVE_CALLS and switches.live_view_needs_scope and not token.may("liveview"):
            return False
        if call in _EVENT_CALLS and switches.events_need_scope:
            return switches.device_connect_takes_oauth and token.hears_events
        return switches.device_connect_takes_oauth and (token.watches_live or token.hears_events or token.commands)


def _page(status: int, text: str) -> web.Response:
    return web.Response(
        status=status, text=f"<html><body><h1>{status}</h1><p>{text}</p></body></html>", content_type="text/html"
    )
