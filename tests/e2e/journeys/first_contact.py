"""Everything that may happen to the first person with an account, in both languages, with a release's package."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import ClassVar, override

from aiohttp import web
from aiohttp.test_utils import TestServer

from demo.home_assistant import free_port
from demo.json_value import items, text
from demo.provider import account_of
from demo.sign_in import Account, add_by_oauth2, remove
from tests.e2e.add_dialog import AddDialog
from tests.e2e.journeys.journey import Journey, UnexpectedError

_LANGUAGES = ("en", "cs")
_PATH = "/config/integrations/integration/netrex"


class FirstContact(Journey):
    """Addresses that are none, credentials, consent, cameras that refuse, and changing an account."""

    camera_count: ClassVar[int] = 2
    from_package: ClassVar[bool] = True

    @property
    def _account(self) -> Account:
        return account_of(self.simulator)

    @override
    async def run(self) -> None:
        for language in _LANGUAGES:
            await self._speak(language)
            parts: dict[str, Callable[[AddDialog], Awaitable[None]]] = {
                "addresses": self._addresses,
                "credentials": self._credentials,
                "cameras refuse": self._cameras_refuse,
                "left for later": self._left_for_later,
            }
            for name, part in parts.items():
                async with self.report.step(f"{language}: {name}"):
                    await part(AddDialog(self.browser, f"{language} {name}", language))
                await self._forget_accounts()
            async with self.report.step(f"{language}: permissions changed"):
                await self._change_permissions(AddDialog(self.browser, f"{language} permissions", language))
            await self._forget_accounts()
            # Home Assistant keeps them; the next language begins without. A list would put secrets into its log.
            credentials = f"netrex_{self._account.client_id.replace('-', '_')}"
            await self.client.command("application_credentials/delete", application_credentials_id=credentials)
        await self.check_log()

    async def _speak(self, language: str) -> None:
        await self.open("/")
        await self.page.evaluate(
            "language => localStorage.setItem('selectedLanguage', JSON.stringify(language))", language
        )

    async def _forget_accounts(self) -> None:
        for entry in items(await self.client.command("config_entries/get", domain="netrex")):
            await remove(self.client, text(entry, "entry_id"))
        self.simulator.switches.device_connect_takes_oauth = True

    async def _addresses(self, dialog: AddDialog) -> None:
        await (await dialog.open(self.home_assistant.url)).to_address(self._account)
        await dialog.enter_address(f"http://127.0.0.1:{free_port()}")
        await dialog.error("host_silent")
        router = TestServer(_router())
        await router.start_server()
        try:
            await dialog.enter_address(str(router.make_url("/")))
            await dialog.choose("other_server", "host")
        finally:
            await router.close()
        await dialog.enter_address(self._account.url)
        await dialog.says("config", "step", "auth_method", "title")
        await dialog.close()

    async def _credentials(self, dialog: AddDialog) -> None:
        await (await dialog.open(self.home_assistant.url)).choose_provider(self._account)
        wrong = replace(self._account, client_secret="a-mistyped-one")
        await dialog.sign_in(await dialog.choose_oauth2(wrong), self._account, allow=True)
        await dialog.error("sign_in_refused")
        page = await dialog.enter_credentials(self._account.client_id, self._account.client_secret)
        await dialog.sign_in(page, self._account, allow=False)
        await dialog.error("consent_refused")
        page = await dialog.provider_page(dialog.choose_scopes)
        await dialog.sign_in(page, self._account, allow=True)
        await dialog.says("config", "create_entry", "cameras_answer")
        await dialog.finish()

    async def _cameras_refuse(self, dialog: AddDialog) -> None:
        self.simulator.switches.device_connect_takes_oauth = False
        await self._sign_in(dialog)
        await dialog.enter_camera_token("a-mistyped-one")
        await dialog.error("token_refused_by_cameras")
        await dialog.enter_camera_token(self.simulator.api_token(scopes={"configuration"}))
        await dialog.says("config", "create_entry", "cameras_answer")
        await dialog.finish()

    async def _left_for_later(self, dialog: AddDialog) -> None:
        self.simulator.switches.device_connect_takes_oauth = False
        await self._sign_in(dialog)
        await dialog.enter_camera_token("")
        await dialog.says("config", "create_entry", "cameras_refuse")
        await dialog.finish()

    async def _sign_in(self, dialog: AddDialog) -> None:
        """Sign in with the credentials of an account that was removed: they are still there."""
        await (await dialog.open(self.home_assistant.url)).choose_provider(self._account)
        await dialog.sign_in(await dialog.choose_oauth2(self._account, stored=True), self._account, allow=True)

    async def _change_permissions(self, dialog: AddDialog) -> None:
        entry_id = await add_by_oauth2(self.client, self._account)
        flow = await self.client.rest(
            "POST",
            "/api/config/config_entries/flow",
            {"handler": "netrex", "entry_id": entry_id, "show_advanced_options": False},
        )
        if text(flow, "step_id") != "reconfigure":
            raise UnexpectedError(f"it begins with {flow}")
        await self.client.rest("DELETE", f"/api/config/config_entries/flow/{text(flow, 'flow_id')}")
        await dialog.open_reconfigure(f"{self.home_assistant.url}{_PATH}")
        await dialog.choose("reconfigure", "permissions")
        page = await dialog.provider_page(dialog.choose_scopes)
        await dialog.sign_in(page, self._account, allow=True)
        await dialog.ended()


def _router() -> web.Application:
    """Return a web server that is none of Netrex."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>My router</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", page)
    return app
