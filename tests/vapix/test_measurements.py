"""Counts, license plates and measurements in events: what carries numbers and texts."""

from collections.abc import Mapping

import pytest

from custom_components.netrex.vapix import CameraEvent, EventKind, VapixError
from custom_components.netrex.vapix.events import read_event
from simulator import Scenario
from simulator.faults import Fault
from tests.camera_site import CameraSite

_APPS = "tnsaxis:CameraApplicationPlatform"
_SCENARIO = f"{_APPS}/ObjectAnalytics/Device1Scenario4"


def read(topic: str, data: Mapping[str, str], source: Mapping[str, str] | None = None) -> CameraEvent:
    event = read_event(topic, source or {}, data)
    assert isinstance(event, CameraEvent)
    return event


# --- counts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (
            {
                "startTime": "2025-02-01T05:00:00Z",
                "reason": "truck",
                "total": "512",
                "totalBus": "2",
                "totalCar": "400",
                "totalHuman": "0",
                "totalMotorcycle/bicycle": "10",
                "totalTruck": "100",
                "totalUnknown": "0",
            },
            {"total": 512, "bus": 2, "car": 400, "human": 0, "bike": 10, "truck": 100, "unknown": 0},
        ),
        (
            {"scenario": "Gate", "reason": "otherVehicle", "total": "9", "totalBike": "4", "totalOtherVehicle": "5"},
            {"total": 9, "bike": 4, "othervehicle": 5},
        ),
        ({"reason": "human", "total": "1"}, {"total": 1}),
    ],
)
def test_crossing_is_an_occurrence_with_its_class_and_no_state(data: dict[str, str], values: dict[str, float]) -> None:
    event = read(_SCENARIO, data)
    assert (event.kind, event.source, event.active) == (EventKind.COUNT, "Device1Scenario4", None)
    assert event.values == values
    assert event.classes == (data["reason"].lower(),)
    assert event.is_occurrence
    assert not event.unknown_values


@pytest.mark.parametrize("number", ["1", "0", "7"])
def test_single_counter_is_a_count_and_no_state(number: str) -> None:
    event = read(_SCENARIO, {"totalCar": number})
    assert (event.kind, event.active, event.value) == (EventKind.COUNT, None, "")
    assert event.values == {"car": int(number)}
    assert not event.is_occurrence


@pytest.mark.parametrize(
    ("data", "values"),
    [
        ({"total": "3", "human": "2", "bike": "1"}, {"total": 3, "human": 2, "bike": 1}),
        ({"total": "1"}, {"total": 1}),
        ({"human": "2", "scenarioType": "OccupancyInArea"}, {"human": 2}),
        # Some firmware may write them as those of crossings.
        ({"totalHuman": "2", "scenarioType": "occupancyinarea"}, {"human": 2}),
    ],
)
def test_occupancy_is_a_number_and_no_state(data: dict[str, str], values: dict[str, float]) -> None:
    event = read(_SCENARIO, data)
    assert (event.kind, event.active, event.values) == (EventKind.OCCUPANCY, None, values)
    assert not event.is_occurrence


def test_reset_counter_is_nothing_that_crosses() -> None:
    event = read(_SCENARIO, {"reason": "human", "total": "0", "totalHuman": "0"})
    assert event.kind is EventKind.COUNT
    assert not event.is_occurrence


def test_scenario_with_a_state_is_no_count() -> None:
    event = read(_SCENARIO, {"active": "1", "classTypes": "human", "objectId": "5", "total": "9"})
    assert (event.kind, event.active) == (EventKind.OBJECT, True)


@pytest.mark.parametrize(("flag", "active"), [("0", False), ("1", True)])
def test_limit_is_on_or_off(flag: str, active: bool) -> None:
    event = read(f"{_SCENARIO}Threshold", {"active": flag})
    assert (event.kind, event.source, event.active) == (EventKind.COUNT_LIMIT, "Device1Scenario4", active)


def test_other_ending_of_a_scenario_is_unknown() -> None:
    assert not isinstance(read_event(f"{_SCENARIO}EventInterval", {}, {"min": "1"}), CameraEvent)


def test_number_that_nobody_knows_is_named_for_diagnostics() -> None:
    many = {f"totalThing{number}": "1" for number in range(40)}
    event = read(_SCENARIO, {"reason": "human", "total": "4", "totalHuman": "3", "totalAnimal": "1", **many})
    assert event.values == {"total": 4, "human": 3}
    assert event.unknown_values[0] == "totalanimal"
    assert len(event.unknown_values) == 8


