"""Simulated reports with numbers and texts have the form of the documents, and counts can be read."""

import pytest

from simulator import Scenario
from simulator.events import Report
from simulator.kinds import CAMERA_KINDS
from simulator.measurements import air, area_temperature, crossing, occupancy, plate

from .camera_site import SERIAL, camera_site

_ANALYTICS = "../local/objectanalytics/control.cgi"


def test_crossing_is_like_the_recorded_one() -> None:
    """VX-COUNT-2."""
    report = crossing("car", {"bus": 0, "car": 18103, "human": 0, "truck": 2857})
    assert report == Report(
        "tnsaxis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1",
        {
            "startTime": "2026-11-01T06:00:00Z",
            "reason": "car",
            "total": "20960",
            "totalBus": "0",
            "totalCar": "18103",
            "totalHuman": "0",
            "totalTruck": "2857",
        },
        stateful=False,
    )


def test_occupancy_has_no_reason() -> None:
    """VX-COUNT-4."""
    assert occupancy({"human": 2, "otherVehicle": 1}, 3).data == {"total": "3", "human": "2", "otherVehicle": "1"}


@pytest.mark.parametrize(
    ("on_list", "mode", "action"),
    [("", "none", "No action"), ("Allow list", "allow", "Accepted"), ("Block list", "block", "Denied")],
)
def test_plate_is_like_the_documented_one(on_list: str, mode: str, action: str) -> None:
    """VX-PLATE-2."""
    data = plate("AA 1", on_list).data
    assert (data["listName"], data["listMode"], data["action"]) == (on_list, mode, action)
    assert (data["carState"], data["carMoveDirection"], data["text"]) == ("new", "unknown", "AA 1")
    assert plate("AA 1").data["carID"] != data["carID"]


def test_measurements_are_texts() -> None:
    """VX-MEASURE-1, VX-MEASURE-5."""
    assert air({"CO2": 400, "Temperature": 22.4}).data == {"CO2": "400", "Temperature": "22.4"}
    area = area_temperature(unit="Fahrenheit").data
    assert (area["AreaID"], area["MaximumTemp"], area["TemperatureUnit"]) == ("0", "41.2", "Fahrenheit")
    assert not area_temperature().stateful


@pytest.mark.parametrize("kind", sorted(CAMERA_KINDS))
def test_camera_of_a_kind_reports_something_from_the_beginning(kind: str) -> None:
    camera = CAMERA_KINDS[kind](SERIAL)
    assert camera.serial == SERIAL
    assert camera.event_states


@pytest.mark.parametrize(
    ("method", "scenario", "answer"),
    [
        ("getAccumulatedCounts", 1, {"total": "15", "human": "12", "car": "3"}),
        ("getOccupancy", 2, {"total": "0", "human": "0"}),
        ("getOccupancy", 1, 2004),
        ("getOccupancy", 9, 2004),
        ("getOccupancy", None, 2003),
        ("getOccupancy", 3, 2005),
    ],
)
async def test_counts_can_be_read(method: str, scenario: int | None, answer: dict[str, str] | int) -> None:
    """VX-COUNT-8, VX-APP-6."""
    camera = CAMERA_KINDS["counting"](SERIAL)
    camera.scenarios = [
        Scenario(1, "Gate", "crosslinecounting", counted={"human": 12, "car": 3}),
        Scenario(2, "Queue", "occupancyInArea", counted={"human": 0}),
        Scenario(3, "Old", "occupancyInArea"),
    ]
    params = {} if scenario is None else {"scenario": scenario}
    async with camera_site(camera) as site:
        said = await site.call(_ANALYTICS, method, params=params)
    if isinstance(answer, int):
        assert isinstance(said["error"], dict)
        assert said["error"]["code"] == answer
    else:
        assert said["data"] == {"timeStamp": "2026-11-29T12:00:00Z", **answer}
