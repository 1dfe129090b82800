"""How warm a camera is, and what warms and cools it, on a simulated camera and on odd ones."""

import asyncio

import pytest

from custom_components.netrex.vapix import (
    ProtocolError,
    Regulator,
    RegulatorStatus,
    Temperatures,
    Thermometer,
    VapixError,
    has_temperatures,
)
from simulator import Fault, Temperatures as Given
from tests.camera_site import CameraSite


def _says(site: CameraSite, text: str) -> None:
    site.faults.add(Fault(kind="vapix:temperaturecontrol", status=200, body=text))


def _values(found: Temperatures) -> list[tuple[object, ...]]:
    """Return all of it: what two are compared by leaves out what changes."""
    return [
        *((each.number, each.name, each.celsius) for each in found.thermometers),
        *((each.kind, each.number, each.status, each.intensity) for each in found.regulators),
    ]


async def test_all_of_a_camera(site: CameraSite) -> None:
    assert not has_temperatures((await site.client().properties()).parameters)
    site.camera.temperatures = Given({"Optics": -7.25, "CPU": 61.0}, ["Running[70%]", "Stopped"], ["Fan Failure"])
    assert has_temperatures((await site.client().properties()).parameters)
    assert _values(await site.client().temperatures.read()) == [
        (0, "Optics", -7.25),
        (1, "CPU", 61.0),
        ("heater", 0, RegulatorStatus.RUNNING, "70%"),
        ("heater", 1, RegulatorStatus.STOPPED, ""),
        ("fan", 0, RegulatorStatus.FAILURE, ""),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("root", ["", "root."])
async def test_spellings(site: CameraSite, end: str, root: str) -> None:
    lines = (
        "Sensor.S2.Name=Housing",
        "Sensor.S2.Celsius=-0.5",
        "Heater.H0.Status=running[low]",
        "Fan.F1.Status=stopped",
    )
    _says(site, "".join(f"{root}{line}{end}" for line in lines))
    assert _values(await site.client().temperatures.read()) == [
        (2, "Housing", -0.5),
        ("heater", 0, RegulatorStatus.RUNNING, "low"),
        ("fan", 1, RegulatorStatus.STOPPED, ""),
    ]


@pytest.mark.parametrize("celsius", ["", "N/A", "nan", "inf", "1e400", "99999", "--1", "4 3"])
async def test_what_is_no_temperature_is_unknown(site: CameraSite, celsius: str) -> None:
    _says(site, f"Sensor.S0.Name=Main\nSensor.S0.Celsius={celsius}\nFan.F0.Status=Spinning up")
    assert _values(await site.client().temperatures.read()) == [(0, "Main", None), ("fan", 0, None, "")]


async def test_answer_without_end_is_bounded(site: CameraSite) -> None:
    _says(site, "".join(f"Sensor.S{number}.Celsius=1\nFan.F{number}.Status=Stopped\n" for number in range(999)))
    found = await site.client().temperatures.read()
    assert (len(found.thermometers), len(found.regulators)) == (32, 32)
    site.faults.clear()
    _says(site, "Sensor.S9999999999999999999.Celsius=1\nSensor.S\u00b2.Celsius=1\nSensor.S0.Name=" + "\u202e" * 500)
    assert _values(await site.client().temperatures.read()) == [(0, "", None)]


async def test_what_changes_all_the_time_is_no_other_equipment() -> None:
    assert Thermometer(0, "Main", 1.0) == Thermometer(0, "Main", 2.0)
    assert Regulator("fan", 0, RegulatorStatus.RUNNING, "5%") == Regulator("fan", 0, RegulatorStatus.STOPPED)
    assert Regulator("fan", 0) != Regulator("heater", 0)


@pytest.mark.parametrize("body", ["<html>Sign in</html>", "", "\0"])
async def test_page_of_a_proxy_is_no_temperature(site: CameraSite, body: str) -> None:
    _says(site, body or " ")
    with pytest.raises(ProtocolError):
        await site.client().temperatures.read()


async def test_one_request_for_all_who_ask(site: CameraSite) -> None:
    site.camera.temperatures = Given()
    client = site.client()
    await asyncio.gather(*(client.temperatures.shared() for _ in range(20)))
    await client.temperatures.shared()
    assert site.asked["vapix:temperaturecontrol"] == 1


async def test_level_that_is_too_low(site: CameraSite) -> None:
    site.camera.temperatures, site.camera.login_level = Given(), "viewer"
    with pytest.raises(VapixError):
        await site.client().temperatures.read()
