"""What a soak test needs: a clock that is put forward, and a gauge of all that must not grow."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
import gc
import logging
from pathlib import Path
import threading
import time
import tracemalloc
from typing import Any, Final

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util.event_type import EventType
import psutil
import pytest

from custom_components.netrex.const import DOMAIN
from custom_components.netrex.session import async_get_session
from custom_components.netrex.tasks.timing import timing_of

_OURS: Final = "custom_components.netrex"
#: Seconds for what is still open to end: aiohttp keeps an idle connection for 15 seconds. A leak stays.
_PATIENCE: Final = 30.0
_FOLDER: Final = str(Path(__file__).parents[2] / "custom_components" / "netrex" / "*")


class Clock:
    """Real time, put forward: for tokens, timers, time-outs and Home Assistant's own clock alike."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = 0.0
        real_time, real_monotonic = time.time, time.monotonic

        def now() -> float:
            return real_time() + self._ahead

        def utcnow() -> datetime:
            return datetime.fromtimestamp(now(), UTC)

        monkeypatch.setattr(time, "time", now)
        # The event loop looks here as well, so timers that are over by then run at once.
        monkeypatch.setattr(time, "monotonic", lambda: real_monotonic() + self._ahead)
        monkeypatch.setattr("homeassistant.util.dt.utcnow", utcnow)
        monkeypatch.setattr("homeassistant.helpers.event.time_tracker_utcnow", utcnow)
        monkeypatch.setattr("homeassistant.helpers.event.time_tracker_timestamp", now)

    async def forward(self, hass: HomeAssistant, seconds: float) -> None:
        """Let time pass, and all that falls due in it be done: sockets stay real, and take the time they take."""
        self._ahead += seconds
        await settle(hass)


@contextmanager
def errors_logged() -> Iterator[list[tuple[str, str]]]:
    """Log errors only, and keep only their loggers and texts: a log would hold all that it speaks of in memory."""
    make, errors = logging.getLogRecordFactory(), []

    def make_of_text(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        record.msg, record.args, record.exc_info = record.getMessage(), None, None
        if record.levelno >= logging.ERROR:
            errors.append((record.name, record.msg))
        return record

    logging.disable(logging.WARNING)
    logging.setLogRecordFactory(make_of_text)
    yield errors
    logging.setLogRecordFactory(make)
    logging.disable(logging.NOTSET)


async def settle(hass: HomeAssistant) -> None:
    """Wait until nothing is asked of anybody any more: time that is put forward before would be up for the answers."""
    quiet = 0
    while quiet < 3:
        # A turn of the loop, and time for the threads.
        await asyncio.sleep(0.001)
        await hass.async_block_till_done(wait_background_tasks=False)
        # An answer is read in a thread: a poll may go on when its request has ended.
        polling = any(task.get_name().endswith(" - refresh") for task in asyncio.all_tasks())
        asking = polling or async_get_session(hass).connector._acquired or _is_connecting(hass)
        quiet = 0 if asking else quiet + 1


def _is_connecting(hass: HomeAssistant) -> bool:
    """Return whether an event stream is being opened: most of what is said for that is said over a websocket."""
    at_once = timing_of(hass).event_connections_at_once
    entries = hass.config_entries.async_loaded_entries(DOMAIN)
    return any(entry.runtime_data._supervision._connecting._value < at_once for entry in entries)


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is at one moment.

    Attributes:
        tasks, timers: of the event loop.
        threads: ours; Home Assistant's own for what takes time are made as they are needed.
        descriptors: of the process: sockets and files.
        files: in the folder that is the test's own; without pictures, as each event adds some, up to a bound.
        objects: ours, by class.
        memory: bytes that our code has asked for and still holds; 0: not looked at.
    """

    tasks: int
    timers: int
    threads: int
    descriptors: int
    files: int
    objects: Counter[str] = field(repr=False)
    memory: int = 0

    def growth_since(self, before: Figures) -> dict[str, int]:
        """Return what there is more of."""
        names = ("tasks", "timers", "threads", "descriptors", "files")
        grown = {name: getattr(self, name) - getattr(before, name) for name in names}
        return {name: more for name, more in {**grown, **(self.objects - before.objects)}.items() if more > 0}


async def measure(
    hass: HomeAssistant,
    folder: Path,
    *,
    memory: bool = False,
    until: Callable[[Figures], bool] = lambda _: True,
    within: float = _PATIENCE,
) -> Figures:
    """Measure everything once nothing goes on; again until it is as expected, or time is up.

    until: whether figures are as expected. If they never are, what there is goes to the test's output.
    within: seconds.
    """
    deadline = time.monotonic() + within
    while not until(figures := await _measure(hass, folder, memory=memory)):
        if time.monotonic() >= deadline:
            print(*asyncio.all_tasks(), *_descriptors(), sep="\n")  # noqa: T201 - shown when the test fails
            break
    return figures


def _descriptors() -> list[str]:
    """Return what the sockets and files of the process are."""
    process = psutil.Process()
    return [*map(repr, process.net_connections("all")), *map(repr, process.open_files())]


async def _measure(hass: HomeAssistant, folder: Path, *, memory: bool) -> Figures:
    await settle(hass)
    for kept in (Store._async_load, Store._async_write_data, Store.async_remove):
        # The test package's storage, which remembers who called it.
        kept.reset_mock()  # type: ignore[attr-defined]
    # What has just been closed is gone from the event loop a turn later, and what refers to itself with a collection.
    for _ in range(3):
        gc.collect()
        await asyncio.sleep(0.01)
    loop = asyncio.get_running_loop()
    timers = sum(1 for timer in loop._scheduled if not timer.cancelled())  # type: ignore[attr-defined]
    held = 0
    if memory:
        ours = tracemalloc.Filter(inclusive=True, filename_pattern=_FOLDER)
        held = sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces([ours]).traces)
    return Figures(
        tasks=len(asyncio.all_tasks()),
        timers=timers,
        threads=sum(thread.name.startswith("netrex") for thread in threading.enumerate()),
        descriptors=psutil.Process().num_fds(),
        files=sum(path.suffix != ".jpg" for path in folder.rglob("*")),
        objects=Counter(each.__qualname__ for each in map(type, gc.get_objects()) if _is_ours(each)),
        memory=held,
    )


def _is_ours(kind: type) -> bool:
    module = kind.__module__
    return isinstance(module, str) and module.startswith(_OURS)


class StateWrites:
    """Counts how often states are written, changed or not."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.count = 0
        self.by_entity: Counter[str] = Counter()
        self._stop: list[Callable[[], None]] = []
        for event_type in (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED):
            self._stop.append(hass.bus.async_listen(EventType(event_type), self._note, event_filter=self._all))

    @staticmethod
    @callback
    def _all(_data: object) -> bool:
        return True

    @callback
    def _note(self, event: Event) -> None:
        self.count += 1
        self.by_entity[event.data["entity_id"]] += 1

    def take(self) -> Counter[str]:
        """Return what was written since this was last asked, by entity."""
        taken, self.by_entity, self.count = self.by_entity, Counter(), 0
        return taken

    def stop(self) -> None:
        for stop in self._stop:
            stop()
