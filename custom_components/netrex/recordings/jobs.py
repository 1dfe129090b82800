"""Lets the cloud prepare recordings: one job a recording for all who wait for it, and few at a time."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
import time
from typing import Final

from ..cloud import AuthError, BusyError, CloudClient, ForbiddenError, ProtocolError, TransientError
from ..cloud.download import Download
from ..cloud.mp4 import HEAD, formats, is_mp4, observe_file
from ..cloud.recordings import Interval, Recording, list_recordings, prepare_recording, recording_link
from ..tasks.background import BackgroundTasks
from ..tasks.timing import Timing
from ..transport.facts import Fact, prepared_in
from .errors import NothingRecordedError, NotVideoError, PreparationFailedError
from .resumed_download import resume_read
from .shared_jobs import SharedJobs

#: Jobs that the cloud works on at the same time for one account; more wait here.
MAX_JOBS: Final = 4
#: Seconds until a job is given up: high quality from a customer's own disk takes its time.
JOB_TIMEOUT: Final = 600.0
#: Times that a file which can't be read is looked at.
_MAX_LOOKS: Final = 3
#: Odd answers in a row after which a job has failed.
_MAX_ODD_ANSWERS: Final = 3
#: Prepared recordings kept, and for how many seconds: links end, but nothing says when.
_KEPT: Final = 64
_FRESH: Final = 1800.0


@dataclass(frozen=True, slots=True)
class WantedRecording:
    """Which piece of an interval, of a camera or channel, and the best quality wanted, in pixels."""

    node_id: int
    interval: Interval
    index: int
    height: int


@dataclass(frozen=True, slots=True)
class PreparedRecording:
    """A recording that can be downloaded: its duration in seconds, its size in bytes, the formats of its tracks.

    Formats are such as `avc1`; there are none where the beginning of the file doesn't show them.
    """

    link: str = field(repr=False)
    duration: int
    height: int
    size: int | None
    formats: frozenset[str]


#: Opens a link that the cloud gave, with headers for a part of the file.
type OpenLink = Callable[[str, Mapping[str, str]], AbstractAsyncContextManager[Download]]


class RecordingJobs(SharedJobs[WantedRecording, PreparedRecording]):
    """The jobs of one account."""

    def __init__(self, cloud: CloudClient, open_link: OpenLink, in_background: BackgroundTasks, timing: Timing) -> None:
        super().__init__(self._prepare, in_background, at_once=MAX_JOBS, timeout=JOB_TIMEOUT, kept=_KEPT, fresh=_FRESH)
        self._cloud = cloud
        self._open_link = open_link
        self._timing = timing

    async def _prepare(self, wanted: WantedRecording) -> PreparedRecording:
        (pieces,) = await list_recordings(self._cloud, wanted.node_id, [wanted.interval])
        if wanted.index >= len(pieces):
            raise NothingRecordedError("nothing was recorded then")
        recording = pieces[wanted.index]
        height = _best_height(recording, wanted.height)
        try:
            await prepare_recording(self._cloud, recording, height)
        except ProtocolError as err:
            self._cloud.calls.observed(Fact.FAILED_PREPARATION, "refused")
            raise PreparationFailedError(str(err)) from err
        began = time.monotonic()
        link = await self._poll(recording)
        self._cloud.calls.observed(Fact.PREPARATION, prepared_in(time.monotonic() - began))
        size, head = await self._look_patiently(link)
        observe_file(self._cloud.calls, head)
        if not is_mp4(head):
            raise NotVideoError("the cloud sent something else than a video")
        return PreparedRecording(link, recording.duration, height, size, formats(head))

    async def _poll(self, recording: Recording) -> str:
        """Ask until there is a link.

        How a failed job is reported is UNKNOWN (NX-REC-8): odd answers in a row are taken for it.
        """
        clock = asyncio.get_running_loop().time
        pause, odd, ends_at = self._timing.recording_poll_first, 0, clock() + self._timeout
        while True:
            try:
                if link := await recording_link(self._cloud, recording):
                    return link
                odd = 0
            except AuthError, ForbiddenError:
                raise
            except BusyError as err:
                pause = max(pause, err.retry_after or 0.0)
            except TransientError:
                # aiohttp can lose a cancellation that comes in the moment of its own time-out: a deadline's as well.
                if clock() >= ends_at:
                    raise PreparationFailedError("the recording did not get ready in time") from None
            except ProtocolError as err:
                odd += 1
                if odd >= _MAX_ODD_ANSWERS:
                    self._cloud.calls.observed(Fact.FAILED_PREPARATION, "error")
                    raise PreparationFailedError(str(err)) from err
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, self._timing.recording_poll_longest)

    async def _look_patiently(self, link: str) -> tuple[int | None, bytes]:
        """Read a file's beginning. A moment's trouble is no reason to prepare it again, which can take minutes."""
        for _ in range(_MAX_LOOKS - 1):
            try:
                return await self._look_at(link)
            except TransientError:
                await asyncio.sleep(self._timing.recording_read_retry)
        return await self._look_at(link)

    async def _look_at(self, link: str) -> tuple[int | None, bytes]:
        """Read a file's beginning, so that its troubles show before somebody waits for a picture."""

        def open_at(position: int) -> AbstractAsyncContextManager[Download]:
            return self._open_link(link, {"Range": f"bytes={position}-{HEAD - 1}"})

        async with open_at(0) as download:
            head = b""
            ends_at = None if download.size is None else min(HEAD, download.size)
            async with aclosing(resume_read(download, open_at, 0, ends_at, self._timing)) as pieces:
                async for piece in pieces:
                    head += piece
                    if len(head) >= HEAD:
                        break
            return download.size, head


def _best_height(recording: Recording, wanted: int) -> int:
    """Return the best quality that is not better than wanted, else the least; what is wanted where none is known."""
    fitting = [height for height in recording.heights if height <= wanted]
    return max(fitting) if fitting else min(recording.heights, default=wanted)
