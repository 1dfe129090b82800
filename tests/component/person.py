"""A person with a browser: adds an account in Home Assistant's dialog and walks through the provider's pages.

Speaks Home Assistant's REST API as its frontend does, and the provider's pages as a browser does.
"""

from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp.test_utils import TestClient
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from yarl import URL

from simulator import Simulator

_FRONTEND = "http://127.0.0.1:8123"


@dataclass(slots=True)
class Person:
    """Where in the dialog this person is, and what they see there."""

    hass: HomeAssistant
    simulator: Simulator
    browser: TestClient
    app: TestClient
    step: dict[str, Any] = field(default_factory=dict)
    #: Every step seen, for tests that follow the way.
    seen: list[str] = field(default_factory=list)

    redirect_url = f"{_FRONTEND}/auth/external/callback"

    # --- the dialog ----------------------------------------------------------------------------------

    async def begin(self, handler: str = "netrex", flow: str = "config_entries/flow") -> dict[str, Any]:
        """Open the dialog."""
        self._flow = flow
        return await self._post(f"/api/config/{flow}", {"handler": handler, "show_advanced_options": False})

    async def options(self, entry: ConfigEntry) -> dict[str, Any]:
        """Open the account's options."""
        return await self.begin(entry.entry_id, "config_entries/options/flow")

    async def answer(self, **values: Any) -> dict[str, Any]:
        """Submit the form that is shown."""
        return await self._post(f"/api/config/{self._flow}/{self.step['flow_id']}", values)

    async def choose(self, option: str) -> dict[str, Any]:
        """Choose from the menu that is shown."""
        return await self.answer(next_step_id=option)

    async def look(self) -> dict[str, Any]:
        """See what the dialog shows by now."""
        async with self.app.get(f"/api/config/{self._flow}/{self.step['flow_id']}") as response:
            return self._arrive(await response.json())

    async def continue_flow(self, flow_id: str, flow: str = "config_entries/flow") -> dict[str, Any]:
        """Open a dialog that Home Assistant has begun."""
        self._flow = flow
        self.step = {"flow_id": flow_id}
        return await self.look()

    async def _post(self, path: str, values: dict[str, Any]) -> dict[str, Any]:
        async with self.app.post(path, json=values, headers={"HA-Frontend-Base": _FRONTEND}) as response:
            return self._arrive(await response.json())

    def _arrive(self, step: dict[str, Any]) -> dict[str, Any]:
        self.step = step
        self.seen.append(str(step.get("step_id") or step.get("reason") or step.get("type")))
        return step

    # --- the way -------------------------------------------------------------------------------------

    async def choose_provider(self) -> dict[str, Any]:
        """Name the simulated provider and where its cameras are."""
        await self.begin()
        return await self.name_provider()

    async def name_provider(self) -> dict[str, Any]:
        """Answer the first two forms."""
        await self.answer(provider="other", remote_access={"device_pattern": self.simulator.device_pattern})
        return await self.answer(host=self.simulator.url)

    async def to_sign_in(self, scopes: list[str] | None = None, *, secret: str | None = None) -> dict[str, Any]:
        """Go as far as the provider's page."""
        await self.choose_provider()
        return await self.from_auth_method_to_sign_in(scopes, secret=secret)

    async def from_auth_method_to_sign_in(
        self, scopes: list[str] | None = None, *, secret: str | None = None
    ) -> dict[str, Any]:
        """From the menu of ways in to the provider's page."""
        await self.choose("scopes")
        step = await self.answer(scopes=scopes or ["read", "liveview", "recordings", "events"])
        if step["type"] == "external":
            return step
        if step["step_id"] == "pick_implementation":
            await self.answer(implementation="other")
        application = self.simulator.world.application
        return await self.answer(
            client_id=application.client_id, client_secret=application.client_secret if secret is None else secret
        )

    async def use_stored_credentials(self) -> dict[str, Any]:
        """Choose the first of the stored credentials, if that is asked."""
        if self.step.get("step_id") != "pick_implementation":
            return self.step
        (field,) = self.step["data_schema"]
        return await self.answer(implementation=field["selector"]["select"]["options"][0]["value"])

    async def continue_without(self) -> dict[str, Any]:
        """Leave the last steps empty: a token for the cameras, a serial number."""
        while self.step.get("step_id") in {"camera_token", "first_serial"}:
            fields = self.step["data_schema"]
            await self.answer(**{field["name"]: field["default"] for field in fields if "default" in field})
        return self.step

    async def sign_in(self, username: str = "owner", decision: str = "allow") -> dict[str, Any]:
        """Sign in at the provider's page, decide, let the browser come back, and look at the dialog again."""
        assert self.step["type"] == "external", self.step
        back = await self.walk_provider_pages(self.step["url"], username, decision)
        async with self.browser.get(back.path_qs) as response:
            assert response.status == 200, await response.text()
        return await self.look()

    async def walk_provider_pages(self, url: str, username: str = "owner", decision: str = "allow") -> URL:
        """Walk through the provider's pages and return where they send the browser."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            return await self.simulator_pages(session, URL(url, encoded=True), username, decision)

    async def simulator_pages(self, session: aiohttp.ClientSession, url: URL, username: str, decision: str) -> URL:
        """Fill in log-in and consent as their forms want it."""
        password = self.simulator.world.accounts[username].password
        async with session.get(url) as page:
            assert page.status == 200, await page.text()
            html, here = await page.text(), page.url
        for values in ({"username": username, "password": password}, {"decision": decision}):
            target, hidden = _form(html, here)
            async with session.post(target, data={**hidden, **values}, allow_redirects=False) as page:
                while page.status in {302, 303} and URL(page.headers["Location"]).host in {None, "127.0.0.1"}:
                    location = page.url.join(URL(page.headers["Location"], encoded=True))
                    if location.path == "/auth/external/callback":
                        return location
                    page = await session.get(location, allow_redirects=False)  # noqa: PLW2901 - the next page
                html, here = await page.text(), page.url
        raise AssertionError(html)

    async def add_account(self, scopes: list[str] | None = None, username: str = "owner") -> ConfigEntry:
        """Add the account by signing in, and wait until Home Assistant has settled."""
        await self.to_sign_in(scopes)
        await self.sign_in(username)
        step = await self.continue_without()
        assert step["type"] == "create_entry", step
        await self.hass.async_block_till_done()
        return self.entry()

    async def add_account_with_api_token(self, scopes: set[str] | None = None) -> ConfigEntry:
        """Add the account with a token made at the provider."""
        await self.choose_provider()
        await self.choose("api_token")
        token = self.simulator.api_token(scopes=scopes or {"read", "configuration"})
        await self.answer(api_token=token)
        step = await self.continue_without()
        assert step["type"] == "create_entry", step
        await self.hass.async_block_till_done()
        return self.entry()

    async def add_second_account(self) -> ConfigEntry:
        """Add one more account, with an API token, beside those that are there."""
        before = {entry.entry_id for entry in self.hass.config_entries.async_entries("netrex")}
        await self.choose_provider()
        await self.choose("api_token")
        await self.answer(api_token=self.simulator.api_token())
        step = await self.continue_without()
        assert step["type"] == "create_entry", step
        await self.hass.async_block_till_done()
        (new,) = (each for each in self.hass.config_entries.async_entries("netrex") if each.entry_id not in before)
        return new

    def entry(self) -> ConfigEntry:
        """Return the only account."""
        (entry,) = self.hass.config_entries.async_entries("netrex")
        return entry

    _flow: str = "config_entries/flow"


def _form(html: str, here: URL) -> tuple[URL, dict[str, str]]:
    """Return where a page's form goes, and its hidden fields."""
    import re  # noqa: PLC0415

    action = re.search(r'<form[^>]*action="([^"]*)"', html)
    target = here.join(URL(action[1].replace("&amp;", "&"))) if action and action[1] else here
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
    return target, hidden
