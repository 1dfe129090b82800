"""A separate real Home Assistant: a configuration folder, the `hass` process that uses it, and its log."""

import asyncio
from collections.abc import Callable
import contextlib
from dataclasses import dataclass, field
from http import HTTPStatus
import json
import os
from pathlib import Path
import shutil
import signal
import socket
import sys
import time
from types import TracebackType
from typing import Self

import aiohttp

from demo.client import Client, Login
from demo.json_value import Json

CHECKOUT = Path(__file__).parent.parent
INTEGRATION = CHECKOUT / "custom_components" / "netrex"

USERNAME = "demo"
PASSWORD = "demo"  # noqa: S105 - printed on the screen: the demo's own login, good for nothing else

# The first would show it this checkout's packages, the second costs seconds at each start.
_NOT_FOR_HASS = frozenset({"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"})

MEDIA = "media"
"""The media folder, within the configuration's."""

START_TIMEOUT = 90.0
STOP_TIMEOUT = 30.0

# No `default_config`: it wants a go2rtc binary. No `my`: the OAuth2 redirect would leave this machine.
CONFIGURATION = """\
homeassistant:
  name: Netrex demo
  latitude: 49.1951
  longitude: 16.6068
  elevation: 237
  unit_system: metric
  currency: CZK
  country: CZ
  time_zone: {time_zone}
  internal_url: {url}
  media_dirs:
    local: {media}
frontend:
config:
camera:
stream:
media_source:
recorder:
  commit_interval: 10
history:
logbook:
automation:
logger:
  default: {level}
  logs:
    custom_components.netrex: debug
    homeassistant.components.application_credentials: debug
    homeassistant.components.camera: debug
    homeassistant.components.stream: debug
    homeassistant.config_entries: debug
    homeassistant.helpers.config_entry_oauth2_flow: debug
"""


class StartError(Exception):
    """Home Assistant did not start; the message ends with the last lines it printed."""


def free_port(wanted: int = 0, host: str = "127.0.0.1") -> int:
    """A port nobody listens on: the wanted one if it is free, else one the system picks."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                chosen: int = probe.getsockname()[1]
                return chosen
    raise StartError("there is no free port on this machine")


def _http_storage(host: str, port: int) -> dict[str, Json]:
    """Return what the `http` component stores: its YAML is only a trial that reverts after five minutes.

    Version 2 is that of Home Assistant 2026.10, which later releases migrate.
    """
    stable: dict[str, Json] = {
        "server_port": port,
        "server_host": [host],
        "cors_allowed_origins": ["https://cast.home-assistant.io"],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": True,
        "ssl_profile": "intermediate",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    return {
        "version": 2,
        "minor_version": 2,
        "key": "http",
        "data": {"stable": stable, "pending": None, "yaml_migration_done": True},
    }


# Only the user's own step is left, so that no weather or radio entries are made (they install packages).
_ONBOARDING: dict[str, Json] = {
    "version": 4,
    "minor_version": 1,
    "key": "onboarding",
    "data": {"done": ["core_config", "analytics", "integration"]},
}


STRANGERS = "demo-strangers"
"""A group of users who may see lights and nothing else; Home Assistant has no page to make one."""

_AUTH: dict[str, Json] = {
    "version": 1,
    "minor_version": 1,
    "key": "auth",
    "data": {
        "users": [],
        "groups": [{"id": STRANGERS, "name": "Strangers", "policy": {"entities": {"domains": {"light": True}}}}],
        "credentials": [],
        "refresh_tokens": [],
    },
}


def write_configuration(
    folder: Path,
    *,
    host: str,
    port: int,
    level: str = "warning",
    time_zone: str = "Europe/Prague",
    integration: Path = INTEGRATION,
) -> None:
    """Make a configuration folder for a first start. What was in the folder is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    storage = folder / ".storage"
    storage.mkdir(parents=True)
    (folder / "configuration.yaml").write_text(
        CONFIGURATION.format(url=f"http://127.0.0.1:{port}", level=level, media=folder / MEDIA, time_zone=time_zone)
    )
    (folder / MEDIA).mkdir()
    (storage / "http").write_text(json.dumps(_http_storage(host, port)))
    (storage / "onboarding").write_text(json.dumps(_ONBOARDING))
    (storage / "auth").write_text(json.dumps(_AUTH))
    custom = folder / "custom_components"
    custom.mkdir()
    (custom / "netrex").symlink_to(integration, target_is_directory=True)


