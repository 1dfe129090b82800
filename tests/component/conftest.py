"""A Home Assistant with this integration, and a simulated Netrex beside it, spoken to over real sockets."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
import logging
from pathlib import Path
import re
import ssl

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from homeassistant.components.camera import async_get_image
from homeassistant.core import HomeAssistant
from homeassistant.core_config import Config
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.netrex.binary_sensor import SourceSensor
from custom_components.netrex.events.motion import MOVING_KINDS
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import EventKind
from simulator import Simulator, Switches, World

from .browsing import MediaBrowser
from .person import Person

_COMPONENTS = (
    "http",
    "application_credentials",
    "config",
    "repairs",
    "stream",
    "camera",
    "image",
    "system_health",
    "media_player",
    "media_source",
    "netrex",
)


@pytest.fixture(autouse=True)
def _find_our_integration(enable_custom_integrations: None) -> None:
    """Home Assistant looks into custom_components."""


@pytest.fixture
def all_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entities that are off by default are there as well."""
    monkeypatch.setattr(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default", property(lambda _self: True)
    )


@pytest.fixture
def detection_sensors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user has enabled the binary sensors of what moves before a camera."""

    def is_enabled(sensor: SourceSensor) -> bool:
        by_default = Entity.entity_registry_enabled_default.__get__(sensor, SourceSensor)
        return sensor.key.kind in MOVING_KINDS | {EventKind.PIR} or bool(by_default)

    monkeypatch.setattr(SourceSensor, "entity_registry_enabled_default", property(is_enabled))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of one test are not another's."""

    def cache_path(_config: Config, *path: str) -> str:
        return str(tmp_path.joinpath("cache", *path))

    monkeypatch.setattr(Config, "cache_path", cache_path)


@pytest.fixture
def switches() -> Switches:
    """What the documentation leaves open, as the simulator has it by default; tests override this."""
    return Switches()


@pytest.fixture
def camera_count() -> int:
    """How many cameras the simulated account has."""
    return 1


@pytest.fixture
async def simulator(
    switches: Switches, camera_count: int, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Simulator]:
    """A simulated Netrex on 127.0.0.1; whatever the test does, no log line at debug level holds one of its secrets."""
    for logger in ("custom_components.netrex", "homeassistant", "aiohttp", "asyncio", "libav"):
        caplog.set_level(logging.DEBUG, logger)
    async with Simulator(switches, World.with_cameras(camera_count)) as running:
        yield running
        told = "\n".join(
            # The tests' own web server and pretended storage are not Home Assistant's, which log nothing of the kind.
            f"{record.name} {record.getMessage()} {record.exc_text or ''}"
            for record in caplog.get_records("setup") + caplog.get_records("call")
            if record.name not in {"aiohttp.access", "pytest_homeassistant_custom_component.common"}
        )
        betrayed = [line[:200] for secret in running.issued_secrets() for line in told.splitlines() if secret in line]
        assert not betrayed


@pytest.fixture
def patience(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, a picture comes in time; tests of the limits have their own.

    The simulator draws the first picture of a camera in a second of work, which may take ten where others work, too.
    """
    timing_of(hass).event_image_in_time = timing_of(hass).event_image_loaded_within = 60.0
    monkeypatch.setattr("custom_components.netrex.live.snapshot.TIME_LIMIT", 60.0)
    monkeypatch.setattr("custom_components.netrex.live.broadcast.START_TIMEOUT", 60.0)
    # Home Assistant's own limits: of a picture that a view asks for, and one that a test asks for.
    monkeypatch.setattr("homeassistant.components.camera.CAMERA_IMAGE_TIMEOUT", 60)
    monkeypatch.setattr(async_get_image, "__defaults__", (60, None, None))


@pytest.fixture
def quick_rechecks(hass: HomeAssistant) -> None:
    """A camera that is not there is looked for again at once rather than after ten seconds."""
    timing_of(hass).camera_recheck_first = 0.05
    timing_of(hass).camera_recheck_longest = 0.2


@pytest.fixture
def quick_reconnects(hass: HomeAssistant) -> None:
    """An event stream that has ended is opened again at once."""
    timing_of(hass).event_reconnect_first = 0.02
    timing_of(hass).event_reconnect_longest = 0.1


@pytest.fixture
async def person(
    hass: HomeAssistant,
    simulator: Simulator,
    hass_client_no_auth: ClientSessionGenerator,
    hass_client: ClientSessionGenerator,
    patience: None,
) -> AsyncIterator[Person]:
    """Somebody who adds the account in the UI and walks through the provider's pages; go2rtc takes all ids."""
    # Home Assistant's web server takes no more routes once a client has connected.
    for component in _COMPONENTS:
        assert await async_setup_component(hass, component, {})
    browser, app = await hass_client_no_auth(), await hass_client()
    simulator.world.application.redirect_urls.append(Person.redirect_url)
    yield Person(hass, simulator, browser, app)
    assert not unfit_ids(hass)


def unfit_ids(hass: HomeAssistant) -> list[str]:
    """Return unique ids and device identifiers with a character that go2rtc would not find a stream by."""
    ids = [each.unique_id for each in er.async_get(hass).entities.values() if each.platform == "netrex"]
    ids += [part for each in dr.async_get(hass).devices for domain, part in each.identifiers if domain == "netrex"]
    return [each for each in ids if not re.fullmatch(r"[A-Za-z0-9._~-]+", each)]


@pytest.fixture
async def browser(
    hass: HomeAssistant,
    person: Person,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> MediaBrowser:
    """Somebody in Prague who looks for recordings; the account is still to be added."""
    await hass.config.async_set_time_zone("Europe/Prague")
    # However slow the machine is, a recording is ready when it is chosen; tests of the wait have their own.
    timing_of(hass).recording_browser_wait = 60.0
    return MediaBrowser(hass, await hass_ws_client(hass), await hass_client_no_auth())


@pytest.fixture
def quick_polls(hass: HomeAssistant) -> None:
    """What is not ready, or breaks off, is tried again sooner than in life."""
    timing = timing_of(hass)
    timing.recording_poll_first = timing.recording_read_retry = 0.02
    timing.recording_poll_longest = 0.05
    timing.download_retries = (0.01, 0.02)


@pytest.fixture
async def stranger(hass: HomeAssistant, hass_read_only_user: MockUser) -> MockUser:
    """Somebody who may see no camera."""
    hass_read_only_user.mock_policy({"entities": {"domains": {"light": True}}})
    return hass_read_only_user


@pytest.fixture
def own_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are looked up in the test's own event loop; the test package's resolver belongs to another."""

    class OwnResolver(aiohttp.ThreadedResolver):
        async def real_close(self) -> None:
            await self.close()

    monkeypatch.setattr("homeassistant.helpers.aiohttp_client._async_make_resolver", lambda _hass: OwnResolver())


@pytest.fixture
def quick_renewals(hass: HomeAssistant) -> None:
    """A sign-in that could not be renewed is tried again at once."""
    timing_of(hass).token_retry_first = 0.0


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
