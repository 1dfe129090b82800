"""Tries whether cameras accept a token."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from homeassistant.core import HomeAssistant

from ..cloud import DevicePattern, FixedToken
from ..session import async_get_session
from ..tasks.timing import timing_of
from ..vapix import AuthError, DeviceIdentity, ForbiddenError, VapixClient, VapixError


class Verdict(Enum):
    """What cameras say about a token."""

    ACCEPTED = auto()
    REFUSED = auto()
    #: None of them answered.
    SILENT = auto()


@dataclass(frozen=True, slots=True)
class Trial:
    """How a trial ended. identity: of the camera that accepted the token."""

    verdict: Verdict
    identity: DeviceIdentity | None = None


async def try_token(hass: HomeAssistant, token: str, pattern: DevicePattern, serials: Iterable[str]) -> Trial:
    """Ask cameras all at once which devices they are, until one has accepted the token, or for a few seconds."""
    session, fixed = async_get_session(hass), FixedToken(token)
    clients = [VapixClient(session, pattern.base_url(serial), fixed.get) for serial in serials]
    tasks = [asyncio.ensure_future(client.device_identity()) for client in clients]
    verdict = Verdict.SILENT
    try:
        for answer in asyncio.as_completed(tasks, timeout=timing_of(hass).camera_trial):
            try:
                return Trial(Verdict.ACCEPTED, await answer)
            except AuthError, ForbiddenError:
                verdict = Verdict.REFUSED
            except VapixError:
                continue
    except TimeoutError:
        pass
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return Trial(verdict)
