"""Moved, lit, spoken through and switched in a real browser; and a guest who may not."""

import asyncio
import contextlib
import time
from typing import override

from playwright.async_api import Locator

from demo.client import ApiError
from demo.home_assistant import MEDIA
from demo.json_value import at, items, text
from demo.provider import account_of
from demo.sign_in import EVERYTHING, add_by_oauth2, cameras, remove
from demo.waiting import until
from simulator import Camera
from simulator.figures import Metric, figure
from tests.e2e.documented_dashboard import make_whole_dashboard
from tests.e2e.journeys.journey import Journey, UnexpectedError, seen
from tests.e2e.live_picture import look_at_video
from tests.e2e.past import past_of
from tests.e2e.pictures import Picture, brightness, difference, shown_place
from tests.e2e.report import Figure
from tests.e2e.sound import decoded, likeness

MOVED, LIT, HEARD = "Warehouse", "Garage", "Front door"
_PRESET, _INFRARED = "select.shop_warehouse_preset", "light.house_garage_infrared_light"
_SPEAKER, _SIREN = "media_player.house_front_door_speaker", "switch.house_front_door_siren"
_PLACES = {MOVED: "camera.shop_warehouse", LIT: "camera.house_garage"}
_GUEST_SCOPES = ("read", "liveview")
_OF_EVERYBODY = ("_connectivity", "_status", "_cloud_connection", "_cameras_online", "_cameras", "_open_issues")
_HOURS = 29 * 24
"""Of a month of statistics; the last hours may be still to come."""
_STOPS_WITHIN = 0.6 + 0.5
"""Seconds: what the arrow asks for, and what the way of the stop may take."""
_NOISE = 3.0
"""By so much, of 255, two pictures of the same may differ."""
_ALIKE = 0.95
_TURNED_FURTHER = 1.0
"""Seconds in which a head that was not stopped is seen to have moved."""
_MORE_WOULD_COME = 3.0
"""Seconds in which a camera that is reached has shown all that it has."""
_DRAWN = """
async (canvas) => {
  const frame = () => new Promise(requestAnimationFrame);
  const blank = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  for (let before = blank.toDataURL(), same = 0; same < 10; ) {
    await frame();
    const now = canvas.toDataURL();
    same = now === before && now !== blank.toDataURL() ? same + 1 : 0;
    before = now;
  }
}
"""
"""Ends when something is drawn on a canvas and stays as it is for some frames."""


