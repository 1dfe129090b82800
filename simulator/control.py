"""`/_sim/`: what a test or a person changes in a simulator that runs in another process. No part of Netrex."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
import json
import time

from aiohttp import web

from .events import Events, Report
from .faults import Fault
from .happenings import happening
from .json_values import fitting
from .life import live
from .service import Json, Service
from .tokens import API_TOKEN_SCOPES
from .world import Camera, Node, NodeType

#: Fields of a camera that are lists of things, which have no place in a line of the command.
_NOT_HERE = frozenset(
    {
        "alarm",
        "audio_clips",
        "card_recordings",
        "disks",
        "event_states",
        "head",
        "heard",
        "lens",
        "lights",
        "motion_profiles",
        "playing_clip",
        "ports",
        "scenarios",
        "serial",
        "speaker",
        "speaks",
        "virtual_inputs",
    }
)

type Change = Callable[[web.Request, dict[str, Json]], object]


class Control:
    """The routes below `/_sim/`; every answer is JSON, every mistake a 400 that says which.

    GET state; GET secrets; POST, DELETE fault; POST switches; POST camera/SERIAL; POST node, POST and DELETE
    node/NODE_ID; POST api_token; POST tokens/expire, tokens/revoke; DELETE counters; POST event/SERIAL,
    events/SERIAL/WHAT, life.

    events: of all cameras. viewers: open live streams by serial number. downloads: open downloads of recordings.
    secrets: what no log may hold.
    """

    def __init__(
        self,
        service: Service,
        events: Events,
        viewers: Callable[[], Mapping[str, int]],
        downloads: Callable[[], int],
        secrets: Callable[[], frozenset[str]],
    ) -> None:
        self._service = service
        self._events = events
        self._living: asyncio.Task[None] | None = None
        self._viewers = viewers
        self._downloads = downloads
        self._secrets = secrets

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/_sim/state", _answering(self._state), allow_head=False),
            web.get("/_sim/secrets", _answering(lambda _request, _given: sorted(self._secrets())), allow_head=False),
            web.post("/_sim/fault", _changing(self._add_fault)),
            web.delete("/_sim/fault", _changing(self._clear_faults)),
            web.post("/_sim/switches", _changing(self._switch)),
            web.post("/_sim/camera/{serial}", _changing(self._camera)),
            web.post("/_sim/node", _changing(self._add_node)),
            web.post(r"/_sim/node/{node_id:\d+}", _changing(self._node)),
            web.delete(r"/_sim/node/{node_id:\d+}", _changing(self._remove_node)),
            web.post("/_sim/api_token", _changing(self._api_token)),
            web.post("/_sim/tokens/{what}", _changing(self._tokens)),
            web.delete("/_sim/counters", _changing(self._clear_counters)),
            web.post("/_sim/life", _changing(self._life)),
            web.post("/_sim/event/{serial}", _changing(self._event)),
            web.post("/_sim/events/{serial}/{what}", _changing(self._event_stream)),
        ]

    def _state(self, request: web.Request, given: dict[str, Json]) -> object:
        del request, given
        service, viewers, listeners = self._service, self._viewers(), self._events.listeners
        return {
            "url": service.url,
            "switches": service.switches.positions(),
            "counters": dict(service.counters),
            "faults": [asdict(fault) | {"struck": struck} for fault, struck in service.faults.in_force()],
            "cameras": [
                {
                    "serial": serial,
                    "name": camera.name,
                    "online": camera.online,
                    "viewers": viewers.get(serial, 0),
                    "listeners": listeners.get(serial, 0),
                }
                for serial, camera in service.world.cameras.items()
            ],
            "downloads": self._downloads(),
            "nodes": [asdict(node) for node in service.world.nodes.values()],
        }

    def _add_fault(self, request: web.Request, given: dict[str, Json]) -> object:
        del request
        self._service.faults.add(Fault(**fitting(Fault, given)))  # type: ignore[arg-type]  # they fit, as checked
        return True

    def _clear_faults(self, request: web.Request, given: dict[str, Json]) -> object:
        del request, given
        self._service.faults.clear()
        return True

    def _clear_counters(self, request: web.Request, given: dict[str, Json]) -> object:
        del request, given
        self._service.counters.clear()
        return True

    def _switch(self, request: web.Request, given: dict[str, Json]) -> object:
        del request
        self._service.switches.change(given)
        return True

    def _camera(self, request: web.Request, given: dict[str, Json]) -> object:
        camera = self._service.world.cameras[request.match_info["serial"]]
        for name, value in fitting(
            Camera,
            given,
            but=_NOT_HERE,
        ).items():
            setattr(camera, name, value)
        return True

    def _add_node(self, request: web.Request, given: dict[str, Json]) -> object:
        """Add a node; a camera comes with its device."""
        del request
        world = self._service.world
        fits = fitting(Node, {"type": "camera", **given}, but={"node_id"})
        parent_node_id = fits.pop("parent_node_id", world.top.node_id)
        node_type, name, serial = fits.pop("type"), fits.pop("name", None), fits.pop("serial", None)
        if not isinstance(parent_node_id, int):
            raise TypeError("there is one top node already")
        parent = world.nodes[parent_node_id]
        if node_type is NodeType.CAMERA:
            device = None if serial is None else Camera(str(serial), str(name or serial))
            node = world.add_camera(parent, name=None if name is None else str(name), camera=device)
        elif name is None:
            raise ValueError("a node needs a name")
        else:
            node = world.add(NodeType(str(node_type)), str(name), parent)
        for field, value in fits.items():
            setattr(node, field, value)
        return node.node_id

    def _node(self, request: web.Request, given: dict[str, Json]) -> object:
        world = self._service.world
        node = world.nodes[int(request.match_info["node_id"])]
        fits = fitting(Node, given, but={"node_id", "serial", "type"})
        if "parent_node_id" in fits:
            parent = fits["parent_node_id"]
            if not isinstance(parent, int) or parent in {below.node_id for below in world.subtree(node.node_id)}:
                raise ValueError("a node can't be put there")
            world.nodes[parent]
        for name, value in fits.items():
            setattr(node, name, value)
        return True

    def _remove_node(self, request: web.Request, given: dict[str, Json]) -> object:
        del given
        self._service.world.remove(int(request.match_info["node_id"]))
        return True

    def _api_token(self, request: web.Request, given: dict[str, Json]) -> object:
        del request
        account = str(given.get("account", "owner"))
        self._service.world.accounts[account]
        scopes = given.get("scopes", sorted(API_TOKEN_SCOPES))
        lifetime = given.get("lifetime")
        if not isinstance(scopes, list) or not isinstance(lifetime, int | float | None):
            raise TypeError("scopes is a list, lifetime a number of seconds")
        return self._service.tokens.make_api_token(account, frozenset(map(str, scopes)), lifetime)

    def _tokens(self, request: web.Request, given: dict[str, Json]) -> object:
        del given
        match request.match_info["what"]:
            case "expire":
                self._service.tokens.expire_access_tokens()
            case "revoke":
                self._service.tokens.revoke_all()
            case what:
                raise ValueError(f"tokens can't {what}")
        return True

    def _life(self, request: web.Request, given: dict[str, Json]) -> object:
        """Let things happen by themselves about every so many seconds, or no more."""
        del request
        every = given.get("every")
        if every is not None and (not isinstance(every, int | float) or every <= 0):
            raise TypeError("every is a number of seconds, or null")
        if self._living is not None:
            self._living.cancel()
        living = live(self._service.world, self._events, every) if every else None
        self._living = None if living is None else asyncio.get_running_loop().create_task(living)
        return True

    def end(self) -> None:
        """Let nothing happen any more."""
        if self._living is not None:
            self._living.cancel()
            self._living = None

    def _event(self, request: web.Request, given: dict[str, Json]) -> object:
        """Let something happen, by its name in `happenings` or by its topic; answer when, seconds since 1970."""
        serial = request.match_info["serial"]
        active_for = given.pop("active_for", None)
        if not isinstance(active_for, int | float | None):
            raise TypeError("active_for is a number of seconds")
        if "happening" in given:
            report = happening(str(given["happening"]), str(given.get("number", "1")),
                               active=given.get("active", True) is True)  # fmt: skip
        else:
            stateful = given.get("stateful", True) is True
            report = Report(str(given["topic"]), _texts(given["data"]), _texts(given.get("source", {})), stateful)
        sent_at = time.time()
        self._events.report(serial, report, active_for=active_for)
        return sent_at

    def _event_stream(self, request: web.Request, given: dict[str, Json]) -> object:
        serial = request.match_info["serial"]
        self._service.world.cameras[serial]
        match request.match_info["what"]:
            case "cut":
                self._events.cut(serial)
            case "close":
                self._events.close(serial)
            case "silence":
                self._events.silence(serial)
            case "raw":
                self._events.send_raw(serial, str(given["message"]))
            case "reboot":
                self._events.reboot(serial)
            case what:
                raise ValueError(f"events can't {what}")
        return True


def _texts(value: Json) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise TypeError("data and source are texts by name")
    return {name: str(each) for name, each in value.items()}


def _answering(answer: Change) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response(answer(request, {}))

    return handler


def _changing(change: Change) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        try:
            given: dict[str, Json] = dict(json.loads(await request.read() or b"{}"))
            return web.json_response({"done": change(request, given)})
        except KeyError as missing:
            return web.json_response({"error": f"there is no {missing.args[0]}"}, status=HTTPStatus.BAD_REQUEST)
        except (TypeError, ValueError) as wrong:
            return web.json_response({"error": str(wrong)}, status=HTTPStatus.BAD_REQUEST)

    return handler
