"""`scripts/demo --control`: moved, lit, spoken through and switched in a real browser; and a guest who may not."""

import asyncio
from collections.abc import Callable
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
import time

from playwright.async_api import Locator, Page

from demo.browser import Browser
from demo.client import ApiError, Client
from demo.dashboard import make_whole_dashboard
from demo.figures import past_of
from demo.home_assistant import MEDIA, HomeAssistant, free_port
from demo.json_value import at, items, text
from demo.pictures import Picture, brightness, difference, shown_place
from demo.provider import account_of, provider
from demo.report import Figure, Report, StepFailedError
from demo.secrets_in_logs import check_no_secret
from demo.sentence import decoded, likeness
from demo.sign_in import EVERYTHING, add_by_oauth2, cameras, remove
from demo.waiting import until
from simulator import Camera, Simulator
from simulator.figures import Metric, figure

MOVED, LIT, HEARD = "Warehouse", "Garage", "Front door"
_PRESET, _INFRARED = "select.shop_warehouse_preset", "light.house_garage_infrared_light"
_SPEAKER, _SIREN = "media_player.house_front_door_speaker", "switch.house_front_door_siren"
_PLACES = {MOVED: "camera.shop_warehouse", LIT: "camera.house_garage"}
_CAMERAS = 5
_GUEST_RIGHTS = ("read", "liveview")
_HOURS = 29 * 24
"""Of a month of statistics; the last hours may be still to come."""
_STOPS_WITHIN = 0.6 + 0.5
"""Seconds: what the arrow asks for, and what the way of the stop may take."""
_NOISE = 3.0
"""By so much, of 255, two pictures of the same may differ."""
_ALIKE = 0.95
_PICTURE_KEPT = 2.0
"""Seconds after which a picture that Home Assistant gives is surely a new one."""


class WrongError(Exception):
    """What is seen is not what should be seen."""


