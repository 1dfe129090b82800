"""`scripts/pictures`: make the pictures of README.md and docs/, in a real browser, of a real Home Assistant."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
import json
from pathlib import Path
import sys
import tempfile

from PIL import Image
from playwright.async_api import Error as PlaywrightError, Locator, Page

from demo.client import Client
from demo.dashboard import make_dashboard
from demo.home_assistant import CHECKOUT, INTEGRATION, MEDIA, HomeAssistant, StartError, free_port
from demo.json_value import Json, at, items, text
from demo.provider import account_of, provider
from demo.sign_in import EVERYTHING, Account, add_by_oauth2
from demo.waiting import until
from simulator import Simulator
from tests.e2e.browser import Browser, NoBrowserError
from tests.e2e.documented_dashboard import make_whole_dashboard
from tests.e2e.past import past_of

IMAGES = CHECKOUT / "docs" / "images"
FAILED = CHECKOUT / ".demo" / "failed.png"
_QUALITY = 82
_AFTERNOON = 16
"""The hour at which pictures are taken: by then a shop has visitors."""
_MONTH = 29 * 24
"""Hours of statistics that make a full chart."""
_MONTH_TAKES = 240.0
_CAMERAS = 5
_HAPPENINGS = (
    ("Front door", "line", "2"),
    ("Warehouse", "person", "1"),
    ("Garage", "vehicle", "1"),
    ("Till", "person", "1"),
    ("Front door", "input", "0"),
    ("Front door", "person", "1"),
    ("Garage", "person", "1"),
    ("Till", "vehicle", "1"),
    ("Warehouse", "person", "1"),
    ("Garage", "sound", "1"),
    ("Front door", "call", "1"),
    ("Till", "person", "1"),
    ("Warehouse", "line", "1"),
    ("Garage", "vehicle", "1"),
)
"""In rounds: by the time that something happens at a camera again, what was there is over, and both are events."""
_APART = 3.0
"""Seconds between two of them: people come one after the other, and each has their picture."""
_LASTS = 1.0
_SETTLE = 1500.0
"""Milliseconds until what moves in has come to rest."""
_SHOWN = """
() => {
  let playing = 0, loading = 0;
  const search = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "video" && element.readyState >= 2 && element.currentTime > 0) playing += 1;
      if (element.localName === "ha-spinner") {
        const place = element.getBoundingClientRect();
        if (place.width && place.bottom > 0 && place.top < innerHeight) loading += 1;
      }
      if (element.shadowRoot) search(element.shadowRoot);
    }
  };
  search(document);
  return { playing, loading };
}
"""


def _texts() -> object:
    """What the integration says in English: steps and buttons are found by the words a person reads."""
    return json.loads((INTEGRATION / "translations" / "en.json").read_text())


def _time_zone(now: datetime) -> str:
    """Return the time zone in which it is afternoon."""
    ahead = (_AFTERNOON - now.hour + 11) % 24 - 11
    # The names of these zones count the other way round.
    return f"Etc/GMT{-ahead:+d}"


@dataclass(frozen=True, slots=True)
class Studio:
    """A household that is running, and what takes pictures of it.

    dashboard: the path of the integration's own. cards: that of one with the cards of the documents.
    """

    home_assistant: HomeAssistant
    simulator: Simulator
    entry_id: str
    dashboard: str
    cards: str

    @property
    def _client(self) -> Client:
        return self.home_assistant.client

    @property
    def _account(self) -> Account:
        return account_of(self.simulator)

    # --- what is taken -----------------------------------------------------------------------------

    async def dashboard_picture(self) -> None:
        """Take the dashboard on a desk."""
        async with self._page(self.dashboard) as page:
            await _all_shown(page, live=1)
            await _keep("dashboard", page)

    async def phone_picture(self) -> None:
        """Take the dashboard on a phone in the dark."""
        async with self._page(self.dashboard, phone=True, dark=True) as page:
            await _all_shown(page, live=1)
            await _keep("phone", page)

    async def sections(self) -> None:
        """Take cards of the documents, each for its page."""
        names = {
            "Recent events": "events",
            "Control": "move-a-camera",
            "Lights and sound": "light-and-sound",
            "People counts": "people-counts",
        }
        await until(partial(past_of, self._client, "visitors", _MONTH), "a month of visitors", _MONTH_TAKES)
        async with self._page(self.cards, scale=2) as page:
            await _all_shown(page, live=2)
            for heading, name in names.items():
                section = page.locator("hui-section", has=page.get_by_text(heading, exact=True)).last
                await section.scroll_into_view_if_needed()
                await _all_shown(page)
                await _keep(name, section)

    async def what_happened(self) -> None:
        """Take the events of today."""
        async with self._page("/media-browser/browser/app%2Cmedia-source%3A%2F%2Fnetrex") as page:
            for title in ("Events", "Today ("):
                await _click(page, title)
            await page.get_by_text("Till").locator("visible=true").first.wait_for()
            await page.wait_for_timeout(_SETTLE)
            # No tile is under the pointer.
            await page.mouse.move(0, 0)
            await page.wait_for_timeout(_SETTLE)
            await _keep("what-happened", page)

    async def recordings(self) -> None:
        """Take an hour's pieces, and one that plays."""
        async with self._page("/media-browser/browser/app%2Cmedia-source%3A%2F%2Fnetrex") as page:
            for title in ("House", "Front door", "Yesterday", "14:00 to 15:00"):
                await _click(page, title)
            await page.get_by_text("14:10 to 14:20").first.wait_for()
            await page.wait_for_timeout(_SETTLE)
            await _keep("recordings", page)
            await _click(page, "14:10 to 14:20")
            await _all_shown(page, live=1)
            await _keep("recording", page)

    async def device(self) -> None:
        """Take the page of a camera with much to show."""
        listed = items(await self._client.command("config/device_registry/list"))
        device = next(text(each, "id") for each in listed if at(each, "name") == "Front door")
        async with self._page(f"/config/devices/device/{device}") as page:
            await page.get_by_text("Detection").first.wait_for()
            await page.wait_for_timeout(_SETTLE)
            await _keep("device", page)

    async def permissions(self) -> None:
        """Take the step of the dialog in which a person says what Home Assistant may do."""
        texts, account = _texts(), self._account
        async with self._page("/config/integrations/dashboard/add?domain=netrex") as page:
            dialog = page.locator("dialog-data-entry-flow")
            await page.get_by_text("OK", exact=True).or_(dialog.locator("input").first).first.wait_for()
            if await page.get_by_text("OK", exact=True).count():
                await page.get_by_text("OK", exact=True).click()
            await dialog.get_by_text(text(texts, "selector", "provider", "options", "other"), exact=True).click()
            await _submit(dialog)
            await dialog.locator("input[name=host]").fill(account.url)
            await _submit(dialog)
            option = text(texts, "config", "step", "auth_method", "menu_options", "scopes")
            await dialog.get_by_text(option, exact=True).click()
            title = text(texts, "config", "step", "scopes", "title")
            await dialog.get_by_text(title, exact=True).first.wait_for()
            await page.wait_for_timeout(_SETTLE)
            await _keep("permissions", page.locator("dialog[open]").last)

    async def repair(self) -> None:
        """Take a repair with its form."""
        async with self._page("/config/repairs") as page:
            await page.get_by_text("Garden").first.click()
            await page.locator("step-flow-menu").wait_for()
            option = text(_texts(), "issues", "serial_unknown", "fix_flow", "step", "init", "menu_options", "fix")
            await page.locator("step-flow-menu").get_by_text(option, exact=True).click()
            await page.locator("step-flow-form input").first.wait_for()
            await page.wait_for_timeout(_SETTLE)
            await _keep("repair", page.locator("dialog[open]").last)

    async def action(self) -> None:
        """Take an action in its form."""
        data: dict[str, Json] = {"start": "2026-11-28 14:00:00", "end": "2026-11-28 14:10:00"}
        target: dict[str, Json] = {"entity_id": "camera.house_front_door"}
        filled: Json = {"action": "netrex.export_recording", "target": target, "data": data}
        async with self._page("/config/developer-tools/action") as page:
            await page.evaluate(
                "filled => localStorage.setItem('panel-dev-action-state-service-data', filled)", json.dumps(filled)
            )
            await page.reload()
            title = text(_texts(), "services", "export_recording", "name")
            await page.get_by_text(title).first.wait_for()
            await page.wait_for_timeout(_SETTLE)
            await _keep("action", page)

    # --- taking it ---------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _page(self, path: str, *, phone: bool = False, dark: bool = False, scale: int = 1) -> AsyncIterator[Page]:
        login, zone = self.home_assistant.login, self.home_assistant.time_zone
        async with Browser(login=login, phone=phone, dark=dark, scale=scale, time_zone=zone) as browser:
            await browser.page.goto(f"{self.home_assistant.url}{path}")
            try:
                yield browser.page
            except PlaywrightError:
                # What was there instead, to look at.
                await browser.page.screenshot(path=str(FAILED))
                raise


