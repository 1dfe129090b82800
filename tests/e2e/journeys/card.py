"""Somebody comes to the front door, and is looked at on the card: now, an hour later, and on a phone."""

import asyncio
from datetime import datetime, timedelta
import time
from typing import override
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from demo.client import ApiError, Client
from demo.home_assistant import MEDIA
from demo.json_value import Json, at, items, text
from demo.provider import account_of
from demo.sign_in import EVERYTHING, add_by_oauth2, cameras
from demo.waiting import until
from tests.e2e.browser import Browser
from tests.e2e.journeys.journey import Journey, UnexpectedError
from tests.e2e.live_picture import look_at_video, watch
from tests.e2e.report import Figure
from tests.e2e.zoomed_line import TRACK, pinch, zoom_by_mouse

CAMERA, MOVED = "Front door", "Warehouse"
_PATH = "camera-cards"
_ZONE = ZoneInfo("Europe/Prague")
_PATIENCE = 60.0
_NEAR = 2.5
"""Seconds that the clock in the picture may be off: a recording has few pictures a second."""
_BEFORE, _AFTER = 15, 30
"""Seconds round an event within which its recording lies, and some."""
_MOVED = 0.01
"""Of the day: so much may move while it is zoomed."""
_A_PLACE = 600
"""Seconds that lie under a few pixels of the line."""
_LINE = ".line"
_THUMB = ".thumb"


