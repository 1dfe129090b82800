"""`/_sim/`: what a test or a person changes in a simulator that runs in another process. No part of Netrex."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, fields
from http import HTTPStatus
import json

from aiohttp import web

from .faults import Fault
from .service import Json, Service
from .switches import Switches
from .tokens import API_TOKEN_RIGHTS
from .world import Camera

type Change = Callable[[web.Request, dict[str, Json]], Json]

_CAMERA_FIELDS = {each.name for each in fields(Camera)} - {"serial"}


class Control:
    """The routes below `/_sim/`; every answer is JSON, every mistake a 400 that says which.

    viewers: open live streams by serial number.
    """

    def __init__(self, service: Service, viewers: Callable[[], Mapping[str, int]]) -> None:
        self._service = service
        self._viewers = viewers

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/_sim/state", self._state, allow_head=False),
            web.post("/_sim/fault", _changing(self._add_fault)),
            web.delete("/_sim/fault", _changing(self._clear_faults)),
            web.post("/_sim/switches", _changing(self._switch)),
            web.post("/_sim/camera/{serial}", _changing(self._camera)),
            web.post("/_sim/api_token", _changing(self._api_token)),
            web.post("/_sim/tokens/{what}", _changing(self._tokens)),
        ]

    async def _state(self, request: web.Request) -> web.Response:
        del request
        service, viewers = self._service, self._viewers()
        return web.json_response(
            {
                "url": service.url,
                "switches": {
                    name: sorted(value) if isinstance(value, frozenset) else value
                    for name, value in asdict(service.switches).items()
                },
                "counters": dict(service.counters),
                "faults": [asdict(fault) | {"struck": struck} for fault, struck in service.faults.in_force()],
                "cameras": [
                    {"serial": serial, "name": camera.name, "online": camera.online, "viewers": viewers.get(serial, 0)}
                    for serial, camera in service.world.cameras.items()
                ],
            }
        )

    def _add_fault(self, request: web.Request, given: dict[str, Json]) -> Json:
        del request
        self._service.faults.add(Fault(**given))  # type: ignore[arg-type]  # a wrong name or value is told as 400
        return True

    def _clear_faults(self, request: web.Request, given: dict[str, Json]) -> Json:
        del request, given
        self._service.faults.clear()
        return True

    def _switch(self, request: web.Request, given: dict[str, Json]) -> Json:
        del request
        known = {each.name for each in fields(Switches)}
        for name, value in given.items():
            if name not in known:
                raise ValueError(f"there is no switch {name}")
            setattr(self._service.switches, name, frozenset(map(str, value)) if isinstance(value, list) else value)
        return True

    def _camera(self, request: web.Request, given: dict[str, Json]) -> Json:
        camera = self._service.world.cameras[request.match_info["serial"]]
        for name, value in given.items():
            if name not in _CAMERA_FIELDS:
                raise ValueError(f"a camera has no {name}")
            setattr(camera, name, value)
        return True

    def _api_token(self, request: web.Request, given: dict[str, Json]) -> Json:
        del request
        account = str(given.get("account", "owner"))
        self._service.world.accounts[account]
        rights = given.get("rights", sorted(API_TOKEN_RIGHTS))
        lifetime = given.get("lifetime")
        if not isinstance(rights, list) or not isinstance(lifetime, int | float | None):
            raise TypeError("rights is a list, lifetime a number of seconds")
        return self._service.tokens.make_api_token(account, frozenset(map(str, rights)), lifetime)

    def _tokens(self, request: web.Request, given: dict[str, Json]) -> Json:
        del given
        match request.match_info["what"]:
            case "expire":
                self._service.tokens.expire_access_tokens()
            case "revoke":
                self._service.tokens.revoke_all()
            case what:
                raise ValueError(f"tokens can't {what}")
        return True


def _changing(change: Change) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        try:
            given: dict[str, Json] = dict(json.loads(await request.read() or b"{}"))
            return web.json_response({"done": change(request, given)})
        except (KeyError, TypeError, ValueError) as wrong:
            return web.json_response({"error": str(wrong)}, status=HTTPStatus.BAD_REQUEST)

    return handler
