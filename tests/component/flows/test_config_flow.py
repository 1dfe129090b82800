"""Adding, signing in again and changing an account, as a person does it in the dialog."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
import pytest

from simulator import Fault, NodeType, Simulator, Switches

from ..person import Person
from ..waiting import until


def key_of(simulator: Simulator) -> str:
    """Return what tells the simulated account from others: host and top node."""
    return f"{simulator.url.partition('://')[2].replace(':', '-3A')}~{simulator.world.top.node_id}"


def labels(step: dict[str, Any]) -> set[str]:
    """Return the names of a form's fields."""
    return {field["name"] for field in step["data_schema"]}


# --- sign in ---------------------------------------------------------------------------------------


async def test_account_is_added_by_signing_in(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()

    assert person.seen == ["user", "host", "auth_method", "scopes", "new_credentials", "auth", "create_entry"]
    assert entry.title == simulator.world.top.name
    assert entry.unique_id == key_of(simulator)
    assert entry.data["scopes"] == ["read", "liveview", "recordings", "events"]
    assert entry.data["token"]["refresh_token"]
    assert entry.state is ConfigEntryState.LOADED


async def test_known_provider_needs_no_address(person: Person) -> None:
    await person.begin()
    step = await person.answer(
        provider="camstreamer", remote_access={"device_pattern": "https://{serial}.device-connect.net"}
    )
    assert step["step_id"] == "auth_method"
    assert step["description_placeholders"] == {"host": "cloud.camstreamer.com"}


@pytest.mark.parametrize("scopes", [["read"], ["read", "liveview", "liveview_ptz", "write"]])
async def test_only_chosen_permissions_are_asked_for(person: Person, scopes: list[str]) -> None:
    step = await person.to_sign_in(scopes)
    assert f"scope={','.join(scopes)}" in step["url"]


async def test_permission_to_read_is_needed(person: Person) -> None:
    await person.choose_provider()
    await person.choose("scopes")
    step = await person.answer(scopes=["liveview"])
    assert step["errors"] == {"scopes": "read_needed"}
    step = await person.answer(scopes=["read"])
    assert step["step_id"] == "new_credentials"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "host_empty"),
        ("my cameras", "host_not_a_host"),
        ("http://cameras.example.com:8080", "host_needs_https"),
        ("https://me:secret@cameras.example.com", "host_has_login"),
    ],
)
async def test_address_that_is_none_is_said_so(person: Person, simulator: Simulator, typed: str, error: str) -> None:
    await person.begin()
    await person.answer(provider="other", remote_access={"device_pattern": simulator.device_pattern})
    step = await person.answer(host=typed)
    assert step["errors"] == {"host": error}
    assert (await person.answer(host=f" {simulator.url.upper()}/app?x=1 "))["step_id"] == "auth_method"


@pytest.mark.parametrize(
    ("typed", "error"),
    [("https://device-connect.net", "no_serial_slot"), ("https://{serial}.x.net/?a=b", "bad_device_pattern")],
)
async def test_address_of_cameras_that_is_none_is_said_so(
    person: Person, simulator: Simulator, typed: str, error: str
) -> None:
    await person.begin()
    step = await person.answer(provider="netrex", remote_access={"device_pattern": typed})
    assert step["errors"] == {"base": error}
    step = await person.answer(provider="netrex", remote_access={"device_pattern": simulator.device_pattern})
    assert step["step_id"] == "auth_method"


async def test_empty_credentials_are_said_so(person: Person) -> None:
    await person.choose_provider()
    await person.choose("scopes")
    await person.answer(scopes=["read"])
    step = await person.answer(client_id=" ", client_secret="x")
    assert step["errors"] == {"base": "credentials_empty"}
    assert step["description_placeholders"]["redirect_url"] == person.redirect_url


async def test_refused_consent_leads_back_to_the_permissions(person: Person) -> None:
    await person.to_sign_in()
    step = await person.sign_in(decision="deny")
    assert (step["step_id"], step["errors"]) == ("scopes", {"base": "consent_refused"})
    step = await person.answer(scopes=["read", "liveview"])
    assert step["url"].endswith("scope=read,liveview")
    assert (await person.sign_in())["type"] == "create_entry"
    assert person.entry().data["scopes"] == ["read", "liveview"]


