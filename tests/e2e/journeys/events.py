"""Something happens before a camera, looked for in a real browser."""

from functools import partial
import time
from typing import override

from demo.home_assistant import HomeAssistant
from demo.json_value import at, items, text
from demo.provider import account_of
from demo.sign_in import add_by_oauth2, cameras
from demo.waiting import until
from simulator import Simulator
from tests.e2e.browser import Browser
from tests.e2e.documented_dashboard import make_dashboard
from tests.e2e.journeys.journey import Journey, UnexpectedError, seen
from tests.e2e.live_picture import look_at_video
from tests.e2e.report import Figure, Report

CAMERA = "Front door"
_EVENTS = 20
_IMAGES_ARE_THERE = """
() => {
  const images = (root) =>
    [...root.querySelectorAll("*")].flatMap((element) => [
      ...(element.localName === "img" ? [element] : []),
      ...(element.shadowRoot ? images(element.shadowRoot) : []),
    ]);
  const found = images(document).filter((image) => image.checkVisibility());
  return found.length && found.every((image) => image.naturalWidth);
}
"""


class Events(Journey):
    """The way of somebody who wants to know when somebody is at the front door."""

    _device: str

    def __init__(self, home_assistant: HomeAssistant, simulator: Simulator, browser: Browser, report: Report) -> None:
        super().__init__(home_assistant, simulator, browser, report)
        self._entities: dict[str, str] = {}

    @property
    def _serial(self) -> str:
        return self.simulator.world.node_named(CAMERA).serial or ""

    @override
    async def run(self) -> None:
        async with self.report.step("add the account: the camera's entities appear") as figures:
            entry_id = await add_by_oauth2(self.client, account_of(self.simulator))
            found = await until(lambda: cameras(self.client, entry_id), "the cameras")
            await until(self._find_entities, "the entities of what the camera reports")
            figures["entities"] = len(self._entities)
        async with self.report.step("enable the sensors of a person and of motion"):
            await self._enable(entry_id, "object~Device1Scenario1~person", "motion")
        async with self.report.step("a person comes: the entity's state says so within a second") as figures:
            await self._person(figures)
        async with self.report.step("the dashboard shows what happens"):
            path = await make_dashboard(self.client, found)
            await self.open(path)
            await self.shown("Recent events")
            # For the screenshot.
            await until(lambda: look_at_video(self.page), "the live picture")
            await self.page.wait_for_function(_IMAGES_ARE_THERE)
            await self.browser.screenshot("events dashboard")
        async with self.report.step("the camera's page shows its entities and what happened"):
            await self.open(f"/config/devices/device/{self._device}")
            for name in ("Person: Path", "Door", "Detection", "Event image", "Connectivity"):
                await self.shown(name)
            await self.browser.screenshot("events device")
        async with self.report.step("the picture of the last event"):
            await self._picture()
        async with self.report.step("the history of events"):
            both = (self._entities["detection"], self._entities["object~Device1Scenario1~person"])
            await self.open(f"/history?entity_id={'%2C'.join(both)}")
            await self.shown("Person: Path")
            await self.browser.screenshot("events history")
        async with self.report.step("the logbook says what happened"):
            await self.open(f"/logbook?entity_id={self._entities['detection']}")
            await self.shown("Person")
            await self.browser.screenshot("events logbook")
        async with self.report.step("the automation editor offers the camera's triggers") as figures:
            await self._triggers(figures)
        await self.check_log()

    # --- steps -------------------------------------------------------------------------------------

    async def _find_entities(self) -> bool:
        """Find the entities of the camera by what they are for."""
        listed = items(await self.client.command("config/entity_registry/list"))
        node = self.simulator.world.node_named(CAMERA)
        marker = f"~{node.node_id}~"
        for entity in listed:
            unique_id = text(entity, "unique_id")
            if text(entity, "platform") == "netrex" and marker in unique_id:
                kind = unique_id.partition(marker)[2]
                domain = text(entity, "entity_id").partition(".")[0]
                self._entities[kind if kind != "last_event" else f"{domain}/{kind}"] = text(entity, "entity_id")
                self._device = text(entity, "device_id")
        wanted = {"object~Device1Scenario1~person", "input~0", "detection", "image/last_event", "motion"}
        if not wanted <= self._entities.keys():
            return False
        return await self.client.state(self._entities["detection"]) != "unavailable"

    async def _enable(self, entry_id: str, *kinds: str) -> None:
        for kind in kinds:
            await self.client.command("config/entity_registry/update", entity_id=self._entities[kind], disabled_by=None)
        await self.client.rest("POST", f"/api/config/config_entries/entry/{entry_id}/reload")

        async def are_there() -> bool:
            states = [await self.client.state(self._entities[each]) for each in (*kinds, "detection")]
            return None not in states and "unavailable" not in states

        await until(are_there, "the sensors")

    async def _person(self, figures: dict[str, Figure]) -> None:
        person, delays = self._entities["object~Device1Scenario1~person"], []
        states: list[tuple[float, str]] = []

        def changed(message: object) -> None:
            if at(message, "data", "entity_id") == person:
                states.append((time.monotonic(), text(message, "data", "new_state", "state")))

        async with self.client.websocket() as socket:
            await socket.subscribe("subscribe_events", changed, event_type="state_changed")
            for number in range(_EVENTS):
                sent, wanted = time.monotonic(), "on" if number % 2 == 0 else "off"
                self.simulator.happen(self._serial, "person", active=wanted == "on")
                await until(partial(_reached, states, number + 1), f"state {wanted}")
                delays.append(states[-1][0] - sent)
                if states[-1][1] != wanted:
                    raise UnexpectedError(f"the state is {states[-1][1]} instead of {wanted}")
        figures |= {"median_delay_s": sorted(delays)[len(delays) // 2], "worst_delay_s": max(delays)}
        if max(delays) > 1:
            raise UnexpectedError(f"it took {max(delays):.1f} s")

    async def _picture(self) -> None:
        image = self._entities["image/last_event"]
        before = await self.client.state(image)
        # What was seen just now, such as the person, gets no second picture so soon.
        self.simulator.happen(self._serial, "vehicle")

        async def renewed() -> bool:
            return await self.client.state(image) not in {before, "unknown"}

        await until(renewed, "a new picture")
        await self.open(f"/?more-info-entity-id={image}")
        # Another camera's, of which nothing was seen yet, may be on the dashboard behind.
        shown = self.page.locator(f"img[src*='/api/image_proxy/{image}']").first
        await shown.wait_for()
        if not await shown.evaluate("async image => { await image.decode(); return image.naturalWidth; }"):
            raise UnexpectedError("the picture is empty")
        await self.browser.screenshot("events last picture")

    async def _triggers(self, figures: dict[str, Figure]) -> None:
        listed = items(await self.client.command("device_automation/trigger/list", device_id=self._device))
        figures["triggers"] = len(listed)
        kinds = {(text(each, "domain"), text(each, "type")) for each in listed}
        if not {("binary_sensor", "occupied"), ("binary_sensor", "opened")} <= kinds:
            raise UnexpectedError(f"there is {sorted(kinds)}")
        page = self.page
        await self.open("/config/automation/edit/new")
        await seen(page, "Add trigger").click()
        search = page.locator("add-automation-element-dialog ha-input-search input")
        await search.wait_for()
        await self.browser.screenshot("events triggers")
        await search.fill(CAMERA)
        # What is found: behind it may be what was there before.
        await page.locator("ha-automation-add-search").get_by_text(CAMERA, exact=True).last.click()
        await self.shown("cleared")
        await self.browser.screenshot("events triggers of the camera")


async def _reached(states: list[tuple[float, str]], count: int) -> bool:
    return len(states) >= count
