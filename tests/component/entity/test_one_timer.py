"""A timer of an entity that is gone does nothing any more, whatever was still on its way."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.entity.one_timer import OneTimer


async def test_calls_once_and_not_after_its_end(hass: HomeAssistant) -> None:
    called: list[int] = []
    timer = OneTimer(hass, lambda: called.append(1))
    timer.set(10)
    timer.set(20)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=15))
    assert not called
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=25))
    assert len(called) == 1
    timer.set(10)
    timer.end()
    timer.set(10)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=60))
    assert len(called) == 1