async def test_other_error_of_the_provider_page(person: Person, hass: HomeAssistant) -> None:
    step = await person.to_sign_in()
    state = (await person.walk_provider_pages(step["url"])).query["state"]
    await person.browser.get("/auth/external/callback", params={"state": state, "error": "server_error"})
    step = await person.look()
    assert (step["type"], step["reason"]) == ("abort", "sign_in_failed_at_provider")
    # The browser came back to the right URL, so nothing is said of that; what the provider says is shown, not rendered.
    assert step["description_placeholders"]["error"] == "server\\_error"
    texts = await async_get_translations(hass, "en", "config", {"netrex"})
    assert "redirect" not in texts["component.netrex.config.abort.sign_in_failed_at_provider"]


def credentials(person: Person) -> list[str]:
    """Return the client ids that Home Assistant keeps."""
    return [item["client_id"] for item in person.hass.data["application_credentials"].async_items()]


async def test_wrong_secret_leads_back_to_the_credentials(person: Person, simulator: Simulator) -> None:
    client_id = simulator.world.application.client_id
    await person.to_sign_in(secret="mistyped")
    step = await person.sign_in()
    assert (step["step_id"], step["errors"]) == ("new_credentials", {"base": "sign_in_refused"})
    suggested = {field["name"]: field.get("description", {}).get("suggested_value") for field in step["data_schema"]}
    assert suggested == {"client_id": client_id, "client_secret": None}
    assert step["description_placeholders"]["redirect_url"] == person.redirect_url
    await person.answer(client_id=client_id, client_secret=simulator.world.application.client_secret)
    assert (await person.sign_in())["type"] == "create_entry"
    assert credentials(person) == [client_id]


async def test_credentials_of_a_dialog_that_came_to_nothing_do_not_stay(person: Person, simulator: Simulator) -> None:
    step = await person.to_sign_in(secret="mistyped")
    assert credentials(person)
    person.hass.config_entries.flow.async_abort(step["flow_id"])
    await until(person.hass, lambda: not credentials(person))


async def test_credentials_that_another_dialog_may_use_stay(person: Person, simulator: Simulator) -> None:
    first = await person.to_sign_in()
    second = await person.to_sign_in()
    assert second["type"] == "external"
    person.hass.config_entries.flow.async_abort(first["flow_id"])
    await person.hass.async_block_till_done(wait_background_tasks=True)
    assert (await person.sign_in())["type"] == "create_entry"
    await person.hass.async_block_till_done()
    assert person.entry().state is ConfigEntryState.LOADED


async def test_without_lasting_access_nothing_is_added(person: Person, simulator: Simulator) -> None:
    simulator.switches.one_time_only = True
    await person.to_sign_in()
    step = await person.sign_in()
    assert step["reason"] == "no_lasting_access"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 429},
        {"garbage": True},
        {"cut": True},
        {"status": 404},
        {"status": 302},
        {"body": '{"access_token":"tok"}', "status": 200},
        {"body": '{"access_token":"tok","expires_in":"soon"}', "status": 200},
        {"body": '{"error":"Internal system error"}', "status": 200},
    ],
)
async def test_sign_in_that_fails_at_the_provider(person: Person, simulator: Simulator, fault: dict[str, Any]) -> None:
    await person.to_sign_in()
    simulator.faults.add(Fault(kind="oauth2:token", **fault))
    step = await person.sign_in()
    assert step["reason"] == "sign_in_failed"

    simulator.faults.clear()
    await person.to_sign_in()
    assert (await person.sign_in())["type"] == "create_entry"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 503}, "cannot_connect"),
        ({"cut": True}, "cannot_connect"),
        ({"garbage": True}, "cannot_connect"),
        ({"status": 429}, "busy"),
        ({"status": 200, "body": '{"data":{"nodeList":[]}}'}, "unexpected_answer"),
        ({"status": 200, "body": '{"data":{"nodeList":[{"node_id":"x"}]}}'}, "unexpected_answer"),
        ({"status": 200, "body": '{"data":{"nodeList":[7]}}'}, "unexpected_answer"),
        ({"status": 200, "body": '{"data":{}}'}, "unexpected_answer"),
        ({"status": 200, "body": '{"data":null}'}, "unexpected_answer"),
        ({"status": 302}, "unexpected_answer"),
    ],
)
async def test_account_that_cannot_be_read_yet(
    person: Person, simulator: Simulator, fault: dict[str, Any], error: str
) -> None:
    await person.to_sign_in()
    simulator.faults.add(Fault(kind="graphql", **fault))
    step = await person.sign_in()
    assert (step["step_id"], step["errors"]) == ("check_account", {"base": error})

    simulator.faults.clear()
    assert (await person.answer())["type"] == "create_entry"


@pytest.mark.parametrize(("status", "reason"), [(401, "sign_in_not_accepted"), (403, "no_permission_to_read")])
async def test_account_that_may_not_be_read(person: Person, simulator: Simulator, status: int, reason: str) -> None:
    await person.to_sign_in()
    simulator.faults.add(Fault(kind="graphql", status=status))
    assert (await person.sign_in())["reason"] == reason


