"""Who watches what: one encoder for all viewers of the same picture, running only while somebody watches.

A `Studio` lives on one event loop. Each kind of stream that is watched has a `_Feed`: a thread that draws and encodes
in time and hands its samples to the loop, where they go to all of its viewers.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
import threading
import time

from .encoding import Encoding, Sample, Track, View, Wanted, jpeg

_QUEUE_SECONDS = 4
"""How far a viewer may fall behind before it is dropped."""
_LARGEST_DELAY = 0.5
"""Seconds a feed may be late before it leaves pictures out instead of catching up."""


class StreamEnded(Exception):  # noqa: N818 (it says what happened, not that the simulator erred)
    """There is nothing more to come: the viewer fell behind and was dropped, or the simulator stops."""


class Viewer:
    """One open stream: the samples of one or two feeds, from a key frame on."""

    def __init__(self, tracks: Sequence[Track], on_slow: Callable[[], None]) -> None:
        self.tracks = tuple(tracks)
        self._on_slow = on_slow
        self._waits_for_key = any(track.is_video for track in tracks)
        samples_a_second = sum(1 / track.period for track in tracks)
        self._queue: asyncio.Queue[Sample] = asyncio.Queue(max(16, round(samples_a_second * _QUEUE_SECONDS)))

    def offer(self, sample: Sample) -> None:
        """Take a sample from a feed; never waits."""
        if self._waits_for_key:
            if not (sample.is_video and sample.is_key):
                return
            self._waits_for_key = False
        try:
            self._queue.put_nowait(sample)
        except asyncio.QueueFull:
            self.end()
            self._on_slow()
        except asyncio.QueueShutDown:
            pass

    def end(self) -> None:
        """Let `next` raise from now on."""
        self._queue.shutdown(immediate=True)

    async def next(self) -> Sample:
        """Wait for the next sample.

        Raises:
            StreamEnded: none will come.
        """
        try:
            return await self._queue.get()
        except asyncio.QueueShutDown:
            raise StreamEnded from None


class _Feed:
    """One encoder in a thread of its own, and those who watch it."""

    def __init__(self, wanted: Wanted) -> None:
        self.viewers: set[Viewer] = set()
        self.holds = 0
        self._wanted = wanted
        self._loop = asyncio.get_running_loop()
        self._track: asyncio.Future[Track] = self._loop.create_future()
        self._key_wanted = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"encoder of {wanted}", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether its thread has not ended yet."""
        return self._thread.is_alive()

    async def track(self) -> Track:
        """Wait until the encoder is open and return what it produces.

        Raises:
            StreamEnded: it was stopped before, or could not open.
        """
        await asyncio.wait([self._track])
        if self._track.cancelled():
            raise StreamEnded
        return self._track.result()

    def add(self, viewer: Viewer) -> None:
        """Let a viewer in; its first picture is a key frame made for it at once."""
        self.viewers.add(viewer)
        self._key_wanted.set()

    def stop(self) -> None:
        """End the thread after the picture it is at."""
        self._stopped.set()

    def join(self) -> None:
        """Wait for the thread's end."""
        self._thread.join()

    def _run(self) -> None:
        try:
            encoding = self._wanted.open()
            self._call(self._opened, encoding.track)
            self._encode(encoding)
        finally:
            self._call(self._end)

    def _encode(self, encoding: Encoding) -> None:
        period = encoding.track.period
        due = time.monotonic()
        while not self._stopped.wait(max(0.0, due - time.monotonic())):
            key = self._key_wanted.is_set()
            self._key_wanted.clear()
            self._call(self._deliver, encoding.next(key=key))
            due += period
            if time.monotonic() - due > _LARGEST_DELAY and encoding.track.is_video:
                due = time.monotonic()

    def _call[*Arguments](self, function: Callable[[*Arguments], None], *arguments: *Arguments) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop is closed, nobody is left to hear of it
            self._stopped.set()

    def _opened(self, track: Track) -> None:
        if not self._track.done():
            self._track.set_result(track)

    def _end(self) -> None:
        self._track.cancel()
        for viewer in self.viewers:
            viewer.end()

    def _deliver(self, samples: list[Sample]) -> None:
        for sample in samples:
            for viewer in self.viewers:
                viewer.offer(sample)


class Studio:
    """All encoders of a simulator, and the count of who watches."""

    def __init__(self) -> None:
        self.live_viewers: Counter[str] = Counter()
        """Open media.cgi and mjpg streams by serial number; a camera that nobody watches is not in it."""
        self._changed = asyncio.Event()
        self._feeds: dict[Wanted, _Feed] = {}
        self._ended: set[_Feed] = set()
        self._drawing = ThreadPoolExecutor(2, thread_name_prefix="simulated camera")

    @property
    def encoders(self) -> int:
        """How many encoders run; none when nobody watches."""
        return len(self._feeds)

    @asynccontextmanager
    async def watch(
        self, serial: str, wanted: Sequence[Wanted], on_slow: Callable[[], None] = lambda: None
    ) -> AsyncIterator[Viewer]:
        """Watch one or two tracks of a camera; `on_slow` is called when the viewer is dropped for falling behind."""
        with self._counted(serial), ExitStack() as held:
            feeds = [held.enter_context(self._held(one)) for one in wanted]
            viewer = Viewer([await feed.track() for feed in feeds], on_slow)
            for feed in feeds:
                feed.add(viewer)
                held.callback(feed.viewers.discard, viewer)
            yield viewer

    async def jpeg(self, view: View, compression: int, rotation: int) -> bytes:
        """Draw and encode one picture of now, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._drawing, jpeg, view, compression, rotation)

    async def wait_viewers(self, serial: str, count: int, timeout: float = 30.0) -> None:  # noqa: ASYNC109 (tests want the number in the message)
        """Wait until so many streams of a camera are open.

        Raises:
            TimeoutError: it did not come to that in time.
        """
        try:
            async with asyncio.timeout(timeout):
                while self.live_viewers[serial] != count:
                    await self._changed.wait()
        except TimeoutError:
            seen = self.live_viewers[serial]
            raise TimeoutError(f"{serial} has {seen} viewers, not {count}, after {timeout} s") from None

    async def close(self) -> None:
        """Stop all encoders and wait for the ends of their threads."""
        for feed in self._feeds.values():
            feed.stop()
        ended = [*self._feeds.values(), *self._ended]
        for feed in ended:
            await asyncio.get_running_loop().run_in_executor(self._drawing, feed.join)
        self._feeds.clear()
        self._ended.clear()
        self._drawing.shutdown(cancel_futures=True)

    @contextmanager
    def _counted(self, serial: str) -> Iterator[None]:
        self._count(serial, 1)
        try:
            yield
        finally:
            self._count(serial, -1)

    def _count(self, serial: str, change: int) -> None:
        self.live_viewers[serial] += change
        if not self.live_viewers[serial]:
            del self.live_viewers[serial]
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    @contextmanager
    def _held(self, wanted: Wanted) -> Iterator[_Feed]:
        """Hold a feed open: made for the first who wants it, stopped when the last one lets go."""
        feed = self._feeds.get(wanted)
        if feed is None:
            feed = self._feeds[wanted] = _Feed(wanted)
        feed.holds += 1
        try:
            yield feed
        finally:
            feed.holds -= 1
            if not feed.holds:
                feed.stop()
                if self._feeds.get(wanted) is feed:
                    del self._feeds[wanted]
                self._ended = {one for one in self._ended if one.is_running} | {feed}
