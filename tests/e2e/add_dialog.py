"""The dialog that adds a Netrex account, gone through in the browser as a new user would."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import json
import re
from typing import Self

from playwright.async_api import Locator, Page

from demo.home_assistant import INTEGRATION
from demo.json_value import text
from demo.sign_in import Account
from tests.e2e.browser import Browser

_POPUP_TIMEOUT = 15_000.0


@dataclass(frozen=True, slots=True)
class _Buttons:
    """What Home Assistant's own buttons are called."""

    add: str
    next_or_submit: re.Pattern[str]
    finish: str
    reconfigure: str


_BUTTONS = {
    "en": _Buttons("Add integration", re.compile("Next|Submit"), "inish", "Reconfigure"),
    "cs": _Buttons("Přidat integraci", re.compile("Další|Odeslat"), "Dokončit", "Přenastavit"),
}

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

    label: what the pictures' names begin with. clicks, fields: what a person at a known provider would have done.
    """

    def __init__(self, browser: Browser, label: str, language: str = "en") -> None:
        self._browser = browser
        self._label = label
        self._texts: object = json.loads((INTEGRATION / "translations" / f"{language}.json").read_text())
        self._buttons = _BUTTONS[language]
        self._dialog = browser.page.locator("dialog-data-entry-flow")
        self.clicks = 0
        self.fields = 0

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
        self.clicks += 1
        await self._dialog.locator("ha-button").filter(has_text=self._buttons.next_or_submit).last.click()

    def _input(self, field: str) -> Locator:
        return self._dialog.locator(f"input[name={field}]")

    async def _fill(self, field: str, text: str) -> None:
        self.fields += 1
        await self._input(field).fill(text)

    async def open(self, url: str) -> Self:
        """Come from the settings page and choose Netrex among all integrations."""
        page = self._browser.page
        await page.goto(f"{url}/config/integrations/dashboard")
        await page.locator("ha-button").filter(has_text=self._buttons.add).click()
        await page.locator("dialog-add-integration input").fill("netrex")
        self.clicks, self.fields = 2, 1
        found = page.locator("dialog-add-integration").get_by_text("Netrex", exact=True).first
        await found.wait_for()
        await self.picture("search")
        await found.click()
        return self

    async def choose_provider(self, account: Account) -> None:
        """Another provider, with its own pattern for the cameras; then its address."""
        await self.to_address(account)
        await self.enter_address(account.url)
        await self._wait_for_title("auth_method")
        await self.picture("way in")
        # A known provider is preselected, and needs no address.
        self.clicks = 3

    async def to_address(self, account: Account) -> None:
        """Another provider, as far as the question for its address."""
        await self._wait_for_title("user")
        await self.picture("provider")
        await self._dialog.get_by_text(self._says("selector", "provider", "options", "other"), exact=True).click()
        section = self._says("config", "step", "user", "sections", "remote_access", "name")
        await self._dialog.get_by_text(section, exact=True).click()
        await self._input("device_pattern").fill(account.device_pattern)
        await self.picture("other provider")
        await self._submit()
        await self._wait_for_title("host")

    async def enter_address(self, url: str) -> None:
        """Say where the provider is."""
        await self._input("host").fill(url)
        await self.picture("address")
        await self._submit()

    async def error(self, key: str) -> None:
        """Wait until the form shows an error."""
        beginning = self._says("config", "error", key).partition("{")[0].partition("**")[0].strip()
        await self._dialog.get_by_text(beginning).first.wait_for()
        await self.picture(key)

    async def choose(self, menu: str, option: str) -> None:
        """Choose from a menu."""
        await self._wait_for_title(menu)
        await self.picture(menu)
        await self._choose(menu, option)

    async def _choose(self, menu: str, option: str) -> None:
        self.clicks += 1
        await self._dialog.get_by_text(self._says("config", "step", menu, "menu_options", option), exact=True).click()

    async def choose_oauth2(self, account: Account, *, stored: bool = False) -> Page:
        """The usual permissions, then the credentials; gives the provider's page that opens for it."""
        await self._choose("auth_method", "scopes")
        if stored:
            return await self.provider_page(self.choose_scopes)
        await self.choose_scopes()
        await self._wait_for_title("new_credentials")
        return await self.enter_credentials(account.client_id, account.client_secret)

    async def choose_scopes(self) -> None:
        """Take the permissions that are selected."""
        await self._wait_for_title("scopes")
        await self.picture("scopes")
        await self._submit()

    async def enter_credentials(self, client_id: str, client_secret: str) -> Page:
        """Fill in the application's id and secret; gives the provider's page that opens for it."""
        await self._fill("client_id", client_id)
        await self._fill("client_secret", client_secret)
        await self.picture("credentials")
        return await self.provider_page(self._submit)

    async def provider_page(self, answer: Callable[[], Awaitable[None]]) -> Page:
        """Give the last answer before the sign-in: the provider's page opens in a window of its own."""
        async with self._browser.page.expect_popup(timeout=_POPUP_TIMEOUT) as popup:
            await answer()
        return await popup.value

    async def sign_in(self, page: Page, account: Account, *, allow: bool) -> None:
        """Sign in and answer the consent page. The window closes itself when Home Assistant has what it needs."""
        self.fields += 2
        self.clicks += 2
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
        await self._fill("api_token", api_token)
        await self.picture("token")
        await self._submit()

    async def enter_camera_token(self, api_token: str) -> None:
        """Answer what is asked when cameras refuse."""
        await self._wait_for_title("camera_token")
        await self._fill("remote_api_token", api_token)
        await self.picture("camera token")
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
        self.clicks += 1
        await self._dialog.locator("ha-button").filter(has_text=self._buttons.finish).last.click()
        await self._dialog.wait_for(state="hidden")

    async def says(self, *path: str) -> None:
        """Wait until the dialog shows a text of the integration, up to what is filled in."""
        await self._dialog.get_by_text(self._says(*path).partition("{")[0].partition("**")[0].strip()).first.wait_for()

    async def open_reconfigure(self, url: str) -> None:
        """Choose to reconfigure the only account on its integration's page."""
        page = self._browser.page
        await page.goto(url)
        await page.locator("ha-config-entry-row ha-dropdown, ha-config-entry-row ha-md-button-menu").first.click()
        await page.get_by_text(self._buttons.reconfigure, exact=True).first.click()

    async def ended(self) -> None:
        """Wait until the dialog says that an account was changed."""
        await self._dialog.locator("step-flow-abort").wait_for()
        await self.picture("result")

    async def close(self) -> None:
        """Close the dialog before its end."""
        await self._browser.page.keyboard.press("Escape")
        await self._dialog.wait_for(state="hidden")
