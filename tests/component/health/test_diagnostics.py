"""What a person may attach to a bug report holds nothing that opens a door."""

import json

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from custom_components.netrex.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from simulator import Fault, Simulator

from ..person import Person
from ..waiting import until


async def test_diagnostics_tell_much_and_betray_nothing(
    hass: HomeAssistant, person: Person, simulator: Simulator, device_registry: dr.DeviceRegistry
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: [state for state in hass.states.async_all("camera") if state.state == "idle"])
    (serial,) = simulator.world.cameras
    simulator.faults.add(Fault(kind="graphql", status=500))
    await entry.runtime_data.tree.async_refresh()

    facts = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(facts)
    secrets = {*simulator.issued_secrets(), serial, dr.format_mac(serial), simulator.world.application.client_secret}
    assert not [secret for secret in secrets if secret in text]
    for name in {node.name for node in simulator.world.nodes.values()}:
        assert name not in text
    assert facts["tree"]["last_failure"] == "TransientError"
    assert facts["account"]["auth_method"] == "sign_in"
    (camera,) = facts["cameras"]
    assert camera["condition"] == "reachable"
    assert camera["watchers"] == 0
    assert camera["card"] == {"present": False, "exports": False}
    assert facts["recordings"]["settings"]["height"] == 720
    assert facts["episodes"] == {
        "settings": {"days": 14, "space": 500, "pictures": True},
        **dict.fromkeys(("stored", "with_picture", "bytes", "not_written_yet", "database_damaged"), 0),
        "oldest_seconds_ago": None,
        "writing_fails": False,
    }
    assert facts["recordings"]["being_prepared"] == 0

    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert len(devices) == 2
    for device in devices:
        told = await async_get_device_diagnostics(hass, entry, device)
        assert not [secret for secret in secrets if secret in json.dumps(told)]
        # Times go on between the two.
        assert told.keys() == (camera if device.serial_number else facts).keys()
        assert told.get("node_id") == (camera["node_id"] if device.serial_number else None)


async def test_diagnostics_of_an_account_that_does_not_load(
    hass: HomeAssistant, person: Person, simulator: Simulator, device_registry: dr.DeviceRegistry
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", cut=True))
    await hass.config_entries.async_reload(entry.entry_id)
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["account"]["state"] == "setup_retry"
    assert facts["why_not_loaded"] == "cloud_unreachable"
    assert "schema_of_provider" not in facts
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert len(devices) == 2
    for device in devices:
        assert await async_get_device_diagnostics(hass, entry, device)
