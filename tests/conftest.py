"""For all tests that run on the lowest supported Home Assistant: real sockets on 127.0.0.1, this integration found."""

import pytest

# Imported by name, so that the test package's own folder of the same name does not hide it.
import custom_components  # noqa: F401

try:
    import pytest_homeassistant_custom_component  # noqa: F401
except ImportError:
    pass
else:

    @pytest.fixture(autouse=True)
    def _allow_loopback(socket_enabled: None) -> None:
        """Tests talk over real sockets."""
