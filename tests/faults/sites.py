"""Where each call is made: a simulated Netrex, new for each way of going wrong, with a camera that has everything."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import aiohttp

from custom_components.netrex.cloud import FixedToken, Provider, Token
from custom_components.netrex.vapix import VapixClient
from simulator import (
    Alarm,
    AudioClip,
    Camera,
    CardRecording,
    Fault,
    Head,
    Lens,
    Light,
    Node,
    Port,
    Pose,
    Preset,
    Profile,
    Scenario,
    Simulator,
    Speaker,
    Switches,
    Temperatures,
    Tour,
    VirtualInputs,
    World,
)
from simulator.equipment import AlarmOperation

from .outcomes import outcome
from .ways import ENDLESS, REFUSED, WAYS, Spoil, patience_for

type Answer = Literal["values", "file", "stream", "socket", "nothing"]

_BODY: Final = frozenset({"stall", "cut", "renamed", "huge", "types", "missing", "extra"})
#: What can't go wrong with an answer, or means nothing for it: streams have tests of their own for that.
_CANNOT: Final[dict[Answer, frozenset[str]]] = {
    "values": frozenset(),
    "file": frozenset({"types", "missing", "extra"}),
    "stream": _BODY - {"renamed"},
    "socket": _BODY | {"lost"},
    "nothing": _BODY,
}

NOON: Final = 1_795_608_000.0
"""2026-11-25 12:00 UTC: when the card recorded something, and what clocks show."""


#: Seconds for which the clients wait where nothing will come; the longer one where the shorter was too short.
_PATIENCE: Final = (0.2, 4.0)


@dataclass(frozen=True, slots=True)
class Site:
    """What a call needs. patience: seconds that it has where the caller says."""

    simulator: Simulator
    session: aiohttp.ClientSession
    provider: Provider
    token: Token
    camera: VapixClient
    node: Node
    patience: float


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a client.

    Attributes:
        make: makes it, and returns what it tells in a form that can be compared.
        kind: of requests that go wrong, as the simulator names them.
        most: bytes that an answer may have.
        answer: what is in its right answer.
        prepare: done before anything goes wrong; what it returns is handed to `make`.
    """

    make: Callable[[Site, Any], Awaitable[object]]
    kind: str = "vapix"
    most: int = 1 << 20
    answer: Answer = "values"
    prepare: Callable[[Site], Awaitable[Any]] | None = None

    @property
    def cannot(self) -> frozenset[str]:
        """Ways in which it can't go wrong."""
        return _CANNOT[self.answer]


async def right_result(call: Call) -> object:
    """Return what a call tells when nothing goes wrong."""
    async with a_site() as site:
        return await call.make(site, await call.prepare(site) if call.prepare else None)


async def word_for(call: Call, way: str, right: object) -> str:
    """Return what a call comes to in one way of going wrong; several words where the way's faults differ in that.

    Args:
        call: to make.
        way: how it goes wrong.
        right: what it tells when nothing does.
    """
    words = []
    for fault in WAYS[way]:
        for seconds in _PATIENCE:
            word, struck = await _word_and_whether_struck(call, way, fault, right, seconds)
            # On a machine that is busy elsewhere, a short patience may be over before anything was asked.
            if struck or way not in ENDLESS:
                break
        assert struck, "nothing went wrong: the call asks for something else"
        words.append(word)
    return " / ".join(dict.fromkeys(words))


async def _word_and_whether_struck(
    call: Call, way: str, fault: Spoil, right: object, seconds: float
) -> tuple[str, bool]:
    async with a_site(seconds if way in ENDLESS else 15.0) as site:
        prepared = await call.prepare(site) if call.prepare else None
        if way == REFUSED:
            await site.simulator.stop()
        else:
            site.simulator.faults.add(Fault(kind=call.kind, **fault(call.most)))
        with patience_for(way, seconds):
            word = await _outcome(call, site, prepared, right)
        return word, all(count for _, count in site.simulator.faults.in_force())


async def _outcome(call: Call, site: Site, prepared: Any, right: object) -> str:
    secrets = site.simulator.issued_secrets() | {site.simulator.url, *site.simulator.world.cameras}
    word = await outcome(lambda: call.make(site, prepared), right, secrets)
    connector = site.session.connector
    assert connector is not None
    assert not connector._acquired, "a connection was left open"
    return word


@asynccontextmanager
async def a_site(patience: float = 15.0) -> AsyncIterator[Site]:
    """Give a simulated Netrex whose only camera has everything."""
    switches = Switches(
        recording_preparation=0.0, serial_field="serial", download_kind="page", download_access="bearer"
    )
    world = World.with_cameras(1)
    ((serial, camera),) = world.cameras.items()
    equip(camera)
    async with (
        Simulator(switches, world, clock=lambda: NOON) as simulator,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        token = FixedToken(simulator.api_token())
        client = VapixClient(session, simulator.device_pattern.format(serial=serial), token.get)
        (node,) = world.camera_nodes()
        yield Site(simulator, session, Provider(simulator.url), token, client, node, patience)


def equip(camera: Camera) -> None:
    """Give a camera one of everything that there is."""
    camera.resolutions = ("320x180",)
    camera.boot_id, camera.started_at = "boot", NOON - 60
    camera.ports = [Port("Door"), Port("Siren", direction="output")]
    camera.virtual_inputs = VirtualInputs(64)
    camera.scenarios = [Scenario(1, "Yard"), Scenario(2, "Queue", "occupancyInArea", counted={"human": 3})]
    camera.motion_profiles = [Profile(1, "Gate")]
    camera.card, camera.card_recordings = True, [CardRecording.at(NOON, 20, serial=camera.serial)]
    camera.speaker, camera.audio_clips = Speaker(), [AudioClip(0, "Bell", 0.02)]
    camera.lights = [Light(on=True)]
    camera.alarm = Alarm(profiles=[{"name": "Thief", "siren": {"pattern": "Alarm Horror"}}])
    camera.alarm.sounding[5] = AlarmOperation(1, "Alarm Horror", 3, 5)
    camera.temperatures = Temperatures(heaters=["Running[85%]"], fans=["Stopped"])
    camera.ir_cut_filter, camera.lens = "auto", Lens()
    camera.head = Head(presets={1: Preset("Home", Pose())}, tours=[Tour("Night", (1,))], autofocus=True)
    camera.head.clock = lambda: NOON
