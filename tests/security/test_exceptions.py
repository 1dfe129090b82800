"""No error of either door holds a token, a key, a secret or a serial number; nor does what it was raised from."""

from http import HTTPStatus
import traceback
from urllib.parse import quote, quote_plus

from aiohttp import ClientSession, web
import pytest

from custom_components.netrex.cloud import RefusedGrantError
from custom_components.netrex.vapix import RequestError

from .doors import DOORS, OUR_ERRORS, SECRETS, SERIAL, Place
from .strangers import Answer, Stranger

FORMS = {form for secret in SECRETS for form in (secret, quote(secret, safe=""), quote_plus(secret), secret.lower())}


def told(error: BaseException) -> str:
    """Return all that a log, a page or a debugger's hover shows of an error."""
    return "\n".join([*traceback.format_exception(error), str(error), repr(error)])


def words_of(error: BaseException) -> str:
    """Return what an error lets the other side say to a person."""
    return " ".join(str(getattr(error, name, "")) for name in ("words", "reason"))


async def betrayed(place: Place, door: str) -> list[str]:
    """Return what the error of a door gives away; nothing where the answer is none."""
    try:
        await DOORS[door](place)
    except OUR_ERRORS as error:
        text, words = told(error), words_of(error)
        # The number of its own camera is no secret to whoever reads its words.
        return [form for form in FORMS if form in text or (form in words and form.upper() != SERIAL)]
    return []


async def _repeat(request: web.BaseRequest) -> str:
    """Return all that a server was told, as a proxy's page for developers shows it."""
    body = (await request.read()).decode("utf-8", "replace")
    secret = request.headers.get("Authorization", "")
    return " ".join([secret, body, request.path_qs, *request.headers.values()]).replace('"', "'")


def answering(kind: str, status: int) -> Answer:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        words = await _repeat(request)
        code, plain = "<ErrorCode>20</ErrorCode>", f"<ErrorDescription>{words.replace('&', ' ')}</ErrorDescription>"
        body, content_type = {
            "text": (f"Error: {words}\nError: {words}", "text/plain"),
            "page": (f"<html><body><p>Error: {words}</p></body></html>", "text/html"),
            "refusal": (f'{{"error": "Error: {words}", "errors": [{{"message": "{words}"}}]}}', "application/json"),
            "code": (f'{{"error": {{"code": 2000, "message": "Error: {words}"}}}}', "application/json"),
            "xml": (f"<r><GeneralError>{code}{plain}</GeneralError></r>", "text/xml"),
        }[kind]
        return web.Response(status=status, text=body, content_type=content_type)

    return answer


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("kind", ["text", "page", "refusal", "code", "xml"])
async def test_a_server_that_repeats_what_it_was_told(place: Place, other: Stranger, kind: str, status: int) -> None:
    other.answer = answering(kind, status)
    assert {door: found for door in DOORS if (found := await betrayed(place, door))} == {}
    # They were told all of it.
    assert len(other.seen) >= len(DOORS)


async def test_the_servers_own_words_are_still_told(place: Place, other: Stranger) -> None:
    other.answer = answering("code", HTTPStatus.OK)
    with pytest.raises(RequestError) as refused:
        await DOORS["json"](place)
    assert refused.value.words.startswith("Error: Token ... {")
    other.answer = answering("refusal", HTTPStatus.BAD_REQUEST)
    with pytest.raises(RefusedGrantError) as refused_grant:
        await DOORS["refresh"](place)
    assert refused_grant.value.reason.startswith("Error: ")


@pytest.mark.parametrize("origin", ["http://127.0.0.1:9", "https://127.0.0.1:{port}", "http://127.0.0.1:{port}"])
async def test_nobody_there_or_somebody_who_speaks_otherwise(place: Place, other: Stranger, origin: str) -> None:
    async def rubbish(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 \x00 rubbish\r\n\r\n")
        request.transport.close()
        return web.Response()

    other.answer = rubbish
    async with ClientSession() as session:
        there = Place(origin.format(port=other.port), session, session)
        for door in DOORS:
            assert await betrayed(there, door) == []
