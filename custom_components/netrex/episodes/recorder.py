"""Records what the cameras of an account detect as episodes, with pictures."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
import math
import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..cameras.axis_camera import AxisCamera
from ..events.detection import DetectionEvent
from ..events.source_key import SourceKey
from ..tasks.background import BackgroundTasks
from ..tasks.timing import Timing
from ..vapix import EventKind
from .account_episodes import AccountEpisodes
from .assembly import Assembly, Detected
from .episode import Episode, EpisodeId, EpisodeKind, by_importance, rank
from .picture_taking import AT_ONCE, Moment, PictureRefusals, PictureTaker
from .thumbnails import make_thumbnail

#: Episodes of a camera of which it is known what their pictures show: the last one's may come after it is over.
_PICTURED: Final = 4
#: What crosses a line or loiters, by its class; that it is an object says nothing more.
_BY_CLASS: Final = {each.value: each for each in (EpisodeKind.PERSON, EpisodeKind.VEHICLE)}


class EpisodeRecorder:
    """The episodes of all cameras of an account that are listened to.

    A camera is added before its entities are: they find the episode of a detection when they are told of it.

    Args:
        refusals_of: whom to tell whether a camera gives pictures; None: none are taken.
        keeps_pictures: whether episodes are to have pictures.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        episodes: AccountEpisodes,
        timing: Timing,
        run_in_background: BackgroundTasks,
        refusals_of: Callable[[AxisCamera], PictureRefusals] | None,
        *,
        keeps_pictures: bool,
    ) -> None:
        self._hass = hass
        self._episodes = episodes
        self._timing = timing
        self._run_in_background = run_in_background
        self._refusals_of = refusals_of
        #: Whether episodes have pictures.
        self.keeps_pictures: Final = keeps_pictures and refusals_of is not None
        #: Held while a picture is taken.
        self.turns: Final = asyncio.Semaphore(AT_ONCE)
        self._cameras: dict[int, _CameraRecorder] = {}

    @callback
    def add(self, camera: AxisCamera) -> None:
        """Record what a camera detects from now on."""
        taker = None
        if self._refusals_of is not None:
            refusals, under_way = self._refusals_of(camera), self._episodes.under_way
            taker = PictureTaker(camera, self._timing, self.turns, under_way, self._run_in_background, refusals)
            if self.keeps_pictures:
                taker.subscribe(_EpisodePictures(self._hass, self._episodes))
        self._cameras[camera.node.node_id] = _CameraRecorder(camera, self._episodes, self._timing, taker)

    @callback
    def taker(self, node_id: int) -> PictureTaker | None:
        """Return what takes pictures of a camera; None: nothing does."""
        recorder = self._cameras.get(node_id)
        return recorder.taker if recorder else None

    @callback
    def drop(self, node_id: int) -> None:
        """End what goes on at a camera that is gone."""
        if recorder := self._cameras.pop(node_id, None):
            recorder.end()

    @callback
    def end(self) -> None:
        """End what goes on at all cameras."""
        for node_id in list(self._cameras):
            self.drop(node_id)


class _EpisodePictures:
    """Gives episodes of a camera their best pictures: of the most important kind, then the first."""

    def __init__(self, hass: HomeAssistant, episodes: AccountEpisodes) -> None:
        self._hass = hass
        self._episodes = episodes
        #: What the pictures of the last episodes show, by its rank.
        self._shown: dict[EpisodeId, int] = {}

    @callback
    def wants(self, moment: Moment) -> bool:
        """Want pictures until there is one of the most important kind so far."""
        shown = self._shown.get(moment.episode_id)
        return shown is None or rank(moment.kind) < shown

    async def taken(self, moment: Moment, picture: bytes) -> None:
        """Keep a picture with its thumbnail, if it is the best one."""
        if not self.wants(moment):
            return
        thumbnail = await self._hass.async_add_executor_job(make_thumbnail, picture)
        if thumbnail is None:
            return
        self._shown[moment.episode_id] = rank(moment.kind)
        while len(self._shown) > _PICTURED:
            del self._shown[next(iter(self._shown))]
        self._episodes.put_picture(moment.episode_id, picture, thumbnail)


@dataclass(frozen=True, slots=True)
class _Lasting:
    """A detection that is not over: how to stop listening to its source, and what a picture of it shows."""

    stop: CALLBACK_TYPE
    kind: EpisodeKind
    channel: int | None


