"""What a maintainer finds in diagnostics: calls, the token's age, event connections, the provider's schema."""

import json
import time
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import VapixError
from simulator import Fault, Simulator, Switches

from ..person import Person
from ..test_repairs import issues
from ..waiting import until, until_ready


def asked_of_cameras(simulator: Simulator) -> int:
    """Return how many requests have come to the cameras."""
    return sum(count for kind, count in simulator.counters.items() if kind.startswith("vapix:"))


# --- diagnostics -------------------------------------------------------------------------------------


async def test_calls_of_both_doors_and_what_failed(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    before = simulator.counters["graphql"]
    vapix_before = asked_of_cameras(simulator)
    await hass.config_entries.async_setup(entry.entry_id)
    await until_ready(hass, entry)
    simulator.faults.add(Fault(kind="graphql", status=429, times=2))
    for _ in range(2):
        await entry.runtime_data.tree.async_refresh()
    (camera,) = entry.runtime_data.cameras.values()
    simulator.faults.add(Fault(kind="vapix:image", status=503))
    with pytest.raises(VapixError, match="503"):
        await camera.client.image()

    facts = await async_get_config_entry_diagnostics(hass, entry)
    cloud = facts["calls"]["cloud"]
    # The schema, which is asked for with the file, comes last.
    assert cloud["calls"] == cloud["calls_last_hour"] == simulator.counters["graphql"] - before - 1
    assert cloud["failures"] == {"BusyError: the cloud asks to wait": 2}
    assert cloud["limits_hit_last_hour"] == 2
    assert cloud["seconds_since_last_failure"] < 60
    (told,) = facts["cameras"]
    assert told["calls"]["calls"] == asked_of_cameras(simulator) - vapix_before
    assert told["calls"]["failures"]["BusyError: HTTP status 503"] == 1
    assert told["calls"]["seconds_since_last_answer"] < 60
    assert facts["calls"]["cameras"]["calls_last_hour"] == told["calls"]["calls"]
    assert facts["calls"]["cameras"]["limits_hit_last_hour"] == 1


async def test_age_of_the_token_without_the_token(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    account = (await async_get_config_entry_diagnostics(hass, entry))["account"]
    assert 0 <= account["token_age_seconds"] < 60
    assert account["token_age_seconds"] + account["token_expires_in_seconds"] == pytest.approx(3600, abs=2)

    token = entry.data["token"]
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "token": {**token, "expires_at": token["expires_at"] - 3000}}
    )
    account = (await async_get_config_entry_diagnostics(hass, entry))["account"]
    assert 3000 <= account["token_age_seconds"] < 3060

    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": {**token, "expires_at": time.time()}})
    await entry.runtime_data.tree.async_refresh()
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["sign_in"] == {"refreshes": 1, "last_failure": None}
    assert facts["account"]["token_age_seconds"] < 60
    assert not [secret for secret in simulator.issued_secrets() if secret in json.dumps(facts)]


async def test_account_with_an_api_token_has_no_age(hass: HomeAssistant, person: Person) -> None:
    entry = await person.add_account_with_api_token()
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["account"]["auth_method"] == "api_token"
    assert facts["account"]["token_age_seconds"] is None
    assert facts["sign_in"] is None


