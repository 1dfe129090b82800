"""Every call of the cloud client, answered with something that is nearly right, or not at all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
import json
from typing import Final, override

import aiohttp
from hypothesis import given, strategies as st
import pytest

from custom_components.netrex.cloud import CloudClient, CloudError, Provider, Token, TokenEndpoint
from custom_components.netrex.cloud.download import open_download
from custom_components.netrex.cloud.metrics import MetricQuery, MetricType, read_metrics
from custom_components.netrex.cloud.mp4 import formats, is_mp4
from custom_components.netrex.cloud.oauth2 import revoke
from custom_components.netrex.cloud.recordings import (
    Interval,
    Recording,
    list_recordings,
    prepare_recording,
    recording_link,
)
from custom_components.netrex.cloud.schema import SCHEMA_QUERY, read_outline

from .answering import Answering, Reply
from .examples import examples
from .fit import assert_fit, assert_readable
from .hostile import Draw, Json, bytes_like, json_like, wrong_fields

_HOUR: Final = Interval(1_700_000_000, 1_700_003_600)
_RECORDING: Final = Recording("r1", 10, (480,))
_QUESTIONS: Final = tuple(MetricQuery(metric, 2, _HOUR) for metric in (MetricType.VISITORS_IN, MetricType.CONVERSION))
_SECRETS: Final = ("token-1", "token-2", "code-1", "refresh-1", "secret-1")


class _RenewableToken(Token):
    """A token that can be renewed once and again."""

    def __init__(self) -> None:
        self._text = "token-1"

    @override
    async def get(self) -> str:
        return self._text

    @override
    async def renew(self, rejected: str) -> bool:
        self._text = "token-2"
        return rejected != self._text


@dataclass(frozen=True, slots=True)
class Account:
    """All that speaks to the cloud."""

    session: aiohttp.ClientSession
    provider: Provider

    @property
    def cloud(self) -> CloudClient:
        return CloudClient(self.session, self.provider, _RenewableToken())

    @property
    def tokens(self) -> TokenEndpoint:
        return TokenEndpoint(self.session, self.provider, "client", "secret-1")


async def _tree(account: Account) -> object:
    """Read the tree, and walk through it as its readers do."""
    tree = await account.cloud.tree()
    walked = [(*tree.ancestors(node), *tree.channels_of(node), *tree.inputs_of(node)) for node in tree.nodes.values()]
    return tree, walked


async def _outline(account: Account) -> object:
    outline = read_outline(await account.cloud.query(SCHEMA_QUERY))
    return outline.queries, outline.mutations, outline.types


def _data(**data: Json) -> Json:
    return {"data": data}


_TREE: Final = _data(
    nodeList=[
        {"parent_node_id": None, "node_id": 1, "type": "folder", "name": "Shop", "external_id": None},
        {"parent_node_id": 1, "node_id": 2, "type": "camera", "name": "ACCC8E10A3F1", "external_id": "till"},
        {"parent_node_id": 2, "node_id": 3, "type": "videoChannel", "name": "Left", "external_id": ""},
        {"parent_node_id": 2, "node_id": 4, "type": "deviceInput", "name": "Bell", "external_id": ""},
    ]
)
_OF_STRING: Final[Json] = {"name": None, "kind": "NON_NULL", "ofType": {"name": "String", "kind": "SCALAR"}}
_OF_CAMERAS: Final[Json] = {"name": None, "kind": "LIST", "ofType": {"name": "Camera", "kind": "OBJECT"}}
_SCHEMA: Final = _data(
    __schema={
        "queryType": {"name": "Query"},
        "types": [
            {"name": "Query", "fields": [{"name": "cameraList", "type": _OF_CAMERAS}]},
            {
                "name": "Camera",
                "fields": [{"name": "node_id", "type": {"name": "ID"}}, {"name": "serial_number", "type": _OF_STRING}],
            },
        ],
    }
)
_SERIALS: Final = _data(cameraList=[{"node_id": 2, "serial_number": "ACCC8E10A3F1"}])
_RECORDINGS: Final = _data(
    camera={"i0": [{"recording_id": "r1", "duration": 600, "outputs": [{"height": 480}, {"height": 1080}]}], "i1": []}
)
_FIGURES: Final[Json] = {"data": {"f0": 12, "f1": 3.5}, "errors": [{"message": "no transactions here"}]}
_GRANT: Final[Json] = {"access_token": "a1", "refresh_token": "r1", "expires_in": 3600, "token_type": "Bearer"}
_REFUSED: Final[Json] = {"error": "invalid code-1, secret-1"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call, and real answers to the requests that it makes, in their order."""

    name: str
    make: Callable[[Account], Awaitable[object]]
    answers: tuple[Json, ...]