class _CameraRecorder:
    """The episodes of one camera."""

    def __init__(
        self, camera: AxisCamera, episodes: AccountEpisodes, timing: Timing, taker: PictureTaker | None
    ) -> None:
        self.taker: Final = taker
        self._camera = camera
        self._episodes = episodes
        self._timing = timing
        self._loop = asyncio.get_running_loop()
        self._assembly = Assembly(camera.node.node_id, timing)
        self._told: Episode | None = None
        self._told_at = -math.inf
        self._lasting: dict[SourceKey, _Lasting] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._stops = (
            camera.events.detected.add(self._detected),
            # Nothing else says that a source is no longer active once the camera can't be heard.
            camera.changed.add(self._look_at_sources),
        )

    @callback
    def end(self) -> None:
        """End the episode that goes on, and listen no more."""
        for stop in (*self._stops, *(each.stop for each in self._lasting.values())):
            stop()
        self._lasting.clear()
        self._tell(self._assembly.close(self._loop.time(), _clock()))
        if self._timer is not None:
            self._timer.cancel()
        if self.taker is not None:
            self.taker.end()

    # --- detections --------------------------------------------------------------------------------

    @callback
    def _detected(self, event: DetectionEvent) -> None:
        kinds = self._kinds_of(event)
        if not kinds:
            return
        kind, key, now = kinds[0], event.key, self._loop.time()
        channel, state = self._channel_of(event), self._camera.events.states[key]
        lasts = state.active is True and not state.event.momentary and not state.event.is_occurrence
        if lasts and key not in self._lasting:
            self._lasting[key] = _Lasting(self._camera.events.listen(key, self._look_at_sources), kind, channel)
        detected = Detected(kinds, event.scenario, key if lasts else None)
        told = self._assembly.detected(detected, now, int(event.at.timestamp() * 1000))
        self._tell(told)
        self._want_picture(told[-1].id, kind, channel)

    def _kinds_of(self, event: DetectionEvent) -> tuple[EpisodeKind, ...]:
        """Return what was detected, the most important first; none: nothing of which there are episodes."""
        if event.detection is not None:
            kind, crossed_by = EpisodeKind(event.detection.value), _BY_CLASS.get(event.object_class or "")
            return by_importance((kind, crossed_by)) if crossed_by else (kind,)
        if event.key.kind is EventKind.LICENSE_PLATE:
            return (EpisodeKind.LICENSE_PLATE,)
        return (EpisodeKind.DOORBELL,) if self._camera.is_bell(event.key) else ()

    def _channel_of(self, event: DetectionEvent) -> int | None:
        """Return which of the camera's pictures shows it; None: the main one, or its only one."""
        pictures, number = self._camera.pictures, event.key.channel
        return number if pictures and number and 1 < number <= pictures.channels else None

    @callback
    def _look_at_sources(self) -> None:
        """Note which detections are over."""
        states = self._camera.events.states
        for key in [key for key in self._lasting if key not in states or states[key].active is not True]:
            self._lasting.pop(key).stop()
            self._tell(self._assembly.over(key, self._loop.time(), _clock()))

    def _want_picture(self, episode_id: EpisodeId, kind: EpisodeKind, channel: int | None) -> None:
        if self.taker is not None:
            self.taker.happened(Moment(episode_id, kind, channel, self._loop.time()))

    # --- episodes ----------------------------------------------------------------------------------

    def _tell(self, episodes: Iterable[Episode]) -> None:
        for episode in episodes:
            now = self._loop.time()
            if self._is_news(episode) or now - self._told_at >= self._timing.episode_repeat:
                self._told, self._told_at = episode, now
                self._episodes.put(episode)
        self._wait_for_end()

    def _is_news(self, episode: Episode) -> bool:
        """Return whether more is told of an episode than that it goes on."""
        told = self._told
        return told is None or (told.id, told.kinds, told.scenarios, told.is_over) != (
            *(episode.id, episode.kinds),
            *(episode.scenarios, episode.is_over),
        )

    def _wait_for_end(self) -> None:
        due, timer = self._assembly.due, self._timer
        # A timer that comes too early waits again: that is cheaper than a new one for each detection.
        if due is not None and (timer is None or timer.when() > due):
            if timer is not None:
                timer.cancel()
            self._timer = self._loop.call_at(due, self._may_be_over, due)

    @callback
    def _may_be_over(self, at: float) -> None:
        self._timer = None
        due = self._assembly.due
        if due is None or due > at:
            self._wait_for_end()
            return
        told = self._assembly.advance(at, _clock())
        self._tell(told)
        if self._lasting and not told[-1].is_over:
            # A detection goes on in a new episode.
            shown = min(self._lasting.values(), key=lambda each: rank(each.kind))
            self._want_picture(told[-1].id, shown.kind, shown.channel)


def _clock() -> int:
    """Return milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000
