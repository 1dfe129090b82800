"""All of an account's life at debug level, good and bad: no secret is anywhere that others look."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
import json
import logging
from pathlib import Path
import sys
import time
from typing import Any

from homeassistant.components.camera import async_get_image, async_get_stream_source, async_request_stream
from homeassistant.components.stream import set_pyav_logging
from homeassistant.const import MATCH_ALL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.json import json_dumps
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from simulator import Fault, Head, Simulator, Switches
from tests.component.account.test_account import expire_token
from tests.component.browsing import MediaBrowser, RefusedError
from tests.component.listening import CAMERA
from tests.component.person import Person
from tests.component.speaking import PLAYER, SCOPES, camera_of, give_speaker, play, put_media
from tests.component.waiting import until
from tests.secrets_in_logs import leaks
from tests.speaker.sounds import melody

pytestmark = pytest.mark.usefixtures("quick_polls")
ENTITY = f"camera.{CAMERA}"
#: The tests' own web server and pretended storage are not Home Assistant's, which log nothing of the kind.
_TESTS_OWN = {"aiohttp.access", "pytest_homeassistant_custom_component.common"}


class Started:
    """Programs that anything in this process begins, with what they are given."""

    def __init__(self) -> None:
        self.listening = False
        self.arguments: list[str] = []
        sys.addaudithook(self._hear)  # for ever: there is no way back

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.listening and event in {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.putenv"}:
            self.arguments.append(f"{event} {arguments!r}")


_STARTED = Started()


@pytest.fixture
def started() -> Iterator[Started]:
    _STARTED.arguments.clear()
    _STARTED.listening = True
    yield _STARTED
    _STARTED.listening = False


@pytest.fixture
def switches() -> Switches:
    return Switches(recording_preparation=0.05)


@pytest.fixture(autouse=True)
async def _diagnostics(hass: HomeAssistant) -> None:
    """The page of diagnostics is there before the first client comes."""
    assert await async_setup_component(hass, "diagnostics", {})


class Life:
    """Lives through all that can happen to an account, and keeps what was shown meanwhile."""

    def __init__(self, hass: HomeAssistant, browser: MediaBrowser, person: Person, folder: Path) -> None:
        self.hass = hass
        self.browser = browser
        self.person = person
        self.simulator = person.simulator
        self.folder = folder
        self.shown: list[str] = []
        self.secrets: set[str] = set()

        @callback
        def keep(event: Event) -> None:
            self.shown.append(f"event {event.event_type} {json_dumps(event.data)}")

        hass.bus.async_listen(MATCH_ALL, keep)

    def _keep_error(self, error: BaseException) -> None:
        self.shown.append(f"error {error!s} {error!r}")

    async def tried(self, work: Any) -> None:
        """Do what may fail, and keep the words of the failure."""
        try:
            await work
        except (HomeAssistantError, RefusedError) as error:
            self._keep_error(error)

    async def begin(self) -> None:
        await self.hass.config.async_update(internal_url=str(self.person.app.make_url("")).rstrip("/"))
        camera = give_speaker(self.simulator)
        camera.head = Head()
        scopes = [*SCOPES, "recordings", "liveview_ptz"]
        self.entry = await self.person.add_account(scopes)
        await until(self.hass, lambda: (found := self.hass.states.get(PLAYER)) and found.state == "idle")
        (device,) = self.entry.runtime_data.cameras.values()
        await until(self.hass, lambda: device.equipment.heads)

    async def use(self) -> None:
        """Look, listen, play, move, speak."""
        hass = self.hass
        source = await async_get_stream_source(hass, ENTITY)
        assert source
        self.secrets.add(URL(source).query["auth"])
        await self.tried(async_get_image(hass, ENTITY))
        await self.tried(self._watch(source))
        recording = self._recording()
        await self.tried(self.browser.open())
        await self.tried(self._play(recording))
        await self.tried(self.call("netrex", "ptz_move", entity_id=ENTITY, pan=1))
        await self.tried(self.call("netrex", "ptz_preset", entity_id=ENTITY, preset="nowhere"))
        start = dt_util.utcnow() - timedelta(hours=1)
        interval = {"entity_id": ENTITY, "start": start.isoformat(), "end": (start + timedelta(seconds=20)).isoformat()}
        await self.tried(self.call("netrex", "list_recordings", answers=True, **interval))
        await self.tried(self.call("netrex", "export_recording", file_name="a", overwrite=True, **interval))
        sound = await put_media(hass, self.folder, "ding.wav", melody(0.1))
        await self.tried(play(hass, sound))
        await self.tried(play(hass, f"media-source://netrex/{recording}"))

    async def call(self, domain: str, action: str, *, answers: bool = False, **data: Any) -> None:
        found = await self.hass.services.async_call(domain, action, data, blocking=True, return_response=answers)
        self.shown.append(f"answer {json_dumps(found)}")

    def _recording(self) -> str:
        (node,) = self.simulator.world.camera_nodes()
        begins_at = int((dt_util.utcnow() - timedelta(hours=1)).timestamp())
        return f"recording/{self.entry.entry_id}/{node.node_id}/{begins_at}/{begins_at + 20}/0"

    async def _play(self, recording: str) -> None:
        url = await self.browser.resolve(recording)
        self.shown.append(f"address {url.partition('?')[0]}")
        async with self.browser.player.get(url) as answer:
            self.shown.append(f"headers {dict(answer.headers)}")
            await answer.read()

    async def _watch(self, source: str) -> None:
        async with self.person.app.session.get(source) as answer:
            self.shown.append(f"headers {answer.status} {dict(answer.headers)}")
            if answer.status != HTTPStatus.OK:
                self.shown.append(await answer.text())
        token = self.hass.states.get(ENTITY).attributes.get("access_token", "")
        async with self.person.browser.get(f"/api/camera_proxy_stream/{ENTITY}?token={token}") as answer:
            self.shown.append(f"headers {answer.status} {dict(answer.headers)}")

    async def suffer(self) -> None:
        """Let every kind of request fail in several ways while the account is used."""
        faults: tuple[dict[str, Any], ...] = (
            {"status": 403, "body": '{"error": "no right"}'},
            {"status": 500},
            {"garbage": True},
            {"cut": True},
        )
        for fault in faults:
            for kind in ("graphql", "download", "vapix:*"):
                self.simulator.faults.add(Fault(kind=kind, **fault))
            await self.use()
            await self.entry.runtime_data.tree.async_refresh()
            await self.look()
            self.simulator.faults.clear()

    async def renew(self) -> None:
        """Let tokens end by the clock, before it, and for good."""
        expire_token(self.hass, self.entry)
        await self.entry.runtime_data.tree.async_refresh()
        self.simulator.expire_access_tokens()
        await self.entry.runtime_data.tree.async_refresh()
        for fault in ({"status": 500}, {"cut": True}, {"body": '{"error": "invalid_grant"}', "status": 400}):
            self.simulator.faults.add(Fault(kind="oauth2:token", **fault))
            expire_token(self.hass, self.entry)
            await self.entry.runtime_data.tree.async_refresh()
            self.simulator.faults.clear()
        await self.hass.async_block_till_done()

    async def look(self, client: ClientSessionGenerator | None = None) -> None:
        """Keep all that a person, an administrator or a bug report can see."""
        hass = self.hass
        self.shown += [f"state {json_dumps(state.as_dict())}" for state in hass.states.async_all()]
        issues = ir.async_get(hass).issues.values()
        self.shown += [f"issue {each!r}" for each in issues]
        health = {
            name: await value if hasattr(value, "__await__") else value
            for name, value in (await get_system_health_info(hass, "netrex")).items()
        }
        self.shown.append(f"system health {health!r}")
        self.shown += [f"dialog {json_dumps(flow)}" for flow in hass.config_entries.flow.async_progress()]
        self.shown += [f"entry {each!r} {json_dumps(each.as_json_fragment)}" for each in [self.entry]]
        devices = dr.async_entries_for_config_entry(dr.async_get(hass), self.entry.entry_id)
        self.shown += [f"device {each!r}" for each in devices]
        self.shown += [f"entity {each!r}" for each in er.async_get(hass).entities.values()]
        if client is not None:
            found = [await get_diagnostics_for_config_entry(hass, client, self.entry)]
            found += [await get_diagnostics_for_device(hass, client, self.entry, each) for each in devices]
            self.shown += [f"diagnostics {json.dumps(each)}" for each in found]

    async def end(self) -> None:
        await self.hass.config_entries.async_remove(self.entry.entry_id)
        await self.hass.async_block_till_done()


async def test_no_secret_is_anywhere_that_others_look(
    hass: HomeAssistant,
    browser: MediaBrowser,
    person: Person,
    simulator: Simulator,
    hass_client: ClientSessionGenerator,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    started: Started,
) -> None:
    for logger in ("", "homeassistant.components.stream", "libav", "asyncio"):
        caplog.set_level(logging.DEBUG, logger)
    life = Life(hass, browser, person, tmp_path)
    await life.begin()
    await life.use()
    await life.look(hass_client)
    await life.suffer()
    await life.renew()
    await life.look(hass_client)
    await life.end()

    formatter = logging.Formatter("%(name)s %(message)s")  # with what follows of exceptions
    logged = [formatter.format(record) for record in caplog.records if record.name not in _TESTS_OWN]
    secrets = life.secrets | simulator.issued_secrets()
    assert len(secrets) > 8
    assert sum(line.startswith("custom_components.netrex") for line in logged) > 10
    assert {line.partition(" ")[0] for line in life.shown} >= {
        *(
            "event",
            "state",
            "issue",
            "diagnostics",
            "system",
            "device",
            "entity",
            "answer",
            "address",
            "error",
            "entry",
        ),
    }
    everything = {"log": logged, "shown": life.shown, "programs": started.arguments}
    found = {where: leaks("\n".join(lines), secrets) for where, lines in everything.items()}
    assert found == {"log": [], "shown": [], "programs": []}
    # And the search would have found them.
    assert leaks(f"token={camera_of(simulator).serial}", [camera_of(simulator).serial])
    for secret in secrets:
        assert len(secret) < 6 or leaks(f"http://127.0.0.1/?a={secret}", [secret])


async def test_live_video_is_logged_without_its_address(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant's stream, and FFmpeg below it, at their most talkative; good at first, then broken."""
    for logger in ("homeassistant.components.stream", "libav"):
        caplog.set_level(logging.DEBUG, logger)
    set_pyav_logging(enable=True)
    try:
        entry = await person.add_account()
        await until(hass, lambda: [state for state in hass.states.async_all("camera") if state.state == "idle"])
        secret = URL(await async_get_stream_source(hass, ENTITY) or "").query["auth"]
        playlist = await async_request_stream(hass, ENTITY, "hls")
        deadline = time.monotonic() + 20
        while True:
            async with person.browser.get(playlist) as answer:
                shown = await answer.text()
                if answer.status == HTTPStatus.OK:
                    break
            assert time.monotonic() < deadline, "no playlist came"
        assert secret not in playlist + shown
        stream = hass.data["camera"].get_entity(ENTITY).stream
        # Stopping alone would leave Home Assistant's timers behind.
        for output in list(stream.outputs().values()):
            await stream.remove_provider(output)
        simulator.faults.add(Fault(kind="vapix:media", status=503))
        await async_request_stream(hass, ENTITY, "hls")
        await until(hass, lambda: any("Error from stream worker" in each for each in caplog.messages))
        for output in list(stream.outputs().values()):
            await stream.remove_provider(output)
        await hass.config_entries.async_remove(entry.entry_id)
    finally:
        set_pyav_logging(enable=False)
    logged = [record.getMessage() for record in caplog.records if record.name not in _TESTS_OWN]
    assert any("live.ts" in line for line in logged)
    assert leaks("\n".join(logged), [secret]) == []


async def test_a_bug_report_names_nobody(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    hass_client: ClientSessionGenerator,
) -> None:
    """The file that is attached to a report, as it is downloaded, issues and all."""
    entry = await person.add_account()
    await until(hass, lambda: hass.states.async_all("camera"))
    ir.async_get(hass)
    assert ir.async_get(hass).issues is not None
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    told = [await get_diagnostics_for_config_entry(hass, hass_client, entry)]
    told += [await get_diagnostics_for_device(hass, hass_client, entry, each) for each in devices]
    text = json.dumps(told)
    names = {node.name for node in simulator.world.nodes.values()} | set(simulator.world.cameras)
    assert not [name for name in names | simulator.issued_secrets() if name in text]
    assert URL(simulator.url).authority not in text


async def test_the_cameras_are_never_told_a_token_in_an_address(
    hass: HomeAssistant, person: Person, simulator: Simulator, browser: MediaBrowser, tmp_path: Path
) -> None:
    life = Life(hass, browser, person, tmp_path)
    await life.begin()
    await life.use()
    asked = [each for each in simulator.log if each.kind.startswith("vapix")]
    assert len(asked) > 5
    secrets = simulator.issued_secrets()
    assert not [each for each in asked if any(secret in str(each.query) for secret in secrets)]
