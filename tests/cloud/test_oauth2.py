"""Netrex's token dialect, in every reading of the documentation."""

import json
from typing import Any

import aiohttp
import pytest

from custom_components.netrex.cloud import (
    CloudError,
    ProtocolError,
    Provider,
    RefusedGrantError,
    TokenEndpoint,
    TokenGrant,
    TransientError,
)
from custom_components.netrex.cloud.oauth2 import revoke
from simulator import Fault, Simulator
from simulator.tokens import Consent

_REDIRECT = "http://127.0.0.1:8123/auth/external/callback"


@pytest.fixture
def endpoint(session: aiohttp.ClientSession, provider: Provider, simulator: Simulator) -> TokenEndpoint:
    application = simulator.world.application
    return TokenEndpoint(session, provider, application.client_id, application.client_secret)


def code(simulator: Simulator) -> str:
    """Return a code as a sign-in would bring it."""
    consent = Consent("owner", simulator.world.application.client_id, _REDIRECT, frozenset({"read"}))
    return simulator.service.tokens.make_code(consent, 60)


async def test_body_is_remembered_when_the_query_is_not_read(endpoint: TokenEndpoint, simulator: Simulator) -> None:
    simulator.switches.token_parameters = "body"
    grant = await endpoint.exchange(code(simulator), _REDIRECT)
    assert grant.refresh_token
    asked = simulator.counters["oauth2:token:refresh"]
    await endpoint.refresh(grant.refresh_token)
    assert simulator.counters["oauth2:token:refresh"] == asked + 1


async def test_trouble_on_the_second_way_is_no_refusal(endpoint: TokenEndpoint, simulator: Simulator) -> None:
    grant = await endpoint.exchange(code(simulator), _REDIRECT)
    simulator.switches.token_parameters = "body"
    simulator.faults.add(Fault(kind="oauth2:token", body='{"error":"Unknown client"}', times=1))
    simulator.faults.add(Fault(kind="oauth2:token", status=500, times=1))
    with pytest.raises(CloudError) as raised:
        await endpoint.refresh(grant.refresh_token or "")
    assert not isinstance(raised.value, RefusedGrantError)


async def test_a_grant_that_was_read_and_refused_is_not_sent_in_another_way(
    endpoint: TokenEndpoint, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(kind="oauth2:token", body='{"error":"invalid_grant"}', times=1))
    simulator.faults.add(Fault(kind="oauth2:token", status=500))
    with pytest.raises(RefusedGrantError):
        await endpoint.refresh("refresh-1")


async def test_refusal_says_what_the_server_said_without_secrets(
    session: aiohttp.ClientSession, provider: Provider, simulator: Simulator
) -> None:
    client_id = simulator.world.application.client_id
    endpoint = TokenEndpoint(session, provider, client_id, "a-wrong-secret")
    simulator.faults.add(
        Fault(kind="oauth2:token", body='{"error":"the secret a-wrong-secret\\n is not that of code-123"}')
    )
    with pytest.raises(RefusedGrantError) as refused:
        await endpoint.exchange("code-123", _REDIRECT)
    assert refused.value.reason == "the secret … is not that of …"


async def test_application_without_a_secret_gets_access_for_once(
    session: aiohttp.ClientSession, provider: Provider, simulator: Simulator
) -> None:
    endpoint = TokenEndpoint(session, provider, simulator.world.application.client_id, "")
    grant = await endpoint.exchange(code(simulator), _REDIRECT)
    assert grant.refresh_token is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 401, "body": "<html>"}, RefusedGrantError),
        ({"status": 400, "body": "<html>"}, ProtocolError),
        ({"status": 200, "body": '{"access_token":""}'}, ProtocolError),
        ({"status": 200, "body": '{"access_token":"x","expires_in":null}'}, ProtocolError),
        ({"status": 200, "body": '{"access_token":"x","expires_in":-5}'}, ProtocolError),
        ({"status": 200, "body": '{"error":{"code":7}}'}, RefusedGrantError),
    ],
)
async def test_answers_that_are_no_token(
    endpoint: TokenEndpoint, simulator: Simulator, fault: dict[str, Any], error: type[CloudError]
) -> None:
    simulator.faults.add(Fault(kind="oauth2:token", **fault))
    with pytest.raises(error):
        await endpoint.refresh("refresh-1")


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("invalid_grant", RefusedGrantError),
        ("Invalid refresh token, please try again", RefusedGrantError),
        ("The system does not know this: unknown client", RefusedGrantError),
        ("Neplatný token", RefusedGrantError),
        ("server_error", TransientError),
        ("temporarily_unavailable", TransientError),
        ("Internal system error", TransientError),
        ("Database login failed", TransientError),
        ("SQLSTATE[HY000] [2002] Connection refused", TransientError),
    ],
)
async def test_what_an_error_of_the_token_endpoint_means(
    endpoint: TokenEndpoint, simulator: Simulator, status: int, said: str, error: type[CloudError]
) -> None:
    simulator.faults.add(Fault(kind="oauth2:token", status=status, body=json.dumps({"error": said})))
    with pytest.raises(CloudError) as raised:
        await endpoint.refresh("refresh-1")
    assert type(raised.value) is error


@pytest.mark.parametrize("name", ["redirect_uri", "redirect_url", "both"])
@pytest.mark.parametrize("place", ["query", "body"])
async def test_every_name_of_the_redirect_url(
    endpoint: TokenEndpoint, simulator: Simulator, name: Any, place: Any
) -> None:
    simulator.switches.redirect_parameter = name
    simulator.switches.token_parameters = place
    assert (await endpoint.exchange(code(simulator), _REDIRECT)).refresh_token


async def test_lifetime_may_be_a_text(endpoint: TokenEndpoint, simulator: Simulator) -> None:
    simulator.faults.add(Fault(kind="oauth2:token", body='{"access_token":"x","expires_in":"60"}'))
    assert (await endpoint.refresh("refresh-1")).expires_in == 60


async def test_revoking_ends_both_tokens(
    endpoint: TokenEndpoint, session: aiohttp.ClientSession, provider: Provider, simulator: Simulator
) -> None:
    grant = await endpoint.exchange(code(simulator), _REDIRECT)
    await revoke(session, provider, grant.access_token)
    with pytest.raises(RefusedGrantError):
        await endpoint.refresh(grant.refresh_token or "")
    with pytest.raises(ProtocolError):
        await revoke(session, provider, grant.access_token)


def test_tokens_are_not_shown() -> None:
    assert "secret" not in repr(TokenGrant("secret-access", 60, "secret-refresh"))
