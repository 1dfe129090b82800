"""The dashboard card in Chromium, in the frontend of a real Home Assistant: drawing, one day, 60 cards, ten returns.

Home Assistant's own **Picture entity** card with live view is in the same page, or in its place, as the comparison.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
import gc
import json
from pathlib import Path
from statistics import median
import sys
import tempfile
from zoneinfo import ZoneInfo

from playwright.async_api import CDPSession, Page

from benchmarks.command import run
from benchmarks.figures import Figure, Goal
from custom_components.netrex.episodes.database import EpisodeDatabase
from custom_components.netrex.episodes.episode import Episode, EpisodeId, EpisodeKind
from custom_components.netrex.episodes.picture_files import Picture, PictureFiles
from custom_components.netrex.episodes.thumbnails import make_thumbnail
from demo.client import ApiError, Client
from demo.home_assistant import HomeAssistant, free_port
from demo.json_value import Json
from demo.provider import account_of, provider
from demo.sign_in import add_by_oauth2, cameras
from demo.waiting import until
from tests.e2e.browser import Browser

_PROBE = Path(__file__).with_name("card_probe.js")
_ZONE = "Europe/Prague"
_ROUNDS = 5
_EPISODES = 200
_CARDS = 60
_CHANGES = 200
_RETURNS = 10
_SPAN = 0.025
"""Seconds between two changes of states: as many as a large household has."""
_KINDS = (EpisodeKind.PERSON, EpisodeKind.VEHICLE, EpisodeKind.OBJECT, EpisodeKind.MOTION)

MAX_DRAWN = 200.0
MAX_DAY = 60.0
MAX_SETTERS = 20.0
MAX_GROWTH = 1.0  # MB more than the same with Home Assistant's own card

_CARD = "netrex-camera-card"


@dataclass(frozen=True, slots=True)
class Bench:
    """A Home Assistant with dashboards to measure."""

    home_assistant: HomeAssistant
    client: Client
    camera: str

    @asynccontextmanager
    async def page(self, *, is_alone: bool = True) -> AsyncIterator[Page]:
        """Open a browser with an empty profile, whose pages note when things are there.

        is_alone: no other card is looked for, as looking takes time as well.
        """
        async with Browser(login=self.home_assistant.login, time_zone=_ZONE) as browser:
            probe = f"{_PROBE.read_text()}\nwindow.probe.camera = {json.dumps(self.camera)};"
            probe += f"window.probe.isAlone = {json.dumps(is_alone)};"
            await browser.page.add_init_script(probe)
            yield browser.page

    async def open(self, page: Page, dashboard: str) -> None:
        """Open a dashboard anew."""
        await page.goto(f"{self.home_assistant.url}/{dashboard}")

    async def make(self, name: str, cards: Sequence[Json]) -> None:
        """Make a dashboard of these cards."""
        async with self.client.websocket() as socket:
            await socket.command(
                "lovelace/dashboards/create", url_path=name, title=name, show_in_sidebar=False, mode="storage"
            )
            section: Json = {"type": "grid", "column_span": 4, "cards": list(cards)}
            view: Json = {"title": name, "type": "sections", "sections": [section]}
            await socket.command("lovelace/config/save", url_path=name, config={"views": [view]})


@asynccontextmanager
async def _bench() -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="netrex-card-") as folder:
        home_assistant = HomeAssistant(Path(folder) / "config", port=free_port(), time_zone=_ZONE)
        async with provider([home_assistant.url], cameras=1, timecode=False) as simulator, home_assistant:
            client = home_assistant.client
            entry_id = await add_by_oauth2(client, account_of(simulator))
            (camera,) = await until(lambda: cameras(client, entry_id), "the camera")
            (node,) = simulator.world.camera_nodes()
            picture = await client.fetch(f"/api/camera_proxy/{camera}")
            _fill_yesterday(home_assistant.folder, entry_id, node.node_id, picture)
            bench = Bench(home_assistant, client, camera)
            ours: Json = {"type": f"custom:{_CARD}", "entity": camera}
            theirs: Json = {"type": "picture-entity", "camera_view": "live", "entity": camera}
            await bench.make("bench-both", [ours, theirs])
            await bench.make("bench-ours", [ours])
            await bench.make("bench-theirs", [theirs])
            await bench.make("bench-many", [ours] * _CARDS)
            # As Home Assistant does: else, a collection of garbage may hold up the provider's answer for 200 ms.
            gc.freeze()
            yield bench


def _fill_yesterday(folder: Path, entry_id: str, node_id: int, image: bytes) -> None:
    """Let what happened be in the database, and pictures beside it, while Home Assistant runs."""
    picture = Picture(image, make_thumbnail(image) or b"")
    zone = ZoneInfo(_ZONE)
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    began = [round((midnight.timestamp() + 60 + 420 * number) * 1000) for number in range(_EPISODES)]
    episodes = [
        (Episode(EpisodeId(node_id, at), at + 20_000, (_KINDS[number % len(_KINDS)],)), picture.size)
        for number, at in enumerate(began)
    ]
    kept = folder / ".cache" / "netrex"
    database = EpisodeDatabase(kept / "episodes.db")
    database.write(entry_id, episodes)
    database.close()
    for episode, _size in episodes:
        PictureFiles(kept / entry_id).write(episode.id, picture)


async def _probed(page: Page, name: str) -> float:
    """Wait for a moment that the page notes; give it, in milliseconds."""
    await page.wait_for_function(f"window.probe.{name} > 0")
    return float(await page.evaluate(f"window.probe.{name}"))


# --- what is measured --------------------------------------------------------------------------------


async def _drawn(bench: Bench, rounds: int) -> Figure:
    """Measure from the page's states to the card, which is drawn beside Home Assistant's own."""
    ours, theirs = [], []
    for _ in range(rounds):
        async with bench.page(is_alone=False) as page:
            await bench.open(page, "bench-both")
            states = await _probed(page, "states")
            ours.append(await _probed(page, "drawn") - states)
            theirs.append(await _probed(page, "peerDrawn") - states)
    later = [one - other for one, other in zip(ours, theirs, strict=True)]
    goals = [Goal(f"at most {MAX_DRAWN:.0f} ms after Home Assistant's own card", median(later), MAX_DRAWN)]
    return Figure("from the page's states to the drawn card", "ms", ours, {"Picture entity": theirs}, goals)


async def _day(bench: Bench, rounds: int) -> list[Figure]:
    """Measure the day before, with 200 events, from the question to the drawn marks."""
    drawn, answered, questions = [], [], []
    async with bench.page() as page:
        for _ in range(rounds):
            await bench.open(page, "bench-ours")
            await page.locator(f"{_CARD} .days button").first.wait_for()
            # Today has been asked for: the card asks once it has been in sight for a second.
            await page.wait_for_function("window.probe.answered > 0")
            await page.wait_for_timeout(500)
            await page.evaluate(
                f"Object.assign(window.probe, {{ asked: [], answered: 0, marksDrawn: 0, marks: {_EPISODES} }})"
            )
            await page.locator(f"{_CARD} .days ha-icon-button, {_CARD} .days button").first.click()
            done = await _probed(page, "marksDrawn")
            asked = await page.evaluate("window.probe.asked")
            questions.append(len(asked))
            drawn.append(done - asked[0])
            answered.append(await _probed(page, "answered") - asked[0])
    return [
        Figure(
            f"a day with {_EPISODES} events: from the question to the drawn timeline",
            "ms",
            drawn,
            {"the answer alone": answered},
            [Goal(f"at most {MAX_DAY:.0f} ms", median(drawn), MAX_DAY)],
        ),
        Figure("questions for a day", "", questions, {}, [Goal("one question", max(questions), 1)]),
    ]


async def _setters(bench: Bench, changes: int) -> list[Figure]:
    """Measure what 60 cards do with changes of states that are none of theirs."""
    async with bench.page() as page:
        await bench.open(page, "bench-many")
        await page.wait_for_function(f"window.probe.count() >= {_CARDS}", polling=100)
        await page.wait_for_timeout(5000)
        with suppress(ApiError):
            # A new state is answered otherwise than a changed one.
            await bench.client.rest("POST", "/api/states/sensor.bench", {"state": "new"})
        await page.wait_for_timeout(500)
        await page.evaluate("Object.assign(window.probe.setters, { calls: 0, ms: 0 })")
        for number in range(changes):
            await bench.client.rest("POST", "/api/states/sensor.bench", {"state": str(number)})
            await asyncio.sleep(_SPAN)
        await page.wait_for_timeout(500)
        took = await page.evaluate("window.probe.setters")
        streams = await page.locator(f"{_CARD} video").count()
    goal = Goal(f"at most {MAX_SETTERS:.0f} ms", took["ms"], MAX_SETTERS)
    return [
        Figure(f"{changes} changes of states with {_CARDS} cards: in the setters", "ms", [took["ms"]], {}, [goal]),
        Figure("calls of the setters", "", [took["calls"]]),
        Figure(f"live pictures of {_CARDS} cards", "", [streams], {}, [Goal("those in sight", streams, 16)]),
    ]


async def _returns(bench: Bench, returns: int) -> list[Figure]:
    """Measure what stays after leaving the dashboard and coming back."""
    ours, cards = await _growth(bench, "bench-ours", returns)
    theirs, _ = await _growth(bench, "bench-theirs", returns)
    return [
        Figure(
            f"growth of the page after {returns} returns",
            "MB",
            [ours],
            {"Picture entity": [theirs]},
            [Goal(f"at most {MAX_GROWTH:.0f} MB more", ours - theirs, MAX_GROWTH)],
        ),
        Figure("cards that stay", "", [cards], {}, [Goal("one, which is shown, and one that was", cards, 2)]),
    ]


async def _growth(bench: Bench, dashboard: str, returns: int) -> tuple[float, int]:
    async with bench.page() as page:
        await bench.open(page, dashboard)
        session = await page.context.new_cdp_session(page)
        before = 0.0
        for number in range(-2, returns):
            if number == 0:
                before = await _heap(session)
            for path in ("/profile/general", f"/{dashboard}"):
                await page.evaluate(
                    "path => { history.pushState(null, '', path);"
                    " window.dispatchEvent(new CustomEvent('location-changed', { detail: {} })); }",
                    path,
                )
                await page.wait_for_timeout(1500)
            await page.evaluate("window.probe.count()")
        grown = await _heap(session) - before
        return grown, int(await page.evaluate("window.probe.alive()"))


async def _heap(session: CDPSession) -> float:
    """Collect garbage; give what is left, in MB."""
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
    used = await session.send("Runtime.getHeapUsage")
    return float(used["usedSize"]) / 1e6


async def measure(*, quick: bool) -> list[Figure]:
    """Measure everything."""
    async with _bench() as bench:
        return [
            await _drawn(bench, 1 if quick else _ROUNDS),
            *await _day(bench, 1 if quick else _ROUNDS),
            *await _setters(bench, 20 if quick else _CHANGES),
            *await _returns(bench, 2 if quick else _RETURNS),
        ]


if __name__ == "__main__":
    sys.exit(run("card", __doc__, measure))
