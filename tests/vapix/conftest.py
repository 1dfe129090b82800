import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import time

import pytest

from tests.camera_site import CameraSite

type PutForward = Callable[[float], Awaitable[None]]


@pytest.fixture
async def site() -> AsyncIterator[CameraSite]:
    async with CameraSite() as running:
        yield running


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> PutForward:
    """Put the event loop's clock forward, and let begin what is due by then: however slow the machine is."""
    ahead, monotonic = 0.0, time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + ahead)

    async def forward(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds
        # The loop sees in its next turn that a timer is up, and wakes who waits in the one after it.
        for _ in range(4):
            await asyncio.sleep(0)

    return forward
