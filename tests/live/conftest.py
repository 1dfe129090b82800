from collections.abc import AsyncIterator

import pytest

from tests.camera_site import CameraSite


@pytest.fixture
async def site() -> AsyncIterator[CameraSite]:
    async with CameraSite() as running:
        yield running
