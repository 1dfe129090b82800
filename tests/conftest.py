"""For all tests that run on the lowest supported Home Assistant: real sockets on 127.0.0.1, this integration found."""

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


_SLOW_FOLDERS = {"live", "simulator"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real video takes its time: those folders are left out by `scripts/test --fast`."""
    for item in items:
        if item.path.parent.name in _SLOW_FOLDERS and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)
