"""Snapshots: many ask, the camera is asked once."""

import asyncio
import time

import pytest

from custom_components.netrex.live import snapshot
from custom_components.netrex.live.snapshot import SnapshotBudget, Snapshots
from custom_components.netrex.vapix import BusyError, Resolution, UnreachableError
from simulator.faults import Fault
from tests.camera_site import CameraSite

_SIZES = tuple(Resolution(*size) for size in ((1920, 1080), (1280, 720), (640, 360), (320, 180)))


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(clock: Clock) -> SnapshotBudget:
    return SnapshotBudget(clock=clock)


class Camera:
    """Takes pictures when told to."""

    def __init__(self) -> None:
        self.taken: list[Resolution | None] = []
        self.at_once = self.most_at_once = 0
        self.release = asyncio.Event()
        self.release.set()
        self.trouble: Exception | None = None
        self.size = 10

    async def image(self, resolution: Resolution | None) -> bytes:
        self.taken.append(resolution)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.release.wait()
        finally:
            self.at_once -= 1
        if self.trouble:
            raise self.trouble
        return b"x" * self.size


async def test_twenty_who_ask_at_once_make_one_request(site: CameraSite, budget: SnapshotBudget) -> None:
    snapshots = Snapshots(site.client().image, budget, _SIZES)
    pictures = await asyncio.gather(*(snapshots.get(400, 200) for _ in range(20)))
    assert site.asked["vapix:image"] == 1
    assert len(set(pictures)) == 1
    assert pictures[0].startswith(b"\xff\xd8")


async def test_picture_is_given_again_for_a_moment_only(budget: SnapshotBudget, clock: Clock) -> None:
    camera = Camera()
    snapshots = Snapshots(camera.image, budget)
    await snapshots.get()
    clock.now += 1.9
    await snapshots.get()
    assert len(camera.taken) == 1
    clock.now += 0.2
    await snapshots.get()
    assert len(camera.taken) == 2


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((None, None), None),
        ((320, 180), Resolution(320, 180)),
        ((321, 180), Resolution(640, 360)),
        ((640, None), Resolution(640, 360)),
        ((None, 700), Resolution(1280, 720)),
        ((5000, 5000), Resolution(1920, 1080)),
    ],
    ids=str,
)
async def test_smallest_size_that_covers(
    budget: SnapshotBudget, asked: tuple[int | None, int | None], expected: Resolution | None
) -> None:
    camera = Camera()
    await Snapshots(camera.image, budget, _SIZES).get(*asked)
    assert camera.taken == [expected]


async def test_sizes_not_known_yet(budget: SnapshotBudget) -> None:
    camera = Camera()
    snapshots = Snapshots(camera.image, budget)
    await snapshots.get(640, 360)
    snapshots.resolutions = _SIZES
    await snapshots.get(640, 360)
    assert camera.taken == [None, Resolution(640, 360)]


async def test_who_gives_up_does_not_take_the_picture_from_others(budget: SnapshotBudget) -> None:
    camera = Camera()
    camera.release.clear()
    snapshots = Snapshots(camera.image, budget)
    impatient = asyncio.create_task(snapshots.get())
    patient = asyncio.create_task(snapshots.get())
    await asyncio.sleep(0)
    impatient.cancel()
    camera.release.set()
    assert await patient == b"x" * 10
    assert len(camera.taken) == 1


async def test_failure_is_shared_for_a_moment_and_then_forgotten(budget: SnapshotBudget, clock: Clock) -> None:
    camera = Camera()
    camera.trouble = BusyError("no")
    snapshots = Snapshots(camera.image, budget)
    for outcome in await asyncio.gather(*(snapshots.get() for _ in range(5)), return_exceptions=True):
        assert isinstance(outcome, BusyError)
    with pytest.raises(BusyError):
        await snapshots.get()
    assert len(camera.taken) == 1
    camera.trouble = None
    clock.now += 1.1
    assert await snapshots.get()


async def test_failure_that_nobody_waited_for(budget: SnapshotBudget) -> None:
    camera = Camera()
    camera.release.clear()
    camera.trouble = BusyError("no")
    snapshots = Snapshots(camera.image, budget)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await snapshots.get()
    camera.release.set()
    with pytest.raises(BusyError):
        await snapshots.get()


async def test_slow_camera_fails_before_home_assistant_loses_patience(
    site: CameraSite, budget: SnapshotBudget, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert snapshot.TIME_LIMIT < 9
    monkeypatch.setattr(snapshot, "TIME_LIMIT", 0.3)
    site.faults.add(Fault(kind="vapix:image", hang=True))
    begun = time.monotonic()
    with pytest.raises(UnreachableError):
        await Snapshots(site.client().image, budget).get()
    assert time.monotonic() - begun < 2


async def test_one_account_asks_for_a_few_pictures_at_a_time(budget: SnapshotBudget) -> None:
    camera = Camera()
    camera.release.clear()
    waiting = [asyncio.create_task(Snapshots(camera.image, budget).get()) for _ in range(50)]
    async with asyncio.timeout(30):
        while camera.at_once < 8:
            await asyncio.sleep(0)
    camera.release.set()
    await asyncio.gather(*waiting)
    assert camera.most_at_once == 8
    assert len(camera.taken) == 50


async def test_memory_is_bounded(budget: SnapshotBudget) -> None:
    many = Camera()
    for _ in range(40):
        await Snapshots(many.image, budget).get()
    assert budget.kept == (32, 320)
    large = Camera()
    large.size = 20 << 20
    for _ in range(3):
        await Snapshots(large.image, budget).get()
    assert budget.kept == (1, 20 << 20)


async def test_closing_gives_up(budget: SnapshotBudget) -> None:
    camera = Camera()
    snapshots = Snapshots(camera.image, budget)
    await snapshots.get()
    await snapshots.get(640, 360)
    camera.release.clear()
    snapshots.resolutions = _SIZES
    waiting = asyncio.create_task(snapshots.get(640, 360))
    async with asyncio.timeout(30):
        while not camera.at_once:
            await asyncio.sleep(0)
    await snapshots.close()
    with pytest.raises(UnreachableError):
        await waiting
    assert budget.kept == (0, 0)
