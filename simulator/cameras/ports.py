"""A camera's inputs and outputs: `io/portmanagement.cgi`, `io/port.cgi`, and their parameters (VX-PORT)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
import re
from typing import Final

from aiohttp import web

from simulator.equipment import Port
from simulator.world import Camera

from .device_apis import Api, ApiError, ErrorCodes, Json, Parameters, may
from .outputs import Outputs, Step, active_state
from .streams import html

_STATES = ("open", "closed")
_DIRECTIONS = ("input", "output")
_MOST_PORTS = 256
"""That one call sets."""
_LONGEST_STEP = 65_535
"""Milliseconds."""
_MISSING, _INVALID, _RUNNING = 2103, 2104, 2200
_INVALID_TEXT = "Invalid parameter value specified"

# --- portmanagement.cgi, which counts from "0" ---------------------------------------------------


def _get_ports(camera: Camera, params: Parameters) -> Json:
    del params
    items: list[Json] = [
        {
            "port": str(number),
            "state": port.state,
            "configurable": port.configurable,
            **({"readonly": True} if port.readonly else {}),
            "usage": port.usage,
            "direction": port.direction,
            "name": port.name,
            "normalState": port.normal_state,
        }
        for number, port in enumerate(camera.ports)
    ]
    # `items` is missing where there are none (CONFIRMED, VX-PORT-6).
    return {"numberOfPorts": len(items), **({"items": items} if items else {})}


def _set_ports(outputs: Outputs, camera: Camera, params: Parameters) -> Json:
    """Set what can be set, and refuse the rest; where a port is not named, set nothing (VX-PORT-8)."""
    asked = params.get("ports")
    if not isinstance(asked, list):
        raise ApiError(_MISSING, "Required parameter missing: ports")
    if len(asked) > _MOST_PORTS:
        raise ApiError(_INVALID, _INVALID_TEXT)
    entries = [entry for entry in asked if isinstance(entry, Mapping) and "port" in entry]
    if len(entries) < len(asked):
        raise ApiError(_MISSING, "Required parameter missing: port")
    refused: list[Json] = []
    for entry in entries:
        number = _number(camera, entry["port"])
        names = ["port"] if number is None else _refused(outputs, camera, number, entry)
        refused += [{"port": entry["port"], "propertyName": name} for name in names]
    if refused:
        # What `errors` contains is INFERRED (VX-PORT-8).
        errors: list[Json] = [{"code": _INVALID, "message": _INVALID_TEXT, "details": each} for each in refused]
        raise ApiError(_INVALID, _INVALID_TEXT, {"details": refused[0], "errors": errors})
    return {"ports": [entry["port"] for entry in entries]}


def _set_state_sequence(outputs: Outputs, camera: Camera, params: Parameters) -> Json:
    """Begin a sequence and answer at once; a second one while it runs is refused (CONFIRMED, VX-PORT-9)."""
    for name in ("port", "sequence"):
        if name not in params:
            raise ApiError(_MISSING, f"Required parameter missing: {name}")
    number, steps = _number(camera, params["port"]), _steps(params["sequence"])
    if number is None or not steps or not _takes_state(camera.ports[number]):
        raise ApiError(_INVALID, _INVALID_TEXT)
    if outputs.is_running(camera, number):
        raise ApiError(_RUNNING, "A state sequence is already running on the port")
    outputs.run(camera, number, steps)
    return {"port": params["port"]}


def _steps(sequence: Json) -> Sequence[Step]:
    """Return the steps of a sequence; none if anything in it is wrong."""
    steps: list[Step] = []
    for step in sequence if isinstance(sequence, list) else ():
        state, time = (step.get("state"), step.get("time")) if isinstance(step, Mapping) else (None, None)
        if not isinstance(state, str) or state not in _STATES:
            return ()
        if not isinstance(time, int) or not 0 <= time <= _LONGEST_STEP:
            return ()
        steps.append(Step(state, time))
    return steps


def _number(camera: Camera, named: Json) -> int | None:
    return next((number for number in range(len(camera.ports)) if str(number) == named), None)


def _takes_state(port: Port) -> bool:
    return port.direction == "output" and not port.readonly


def _refused(outputs: Outputs, camera: Camera, number: int, entry: Parameters) -> Sequence[str]:
    """Set a port, and return the properties that could not be set. The direction goes first: it decides the state."""

    def switch(state: str) -> None:
        outputs.switch(camera, number, state)

    order = ("direction", "usage", "name", "normalState", "state")
    return [name for name in order if name in entry and not _set(camera.ports[number], name, entry[name], switch)]


def _set(port: Port, name: str, value: Json, switch: Callable[[str], None]) -> bool:
    """Set one property if it can be. That nothing can be set where it is `readonly` is INFERRED (VX-PORT-8)."""
    if not isinstance(value, str) or port.readonly:
        return False
    match name:
        case "usage":
            port.usage = value
        case "name":
            port.name = value
        case "direction" if value == port.direction or (port.configurable and value in _DIRECTIONS):
            port.direction = value
        case "normalState" if value in _STATES:
            port.normal_state = value
        case "state" if value in _STATES and _takes_state(port):
            switch(value)
        case _:
            return False
    return True


def api(outputs: Outputs) -> Api:
    """Return the JSON call."""
    return Api(
        identifier="io-port-management",
        name="IO Port Management",
        path="io/portmanagement.cgi",
        version="1.0",
        methods={
            "getPorts": _get_ports,
            "setPorts": partial(_set_ports, outputs),
            "setStateSequence": partial(_set_state_sequence, outputs),
        },
        codes=ErrorCodes(
            bad_json=2101, bad_parameter=_MISSING, only_post=2101, version=2100, method=2102, forbidden=2105
        ),
        has=lambda camera: bool(camera.ports) and camera.port_management,
        method_levels={"setPorts": "operator"},
    )


# --- port.cgi, which counts from 1 ---------------------------------------------------------------

_ACTION: Final = re.compile(r"(?:(\d{1,3}):)?([/\\](?:\d{1,5}[/\\])*)", re.ASCII)
"""The port, then the changes with the milliseconds between them."""
_CHANGE: Final = re.compile(r"([/\\])(\d*)", re.ASCII)


async def port_cgi(outputs: Outputs, request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer `io/port.cgi` (VX-PORT-1). That it leaves out a port that is not there is INFERRED (VX-PORT-3)."""
    if not camera.ports:
        return html(404, "Not Found")
    for name in ("check", "checkactive", "checkdirection"):
        if (asked := request.query.get(name)) is not None:
            ports = {str(number): port for number, port in enumerate(camera.ports, start=1)}
            lines = [f"port{number}={_told(ports[number], name)}\r\n" for number in asked.split(",") if number in ports]
            return web.Response(text="".join(lines), content_type="text/plain")
    if _act(outputs, camera, request.query.get("action", "")):
        return web.Response(content_type="text/plain")
    return html(400, "Bad Request")


