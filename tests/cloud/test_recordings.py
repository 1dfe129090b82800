"""What the cloud's answers about recordings mean, and what each odd one means."""

import aiohttp
import pytest

from custom_components.netrex.cloud import CloudClient, ForbiddenError, ProtocolError, Provider
from custom_components.netrex.cloud.recordings import (
    Interval,
    Recording,
    list_recordings,
    prepare_recording,
    recording_link,
)
from simulator import Fault, Simulator

from .test_client import KnownToken

HOUR = Interval(1_700_000_000, 1_700_003_600)
RECORDING = Recording('a"b\\c', 10, (480,))


@pytest.fixture
def client(session: aiohttp.ClientSession, provider: Provider, simulator: Simulator) -> CloudClient:
    return CloudClient(session, provider, KnownToken(simulator.api_token()))


def answer(simulator: Simulator, body: str) -> None:
    simulator.faults.clear()
    simulator.faults.add(Fault(kind="graphql", body=body))


async def test_many_intervals_are_one_request(client: CloudClient, simulator: Simulator) -> None:
    node = simulator.world.camera_nodes()[0]
    node.gaps = [(HOUR.begins_at, HOUR.ends_at), (HOUR.ends_at + 100, HOUR.ends_at + 200)]
    found = await list_recordings(client, node.node_id, [HOUR, Interval(HOUR.ends_at, HOUR.ends_at + 600)])
    assert simulator.counters["graphql:camera"] == 1
    assert found[0] == ()
    assert [piece.duration for piece in found[1]] == [98, 398]
    assert found[1][0].heights == (480, 720, 1080)
    assert await list_recordings(client, node.node_id, []) == ()
    with pytest.raises(ValueError, match="too many"):
        await list_recordings(client, node.node_id, [HOUR] * 145)


async def test_from_listing_to_link(client: CloudClient, simulator: Simulator) -> None:
    simulator.switches.recording_preparation = 0
    node = simulator.world.camera_nodes()[0]
    ((recording,),) = await list_recordings(client, node.node_id, [Interval(HOUR.begins_at, HOUR.begins_at + 10)])
    assert await recording_link(client, recording) is None
    await prepare_recording(client, recording, 480)
    link = await recording_link(client, recording)
    assert link is not None
    assert recording.recording_id in link


async def test_without_the_permission(session: aiohttp.ClientSession, provider: Provider, simulator: Simulator) -> None:
    client = CloudClient(session, provider, KnownToken(simulator.api_token(scopes={"read"})))
    with pytest.raises(ForbiddenError):
        await list_recordings(client, simulator.world.camera_nodes()[0].node_id, [HOUR])


@pytest.mark.parametrize(
    "pieces",
    [
        "7",
        "[7]",
        '[{"recording_id": null, "duration": 1}]',
        '[{"recording_id": "", "duration": 1}]',
        '[{"recording_id": true, "duration": 1}]',
        '[{"recording_id": "' + "x" * 201 + '", "duration": 1}]',
        '[{"recording_id": "x", "duration": "1"}]',
        '[{"recording_id": "x", "duration": true}]',
        '[{"recording_id": "x", "duration": Infinity}]',
        '[{"recording_id": "x"}]',
        "[" + ", ".join(['{"recording_id": "x", "duration": 1}'] * 1001) + "]",
    ],
)
async def test_odd_lists(client: CloudClient, simulator: Simulator, pieces: str) -> None:
    answer(simulator, f'{{"data": {{"camera": {{"i0": {pieces}}}}}}}')
    with pytest.raises(ProtocolError):
        await list_recordings(client, 1, [HOUR])


@pytest.mark.parametrize(
    ("piece", "recording"),
    [
        ('{"recording_id": 7, "duration": 9.7}', Recording("7", 9)),
        ('{"recording_id": "x", "duration": -5}', Recording("x", 0)),
        ('{"recording_id": "x", "duration": 99999}', Recording("x", 3600)),
        ('{"recording_id": "x", "duration": 1, "outputs": null, "new": 1}', Recording("x", 1)),
        (
            '{"recording_id": "x", "duration": 1, "outputs": [{"height": 720}, {"height": "9"}, {}, {"height": 480}]}',
            Recording("x", 1, (480, 720)),
        ),
    ],
)
async def test_lists_that_can_be_understood(
    client: CloudClient, simulator: Simulator, piece: str, recording: Recording
) -> None:
    answer(simulator, f'{{"data": {{"camera": {{"i0": [{piece}]}}}}}}')
    assert await list_recordings(client, 1, [HOUR]) == ((recording,),)


async def test_an_interval_without_an_answer_has_nothing(client: CloudClient, simulator: Simulator) -> None:
    answer(simulator, '{"data": {"camera": {"i0": null}}}')
    assert await list_recordings(client, 1, [HOUR, HOUR]) == ((), ())


@pytest.mark.parametrize(
    ("body", "link"),
    [
        ('{"data": {"recording": {"download_url": "https://x/y"}}}', "https://x/y"),
        ('{"data": {"recording": {"download_url": null}}}', None),
        ('{"data": {"recording": {"download_url": ""}}}', None),
        ('{"data": {"recording": {}}}', None),
    ],
)
async def test_links(client: CloudClient, simulator: Simulator, body: str, link: str | None) -> None:
    answer(simulator, body)
    assert await recording_link(client, RECORDING) == link


@pytest.mark.parametrize("recording", ["null", "7", '{"download_url": 7}', '{"download_url": "' + "x" * 5000 + '"}'])
async def test_odd_links(client: CloudClient, simulator: Simulator, recording: str) -> None:
    answer(simulator, f'{{"data": {{"recording": {recording}}}}}')
    with pytest.raises(ProtocolError):
        await recording_link(client, RECORDING)


@pytest.mark.parametrize("prepared", ["false", "null"])
async def test_a_preparation_that_is_refused(client: CloudClient, simulator: Simulator, prepared: str) -> None:
    answer(simulator, f'{{"data": {{"recordingPrepare": {prepared}}}}}')
    with pytest.raises(ProtocolError):
        await prepare_recording(client, RECORDING, 480)


async def test_ids_with_quotes_change_nothing_else(client: CloudClient, simulator: Simulator) -> None:
    with pytest.raises(ProtocolError):
        await prepare_recording(client, RECORDING, 480)  # read as an id that nobody has, not as more of a query
    assert simulator.counters["graphql:recordingPrepare"] == 1
    assert simulator.counters["graphql:invalid"] == 0


def test_an_id_is_not_shown() -> None:
    assert 'a"b' not in repr(RECORDING)