class Control(Journey):
    """The way of somebody who looks round, puts on the light, speaks, and switches something."""

    camera_count = 5
    _entry_id: str
    _path: str

    @override
    async def run(self) -> None:
        async with self.report.step("add the account with all permissions: what the cameras have appears") as figures:
            self._entry_id = await add_by_oauth2(self.client, account_of(self.simulator), EVERYTHING)
            media = self.home_assistant.folder / MEDIA
            self._path = await make_whole_dashboard(self.client, self._entry_id, self.simulator, media)
            figures["entities"] = len(await self._entities())
        async with self.report.step("the dashboard has a section to control them"):
            await self.open(self._path)
            await self.page.locator("hui-picture-elements-card video").first.wait_for()
            await self.shown("Visitors per day")
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
        await self.check_log()

    # --- moving ------------------------------------------------------------------------------------

    async def _preset(self, figures: dict[str, Figure]) -> None:
        head = self._camera(MOVED).head
        if head is None:
            raise UnexpectedError("there is no head")
        before, seen_before = await self._picture(MOVED), await self._arrows_picture()
        still = await self._new_picture(MOVED)
        await self._card("hui-tile-card", "Preset").locator("ha-control-select-menu, ha-select, select").first.click()
        await self.shown("Loading bay")
        await self._keep("presets")
        await seen(self.page, "Loading bay").click()
        wanted = next(preset.pose for preset in head.presets.values() if preset.name == "Loading bay")
        await until(lambda: _true(head.pose.is_near(wanted)), "the head at the preset")
        await until(lambda: self._has(_PRESET, "Loading bay"), "the preset's name as the state")
        after = await self._new_picture(MOVED)
        changed, without = difference(before, after), difference(before, still)
        figures |= {"pan": head.pose.pan, "changed": changed, "changed_without": without}
        await self._live_picture()
        on_screen = difference(seen_before, await self._arrows_picture())
        figures["screen_changed"] = on_screen
        if min(changed, on_screen) < 2 * without + _NOISE:
            raise UnexpectedError("the picture is the same as before")
        await self._keep("preset")

    async def _arrow(self, figures: dict[str, Figure]) -> None:
        head = self._camera(MOVED).head
        if head is None:
            raise UnexpectedError("there is no head")
        before, commands = head.pose, len(head.history)
        await self.page.locator("hui-icon-element[title=Left], [title=Left]").first.click()
        await until(lambda: _true(any(each.moves for each in head.history[commands:])), "the head on its way")
        await until(lambda: _true(not head.history[-1].moves), "the head's end")
        began = next(each for each in head.history[commands:] if each.moves)
        stopped = head.history[-1]
        there = head.pose
        # The time is what is tested: it would turn further if the stop had not counted.
        await asyncio.sleep(_TURNED_FURTHER)
        figures |= {"moved_s": round(stopped.at - began.at, 2), "pan_by": round(there.pan - before.pan, 1)}
        if head.moving or head.pose != there or stopped.at - began.at > _STOPS_WITHIN:
            raise UnexpectedError("it moves on")
        if there.pan >= before.pan or there.tilt != before.tilt:
            raise UnexpectedError(f"it went from {before} to {there}")
        await self._live_picture()
        await self._keep("arrow")

    # --- light -------------------------------------------------------------------------------------

    async def _infrared(self, figures: dict[str, Figure]) -> None:
        camera = self._camera(LIT)
        await self._bring("Infrared light")
        before = await self._picture(LIT)

        async def dark() -> float | None:
            return now if (now := await self._on_the_screen()) < 2 * brightness(before) else None

        seen_before = await until(dark, "the dark picture on the screen")
        await self._keep("dark")
        await self._card("hui-tile-card", "Infrared light").locator("ha-tile-icon, .icon-container").first.click()
        await until(lambda: self._has(_INFRARED, "on"), "the light's state")
        after = await self._new_picture(LIT)
        figures |= {"brightness_before": brightness(before), "brightness_after": brightness(after)}
        if not camera.lights[0].on or brightness(after) < 2 * brightness(before):
            raise UnexpectedError("the picture is not brighter")

        async def brighter() -> float | None:
            return now if (now := await self._on_the_screen()) > 1.5 * seen_before else None

        figures["screen_before"] = round(seen_before, 1)
        figures["screen_after"] = round(await until(brighter, "a brighter picture on the screen"), 1)
        await self._keep("infrared light")

    async def _arrows_picture(self) -> Picture:
        """The live picture on the dashboard, with the arrows on it."""
        return shown_place(await self.page.locator("hui-picture-elements-card").first.screenshot())

    async def _on_the_screen(self) -> float:
        """How bright the camera's card is on the dashboard."""
        card = self.page.locator("hui-picture-entity-card").filter(has_text=LIT).last
        return brightness(shown_place(await card.screenshot()))

    # --- sound -------------------------------------------------------------------------------------

    async def _announcement(self, figures: dict[str, Figure]) -> None:
        camera = self._camera(HEARD)
        await self._bring("Play announcement")
        began = time.monotonic()
        await seen(self.page, "Play announcement").click()
        await until(lambda: self._has(_SPEAKER, "playing"), "the speaker's state")
        figures["begins_after_s"] = round(time.monotonic() - began, 2)
        await self._card("hui-tile-card", "Front door Speaker").get_by_text("Playing").first.wait_for()
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
            raise UnexpectedError("it was not the same sound")
        await until(lambda: self._has(_SPEAKER, "idle"), "silence")

    async def _clip(self, figures: dict[str, Figure]) -> None:
        camera = self._camera(HEARD)
        await self._card("hui-tile-card", "Front door Speaker").click(position={"x": 120, "y": 25})
        await self.page.get_by_label("Browse media", exact=False).or_(seen(self.page, "Browse media")).first.click()
        await self.shown("Dog barking")
        await self._keep("clips")
        await seen(self.page, "Dog barking").click()
        await until(lambda: _true(camera.playing_clip is not None), "the clip")
        await until(lambda: self._has(_SPEAKER, "playing"), "the speaker's state")
        state = await self.client.rest("GET", f"/api/states/{_SPEAKER}")
        figures["plays"] = text(state, "attributes", "media_title")
        for dialog in ("dialog-media-player-browse", "ha-more-info-dialog"):
            await self.page.keyboard.press("Escape")
            # One that is closing still takes the next key.
            await self.page.locator(f"{dialog} dialog[open]").wait_for(state="detached")
        await self._keep("clip")
        if figures["plays"] != "Dog barking":
            raise UnexpectedError(f"it plays {figures['plays']}")

    # --- output ------------------------------------------------------------------------------------

    async def _output(self, figures: dict[str, Figure]) -> None:
        port = next(port for port in self._camera(HEARD).ports if port.direction == "output")
        await self._bring("Front door Siren")
        changes: list[tuple[float, str]] = []

        def changed(message: object) -> None:
            if at(message, "data", "entity_id") == _SIREN:
                changes.append((time.monotonic(), text(message, "data", "new_state", "state")))

        async with self.client.websocket() as socket:
            await socket.subscribe("subscribe_events", changed, event_type="state_changed")
            began = time.monotonic()
            await self._card("hui-tile-card", "Siren").locator("ha-tile-icon, .icon-container").first.click()
            await until(lambda: _true(bool(changes)), "the switch's state")
            figures |= {"port": port.state, "state_after_s": round(changes[0][0] - began, 3)}
            await self._card("hui-tile-card", "Siren").get_by_text("On", exact=True).wait_for()
            await self._keep("output on")
            # Somebody else switches it off, right at the camera: only its event tells.
            url = self.simulator.device_pattern.replace("{serial}", self._serial(HEARD))
            owner = {"Authorization": f"Token {self.simulator.api_token(scopes={'configuration'})}"}
            began = time.monotonic()
            async with self.client.session.get(f"{url}/axis-cgi/io/port.cgi?action=2:\\", headers=owner) as answer:
                answer.raise_for_status()
            await until(lambda: _true(len(changes) > 1), "the port's event")
            figures["told_after_s"] = round(changes[1][0] - began, 3)
        if [state for _, state in changes] != ["on", "off"] or figures["port"] != "closed":
            raise UnexpectedError(f"the switch was {changes}")
        await self._card("hui-tile-card", "Siren").get_by_text("Off", exact=True).wait_for()
        await self._keep("output off")

    # --- figures -----------------------------------------------------------------------------------

    async def _figures(self, figures: dict[str, Figure]) -> None:
        month = await until(lambda: past_of(self.client, "visitors", _HOURS), "a month of visitors", 60)
        shop = self.simulator.world.node_named("Shop")
        told = figure(self.simulator.service, shop, Metric.PEOPLE_COUNT_AVERAGE, month.begins_at, month.ends_at)
        figures |= {
            "hours": month.hours,
            "visitors": month.total,
            "visitors_of_the_simulator": told or 0,
            "most_values_a_request": self.simulator.counters["figures:most_at_once"],
        }
        if told != month.total:
            raise UnexpectedError("the sum is another one")
        await self.open(self._path)
        await self._bring("Visitors per day")
        await self.page.locator("hui-statistics-graph-card canvas").first.evaluate(_DRAWN)
        await self._keep("figures")

    async def _pages(self) -> None:
        for name, words in ((MOVED, "Guard tour: Night round"), (LIT, "Day/night mode"), (HEARD, "Speaker")):
            await self.open(f"/config/devices/device/{await self.device_named(name)}")
            await self.shown(words)
            await self._keep(f"page of {name}")

    # --- guest -------------------------------------------------------------------------------------

    async def _guest(self, figures: dict[str, Figure]) -> None:
        await remove(self.client, self._entry_id)
        guest = account_of(self.simulator, "guest")
        self._entry_id = await add_by_oauth2(self.client, guest, _GUEST_SCOPES)
        await until(lambda: cameras(self.client, self._entry_id), "the cameras")
        await until(self._are_reached, "the cameras' pictures")
        # The time is what is tested: what else there were would come by then.
        await asyncio.sleep(_MORE_WOULD_COME)
        found = await self._entities()
        figures |= {"entities": len(found), "cameras": sum(each.startswith("camera.") for each in found)}
        # That a camera is away is part of its live view, and the account has entities of its own.
        if more := [each for each in found if not each.startswith("camera.") and not each.endswith(_OF_EVERYBODY)]:
            raise UnexpectedError(f"there is more: {more}")
        await self.open(f"/config/entities?config_entry={self._entry_id}&historyBack=1")
        await self.shown("Garage")
        await self._keep("guest")

    # --- looking -----------------------------------------------------------------------------------

    def _serial(self, name: str) -> str:
        return self.simulator.world.node_named(name).serial or ""

    def _camera(self, name: str) -> Camera:
        return self.simulator.world.cameras[self._serial(name)]

    async def _entities(self) -> list[str]:
        listed = items(await self.client.command("config/entity_registry/list"))
        return [
            text(each, "entity_id")
            for each in listed
            if at(each, "config_entry_id") == self._entry_id and at(each, "disabled_by") is None
        ]

    async def _has(self, entity: str, state: str) -> bool:
        return await self.client.state(entity) == state

    async def _picture(self, name: str) -> Picture:
        """The camera's picture as Home Assistant gives it now, between the line of text and the strip."""
        return shown_place(await self._taken(name))

    async def _taken(self, name: str) -> bytes:
        async def taken() -> bytes | None:
            # On a busy machine the simulator may be too slow once.
            with contextlib.suppress(ApiError):
                return await self.client.fetch(f"/api/camera_proxy/{_PLACES[name]}?width=640&height=360")
            return None

        return await until(taken, "a picture")

    async def _new_picture(self, name: str) -> Picture:
        """The camera's picture that is taken from now on: Home Assistant gives the one before for a while."""
        kept = await self._taken(name)

        async def another() -> bytes | None:
            # The strip shows when it was taken.
            return None if (taken := await self._taken(name)) == kept else taken

        return shown_place(await until(another, "a new picture"))

    async def _are_reached(self) -> bool:
        states = [await self.client.state(each) for each in await cameras(self.client, self._entry_id)]
        return "unavailable" not in states and None not in states

    async def _live_picture(self) -> None:
        """Wait until the live picture on the dashboard, which is a few seconds behind, shows what is so now."""
        now, card = time.time(), self.page.locator("hui-picture-elements-card").first

        async def has_come() -> bool:
            looked = await look_at_video(card)
            return looked is not None and looked.clock > now

        await until(has_come, "the live picture of now")

    async def _keep(self, name: str) -> None:
        await self.browser.screenshot(f"control {name}")

    async def _bring(self, words: str) -> None:
        """Scroll to something."""
        await self.shown(words)
        await seen(self.page, words).scroll_into_view_if_needed()

    def _card(self, kind: str, words: str) -> Locator:
        return self.page.locator(kind).filter(has_text=words).first


async def _true(value: bool) -> bool:
    return value
