"""Every call of both doors in every way of going wrong comes to what README.md says; a test is one row of it."""

from collections.abc import Mapping
import inspect
from typing import Final

import aiohttp
import pytest

from custom_components.netrex.cloud import CloudClient, TokenEndpoint
from custom_components.netrex.vapix import VapixClient

from .camera_calls import ASK_NOTHING, CAMERA_CALLS, public_calls
from .cloud_calls import DOWNLOAD_CALLS, GRAPHQL_CALLS, OAUTH2_CALLS
from .sites import Call, right_result, word_for
from .tables import NOTHING, tables
from .ways import WAYS

_TABLES: Final = tables()
_USUAL: Final = _TABLES["No answer, or a refusal: every call"]
_OTHERWISE: Final = _TABLES["No answer, or a refusal: calls that differ"]
_WRONG: Final = _TABLES["An answer that is wrong"]
_DOORS: Final[Mapping[str, Mapping[str, Call]]] = {
    "GraphQL": GRAPHQL_CALLS,
    "sign-in": OAUTH2_CALLS,
    "download": DOWNLOAD_CALLS,
    "camera": CAMERA_CALLS,
}
_CALLS: Final = {name: (door, call) for door, calls in _DOORS.items() for name, call in calls.items()}


def _expected(name: str, door: str, call: Call) -> dict[str, str]:
    expected = {way: words[door] for way, words in _USUAL.items()}
    expected |= {way: word for way, word in _OTHERWISE.get(name, {}).items() if word}
    assert name in _WRONG, f"README.md: no row of {name} in the table of wrong answers"
    expected |= _WRONG[name]
    return expected | dict.fromkeys(call.cannot, NOTHING)


@pytest.mark.parametrize("name", _CALLS)
async def test_call(name: str) -> None:
    door, call = _CALLS[name]
    expected = _expected(name, door, call)
    right = await right_result(call)
    found = {way: NOTHING if way in call.cannot else await word_for(call, way, right) for way in expected}
    differs = {way: word for way, word in found.items() if word != expected[way]}
    assert not differs, f"README.md: of {name}, the calls come to {differs}"


def test_the_table_has_all_calls_and_ways_and_no_others() -> None:
    assert set(_WRONG) == set(_CALLS), f"README.md and the lists of calls differ in {set(_WRONG) ^ set(_CALLS)}"
    assert set(_OTHERWISE) <= set(_CALLS)
    wrong = set(next(iter(_WRONG.values())))
    assert set(_USUAL) | wrong == set(WAYS)
    for name, words in _WRONG.items():
        cannot = {way for way, word in words.items() if word == NOTHING}
        assert cannot == _CALLS[name][1].cannot & wrong, name


async def _token() -> str:
    return ""


async def test_no_call_of_the_clients_is_left_out() -> None:
    async with aiohttp.ClientSession() as session:
        client = VapixClient(session, "http://127.0.0.1", _token)
    listed, public = {name.partition(" ")[0] for name in CAMERA_CALLS}, public_calls(client) - ASK_NOTHING
    assert listed == public, f"CAMERA_CALLS and the client differ in {listed ^ public}"
    of_cloud = {
        f"{kind.__name__}.{name}"
        for kind in (CloudClient, TokenEndpoint)
        for name, member in vars(kind).items()
        if inspect.iscoroutinefunction(member) and not name.startswith("_")
    }
    assert of_cloud <= {name.partition(",")[0] for name in _CALLS}
