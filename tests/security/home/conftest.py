from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.session import async_get_event_session, async_get_session
from tests.component.conftest import (
    _find_our_integration,
    _own_cache,
    browser,
    camera_count,
    own_resolver,
    person,
    quick_polls,
    simulator,
    stranger,
    switches,
)
from tests.security.doors import Place
from tests.security.strangers import Stranger

__all__ = [
    "_find_our_integration",
    "_own_cache",
    "browser",
    "camera_count",
    "own_resolver",
    "person",
    "quick_polls",
    "simulator",
    "stranger",
    "switches",
]


@pytest.fixture
async def place(hass: HomeAssistant, other: Stranger) -> Place:
    """The doors, leading to somebody's server, with the sessions that Home Assistant has for them."""
    return Place(other.origin, async_get_session(hass), async_get_event_session(hass))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody has vouched for."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "me")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path: Path = tmp_path_factory.mktemp("certificate") / "both.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + signed.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context
