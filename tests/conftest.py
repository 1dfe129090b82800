"""For all tests that run on the lowest supported Home Assistant: real sockets on 127.0.0.1, this integration found."""

import asyncio
from pathlib import Path

import pytest

# Imported by name, so that the test package's own folder of the same name does not hide it.
import custom_components  # noqa: F401

try:
    import pytest_homeassistant_custom_component  # noqa: F401
    from pytest_socket import socket_allow_hosts
except ImportError:
    pass
else:

    @pytest.fixture(autouse=True)
    def _allow_loopback(socket_enabled: None) -> None:
        """Tests talk over real sockets; this machine's other name may stand for either of its addresses."""
        socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)

    @pytest.fixture(autouse=True)
    async def enable_event_loop_debug() -> None:
        """Check threads and callbacks as the test package's fixture of this name does, without keeping stacks.

        asyncio and aiohttp ask `get_debug` whether to keep the stack of each future, handle and request: half of the
        time of a test, and nobody reads them.
        """
        loop = asyncio.get_running_loop()
        loop.set_debug(True)
        loop.get_debug = lambda: False  # type: ignore[method-assign]


_SLOW_FOLDERS = {"live", "simulator"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real video takes its time: those folders are left out by `scripts/test --fast`."""
    for item in items:
        if item.path.parent.name in _SLOW_FOLDERS and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)
