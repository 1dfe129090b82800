"""A camera that answers anywhere can be used at once; one that refuses has its repair soon."""

import asyncio
from collections.abc import Awaitable, Callable
import time
from types import SimpleNamespace

from aiohttp import ClientSession
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.account import refused_cameras
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import UnreachableError
from simulator import Fault, Simulator

from ..listening import CAMERA, add_listening, nothing_is_going_on, serial_of, shows
from ..person import Person
from ..test_repairs import issues
from ..waiting import until

_CONNECTIVITY = f"binary_sensor.{CAMERA}_connectivity"
_CHECK = "vapix:basicdeviceinfo"


@pytest.fixture(autouse=True)
def patient(hass: HomeAssistant) -> None:
    """A camera that is away is not looked for again before the test is over."""
    timing_of(hass).camera_recheck_first = timing_of(hass).camera_recheck_longest = 3600.0
    timing_of(hass).camera_recheck_pause = 0.0


async def _event(_hass: HomeAssistant, _entry: ConfigEntry, simulator: Simulator) -> None:
    simulator.happen(serial_of(simulator), "sound")


async def _live_view(_hass: HomeAssistant, entry: ConfigEntry, _simulator: Simulator) -> None:
    account = entry.runtime_data
    (channel,) = account.channels
    async with ClientSession() as session, session.get(account.relay.url(channel)) as response:
        assert await response.content.readany()


async def _picture(_hass: HomeAssistant, entry: ConfigEntry, _simulator: Simulator) -> None:
    (camera,) = entry.runtime_data.cameras.values()
    assert await camera.client.image(None)


@pytest.mark.parametrize("answer", [_event, _live_view, _picture])
@pytest.mark.parametrize("status", [503, 403])
async def test_camera_that_answers_anywhere_can_be_used_at_once(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    answer: Callable[[HomeAssistant, ConfigEntry, Simulator], Awaitable[None]],
    status: int,
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    for call in (_CHECK, "vapix:param"):
        simulator.faults.add(Fault(kind=call, status=status))
    camera.report_failure(UnreachableError("a doubt"))
    await until(hass, shows(hass, _CONNECTIVITY, "off"))
    simulator.faults.clear()
    await answer(hass, entry, simulator)
    await until(hass, shows(hass, _CONNECTIVITY, "on"))
    await until(hass, lambda: not issues(hass))


async def test_camera_whose_checks_fail_is_not_checked_for_each_of_its_events(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    timing_of(hass).camera_recheck_pause = 3600.0
    busy = simulator.faults.add(Fault(kind=_CHECK, status=503))
    camera.report_failure(UnreachableError("a doubt"))
    await until(hass, shows(hass, _CONNECTIVITY, "off"))
    checks, heard = simulator.faults.struck(busy), camera.events.counts.total()
    for number in range(20):
        simulator.happen(serial_of(simulator), "sound", active=number % 2 == 0)
    await until(hass, lambda: camera.events.counts.total() > heard)
    assert simulator.faults.struck(busy) == checks


async def test_camera_that_goes_on_reporting_is_checked_less_and_less_often(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """As where its token has ended, which closes no stream."""
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    timing_of(hass).camera_recheck_pause = 0.01
    for call in (_CHECK, "vapix:param"):
        simulator.faults.add(Fault(kind=call, status=403))
    camera.report_failure(UnreachableError("a doubt"))
    await until(hass, shows(hass, _CONNECTIVITY, "off"))
    checks: list[float] = []
    camera.checked.add(lambda: checks.append(time.monotonic()))

    def is_checked_again() -> bool:
        camera.report_answer()
        return len(checks) > 8

    await until(hass, is_checked_again)
    # The pauses were 0.01 seconds at first, each twice as long as the one before.
    assert checks[8] - checks[0] >= 0.01 * (2**8 - 1)


async def test_requested_check_does_not_wait_until_answers_count(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await add_listening(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    timing_of(hass).camera_recheck_pause = 3600.0
    simulator.faults.add(Fault(kind=_CHECK, status=503))
    camera.report_failure(UnreachableError("a doubt"))
    await until(hass, shows(hass, _CONNECTIVITY, "off"))
    simulator.faults.clear()
    camera.request_check()
    await until(hass, shows(hass, _CONNECTIVITY, "on"))


@pytest.mark.parametrize("camera_count", [3])
async def test_refusals_one_after_another_do_not_put_the_repair_off(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a start, while the checks of other cameras hang."""
    passed = 0.0
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + passed)
    monkeypatch.setattr(refused_cameras, "time", clock)
    # Only the clock of this test counts.
    sleepless = SimpleNamespace(Lock=asyncio.Lock, sleep=lambda _seconds: asyncio.Event().wait())
    monkeypatch.setattr(refused_cameras, "asyncio", sleepless)
    hanging, first, second = simulator.world.cameras
    simulator.faults.add(Fault(kind="vapix", serial=hanging, hang=True))
    simulator.faults.add(Fault(kind="vapix", serial=first, status=403))
    simulator.world.cameras[second].online = False
    entry = await person.add_account(["read", "liveview"])
    cameras = {camera.serial: camera for camera in entry.runtime_data.cameras.values()}
    await until(hass, lambda: cameras[first].condition == "refused")
    await until(hass, lambda: cameras[second].condition == "unreachable")
    passed = 11.0
    simulator.world.cameras[second].online = True
    simulator.faults.add(Fault(kind="vapix", serial=second, status=403))
    cameras[second].request_check()
    await until(hass, lambda: cameras[second].condition == "refused")
    passed = 13.0
    cameras[second].request_check()
    await until(hass, lambda: issues(hass))
    # Not only once the checks that hang are over.
    assert set(issues(hass)) == {"camera_refused"}
    simulator.faults.clear()
