"""What fuzzing has found, each as it was found; the searches beside this may one day no longer come by."""

from contextlib import suppress
import time

import aiohttp
import pytest

from custom_components.netrex.cloud import CloudError, ProtocolError, Provider
from custom_components.netrex.cloud.download import open_download
from custom_components.netrex.cloud.oauth2 import TokenEndpoint
from custom_components.netrex.vapix import VapixClient, VapixError
from custom_components.netrex.vapix.clips import ClipProperties
from custom_components.netrex.vapix.jpeg import jpeg_size

from .answering import Answering, Reply
from .test_cloud_answers import _CALLS as _CLOUD_CALLS, Account, Call as CloudCall, _RenewableToken


def _cloud_call(name: str) -> CloudCall:
    return next(call for call in _CLOUD_CALLS if call.name == name)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("prepare", '{"data": {"recordingPrepare": []}}'),
        ("recordings", '{"data": {"camera": {"i0": [{"recording_id": "r", "duration": 1%s}]}}}' % ("0" * 400)),
        ("recordings", '{"data": {"camera": {"i0": [{"recording_id": "\\ud800", "duration": 1}]}}}'),
        ("figures", '{"data": {"f0": 1%s}}' % ("0" * 400)),
        ("link", '{"data": {"recording": {"download_url": "/\\ud800"}}}'),
    ],
)
async def test_answers_of_the_cloud(name: str, answer: str, server: Answering, session: aiohttp.ClientSession) -> None:
    server.give(Reply(answer.encode()))
    account = Account(session, Provider.parse(server.url))
    if name == "prepare":
        # Whatever is no clear no is a yes: the answer's body was never seen.
        await _cloud_call(name).make(account)
        return
    with pytest.raises(ProtocolError):
        await _cloud_call(name).make(account)


@pytest.mark.parametrize("token", ["\\ud800", "\\n", "x" * 9000])
async def test_a_token_that_can_be_neither_sent_nor_stored(
    token: str, server: Answering, session: aiohttp.ClientSession
) -> None:
    """Home Assistant keeps all integrations' entries in one file, which could not be written any more."""
    server.give(Reply(b'{"access_token": "a", "expires_in": 3600, "refresh_token": "%s"}' % token.encode()))
    with pytest.raises(ProtocolError):
        await TokenEndpoint(session, Provider.parse(server.url), "client", "secret").refresh("r")


@pytest.mark.parametrize("tag", [b"\x80", b'"\xc3\xa9"', b"x" * 5000])
async def test_a_header_that_no_player_can_be_sent(
    tag: bytes, server: Answering, session: aiohttp.ClientSession
) -> None:
    server.give(Reply(b"0123456789", headers=((b"ETag", tag), (b"Last-Modified", b"Wed, 21 Oct 2015 07:28:00 GMT"))))
    async with open_download(session, Provider.parse(server.url), _RenewableToken(), "/file") as download:
        assert set(download.headers) == {"Last-Modified"}


async def test_a_link_whose_host_is_an_empty_pair_of_brackets(session: aiohttp.ClientSession) -> None:
    with pytest.raises(CloudError):
        async with open_download(session, Provider("http://127.0.0.1:1"), _RenewableToken(), "0://[]@"):
            pass


async def test_a_state_of_a_filter_that_is_no_word(server: Answering, session: aiohttp.ClientSession) -> None:
    camera = VapixClient(session, server.url, _token)
    server.give(
        Reply(b'{"data": {"optics": [{"opticsId": "0", "capabilities": ["irCutFilter"], "irCutFilterState": []}]}}')
    )
    found = await camera.day_night.filter({})
    assert found is not None
    assert await camera.day_night.state(found) is None


def test_a_clip_whose_number_begins_with_a_nought() -> None:
    parameters = {"Properties.Audio.Audio": "yes", "MediaClip.M01.Name": "Bell", "MediaClip.M1.Type": "audio"}
    found = ClipProperties.from_parameters(parameters)
    assert found is not None
    assert not found.clips


async def test_an_answer_of_nothing_but_blanks_takes_no_time(server: Answering, session: aiohttp.ClientSession) -> None:
    """It took half an hour, in which Home Assistant did nothing else."""
    server.give(Reply(b" " * 1_000_000))
    began = time.thread_time()
    with suppress(VapixError):
        await VapixClient(session, server.url, _token).ptz.head(1).presets()
    assert time.thread_time() - began < 1


def test_a_picture_of_nothing_but_filling_takes_no_time() -> None:
    """It took seconds."""
    began = time.thread_time()
    assert jpeg_size(b"\xff\xd8" + b"\xff" * 20_000_000) is None
    assert jpeg_size(b"\xff\xd8" + b"\xff\xe0\x00\x02" * 5_000_000) is None
    assert time.thread_time() - began < 0.5


async def _token() -> str:
    return "token-1"