async def _all_shown(page: Page, *, live: int = 0, wait: float = 60_000) -> None:
    """Wait until nothing in sight is being loaded any more, and so many videos play."""
    await page.wait_for_function(
        f"() => {{ const shown = ({_SHOWN})(); return !shown.loading && shown.playing >= {live}; }}", timeout=wait
    )
    await page.wait_for_timeout(_SETTLE)


async def _click(page: Page, title: str) -> None:
    """Choose an entry, as a person scrolls to it: what is out of sight is not there yet."""
    # Cards have the same text once more in a hidden tooltip.
    found = page.get_by_text(title, exact=False).locator("visible=true")
    size = page.viewport_size or {"width": 0, "height": 0}
    for _ in range(150):
        if await found.count():
            break
        await page.mouse.move(size["width"] / 2, size["height"] / 2)
        await page.mouse.wheel(0, 200)
        # A list draws what has come into sight a moment later.
        await page.wait_for_timeout(100)
    await found.first.click()


async def _submit(dialog: Locator) -> None:
    button = dialog.locator("ha-button")
    await button.filter(has_text="Next").or_(button.filter(has_text="Submit")).last.click()


async def _keep(name: str, shown: Page | Locator) -> None:
    """Write what is shown as a small file."""
    taken = await shown.screenshot(animations="disabled")
    path = IMAGES / f"{name}.webp"
    with Image.open(BytesIO(taken)) as opened:
        opened.convert("RGB").save(path, quality=_QUALITY, method=6)
    print(f"{path.relative_to(CHECKOUT)}  {path.stat().st_size / 1000:.0f} kB", flush=True)  # noqa: T201 - said to who runs it


