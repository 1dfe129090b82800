"""The proxy in front of the cameras: whom it lets in. netrex-api.md 3."""

from aiohttp import web

from .service import Service, drop, secret_of
from .tokens import CONFIGURATION, Token


class RemoteAccess:
    """Decides for a request to a camera; the `access` of `simulator.cameras.camera_routes`.

    CONFIRMED: header `Authorization: Token ...` or query `DEVICE_ACCESS_TOKEN`; an API token with "configuration".
    UNKNOWN, so switches: whether an OAuth2 token is taken, and all refusals.
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
        if token is None or not self._opens_cameras(token):
            return _page(service.switches.device_connect_refusal, "Access denied")
        camera = service.world.cameras.get(serial)
        if camera is None or not service.world.sees_camera(service.world.accounts[token.account], serial):
            return _page(404, "There is no such device")
        if camera.online:
            return None
        status = service.switches.offline_status
        return _page(status, "The device is not connected") if status else drop(request)

    def _opens_cameras(self, token: Token) -> bool:
        if token.oauth:
            return self._service.switches.device_connect_takes_oauth and token.watches_live
        return token.may(CONFIGURATION)


def _page(status: int, text: str) -> web.Response:
    return web.Response(
        status=status, text=f"<html><body><h1>{status}</h1><p>{text}</p></body></html>", content_type="text/html"
    )