# --- license plates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "topic",
    ["ALPV.ALLPlates", "ALPV.AllPlates", "ALPV.New", "ALPV.Update", "ALPV.Lost", "LPR", "LPR.New", "LPR.Lost"],
)
def test_plate_has_texts_and_is_an_occurrence(topic: str) -> None:
    data = {"carState": "new", "country": "POL", "listName": "", "carID": "77", "text": "WX 12345", "width": "168"}
    event = read(f"{_APPS}/{topic}", {**data, "lpImage": "/9j/" * 2000})
    assert (event.kind, event.source, event.active, event.value) == (EventKind.LICENSE_PLATE, "", None, "")
    assert event.texts["text"] == "WX 12345"
    assert event.texts["carid"] == "77"
    assert event.is_occurrence
    assert "lpimage" not in event.texts


def test_plate_alone_is_no_state() -> None:
    event = read(f"{_APPS}/ALPV.New", {"text": "WX 12345"})
    assert (event.active, event.value) == (None, "")


@pytest.mark.parametrize(
    "name",
    [
        *("Allow_list", "Block_list", "VIP_list", "NotInList", "PlateIn", "Roi1", "Newcomers"),
        # As users name them.
        *("COMPANY", "Staff (day & night)", "New (2026)", "Sousedé z horního konce a jejich hosté přes léto"),
    ],
)
def test_list_of_plates_is_on_or_off(name: str) -> None:
    for topic in (f"ALPV.{name}", f"LPR.{name}"):
        event = read(f"{_APPS}/{topic}", {"active": "1"})
        assert (event.kind, event.source, event.active) == (EventKind.PLATE_LIST, name, True)
        assert not event.aggregate


def test_area_is_no_summary_though_its_name_may_end_like_one() -> None:
    data = {"AreaName": "TIFFANY", "MaximumTemp": "40"}
    event = read("tns1:VideoSource/tns1:Thermometry/tnsaxis:TemperatureDetection", data)
    assert (event.source, event.aggregate) == ("TIFFANY", False)


# --- measurements --------------------------------------------------------------------------------


def test_air() -> None:
    data = {"CO2": "612", "Temperature": "-3.5", "Humidity": "55.2", "PM2.5": "4.1", "AQI": "17", "Radon": "3"}
    event = read("tnsaxis:AirQualityMonitor/Metadata", data, {"sensor_name": "D6210"})
    assert (event.kind, event.source, event.name, event.active) == (EventKind.AIR, "D6210", "D6210", None)
    assert event.values == {"co2": 612, "temperature": -3.5, "humidity": 55.2, "pm2.5": 4.1, "aqi": 17}
    assert event.unknown_values == ("radon",)


def test_vaping_and_alarm_of_the_air() -> None:
    event = read("tnsaxis:AirQualityMonitor/Vaping", {"active": "1"}, {"sensor_name": "D6210"})
    assert (event.kind, event.source, event.active) == (EventKind.VAPING, "D6210", True)
    event = read("tnsaxis:AirQualityMonitor/Alarm", {"active": "1"}, {"source": "VOC", "sensor_name": "D6210"})
    assert (event.kind, event.source, event.name) == (EventKind.AIR_ALARM, "D6210/VOC", "VOC")


@pytest.mark.parametrize(
    ("source", "data", "of"),
    [
        ({}, {"AreaName": "Boiler"}, "Boiler"),
        ({}, {"AreaName": "Boiler", "AreaID": "3"}, "3"),
        ({"AreaID": "3"}, {"AreaName": "Boiler"}, "3"),
        ({"AreaID": "3", "PresetNbr": "2"}, {"AreaName": "Boiler"}, "2/3"),
    ],
)
def test_area_has_a_name_and_temperatures(source: dict[str, str], data: dict[str, str], of: str) -> None:
    temperatures = {"MaximumTemp": "88.1", "MinimumTemp": "-4.0", "AverageTemp": "40.5", "MaxTempPositionX": "0.5"}
    event = read(
        "tns1:VideoSource/tnsaxis:Thermometry/TemperatureDetection",
        {**data, **temperatures, "TemperatureUnit": "Fahrenheit"},
        source,
    )
    assert (event.kind, event.source, event.name) == (EventKind.AREA_TEMPERATURE, of, "Boiler")
    assert (event.values["maximumtemp"], event.values["minimumtemp"]) == (88.1, -4.0)
    assert event.texts == {"temperatureunit": "Fahrenheit"}
    assert not event.unknown_values


