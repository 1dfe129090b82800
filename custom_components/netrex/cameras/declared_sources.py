"""What the cameras of an account could report: asked once for each firmware, long after the start, and remembered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
import logging
import time
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_loaded_integration

from ..const import DOMAIN
from ..events.source_finder import LEFT_TO_REPORTS
from ..storage.tolerant_store import TolerantStore
from ..tasks.background import BackgroundTasks
from ..tasks.timing import Timing
from ..vapix import BusyError, DeclaredSource, EventKind, UnreachableError, VapixError
from .axis_camera import AxisCamera, Condition

_LOGGER = logging.getLogger(__name__)

#: Seconds until answers are written: hundreds of cameras answer one after another.
_WRITTEN_AFTER: Final = 60.0
_KINDS: Final = frozenset(EventKind)


@dataclass(frozen=True, slots=True)
class DeclarationResult:
    """How a camera answered, for diagnostics.

    Attributes:
        outcome: `answered`, `remembered`, or the class of the failure.
        topics: how many it listed; 0 if that is not known any more.
        sources: how many of its sources may become entities.
        unknown: topics that are not in the table.
    """

    outcome: str
    topics: int = 0
    sources: int = 0
    unknown: tuple[str, ...] = ()


class DeclaredSources:
    """Adds what cameras could report to what they have reported.

    A camera reports all its states when a stream begins, so most entities are there without any question. A question
    costs as much as ten others, so it waits until the account has started, and is not repeated after a restart.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        cameras: Mapping[int, AxisCamera],
        timing: Timing,
        semaphore: asyncio.Semaphore,
        run_in_background: BackgroundTasks,
    ) -> None:
        self._cameras = cameras
        self._timing = timing
        self._semaphore = semaphore
        self._run_in_background = run_in_background
        self._store = _store_of(hass, entry_id)
        self._version = str(async_get_loaded_integration(hass, DOMAIN).version)
        #: What cameras answered, by node id as a text.
        self._kept: dict[str, object] = {}
        self._unsaved = False
        #: For which device and firmware a camera need not be asked any more, by node id.
        self._done: dict[int, str] = {}
        self._waiting: dict[int, AxisCamera] = {}
        #: Cameras that have waited already, and when the last one began that had not, on the monotonic clock.
        self._waited: set[int] = set()
        self._last_new = 0.0
        self._asking: asyncio.Task[None] | None = None
        self.results: dict[int, DeclarationResult] = {}

    async def async_load(self) -> None:
        """Read what cameras answered before this start."""
        kept = await self._store.async_load()
        self._kept = dict(kept) if isinstance(kept, dict) else {}

    async def async_end(self) -> None:
        """Write what was not written yet; the account's end cancels the questions."""
        if self._unsaved:
            await self._store.async_save(self._to_store())

    @callback
    def follow(self, camera: AxisCamera) -> None:
        """Add what a camera with an open stream could report: what it answered before, or else will answer."""
        node_id, mark = camera.node.node_id, self._mark(camera)
        if self._done.get(node_id) == mark:
            return
        kept = _read(self._kept.get(str(node_id)), mark)
        if kept is not None:
            self._take(camera, kept.sources, DeclarationResult("remembered", sources=len(kept.sources)))
            if 0 <= time.time() - kept.at < self._timing.declarations_max_age:
                self._done[node_id] = mark
                return
        self._waiting[node_id] = camera
        is_idle = self._asking is None or self._asking.done()
        if is_idle or node_id not in self._waited:
            # The account is still starting while streams are opened for the first time.
            self._last_new = time.monotonic()
            self._waited.add(node_id)
        if is_idle:
            self._asking = self._run_in_background(self._ask_all(), "netrex declarations")

    @callback
    def drop(self, node_id: int) -> None:
        """Forget a camera that is gone."""
        for each in (self._waiting, self._done, self.results):
            each.pop(node_id, None)
        self._waited.discard(node_id)

    def _mark(self, camera: AxisCamera) -> str:
        """Return what an answer depends on: the device, its firmware, and what this integration makes of it."""
        firmware = camera.identity.firmware if camera.identity else ""
        return f"{camera.serial} {firmware} {self._version}"

    async def _ask_all(self) -> None:
        """Ask the cameras that are waiting, one after another, once no more have come for a while."""
        while self._waiting:
            wait = self._last_new + self._timing.declarations_after - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
                continue
            camera = self._waiting.pop(next(iter(self._waiting)))
            async with self._semaphore:
                await self._ask(camera)
            await asyncio.sleep(self._timing.declarations_pause)

    async def _ask(self, camera: AxisCamera) -> None:
        node_id, mark = camera.node.node_id, self._mark(camera)
        if self._cameras.get(node_id) is not camera or camera.condition is not Condition.REACHABLE:
            # It is asked when its stream is open again.
            return
        # Changes meanwhile, such as of its equipment, are no reason to ask again.
        self._done[node_id] = mark
        try:
            found = await camera.client.declarations.list()
        except VapixError as err:
            _LOGGER.debug("%s declares no events: %s", camera.node.name, type(err).__name__)
            self.results[node_id] = DeclarationResult(type(err).__name__)
            if isinstance(err, UnreachableError | BusyError):
                self._done.pop(node_id, None)
            return
        except Exception:
            # A strange answer must not keep others from being asked.
            _LOGGER.exception("Unexpected error while asking what %s could report", camera.node.name)
            return
        if self._cameras.get(node_id) is not camera or mark != self._mark(camera):
            # It is another device now, or has other firmware, and is followed as such.
            return
        sources = [each for each in found.sources if each.kind not in LEFT_TO_REPORTS]
        sources = sources[: self._timing.most_event_sources]
        self._keep(camera, mark, sources)
        self._take(camera, sources, DeclarationResult("answered", found.topics, len(sources), found.unknown))

    def _take(self, camera: AxisCamera, sources: list[DeclaredSource], result: DeclarationResult) -> None:
        self.results[camera.node.node_id] = result
        camera.events.declare(sources)

    def _keep(self, camera: AxisCamera, mark: str, sources: list[DeclaredSource]) -> None:
        """Remember an answer, without the states that the camera reports whenever a stream begins."""
        lasting = [
            [each.kind.value, each.source, each.stateful, each.name, list(each.values), each.momentary]
            for each in sources
            if each.name
            or each.momentary is not None
            or not (each.stateful and camera.events.is_reported(each.kind, each.source))
        ]
        self._kept[str(camera.node.node_id)] = {"mark": mark, "at": time.time(), "sources": lasting}
        self._unsaved = True
        self._store.async_delay_save(self._to_store, _WRITTEN_AFTER)

    @callback
    def _to_store(self) -> dict[str, object]:
        self._unsaved = False
        present = {str(node_id) for node_id in self._cameras}
        return {node_id: each for node_id, each in self._kept.items() if node_id in present}


async def async_remove_declared_sources(hass: HomeAssistant, entry_id: str) -> None:
    """Remove the file of an account that is removed."""
    await _store_of(hass, entry_id).async_remove()


def _store_of(hass: HomeAssistant, entry_id: str) -> TolerantStore[dict[str, object]]:
    return TolerantStore.of(hass, f"declared_sources.{entry_id}")


@dataclass(frozen=True, slots=True)
class _Kept:
    at: float
    sources: list[DeclaredSource]


def _read(kept: object, mark: str) -> _Kept | None:
    """Return what was stored of a camera, if it is about this device and firmware; anything may be in the file."""
    match kept:
        case {"mark": str(stored), "at": float(at), "sources": list(sources)} if stored == mark:
            return _Kept(at, [source for each in sources if (source := _source(each)) is not None])
    return None


def _source(stored: object) -> DeclaredSource | None:
    match stored:
        case [str(kind), str(source), bool(stateful), str(name), list(values), bool() | None as momentary] if (
            kind in _KINDS
        ):
            numbers = tuple(each for each in values if isinstance(each, str))
            return DeclaredSource(EventKind(kind), source, stateful, name, numbers, momentary)
    return None
