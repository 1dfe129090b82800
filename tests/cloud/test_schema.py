"""A provider's schema in short: enough to write a question by, bounded, and no free text of the answer."""

import json
from typing import Any

import aiohttp
import pytest

from custom_components.netrex.cloud import CloudClient, CloudError, Provider
from custom_components.netrex.cloud.schema import read_outline
from simulator import Simulator, Switches

from .test_client import KnownToken


@pytest.fixture
def client(session: aiohttp.ClientSession, provider: Provider, simulator: Simulator) -> CloudClient:
    return CloudClient(session, provider, KnownToken(simulator.api_token()))


async def test_names_and_types_are_told(client: CloudClient) -> None:
    outline = await client.schema()
    assert outline.complete
    assert (outline.queries, outline.mutations) == ("Query", "Mutation")
    queries = outline.types["Query"]
    assert isinstance(queries, dict)
    assert queries["camera(node_id: Int!)"] == "Camera"
    assert queries["cameraList"] == "[Camera!]!"
    assert any("camera" in members for members in outline.types.values() if isinstance(members, list))
    assert not [name for name in outline.types if name.startswith("__")]


@pytest.mark.parametrize("switches", [Switches(introspection=False)])
async def test_provider_that_does_not_tell(client: CloudClient, simulator: Simulator) -> None:
    with pytest.raises(CloudError):
        await client.schema()
    assert await client.tree()


async def test_refusal_renews_no_token(session: aiohttp.ClientSession, provider: Provider) -> None:
    token = KnownToken("rejected", "another")
    with pytest.raises(CloudError):
        await CloudClient(session, provider, token).schema()
    assert token.tokens == ["rejected", "another"]


def _schema(*types: Any) -> dict[str, Any]:
    return {"__schema": {"queryType": {"name": "Q"}, "types": list(types)}}


def _field(name: Any, kind: Any = None, args: Any = ()) -> dict[str, Any]:
    return {"name": name, "type": kind or {"name": "Int", "kind": "SCALAR"}, "args": list(args)}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"__schema": None},
        {"__schema": {"queryType": 7, "mutationType": {"name": []}, "types": {"name": "x"}}},
        _schema(7, None, {"name": None}, {"name": "a b"}, {"name": "x" * 65}, {"name": "<script>"}),
    ],
)
def test_nonsense_is_nothing(answer: dict[str, Any]) -> None:
    outline = read_outline(answer)
    assert outline.types == {}
    assert outline.mutations is None


def test_only_names_get_through() -> None:
    free = "Zákazník Novák, +420 123"
    outline = read_outline(
        _schema(
            {
                "name": "Q",
                "description": free,
                "fields": [
                    _field(free),
                    _field("good", {"name": free, "kind": "OBJECT"}, [_field(free), _field("node_id"), 7]),
                    _field("list", {"kind": "LIST", "ofType": {"kind": "NON_NULL", "ofType": free}}),
                ],
            },
            {"name": "E", "enumValues": [{"name": "a", "description": free}, {"name": free}]},
            {"name": "I", "inputFields": [_field("x")]},
            {"name": "S", "fields": None, "enumValues": None},
        )
    )
    assert outline.types == {
        "Q": {"good(node_id: Int)": "?", "list": "[?!]"},
        "E": ["a"],
        "I": {"x": "Int"},
        "S": {},
    }


def test_endless_wrappings_end() -> None:
    kind: dict[str, Any] = {"name": "Int", "kind": "SCALAR"}
    for _ in range(500):
        kind = {"kind": "LIST", "ofType": kind}
    assert read_outline(_schema({"name": "Q", "fields": [_field("f", kind)]})).types["Q"] == {"f": "[[[[[?]]]]]"}


@pytest.mark.parametrize(
    "types",
    [
        [{"name": f"T{number}", "fields": None} for number in range(100_000)],
        [{"name": "Q", "fields": [_field(f"f{number}") for number in range(100_000)]}],
        [{"name": "E", "enumValues": [{"name": f"v{number}"} for number in range(100_000)]}],
        [{"name": "Q", "fields": [_field(f"f{number}", args=[_field("a" * 64)] * 20) for number in range(1000)]}],
    ],
    ids=["types", "fields", "values", "arguments"],
)
def test_huge_schema_is_cut_short(types: list[Any]) -> None:
    outline = read_outline(_schema(*types))
    assert not outline.complete
    assert len(json.dumps(outline.types)) < 1_000_000


def test_many_arguments_are_cut_short() -> None:
    arguments = [_field(f"a{number}") for number in range(1000)]
    (signature,) = read_outline(_schema({"name": "Q", "fields": [_field("f", args=arguments)]})).types["Q"]
    assert signature.endswith("a19: Int, …)")