def _act(outputs: Outputs, camera: Camera, action: str) -> bool:
    """Begin an action, of the first port if none is named; False: it is not possible.

    INFERRED (VX-PORT-3): the port that is meant, that the answer comes at once, that a new action ends one that runs.
    """
    asked = _ACTION.fullmatch(action)
    number = None if asked is None else _number(camera, str(int(asked[1] or 1) - 1))
    if asked is None or number is None or not _takes_state(camera.ports[number]):
        return False
    port = camera.ports[number]
    steps = [
        Step(active_state(port) if change == "/" else port.normal_state, int(milliseconds or 0))
        for change, milliseconds in _CHANGE.findall(asked[2])
    ]
    outputs.run(camera, number, steps)
    return True


def _told(port: Port, what: str) -> str:
    match what:
        case "checkdirection":
            return port.direction
        case "checkactive":
            return "active" if port.state == active_state(port) else "inactive"
        case _:
            return "1" if port.state == "closed" else "0"


# --- parameters ----------------------------------------------------------------------------------


def port_parameters(camera: Camera) -> dict[str, str]:
    """Return the parameters of the ports; viewers do not see `IOPort` (INFERRED, VX-PARAM-5).

    Ports whose direction can be changed have names for both (INFERRED, VX-PORT-14); only the one of its direction is
    the user's.
    """
    if not camera.ports:
        return {}
    inputs = sum(port.direction == "input" for port in camera.ports)
    parameters = {"Input.NbrOfInputs": str(inputs), "Output.NbrOfOutputs": str(len(camera.ports) - inputs)}
    for number, port in enumerate(camera.ports if may(camera, "operator") else ()):
        group = f"IOPort.I{number}"
        parameters |= {
            f"{group}.Configurable": "yes" if port.configurable else "no",
            f"{group}.Direction": port.direction,
            f"{group}.Usage": port.usage,
        }
        for direction, active in (("input", "Trig"), ("output", "Active")):
            if direction == port.direction or port.configurable:
                kind = direction.capitalize()
                name = port.name if direction == port.direction else f"{kind} {number + 1}"
                parameters |= {f"{group}.{kind}.Name": name, f"{group}.{kind}.{active}": active_state(port)}
    return parameters
