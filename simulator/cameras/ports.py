"""A camera's inputs and outputs, and its card's health. vapix.md 8, 11."""

from aiohttp import web

from simulator.world import Camera

from .analytics import may
from .streams import html


def port_list(camera: Camera) -> dict[str, object]:
    """Return the `data` of `getPorts`; `items` is missing where there are none (CONFIRMED)."""
    items = [
        {
            "port": str(number),
            "state": port.state,
            "configurable": True,
            "usage": port.usage,
            "direction": port.direction,
            "name": port.name,
            "normalState": port.normal_state,
        }
        for number, port in enumerate(camera.ports)
    ]
    return {"numberOfPorts": len(items)} | ({"items": items} if items else {})


def port_parameters(camera: Camera) -> dict[str, str]:
    """Return the parameters of the ports; viewers do not see `IOPort`."""
    inputs = sum(port.direction == "input" for port in camera.ports)
    if not camera.ports:
        return {}
    parameters = {"Input.NbrOfInputs": str(inputs), "Output.NbrOfOutputs": str(len(camera.ports) - inputs)}
    if not may(camera, "operator"):
        return parameters
    for number, port in enumerate(camera.ports):
        group, kind = f"IOPort.I{number}", port.direction.capitalize()
        parameters |= {
            f"{group}.Configurable": "yes",
            f"{group}.Direction": port.direction,
            f"{group}.Usage": port.usage,
            f"{group}.{kind}.Name": port.name,
            f"{group}.{kind}.{'Trig' if kind == 'Input' else 'Active'}": "closed",
        }
    return parameters


async def port_cgi(request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer `io/port.cgi`, which counts from 1 (CONFIRMED)."""
    if not camera.ports:
        return html(404, "Not Found")
    for name in ("check", "checkactive", "checkdirection"):
        if (asked := request.query.get(name)) is not None:
            numbers = [int(each) for each in asked.split(",") if each.isdecimal() and int(each) <= len(camera.ports)]
            lines = [f"port{number}={_told(camera, number - 1, name)}" for number in numbers]
            return web.Response(text="\r\n".join(lines) + "\r\n", content_type="text/plain")
    return html(400, "Bad Request")


def _told(camera: Camera, number: int, what: str) -> str:
    port = camera.ports[number]
    if what == "checkdirection":
        return port.direction
    if what == "checkactive":
        return "inactive" if port.state == port.normal_state else "active"
    return "1" if port.state == "closed" else "0"


async def disk_health(request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer `disks/gethealth.cgi`: the operator's. What stands round `HealthStatus` is INFERRED."""
    if not camera.card:
        return html(404, "Not Found")
    if not may(camera, "operator"):
        return html(401, "Unauthorized")
    status = f'<HealthStatus diskid="{request.query.get("diskid", "SD_DISK")}" wear="{camera.card_wear}"/>'
    return web.Response(text=f'<?xml version="1.0"?><root>{status}</root>', content_type="text/xml")
