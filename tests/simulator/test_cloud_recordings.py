"""What the simulated cloud says was recorded, and what its files show."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from simulator import NodeType, Simulator, Switches, World
from tests.simulator.portal import BEGIN, Portal, assert_shows, portal

DAY = 86_400
MIDNIGHT = BEGIN // DAY * DAY


@pytest.fixture
async def cloud() -> AsyncIterator[Portal]:
    async with (
        Simulator(Switches(recording_preparation=0), World.with_cameras(1)) as simulator,
        portal(simulator) as it,
    ):
        yield it


@pytest.mark.parametrize("height", [480, 720, 1080])
async def test_file_has_the_height_asked_for_and_shows_its_time(cloud: Portal, height: int) -> None:
    played = await cloud.played(await cloud.link(BEGIN, BEGIN + 4, height))
    assert played.codecs == {"video": "h264"}
    assert played.size is not None
    width = played.size[0]
    assert played.size == (width, height)
    assert width / height == pytest.approx(16 / 9, abs=0.01)
    assert_shows(played, BEGIN, 4)


async def test_long_file_shows_its_time_from_beginning_to_end(cloud: Portal) -> None:
    assert_shows(await cloud.played(await cloud.link(BEGIN, BEGIN + 600)), BEGIN, 598)


async def test_other_heights_are_on_offer_where_the_node_says_so(cloud: Portal) -> None:
    cloud.camera.heights = (360, 800)
    (recording,) = await cloud.recordings()
    assert recording["outputs"] == [{"height": 360}, {"height": 800}]
    answer = await cloud.answer(
        f'mutation {{ recordingPrepare(recording_id:"{recording["recording_id"]}", height:720) }}'
    )
    assert "720" in answer["errors"][0]["message"]
    assert (await cloud.played(await cloud.link(height=360))).size == (640, 360)


async def test_link_is_that_of_the_height_prepared_last(cloud: Portal) -> None:
    (recording,) = await cloud.recordings()
    links = []
    for height in (720, 480, 720):
        await cloud.prepare(recording, height)
        links.append(await cloud.address(recording))
    first, second, third = links
    assert first == third != second
    assert [(await cloud.played(link)).size for link in (first, second)] == [(1280, 720), (854, 480)]


async def test_each_listing_makes_new_ids(cloud: Portal) -> None:
    listed = [await cloud.recordings() for _ in range(3)]
    assert len({recording["recording_id"] for (recording,) in listed}) == 3
    assert cloud.simulator.counters["recordings_created"] == 3


async def test_a_month_is_listed_in_one_request(cloud: Portal) -> None:
    cloud.camera.nightly_gap = (7200, 10_800)
    hours = " ".join(
        f"h{hour}: recordings(from:{MIDNIGHT + hour * 3600}, to:{MIDNIGHT + (hour + 1) * 3600}) {{ recording_id }}"
        for hour in range(30 * 24)
    )
    camera = (await cloud.ask(f"{{ camera(node_id:{cloud.camera.node_id}) {{ {hours} }} }}"))["camera"]
    assert len(camera) == 30 * 24
    assert {name for name, found in camera.items() if not found} == {f"h{day * 24 + 2}" for day in range(30)}
    assert len({found[0]["recording_id"] for found in camera.values() if found}) == 30 * 23
    assert cloud.simulator.counters["graphql"] == 1
    assert cloud.simulator.counters["recordings_created"] == 30 * 23


async def test_pieces_between_gaps(cloud: Portal) -> None:
    cloud.camera.gaps = [(BEGIN + 10, BEGIN + 20), (BEGIN + 5, BEGIN + 12), (BEGIN + 24, BEGIN + 25)]
    before, between, after = await cloud.recordings(BEGIN, BEGIN + 30)
    assert [piece["duration"] for piece in (before, between, after)] == [5, 4, 5]
    assert await cloud.recordings(BEGIN + 12, BEGIN + 20) == []
    await cloud.prepare(after)
    link = await cloud.address(after)
    assert link is not None
    assert_shows(await cloud.played(link), BEGIN + 25, 5)


@pytest.mark.parametrize(("gap", "durations"), [((7200, 10_800), [7200, 75_600]), ((82_800, 3600), [79_200])])
async def test_a_gap_of_every_night(cloud: Portal, gap: tuple[int, int], durations: list[int]) -> None:
    cloud.simulator.switches.duration_falls_short = False
    cloud.camera.nightly_gap = gap
    for day in (0, 3, -400):
        listed = await cloud.recordings(MIDNIGHT + day * DAY, MIDNIGHT + (day + 1) * DAY)
        assert [piece["duration"] for piece in listed] == durations


async def test_gaps_of_every_hour(cloud: Portal) -> None:
    cloud.simulator.switches.duration_falls_short = False
    cloud.camera.hourly_gaps = [(600, 615), (2400, 2460)]
    listed = await cloud.recordings(MIDNIGHT, MIDNIGHT + 7200)
    assert [piece["duration"] for piece in listed] == [600, 1785, 1140 + 600, 1785, 1140]


async def test_nothing_from_before_the_beginning_nor_after_now() -> None:
    now = BEGIN + 50.7
    async with (
        Simulator(Switches(), World.with_cameras(1), clock=lambda: now) as simulator,
        portal(simulator) as cloud,
    ):
        cloud.camera.recorded_from = BEGIN + 20
        (recording,) = await cloud.recordings(BEGIN, BEGIN + 100)
        assert recording["duration"] == 30
        assert await cloud.recordings(BEGIN, BEGIN + 20) == []
        assert await cloud.recordings(BEGIN + 50, BEGIN + 100) == []
        cloud.camera.recorded = False
        assert await cloud.recordings(BEGIN, BEGIN + 100) == []


@pytest.mark.parametrize(("falls_short", "durations"), [(True, [598, 60, 59]), (False, [600, 60, 61])])
async def test_duration_may_fall_short(cloud: Portal, falls_short: bool, durations: list[int]) -> None:
    cloud.simulator.switches.duration_falls_short = falls_short
    listed = [await cloud.recordings(BEGIN, BEGIN + length) for length in (600, 60, 61)]
    assert [recording["duration"] for (recording,) in listed] == durations


async def test_long_intervals_may_be_refused(cloud: Portal) -> None:
    assert len(await cloud.recordings(BEGIN, BEGIN + 40 * DAY)) == 1
    cloud.simulator.switches.recordings_longest = 3600
    assert len(await cloud.recordings(BEGIN, BEGIN + 3600)) == 1
    answer = await cloud.answer(
        f"{{ camera(node_id:{cloud.camera.node_id}) {{ recordings(from:{BEGIN}, to:{BEGIN + 3601}) {{ duration }} }} }}"
    )
    assert "3600" in answer["errors"][0]["message"]


async def test_channels_have_recordings_of_their_own_or_none() -> None:
    async with (
        Simulator(Switches(recording_preparation=0), World.demo(2)) as simulator,
        portal(simulator) as cloud,
    ):
        camera = simulator.world.camera_nodes()[1]
        first, second = (node for node in simulator.world.nodes.values() if node.type is NodeType.VIDEO_CHANNEL)
        files = [await cloud.file(await cloud.link(node=node)) for node in (camera, first, second)]
        assert files[0] == files[1] != files[2]
        assert_shows(await cloud.played(await cloud.link(node=second)), BEGIN, 4)

        simulator.switches.recordings_of_channels = False
        answer = await cloud.answer(f"{{ camera(node_id:{second.node_id}) {{ name }} }}")
        assert "not a camera" in answer["errors"][0]["message"]
        assert len(await cloud.recordings(node=camera)) == 1


async def test_preparation_may_be_refused(cloud: Portal) -> None:
    cloud.simulator.switches.recording_failure = "refused"
    (recording,) = await cloud.recordings()
    assert await cloud.prepare(recording) is False
    assert await cloud.address(recording) is None
    cloud.simulator.switches.recording_failure = "no"
    assert await cloud.prepare(recording) is True
    assert await cloud.address(recording)


async def test_preparation_may_fail_or_never_end(cloud: Portal) -> None:
    (recording,) = await cloud.recordings()
    assert await cloud.prepare(recording) is True
    cloud.simulator.switches.recording_failure = "never"
    assert await cloud.address(recording) is None
    cloud.simulator.switches.recording_failure = "error"
    answer = await cloud.answer(f'{{ recording(recording_id:"{recording["recording_id"]}") {{ download_url }} }}')
    assert "could not be prepared" in answer["errors"][0]["message"]


async def test_ids_end() -> None:
    now = float(BEGIN + 100)
    async with (
        Simulator(Switches(recording_lifetime=60), World.with_cameras(1), clock=lambda: now) as simulator,
        portal(simulator) as cloud,
    ):
        (recording,) = await cloud.recordings()
        now += 60
        assert await cloud.address(recording) is None
        now += 1
        asked = f'(recording_id:"{recording["recording_id"]}"'
        for document in (
            f"{{ recording{asked}) {{ duration }} }}",
            f"mutation {{ recordingPrepare{asked}, height:720) }}",
        ):
            assert "not found" in (await cloud.answer(document))["errors"][0]["message"]


async def test_demo_has_cameras_with_and_without_gaps() -> None:
    async with Simulator(Switches(), World.demo(4)) as simulator, portal(simulator) as cloud:
        whole, gapped, young, another = simulator.world.camera_nodes()
        month_ago = int(datetime.now(UTC).timestamp()) // DAY * DAY - 30 * DAY
        for node in (whole, another):
            assert len(await cloud.recordings(month_ago, month_ago + DAY, node)) == 1
        day = await cloud.recordings(month_ago, month_ago + DAY, gapped)
        gaps = 23 * 2 + 1
        assert len(day) == gaps + 1
        assert sum(piece["duration"] for piece in day) < 23 * 3600
        assert await cloud.recordings(month_ago, month_ago + 17 * DAY, young) == []
        assert len(await cloud.recordings(month_ago, month_ago + 19 * DAY, young)) == 1


async def test_what_was_recorded_is_changed_from_outside(cloud: Portal) -> None:
    node = f"{cloud.simulator.url}/_sim/node/{cloud.camera.node_id}"
    values = {
        "recorded_from": BEGIN,
        "gaps": [[BEGIN + 1, BEGIN + 2]],
        "nightly_gap": [0, 60],
        "hourly_gaps": [[5, 6], [7, 8]],
        "heights": [480, 800],
    }
    async with aiohttp.ClientSession() as session:
        async with session.post(node, json=values) as answer:
            assert answer.status == 200
        assert (cloud.camera.gaps, cloud.camera.heights) == ([(BEGIN + 1, BEGIN + 2)], (480, 800))
        async with session.get(f"{cloud.simulator.url}/_sim/state") as answer:
            state = await answer.json()
        (told,) = [each for each in state["nodes"] if each["node_id"] == cloud.camera.node_id]
        assert {name: told[name] for name in values} == values
        assert len(await cloud.recordings(BEGIN, BEGIN + 4)) == 2
        for wrong in ({"gaps": [[1, 2, 3]]}, {"gaps": 5}, {"nightly_gap": [1]}, {"heights": ["480"]}):
            async with session.post(node, json=wrong) as answer:
                assert answer.status == 400
                assert next(iter(wrong)) in (await answer.json())["error"]