def test_alarms_of_temperatures() -> None:
    data = {"AlarmActive": "1", "AreaID": "0", "AreaName": "Boiler", "MaximumTemp": "120"}
    event = read("tns1:VideoSource/tns1:RadiometryAlarm/tnsaxis:TemperatureDetection", data)
    assert (event.kind, event.source, event.name, event.active) == (EventKind.AREA_ALARM, "0", "Boiler", True)
    event = read("tns1:VideoSource/RadiometryAlarm/tnsaxis:DeviationDetection", {"Active": "1"})
    assert (event.kind, event.active) == (EventKind.DEVIATION, True)


def test_alarm_of_any_area_is_left_out() -> None:
    for ending in ("AnyArea", "AnyAreaOnPreset"):
        topic = f"tns1:VideoSource/tns1:RadiometryAlarm/tnsaxis:TemperatureDetection{ending}"
        assert read_event(topic, {}, {"AreaName": "AnyArea", "AlarmActive": "1"}) is None


@pytest.mark.parametrize(
    ("name", "kind"), [("AboveThresholdUpper", EventKind.LOUD), ("BelowThresholdLower", EventKind.QUIET)]
)
def test_sound_level_outside_of_its_limits(name: str, kind: EventKind) -> None:
    data = {"MaxSPL": "91.0", "MinSPL": "20.5", "Detected": "1"}
    event = read(f"tnsaxis:SoundPressureLevel/{name}", data, {"AudioSource": "0"})
    assert (event.kind, event.source, event.active) == (kind, "0", True)


def test_sound_level() -> None:
    levels = {"MaxSPL": "71.3", "LEQ": "48.0", "MinSPL": "31.9"}
    event = read("tnsaxis:SoundPressureLevel/Summary", levels, {"AudioSource": "0"})
    assert (event.kind, event.source) == (EventKind.SOUND_LEVEL, "0")
    assert event.values == {"maxspl": 71.3, "leq": 48.0, "minspl": 31.9}


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e400", "x", "", "9" * 60])
def test_number_that_is_none_is_left_out(text: str) -> None:
    event = read("tnsaxis:AirQualityMonitor/Metadata", {"CO2": text, "AQI": "3"}, {"sensor_name": "a"})
    assert event.values == {"aqi": 3}


# --- what was counted so far ---------------------------------------------------------------------


@pytest.fixture
def counting(site: CameraSite) -> CameraSite:
    site.camera.scenarios = [
        Scenario(1, "Gate", "crosslinecounting", counted={"human": 30, "otherVehicle": 2}),
        Scenario(2, "Queue", "occupancyInArea", counted={"human": 4}),
        Scenario(3, "Old", "occupancyInArea"),
    ]
    return site


async def test_counts_can_be_read(counting: CameraSite) -> None:
    analytics = counting.client().analytics
    assert await analytics.counts(EventKind.COUNT, "Device1Scenario1") == {"total": 32, "human": 30, "othervehicle": 2}
    assert await analytics.counts(EventKind.OCCUPANCY, "Device1Scenario2") == {"total": 4, "human": 4}


async def test_counts_may_be_refused(counting: CameraSite) -> None:
    for source in ("Device1Scenario3", "Device1Scenario1", "Device1Scenario9"):
        with pytest.raises(VapixError):
            await counting.client().analytics.counts(EventKind.OCCUPANCY, source)
    counting.camera.login_level = "viewer"
    with pytest.raises(VapixError):
        await counting.client().analytics.counts(EventKind.COUNT, "Device1Scenario1")


@pytest.mark.parametrize(
    ("data", "counts"),
    [
        ('{"total":7,"bike":2.0}', {"total": 7, "bike": 2}),
        ('{"total":"seven","human":null,"car":[1],"bus":true,"truck":1e999}', {}),
        ('{"timeStamp":"2026","sheep":"5"}', {}),
        ("{}", {}),
    ],
)
async def test_strange_counts_are_left_out(counting: CameraSite, data: str, counts: dict[str, float]) -> None:
    counting.faults.add(Fault(kind="vapix:control", status=200, body=f'{{"data":{data}}}'))
    assert await counting.client().analytics.counts(EventKind.COUNT, "Device1Scenario1") == counts