async def test_event_connections_and_unknown_topics(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    ((node_id, connection),) = entry.runtime_data.connections.items()
    (serial,) = simulator.world.cameras
    message = {
        "method": "events:notify",
        "params": {"notification": {"topic": "tns1:Strange/Thing", "timestamp": 1, "message": {}}},
    }
    for _ in range(3):
        simulator.events.send_raw(serial, json.dumps(message))
    await until(hass, lambda: connection.intake.unknown.total() == 3)
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["events"]["connections"] == {"stream": 1}
    assert facts["events"]["merged_in_floods"] == 0
    ((topic, count),) = facts["events"]["unknown_topics"].items()
    assert topic.endswith("Strange/Thing")
    assert count == 3
    (told,) = facts["cameras"]
    assert told["node_id"] == node_id
    assert 0 <= told["events"]["coming_for_seconds"] < 60
    assert told["events"]["unknown_topics"] == facts["events"]["unknown_topics"]
    assert 0 <= told["seconds_since_last_check"] < 60


async def test_a_connection_that_is_gone_tells_so(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    (serial,) = simulator.world.cameras
    simulator.faults.add(Fault(kind="vapix:ws-data-stream", hang=True))
    simulator.events.cut(serial)
    (connection,) = entry.runtime_data.connections.values()
    await until(hass, lambda: connection.transport == "connecting")
    (camera,) = (await async_get_config_entry_diagnostics(hass, entry))["cameras"]
    assert camera["events"]["transport"] == "connecting"
    assert camera["events"]["coming_for_seconds"] is None
    assert camera["events"]["last_failure"] == "UnreachableError"


async def test_open_repairs_and_refused_permissions(
    hass: HomeAssistant, person: Person, simulator: Simulator, quick_reconnects: None
) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    (serial,) = simulator.world.cameras
    for kind in ("vapix:ws-data-stream", "vapix:wssession"):
        simulator.faults.add(Fault(kind=kind, status=403))
    simulator.events.cut(serial)
    await until(hass, lambda: "permission_refused_events" in issues(hass))
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["account"]["open_repairs"] == ["permission_refused_events"]
    assert facts["permissions_refused_by_cameras"] == {"events": 1}


# --- the provider's schema ---------------------------------------------------------------------------


async def test_schema_is_asked_for_only_with_the_file(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    for _ in range(3):
        await entry.runtime_data.tree.async_refresh()
    asked = simulator.counters["graphql:__schema"]
    # For serial numbers, when the account is loaded.
    assert asked == 1
    schema = (await async_get_config_entry_diagnostics(hass, entry))["schema_of_provider"]
    assert simulator.counters["graphql:__schema"] == asked + 1
    assert schema["complete"]
    assert schema["types"]["Query"]["camera(node_id: Int!)"] == "Camera"
    text = json.dumps(schema)
    assert not [node.name for node in simulator.world.nodes.values() if f'"{node.name}"' in text]


@pytest.mark.parametrize("switches", [Switches(introspection=False)])
async def test_provider_keeps_its_schema_to_itself(hass: HomeAssistant, person: Person) -> None:
    entry = await person.add_account()
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["schema_of_provider"] == {"not_told": "ProtocolError"}
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(kind="graphql:__schema", hang=True), "TimeoutError"),
        (Fault(kind="graphql:__schema", status=401), "AuthError"),
        (Fault(kind="graphql:__schema", status=429), "BusyError"),
    ],
    ids=["hang", "401", "429"],
)
async def test_the_file_comes_without_the_schema(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    fault: Fault,
    told: str,
) -> None:
    timing_of(hass).schema_timeout = 0.2
    entry = await person.add_account()
    simulator.faults.add(fault)
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["schema_of_provider"] == {"not_told": told}
    assert facts["tree"]["last_query_succeeded"]
    assert not hass.config_entries.flow.async_progress(), "it says nothing about the sign-in"


@pytest.mark.parametrize("camera_count", [2])
async def test_whatever_fails_no_reason_names_anybody(
    hass: HomeAssistant, person: Person, simulator: Simulator, quick_reconnects: None
) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    account = entry.runtime_data
    page = f"<html>{' '.join(simulator.world.cameras)} {' '.join(simulator.issued_secrets())}</html>"
    effects: tuple[dict[str, Any], ...] = (
        {"status": 404, "body": page},
        {"status": 200, "body": page},
        {"status": 302, "body": page},
        {"status": 429, "body": page},
        {"garbage": True},
        {"cut": True},
    )
    for effect in effects:
        simulator.faults.add(Fault(kind="graphql", **effect))
        simulator.faults.add(Fault(kind="vapix", **effect))
        await account.tree.async_refresh()
        for camera in account.cameras.values():
            for ask in (camera.client.image, camera.client.properties, camera.client.siren.state):
                with pytest.raises(VapixError):
                    await ask()
        simulator.faults.clear()
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert len(facts["calls"]["cloud"]["failures"]) >= 4
    assert len(facts["cameras"]) == len(simulator.world.cameras)
    assert all(len(camera["calls"]["failures"]) >= 5 for camera in facts["cameras"])
    text = json.dumps(facts)
    private = {*simulator.world.cameras, *simulator.issued_secrets(), "127.0.0.1", simulator.world.top.name}
    assert not [each for each in private if each in text]