async def test_same_account_is_not_added_twice(person: Person) -> None:
    await person.add_account()
    await person.choose_provider()
    await person.choose("scopes")
    await person.answer(scopes=["read"])
    assert person.step["type"] == "external", "the only credentials need no question"
    assert (await person.sign_in())["reason"] == "already_configured"


async def test_credentials_in_use_are_not_replaced(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    await begin_to_change(person, entry.entry_id)
    await person.choose("auth_method")
    await person.choose("scopes")
    await person.answer(scopes=["read"])
    await person.answer(implementation="other")
    application = person.simulator.world.application
    await person.answer(client_id=application.client_id, client_secret="another")
    assert (await person.sign_in())["errors"] == {"base": "sign_in_refused"}
    simulator.expire_access_tokens()
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success


async def test_secret_that_changed_at_the_provider_can_be_entered(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    simulator.world.application.client_secret = "the-new-secret"
    await begin_to_change(person, entry.entry_id)
    await person.choose("auth_method")
    await person.choose("scopes")
    await person.answer(scopes=["read", "liveview"])
    await person.answer(implementation="other")
    await person.answer(client_id=simulator.world.application.client_id, client_secret="the-new-secret")
    assert (await person.sign_in())["reason"] == "reconfigure_successful"
    await person.hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    simulator.expire_access_tokens()
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success


async def test_credentials_of_another_provider_are_not_offered(person: Person) -> None:
    await person.to_sign_in()
    await person.begin()
    await person.answer(provider="netrex", remote_access={"device_pattern": "https://{serial}.device-connect.net"})
    await person.choose("scopes")
    step = await person.answer(scopes=["read"])
    assert step["step_id"] == "new_credentials"


async def store_credentials(person: Person, client_id: str, name: str | None = None) -> None:
    """Store credentials as somebody does on Home Assistant's own page for them."""
    stored = person.hass.data["application_credentials"]
    given = {"domain": "netrex", "client_id": client_id, "client_secret": "x"}
    await stored.async_create_item(given if name is None else {**given, "name": name})


async def to_credentials(person: Person) -> dict[str, Any]:
    """Go as far as the question for credentials."""
    await person.choose_provider()
    await person.choose("scopes")
    return await person.answer(scopes=["read"])


async def test_several_stored_credentials_are_offered_by_name(person: Person, simulator: Simulator) -> None:
    host = simulator.url.partition("://")[2]
    for client_id in ("first", "an-application-with-a-long-name"):
        await store_credentials(person, client_id, f"Netrex {host}")
    await store_credentials(person, "elsewhere", "Netrex cloud.camstreamer.com")
    step = await to_credentials(person)
    assert step["step_id"] == "pick_implementation"
    (field,) = step["data_schema"]
    options = field["selector"]["select"]["options"]
    labels = [f"Netrex {host} (first)", f"Netrex {host} (an-appli…name)", "other"]
    assert [option["label"] for option in options] == labels
    step = await person.answer(implementation=options[0]["value"])
    assert step["type"] == "external"


async def test_credentials_that_name_no_provider_are_asked_about(person: Person) -> None:
    await store_credentials(person, "stored by hand")
    assert (await to_credentials(person))["step_id"] == "pick_implementation"
    assert (await person.answer(implementation="other"))["step_id"] == "new_credentials"


async def test_stored_credentials_that_went_meanwhile(person: Person, simulator: Simulator) -> None:
    for client_id in ("first", "second"):
        await store_credentials(person, client_id)
    step = await to_credentials(person)
    (field,) = step["data_schema"]
    first, *_ = field["selector"]["select"]["options"]
    stored = person.hass.data["application_credentials"]
    await stored.async_delete_item(first["value"])
    assert (await person.answer(implementation=first["value"]))["step_id"] == "pick_implementation"
    for item in list(stored.async_items()):
        await stored.async_delete_item(item["id"])
    assert (await person.answer(implementation="other"))["step_id"] == "new_credentials"


@pytest.mark.parametrize(
    "switches",
    [
        Switches(grant_types=frozenset({"authorization_code"})),
        Switches(grant_types=frozenset({"auth_code"})),
        Switches(token_parameters="body"),
        Switches(token_parameters="both"),
        Switches(token_parameters="body", grant_types=frozenset({"auth_code"})),
        Switches(json_content_type="text/html"),
        Switches(introspection=False),
        Switches(redirect_parameter="redirect_url"),
        Switches(redirect_parameter="both"),
        Switches(redirect_parameter="redirect_url", token_parameters="body", grant_types=frozenset({"auth_code"})),
        Switches(graphql_refusal="errors"),
        Switches(graphql_refusal="codes"),
        Switches(refresh_rotation="rotate"),
        Switches(serial_field="mac_address"),
        Switches(token_error_status=200),
    ],
)
async def test_every_reading_of_the_documentation_signs_in(person: Person) -> None:
    entry = await person.add_account()
    assert entry.state is ConfigEntryState.LOADED


# --- API token -------------------------------------------------------------------------------------


async def test_account_is_added_with_an_api_token(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account_with_api_token()
    assert entry.title == simulator.world.top.name
    assert "token" not in entry.data
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 401}, {"api_token": "token_refused"}),
        ({"status": 403}, {"api_token": "no_permission_to_read"}),
        ({"status": 429}, {"base": "busy"}),
        ({"cut": True}, {"base": "cannot_connect"}),
        ({"status": 200, "body": '{"errors":[{"message":"syntax"}]}'}, {"api_token": "unexpected_answer"}),
        ({"status": 200, "body": '{"errors":[{"message":"Invalid token"}]}'}, {"api_token": "token_refused"}),
        (
            {"status": 200, "body": '{"errors":[{"message":"Permission denied"}]}'},
            {"api_token": "no_permission_to_read"},
        ),
    ],
)
async def test_api_token_that_does_not_open(
    person: Person, simulator: Simulator, fault: dict[str, Any], error: dict[str, str]
) -> None:
    await person.choose_provider()
    await person.choose("api_token")
    token = simulator.api_token(scopes={"read", "configuration"})
    simulator.faults.add(Fault(kind="graphql", **fault))
    assert (await person.answer(api_token=token))["errors"] == error
    simulator.faults.clear()
    assert (await person.answer(api_token=f"  {token}\n"))["type"] == "create_entry"