@dataclass(slots=True)
class HomeAssistant:
    """One running `hass`: from `async with` on it answers and its user is made; on leaving it has ended.

    folder: the configuration; it is created on start and kept afterward for inspection.
    host: the address it listens on. `url` is the way to it from this machine.
    level: of the log of everything but this integration and what it works with, which always say all.
    integration: where the integration is; as it is in this checkout.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 0
    level: str = "warning"
    time_zone: str = "Europe/Prague"
    integration: Path = INTEGRATION
    say: Callable[[str], None] = lambda _text: None
    client: Client = field(init=False)
    login: Login = field(init=False)
    started_in: float = field(init=False, default=0.0)
    _session: aiohttp.ClientSession = field(init=False)
    _process: asyncio.subprocess.Process | None = field(init=False, default=None)

    @property
    def url(self) -> str:
        """The address of the frontend, as seen from this machine."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process."""
        if self._process is None:
            raise StartError("it does not run")
        return self._process.pid

    @property
    def printed(self) -> Path:
        """The file with all that the process printed: its log at the configured levels, and tracebacks."""
        return self.folder / "printed.log"

    def log(self) -> str:
        """Everything it logged so far."""
        return self.printed.read_text(errors="replace") if self.printed.exists() else ""

    async def __aenter__(self) -> Self:
        began = time.monotonic()
        if self.port == 0:
            self.port = free_port()
        write_configuration(
            self.folder,
            host=self.host,
            port=self.port,
            level=self.level,
            time_zone=self.time_zone,
            integration=self.integration,
        )
        self._session = aiohttp.ClientSession()
        try:
            with self.printed.open("wb") as printed:
                # A session of its own: Ctrl-C in the terminal reaches this program, which then stops in order.
                self._process = await asyncio.create_subprocess_exec(
                    Path(sys.executable).parent / "hass",
                    *("--config", str(self.folder), "--skip-pip", "--log-no-color"),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=printed,
                    stderr=asyncio.subprocess.STDOUT,
                    start_new_session=True,
                    # Not the checkout: what is found from there would be loaded beside the configuration's own.
                    cwd=self.folder,
                    env={name: value for name, value in os.environ.items() if name not in _NOT_FOR_HASS},
                )
            await self._wait_until_it_answers()
            self.login = await Login.first(self._session, self.url, USERNAME, PASSWORD)
            self.client = Client(self._session, self.login)
            await self.client.wait_until_running(timeout=START_TIMEOUT)
        except BaseException:
            await self.stop()
            raise
        self.started_in = time.monotonic() - began
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _wait_until_it_answers(self) -> None:
        process = self._process
        end = time.monotonic() + START_TIMEOUT
        while process is not None and time.monotonic() < end:
            if process.returncode is not None:
                break
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                # A redirect to onboarding would come as soon as the port is open: the API says it is ready.
                async with self._session.get(
                    f"{self.url}/api/onboarding", timeout=aiohttp.ClientTimeout(total=5)
                ) as answer:
                    if answer.status == HTTPStatus.OK:
                        return
            await asyncio.sleep(0.1)
        raise StartError(f"Home Assistant did not start. It said:\n{self.log()[-3000:]}")

    async def stop(self) -> None:
        """End it as a person would, by SIGTERM; after 30 s by force."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_TIMEOUT):
                    await process.wait()
            except TimeoutError:
                self.say("Home Assistant did not stop; it is killed.")
                process.kill()
                await process.wait()
        if not self._session.closed:
            await self._session.close()
