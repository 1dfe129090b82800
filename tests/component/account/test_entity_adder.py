"""Entities that are being added when an account ends."""

import asyncio
from collections.abc import Sequence

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.netrex.account.entity_adder import EntityAdder
from custom_components.netrex.tasks.timing import timing_of


@pytest.fixture
def adder(hass: HomeAssistant) -> EntityAdder:
    return EntityAdder(hass, MockConfigEntry(domain="netrex"))


async def test_nothing_more_is_added_to_an_account_that_ends(hass: HomeAssistant, adder: EntityAdder) -> None:
    added: list[int] = []
    ending: list[asyncio.Task[None]] = []

    def add(items: Sequence[int]) -> None:
        added.extend(items)
        ending.append(hass.async_create_task(adder.end()))

    adder.start_adding_in_slices(range(100), add)
    await hass.async_block_till_done()
    assert 0 < len(added) < 100
    assert all(task.done() for task in ending)


async def test_adding_that_does_not_end_is_given_up(hass: HomeAssistant, adder: EntityAdder) -> None:
    timing_of(hass).entities_added_within = 0.01
    never = asyncio.Event()

    async def hang() -> None:
        await never.wait()

    hanging = hass.async_create_task(hang())
    adder._track(hanging)
    await adder.end()
    assert hanging.cancelled()
