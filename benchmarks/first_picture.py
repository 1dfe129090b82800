"""From "show me" to the first decoded image by Home Assistant's `camera/stream`: low-latency HLS, its default.

Compared with PyAV opening the camera's own video (the limit) and Home Assistant's `generic` on the same camera, in
turn, in one process. Each starts when no one is watching. A simulated camera starts every stream with a key frame, so
the phase of the key-frame interval doesn't matter.

The first part is requested like a low-latency player does that already has a playlist. A player that has none, such as
Home Assistant's own pages, reads the main playlist. Home Assistant holds it back until the second segment has begun:
after 6 s, and then the next key frame. That time is also reported.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import io
import itertools
import re
from statistics import median
import sys
import time

from aiohttp import ClientSession, web
import av
from homeassistant.components.camera import Camera, async_request_stream
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from benchmarks.camera_entity import camera_entity
from benchmarks.command import run
from benchmarks.figures import Figure, Goal, at_most_times
from benchmarks.home import SimulatedCameras, add_generic, home, simulated_at_ports, until
from benchmarks.turns import in_turn
from custom_components.netrex.camera import OPENING

_ROUNDS = 11
_MAIN_PLAYLIST_ROUNDS = 3
_MOST_OF_THE_LIMIT = 1.15
"""And one key-frame interval."""
_MOST_OF_GENERIC = 1.05
"""Not slower: what is more than this is no noise."""
_AT_ONCE = {"probesize": "32", "analyzeduration": "0", "fpsprobesize": "0"}
"""PyAV believes the header, and looks at no picture before it gives the first."""

type Way = Callable[[], Awaitable[None]]
"""Gets a first picture, or what comes before it."""


@asynccontextmanager
async def _served(hass: HomeAssistant) -> AsyncIterator[str]:
    """Serve Home Assistant's views; give the address. Nothing can be set up any more that has views."""
    runner = web.AppRunner(hass.http.app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def _decode_first(source: str | io.BytesIO, options: dict[str, str] | None = None) -> None:
    with av.open(source, "r", options=options, timeout=30) as container:
        next(container.decode(video=0))


def _key_frame_interval(url: str, options: dict[str, str]) -> float:
    """Watch four key frames; return the most seconds between two: the first may have been made for who comes in."""
    with av.open(url, "r", options=options, timeout=30) as container:
        keys = (packet for packet in container.demux(video=0) if packet.is_keyframe)
        times = [float((packet.pts or 0) * packet.time_base) for packet in itertools.islice(keys, 4)]
        return max(later - earlier for earlier, later in itertools.pairwise(times))


class _Viewer:
    """Looks at a camera through Home Assistant."""

    def __init__(self, hass: HomeAssistant, session: ClientSession, url: str, camera: Camera) -> None:
        self._hass, self._session, self._url = hass, session, url
        self._camera = camera

    async def see_first(self) -> None:
        """Decode the first that Home Assistant gives out."""
        folder = await self._begin()
        await self._see(folder, await self._get(f"{folder}/playlist.m3u8?_HLS_msn=0&_HLS_part=0"))

    async def see_by_main_playlist(self) -> None:
        """Decode a picture as who has only the address of the main playlist."""
        folder = await self._begin()
        main = (await self._get(f"{folder}/master_playlist.m3u8")).decode()
        name = main.splitlines()[-1]
        # It has two segments now: none is waited for.
        await self._see(folder, await self._get(f"{folder}/{name}?_HLS_msn=0"))

    async def leave(self) -> None:
        """Let Home Assistant end the stream, as it does 30 s after the last request."""
        if stream := self._camera.stream:
            # Stopping alone would leave its idle timer behind, to strike in a later round.
            for output in [*stream.outputs().values()]:
                await stream.remove_provider(output)

    async def _begin(self) -> str:
        path = await async_request_stream(self._hass, self._camera.entity_id, "hls")
        return self._url + path.rpartition("/")[0]

    async def _see(self, folder: str, playlist: bytes) -> None:
        """Decode the newest part that begins with a key frame."""
        text = playlist.decode()
        header = re.findall(r'#EXT-X-MAP:URI="([^"]+)"', text)[-1]
        part = re.findall(r'#EXT-X-PART:.*URI="\./([^"]+)",INDEPENDENT=YES', text)[-1]
        pieces = [await self._get(f"{folder}/{name}") for name in (header, part)]
        await asyncio.to_thread(_decode_first, io.BytesIO(b"".join(pieces)))

    async def _get(self, url: str) -> bytes:
        async with self._session.get(url) as answer:
            answer.raise_for_status()
            return await answer.read()


async def _alternate(
    cameras: SimulatedCameras, ways: dict[str, Way], leave: Callable[[], Awaitable[None]], rounds: int
) -> dict[str, list[float]]:
    """Let them take turns, another one first each time; return seconds by name."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in in_turn(ways.items(), number):
            await cameras.until_nobody_watches()
            began = time.perf_counter()
            await way()
            took[name].append(time.perf_counter() - began)
            await leave()
    return took


async def figures(*, quick: bool) -> list[Figure]:
    """Measure, and compare."""
    async with simulated_at_ports(1) as cameras, home() as hass, ClientSession() as session:
        for component in ("stream", "camera"):
            await async_setup_component(hass, component, {})
        (account,) = await cameras.add_to(hass, "netrex")
        await until(lambda: all(each.condition == "reachable" for each in account.cameras.values()))
        ((serial, port),) = cameras.ports.items()
        await add_generic(hass, f"http://127.0.0.1:{port}")
        url, authorization = cameras.media_url(serial), {"headers": f"Authorization: Token {cameras.token}\r\n"}
        entity = camera_entity(hass, "netrex")
        relayed = await entity.stream_source() or ""
        interval = await asyncio.to_thread(_key_frame_interval, url, authorization)

        async def first_byte(url: str, headers: dict[str, str] | None = None) -> None:
            async with session.get(url, headers=headers) as answer:
                await answer.content.readany()
                answer.close()

        async with _served(hass) as served:
            ours = _Viewer(hass, session, served, entity)
            generic = _Viewer(hass, session, served, camera_entity(hass, "generic"))

            async def leave() -> None:
                await ours.leave()
                await generic.leave()

            ways: dict[str, Way] = {
                "netrex": ours.see_first,
                "generic": generic.see_first,
                "PyAV": lambda: asyncio.to_thread(_decode_first, url, authorization),
                "PyAV at once": lambda: asyncio.to_thread(_decode_first, url, authorization | _AT_ONCE),
                "byte": lambda: first_byte(relayed),
                "byte of the camera": lambda: first_byte(url, {"Authorization": f"Token {cameras.token}"}),
                "opening": lambda: asyncio.to_thread(_decode_first, relayed, OPENING),
            }
            await _alternate(cameras, ways, leave, 1)  # which draws the scene and imports what is needed
            took = await _alternate(cameras, ways, leave, 1 if quick else _ROUNDS)
            by_main_playlist: dict[str, Way] = {
                "netrex": ours.see_by_main_playlist,
                "generic": generic.see_by_main_playlist,
            }
            later = {} if quick else await _alternate(cameras, by_main_playlist, leave, _MAIN_PLAYLIST_ROUNDS)
    return [_first_picture(took, interval), *_of_it(took), *_by_main_playlist(later)]


def _first_picture(took: dict[str, list[float]], interval: float) -> Figure:
    ours, limit, generic = took["netrex"], took["PyAV"], took["generic"]
    most = _MOST_OF_THE_LIMIT * median(limit) + interval
    text = f"at most {_MOST_OF_THE_LIMIT:g} times PyAV and one key-frame interval of {interval:.2f} s, {most:.2f} s"
    return Figure(
        "first image",
        "s",
        ours,
        {"PyAV": limit, "PyAV that does not look ahead": took["PyAV at once"], "generic": generic},
        [Goal(text, median(ours), most), at_most_times(ours, "generic", generic, _MOST_OF_GENERIC)],
    )


def _of_it(took: dict[str, list[float]]) -> list[Figure]:
    """Return the share of the relay, and that of Home Assistant."""
    home_assistant = [ours - opening for ours, opening in zip(took["netrex"], took["opening"], strict=True)]
    return [
        Figure(
            "of it: until the relay gives the first byte", "s", took["byte"], {"camera": took["byte of the camera"]}
        ),
        Figure(
            "of it: until PyAV has decoded an image of the relay, opened as Home Assistant does",
            "s",
            took["opening"],
            {"PyAV": took["PyAV"]},
        ),
        Figure("the rest: Home Assistant's stream and its part of 1 s", "s", home_assistant),
    ]


def _by_main_playlist(took: dict[str, list[float]]) -> list[Figure]:
    if not took:
        return []
    ours, generic = took["netrex"], took["generic"]
    goal = at_most_times(ours, "generic", generic, _MOST_OF_GENERIC)
    return [
        Figure(
            "first image by the main playlist, as on Home Assistant's pages", "s", ours, {"generic": generic}, [goal]
        )
    ]


def main() -> int:
    """Run it."""
    return run("first_picture", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
