"""What a new user does, done in a real browser."""

from typing import override

from playwright.async_api import Page, expect

from demo.home_assistant import PASSWORD, USERNAME
from demo.json_value import at, items, text
from demo.provider import API_TOKEN_SCOPES, account_of
from demo.sign_in import Account, cameras, remove
from demo.waiting import until
from tests.e2e.add_dialog import AddDialog
from tests.e2e.browser import Browser
from tests.e2e.documented_dashboard import make_dashboard
from tests.e2e.journeys.journey import Journey, UnexpectedError
from tests.e2e.live_picture import watch
from tests.e2e.report import Figure, StepFailedError

_FIRST_CAMERA = "Front door"
_CAMERA_ENTITY = "Front door"
_LOOK = 6.0
"""Seconds a live picture is watched."""


class NewUser(Journey):
    """The whole path: OAuth2 with consent, with consent denied, API token; each ends in a live picture or a text."""

    is_signed_in = False

    @property
    def _account(self) -> Account:
        return account_of(self.simulator)

    @override
    async def run(self) -> None:
        # What fails ends its own part only; the report holds all of it.
        for part in (self._log_in, self._by_oauth2, self._refused, self._by_api_token, self.check_log):
            try:
                await part()
            except StepFailedError:
                await self.browser.screenshot("failed")
                for entry_id in await self._entries():
                    await remove(self.client, entry_id)

    async def _log_in(self) -> None:
        async with self.report.step("log in to Home Assistant"):
            await self.browser.sign_in(self.home_assistant.url, USERNAME, PASSWORD)

    async def _by_oauth2(self) -> None:
        dialog = AddDialog(self.browser, "oauth2")
        async with self.report.step("OAuth2: the dialog asks for provider, way in, permissions and credentials"):
            await (await dialog.open(self.home_assistant.url)).choose_provider(self._account)
            page = await dialog.choose_oauth2(self._account)
        async with self.report.step("OAuth2: sign in and consent at the provider, account added"):
            await dialog.sign_in(page, self._account, allow=True)
            await dialog.finish()
        await self._first_look(dialog, "OAuth2")
        entry_id = await self._entry()
        found = await self._devices(entry_id, "OAuth2")
        await self._live(found[0], "OAuth2")
        async with self.report.step("a dashboard shows the cameras"):
            await self._dashboard(found)
        async with self.report.step("removing the account revokes its token") as figures:
            await remove(self.client, entry_id)
            figures["revocations"] = self.simulator.counters["oauth2:revoke"]
            if not self.simulator.counters["oauth2:revoke"]:
                raise UnexpectedError("the provider was not asked to revoke the token")

    async def _refused(self) -> None:
        dialog = AddDialog(self.browser, "denied")
        async with self.report.step("OAuth2, consent denied: a clear text"):
            await (await dialog.open(self.home_assistant.url)).choose_provider(self._account)
            page = await dialog.choose_oauth2(self._account, stored=True)
            await dialog.sign_in(page, self._account, allow=False)
            await dialog.error("consent_refused")
            await dialog.close()
            if await self._entries():
                raise UnexpectedError("an account was added nevertheless")

    async def _by_api_token(self) -> None:
        dialog = AddDialog(self.browser, "token")
        async with self.report.step("API token: the dialog, account added"):
            await (await dialog.open(self.home_assistant.url)).choose_provider(self._account)
            await dialog.enter_api_token(self.simulator.api_token(account="owner", scopes=set(API_TOKEN_SCOPES)))
            await dialog.finish()
        await self._first_look(dialog, "API token")
        found = await self._devices(await self._entry(), "API token")
        await self._live(found[0], "API token")
        # As before AXIS OS 9.80: this camera has no media.cgi, so its live picture is a row of JPEGs.
        node = self.simulator.world.node_named(await self._name(found[-1]))
        self.simulator.world.cameras[node.serial or ""].media_cgi = False
        async with self.report.step("an older camera's live picture plays as MJPEG") as figures:
            await self._watch(found[-1], figures, still=True)
            await self.browser.screenshot("MJPEG live")
            figures["mjpeg_connections"] = self.simulator.counters["vapix:video"]
            if not figures["mjpeg_connections"]:
                raise UnexpectedError("the picture did not come as MJPEG")

    async def _first_look(self, dialog: AddDialog, auth_method: str) -> None:
        """Go from the end of the dialog to a live picture as a person does, counting all of it."""
        page = self.page
        async with self.report.step(f"{auth_method}: from the dialog to the first live picture") as figures:
            await self.browser.screenshot(f"{auth_method} after the dialog")
            await page.get_by_text(_FIRST_CAMERA, exact=True).locator("visible=true").first.click()
            await page.wait_for_url("**/config/devices/device/**")
            await self.browser.screenshot(f"{auth_method} device")
            await page.locator("ha-device-entities-card").get_by_text(_CAMERA_ENTITY).first.click()
            watched = await watch(page, _LOOK)
            figures |= {
                "clicks": dialog.clicks + 2,
                "fields": dialog.fields,
                "first_picture_after_s": round(watched.first_after, 2),
            }

    async def _entries(self) -> list[str]:
        listed = await self.client.command("config_entries/get", domain="netrex")
        return [text(entry, "entry_id") for entry in items(listed)]

    async def _entry(self) -> str:
        entries = await self._entries()
        if len(entries) != 1:
            raise UnexpectedError(f"there are {len(entries)} accounts instead of one")
        return entries[0]

    async def _devices(self, entry_id: str, auth_method: str) -> list[str]:
        """See the devices in the browser; give the camera entities that are there to be watched."""
        async with self.report.step(f"{auth_method}: devices appear") as figures:
            found = await until(lambda: self._available(entry_id), "a camera that can be watched")
            listed = await self.client.command("config/device_registry/list")
            names = [
                text(device, "name")
                for device in items(listed)
                if at(device, "primary_config_entry") == entry_id and at(device, "model") is not None
            ]
            figures |= {"devices": len(names), "cameras": len(found)}
            page = self.page
            await page.goto(f"{self.home_assistant.url}/config/integrations/integration/netrex")
            await page.get_by_text("devices", exact=False).first.wait_for()
            await self.browser.screenshot(f"{auth_method} integration")
            await page.goto(f"{self.home_assistant.url}/config/devices/dashboard?config_entry={entry_id}")
            await page.get_by_text(names[0], exact=True).first.wait_for()
            await self.browser.screenshot(f"{auth_method} devices")
            return found

    async def _available(self, entry_id: str) -> list[str]:
        return [
            camera
            for camera in await cameras(self.client, entry_id)
            if await self.client.state(camera) not in {None, "unavailable", "unknown"}
        ]

    async def _live(self, camera: str, auth_method: str) -> None:
        async with self.report.step(f"{auth_method}: the live picture plays, at most 8 s behind") as figures:
            await self._watch(camera, figures)
            await self.browser.screenshot(f"{auth_method} live")

    async def _name(self, camera: str) -> str:
        state = await self.client.rest("GET", f"/api/states/{camera}")
        return text(state, "attributes", "friendly_name")

    async def _watch(self, camera: str, figures: dict[str, Figure], *, still: bool = False) -> None:
        page = self.page
        await page.goto(f"{self.home_assistant.url}/?more-info-entity-id={camera}")
        watched = await watch(page, _LOOK, still=still)
        figures |= {
            "first_picture_after_s": round(watched.first_after, 2),
            "worst_lag_s": round(watched.worst_lag, 2),
            "clock_advanced_s": round(watched.advanced, 2),
            "watched_s": round(watched.watched, 2),
            "pictures_seen": watched.pictures,
            "width": watched.width,
            "height": watched.height,
        }

    async def _dashboard(self, found: list[str]) -> None:
        path = await make_dashboard(self.client, found)
        await self.open(path)
        await watch(self.page, 3.0)
        await _stills(self.page)
        await self.browser.screenshot("dashboard")
        async with Browser(self.browser.screenshots, self.home_assistant.login, phone=True) as phone:
            phone.taken.extend(self.browser.taken)  # the numbers of the pictures go on
            await phone.page.goto(f"{self.home_assistant.url}{path}")
            await watch(phone.page, 2.0)
            await _stills(phone.page)
            await phone.screenshot("dashboard on a phone")
            self.browser.taken[:] = phone.taken


async def _stills(page: Page) -> None:
    """Wait until the dashboard's still pictures have come, too."""
    await expect(page.locator("hui-picture-entity-card ha-spinner:visible")).to_have_count(0, timeout=15_000)
