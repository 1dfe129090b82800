"""Sounds that lie in a camera: VX-CLIP (AXIS OS 5.40+). They are played by a viewer's calls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
import re
from typing import Final, Self

from ..transport.values import clean_text
from .errors import ProtocolError, RequestError
from .http import CameraApi
from .speaker import has_output

#: Clips of one camera that are looked at; real ones have groups for ten.
_MAX: Final = 100
_NAME: Final = re.compile(r"MediaClip\.M(0|[1-9][0-9]{0,8})\.Name")
_ANSWERS: Final = frozenset({HTTPStatus.OK, HTTPStatus.BAD_REQUEST})


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound; its name is its number where the user gave none."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class ClipProperties:
    """Which sounds a camera has, whether their volume can be chosen, and whether they can be stopped."""

    clips: tuple[Clip, ...] = ()
    volume: bool = False
    stop: bool = False

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> Self | None:
        """Read `Properties.Audio`, `Properties.AudioClip` and `MediaClip` (CONFIRMED, VX-CLIP-5); None: no speaker."""
        if not has_output(parameters):
            return None
        options = parameters.get("Properties.AudioClip.PlayOptions", "").lower().replace(" ", "").split(",")
        stop = parameters.get("Properties.AudioClip.StopClip", "").lower() == "yes"
        return cls(tuple(_clips(parameters)), volume="volume" in options, stop=stop)


def _clips(parameters: Mapping[str, str]) -> Iterable[Clip]:
    numbers = {int(match[1]) for name in parameters if (match := _NAME.fullmatch(name))}
    for number in sorted(numbers)[:_MAX]:
        group = f"MediaClip.M{number}"
        if parameters.get(f"{group}.Type", "audio").lower() == "audio":
            yield Clip(number, clean_text(parameters.get(f"{group}.Name", "")) or str(number))


class Clips(CameraApi):
    """The sounds of one camera."""

    async def play(self, number: int, *, volume: int | None = None) -> None:
        """Begin to play a clip once; the volume in percent, up to 1000, only where `ClipProperties.volume` says so."""
        query = {"clip": str(number)}
        if volume is not None:
            query["volume"] = str(volume)
        await self._tell("axis-cgi/playclip.cgi", query)

    async def stop(self) -> None:
        """Stop what plays; only where `ClipProperties.stop` says so."""
        await self._tell("axis-cgi/stopclip.cgi", {})

    async def _tell(self, path: str, query: Mapping[str, str]) -> None:
        """Success is `OK` in the first of two lines, failure 400 with a text in the second (CONFIRMED, VX-CLIP-4)."""
        status, text = await self._http.exchange(path, query, accept=_ANSWERS)
        first, *rest = text.splitlines() or [""]
        if status != HTTPStatus.OK:
            raise RequestError(f"HTTP status {status}", words=clean_text(" ".join(rest)))
        if first.strip() != "OK":
            raise ProtocolError("The answer does not say whether it was done")
