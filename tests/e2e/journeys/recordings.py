"""Yesterday 14:00, found and played in a real browser, on a desk and on a phone."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
import re
import time
from typing import override
from urllib.parse import quote
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect

from demo.client import ApiError, Client
from demo.home_assistant import MEDIA
from demo.json_value import Json, at, items, text
from demo.provider import account_of
from demo.sign_in import add_by_oauth2, cameras
from demo.waiting import until
from simulator import Switches
from tests.e2e.browser import Browser
from tests.e2e.documented_dashboard import make_dashboard
from tests.e2e.journeys.journey import Journey, UnexpectedError, seen
from tests.e2e.live_picture import look_at_video
from tests.e2e.report import Figure

CAMERA = "Front door"
_ZONE = ZoneInfo("Europe/Prague")
_PATIENCE = 60.0
#: Seconds that the provider takes for a recording in one step: longer than one request of a player is left waiting.
_LONG = 30.0
#: Seconds of its recording before an event.
_BEFORE = 10
_NEAR = 2.5
"""Seconds that the clock in the picture may be off: the clip has few pictures a second."""
_VIDEO = """
() => {
  const search = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "video") return element;
      const found = element.shadowRoot && search(element.shadowRoot);
      if (found) return found;
    }
    return null;
  };
  return search(document);
}
"""
_TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Recordings(Journey):
    """The way of somebody who wants to know what happened yesterday at 14:00."""

    _entry_id: str

    @staticmethod
    @override
    def switches() -> Switches:
        # Now and then there must be something that is not loaded yet, or nobody would see a seek ask for it.
        return Switches(download_rate=400_000)

    @override
    async def run(self) -> None:
        async with self.report.step("add the account"):
            self._entry_id = await add_by_oauth2(self.client, account_of(self.simulator))
            await until(lambda: cameras(self.client, self._entry_id), "the cameras")
        async with self.report.step("a person comes: the event has a picture and plays") as figures:
            await self._event(figures)
        await self._on_a_desk()
        await self._on_a_phone()
        await self._as_a_stranger()
        await self._exports()
        await self.check_log()

    # --- what happened -----------------------------------------------------------------------------

    async def _event(self, figures: dict[str, Figure]) -> None:
        node = self.simulator.world.node_named(CAMERA)
        await until(self._is_listening, "the camera's events")
        self.simulator.happen(node.serial or "", "person", active_for=3)
        tile = await until(self._find_event, "the event with its picture")
        title, began_at = text(tile, "title"), int(text(tile, "media_content_id").rpartition("/")[2])
        await self.open("/media-browser/browser")
        for folder in ("Netrex", "Events", "Today (1)"):
            await self._open(self.page, folder, self.browser)
        picture = self.page.locator("ha-media-browser-thumbnail .image")
        await expect(picture).to_have_attribute("style", re.compile("data:image/svg"))
        await self.browser.screenshot("media events")
        began = time.monotonic()
        await seen(self.page, CAMERA).click()
        await self._clock_is_right(self.page, figures, begins_at=began_at // 1000 - _BEFORE)
        figures["picture_after_s"] = round(time.monotonic() - began, 2)
        await self.browser.screenshot("media event playing")
        await self.page.goto(self._url("media-source://netrex"))
        await self.page.get_by_placeholder("Search").first.fill("person today front door")
        await self.page.keyboard.press("Enter")
        # Meanwhile the event may have ended, and says how long it took.
        await self.shown(title.partition("\u00a0·")[0])
        await self.browser.screenshot("media event found")

    async def _is_listening(self) -> bool:
        marker = f"~{self.simulator.world.node_named(CAMERA).node_id}~detection"
        for entity in items(await self.client.command("config/entity_registry/list")):
            if text(entity, "unique_id").endswith(marker):
                return await self.client.state(text(entity, "entity_id")) != "unavailable"
        return False

    async def _find_event(self) -> object | None:
        """Return the tile of the only event of today; None until it has a picture."""
        days = await self._in_folder(f"media-source://netrex/account-events/{self._entry_id}")
        tiles = await self._in_folder(text(days[0], "media_content_id")) if at(days[0], "thumbnail") else []
        return next((each for each in tiles if at(each, "can_play") and at(each, "thumbnail")), None)

    async def _in_folder(self, media_content_id: str) -> list[object]:
        found = await self.client.command("media_source/browse_media", media_content_id=media_content_id)
        return items(found, "children")

    # --- on a desk ---------------------------------------------------------------------------------

    async def _on_a_desk(self) -> None:
        page = self.page
        async with self.report.step("walk to yesterday 14:00"):
            await self.open("/media-browser/browser")
            for title in ("Netrex", "House", CAMERA, "Yesterday", "14:00 to 15:00"):
                await self._open(page, title, self.browser)
            await self.shown("14:00 to 14:10")
            await self.browser.screenshot("media 14:00 to 15:00")
        async with self.report.step("play it: the clock in the picture is right") as figures:
            await self._play(page, "14:00 to 14:10", figures)
            await self.browser.screenshot("media playing")
        async with self.report.step("seek to the middle: a Range request reaches the provider") as figures:
            before = self.simulator.counters["download:range"]
            await self._seek(page, 300, figures)
            figures["range_requests"] = self.simulator.counters["download:range"] - before
            if not figures["range_requests"]:
                raise UnexpectedError("no Range request came")
            await self.browser.screenshot("media middle")
        async with self.report.step("a recording that takes long: its player comes at once, and waits") as figures:
            await self._wait_for_it(page, figures)
        async with self.report.step("search"):
            await self._search(page)
        async with self.report.step("a recording that can't be prepared: the person is told"):
            await self._refused(page)
        async with self.report.step("the camera's page leads to its recordings"):
            await self._from_the_device(page)
        async with self.report.step("a button on the dashboard leads to the recordings"):
            path = await make_dashboard(self.client, await cameras(self.client, self._entry_id))
            await self.open(path)
            await self.shown("What happened last night?")
            await self.browser.screenshot("media from the dashboard")
            await seen(page, "What happened last night?").click()
            await self.shown("House")

    async def _open(self, page: Page, title: str, browser: Browser) -> None:
        await self._scroll_to(page, title)
        await browser.screenshot(f"media before {title}")
        await seen(page, title).click()

    async def _scroll_to(self, page: Page, title: str) -> None:
        """Look for an entry as a person does: what is out of sight is not there yet."""
        size = page.viewport_size or {"width": 0, "height": 0}
        end = time.monotonic() + _PATIENCE
        while not await seen(page, title).count():
            if time.monotonic() > end:
                raise UnexpectedError(f"there is no {title}")
            await page.mouse.move(size["width"] / 2, size["height"] / 2)
            await page.mouse.wheel(0, 200)
            # A list draws what has come into sight in the next frame.
            await page.evaluate(_TWO_FRAMES)

    async def _play(self, page: Page, title: str, figures: dict[str, Figure]) -> None:
        began = time.monotonic()
        await seen(page, title).click()
        await self._clock_is_right(page, figures)
        figures["picture_after_s"] = round(time.monotonic() - began, 2)

    async def _seek(self, page: Page, seconds: float, figures: dict[str, Figure]) -> None:
        began = time.monotonic()
        video = (await page.evaluate_handle(_VIDEO)).as_element()
        if video is None:
            raise UnexpectedError("there is no video")
        await video.evaluate("(video, seconds) => { video.currentTime = seconds; }", seconds)
        await self._clock_is_right(page, figures, after=seconds - 1)
        figures["seek_took_s"] = round(time.monotonic() - began, 2)

    async def _clock_is_right(
        self, page: Page, figures: dict[str, Figure], *, after: float = 0.0, begins_at: float | None = None
    ) -> None:
        """Wait until the picture shows the time that its place in the recording has; `after` seconds at least."""
        seen = "no picture came"

        async def is_right() -> bool:
            nonlocal seen
            looked = await look_at_video(page)
            video = (await page.evaluate_handle(_VIDEO)).as_element()
            if looked is None or video is None:
                return False
            position = float(await video.evaluate("video => video.currentTime"))
            off = looked.clock - ((begins_at or _at_two()) + position)
            seen = f"at {position:.1f} s the clock is off by {off:.1f} s"
            figures["clock_off_s"] = round(off, 2)
            return abs(off) < _NEAR and position >= after

        try:
            await until(is_right, "the right clock", _PATIENCE)
        except TimeoutError as never:
            raise UnexpectedError(seen) from never

    async def _search(self, page: Page) -> None:
        await page.goto(self._url("media-source://netrex"))
        await page.get_by_placeholder("Search").first.fill("front yesterday 14:00")
        await page.keyboard.press("Enter")
        await self.shown(f"{CAMERA}, Yesterday, 14:00 to 15:00")
        await self.browser.screenshot("media search")

    async def _wait_for_it(self, page: Page, figures: dict[str, Figure]) -> None:
        """Something has to be seen all the time until it plays, and nobody has to open it again."""
        await page.keyboard.press("Escape")
        self.simulator.switches.recording_preparation = _LONG
        began = time.monotonic()
        await seen(page, "14:10 to 14:20").click()
        await page.locator("video").wait_for()
        player_after = figures["player_after_s"] = round(time.monotonic() - began, 2)
        await self.browser.screenshot("media waiting")
        await self._clock_is_right(page, figures, begins_at=_at_two() + 600)
        figures["picture_after_s"] = round(time.monotonic() - began, 2)
        if player_after >= _LONG:
            raise UnexpectedError("nothing was seen while it was prepared")
        self.simulator.switches.recording_preparation = 1.0

    async def _refused(self, page: Page) -> None:
        """A recording that the provider can't prepare: the person is told so."""
        self.simulator.switches.recording_failure = "refused"
        await seen(page, f"{CAMERA}, Yesterday, 14:00 to 15:00").click()
        await self.shown("14:20 to 14:30")
        await seen(page, "14:20 to 14:30").click()
        await self.shown("couldn't create a video")
        await self.browser.screenshot("media failed")
        self.simulator.switches.recording_failure = "no"

    async def _from_the_device(self, page: Page) -> None:
        await self.open(f"/config/devices/device/{await self.device_named(CAMERA)}")
        await seen(page, "Visit").click()
        await self.shown("Yesterday")
        await self.browser.screenshot("media from the device")

    def _url(self, *media: str) -> str:
        parts = "/".join(quote(f"app,{each}", safe="") for each in media)
        return f"{self.home_assistant.url}/media-browser/browser/{parts}"

    # --- on a phone --------------------------------------------------------------------------------

    async def _on_a_phone(self) -> None:
        async with (
            self.report.step("on a phone: the same way, the same picture") as figures,
            Browser(self.browser.screenshots, self.home_assistant.login, phone=True) as phone,
        ):
            phone.taken.extend(self.browser.taken)  # the numbers of the pictures go on
            await phone.page.goto(self._url("media-source://netrex"))
            for title in ("House", CAMERA, "Yesterday", "14:00 to 15:00"):
                await self._open(phone.page, title, phone)
            await self._play(phone.page, "14:00 to 14:10", figures)
            await phone.screenshot("media playing on a phone")
            await self._seek(phone.page, 450, figures)
            self.browser.taken[:] = phone.taken

    # --- as somebody who may not -------------------------------------------------------------------

    async def _as_a_stranger(self) -> None:
        login = await self.stranger()
        async with (
            self.report.step("somebody who may not see the camera is refused"),
            Browser(self.browser.screenshots, login) as theirs,
        ):
            theirs.taken.extend(self.browser.taken)
            await theirs.page.goto(self._url("media-source://netrex"))
            await expect(theirs.page.locator("ha-media-player-browse")).to_be_visible()
            await seen(theirs.page, "No items").wait_for()
            await theirs.screenshot("media as a stranger")
            if await theirs.page.get_by_text(CAMERA).count():
                raise UnexpectedError("the camera is shown")
            client = Client(self.client.session, login)
            node = self.simulator.world.node_named(CAMERA)
            begins_at = int(_at_two())
            recording = f"recording/{self._entry_id}/{node.node_id}/{begins_at}/{begins_at + 600}/0"
            try:
                await client.command(
                    "media_source/resolve_media", media_content_id=f"media-source://netrex/{recording}"
                )
            except ApiError as refused:
                if "have permission to view" not in str(refused):
                    raise
            else:
                raise UnexpectedError("the recording could be chosen")
            try:
                await client.fetch(f"/api/netrex/media/720/{recording}.mp4")
            except ApiError as refused:
                if "403" not in str(refused):
                    raise
            else:
                raise UnexpectedError("the recording could be downloaded")
            await theirs.page.goto(
                self._url("media-source://netrex", f"media-source://netrex/camera/{self._entry_id}/{node.node_id}")
            )
            await seen(theirs.page, "have permission to view").wait_for()
            await theirs.screenshot("media refused")
            self.browser.taken[:] = theirs.taken

    # --- saved -------------------------------------------------------------------------------------

    async def _exports(self) -> None:
        media = self.home_assistant.folder / MEDIA
        async with self.report.step("save a recording as a file") as figures:
            answer = await self._export(seconds=60, file_name="kept")
            size, kept = at(answer, "size"), media / "kept.mp4"
            if not kept.exists() or kept.stat().st_size != size:
                raise UnexpectedError(f"the file is not what the action says: {size}")
            figures["bytes"] = kept.stat().st_size
        async with self.report.step("Home Assistant stops in the middle of an export: nothing is left behind"):
            self.simulator.switches.download_padding = 500_000_000
            export = asyncio.create_task(self._export(seconds=61, file_name="new/never"))
            await until(lambda: _found(media.rglob("*.part")), "the unfinished file")
            export.cancel()
            await self.home_assistant.stop()
            left = sorted(path.name for path in media.rglob("*"))
            if left != ["kept.mp4"]:
                raise UnexpectedError(f"left behind: {left}")

    async def _export(self, *, seconds: int, file_name: str) -> object:
        start = datetime.fromtimestamp(_at_two(), _ZONE)
        camera = (await cameras(self.client, self._entry_id))[0]
        data: dict[str, Json] = {
            "entity_id": camera,
            "start": start.isoformat(),
            "end": (start + timedelta(seconds=seconds)).isoformat(),
            "file_name": file_name,
        }
        answer = await self.client.command(
            "call_service", domain="netrex", service="export_recording", service_data=data, return_response=True
        )
        return at(answer, "response", camera)


async def _found(paths: Iterable[Path]) -> bool:
    return any(True for _ in paths)


def _at_two() -> float:
    """Return yesterday 14:00 in the demo's time zone, seconds since 1970."""
    yesterday = datetime.now(_ZONE).date() - timedelta(days=1)
    return datetime(yesterday.year, yesterday.month, yesterday.day, 14, tzinfo=_ZONE).timestamp()
