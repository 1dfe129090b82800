"""What cameras report that count, read license plates or measure: numbers, texts (VX-COUNT, VX-PLATE, VX-MEASURE)."""

from collections.abc import Mapping
import itertools
from typing import Final, Literal

from .events import Report

type Direction = Literal["unknown", "in", "out"]

_APPS: Final = "tnsaxis:CameraApplicationPlatform"
_RESET_AT: Final = "2026-11-01T06:00:00Z"
_MODES: Final = {"": "none", "Allow list": "allow", "Block list": "block"}
_ACTIONS: Final = {"allow": "Accepted", "block": "Denied"}
_CARS: Final = itertools.count(1_087_595)


def crossing(reason: str, totals: Mapping[str, int], scenario: int = 1) -> Report:
    """Return what a camera reports when something crosses a line that it counts at.

    reason: its class. totals: what has crossed so far by class, in the vendor's words: `human`, `car`, ...
    """
    counted = {f"total{name[0].upper()}{name[1:]}": str(number) for name, number in totals.items()}
    data = {"startTime": _RESET_AT, "reason": reason, "total": str(sum(totals.values())), **counted}
    return Report(f"{_APPS}/ObjectAnalytics/Device1Scenario{scenario}", data, stateful=False)


def occupancy(present: Mapping[str, int], scenario: int = 1) -> Report:
    """Return what a camera reports when the number of objects in an area changes: by class, in the vendor's words."""
    data = {"total": str(sum(present.values())), **{name: str(number) for name, number in present.items()}}
    return Report(f"{_APPS}/ObjectAnalytics/Device1Scenario{scenario}", data, stateful=False)


def limit_reached(scenario: int = 1, *, active: bool = True) -> Report:
    """Return what a camera reports when more is counted than the user's limit."""
    topic = f"{_APPS}/ObjectAnalytics/Device1Scenario{scenario}Threshold"
    return Report(topic, {"active": "1" if active else "0"})


def plate(
    text: str,
    on_list: str = "",
    *,
    state: Literal["new", "update", "lost"] = "new",
    direction: Direction = "unknown",
    car: str | None = None,
    topic: str = "ALPV.AllPlates",
) -> Report:
    """Return what a camera reports of a license plate.

    on_list: such as `Allow list`; empty for none. car: the vehicle, the same from its first report to the last.
    """
    mode = _MODES.get(on_list, "none")
    data = {
        "action": _ACTIONS.get(mode, "No action"),
        "capture_timestamp": "1780000000000",
        "carID": car or str(next(_CARS)),
        "carMoveDirection": direction,
        "carState": state,
        "consumedTime": "104",
        "country": "CZE",
        "listMode": mode,
        "listName": on_list,
        "lpImage": "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD" * 40,
        "roiID": "1",
        "text": text,
        "vehicleColor": "BLACK",
        "vehicleType": "CAR",
    }
    return Report(f"{_APPS}/{topic}", data, stateful=False)


def plate_list(name: str = "Allow_list", *, active: bool = True) -> Report:
    """Return what a camera reports when a plate is on a list, or goes in or out, or is in view."""
    return Report(f"{_APPS}/ALPV.{name}", {"active": "1" if active else "0"})


def air(values: Mapping[str, float], sensor: str = "D6310") -> Report:
    """Return what an air quality sensor measures: `CO2`, `Temperature`, `PM2.5`, ..."""
    data = {name: f"{value:g}" for name, value in values.items()}
    return Report("tnsaxis:AirQualityMonitor/Metadata", data, {"sensor_name": sensor}, stateful=False)


def air_alarm(measurement: str = "CO2", sensor: str = "D6310", *, active: bool = True) -> Report:
    """Return what an air quality sensor reports when a value is outside of the user's range."""
    source = {"source": measurement, "sensor_name": sensor}
    return Report("tnsaxis:AirQualityMonitor/Alarm", {"active": "1" if active else "0"}, source)


def vaping(sensor: str = "D6310", *, active: bool = True) -> Report:
    """Return what an air quality sensor reports when somebody smokes or vapes."""
    return Report("tnsaxis:AirQualityMonitor/Vaping", {"active": "1" if active else "0"}, {"sensor_name": sensor})


def area_temperature(
    area: str = "Stove",
    number: int = 0,
    *,
    highest: float = 41.2,
    lowest: float = 18.0,
    average: float = 25.5,
    unit: Literal["Celsius", "Fahrenheit"] = "Celsius",
) -> Report:
    """Return what a thermal camera reports of an area every 30 seconds."""
    data = _of_area(area, number, highest, lowest, average, unit)
    return Report("tns1:VideoSource/tns1:Thermometry/tnsaxis:TemperatureDetection", data, stateful=False)


def area_alarm(area: str = "Stove", number: int = 0, *, active: bool = True) -> Report:
    """Return what a thermal camera reports when an area is hotter or colder than the user's limit."""
    data = {"AlarmActive": "1" if active else "0", **_of_area(area, number, 95.0 if active else 40.0, 18.0, 30.0)}
    return Report("tns1:VideoSource/tns1:RadiometryAlarm/tnsaxis:TemperatureDetection", data)


def deviation(group: str = "Transformers", number: int = 1, *, active: bool = True) -> Report:
    """Return what a thermal camera reports when the areas of a group differ by more than the user's limit."""
    data = {
        "AlarmActive": "1" if active else "0",
        "DeltaTemp": "25.0" if active else "3.0",
        "GroupID": str(number),
        "GroupName": group,
        "ThresholdTemp": "20.0",
    }
    return Report("tns1:VideoSource/tns1:RadiometryAlarm/tnsaxis:DeviationDetection", data)


def sound_level(equivalent: float = 52.5, source: str = "0") -> Report:
    """Return what a camera reports of how loud it is: the highest, lowest and equivalent level."""
    levels = {"MaxSPL": equivalent + 12, "LEQ": equivalent, "MinSPL": equivalent - 9}
    data = {name: f"{level:.1f}" for name, level in levels.items()}
    return Report("tnsaxis:SoundPressureLevel/Summary", data, {"AudioSource": source}, stateful=False)


def _of_area(
    area: str, number: int, highest: float, lowest: float, average: float, unit: str = "Celsius"
) -> dict[str, str]:
    return {
        "AreaID": str(number),
        "AreaName": area,
        "AverageTemp": f"{average:.1f}",
        "MaxTempPositionX": "0.12",
        "MaxTempPositionY": "-0.30",
        "MaximumTemp": f"{highest:.1f}",
        "MinTempPositionX": "-0.80",
        "MinTempPositionY": "0.75",
        "MinimumTemp": f"{lowest:.1f}",
        "TemperatureUnit": unit,
    }
