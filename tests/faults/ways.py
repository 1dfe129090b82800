"""The ways in which a call goes wrong, by the names that they have in README.md."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
import inspect
from typing import Any, Final
from unittest.mock import patch

import aiohttp

from custom_components.netrex.vapix.http import CameraHttp

#: Nobody listens at the address: no matter of the simulator.
REFUSED: Final = "connection refused"

type Spoil = Callable[[int], Mapping[str, Any]]
"""Gives the fields of a `simulator.Fault`, for a call whose answer may have so many bytes."""


def _fault(**fields: Any) -> Spoil:
    return lambda _most: fields


#: Each way's faults. Where there are several, all of them have the same outcome.
WAYS: Final[Mapping[str, tuple[Spoil, ...]]] = {
    REFUSED: (_fault(),),
    "slow": (_fault(delay=0.02),),
    "hang": (_fault(hang=True),),
    "stall": (_fault(hang=True, cut_after=1),),
    "reset": (_fault(cut=True),),
    "lost": (_fault(cut_after=0),),
    "cut": (_fault(cut_after=1), _fault(cut_after=-1)),
    **{str(status): (_fault(status=status),) for status in (302, 400, 401, 403, 404, 410, 429, 500, 502, 503, 504)},
    "429, Retry-After: 7": (_fault(status=429, retry_after="7"),),
    "429, Retry-After: a date": (_fault(status=429, retry_after="Wed, 25 Nov 2026 18:39:00 GMT"),),
    "html": (_fault(status=200),),
    "garbage": (_fault(garbage=True),),
    "empty": (_fault(body=""),),
    "renamed": (_fault(content_type="image/x-icon"),),
    "huge": (lambda most: {"filled_to": most + 1},),
    **{twist: (_fault(twist=twist),) for twist in ("types", "missing", "extra")},
}
#: Ways in which nothing comes any more: the client's patience decides, which tests can't wait for.
ENDLESS: Final = frozenset({"hang", "stall"})


@contextmanager
def patience_for(way: str, seconds: float) -> Iterator[None]:
    """Let clients give up after so many seconds where nothing will come."""
    if way not in ENDLESS:
        yield
        return
    package = "custom_components.netrex"
    with (
        patch(f"{package}.cloud.http.TIMEOUT", aiohttp.ClientTimeout(total=seconds)),
        patch(f"{package}.vapix.http.ANSWER_TIMEOUT", seconds),
        patch(f"{package}.vapix.speaker.ANSWER_TIMEOUT", seconds),
        patch.dict(inspect.unwrap(CameraHttp.open).__kwdefaults__, timeout=seconds),
    ):
        yield
