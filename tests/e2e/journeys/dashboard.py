"""The integration's own dashboard and card, in a real browser."""

from functools import partial
import json
import re
from typing import override

from playwright.async_api import Locator, expect

from demo.client import ApiError
from demo.dashboard import until_complete
from demo.json_value import at, items, text
from demo.provider import account_of
from demo.sign_in import EVERYTHING, add_by_oauth2
from demo.waiting import until
from tests.e2e.browser import Browser
from tests.e2e.journeys.journey import Journey, UnexpectedError, seen
from tests.e2e.report import Figure

CARD = "netrex-camera-card"
#: A camera without a known serial number has no picture, and so no card.
_CARDS = 4
_DASHBOARD = "dashboard-cameras"
_VIEWS = {
    "happened": ("Events", "Last 24 hours", "Events and recordings in Media"),
    "control": ("Garage", "White light", "Warehouse", "Preset", "Front door", "Siren"),
    "people": ("Today", "Shop: visitors today", "Last 30 days"),
}
_MOVED = "Warehouse"


class Dashboard(Journey):
    """The way of somebody who wants to see all of it at once."""

    camera_count = 5
    _entry_id: str

    @override
    async def run(self) -> None:
        async with self.report.step("add the account, and its dashboard with two clicks"):
            self._entry_id = await add_by_oauth2(self.client, account_of(self.simulator), EVERYTHING)
            await until_complete(self.client, self._entry_id, self.simulator)
            await self._add_dashboard()
        async with self.report.step("each camera has a card, by area") as figures:
            await self._cameras(figures)
        async with self.report.step("each other view shows what it is for"):
            self.simulator.happen(self.simulator.world.node_named("Front door").serial or "", "person", active_for=2.0)
            for view, words in _VIEWS.items():
                await self.open(f"/{_DASHBOARD}/{view}")
                for word in words:
                    await self.shown(word)
                if view == "happened":
                    await self._look_at_the_event()
                await self.browser.screenshot(view)
        async with self.report.step("it follows the account: a camera that is called otherwise and moves"):
            await self._follow()
        async with self.report.step("a link to an event opens the dashboard at its camera's card"):
            await self._link()
        async with self.report.step("the frontend replaces the registry of elements: card and dashboard are there"):
            await self._replaced_registry()
        async with self.report.step("who may see lights only is told so, and sees no camera"):
            await self._for_a_stranger()
        await self.check_log()

    async def _add_dashboard(self) -> None:
        await self.open("/config/lovelace/dashboards")
        await seen(self.page, "Add dashboard").click()
        await self.shown("Community dashboards")
        await self.browser.screenshot("add dashboard")
        await seen(self.page, "Your cameras, what happened").click()
        dialog = self.page.locator("dialog-lovelace-dashboard-detail")
        await dialog.get_by_text("Create", exact=True).locator("visible=true").first.click()

        async def made() -> bool:
            listed = items(await self.client.command("lovelace/dashboards/list"))
            return any(text(each, "url_path") == _DASHBOARD and text(each, "title") == "Cameras" for each in listed)

        await until(made, "the dashboard")
        config = await until(self._config, "what is on it")
        if at(config, "strategy", "type") != "custom:netrex":
            raise UnexpectedError(f"it was created as {config}")

    async def _config(self) -> object:
        """Return what is saved of the dashboard; the frontend saves it after it has made it."""
        try:
            return await self.client.command("lovelace/config", url_path=_DASHBOARD)
        except ApiError:
            return None

    async def _cameras(self, figures: dict[str, Figure]) -> None:
        await self.open(f"/{_DASHBOARD}")
        await self._cards_are(_CARDS)
        for area in ("House", "Shop"):
            await self.shown(area)
        await self.page.locator(f"{CARD} video").first.wait_for()
        figures["cards"] = await self.page.locator(CARD).count()
        await self.browser.screenshot("dashboard")

    async def _look_at_the_event(self) -> None:
        """Play it in place: there is no picture before, and none after."""
        day = self.page.locator(CARD, has=self.page.locator(".thumb img"))
        await day.locator(".thumb img").first.wait_for()
        await expect(day.locator(".stage")).to_be_hidden()
        await day.locator(".thumb").first.click()
        await day.locator(".stage video, .stage .picture:not([hidden])").first.wait_for()
        await self.browser.screenshot("happened, playing")
        await day.locator(".to-live").click()
        await expect(day.locator(".stage")).to_be_hidden()
        await expect(self.page.locator("ha-camera-stream")).to_have_count(0)

    async def _follow(self) -> None:
        await self.open(f"/{_DASHBOARD}/cameras")
        await self._cards_are(_CARDS)
        device = await self.device_named(_MOVED)
        area = await self.client.command("config/area_registry/create", name="Yard")
        await self.client.command(
            "config/device_registry/update", device_id=device, area_id=text(area, "area_id"), name_by_user="Gate"
        )
        await self.shown("Yard")
        await self.page.locator(CARD).filter(has_text="Gate").first.wait_for()
        await self.client.command("config/device_registry/update", device_id=device, name_by_user=None)

    async def _link(self) -> None:
        """Follow a link to the last card of the page, which is out of sight."""
        self.simulator.happen(self.simulator.world.node_named(_MOVED).serial or "", "person", active_for=2.0)
        episode = await until(self._latest_episode, "the event")
        await self.page.set_viewport_size({"width": 600, "height": 700})
        try:
            await self.open(f"/{_DASHBOARD}?netrex_episode={episode}")
            card = self.page.locator(CARD).filter(has_text=_MOVED).first
            await until(partial(_in_sight, card), "the camera's card in sight")
            await card.locator("video[src], img[src*='episode-picture']:not([src*='width='])").first.wait_for()
            await self.browser.screenshot("link to an event")
        finally:
            await self.page.set_viewport_size({"width": 1280, "height": 900})

    async def _latest_episode(self) -> str | None:
        listed = items(await self.client.rest("GET", "/api/states"))
        for state in listed:
            episode = at(state, "attributes", "episode")
            if _MOVED.lower() in text(state, "entity_id") and isinstance(episode, str):
                return episode.partition("/episode/")[2]
        return None

    async def _replaced_registry(self) -> None:
        """Load the modules before the frontend's own, as Home Assistant 2026.10 may do."""
        async with Browser(None, self.home_assistant.login) as browser:
            page = browser.page
            html = await self.client.session.get(f"{self.home_assistant.url}/")
            found = re.search(r"/netrex_frontend/[0-9a-f]+/netrex\.js", await html.text())
            if found is None:
                raise UnexpectedError("the page loads no module")
            await page.add_init_script(
                "window.native = window.customElements;"
                f"window.early = import({json.dumps(found[0])}).then(() => import({json.dumps(found[0])}));"
            )
            await page.goto(f"{self.home_assistant.url}/{_DASHBOARD}")
            await page.locator(f"{CARD} ha-card").first.wait_for()
            if not await page.evaluate(f"Boolean(window.native.get({json.dumps(CARD)}))"):
                raise UnexpectedError("the module ran after the frontend, which shows nothing")
            if not await page.evaluate("window.native !== window.customElements"):
                raise UnexpectedError("the frontend kept the registry, which shows nothing")

    async def _for_a_stranger(self) -> None:
        login = await self.stranger()
        async with Browser(self.browser.screenshots, login) as browser:
            browser.taken.extend(self.browser.taken)
            await browser.page.goto(f"{self.home_assistant.url}/{_DASHBOARD}")
            await seen(browser.page, "There are no Netrex cameras that you have access to.").wait_for()
            if await browser.page.locator(CARD).count():
                raise UnexpectedError("there is a card")
            await browser.screenshot("dashboard of a stranger")
            self.browser.taken[:] = browser.taken

    async def _cards_are(self, count: int) -> None:
        cards = self.page.locator(f"{CARD} ha-card")
        await expect(cards).to_have_count(count, timeout=60_000)


async def _in_sight(card: Locator) -> bool:
    box = await card.bounding_box()
    return box is not None and -100 <= box["y"] < 400
