"""For all tests that run on the lowest supported Home Assistant: real sockets on 127.0.0.1, this integration found."""

import asyncio

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


_SLOW_FOLDERS = {"account_check", "blueprints", "faults", "fuzz", "home", "live", "simulator"}
"""Every way of going wrong, attacks on a whole home, real video, and the simulator itself."""
_SLOW_MODULES = {
    "test_card_recordings.py",
    "test_clips.py",
    "test_days.py",
    "test_event_actions.py",
    "test_event_connection.py",
    "test_event_exports.py",
    "test_fault_matrix.py",
    "test_metrics.py",
    "test_metric_history.py",
    "test_growth.py",
    "test_hostile.py",
    "test_last_event.py",
    "test_lights.py",
    "test_llm.py",
    "test_media_browser.py",
    "test_outputs.py",
    "test_playback.py",
    "test_ptz.py",
    "test_ptz_moves.py",
    "test_ptz_stops.py",
    "test_recording_actions.py",
    "test_reloads.py",
    "test_repository.py",
    "test_restarts.py",
    "test_speaker.py",
    "test_token_ends.py",
    "test_token_restarts.py",
}
"""Weeks of figures, whole recordings, moves that take their time: most of the time for a third of the tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out of `scripts/test --fast` what takes most of the time."""
    for item in items:
        if item.path.parent.name in _SLOW_FOLDERS or item.path.name in _SLOW_MODULES:
            item.add_marker(pytest.mark.slow)
