"""While nothing happens, nothing is written, whatever is looked at anew."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant, StateMachine
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator
from simulator.life import furnish

from ..person import Person
from ..waiting import until, until_ready

#: Home Assistant changes the keys of pictures every five minutes, and writes that down.
_KEYS = {"access_token", "entity_picture"}


@contextmanager
def _written() -> Iterator[Counter[str]]:
    """Count what is written, by entity, also where it is as it was; and what is saved, as "saved"."""
    counts: Counter[str] = Counter()
    write, save = StateMachine.async_set_internal, Store.async_delay_save

    def writing(machine: StateMachine, entity_id: str, *arguments: Any, **more: Any) -> None:
        before = machine.get(entity_id)
        write(machine, entity_id, *arguments, **more)
        after = machine.get(entity_id)
        if not before or all(before.attributes.get(key) == after.attributes.get(key) for key in _KEYS):
            counts[entity_id] += 1

    def saving(store: Store, *arguments: Any, **more: Any) -> None:
        counts["saved"] += 1
        save(store, *arguments, **more)

    with (
        patch.object(StateMachine, "async_set_internal", writing),
        patch.object(Store, "async_delay_save", saving),
    ):
        yield counts


async def test_looking_anew_writes_nothing(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    furnish(simulator.world)  # an output among it, whose state is reported
    timing_of(hass).declarations_after = timing_of(hass).declarations_pause = 0.0
    entry = await person.add_account_with_api_token()
    await until_ready(hass, entry)
    await until(hass, lambda: any(state.domain == "switch" for state in hass.states.async_all()))
    account = entry.runtime_data
    await until(hass, lambda: len(account.declared_sources.results) == len(account.cameras))
    await until(hass, lambda: not any(each.events.names_wanted for each in entry.runtime_data.cameras.values()))
    looked_at = simulator.counters["graphql:nodeList"]

    with _written() as counts:
        for seconds in (31, 31, 310):
            async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
            await hass.async_block_till_done(wait_background_tasks=False)
        await until(hass, lambda: simulator.counters["graphql:nodeList"] > looked_at)

    assert counts == {}
