from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from custom_components.netrex.live.broadcast import BroadcastEvents, MediaRefusal
from custom_components.netrex.live.relay import Relay
from tests.camera_site import CameraSite


@dataclass
class Told:
    """What the relay reported."""

    streaming: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    unreachable: list[Exception] = field(default_factory=list)
    refused: list[MediaRefusal] = field(default_factory=list)


@pytest.fixture
async def site() -> AsyncIterator[CameraSite]:
    async with CameraSite() as running:
        yield running


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def relay(site: CameraSite, told: Told) -> AsyncIterator[Relay]:
    """A relay that offers the site's camera as `cam`."""
    running = Relay(
        BroadcastEvents(
            on_streaming=told.streaming.append,
            on_open_failed=lambda _, error: told.unreachable.append(error),
            on_media_refused=lambda _, refusal: told.refused.append(refusal),
            on_idle=told.idle.append,
        )
    )
    await running.start()
    running.add("cam", partial(site.client().open_media, audio=True))
    yield running
    await running.stop()
