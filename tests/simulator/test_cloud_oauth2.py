"""The simulated provider refuses what the documentation does not allow, and gives what it promises."""

from collections.abc import AsyncIterator
import re
from typing import Literal

import aiohttp
import pytest
from yarl import URL

from simulator import Simulator, Switches, World

_REDIRECT = "http://127.0.0.1:8123/auth/external/callback"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(Switches(), World.demo(3)) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


def authorize_url(simulator: Simulator, **changes: str) -> URL:
    query = {
        "response_type": "code",
        "client_id": simulator.world.application.client_id,
        "redirect_uri": _REDIRECT,
        "scope": "read,liveview",
        "state": "some-state",
    }
    return URL(f"{simulator.url}/oauth2/auth/").with_query({**query, **changes})


async def submit(browser: aiohttp.ClientSession, page: tuple[URL, str], **values: str) -> tuple[URL, str]:
    """Submit a page's form; return the next page, or where the browser is sent."""
    here, html = page
    action = re.search(r'<form[^>]*action="([^"]*)"', html)
    target = here.join(URL(action[1].replace("&amp;", "&"), encoded=True)) if action and action[1] else here
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
    answer = await browser.post(target, data={**hidden, **values}, allow_redirects=False)
    while answer.status in {302, 303}:
        location = answer.url.join(URL(answer.headers["Location"], encoded=True))
        if location.path == "/auth/external/callback":
            return location, ""
        answer = await browser.get(location, allow_redirects=False)
    return answer.url, await answer.text()


async def open_page(browser: aiohttp.ClientSession, url: URL) -> tuple[int, tuple[URL, str]]:
    async with browser.get(url) as page:
        return page.status, (page.url, await page.text())


async def sign_in(browser: aiohttp.ClientSession, simulator: Simulator, decision: str = "allow", **changes: str) -> URL:
    status, page = await open_page(browser, authorize_url(simulator, **changes))
    assert status == 200
    page = await submit(browser, page, username="owner", password="owner-password")
    return (await submit(browser, page, decision=decision))[0]


async def token(
    browser: aiohttp.ClientSession, simulator: Simulator, **parameters: str
) -> tuple[int, dict[str, object]]:
    application = simulator.world.application
    query = {"client_id": application.client_id, "client_secret": application.client_secret, **parameters}
    query = {name: value for name, value in query.items() if value}
    async with browser.post(URL(f"{simulator.url}/oauth2/token").with_query(query)) as answer:
        return answer.status, await answer.json(content_type=None)


async def exchange(browser: aiohttp.ClientSession, simulator: Simulator, **changes: str) -> dict[str, object]:
    back = await sign_in(browser, simulator)
    parameters = {"grant_type": "authorization_code", "code": back.query["code"], "redirect_uri": _REDIRECT, **changes}
    return (await token(browser, simulator, **parameters))[1]


async def test_consent_lists_permissions_in_words_and_gives_a_code(
    browser: aiohttp.ClientSession, simulator: Simulator
) -> None:
    _, page = await open_page(browser, authorize_url(simulator))
    page = await submit(browser, page, username="owner", password="wrong")
    assert "<form" in page[1]
    page = await submit(browser, page, username="owner", password="owner-password")
    assert "Watch live video" in page[1]
    assert "Talk through the cameras" not in page[1]
    back, _ = await submit(browser, page, decision="allow")
    assert back.query["state"] == "some-state"
    assert back.query["code"]


async def test_denied_consent_comes_back_as_an_error(browser: aiohttp.ClientSession, simulator: Simulator) -> None:
    back = await sign_in(browser, simulator, "deny")
    assert dict(back.query) == {"error": "access_denied", "state": "some-state"}


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "unknown"},
        {"redirect_uri": "https://evil.example.com/"},
        {"response_type": "token"},
        {"scope": "read,everything"},
        {"scope": "read liveview"},
    ],
)
async def test_request_that_is_not_allowed_is_no_redirect(
    browser: aiohttp.ClientSession, simulator: Simulator, changes: dict[str, str]
) -> None:
    async with browser.get(authorize_url(simulator, **changes), allow_redirects=False) as page:
        assert page.status == 400


async def test_code_is_good_once(browser: aiohttp.ClientSession, simulator: Simulator) -> None:
    back = await sign_in(browser, simulator)
    parameters = {"grant_type": "authorization_code", "code": back.query["code"], "redirect_uri": _REDIRECT}
    status, given = await token(browser, simulator, **parameters)
    assert status == 200
    assert set(given) == {"access_token", "expires_in", "refresh_token"}
    status, given = await token(browser, simulator, **parameters)
    assert status == 400
    assert set(given) == {"error"}


async def test_without_the_secret_access_is_for_once(browser: aiohttp.ClientSession, simulator: Simulator) -> None:
    given = await exchange(browser, simulator, client_secret="")
    assert set(given) == {"access_token", "expires_in"}


