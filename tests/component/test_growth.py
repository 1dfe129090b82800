"""What a camera costs does not depend on how many others there are."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
import sys
from types import FrameType

from homeassistant.core import HomeAssistant
import pytest

from simulator import Simulator
from simulator.life import furnish

from .person import Person
from .waiting import until, until_ready

_FEW, _MANY = 6, 36
#: How much more often a function may be called: what comes when differs, but a square of six is 36.
_GROWTH, _FEW_MORE = _MANY / _FEW * 2.5, 40


@contextmanager
def _calls() -> Iterator[Counter[str]]:
    """Count the calls of each of the integration's functions, also of the generators within them."""
    calls: Counter[str] = Counter()

    def called(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and "custom_components/netrex" in code.co_filename:
            calls[f"{code.co_filename.partition('netrex/')[2]}:{code.co_qualname}"] += 1

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        yield calls
    finally:
        sys.setprofile(before)


@pytest.fixture
def camera_count() -> int:
    return _FEW


async def test_setting_up_grows_in_line_with_the_cameras(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    furnish(simulator.world)
    entry = await person.add_account()
    await until_ready(hass, entry)

    async def set_up_again() -> Counter[str]:
        assert await hass.config_entries.async_unload(entry.entry_id)
        with _calls() as calls:
            assert await hass.config_entries.async_setup(entry.entry_id)
            await until_ready(hass, entry)
            cameras = entry.runtime_data.cameras.values()
            await until(
                hass,
                lambda: all(
                    camera.events.found.keys() >= camera.events.states.keys() != set()
                    and not camera.events.names_wanted
                    for camera in cameras
                ),
            )
            await hass.async_block_till_done(wait_background_tasks=False)
        return calls

    few = await set_up_again()
    for _ in range(_MANY - _FEW):
        simulator.world.add_camera()
    furnish(simulator.world)
    await set_up_again()  # makes what is new
    many = await set_up_again()

    steep = {name: (few[name], times) for name, times in many.items() if times > few[name] * _GROWTH + _FEW_MORE}
    assert not steep, "times that a function was called with few and with many cameras"