# --- again -----------------------------------------------------------------------------------------


async def test_signing_in_again_brings_the_account_back(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    simulator.revoke_all_tokens()
    await entry.runtime_data.tree.async_refresh()
    (flow,) = person.hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"

    step = await person.continue_flow(flow["flow_id"])
    assert step["step_id"] == "reauth_confirm"
    await person.answer()
    step = await person.sign_in()
    assert step["reason"] == "reauth_successful"
    await person.hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["provider"] == simulator.url


async def test_signing_in_again_with_an_api_token(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account_with_api_token()
    simulator.revoke_all_tokens()
    await entry.runtime_data.tree.async_refresh()
    (flow,) = person.hass.config_entries.flow.async_progress()
    await person.continue_flow(flow["flow_id"])
    step = await person.answer()
    assert step["step_id"] == "api_token"
    step = await person.answer(api_token=simulator.api_token(scopes={"read"}))
    assert step["reason"] == "reauth_successful"
    await person.hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED


async def test_signing_in_again_without_the_stored_credentials(person: Person) -> None:
    entry = await person.add_account()
    data = {**entry.data, "auth_implementation": "removed_meanwhile"}
    person.hass.config_entries.async_update_entry(entry, data=data)
    entry.async_start_reauth(person.hass)
    await person.hass.async_block_till_done()
    (flow,) = person.hass.config_entries.flow.async_progress()
    await person.continue_flow(flow["flow_id"])
    step = await person.answer()
    assert step["step_id"] == "pick_implementation"
    await person.use_stored_credentials()
    assert (await person.sign_in())["reason"] == "reauth_successful"
    await person.hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED


async def test_signing_in_again_as_somebody_else_is_refused(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    folder = simulator.world.add(NodeType.FOLDER, "Pro hosta", simulator.world.top)
    simulator.world.accounts["guest"].sees = frozenset({folder.node_id})
    before = dict(entry.data)
    entry.async_start_reauth(person.hass)
    await person.hass.async_block_till_done()
    (flow,) = person.hass.config_entries.flow.async_progress()
    await person.continue_flow(flow["flow_id"])
    await person.answer()
    step = await person.sign_in("guest")
    assert (step["reason"], step["description_placeholders"]) == ("wrong_account", {"account": entry.title})
    assert dict(entry.data) == before


# --- change ----------------------------------------------------------------------------------------


async def begin_to_change(person: Person, entry_id: str) -> dict[str, Any]:
    """Open the dialog that changes an account."""
    flow = await person.hass.config_entries.flow.async_init(
        "netrex", context={"source": "reconfigure", "entry_id": entry_id}
    )
    return await person.continue_flow(flow["flow_id"])


async def test_permissions_can_be_changed(person: Person) -> None:
    entry = await person.add_account()
    step = await begin_to_change(person, entry.entry_id)
    assert step["menu_options"] == ["permissions", "auth_method", "address"]
    await person.choose("permissions")
    await person.answer(scopes=["read", "liveview", "liveview_ptz"])
    step = await person.sign_in()
    assert step["reason"] == "reconfigure_successful"
    await person.hass.async_block_till_done()
    assert entry.data["scopes"] == ["read", "liveview", "liveview_ptz"]
    assert entry.state is ConfigEntryState.LOADED


async def test_way_in_can_be_changed(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    account_key = entry.data["account_key"]
    await begin_to_change(person, entry.entry_id)
    await person.choose("auth_method")
    await person.choose("api_token")
    step = await person.answer(api_token=simulator.api_token(scopes={"read", "configuration"}))
    assert step["reason"] == "reconfigure_successful"
    await person.hass.async_block_till_done()
    assert "token" not in entry.data
    assert entry.data["account_key"] == account_key
    assert entry.state is ConfigEntryState.LOADED


async def test_address_of_cameras_can_be_changed_alone(person: Person) -> None:
    entry = await person.add_account()
    token = entry.data["token"]
    await begin_to_change(person, entry.entry_id)
    await person.choose("address")
    await person.answer(provider="other", remote_access={"device_pattern": "https://{serial}.gate.example.com"})
    step = await person.answer(host=person.simulator.url)
    assert step["reason"] == "reconfigure_successful"
    await person.hass.async_block_till_done()
    assert entry.data["device_pattern"] == "https://{serial}.gate.example.com"
    assert entry.data["token"] == token


async def test_changing_an_account_without_changing_anything(person: Person) -> None:
    entry = await person.add_account()
    before, account = dict(entry.data), entry.runtime_data
    await begin_to_change(person, entry.entry_id)
    step = await person.choose("address")
    defaults = {field["name"]: field.get("default") for field in step["data_schema"]}
    (pattern,) = next(field for field in step["data_schema"] if field["name"] == "remote_access")["schema"]
    step = await person.answer(provider=defaults["provider"], remote_access={"device_pattern": pattern["default"]})
    (field,) = step["data_schema"]
    step = await person.answer(host=field["description"]["suggested_value"])
    assert step["reason"] == "reconfigure_successful"
    await person.hass.async_block_till_done()
    assert dict(entry.data) == before
    assert entry.runtime_data is account, "nothing was reloaded"


async def test_account_that_moved_to_another_host_stays_the_same(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account_with_api_token()
    account_key = entry.data["account_key"]
    async with Simulator(Switches(), cameras=simulator.world) as moved:
        await begin_to_change(person, entry.entry_id)
        await person.choose("address")
        await person.answer(provider="other", remote_access={"device_pattern": moved.device_pattern})
        await person.answer(host=moved.url)
        await person.choose("api_token")
        step = await person.answer(api_token=moved.api_token(scopes={"read", "configuration"}))
        assert step["reason"] == "reconfigure_successful"
        await person.hass.async_block_till_done()
        assert entry.data["provider"] == moved.url
        assert entry.data["account_key"] == account_key
        assert entry.unique_id == key_of(moved)
        assert entry.state is ConfigEntryState.LOADED


async def test_account_that_moved_to_where_it_is_already(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account_with_api_token()
    async with Simulator(Switches(), cameras=simulator.world) as moved:
        await person.begin()
        await person.answer(provider="other", remote_access={"device_pattern": moved.device_pattern})
        await person.answer(host=moved.url)
        await person.choose("api_token")
        step = await person.answer(api_token=moved.api_token(scopes={"read", "configuration"}))
        assert step["type"] == "create_entry"
        await begin_to_change(person, entry.entry_id)
        await person.choose("address")
        await person.answer(provider="other", remote_access={"device_pattern": moved.device_pattern})
        await person.answer(host=moved.url)
        await person.choose("api_token")
        step = await person.answer(api_token=moved.api_token(scopes={"read"}))
        assert step["reason"] == "already_configured"


async def test_another_account_at_the_same_host_is_refused_when_changing(person: Person, simulator: Simulator) -> None:
    entry = await person.add_account_with_api_token()
    folder = simulator.world.add(NodeType.FOLDER, "Pro hosta", simulator.world.top)
    simulator.world.accounts["guest"].sees = frozenset({folder.node_id})
    await begin_to_change(person, entry.entry_id)
    await person.choose("auth_method")
    await person.choose("api_token")
    step = await person.answer(api_token=simulator.api_token("guest", scopes={"read"}))
    assert step["reason"] == "wrong_account"
