"""A camera's temperatures, heaters and fans: `temperaturecontrol.cgi`, its reading part (VX-TEMP)."""

from aiohttp import web

from simulator.world import Camera

from .device_apis import may
from .streams import html


def temperature_parameters(camera: Camera) -> dict[str, str]:
    """Return the parameters that say what there is."""
    given = camera.temperatures
    if given is None:
        return {}
    group = "TemperatureControl"
    return {
        "Properties.TemperatureSensor.TemperatureControl": "yes",
        "Properties.TemperatureSensor.TemperatureSensor": "yes",
        "Properties.TemperatureSensor.Fan": "yes" if given.fans else "no",
        "Properties.TemperatureSensor.Heater": "yes" if given.heaters else "no",
        **{f"{group}.Sensor.S{number}.Name": name for number, name in enumerate(given.sensors)},
        **{f"{group}.Heater.H{number}.UserControlSupport": "no" for number in range(len(given.heaters))},
        **{f"{group}.Fan.F{number}.UserControlSupport": "no" for number in range(len(given.fans))},
    }


async def answer(request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer with lines of text; they call themselves `text/html` (VX-TEMP-2)."""
    given = camera.temperatures
    if given is None:
        return html(404, "Not Found")
    if not may(camera, "operator"):
        return html(401, "Unauthorized")
    if request.query.get("action") != "statusall":
        return web.Response(status=400, text="Unsupported action.\n", content_type="text/html")
    lines = []
    for number, (name, celsius) in enumerate(given.sensors.items()):
        lines += [
            f"Sensor.S{number}.Name={name}",
            f"Sensor.S{number}.Celsius={celsius:.2f}",
            f"Sensor.S{number}.Fahrenheit={celsius * 9 / 5 + 32:.2f}",
        ]
    for kind, statuses in (("Heater.H", given.heaters), ("Fan.F", given.fans)):
        for number, status in enumerate(statuses):
            lines += [f"{kind}{number}.Status={status}", f"{kind}{number}.TimeUntilStop=0"]
    return web.Response(text="".join(f"{line}\n" for line in lines), content_type="text/html")
