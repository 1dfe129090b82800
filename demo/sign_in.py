"""Add a Netrex account without a browser: Home Assistant's config flow over REST, and the provider's real pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demo.client import Client
from demo.json_value import Json, at, items, text
from demo.oauth_pages import sign_in_and_consent

USUAL = ("read", "liveview", "recordings", "events")
"""The permissions that the integration requests by default."""
EVERYTHING = (*USUAL, "liveview_ptz", "liveview_light", "liveview_audioclip", "audiotransmit", "write")
"""Those, and what lets a person move, light, speak and switch."""
_STEPS_AT_MOST = 12


class FlowError(Exception):
    """The flow ended or asked for something unforeseen; the message names the step and what it said."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a provider, and the OAuth2 application to reach it by.

    url: the provider's host with scheme. device_pattern: where its cameras answer.
    """

    url: str
    device_pattern: str
    username: str
    password: str
    client_id: str
    client_secret: str


def _answers(account: Account, scopes: Sequence[str] = USUAL) -> dict[str, dict[str, Json]]:
    """What to enter at each form, by step."""
    return {
        "user": {"provider": "other", "remote_access": {"device_pattern": account.device_pattern}},
        "host": {"host": account.url},
        "scopes": {"scopes": list(scopes)},
        "new_credentials": {"client_id": account.client_id, "client_secret": account.client_secret},
        "check_account": {},
        "camera_token": {},
        "first_serial": {},
    }


async def _follow(
    client: Client, account: Account, answers: Mapping[str, Mapping[str, Json]], choices: Mapping[str, str]
) -> str:
    """Answer the flow's steps as they come; give the new entry's id."""
    path = "/api/config/config_entries/flow"
    step = await client.rest("POST", path, {"handler": "netrex", "show_advanced_options": False})
    for _ in range(_STEPS_AT_MOST):
        kind, name = text(step, "type"), at(step, "step_id")
        if kind == "create_entry":
            return text(step, "result", "entry_id")
        flow = f"{path}/{text(step, 'flow_id')}"
        if kind == "form" and not at(step, "errors") and isinstance(name, str) and name in answers:
            step = await client.rest("POST", flow, answers[name])
        elif kind == "menu" and isinstance(name, str) and choices.get(name) in items(step, "menu_options"):
            step = await client.rest("POST", flow, {"next_step_id": choices[name]})
        elif kind == "external":
            callback = f"{client.login.url}/auth/external/callback"
            await sign_in_and_consent(text(step, "url"), account.username, account.password, until=callback)
            step = await client.rest("GET", flow)
        else:
            raise FlowError(f"{kind} {name}: {at(step, 'reason') or at(step, 'errors')}")
    raise FlowError("the flow did not come to an end")


async def add_by_oauth2(client: Client, account: Account, scopes: Sequence[str] = USUAL) -> str:
    """Add the account by signing in at the provider's pages; give the entry's id.

    Raises:
        FlowError: the flow took another way or was refused.
        PageError: the provider's pages did not lead back.
    """
    return await _follow(client, account, _answers(account, scopes), {"auth_method": "scopes"})


async def add_by_api_token(client: Client, account: Account, api_token: str) -> str:
    """Add the account by an API token; give the entry's id.

    Raises:
        FlowError: the flow took another way or was refused.
    """
    answers = _answers(account) | {"api_token": {"api_token": api_token}}
    return await _follow(client, account, answers, {"auth_method": "api_token"})


async def remove(client: Client, entry_id: str) -> None:
    """Remove an account."""
    await client.rest("DELETE", f"/api/config/config_entries/entry/{entry_id}")


async def cameras(client: Client, entry_id: str) -> list[str]:
    """The account's camera entities that are not disabled, in the registry's order."""
    listed = await client.command("config/entity_registry/list")
    return [
        entity_id
        for entity in items(listed)
        if at(entity, "config_entry_id") == entry_id
        and at(entity, "disabled_by") is None
        and (entity_id := text(entity, "entity_id")).startswith("camera.")
    ]