_CALLS: Final = (
    Call("tree", _tree, (_TREE,)),
    Call("schema", _outline, (_SCHEMA,)),
    Call("serials", lambda account: account.cloud.serials(), (_SCHEMA, _SERIALS)),
    Call("recordings", lambda account: list_recordings(account.cloud, 2, (_HOUR, _HOUR)), (_RECORDINGS,)),
    Call("prepare", lambda account: prepare_recording(account.cloud, _RECORDING, 480), (_data(recordingPrepare=True),)),
    Call(
        "link",
        lambda account: recording_link(account.cloud, _RECORDING),
        (_data(recording={"download_url": "https://files.example.com/a.mp4?key=1"}),),
    ),
    Call("figures", lambda account: read_metrics(account.cloud, _QUESTIONS), (_FIGURES,)),
    Call("code", lambda account: account.tokens.exchange("code-1", "http://127.0.0.1/back"), (_REFUSED, _GRANT)),
    Call("refresh", lambda account: account.tokens.refresh("refresh-1"), (_GRANT,)),
    Call("revoke", lambda account: revoke(account.session, account.provider, "token-1"), ({"success": True},)),
)
_STATUSES: Final = (200, 200, 200, 204, 301, 307, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503)
_RETRY_AFTER: Final = (b"3", b"-1", b"9" * 5000, b"\xff", b"\xd9\xa1", b"1e9", b"Wed, 21 Oct 2015 07:28:00 GMT", b"")


@st.composite
def _replies(draw: Draw, call: Call) -> list[Reply]:
    """Give the answers with something wrong in one or more of them."""
    wrong = draw(st.sets(st.integers(0, len(call.answers) - 1), min_size=1))
    replies = []
    for number, answer in enumerate(call.answers):
        status, headers = 200, ()
        if number in wrong and draw(st.integers(0, 5)) == 0:
            status = draw(st.sampled_from(_STATUSES))
            headers = ((b"Retry-After", draw(st.sampled_from(_RETRY_AFTER))),)
        body = draw(json_like(answer)) if number in wrong else json.dumps(answer).encode()
        replies.append(Reply(body, status, b"text/html; charset=utf-16", headers))
    return replies


async def _ask(call: Call, session: aiohttp.ClientSession, server: Answering) -> None:
    try:
        assert_fit(await call.make(Account(session, Provider.parse(server.url))))
    except CloudError as error:
        assert_readable(error, _SECRETS)


@pytest.mark.parametrize("call", _CALLS, ids=lambda call: call.name)
@examples(60)
@given(st.data())
async def test_an_answer_is_understood_or_refused(
    call: Call, server: Answering, session: aiohttp.ClientSession, data: st.DataObject
) -> None:
    server.give(*data.draw(_replies(call)))
    await _ask(call, session, server)


@pytest.mark.parametrize("call", _CALLS, ids=lambda call: call.name)
async def test_no_single_thing_may_be_wrong(call: Call, server: Answering, session: aiohttp.ClientSession) -> None:
    right = [Reply(json.dumps(answer).encode()) for answer in call.answers]
    for number, answer in enumerate(call.answers):
        for wrong in wrong_fields(answer):
            server.give(*right[:number], Reply(wrong), *right[number + 1 :])
            await _ask(call, session, server)


# --- downloads -----------------------------------------------------------------------------------------

