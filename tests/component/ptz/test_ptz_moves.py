"""A continuous move stops within its duration and half a second more, also after faults; measured at the camera."""

import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Head, Simulator

from ..moving import (
    DURATION,
    GRACE,
    Pace,
    assert_in_time,
    driven_for,
    driven_head,  # noqa: F401 - a fixture
    is_driven,
    move,
    moving_entry,  # noqa: F401 - a fixture
    notes_in_memory,  # noqa: F401 - a fixture
    pace_of_the_loop,  # noqa: F401 - a fixture
    stands,
    until_no_move_is_left,
)
from ..waiting import until


async def test_a_move_lasts_as_long_as_it_should(
    hass: HomeAssistant,
    entry: ConfigEntry,
    head: Head,
    pace: Pace,
) -> None:
    await move(hass, pan=40, tilt=-20, zoom=10)
    assert not is_driven(head)
    assert driven_for(head) + pace.lost >= DURATION - 0.1
    assert driven_for(head) <= DURATION + 0.2
    assert head.history[1].speeds == {"pan": 40, "tilt": -20, "zoom": 10}


# --- the start ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "moved"),
    [
        # Answered late, begun late, lost with and without an effect.
        (Fault(kind="vapix:ptz", delay=0.2, times=1), True),
        (Fault(kind="vapix:ptz", delay=5, times=1), False),
        (Fault(kind="vapix:ptz", hang=True, times=1), False),
        (Fault(kind="vapix:ptz", cut=True, times=1), False),
        (Fault(kind="vapix:ptz", cut_after=0, times=1), True),
        (Fault(kind="vapix:ptz", status=503, times=1), False),
        (Fault(kind="vapix:ptz", status=401, times=1), False),
        (Fault(kind="vapix:ptz", status=200, body="Error:\nbusy", times=1), False),
    ],
)
async def test_faults_of_the_start(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator, fault: Fault, *, moved: bool
) -> None:
    simulator.faults.add(fault)
    began = head.clock()
    if fault.delay == 0.2:
        await move(hass)
    else:
        with pytest.raises(HomeAssistantError) as failed:
            await move(hass)
        assert failed.value.translation_key
        assert head.clock() - began < DURATION + 2
    await stands_or_never_moved(entry, head, moved=moved)
    assert driven_for(head) <= DURATION + GRACE
    assert simulator.counters["vapix:ptz"] >= 2


async def test_a_start_that_is_done_but_not_answered(hass: HomeAssistant, entry: ConfigEntry, head: Head) -> None:
    head.answers_after = 9
    moving = hass.async_create_task(move(hass))
    await until(hass, lambda: is_driven(head), settle=False)
    head.answers_after = 0
    with pytest.raises(HomeAssistantError) as failed:
        await moving
    assert failed.value.translation_key == "command_not_answered"
    await stands(entry, head)
    assert_in_time(head)


async def stands_or_never_moved(entry: ConfigEntry, head: Head, *, moved: bool) -> None:
    if moved:
        await stands(entry, head)
        assert driven_for(head) > 0
    else:
        await until_no_move_is_left(entry)
        assert not any(step.moves for step in head.history)


async def test_a_refused_start_is_told_in_the_cameras_words(
    hass: HomeAssistant, entry: ConfigEntry, head: Head
) -> None:
    head.enabled = False
    with pytest.raises(HomeAssistantError) as failed:
        await move(hass)
    assert failed.value.translation_key == "command_refused"
    assert failed.value.translation_placeholders
    assert failed.value.translation_placeholders["words"] == "PTZ disabled"


# --- the stop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="vapix:ptz", hang=True, times=2),
        Fault(kind="vapix:ptz", delay=3, times=2),
        Fault(kind="vapix:ptz", cut=True, times=4),
        Fault(kind="vapix:ptz", cut_after=0, times=2),
        Fault(kind="vapix:ptz", cut_after=0, hang=True, times=2),
        Fault(kind="vapix:ptz", status=503, times=4),
        Fault(kind="vapix:ptz", status=403, times=4),
        Fault(kind="vapix:ptz", status=401, times=3),
        Fault(kind="vapix:ptz", status=200, body="Error:\nbusy", times=4),
        Fault(kind="vapix:ptz", garbage=True, times=4),
    ],
)
async def test_faults_of_the_stop(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator, fault: Fault
) -> None:
    moving = hass.async_create_task(move(hass))
    await until(hass, lambda: is_driven(head), settle=False)
    simulator.faults.add(fault)
    await moving
    await stands(entry, head)
    assert_in_time(head)


async def test_a_stop_that_is_not_taken_is_told_and_tried_on(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.netrex.account.commands.STOPS_WITHIN", 0.3)
    moving = hass.async_create_task(move(hass))
    await until(hass, lambda: is_driven(head), settle=False)
    simulator.faults.add(Fault(kind="vapix:ptz", cut=True))
    with pytest.raises(HomeAssistantError) as failed:
        await moving
    assert failed.value.translation_key == "ptz_stop_unsure"
    assert is_driven(head)
    simulator.faults.clear()
    await stands(entry, head)


async def test_a_camera_that_refuses_to_stop_is_left_alone_in_the_end(
    hass: HomeAssistant, entry: ConfigEntry, head: Head
) -> None:
    timing_of(hass).stop_refused_for = 0.2
    moving = hass.async_create_task(move(hass))
    await until(hass, lambda: is_driven(head), settle=False)
    head.enabled = False
    with pytest.raises(HomeAssistantError) as failed:
        await moving
    assert failed.value.translation_key == "ptz_stop_unsure"


async def test_a_camera_that_is_gone_is_given_up(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator
) -> None:
    timing_of(hass).stop_silent_for = 0.3
    moving = hass.async_create_task(move(hass))
    await until(hass, lambda: is_driven(head), settle=False)
    simulator.faults.add(Fault(kind="vapix:ptz", hang=True))
    with pytest.raises(HomeAssistantError):
        await moving


@pytest.mark.parametrize("provider", ["quick", "hangs"])
async def test_a_token_that_ends_meanwhile(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator, provider: str
) -> None:
    moving = hass.async_create_task(move(hass))
    await until(hass, lambda: is_driven(head), settle=False)
    if provider == "quick":
        simulator.expire_access_tokens()
    else:
        # Its time has come here, and the provider does not answer; cameras still take it.
        simulator.faults.add(Fault(kind="oauth2", hang=True))
        token = {**entry.data["token"], "expires_at": time.time() - 60}
        hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    await moving
    assert_in_time(head)
