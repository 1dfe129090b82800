"""Current images: one request, 50 at once for one camera, and 50 at once for 25 cameras.

Ours through Home Assistant's `camera.async_get_image`, compared with a bare aiohttp client that requests the image from
the camera, and, for one request, with Home Assistant's `axis` and `generic`. All in turn, in one process. Ours returns
the same image for 2 s. More time passes between rounds, so that each round makes a request to the camera.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
import sys
import time

from aiohttp import ClientSession
from homeassistant.components.camera import async_get_image
from homeassistant.setup import async_setup_component

from benchmarks.camera_entity import camera_entity
from benchmarks.command import run
from benchmarks.figures import Figure, at_most_times
from benchmarks.home import SimulatedCameras, add_axis, add_generic, home, simulated_at_ports, until
from benchmarks.turns import in_turn
from custom_components.netrex.live.snapshot import FRESH_FOR

_AT_ONCE = 50
_CAMERAS = 25
_ROUNDS = 15
_ONE_BY_ONE = 10
"""Single requests a round, each to another camera."""
_MOST = 1.1

type Get = Callable[[int], Awaitable[object]]
"""Gets the picture of one of the cameras, by its number."""


class _Client:
    """What one would write oneself."""

    def __init__(self, session: ClientSession, cameras: SimulatedCameras, serials: Sequence[str]) -> None:
        self._session, self._serials = session, serials
        self._pattern = cameras.pattern
        self._headers = {"Authorization": f"Token {cameras.token}"}

    async def get(self, number: int) -> bytes:
        """Get a camera's picture."""
        url = f"{self._pattern.base_url(self._serials[number])}/axis-cgi/jpg/image.cgi"
        async with self._session.get(url, headers=self._headers) as answer:
            answer.raise_for_status()
            return await answer.read()


async def _each(get: Get, numbers: Sequence[int]) -> float:
    """Get one picture after the other; return milliseconds a picture."""
    began = time.perf_counter()
    for number in numbers:
        await get(number)
    return (time.perf_counter() - began) * 1000 / len(numbers)


async def _at_once(get: Get, numbers: Sequence[int]) -> float:
    """Get pictures all at once; return milliseconds until the last."""
    began = time.perf_counter()
    await asyncio.gather(*(get(number) for number in numbers))
    return (time.perf_counter() - began) * 1000


type Way = Callable[[Get, Sequence[int]], Awaitable[float]]


async def _alternate(
    cameras: SimulatedCameras, gets: dict[str, Get], way: Way, numbers: Sequence[int], rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Let them take turns, another one first each time; return milliseconds and requests to cameras, by name."""
    took: dict[str, list[float]] = {name: [] for name in gets}
    calls: dict[str, list[float]] = {name: [] for name in gets}
    for number in range(rounds):
        await asyncio.sleep(FRESH_FOR + 0.1)
        for name, get in in_turn(gets.items(), number):
            before = (await cameras.requests())["vapix:image"]
            took[name].append(await way(get, numbers))
            calls[name].append((await cameras.requests())["vapix:image"] - before)
    return took, calls


async def figures(*, quick: bool) -> list[Figure]:
    """Measure, and compare."""
    count, rounds = (3, 1) if quick else (_CAMERAS, _ROUNDS)
    async with simulated_at_ports(count) as cameras, home() as hass, ClientSession() as session:
        await async_setup_component(hass, "camera", {})
        (account,) = await cameras.add_to(hass, "netrex")
        await until(lambda: all(each.condition == "reachable" for each in account.cameras.values()))
        serials = [camera.serial for camera in account.cameras.values()]
        client = _Client(session, cameras, serials)
        ours = [camera_entity(hass, "netrex", serial.lower()).entity_id for serial in serials]
        root = next(iter(cameras.ports))
        port = cameras.ports[root]
        await add_axis(hass, root, port)
        await add_generic(hass, f"http://127.0.0.1:{port}")
        axis, generic = camera_entity(hass, "axis").entity_id, camera_entity(hass, "generic").entity_id

        gets: dict[str, Get] = {"netrex": lambda number: async_get_image(hass, ours[number]), "client": client.get}
        others: dict[str, Get] = {
            "axis": lambda _number: async_get_image(hass, axis),
            "generic": lambda _number: async_get_image(hass, generic),
        }
        for number in range(count):
            await client.get(number)  # which draws its scene, the first time
        for get in gets.values():
            await _at_once(get, range(count))
        first = serials.index(root)
        one_after_the_other = range(min(_ONE_BY_ONE, count))
        single, single_calls = await _alternate(cameras, gets, _each, one_after_the_other, rounds)
        of_root, _ = await _alternate(cameras, gets | others, _each, [first], rounds)
        same, same_calls = await _alternate(cameras, gets, _at_once, [first] * _AT_ONCE, rounds)
        spread = [number % count for number in range(_AT_ONCE)]
        several, several_calls = await _alternate(cameras, gets, _at_once, spread, rounds)

    beside_client = partial(_beside, "client")
    return [
        beside_client("one request", "ms", single, _MOST),
        beside_client(
            "requests to cameras for it",
            "",
            {name: [each / len(one_after_the_other) for each in rounds] for name, rounds in single_calls.items()},
        ),
        Figure("one request, one camera", "ms", of_root["netrex"], {name: of_root[name] for name in others}),
        beside_client(f"{_AT_ONCE} at once for one camera", "ms", same, _MOST),
        beside_client("requests to the camera for them", "", same_calls),
        beside_client(f"{_AT_ONCE} at once for {count} cameras", "ms", several, _MOST),
        beside_client("requests to the cameras for them", "", several_calls),
    ]


def _beside(peer: str, name: str, unit: str, rounds: dict[str, list[float]], most: float | None = None) -> Figure:
    ours, theirs = rounds["netrex"], rounds[peer]
    return Figure(name, unit, ours, {peer: theirs}, [at_most_times(ours, peer, theirs, most)] if most else [])


def main() -> int:
    """Run it."""
    return run("snapshot", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