class Card(Journey):
    """The way of somebody who wants to know who was at the front door."""

    _entry_id: str
    _cameras: dict[str, str]

    @override
    async def run(self) -> None:
        async with self.report.step("add the account, and cards to a dashboard"):
            self._entry_id = await add_by_oauth2(self.client, account_of(self.simulator), EVERYTHING)
            await until(self._find_cameras, "the cameras, and what moves them")
            await self._make_dashboard()
        page = self.page
        async with self.report.step("the card shows the live picture") as figures:
            await self.open(f"/{_PATH}")
            await self._is_answered(page)
            figures["worst_lag_s"] = round((await watch(page, 2)).worst_lag, 1)
            await self._keep("live")
        for name, step in (
            ("a person comes: the card has the picture", self._person),
            ("a tap plays the event's recording", self._tap),
            ("the picture fills the screen", self._full_screen),
            ("the next event, and the one before", self._neighbors),
            ("the day before, at two", self._day_before),
            ("a recording is saved and downloaded", self._saved),
            ("by keyboard only", self._by_keyboard),
            ("a choice of kinds is remembered", self._kinds),
            ("the day becomes wider where the mouse is", self._zoomed),
            ("a link opens the event", self._link),
            ("an arrow that is held moves the camera until it is let go", self._held),
        ):
            async with self.report.step(name) as figures:
                await step(figures)
        await self._on_a_phone()
        await self._as_a_stranger()
        await self.check_log()

    # --- what there is -----------------------------------------------------------------------------

    async def _find_cameras(self) -> bool:
        found = [*await cameras(self.client, self._entry_id)]
        names = {}
        for entity in found:
            state = await self.client.rest("GET", f"/api/states/{entity}")
            names[text(state, "attributes", "friendly_name")] = entity
        self._cameras = names
        listed = [text(each, "entity_id") for each in items(await self.client.rest("GET", "/api/states"))]
        return {CAMERA, MOVED} <= names.keys() and any(each.endswith("_home_position") for each in listed)

    async def _make_dashboard(self) -> None:
        cards: list[Json] = [
            {"type": "custom:netrex-camera-card", "entity": self._cameras[each]} for each in (CAMERA, MOVED)
        ]
        sections: list[Json] = [{"type": "grid", "cards": [each]} for each in cards]
        views: dict[str, Json] = {"views": [{"title": "Cameras", "type": "sections", "sections": sections}]}
        async with self.client.websocket() as socket:
            await socket.command(
                "lovelace/dashboards/create", url_path=_PATH, title="Cards", show_in_sidebar=True, mode="storage"
            )
            await socket.command("lovelace/config/save", url_path=_PATH, config=views)

    def _happen(self, name: str, *, active: bool = True) -> None:
        self.simulator.happen(self.simulator.world.node_named(CAMERA).serial or "", name, active=active)

    async def _episodes(self) -> list[object]:
        """Return those that began within the last hour, oldest first: soon after midnight, they lie on two days."""
        since, found = time.time() - 3600, dict[str, object]()
        for day in sorted({datetime.fromtimestamp(each, _ZONE).date().isoformat() for each in (since, time.time())}):
            answer = await self.client.command(
                "netrex/timeline", entity_id=self._cameras[CAMERA], time_zone=_ZONE.key, day=day
            )
            found |= {text(each, "id"): each for each in items(answer, "episodes")}
        return [each for each in found.values() if _start(each) >= since]

    # --- now ---------------------------------------------------------------------------------------

    async def _person(self, figures: dict[str, Figure]) -> None:
        """The picture has to be drawn, not only named."""
        began = time.monotonic()
        self._happen("person")
        image = self._card(self.page).locator(f"{_THUMB} img[src]")
        await image.first.wait_for(timeout=10_000)
        await image.first.evaluate("image => image.decode()")
        figures["picture_after_s"] = round(time.monotonic() - began, 2)
        await expect(self._card(self.page).locator(".said")).to_contain_text("Person")
        await self._keep("person")
        self._happen("person", active=False)
        # Two events are wanted: what follows soon would belong to the first one.
        await self._card(self.page).locator(f"{_THUMB}:not(.ongoing)").wait_for(timeout=40_000)
        self._happen("vehicle")
        self._happen("vehicle", active=False)
        await expect(self._card(self.page).locator(_THUMB)).to_have_count(2)
        await self._card(self.page).locator(f"{_THUMB}:not(.ongoing)").nth(1).wait_for(timeout=40_000)

    # --- the past ----------------------------------------------------------------------------------

    async def _tap(self, figures: dict[str, Figure]) -> None:
        began = time.monotonic()
        thumb = self._card(self.page).locator(_THUMB).first
        await thumb.click()
        await expect(thumb).to_have_class("thumb near busy")
        await self._keep("preparing")
        clock = await self._clock_is_right(self.page, figures)
        figures["picture_after_s"] = round(time.monotonic() - began, 2)
        first = _start((await self._episodes())[0])
        if not first - _BEFORE < clock < first + _AFTER:
            raise UnexpectedError(f"it shows {clock}, which is not round {first}")
        await self._keep("playing")

    async def _full_screen(self, figures: dict[str, Figure]) -> None:
        button = self._card(self.page).get_by_label("Full screen")
        await button.click()
        stage = self._card(self.page).locator(".stage")
        await until(lambda: stage.evaluate("stage => stage.matches(':fullscreen')"), "the full screen")
        figures["width"] = (await stage.bounding_box() or {"width": 0})["width"]
        await self._keep("full screen")
        await button.click()
        await until(lambda: stage.evaluate("stage => !stage.matches(':fullscreen')"), "the page")
        if figures["width"] != (self.page.viewport_size or {"width": 0})["width"]:
            raise UnexpectedError("it doesn't fill the screen")

    async def _neighbors(self, figures: dict[str, Figure]) -> None:
        card, thumbs = self._card(self.page), self._card(self.page).locator(_THUMB)
        await card.get_by_label("Next event").click()
        await expect(thumbs.nth(1)).to_have_attribute("aria-current", "true")
        after = await self._clock_is_right(self.page, figures)
        await card.get_by_label("Previous event").click()
        await expect(thumbs.first).to_have_attribute("aria-current", "true")
        before = await self._clock_is_right(self.page, figures, other_than=after)
        if not before < after:
            raise UnexpectedError(f"it went from {after} to {before}")
        await card.locator(".to-live").click()
        await expect(card.locator(".badge")).to_have_text("Live")

    async def _day_before(self, figures: dict[str, Figure]) -> None:
        card = self._card(self.page)
        await card.get_by_label("Previous day").click()
        await expect(card.locator(".day")).to_contain_text("Yesterday")
        await self._is_answered(self.page)
        # In the middle of a piece of ten minutes: at its end, the next one begins while this one is saved.
        two = _yesterday(14) + 300
        await self._tap_line(card, (two - _yesterday(0)) / (_yesterday(24) - _yesterday(0)))
        clock = await self._clock_is_right(self.page, figures)
        if abs(clock - two) > _A_PLACE:
            raise UnexpectedError(f"it shows {clock}, not {two}")
        await self._keep("yesterday")

    async def _tap_line(self, card: Locator, place: float) -> None:
        track = card.locator(TRACK)
        box = await track.bounding_box()
        if box is None:
            raise UnexpectedError("there is no line")
        await track.click(position={"x": box["width"] * place, "y": 20})

    async def _saved(self, figures: dict[str, Figure]) -> None:
        card = self._card(self.page)
        async with self.page.expect_download() as download:
            await card.get_by_label("Download the video").click()
        figures["file"] = (await download.value).suggested_filename
        figures["bytes"] = (await (await download.value).path()).stat().st_size
        await card.get_by_label("Save to the media folder").click()
        await self.shown("Saved as")
        await self._keep("saved")
        async with self.page.expect_download() as snapshot:
            await card.get_by_label("Save a snapshot").click()
        figures["picture"] = (await snapshot.value).suggested_filename
        kept = [path.name for path in (self.home_assistant.folder / MEDIA).rglob("*.mp4")]
        if len(kept) != 1:
            raise UnexpectedError(f"in the media folder is {kept}")

    async def _by_keyboard(self, figures: dict[str, Figure]) -> None:
        """From the address bar to a recording an hour ago, without a mouse."""
        page, line = self.page, self._card(self.page).locator(_LINE)
        await self.open(f"/{_PATH}")
        await self._is_answered(page)
        await self._tab_to(line)
        before = await line.get_attribute("aria-valuetext")
        await page.keyboard.press("PageDown")
        if await line.get_attribute("aria-valuetext") == before:
            raise UnexpectedError("the key did nothing")
        await self._keep("keyboard")
        await page.keyboard.press("Enter")
        clock = await self._clock_is_right(page, figures)
        figures["back_by_s"] = round(time.time() - clock)
        # At the day's first hour, an hour ago is its begin.
        if time.time() - clock > 3600 + _A_PLACE:
            raise UnexpectedError(f"it shows {clock}")
        await self._tab_to(self._card(page).locator(_THUMB).first)
        await page.keyboard.press("Enter")
        await expect(self._card(page).locator(_THUMB).first).to_have_attribute("aria-current", "true")

    async def _tab_to(self, wanted: Locator) -> None:
        for _ in range(80):
            await self.page.keyboard.press("Tab")
            if await wanted.evaluate("element => element.getRootNode().activeElement === element"):
                return
        raise UnexpectedError("no key leads there")

    async def _kinds(self, figures: dict[str, Figure]) -> None:
        await self._card(self.page).locator(".chip[data-kind=person]").click()
        await expect(self._card(self.page).locator(_THUMB)).to_have_count(1)
        await self.open(f"/{_PATH}")
        chip = self._card(self.page).locator(".chip[data-kind=person]")
        await expect(chip).to_have_attribute("aria-pressed", "true")
        await expect(self._card(self.page).locator(_THUMB)).to_have_count(1)
        await self._keep("kinds")
        await chip.click()
        figures["events"] = await self._card(self.page).locator(_THUMB).count()
        await expect(self._card(self.page).locator(_THUMB)).to_have_count(2)

    async def _zoomed(self, figures: dict[str, Figure]) -> None:
        card = self._card(self.page)
        before, after = await zoom_by_mouse(self.page, card)
        figures["moved"] = round(after - before, 4)
        await self._keep("zoomed")
        button = card.locator(".zoom")
        while await button.get_attribute("title") != "Show the whole day":
            await button.click()
        await button.click()
        await expect(button).to_have_attribute("title", "Show a shorter time")
        if abs(after - before) > _MOVED:
            raise UnexpectedError(f"{before} of the day became {after} of it")

    async def _link(self, figures: dict[str, Figure]) -> None:
        episode = (await self._episodes())[0]
        await self.open(f"/{_PATH}?netrex_episode={text(episode, 'id')}")
        clock = await self._clock_is_right(self.page, figures)
        start = _start(episode)
        if not start - _BEFORE < clock < start + _AFTER:
            raise UnexpectedError(f"it shows {clock}, which is not round {start}")
        await expect(self._card(self.page).locator(_THUMB).first).to_have_attribute("aria-current", "true")
        await self._keep("link")

    # --- moving ------------------------------------------------------------------------------------

    async def _held(self, figures: dict[str, Figure]) -> None:
        head = self.simulator.world.cameras[self.simulator.world.node_named(MOVED).serial or ""].head
        if head is None:
            raise UnexpectedError("there is no head")
        await self.open(f"/{_PATH}")
        card = self._card(self.page, MOVED)
        await card.get_by_label("Move the camera").click()
        await card.get_by_label("Right", exact=True).hover()
        before, commands = head.pose, len(head.history)
        await self.page.mouse.down()
        await until(lambda: _true(sum(each.moves for each in head.history[commands:]) > 1), "the order to go on")
        await self._keep("moving")
        await self.page.mouse.up()
        released = time.monotonic()
        await until(lambda: _true(not head.moving), "the head's end")
        figures |= {
            "stopped_after_s": round(time.monotonic() - released, 2),
            "pan_by": round(head.pose.pan - before.pan, 1),
        }
        if head.pose.pan <= before.pan:
            raise UnexpectedError(f"it went from {before} to {head.pose}")

    # --- on a phone --------------------------------------------------------------------------------

    async def _on_a_phone(self) -> None:
        language: Json = {"language": "cs", "number_format": "language", "time_format": "language"}
        await self.client.command("frontend/set_user_data", key="language", value=language)
        async with (
            self.report.step("on a phone, in the dark, in Czech") as figures,
            Browser(self.browser.screenshots, self.home_assistant.login, phone=True, dark=True) as phone,
        ):
            phone.taken.extend(self.browser.taken)
            await phone.page.goto(f"{self.home_assistant.url}/{_PATH}")
            await self._is_answered(phone.page)
            await expect(self._card(phone.page).locator(".day")).to_contain_text("Dnes")
            await expect(self._card(phone.page).locator(".badge")).to_have_text("Živě")
            await watch(phone.page, 1)
            await phone.screenshot("card on a phone")
            await self._card(phone.page).locator(_THUMB).last.tap()
            await self._clock_is_right(phone.page, figures)
            await phone.screenshot("card playing on a phone")
            await self._pinched(phone, figures)
            width = await phone.page.evaluate("document.documentElement.scrollWidth")
            if width > (phone.page.viewport_size or {"width": 0})["width"]:
                raise UnexpectedError(f"the page is {width} wide")
            self.browser.taken[:] = phone.taken

    async def _pinched(self, phone: Browser, figures: dict[str, Figure]) -> None:
        """The day is wider, at the same place, and nothing is played by that."""
        card = self._card(phone.page)
        await card.locator(".to-live").tap()
        await expect(card.locator(".badge")).to_have_text("Živě")
        before, after = await pinch(phone.page, card)
        figures["moved"] = round(after - before, 4)
        await phone.screenshot("card pinched on a phone")
        await expect(card.locator(".badge")).to_have_text("Živě")
        if abs(after - before) > _MOVED:
            raise UnexpectedError(f"{before} of the day became {after} of it")

    # --- as somebody who may not -------------------------------------------------------------------

    async def _as_a_stranger(self) -> None:
        login = await self.stranger()
        async with (
            self.report.step("somebody who may not see the camera sees nothing of it"),
            Browser(self.browser.screenshots, login) as theirs,
        ):
            theirs.taken.extend(self.browser.taken)
            await theirs.page.goto(f"{self.home_assistant.url}/{_PATH}")
            await theirs.page.locator("netrex-camera-card .said").first.wait_for()
            await expect(theirs.page.locator("netrex-camera-card .said").first).to_contain_text("no such camera")
            await theirs.screenshot("card as a stranger")
            for hidden in (_LINE, _THUMB, ".stage"):
                await expect(theirs.page.locator(f"netrex-camera-card {hidden}").locator("visible=true")).to_have_count(
                    0
                )
            try:
                await Client(self.client.session, login).command(
                    "netrex/timeline", entity_id=self._cameras[CAMERA], time_zone=_ZONE.key
                )
            except ApiError:
                pass
            else:
                raise UnexpectedError("they were told what happened")
            self.browser.taken[:] = theirs.taken

    # --- looking -----------------------------------------------------------------------------------

    def _card(self, page: Page, name: str = CAMERA) -> Locator:
        return page.locator("netrex-camera-card").filter(has_text=name).first

    async def _is_answered(self, page: Page) -> None:
        """Wait until the card knows its day, and hears of what happens."""
        await self._card(page).locator("ha-card:not(.asking)").wait_for()

    async def _clock_is_right(self, page: Page, figures: dict[str, Figure], *, other_than: float = 0.0) -> float:
        """Wait until the picture of the past shows the time that the card says it does; give that time."""
        seen, end = "no recording plays", time.monotonic() + _PATIENCE
        video = self._card(page).locator("video.recording")
        while time.monotonic() < end:
            looked = await look_at_video(page) if await video.count() else None
            if looked is not None:
                line = self._card(page).locator(_LINE)
                midnight = _midnight(looked.clock)
                off = looked.clock - (midnight + float(await line.get_attribute("aria-valuenow") or 0))
                seen = f"the clock in the picture is off by {off:.1f} s"
                if abs(off) < _NEAR and abs(looked.clock - other_than) > 1:
                    figures["clock_off_s"] = round(off, 2)
                    return looked.clock
            await asyncio.sleep(0.2)
        raise UnexpectedError(seen)

    async def _keep(self, name: str) -> None:
        await self.browser.screenshot(f"card {name}")


async def _true(value: bool) -> bool:
    return value


def _start(episode: object) -> float:
    """Return when an episode began, seconds since 1970."""
    start = at(episode, "start")
    if not isinstance(start, int | float):
        raise UnexpectedError(f"it began at {start}")
    return start


def _midnight(moment: float) -> float:
    day = datetime.fromtimestamp(moment, _ZONE).date()
    return datetime(day.year, day.month, day.day, tzinfo=_ZONE).timestamp()


def _yesterday(hours: int) -> float:
    """Return a time of yesterday in the demo's time zone, seconds since 1970."""
    day = datetime.now(_ZONE).date() - timedelta(days=1) + timedelta(days=hours // 24)
    return datetime(day.year, day.month, day.day, hours % 24, tzinfo=_ZONE).timestamp()
