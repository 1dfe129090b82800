"""The media browser: a day with 1,000 recorded segments, its hours, and the same day a second time.

Ours through Home Assistant's `media_source`, up to the JSON that a browser receives, compared with a bare aiohttp
client that sends the cloud the same query and reads the answer. In turn, in one process. Each round uses another day
that was not requested before.
"""

from collections.abc import Sequence
from datetime import date, timedelta
import sys
import time
from typing import cast

from aiohttp import ClientSession
from aiohttp.web import Request
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.components.http import KEY_HASS_USER, current_request
from homeassistant.components.media_source import async_browse_media
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from benchmarks.command import run
from benchmarks.figures import Figure, at_most, at_most_times
from benchmarks.home import SimulatedCameras, home, simulated

_HOURS = 24
_GAPS_AN_HOUR = 42
"""Pieces an hour: 1,008 a day."""
_ROUNDS = 15
_MOST = 1.25
_MOST_MS = 5.0
"""A folder that was opened a moment ago."""


class _Client:
    """What one would write oneself."""

    def __init__(self, session: ClientSession, cameras: SimulatedCameras, node_id: int) -> None:
        self._session, self._node_id = session, node_id
        self._url = f"{cameras.url}/api/graphql.php"
        self._headers = {"Authorization": f"Bearer {cameras.token}"}

    async def pieces(self, begins_at: int, seconds: int, parts: int) -> tuple[int, float]:
        """Ask how many pieces there are in parts of an interval; return that, and the milliseconds it took."""
        began = time.perf_counter()
        asked = " ".join(
            f"i{number}: recordings(from: {begins_at + number * seconds}, to: {begins_at + (number + 1) * seconds}) "
            "{ recording_id duration outputs { height } }"
            for number in range(parts)
        )
        body = {"query": f"{{ camera(node_id: {self._node_id}) {{ {asked} }} }}"}
        async with self._session.post(self._url, json=body, headers=self._headers) as answer:
            answer.raise_for_status()
            camera = (await answer.json())["data"]["camera"]
        found = sum(len(camera[f"i{number}"]) for number in range(parts))
        return found, (time.perf_counter() - began) * 1000


async def _browse(hass: HomeAssistant, identifier: str) -> float:
    """Open a folder as the browser does; return the milliseconds until it is ready to be sent."""
    began = time.perf_counter()
    found = await async_browse_media(hass, f"media-source://netrex/{identifier}")
    if not found.children:
        raise RuntimeError("the folder is empty")
    json_bytes(found.as_dict())
    return (time.perf_counter() - began) * 1000


def _days(count: int) -> Sequence[date]:
    """Return whole days, yesterday first."""
    today = dt_util.now().date()
    return [today - timedelta(days=ago) for ago in range(1, count + 1)]


def _midnight(day: date) -> int:
    return int(dt_util.start_of_local_day(day).timestamp())


async def figures(*, quick: bool) -> list[Figure]:
    """Measure, and compare."""
    rounds = 2 if quick else _ROUNDS
    async with simulated("--cameras", "1") as cameras, home() as hass, ClientSession() as session:
        # Its days have 24 hours.
        await hass.config.async_set_time_zone("UTC")
        for component in ("http", "media_source"):
            await async_setup_component(hass, component, {})
        user = await hass.auth.async_create_user("Somebody who browses", group_ids=[GROUP_ID_ADMIN])
        current_request.set(cast("Request", {KEY_HASS_USER: user}))
        (account,) = await cameras.add_to(hass, "netrex")
        node_id = next(iter(account.cameras))
        step = 3600 // _GAPS_AN_HOUR
        gaps = [[number * step, number * step + 10] for number in range(_GAPS_AN_HOUR)]
        await cameras.switch_node(node_id, hourly_gaps=gaps, nightly_gap=None)
        client = _Client(session, cameras, node_id)
        top = f"{account.entry.entry_id}/{node_id}"
        took: dict[str, list[float]] = {"day": [], "client": [], "again": [], "hour": [], "hour client": []}
        calls, pieces = list[float](), list[float]()
        for number, day in enumerate(_days(rounds)):
            midnight = _midnight(day)
            asked = (await cameras.requests())["graphql"]

            async def ours(identifier: str = f"day/{top}/{day.isoformat()}") -> None:
                took["day"].append(await _browse(hass, identifier))

            async def bare(midnight: int = midnight) -> None:
                count, milliseconds = await client.pieces(midnight, 3600, _HOURS)
                pieces.append(count)
                took["client"].append(milliseconds)

            for way in (bare, ours) if number % 2 else (ours, bare):
                await way()
            calls.append((await cameras.requests())["graphql"] - asked - 1)
            took["again"].append(await _browse(hass, f"day/{top}/{day.isoformat()}"))
            took["hour"].append(await _browse(hass, f"hour/{top}/{midnight}/{midnight + 3600}"))
            took["hour client"].append((await client.pieces(midnight, 600, 6))[1])
    return [
        Figure("pieces in the day", "", pieces),
        Figure(
            "the day opened",
            "ms",
            took["day"],
            {"client": took["client"]},
            [at_most_times(took["day"], "client", took["client"], _MOST)],
        ),
        Figure("requests to the cloud for it", "", calls, {"client": [1.0] * rounds}, [at_most("one", calls, 1)]),
        Figure(
            "the day opened once more, from memory",
            "ms",
            took["again"],
            {"client": took["client"]},
            [at_most(f"at most {_MOST_MS:g} ms", took["again"], _MOST_MS)],
        ),
        Figure(f"an hour of it opened, {_GAPS_AN_HOUR} pieces", "ms", took["hour"], {"client": took["hour client"]}),
    ]


def main() -> int:
    """Run it."""
    return run("media_day", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
