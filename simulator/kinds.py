"""Whole cameras of one kind, as their documents describe them: `CAMERA_KINDS["air"](serial)`."""

from collections.abc import Callable, Mapping
from typing import Final

from .equipment import Declaration, Scenario
from .events import Report
from .measurements import area_alarm, deviation, limit_reached, plate, plate_list, vaping
from .world import Camera


def _counting(serial: str) -> Camera:
    """Return a camera that counts at a line and in an area (Object Analytics)."""
    camera = Camera(serial, "Gate", "AXIS P3268-LVE", "AXIS P3268-LVE Dome Camera", firmware="11.11.73")
    camera.scenarios = [
        Scenario(1, "Gate count", "crosslinecounting", ("human", "vehicle"), counted={"human": 120, "car": 3}),
        Scenario(2, "Queue", "occupancyInArea", counted={"human": 2}),
    ]
    return _reporting(camera, limit_reached(2, active=False))


def _plates(serial: str) -> Camera:
    """Return a camera that reads license plates (License Plate Verifier)."""
    camera = Camera(serial, "Barrier", "AXIS P1465-LE-3", "AXIS P1465-LE-3 License Plate Verifier Kit", "12.6.97")
    report = plate("", topic="ALPV.ALLPlates")
    camera.declares = [Declaration(report.topic, dict.fromkeys(report.data, "xsd:string"), name="ALPV: ALLPlates")]
    return _reporting(camera, *(plate_list(name, active=False) for name in ("Allow_list", "Block_list", "NotInList")))


def _thermal(serial: str) -> Camera:
    """Return a thermal camera with one area and one group of areas (Thermometry)."""
    camera = Camera(serial, "Kiln", "AXIS Q2101-TE", "AXIS Q2101-TE Thermal Camera", "11.11.73", audio=False)
    camera.resolutions = ("768x576", "384x288")
    return _reporting(camera, area_alarm(active=False), deviation(active=False))


def _air(serial: str) -> Camera:
    """Return an air quality sensor, which has no picture of its own but here that of a camera."""
    camera = Camera(serial, "Classroom", "AXIS D6310", "AXIS D6310 Air Quality Sensor", "12.6.97")
    return _reporting(camera, vaping(active=False))


def _reporting(camera: Camera, *reports: Report) -> Camera:
    for report in reports:
        camera.event_states[report.state_of] = dict(report.data)
    return camera


CAMERA_KINDS: Final[Mapping[str, Callable[[str], Camera]]] = {
    "counting": _counting,
    "plates": _plates,
    "thermal": _thermal,
    "air": _air,
}
