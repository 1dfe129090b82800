"""Every request to a camera is told of once, with what became of it."""

import asyncio

from aiohttp import web
import pytest

from custom_components.netrex.health.call_log import CallLog
from custom_components.netrex.vapix import VapixClient, VapixError
from simulator.faults import Fault
from tests.camera_site import SERIAL, CameraSite


@pytest.fixture
def log() -> CallLog:
    return CallLog()


@pytest.fixture
def client(site: CameraSite, log: CallLog) -> VapixClient:
    async def token() -> str:
        return site.tokens[-1]

    base = f"http://127.0.0.1:{site.port}/device-connect/{SERIAL}"
    return VapixClient(site.session, base, token, calls=log)


async def test_good_answers(client: VapixClient, log: CallLog) -> None:
    await client.device_identity()
    await client.properties()
    assert await client.image()
    assert log.as_diagnostics()["calls"] == 3
    assert log.as_diagnostics()["failures"] == {}
    assert log.seconds_since_answer is not None


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(kind="vapix:image", status=429), "BusyError: HTTP status 429"),
        (Fault(kind="vapix:image", status=503), "BusyError: HTTP status 503"),
        (Fault(kind="vapix:image", status=403), "ForbiddenError: HTTP status 403"),
        (Fault(kind="vapix:image", cut=True), "UnreachableError: No answer (ServerDisconnectedError)"),
    ],
    ids=["429", "503", "403", "cut"],
)
async def test_failures_are_told_once_with_their_reason(
    site: CameraSite, client: VapixClient, log: CallLog, fault: Fault, reason: str
) -> None:
    site.faults.add(fault)
    with pytest.raises(VapixError):
        await client.image()
    assert log.as_diagnostics()["calls"] == 1
    assert log.as_diagnostics()["failures"] == {reason: 1}
    assert log.seconds_since_answer is None


async def test_error_inside_a_good_answer_is_a_failure(site: CameraSite, client: VapixClient, log: CallLog) -> None:
    body = '{"apiVersion": "1.0", "error": {"code": 1100, "message": "secret words"}}'
    site.faults.add(Fault(kind="vapix", status=200, body=body))
    with pytest.raises(VapixError):
        await client.siren.state()
    assert log.as_diagnostics()["failures"] == {"BusyError: Error code 1100": 1}


async def test_answer_that_breaks_off_is_a_failure_beside_its_call(site: CameraSite, log: CallLog) -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "image/jpeg"})
        await response.prepare(request)
        await response.write(b"half of it")
        assert request.transport is not None
        request.transport.abort()
        return response

    app = web.Application()
    app.router.add_get("/{path:.*}", break_off)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def token() -> str:
        return "token-1"

    client = VapixClient(site.session, f"http://127.0.0.1:{runner.addresses[0][1]}", token, calls=log)
    with pytest.raises(VapixError):
        await client.image()
    await runner.cleanup()
    assert log.as_diagnostics()["calls"] == 1
    ((reason, count),) = log.as_diagnostics()["failures"].items()
    assert reason.startswith("UnreachableError: The answer was cut off")
    assert count == 1


async def test_event_stream_counts_when_it_is_opened_refused_and_broken_off(
    site: CameraSite, client: VapixClient, log: CallLog
) -> None:
    async with client.open_events() as stream:
        while not stream.subscribed:
            await stream.next()
    assert log.as_diagnostics()["calls"] == 1
    assert log.as_diagnostics()["failures"] == {}

    refusal = site.faults.add(Fault(kind="vapix:ws-data-stream", status=403))
    with pytest.raises(VapixError):
        async with client.open_events():
            pass
    assert site.faults.struck(refusal) == 1
    assert log.as_diagnostics()["failures"] == {"ForbiddenError: HTTP status 403": 1}

    site.faults.clear()
    with pytest.raises(VapixError):
        async with client.open_events() as stream:
            while True:
                await stream.next()
                site.events.cut(SERIAL)
    assert log.as_diagnostics()["calls"] == 3
    assert log.last_hour().failures == {"ForbiddenError": 1, "UnreachableError": 1}


async def test_request_given_up_is_no_failure(site: CameraSite, client: VapixClient, log: CallLog) -> None:
    site.faults.add(Fault(kind="vapix:image", hang=True))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await client.image()
    assert log.as_diagnostics()["calls"] == 1
    assert log.as_diagnostics()["failures"] == {}
    assert log.seconds_since_answer is None


async def test_held_token_counts_as_well(site: CameraSite, client: VapixClient, log: CallLog) -> None:
    http = await client._http.with_token_held()
    async with http.open("axis-cgi/jpg/image.cgi"):
        pass
    assert log.as_diagnostics()["calls"] == 1