_HEADER_VALUES: Final = st.one_of(
    st.sampled_from(
        (
            *(b"bytes 0-9/10", b"bytes 5-9/10", b"bytes */10", b"bytes 0-9/*", b"bytes 9-0/5", b"bytes " + b"9" * 5000),
            *(b"\xff\xfe", b"\xd9\xa1", b'"a"', b'W/"\xc3\xa9"', b"-1", b"bytes", b"none", b" ", b"\tx"),
        )
    ),
    st.binary(max_size=20).map(lambda raw: raw.translate(None, b"\r\n\0")),
)
_LINKS: Final = st.one_of(
    st.sampled_from(
        (
            *(
                "/file",
                "file?key=1",
                "?",
                "#",
                "//",
                "//[",
                "http://[",
                "http://127.0.0.1:99999/",
                "http:///a",
                "http:a",
            ),
            *(
                "http://127.0.0.1:-1/",
                "http://127.0.0.1:a/",
                "https://localhost/",
                "ftp://a/",
                "javascript:a",
                "data:,a",
            ),
            *(
                "http://user:pw@127.0.0.1/",
                "http://[::1]:1/",
                "http://[fe80::1%25eth0]/",
                "\\\\a\\b",
                "http://a b/",
                "%",
            ),
            *("http://\ud800/", "/\ud800", "http://xn--a/", "http://\u0130.cz:1/", "http://127.1:1/", "a" * 5000, "\0"),
        )
    ),
    st.text(max_size=20),
    st.text(st.sampled_from("/:[]@?#%.\\ a1\u00e9"), max_size=12).map(lambda rest: f"http://{rest}"),
)


@st.composite
def _download_heads(draw: Draw) -> list[Reply]:
    names = st.sampled_from((b"Content-Range", b"ETag", b"Last-Modified", b"Accept-Ranges"))
    replies = []
    for _ in range(draw(st.integers(1, 3))):
        headers = draw(st.lists(st.tuples(names, _HEADER_VALUES), max_size=3, unique_by=lambda header: header[0]))
        status = draw(st.sampled_from((200, 206, 206, 302, 308, 401, 403, 404, 416, 429, 500)))
        if status in {302, 308}:
            headers.append((b"Location", draw(_HEADER_VALUES | st.sampled_from((b"/file", b"//[", b"http://[\xff]/")))))
        replies.append(Reply(b"0123456789", status, b"video/mp4", tuple(headers)))
    return replies


@examples(150)
@given(st.data())
async def test_a_download_begins_or_is_refused(
    server: Answering, session: aiohttp.ClientSession, data: st.DataObject
) -> None:
    server.give(*data.draw(_download_heads()))
    try:
        async with open_download(session, Provider.parse(server.url), _RenewableToken(), "/file") as download:
            assert download.status in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, 416}
            for number in (download.length, download.size, download.begins_at):
                assert_fit(number)
            # They are passed on to a player, whose web server wants texts.
            assert_fit(download.headers)
            assert len(b"".join([chunk async for chunk in download.chunks()])) in {0, 10}
    except CloudError as error:
        assert_readable(error, _SECRETS)


@pytest.mark.parametrize("origin", ["https://cloud.example.com", "http://127.0.0.1:1"])
@examples(300)
@given(link=_LINKS)
async def test_a_link_is_followed_or_refused(origin: str, link: str) -> None:
    class NoToken(Token):
        """Says that the link is one that would be asked, before it is."""

        async def get(self) -> str:
            raise CloudError("asked")

        async def renew(self, rejected: str) -> bool:
            raise AssertionError(rejected)

    class NoSession:
        """Says the same of links that lead elsewhere."""

        async def request(self, *_: object, **__: object) -> None:
            raise OSError

    try:
        async with open_download(NoSession(), Provider(origin), NoToken(), link):  # type: ignore[arg-type]
            raise AssertionError("nothing is there")
    except CloudError as error:
        assert_readable(error, _SECRETS)


_MP4: Final = (
    b"\0\0\0\x18ftypisom\0\0\0\0isomavc1\0\0\2\0moov\0\0\1\0stsd\0\0\0\0\0\0\0\1\0\0\0\x90avc1\0\0\0\0\0\0\0\1"
    b"\0\0\1\0stsd\0\0\0\0\0\0\0\1\0\0\0\x40mp4a\0\0\0\0\0\0\0\1"
)


@examples(300)
@given(bytes_like(_MP4))
def test_the_head_of_a_file(head: bytes) -> None:
    assert is_mp4(head) is (head[4:8] == b"ftyp")
    found = formats(head)
    assert len(found) <= len(head) // 20
    assert all(len(name) == 4 and name.isascii() for name in found)
