"""The address of a provider is tried where it is entered."""

from collections.abc import AsyncIterator, Callable
import socket
import ssl
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
import pytest

from simulator import Simulator
from tests.security.strangers import stranger_with

from ..person import Person

type Serve = Callable[[web.Response], Any]


@pytest.fixture
async def serve(socket_enabled: None) -> AsyncIterator[Serve]:
    """Return what starts a web server with one answer to everything."""
    servers: list[TestServer] = []

    async def start(answer: web.Response) -> str:
        async def handle(_request: web.Request) -> web.Response:
            return answer

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handle)
        servers.append(server := TestServer(app))
        await server.start_server()
        return str(server.make_url("/"))

    yield start
    for server in servers:
        await server.close()


async def enter(person: Person, simulator: Simulator, host: str) -> dict[str, Any]:
    """Go to the form for the address, and enter one."""
    await person.begin()
    await person.answer(provider="other", remote_access={"device_pattern": simulator.device_pattern})
    return await person.answer(host=host)


@pytest.mark.usefixtures("own_resolver")
async def test_a_name_that_no_server_has(person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with monkeypatch.context() as network:
        network.setattr(socket, "getaddrinfo", nobody)
        step = await enter(person, simulator, "https://camras.example.com")
    assert step["errors"] == {"host": "host_unknown"}
    assert (await person.answer(host=simulator.url))["step_id"] == "auth_method"


async def test_a_server_that_does_not_answer(person: Person, simulator: Simulator) -> None:
    step = await enter(person, simulator, f"http://127.0.0.1:{unused_port()}")
    assert step["errors"] == {"host": "host_silent"}


async def test_a_server_without_a_valid_certificate(
    person: Person, simulator: Simulator, certificate: ssl.SSLContext
) -> None:
    async with stranger_with(certificate) as server:
        step = await enter(person, simulator, server.origin)
    assert step["errors"] == {"host": "host_not_secure"}


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404},
        {"status": 301, "headers": {"Location": "https://example.com/"}},
        {"text": "<!doctype html><title>My router</title>", "content_type": "text/html"},
        {"body": b"x" * 100_000},
    ],
)
async def test_a_server_that_is_no_netrex(
    person: Person, simulator: Simulator, serve: Serve, answer: dict[str, Any]
) -> None:
    step = await enter(person, simulator, await serve(web.Response(**answer)))
    assert (step["step_id"], step["menu_options"]) == ("other_server", ["host", "auth_method"])
    step = await person.choose("host")
    assert step["step_id"] == "host"
    assert (await person.answer(host=simulator.url))["step_id"] == "auth_method"


async def test_an_address_that_does_not_look_like_netrex_can_be_used(
    person: Person, simulator: Simulator, serve: Serve
) -> None:
    await enter(person, simulator, await serve(web.Response(status=404)))
    assert (await person.choose("auth_method"))["step_id"] == "auth_method"


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 401, "text": '{"error":"Unauthorized"}'},
        {"status": 400, "text": "<html>Bad request</html>"},
        {"status": 405},
        {"status": 503, "text": "<html>Maintenance</html>"},
        {"status": 200, "text": '{"errors":[{"message":"No query"}]}', "content_type": "text/html"},
        {"status": 200, "text": ""},
    ],
)
async def test_nothing_that_may_be_netrex_is_refused(
    person: Person, simulator: Simulator, serve: Serve, answer: dict[str, Any]
) -> None:
    step = await enter(person, simulator, await serve(web.Response(**answer)))
    assert step["step_id"] == "auth_method"
