"""The dialog that adds a Netrex account, gone through in the browser as a new user would."""

import json
from typing import Self

from playwright.async_api import Locator, Page

from demo.home_assistant import INTEGRATION
from demo.json_value import text
from demo.sign_in import Account
from tests.e2e.browser import Browser

_POPUP_TIMEOUT = 15_000.0

# What an element says with all that is inside its shadow roots, where `innerText` does not look.
_TEXT_OF = """element => {
  const said = (node) => node.nodeType === Node.TEXT_NODE ? node.textContent
    : ["STYLE", "SCRIPT"].includes(node.nodeName) ? ""
    : [...(node.shadowRoot ?? node).childNodes, ...(node.shadowRoot ? node.childNodes : [])].map(said).join(" ");
  return said(element);
}"""


class DialogError(Exception):
    """The dialog showed something else than expected; the message is what it showed."""


class AddDialog:
    """Settings, Devices & services, Add integration, Netrex: one method a step; each keeps a picture of what it saw.

    label: what the pictures' names begin with.
    """

    def __init__(self, browser: Browser, label: str) -> None:
        self._browser = browser
        self._label = label
        self._texts: object = json.loads((INTEGRATION / "translations" / "en.json").read_text())
        self._dialog = browser.page.locator("dialog-data-entry-flow")

    def _says(self, *path: str) -> str:
        """What the integration says there: buttons are found by the words a person reads."""
        return text(self._texts, *path)

    async def picture(self, name: str) -> None:
        """Keep a picture of the dialog as it is."""
        await self._browser.screenshot(f"{self._label} {name}")

    async def shown(self) -> str:
        """All the text the dialog shows now."""
        said: object = await self._dialog.locator("ha-dialog").evaluate(_TEXT_OF)
        return " ".join(str(said).split())

    async def _wait_for_title(self, step: str) -> None:
        await self._dialog.get_by_text(self._says("config", "step", step, "title"), exact=True).first.wait_for()

    async def _submit(self) -> None:
        await (
            self._dialog.locator("ha-button")
            .filter(has_text="Next")
            .or_(self._dialog.locator("ha-button").filter(has_text="Submit"))
            .last.click()
        )

    def _input(self, field: str) -> Locator:
        return self._dialog.locator(f"input[name={field}]")

    async def open(self, url: str) -> Self:
        """Come from the settings page and choose Netrex among all integrations."""
        page = self._browser.page
        await page.goto(f"{url}/config/integrations/dashboard")
        await page.locator("ha-button").filter(has_text="Add integration").click()
        await page.locator("dialog-add-integration input").fill("netrex")
        found = page.locator("dialog-add-integration").get_by_text("Netrex", exact=True).first
        await found.wait_for()
        await self.picture("search")
        await found.click()
        return self

    async def choose_provider(self, account: Account) -> None:
        """Another provider, with its own pattern for the cameras; then its address."""
        await self._wait_for_title("user")
        await self.picture("provider")
        await self._dialog.get_by_text(self._says("selector", "provider", "options", "other"), exact=True).click()
        section = self._says("config", "step", "user", "sections", "remote_access", "name")
        await self._dialog.get_by_text(section, exact=True).click()
        await self._input("device_pattern").fill(account.device_pattern)
        await self.picture("other provider")
        await self._submit()
        await self._wait_for_title("host")
        await self._input("host").fill(account.url)
        await self.picture("address")
        await self._submit()
        await self._wait_for_title("auth_method")
        await self.picture("way in")

    async def _choose(self, menu: str, option: str) -> None:
        await self._dialog.get_by_text(self._says("config", "step", menu, "menu_options", option), exact=True).click()

    async def choose_oauth2(self, account: Account) -> Page:
        """The usual permissions, then the credentials; gives the provider's page that opens for it."""
        await self._choose("auth_method", "scopes")
        await self._wait_for_title("scopes")
        await self.picture("scopes")
        await self._submit()
        await self._wait_for_title("new_credentials")
        # The provider's page opens in a window of its own as soon as the last answer is given.
        async with self._browser.page.expect_popup(timeout=_POPUP_TIMEOUT) as popup:
            await self.enter_credentials(account.client_id, account.client_secret)
        return await popup.value

    async def enter_credentials(self, client_id: str, client_secret: str) -> None:
        """Fill in the application's id and secret."""
        await self._input("client_id").fill(client_id)
        await self._input("client_secret").fill(client_secret)
        await self.picture("credentials")
        await self._submit()

    async def sign_in(self, page: Page, account: Account, *, allow: bool) -> None:
        """Sign in and answer the consent page. The window closes itself when Home Assistant has what it needs."""
        await page.locator("input[name=username]").fill(account.username)
        await page.locator("input[name=password]").fill(account.password)
        await self._browser.screenshot(f"{self._label} sign in at the provider", page)
        await page.locator("input[name=password]").press("Enter")
        button = page.locator(f"button[value={'allow' if allow else 'deny'}]")
        await button.wait_for()
        await self._browser.screenshot(f"{self._label} consent at the provider", page)
        if page.is_closed():
            raise DialogError("the provider's window closed before the consent")
        async with page.expect_event("close", timeout=_POPUP_TIMEOUT):
            await button.click()

    async def enter_api_token(self, api_token: str) -> None:
        """The other way in."""
        await self._choose("auth_method", "api_token")
        await self._wait_for_title("api_token")
        await self._input("api_token").fill(api_token)
        await self.picture("token")
        await self._submit()

    async def finish(self) -> None:
        """Wait for the success page and leave it.

        Raises:
            DialogError: the flow ended otherwise; the message is what the dialog shows.
        """
        done = self._dialog.locator("step-flow-create-entry")
        ended = self._dialog.locator("step-flow-abort")
        await done.or_(ended).first.wait_for()
        await self.picture("result")
        if not await done.is_visible():
            raise DialogError(await self.shown())
        await self._dialog.locator("ha-button").filter(has_text="inish").last.click()
        await self._dialog.wait_for(state="hidden")

    async def refusal(self) -> str:
        """Wait for the flow to end without an account; give what it says about it."""
        ended = self._dialog.locator("step-flow-abort")
        await ended.wait_for()
        await self.picture("result")
        return await self.shown()

    def refusal_text(self, reason: str) -> str:
        """What the integration says for a reason to end."""
        return self._says("config", "abort", reason)
