"""The sign-in: a code is taken only from the browser that was sent for it, and no form shows a secret."""

import base64
import json
from typing import Any

from homeassistant.core import HomeAssistant
import jwt
import pytest
from yarl import URL

from simulator import Simulator
from tests.component.person import Person


async def come_back(person: Person, **query: str) -> int:
    """Let a browser come to where the provider sends it; return the status of what it sees."""
    async with person.browser.get("/auth/external/callback", params=query) as answer:
        return answer.status


def code_of(back: URL) -> tuple[str, str]:
    return back.query["code"], back.query["state"]


def exchanged(simulator: Simulator) -> int:
    return sum(count for kind, count in simulator.counters.items() if kind.startswith("oauth2:token"))


def waits(hass: HomeAssistant, step: dict[str, Any]) -> bool:
    """Tell whether a dialog still waits for the browser to come back."""
    return any(
        flow["flow_id"] == step["flow_id"] and flow["step_id"] == "auth"
        for flow in hass.config_entries.flow.async_progress()
    )


def _unsigned(claims: dict[str, Any]) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


@pytest.mark.parametrize("forgery", ["none", "empty", "rubbish", "other secret", "unsigned", "changed", "no code"])
async def test_a_code_without_the_right_state_is_not_taken(person: Person, simulator: Simulator, forgery: str) -> None:
    """So that nobody can have somebody else's Home Assistant signed in to an account of theirs."""
    await person.to_sign_in()
    code, state = code_of(await person.walk_provider_pages(person.step["url"]))
    claims = jwt.decode(state, options={"verify_signature": False})
    header, body, signature = state.split(".")
    query = {
        "none": {"code": code},
        "empty": {"code": code, "state": ""},
        "rubbish": {"code": code, "state": "rubbish"},
        "other secret": {"code": code, "state": jwt.encode(claims, "x" * 64, algorithm="HS256")},
        "unsigned": {"code": code, "state": _unsigned(claims)},
        "changed": {"code": code, "state": ".".join([header, body, signature[::-1]])},
        "no code": {"state": state},
    }[forgery]
    assert await come_back(person, **query) in {200, 400}
    assert waits(person.hass, person.step)
    assert exchanged(simulator) == 0
    assert not person.hass.config_entries.async_entries("netrex")

    # The right one still leads on.
    assert await come_back(person, code=code, state=state) == 200
    assert (await person.look())["type"] == "create_entry"


async def test_a_state_is_good_for_its_own_dialog_only(
    person: Person, simulator: Simulator, hass: HomeAssistant
) -> None:
    await person.to_sign_in()
    first = dict(person.step)
    _, state_of_first = code_of(await person.walk_provider_pages(first["url"]))
    await person.choose_provider()
    await person.choose("scopes")
    await person.answer(scopes=["read"])
    second = dict(person.step)
    code_of_second, _ = code_of(await person.walk_provider_pages(second["url"]))
    await come_back(person, code=code_of_second, state=state_of_first)
    assert waits(hass, second)


async def test_a_code_is_taken_once(person: Person, simulator: Simulator) -> None:
    await person.to_sign_in()
    code, state = code_of(await person.walk_provider_pages(person.step["url"]))
    await come_back(person, code=code, state=state)
    assert (await person.look())["type"] == "create_entry"
    taken = exchanged(simulator)
    assert taken
    await come_back(person, code=code, state=state)
    assert exchanged(simulator) == taken
    assert len(person.hass.config_entries.async_entries("netrex")) == 1


async def test_the_state_says_nothing_secret(person: Person, simulator: Simulator) -> None:
    step = await person.to_sign_in()
    url = URL(step["url"])
    claims = jwt.decode(url.query["state"], options={"verify_signature": False})
    assert set(claims) <= {"flow_id", "redirect_uri", "iat"}
    assert claims["redirect_uri"] == person.redirect_url
    assert set(url.query) >= {"state", "client_id", "scope"}
    assert simulator.world.application.client_secret not in str(url)


async def test_no_form_shows_a_secret(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    """Whatever was entered before: a form that is opened again shows none of it."""
    steps: list[str] = []
    arrive = Person._arrive

    def keep(self: Person, step: dict[str, Any]) -> dict[str, Any]:
        steps.append(json.dumps({**step, "url": ""}))
        return arrive(self, step)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Person, "_arrive", keep)
        entry = await person.add_account()
        await person.options(entry)
        await person.choose("remote_access")
        camera_token = simulator.api_token(scopes={"configuration"})
        await person.answer(remote_api_token=camera_token)
        await hass.async_block_till_done()
        for choice in ("init", "remote_access", "camera_serial", "recordings", "metrics", "outputs"):
            await person.options(entry)
            if choice != "init":
                await person.choose(choice)
        for source in ("reconfigure", "reauth"):
            context = {"source": source, "entry_id": entry.entry_id}
            flow = await hass.config_entries.flow.async_init("netrex", context=context, data=dict(entry.data))
            await person.continue_flow(flow["flow_id"])
            if source == "reconfigure":
                await person.choose("auth_method")
                await person.choose("scopes")
                await person.answer(scopes=["read"])
                await person.answer(implementation="other")
                await person.answer(client_id=" ", client_secret="mistyped-secret")
                await person.answer(client_id="netrex-simulator-client", client_secret="mistyped-secret")
                assert (await person.sign_in())["step_id"] == "new_credentials"
        await person.choose_provider()
        await person.choose("api_token")
        await person.answer(api_token="  a-token that-is-wrong ")
    secrets = {*simulator.issued_secrets(), camera_token, "mistyped-secret", "a-tokenthat-is-wrong", "that-is-wrong"}
    assert len(steps) > 25
    assert [secret for secret in secrets if any(secret in step for step in steps)] == []
