"""Whether the picture in the browser is live: its clock is read from the video itself, as a person would read it."""

import asyncio
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
import time

import numpy as np
from PIL import Image
from playwright.async_api import Error as PlaywrightError, Locator, Page

from demo.json_value import at
from simulator.cameras import read_time

_READER = Path(__file__).with_name("clock.js").read_text()
_BETWEEN_LOOKS = 0.2
_PATIENCE = {False: 30.0, True: 20.0}
"""Seconds until there is a picture, and from then on until it is live."""


class NotLiveError(Exception):
    """There is no moving picture, or its clock is not what it should be."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at the picture. seen: when; clock: what time the picture shows. Both in seconds since 1970, UTC."""

    seen: float
    clock: float

    @property
    def lag(self) -> float:
        """How many seconds the picture is behind."""
        return self.seen - self.clock


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of a live picture. Times in seconds."""

    first_after: float
    sightings: tuple[Sighting, ...]
    width: int
    height: int

    @property
    def worst_lag(self) -> float:
        """The most the picture was behind."""
        return max(sighting.lag for sighting in self.sightings)

    @property
    def advanced(self) -> float:
        """How far the picture's clock went from the first to the last look."""
        return self.sightings[-1].clock - self.sightings[0].clock

    @property
    def watched(self) -> float:
        """The time from the first to the last look."""
        return self.sightings[-1].seen - self.sightings[0].seen

    @property
    def pictures(self) -> int:
        """How many different pictures were seen."""
        return len({sighting.clock for sighting in self.sightings})


async def look_at_video(page: Page | Locator) -> Sighting | None:
    """Look once at the clock in a playing video of a page, or of a part of it; None: there is none to read."""
    looked = await _look(page)
    return None if looked is None else looked[0]


async def _look(page: Page | Locator) -> tuple[Sighting, int, int] | None:
    try:
        found: object = await page.evaluate(_READER)
    except PlaywrightError:
        return None  # the page is being left or changed; the next look will tell
    seen = time.time()
    clock, width, height = at(found, "time"), at(found, "width"), at(found, "height")
    if isinstance(clock, int | float) and isinstance(width, int) and isinstance(height, int):
        return Sighting(seen, clock), width, height
    return None


async def _look_at_still(page: Page) -> tuple[Sighting, int, int] | None:
    """Where there is no readable video (MJPEG comes as an image), the screen itself is looked at."""
    seen = time.time()
    with Image.open(BytesIO(await page.screenshot())) as opened:
        screen = np.asarray(opened.convert("RGB"))
    clock = read_time(screen)
    return None if clock is None else (Sighting(seen, clock), screen.shape[1], screen.shape[0])


async def watch(page: Page, seconds: float, *, still: bool = False, lag_at_most: float = 8.0) -> Watched:
    """Look at the picture that the page shows until it was live without a break for some time.

    still: the picture is looked at on the screen instead of in the video.

    Raises:
        NotLiveError: no readable picture came within 30 s, or it was not live within 20 s more. It says what was seen.
    """
    look = _look_at_still if still else _look
    began = time.monotonic()
    first_at: float | None = None
    sightings: list[Sighting] = []
    while time.monotonic() < (began if first_at is None else first_at) + _PATIENCE[first_at is not None]:
        if looked := await look(page):
            first_at = first_at or time.monotonic()
            sighting, width, height = looked
            sightings.append(sighting)
            lately = tuple(each for each in sightings if each.seen > sighting.seen - seconds)
            watched = Watched(first_at - began, lately, width, height)
            if sighting.seen - sightings[0].seen > seconds and not why_not_live(watched, lag_at_most):
                return watched
        await asyncio.sleep(_BETWEEN_LOOKS)
    if not sightings:
        raise NotLiveError(f"no picture with a readable clock came within {_PATIENCE[False]:.0f} s")
    whole = Watched(0.0, tuple(sightings), 0, 0)
    raise NotLiveError(why_not_live(whole, lag_at_most) or "the picture was live, but not long enough")


def why_not_live(watched: Watched, lag_at_most: float) -> str | None:
    """What keeps this from being a live picture: a clock that stands, or one too far behind. None: it is live."""
    if watched.pictures < 3 or watched.advanced < watched.watched * 0.7:
        return (
            f"the picture stands: {watched.pictures} pictures, clock on by {watched.advanced:.1f} s"
            f" in {watched.watched:.1f} s"
        )
    if watched.worst_lag > lag_at_most:
        return f"the picture is {watched.worst_lag:.1f} s behind"
    return None