async def _let_things_happen(client: Client, simulator: Simulator) -> None:
    """Let something happen at each camera, and wait until the last of it is shown."""
    serials = {node.name: node.serial or "" for node in simulator.world.camera_nodes()}
    for camera, name, number in _HAPPENINGS:
        simulator.happen(serials[camera], name, number, active_for=_LASTS)
        await asyncio.sleep(_APART)

    async def rung() -> bool:
        return await client.state("event.house_front_door_doorbell") not in {None, "unknown"}

    await until(rung, "the bell")


async def take(names: Sequence[str]) -> None:
    """Start everything, take the pictures of these names (all when there are none), stop everything."""
    zone = _time_zone(datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="netrex-pictures-") as folder:
        home_assistant = HomeAssistant(Path(folder) / "config", port=free_port(), time_zone=zone, say=print)
        async with provider([home_assistant.url], cameras=_CAMERAS, timecode=False) as simulator, home_assistant:
            client = home_assistant.client
            entry_id = await add_by_oauth2(client, account_of(simulator), EVERYTHING)
            cards = await make_whole_dashboard(client, entry_id, simulator, home_assistant.folder / MEDIA)
            dashboard = await make_dashboard(client)
            white: dict[str, Json] = {"entity_id": "light.house_garage_white_light", "brightness_pct": 70}
            await client.rest("POST", "/api/services/light/turn_on", white)
            await _let_things_happen(client, simulator)
            studio = Studio(home_assistant, simulator, entry_id, dashboard, cards)
            for name, picture in _pictures(studio).items():
                if not names or name in names:
                    await picture()


def _pictures(studio: Studio) -> dict[str, Callable[[], Awaitable[None]]]:
    return {
        "dashboard": studio.dashboard_picture,
        "phone": studio.phone_picture,
        "what-happened": studio.what_happened,
        "recordings": studio.recordings,
        "device": studio.device,
        "permissions": studio.permissions,
        "repair": studio.repair,
        "action": studio.action,
        "sections": studio.sections,
    }


def main() -> int:
    """Run the command line: names of pictures, or nothing for all of them."""
    IMAGES.mkdir(exist_ok=True)
    FAILED.parent.mkdir(exist_ok=True)
    try:
        asyncio.run(take(sys.argv[1:]))
    except (NoBrowserError, StartError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - said to who runs it
        return 1
    except PlaywrightError:
        print(f"What the browser showed is in {FAILED}", file=sys.stderr)  # noqa: T201 - said to who runs it
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