@dataclass(slots=True)
class ControlCheck:
    """The way of somebody who looks round, puts on the light, speaks, and switches something."""

    home_assistant: HomeAssistant
    simulator: Simulator
    browser: Browser
    report: Report
    _entry_id: str = field(init=False, default="")
    _path: str = field(init=False, default="")

    @property
    def _client(self) -> Client:
        return self.home_assistant.client

    @property
    def _page(self) -> Page:
        return self.browser.page

    async def run(self) -> None:
        """Try everything."""
        async with self.report.step("add the account with all rights: what the cameras have appears") as figures:
            self._entry_id = await add_by_oauth2(self._client, account_of(self.simulator), EVERYTHING)
            media = self.home_assistant.folder / MEDIA
            self._path = await make_whole_dashboard(self._client, self._entry_id, self.simulator, media)
            figures["entities"] = len(await self._entities())
        async with self.report.step("the dashboard has a section to control them"):
            await self._page.goto(f"{self.home_assistant.url}{self._path}")
            await self._page.locator("hui-picture-elements-card video").first.wait_for()
            await self._page.wait_for_timeout(3000)
            await self._keep("dashboard")
        for name, step in (
            ("a preset: the picture shows the new place", self._preset),
            ("an arrow: the head moves, and stops", self._arrow),
            ("infrared light on: the picture gets brighter", self._infrared),
            ("an announcement: the camera plays the same sound", self._announcement),
            ("a clip from the player's media browser", self._clip),
            ("an output on: the port's event comes back", self._output),
            ("figures: a month of visitors", self._figures),
        ):
            async with self.report.step(name) as figures:
                await step(figures)
        async with self.report.step("the cameras' pages show what they have"):
            await self._pages()
        async with self.report.step("a guest with live view only sees exactly that") as figures:
            await self._guest(figures)
        async with self.report.step("the debug log holds no token, secret, code or traceback"):
            log = self.home_assistant.log()
            check_no_secret(log, self.simulator.issued_secrets())
            if ours := [
                part for part in log.split("Traceback")[1:] if "components/netrex" in part.partition("\n20")[0]
            ]:
                raise WrongError(ours[0][:2000])

    # --- moving ------------------------------------------------------------------------------------

    async def _preset(self, figures: dict[str, Figure]) -> None:
        head = self._camera(MOVED).head
        if head is None:
            raise WrongError("there is no head")
        before, seen_before = await self._picture(MOVED), await self._arrows_picture()
        await asyncio.sleep(_PICTURE_KEPT)
        still = await self._picture(MOVED)
        await self._card("hui-tile-card", "Preset").locator("ha-control-select-menu, ha-select, select").first.click()
        await self._page.wait_for_timeout(700)
        await self._keep("presets")
        await _seen(self._page, "Loading bay").click()
        wanted = next(preset.pose for preset in head.presets.values() if preset.name == "Loading bay")
        await until(lambda: _true(head.pose.is_near(wanted)), "the head at the preset")
        await until(lambda: self._has(_PRESET, "Loading bay"), "the preset's name as the state")
        await asyncio.sleep(_PICTURE_KEPT)
        after = await self._picture(MOVED)
        changed, without = difference(before, after), difference(before, still)
        figures |= {"pan": head.pose.pan, "changed": changed, "changed_without": without}
        await self._live_picture()
        on_screen = difference(seen_before, await self._arrows_picture())
        figures["screen_changed"] = on_screen
        if min(changed, on_screen) < 2 * without + _NOISE:
            raise WrongError("the picture is the same as before")
        await self._keep("preset")

    async def _arrow(self, figures: dict[str, Figure]) -> None:
        head = self._camera(MOVED).head
        if head is None:
            raise WrongError("there is no head")
        before, commands = head.pose, len(head.history)
        await self._page.locator("hui-icon-element[title=Left], [title=Left]").first.click()
        await until(lambda: _true(any(each.moves for each in head.history[commands:])), "the head on its way")
        await until(lambda: _true(not head.history[-1].moves), "the head's end")
        began = next(each for each in head.history[commands:] if each.moves)
        stopped = head.history[-1]
        there = head.pose
        await asyncio.sleep(1)
        figures |= {"moved_s": round(stopped.at - began.at, 2), "pan_by": round(there.pan - before.pan, 1)}
        if head.moving or head.pose != there or stopped.at - began.at > _STOPS_WITHIN:
            raise WrongError("it moves on")
        if there.pan >= before.pan or there.tilt != before.tilt:
            raise WrongError(f"it went from {before} to {there}")
        await self._live_picture()
        await self._keep("arrow")

    # --- light -------------------------------------------------------------------------------------

    async def _infrared(self, figures: dict[str, Figure]) -> None:
        camera = self._camera(LIT)
        await self._bring("Infrared light")
        before = await self._picture(LIT)

        async def dark() -> float | None:
            return seen if (seen := await self._on_the_screen()) < 2 * brightness(before) else None

        seen_before = await until(dark, "the dark picture on the screen")
        await self._keep("dark")
        await self._card("hui-tile-card", "Infrared light").locator("ha-tile-icon, .icon-container").first.click()
        await until(lambda: self._has(_INFRARED, "on"), "the light's state")
        await asyncio.sleep(_PICTURE_KEPT)
        after = await self._picture(LIT)
        figures |= {"brightness_before": brightness(before), "brightness_after": brightness(after)}
        if not camera.lights[0].on or brightness(after) < 2 * brightness(before):
            raise WrongError("the picture is not brighter")

        async def brighter() -> float | None:
            return seen if (seen := await self._on_the_screen()) > 1.5 * seen_before else None

        figures["screen_before"] = round(seen_before, 1)
        figures["screen_after"] = round(await until(brighter, "a brighter picture on the screen"), 1)
        await self._keep("infrared light")

    async def _arrows_picture(self) -> Picture:
        """The live picture on the dashboard, with the arrows on it."""
        return shown_place(await self._page.locator("hui-picture-elements-card").first.screenshot())

    async def _on_the_screen(self) -> float:
        """How bright the camera's card is on the dashboard."""
        card = self._page.locator("hui-picture-entity-card").filter(has_text=LIT).last
        return brightness(shown_place(await card.screenshot()))

    # --- sound -------------------------------------------------------------------------------------

    async def _announcement(self, figures: dict[str, Figure]) -> None:
        camera = self._camera(HEARD)
        await self._bring("Say: please wait")
        began = time.monotonic()
        await _seen(self._page, "Say: please wait").click()
        await until(lambda: self._has(_SPEAKER, "playing"), "the speaker's state")
        figures["begins_after_s"] = round(time.monotonic() - began, 2)
        await self._page.wait_for_timeout(300)
        await self._keep("announcement")
        await until(lambda: _true(any(each.finished for each in camera.heard)), "the end of the sentence")
        heard = camera.heard[-1]
        samples, rate = decoded(heard.content_type, bytes(heard.sound))
        alike = await asyncio.to_thread(likeness, samples, rate)
        figures |= {
            "content_type": heard.content_type,
            "seconds": round(len(samples) / rate, 2),
            "correlation": round(alike, 4),
        }
        if alike < _ALIKE or heard.length != len(heard.sound):
            raise WrongError("it was not the same sound")
        await until(lambda: self._has(_SPEAKER, "idle"), "silence")

    async def _clip(self, figures: dict[str, Figure]) -> None:
        camera = self._camera(HEARD)
        await self._card("hui-tile-card", "Front door Speaker").click(position={"x": 120, "y": 25})
        await self._page.get_by_label("Browse media", exact=False).or_(_seen(self._page, "Browse media")).first.click()
        await self._shown("Dog barking")
        await self._page.wait_for_timeout(1000)
        await self._keep("clips")
        await _seen(self._page, "Dog barking").click()
        await until(lambda: _true(camera.playing_clip is not None), "the clip")
        await until(lambda: self._has(_SPEAKER, "playing"), "the speaker's state")
        state = await self._client.rest("GET", f"/api/states/{_SPEAKER}")
        figures["plays"] = text(state, "attributes", "media_title")
        for _ in range(2):  # the media browser, and the speaker's dialog below
            await self._page.keyboard.press("Escape")
            await self._page.wait_for_timeout(700)
        await self._keep("clip")
        if figures["plays"] != "Dog barking":
            raise WrongError(f"it plays {figures['plays']}")

    # --- output ------------------------------------------------------------------------------------

    async def _output(self, figures: dict[str, Figure]) -> None:
        port = next(port for port in self._camera(HEARD).ports if port.direction == "output")
        await self._bring("Front door Siren")
        changes: list[tuple[float, str]] = []

        def changed(message: object) -> None:
            if at(message, "data", "entity_id") == _SIREN:
                changes.append((time.monotonic(), text(message, "data", "new_state", "state")))

        async with self._client.websocket() as socket:
            await socket.subscribe("subscribe_events", changed, event_type="state_changed")
            began = time.monotonic()
            await self._card("hui-tile-card", "Siren").locator("ha-tile-icon, .icon-container").first.click()
            await until(lambda: _true(bool(changes)), "the switch's state")
            figures |= {"port": port.state, "state_after_s": round(changes[0][0] - began, 3)}
            await self._page.wait_for_timeout(700)
            await self._keep("output on")
            # Somebody else switches it off, right at the camera: only its event tells.
            url = self.simulator.device_pattern.replace("{serial}", self._serial(HEARD))
            owner = {"Authorization": f"Token {self.simulator.api_token(rights={'configuration'})}"}
            began = time.monotonic()
            async with self._client.session.get(f"{url}/axis-cgi/io/port.cgi?action=2:\\", headers=owner) as answer:
                answer.raise_for_status()
            await until(lambda: _true(len(changes) > 1), "the port's event")
            figures["told_after_s"] = round(changes[1][0] - began, 3)
        if [state for _, state in changes] != ["on", "off"] or figures["port"] != "closed":
            raise WrongError(f"the switch was {changes}")
        await self._page.wait_for_timeout(700)
        await self._keep("output off")

    # --- figures -----------------------------------------------------------------------------------

    async def _figures(self, figures: dict[str, Figure]) -> None:
        month = await until(lambda: past_of(self._client, "visitors", _HOURS), "a month of visitors", 60)
        shop = self.simulator.world.node_named("Shop")
        told = figure(self.simulator.service, shop, Metric.PEOPLE_COUNT_AVERAGE, month.begins_at, month.ends_at)
        figures |= {
            "hours": month.hours,
            "visitors": month.total,
            "visitors_of_the_simulator": told or 0,
            "most_values_a_request": self.simulator.counters["figures:most_at_once"],
        }
        if told != month.total:
            raise WrongError("the sum is another one")
        await self._page.goto(f"{self.home_assistant.url}{self._path}")
        await self._bring("Visitors a day")
        await self._page.wait_for_timeout(2500)
        await self._keep("figures")

    async def _pages(self) -> None:
        devices = items(await self._client.command("config/device_registry/list"))
        for name, words in ((MOVED, "Guard tour: Night round"), (LIT, "Day/night mode"), (HEARD, "Speaker")):
            device = next(text(device, "id") for device in devices if at(device, "name") == name)
            await self._page.goto(f"{self.home_assistant.url}/config/devices/device/{device}")
            await self._shown(words)
            await self._keep(f"page of {name}")

    # --- guest -------------------------------------------------------------------------------------

    async def _guest(self, figures: dict[str, Figure]) -> None:
        await remove(self._client, self._entry_id)
        guest = account_of(self.simulator, "guest")
        self._entry_id = await add_by_oauth2(self._client, guest, _GUEST_RIGHTS, credentials=False)
        await until(lambda: cameras(self._client, self._entry_id), "the cameras")
        await asyncio.sleep(3)  # what else there were would come by then
        found = await self._entities()
        figures |= {"entities": len(found), "cameras": sum(each.startswith("camera.") for each in found)}
        # That a camera is away is part of its live view.
        if more := [each for each in found if not each.startswith("camera.") and not each.endswith("_connectivity")]:
            raise WrongError(f"there is more: {more}")
        await self._page.goto(f"{self.home_assistant.url}/config/entities?config_entry={self._entry_id}&historyBack=1")
        await self._shown("Garage")
        await self._page.wait_for_timeout(1000)
        await self._keep("guest")

    # --- looking -----------------------------------------------------------------------------------

    def _serial(self, name: str) -> str:
        return self.simulator.world.node_named(name).serial or ""

    def _camera(self, name: str) -> Camera:
        return self.simulator.world.cameras[self._serial(name)]

    async def _entities(self) -> list[str]:
        listed = items(await self._client.command("config/entity_registry/list"))
        return [
            text(each, "entity_id")
            for each in listed
            if at(each, "config_entry_id") == self._entry_id and at(each, "disabled_by") is None
        ]

    async def _has(self, entity: str, state: str) -> bool:
        return await self._client.state(entity) == state

    async def _picture(self, name: str) -> Picture:
        """The camera's picture as Home Assistant gives it now, between the line of text and the strip."""

        async def taken() -> bytes | None:
            # On a busy machine the simulator may be too slow once.
            with contextlib.suppress(ApiError):
                return await self._client.fetch(f"/api/camera_proxy/{_PLACES[name]}?width=640&height=360")
            return None

        return shown_place(await until(taken, "a picture"))

    async def _live_picture(self) -> None:
        """Wait until the live picture on the dashboard, which is a few seconds behind, shows what is so now."""
        await self._page.wait_for_timeout(6000)

    async def _keep(self, name: str) -> None:
        await self.browser.screenshot(f"control {name}")

    async def _shown(self, words: str) -> None:
        await _seen(self._page, words).wait_for()

    async def _bring(self, words: str) -> None:
        """Scroll to something."""
        await self._shown(words)
        await _seen(self._page, words).scroll_into_view_if_needed()

    def _card(self, kind: str, words: str) -> Locator:
        return self._page.locator(kind).filter(has_text=words).first


async def _true(value: bool) -> bool:
    return value


def _seen(page: Page, words: str) -> Locator:
    return page.get_by_text(words, exact=False).locator("visible=true").first


async def check_control(folder: Path, screenshots: Path | None, *, say: Callable[[str], None] = print) -> Report:
    """Start everything, go the whole way, stop everything."""
    report = Report(say=say)
    home_assistant = HomeAssistant(folder, port=free_port(), level="debug", say=say)
    with contextlib.suppress(StepFailedError):
        async with (
            provider([home_assistant.url], cameras=_CAMERAS) as simulator,
            contextlib.AsyncExitStack() as stack,
        ):
            async with report.step("start Home Assistant and the browser"):
                await stack.enter_async_context(home_assistant)
                browser = await stack.enter_async_context(Browser(screenshots, home_assistant.login))
            try:
                await ControlCheck(home_assistant, simulator, browser, report).run()
            except StepFailedError:
                await browser.screenshot("failed")
            report.screenshots.extend(browser.taken)
    return report