@pytest.mark.parametrize(
    "changes", [{"client_secret": "wrong"}, {"redirect_uri": "http://localhost:8123/auth/external/callback"}]
)
async def test_wrong_exchange_is_an_error(
    browser: aiohttp.ClientSession, simulator: Simulator, changes: dict[str, str]
) -> None:
    assert set(await exchange(browser, simulator, **changes)) == {"error"}


@pytest.mark.parametrize(
    ("spelling", "taken"), [("authorization_code", "auth_code"), ("auth_code", "authorization_code")]
)
async def test_spelling_of_the_grant_is_a_switch(
    browser: aiohttp.ClientSession, simulator: Simulator, spelling: str, taken: str
) -> None:
    simulator.switches.grant_types = frozenset({taken})
    assert set(await exchange(browser, simulator, grant_type=spelling)) == {"error"}
    assert "access_token" in await exchange(browser, simulator, grant_type=taken)


async def test_refresh_and_revoke(browser: aiohttp.ClientSession, simulator: Simulator) -> None:
    given = await exchange(browser, simulator)
    refresh = {"grant_type": "refresh_token", "refresh_token": str(given["refresh_token"])}
    _, renewed = await token(browser, simulator, **refresh)
    assert renewed["access_token"] != given["access_token"]
    async with browser.post(f"{simulator.url}/oauth2/revoke?access_token={renewed['access_token']}") as answer:
        assert (await answer.json(content_type=None))["success"] is True
    _, refused = await token(browser, simulator, **refresh)
    assert set(refused) == {"error"}


@pytest.mark.parametrize("ends", ["sign_in", "account"])
async def test_what_revoking_ends(
    browser: aiohttp.ClientSession, simulator: Simulator, ends: Literal["sign_in", "account"]
) -> None:
    simulator.switches.revoke_ends = ends
    first, second = await exchange(browser, simulator), await exchange(browser, simulator)
    async with browser.post(f"{simulator.url}/oauth2/revoke?access_token={first['access_token']}") as answer:
        assert (await answer.json(content_type=None))["success"] is True
    _, renewed = await token(browser, simulator, grant_type="refresh_token", refresh_token=str(second["refresh_token"]))
    assert ("error" in renewed) is (ends == "account")
    assert (simulator.service.tokens.look_up(str(second["access_token"])) is None) is (ends == "account")


@pytest.mark.parametrize("second_sign_in", ["new", "same"])
async def test_tokens_of_a_second_sign_in(
    browser: aiohttp.ClientSession, simulator: Simulator, second_sign_in: Literal["new", "same"]
) -> None:
    simulator.switches.second_sign_in = second_sign_in
    first, second = await exchange(browser, simulator), await exchange(browser, simulator)
    assert first["access_token"] != second["access_token"]
    assert (first["refresh_token"] == second["refresh_token"]) is (second_sign_in == "same")


async def test_rotation_ends_the_old_refresh_token(browser: aiohttp.ClientSession, simulator: Simulator) -> None:
    simulator.switches.refresh_rotation = "rotate"
    given = await exchange(browser, simulator)
    refresh = {"grant_type": "refresh_token", "refresh_token": str(given["refresh_token"])}
    _, renewed = await token(browser, simulator, **refresh)
    assert renewed["refresh_token"] != given["refresh_token"]
    _, refused = await token(browser, simulator, **refresh)
    assert set(refused) == {"error"}


@pytest.mark.parametrize(("rotation", "given_back"), [("keep", set()), ("same", {"refresh_token"})])
async def test_refresh_token_that_stays(
    browser: aiohttp.ClientSession, simulator: Simulator, rotation: Literal["keep", "same"], given_back: set[str]
) -> None:
    simulator.switches.refresh_rotation = rotation
    given = await exchange(browser, simulator)
    refresh = {"grant_type": "refresh_token", "refresh_token": str(given["refresh_token"])}
    for _ in range(2):
        status, renewed = await token(browser, simulator, **refresh)
        assert status == 200
        assert set(renewed) == {"access_token", "expires_in"} | given_back
        assert renewed.get("refresh_token", given["refresh_token"]) == given["refresh_token"]


async def test_refresh_can_end_the_access_token(browser: aiohttp.ClientSession, simulator: Simulator) -> None:
    tokens = simulator.service.tokens
    given = await exchange(browser, simulator)
    refresh = {"grant_type": "refresh_token", "refresh_token": str(given["refresh_token"])}
    await token(browser, simulator, **refresh)
    assert tokens.look_up(str(given["access_token"]))
    simulator.switches.refresh_ends_access = True
    _, renewed = await token(browser, simulator, **refresh)
    assert tokens.look_up(str(given["access_token"])) is None
    assert tokens.look_up(str(renewed["access_token"]))


@pytest.mark.parametrize("changes", [{"client_secret": ""}, {"client_secret": "wrong"}, {"refresh_token": "wrong"}])
async def test_wrong_refresh_is_an_error(
    browser: aiohttp.ClientSession, simulator: Simulator, changes: dict[str, str]
) -> None:
    given = await exchange(browser, simulator)
    refresh = {"grant_type": "refresh_token", "refresh_token": str(given["refresh_token"]), **changes}
    status, refused = await token(browser, simulator, **refresh)
    assert (status, set(refused)) == (400, {"error"})


