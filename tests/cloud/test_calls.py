"""Every call to the cloud is told of once, with what became of it."""

import aiohttp
from aiohttp import web
import pytest

from custom_components.netrex.cloud import CloudClient, CloudError, Provider
from custom_components.netrex.cloud.download import open_download
from custom_components.netrex.health.call_log import CallLog
from simulator import Fault, Simulator
from tests.file_server import Given, Server

from .test_client import KnownToken


@pytest.fixture
def log() -> CallLog:
    return CallLog()


@pytest.fixture
def client(session: aiohttp.ClientSession, provider: Provider, simulator: Simulator, log: CallLog) -> CloudClient:
    return CloudClient(session, provider, KnownToken(simulator.api_token()), calls=log)


async def test_good_answers(client: CloudClient, log: CallLog) -> None:
    await client.tree()
    await client.tree()
    assert log.as_diagnostics()["calls"] == 2
    assert log.as_diagnostics()["failures"] == {}
    assert log.seconds_since_answer is not None


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(kind="graphql", status=429), "BusyError: the cloud asks to wait"),
        (Fault(kind="graphql", status=500), "TransientError: the cloud has a fault of its own (status 500)"),
        (Fault(kind="graphql", status=403), "ForbiddenError: the token lacks a permission"),
        (Fault(kind="graphql", cut=True), "TransientError: no connection to the cloud (ServerDisconnectedError)"),
        (
            Fault(kind="graphql", status=200, body='{"errors": [{"message": "secret words"}]}'),
            "ProtocolError: the cloud refused the query",
        ),
    ],
    ids=["429", "500", "403", "cut", "errors"],
)
async def test_failures_are_told_once_with_their_reason(
    simulator: Simulator, client: CloudClient, log: CallLog, fault: Fault, reason: str
) -> None:
    simulator.faults.add(fault)
    with pytest.raises(CloudError):
        await client.tree()
    assert log.as_diagnostics()["calls"] == 1
    assert log.as_diagnostics()["failures"] == {reason: 1}
    assert log.seconds_since_answer is None


async def test_renewed_token_is_another_call(
    session: aiohttp.ClientSession, provider: Provider, simulator: Simulator, log: CallLog
) -> None:
    await CloudClient(session, provider, KnownToken("rejected", simulator.api_token()), calls=log).tree()
    assert log.as_diagnostics()["calls"] == 2
    assert log.as_diagnostics()["failures"] == {"AuthError: the cloud does not accept the token": 1}


async def test_downloads_count(session: aiohttp.ClientSession, log: CallLog) -> None:
    server = Server()
    runner = await server.start()
    async with open_download(session, server.provider, Given(), "/first", calls=log) as download:
        assert download.status == 200
    server.answer = lambda _request: web.Response(status=410)
    with pytest.raises(CloudError):
        async with open_download(session, server.provider, Given(), "/second?key=secret", calls=log):
            pass
    await runner.cleanup()
    assert log.as_diagnostics()["calls"] == 2
    assert log.as_diagnostics()["failures"] == {"LinkExpiredError: the link is no longer good": 1}
    assert log.last_hour().troubles == 0
