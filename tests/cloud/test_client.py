"""What the account's tree tells, and what each wrong answer means."""

import json
from typing import Any

import aiohttp
import pytest

from custom_components.netrex.cloud import (
    AuthError,
    BusyError,
    CloudClient,
    CloudError,
    ForbiddenError,
    FreshTokenRefusedError,
    Node,
    NodeType,
    ProtocolError,
    Provider,
    Token,
    TransientError,
    Tree,
    http,
)
from simulator import Fault, Simulator, Switches


class KnownToken(Token):
    """A token that can be changed once."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    async def get(self) -> str:
        return self.tokens[0]

    async def renew(self, rejected: str) -> bool:
        assert rejected == self.tokens[0]
        if len(self.tokens) > 1:
            self.tokens.pop(0)
            return True
        return False


@pytest.fixture
def client(session: aiohttp.ClientSession, provider: Provider, simulator: Simulator) -> CloudClient:
    return CloudClient(session, provider, KnownToken(simulator.api_token()))


async def test_tree_is_read_whole(client: CloudClient, simulator: Simulator) -> None:
    tree = await client.tree()
    assert tree.top.name == simulator.world.top.name
    assert {node.name for node in tree.nodes.values()} == {node.name for node in simulator.world.nodes.values()}
    assert len(list(tree.of_type(NodeType.CAMERA))) == 4
    panorama = next(node for node in tree.nodes.values() if node.name == "Vchod \N{EN DASH} přední dveře")
    assert [node.type for node in tree.channels_of(panorama)] == [NodeType.VIDEO_CHANNEL] * 2
    assert tree.nodes[simulator.world.node_named("Hologram").node_id].type is NodeType.OTHER
    assert [node.name for node in tree.ancestors(panorama)] == ["Prodejna Brno", "Moje kamery"]


async def test_guest_tree_has_a_top_of_its_own(
    session: aiohttp.ClientSession, provider: Provider, simulator: Simulator
) -> None:
    guest = CloudClient(session, provider, KnownToken(simulator.api_token("guest")))
    tree = await guest.tree()
    assert tree.top.name == "Pokladny"
    assert list(tree.ancestors(tree.top)) == []


async def test_top_may_be_hidden(client: CloudClient, simulator: Simulator) -> None:
    nodes = (
        '{"node_id":8,"parent_node_id":7,"type":"camera","name":"A"},{"node_id":7,"parent_node_id":1,"type":"folder"}'
    )
    simulator.faults.add(Fault(kind="graphql", body=f'{{"data":{{"nodeList":[{nodes}]}}}}'))
    tree = await client.tree()
    assert tree.top.node_id == 7
    assert tree.top.name == "7"
    assert list(tree.ancestors(tree.top)) == []


def test_a_circle_among_nodes_ends() -> None:
    first, second = (Node(1, 2, NodeType.FOLDER, "a"), Node(2, 1, NodeType.FOLDER, "b"))
    tree = Tree({1: first, 2: second}, first)
    assert list(tree.ancestors(first)) == [second]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 401}, AuthError),
        ({"status": 403}, ForbiddenError),
        ({"status": 404}, TransientError),
        ({"status": 429}, BusyError),
        ({"status": 500}, TransientError),
        ({"status": 302}, ProtocolError),
        ({"cut": True}, TransientError),
        ({"cut_after": 10}, TransientError),
        ({"garbage": True}, TransientError),
        ({"body": "[]"}, TransientError),
        ({"body": "{}"}, ProtocolError),
        ({"body": '{"data":{"nodeList":null}}'}, ProtocolError),
        ({"body": '{"data":{"nodeList":[]}}'}, ProtocolError),
        ({"body": '{"data":{"nodeList":["x"]}}'}, ProtocolError),
        ({"body": '{"data":{"nodeList":[{"node_id":1,"parent_node_id":1}]}}'}, ProtocolError),
        ({"body": '{"data":{"nodeList":[{"node_id":"1"}]}}'}, ProtocolError),
        ({"body": '{"errors":[{"message":"You are not logged in"}]}'}, AuthError),
        ({"body": '{"errors":[{"message":"Forbidden"}]}'}, ForbiddenError),
        ({"body": '{"errors":[{"message":"Cannot query field"}]}'}, ProtocolError),
        ({"body": '{"error":"Token expired"}'}, AuthError),
    ],
)
async def test_wrong_answers_have_one_meaning(
    client: CloudClient, simulator: Simulator, fault: dict[str, Any], error: type[CloudError]
) -> None:
    simulator.faults.add(Fault(kind="graphql", **fault))
    with pytest.raises(CloudError) as raised:
        await client.tree()
    assert type(raised.value) is error
    assert simulator.url not in str(raised.value)
    assert not [secret for secret in simulator.issued_secrets() if secret in repr(raised.value)]
    assert raised.value.__cause__ is None


async def test_slow_answer_ends(client: CloudClient, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    simulator.faults.add(Fault(kind="graphql", hang=True))
    with pytest.raises(TransientError, match="in time"):
        await client.tree()


async def test_endless_answer_is_not_swallowed(
    client: CloudClient, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER", 1000)
    with pytest.raises(ProtocolError, match="too large"):
        await client.tree()
    assert simulator.counters["graphql"] == 1


@pytest.mark.parametrize(
    "errors",
    [
        "[[],[],[]" + ",[]" * 1000 + "]",
        "[" * 400 + "]" * 400,
        '{"a":' * 400 + "1" + "}" * 400,
        '[{"message":"' + "tokn " * 100_000 + '"}]',
        "[" + "0," * 600_000 + "0]",
    ],
)
async def test_errors_are_read_as_far_as_a_person_would_write_them(
    client: CloudClient, simulator: Simulator, errors: str
) -> None:
    simulator.faults.add(Fault(kind="graphql", status=200, body=f'{{"errors":{errors}}}'))
    with pytest.raises(ProtocolError):
        await client.tree()
    assert simulator.counters["graphql"] == 1


async def test_told_when_to_come_back(session: aiohttp.ClientSession, provider: Provider, simulator: Simulator) -> None:
    client = CloudClient(session, provider, KnownToken(simulator.api_token()))
    simulator.faults.add(Fault(kind="graphql", status=429))
    with pytest.raises(BusyError) as busy:
        await client.tree()
    assert busy.value.retry_after is None


async def test_rejected_token_is_renewed_once(
    session: aiohttp.ClientSession, provider: Provider, simulator: Simulator
) -> None:
    client = CloudClient(session, provider, KnownToken("rejected", simulator.api_token()))
    assert await client.tree()
    assert simulator.counters["graphql"] == 2

    # The provider has just given the second one: the sign-in holds, and something else is wrong.
    client = CloudClient(session, provider, KnownToken("rejected", "rejected as well", simulator.api_token()))
    with pytest.raises(FreshTokenRefusedError):
        await client.tree()
    assert simulator.counters["graphql"] == 4


def said(message: str, **extensions: object) -> str:
    """Return an answer with one error, as GraphQL has it."""
    error: dict[str, object] = {"message": message}
    return json.dumps({"errors": [error | ({"extensions": extensions} if extensions else {})], "data": None})


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("body", "error"),
    [
        # Words that can mean nothing else.
        (said("Unauthorized."), AuthError),
        (said("Invalid or expired token"), AuthError),
        (said("Access token has been revoked"), AuthError),
        (said("Authentication required"), AuthError),
        (said("Permission denied"), ForbiddenError),
        (said("The token lacks the right recordings"), ForbiddenError),
        (said("Insufficient permissions"), ForbiddenError),
        # Words that also stand in other sentences.
        (said("Recording has expired"), ProtocolError),
        (said("Unexpected token '}' in the query"), ProtocolError),
        (said("Database login failed"), ProtocolError),
        (said("Copyright notice"), ProtocolError),
        (said("Access denied for user 'netrex'@'localhost' (using password: YES)"), ProtocolError),
        (said("Interval not allowed"), ProtocolError),
        (said("Unknown type Rights"), ProtocolError),
        ('{"errors": "nothing of a token"}', ProtocolError),
        ('{"errors": [{"locations": "token expired"}]}', ProtocolError),
        # What is said in a code counts before all words.
        (said("Something else", code="UNAUTHENTICATED"), AuthError),
        (said("Recording has expired", category="authentication"), AuthError),
        (said("Invalid token", code="FORBIDDEN"), ForbiddenError),
        (said("Something else", category="authorization"), ForbiddenError),
        (said("Something else", code=401), AuthError),
        (said("Something else", status=403), ForbiddenError),
        (said("Slow down", code="TOO_MANY_REQUESTS"), BusyError),
        (said("Invalid token", code="BAD_USER_INPUT"), ProtocolError),
        (said("Invalid token", code="GRAPHQL_PARSE_FAILED"), ProtocolError),
        (said("Internal server error", category="internal"), TransientError),
        ('{"errors": [{"message": "Cannot query field"}, {"message": "Forbidden"}]}', ForbiddenError),
        ('{"error": {"message": "No", "code": 401}}', AuthError),
    ],
)
async def test_what_errors_mean(
    client: CloudClient, simulator: Simulator, status: int, body: str, error: type[CloudError]
) -> None:
    simulator.faults.add(Fault(kind="graphql", status=status, body=body))
    with pytest.raises(CloudError) as raised:
        await client.tree()
    assert type(raised.value) is error


@pytest.mark.parametrize("name", ["serial_number", "serial", "mac", "mac_address"])
async def test_serial_numbers_that_the_schema_offers(client: CloudClient, simulator: Simulator, name: str) -> None:
    simulator.switches.serial_field = name
    serials = await client.serials()
    assert set(serials.values()) == set(simulator.world.cameras)
    assert await client.serials() == serials
    assert simulator.counters["graphql"] == 3


@pytest.mark.parametrize(
    "switches",
    [
        Switches(),
        Switches(introspection=False),
        Switches(serial_field="device_serial_no"),
        Switches(introspection=False, serial_field="serial"),
    ],
)
async def test_no_serial_number_is_guessed(client: CloudClient, simulator: Simulator) -> None:
    assert await client.serials() == {}
    assert await client.serials() == {}
    assert simulator.counters["graphql"] == 1


@pytest.mark.parametrize(
    "schema",
    [
        '{"data":{"__schema":null}}',
        '{"data":{"__schema":{"queryType":null,"types":[]}}}',
        '{"data":{"__schema":{"queryType":{"name":"Q"},"types":[{"name":"Q","fields":null},7]}}}',
        (
            '{"data":{"__schema":{"queryType":{"name":"Q"},"types":[{"name":"Q","fields":[{"name":"cameraList",'
            '"type":{"name":null,"ofType":{"name":"Camera"}}}]},{"name":"Camera","fields":[{"name":"serial",'
            '"type":{"name":"String"}}]}]}}}'
        ),
        (
            '{"data":{"__schema":{"queryType":{"name":"Q"},"types":[{"name":"Q","fields":[{"name":"cameraList",'
            '"type":{"name":"Camera"}}]},{"name":"Camera","fields":[{"name":"node_id","type":{"name":"Int"}},'
            '{"name":"serial","type":{"name":"Int"}}]}]}}}'
        ),
    ],
)
async def test_schema_without_a_usable_field(client: CloudClient, simulator: Simulator, schema: str) -> None:
    simulator.faults.add(Fault(kind="graphql:__schema", body=schema))
    assert await client.serials() == {}


async def test_serial_numbers_of_a_strange_shape_are_left_out(client: CloudClient, simulator: Simulator) -> None:
    simulator.switches.serial_field = "serial"
    simulator.faults.add(
        Fault(
            kind="graphql:cameraList",
            body='{"data":{"cameraList":[7,{"node_id":"1","serial":"x"},{"node_id":2,"serial":null},'
            '{"node_id":3,"serial":"ACCC8E000003"}]}}',
            times=1,
        )
    )
    assert await client.serials() == {3: "ACCC8E000003"}
    simulator.faults.add(Fault(kind="graphql:cameraList", body='{"data":{"cameraList":null}}', times=1))
    assert await client.serials() == {}


async def test_passing_trouble_while_asking_for_the_schema(client: CloudClient, simulator: Simulator) -> None:
    simulator.switches.serial_field = "serial"
    simulator.faults.add(Fault(kind="graphql", status=500, times=1))
    with pytest.raises(TransientError):
        await client.serials()
    assert await client.serials()