@pytest.mark.parametrize("status", [200, 400, 401])
async def test_status_and_content_type_of_errors_are_switches(
    browser: aiohttp.ClientSession, simulator: Simulator, status: Literal[200, 400, 401]
) -> None:
    simulator.switches.token_error_status = status
    simulator.switches.json_content_type = "text/html"
    async with browser.post(f"{simulator.url}/oauth2/revoke", params={"access_token": "unknown"}) as answer:
        assert (answer.status, answer.content_type) == (status, "text/html")
        assert set(await answer.json(content_type=None)) == {"error"}


@pytest.mark.parametrize(
    ("switch", "query", "body"), [("query", True, False), ("body", False, True), ("both", True, True)]
)
async def test_where_parameters_are_looked_for_is_a_switch(
    browser: aiohttp.ClientSession,
    simulator: Simulator,
    switch: Literal["query", "body", "both"],
    query: bool,
    body: bool,
) -> None:
    simulator.switches.token_parameters = switch
    application = simulator.world.application
    url = f"{simulator.url}/oauth2/token"
    for in_query, taken in ((True, query), (False, body)):
        parameters = {
            "client_id": application.client_id,
            "grant_type": "authorization_code",
            "redirect_uri": _REDIRECT,
            "code": (await sign_in(browser, simulator)).query["code"],
        }
        async with browser.post(url, params=parameters) if in_query else browser.post(url, data=parameters) as answer:
            assert ("access_token" in await answer.json()) is taken


async def test_name_of_the_redirect_parameter_is_a_switch(browser: aiohttp.ClientSession, simulator: Simulator) -> None:
    table = authorize_url(simulator).without_query_params("redirect_uri").update_query(redirect_url=_REDIRECT)
    assert (await open_page(browser, table))[0] == 400
    simulator.switches.redirect_parameter = "both"
    assert (await open_page(browser, table))[0] == 200
    assert (await open_page(browser, authorize_url(simulator)))[0] == 200
    simulator.switches.redirect_parameter = "redirect_url"
    assert (await open_page(browser, table))[0] == 200
    assert (await open_page(browser, authorize_url(simulator)))[0] == 400


async def test_unknown_scope_can_be_left_out(browser: aiohttp.ClientSession, simulator: Simulator) -> None:
    simulator.switches.strict_scopes = False
    back = await sign_in(browser, simulator, scope="read,everything")
    parameters = {"grant_type": "authorization_code", "code": back.query["code"], "redirect_uri": _REDIRECT}
    _, given = await token(browser, simulator, **parameters)
    found = simulator.service.tokens.look_up(str(given["access_token"]))
    assert found is not None
    assert found.scopes == {"read"}


async def test_address_without_a_slash_and_a_state_of_any_letters(
    browser: aiohttp.ClientSession, simulator: Simulator
) -> None:
    state = "a+b c&č=%20/?#"
    url = authorize_url(simulator, state=state)
    _, page = await open_page(browser, url.with_path("/oauth2/auth", keep_query=True))
    page = await submit(browser, page, username="guest", password="guest-password")
    back, _ = await submit(browser, page, decision="allow")
    assert back.query["state"] == state
    without = authorize_url(simulator).without_query_params("state")
    _, page = await open_page(browser, without)
    page = await submit(browser, page, username="guest", password="guest-password")
    assert "state" not in (await submit(browser, page, decision="deny"))[0].query


async def test_codes_and_tokens_end_with_their_time(browser: aiohttp.ClientSession) -> None:
    now = 1_000_000.0
    async with Simulator(Switches(token_lifetime=120), World.demo(1), clock=lambda: now) as simulator:
        back = await sign_in(browser, simulator)
        now += 61
        parameters = {"grant_type": "authorization_code", "code": back.query["code"], "redirect_uri": _REDIRECT}
        assert set((await token(browser, simulator, **parameters))[1]) == {"error"}
        given = await exchange(browser, simulator)
        assert given["expires_in"] == 120
        now += 119
        assert simulator.service.tokens.look_up(str(given["access_token"]))
        now += 2
        assert simulator.service.tokens.look_up(str(given["access_token"])) is None
        refresh = {"grant_type": "refresh_token", "refresh_token": str(given["refresh_token"])}
        assert "access_token" in (await token(browser, simulator, **refresh))[1]


async def test_only_one_time_access_when_the_provider_wants_that(
    browser: aiohttp.ClientSession, simulator: Simulator
) -> None:
    simulator.switches.one_time_only = True
    assert set(await exchange(browser, simulator)) == {"access_token", "expires_in"}


async def test_consent_without_a_sign_in_is_refused(browser: aiohttp.ClientSession, simulator: Simulator) -> None:
    _, page = await open_page(browser, authorize_url(simulator))
    request = re.findall(r'name="request" value="([^"]+)"', page[1])[0]
    for data in ({"request": request, "decision": "allow"}, {"decision": "allow"}):
        async with browser.post(f"{simulator.url}/oauth2/consent", data=data, allow_redirects=False) as answer:
            assert answer.status == 400
