"""Reads a Netrex account through GraphQL."""

from abc import ABC, abstractmethod
import asyncio
from http import HTTPStatus
from typing import Final, TypeIs, override

import aiohttp

from ..transport.answers import Json
from ..transport.calls import Calls
from ..transport.facts import Fact, one_of
from ..transport.values import clean_text, objects
from .errors import AuthError, CloudError, ForbiddenError, FreshTokenRefusedError, ProtocolError, TransientError
from .graphql_errors import error_of, have_codes
from .http import Answer, post
from .models import Node, NodeType, Tree
from .provider import Provider
from .schema import SCHEMA_QUERY, SchemaOutline, read_outline

#: Every documented field of a node, of every type at once. CONFIRMED (NX-NODE-3, NX-NODE-5).
_TREE: Final = "{ nodeList { parent_node_id node_id type name external_id } }"
#: Many times the largest account imaginable; each node costs memory, and each camera a device.
_MAX_NODES: Final = 20_000
_END_OF_IDS: Final = 2**63
#: Characters; longer than any person's.
_MAX_NAME: Final = 200


class Token(ABC):
    """Gives the token for a call."""

    @abstractmethod
    async def get(self) -> str:
        """Return a token that is valid now."""

    @abstractmethod
    async def renew(self, rejected: str) -> bool:
        """Try to get another token than the one that the cloud rejected; return whether there is one."""

    def hurry(self) -> None:  # noqa: B027 - most have nothing to wait for
        """Wait no longer after failures: a person waits."""


class FixedToken(Token):
    """A token that the user made on Netrex's own pages; it can't be renewed from here."""

    def __init__(self, text: str) -> None:
        self._text = text

    @override
    async def get(self) -> str:
        return self._text

    @override
    async def renew(self, rejected: str) -> bool:
        return False


class CloudClient:
    """The documented queries of one account. Nothing of it is stored in the session, which is shared."""

    def __init__(
        self, session: aiohttp.ClientSession, provider: Provider, token: Token, *, calls: Calls | None = None
    ) -> None:
        self._session = session
        self._provider = provider
        self._token = token
        self.calls: Final = calls or Calls()
        self._serial_field: str | None = None
        self._schema_asked = False

    async def tree(self) -> Tree:
        """Return all nodes that the token may see, all or none. Needs the permission `read` (INFERRED, NX-SCOPE-2)."""
        nodes = _field(await self.query(_TREE), "nodeList")
        self.calls.observed(Fact.NODE_ID, _kind_of_ids(nodes))
        tree = await asyncio.to_thread(_read_tree, nodes)
        if tree.top.parent_node_id is not None:
            self.calls.observed(Fact.TOP_PARENT, "hidden_node")
        return tree

    async def serials(self) -> dict[int, str]:
        """Return serial numbers by node id, where the schema has a field for it; mostly nothing (INFERRED, NX-NODE-14).

        The schema is asked for once; where the server refuses that, it says nothing about the account.
        """
        if not self._schema_asked:
            try:
                self._serial_field = (await self.schema()).serial_field()
            except AuthError, ProtocolError, ForbiddenError:
                self._serial_field = None
            self._schema_asked = True
        if self._serial_field is None:
            return {}
        cameras = _field(await self.query(f"{{ cameraList {{ node_id {self._serial_field} }} }}"), "cameraList")
        serials: dict[int, str] = {}
        for camera in objects(cameras):
            node_id, serial = camera.get("node_id"), camera.get(self._serial_field)
            if _is_id(node_id) and isinstance(serial, str):
                serials[node_id] = clean_text(serial)
        return serials

    async def schema(self) -> SchemaOutline:
        """Return names and types of the provider's schema. Whether the server answers: UNKNOWN (NX-GQL-5).

        A refusal says nothing about the account, so no token is renewed.
        """
        token = await self._token.get()
        try:
            outline = read_outline(await self._send(SCHEMA_QUERY, token))
        except AuthError, ProtocolError, ForbiddenError:
            self.calls.observed(Fact.INTROSPECTION, "refused")
            raise
        if outline.queries is not None:
            self.calls.observed(Fact.INTROSPECTION, "answered")
            self.calls.observed(Fact.SERIAL_FIELD, outline.serial_field() or "none")
        return outline

    async def query(self, document: str, *, partial: bool = False) -> dict[str, Json]:
        """Send one GraphQL document and return its data. A token that is refused is renewed, once.

        Partial data is taken where errors come beside it, as standard GraphQL answers when a part of the query failed
        (INFERRED, NX-GQL-7). What is null then is left out: it failed.
        """
        token = await self._token.get()
        try:
            return await self._send(document, token, partial=partial)
        except AuthError:
            if not await self._token.renew(token):
                raise
        try:
            return await self._send(document, await self._token.get(), partial=partial)
        except AuthError:
            raise FreshTokenRefusedError("the cloud does not accept a token that it has just given") from None

    async def _send(self, document: str, token: str, *, partial: bool = False) -> dict[str, Json]:
        self.calls.sent()
        try:
            answer = await post(
                self._session,
                self._provider.graphql_url,
                document={"query": document},
                headers={"Authorization": f"Bearer {token}"},
            )
            if isinstance(answer.body, dict):
                self.calls.observed(Fact.JSON_TYPE, one_of(Fact.JSON_TYPE, answer.content_type))
            try:
                data = _read_data(answer, partial=partial)
            except AuthError, ForbiddenError:
                self.calls.observed(Fact.REFUSAL, _form_of_refusal(answer))
                raise
        except CloudError as err:
            self.calls.failed(err)
            raise
        self.calls.answered()
        return data


def _read_data(answer: Answer, *, partial: bool) -> dict[str, Json]:
    """Separate data from errors. GraphQL's standard is INFERRED (NX-GQL-7), a status that says the same is believed."""
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise AuthError("the cloud does not accept the token")
    if answer.status == HTTPStatus.FORBIDDEN:
        raise ForbiddenError("the token lacks a permission")
    if not isinstance(answer.body, dict):
        # A page instead of data: maintenance, a proxy, a hotel's log-in. Not ours to interpret.
        raise TransientError(f"the cloud answered with something else than data (status {answer.status})")
    data = answer.body.get("data")
    errors = answer.body.get("errors") or answer.body.get("error")
    if errors and partial and isinstance(data, dict):
        failed = _failed_fields(errors)
        answered: dict[str, Json] = {
            name: value
            for name, value in data.items()
            if value is not None or (failed is not None and name not in failed)
        }
        if answered:
            return answered
    if errors:
        raise error_of(errors)
    if answer.status >= HTTPStatus.BAD_REQUEST or not isinstance(data, dict):
        raise ProtocolError(f"the cloud's answer has no data (status {answer.status})")
    return data


def _form_of_refusal(answer: Answer) -> str:
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return "status"
    body = answer.body if isinstance(answer.body, dict) else {}
    return "codes" if have_codes(body.get("errors") or body.get("error")) else "words"


def _failed_fields(errors: Json) -> set[Json] | None:
    """Return the fields at the top that errors are about, by their paths (standard GraphQL); None: some don't say."""
    failed: set[Json] = set()
    for error in errors if isinstance(errors, list) else [None]:
        path = error.get("path") if isinstance(error, dict) else None
        if not isinstance(path, list) or not path or not isinstance(path[0], str):
            return None
        failed.add(path[0])
    return failed


def _field(data: dict[str, Json], name: str) -> Json:
    if name not in data:
        raise ProtocolError(f"the cloud's answer lacks {name}")
    return data[name]


def _read_tree(nodes: Json) -> Tree:
    if not isinstance(nodes, list) or not nodes:
        # An account always has its top node, so nothing at all is a fault, not a tree.
        raise ProtocolError("the cloud's tree is empty")
    if len(nodes) > _MAX_NODES:
        raise ProtocolError("the cloud's tree is too large")
    read = [_read_node(node) for node in nodes]
    by_id: dict[int, Node] = {}
    for node in read:
        by_id.setdefault(node.node_id, node)
    top = next(
        (node for node in by_id.values() if node.parent_node_id is None),
        next((node for node in by_id.values() if node.parent_node_id not in by_id), None),
    )
    if top is None:
        raise ProtocolError("the cloud's tree has no top")
    return Tree(by_id, top)


def _read_node(node: Json) -> Node:
    if not isinstance(node, dict):
        raise ProtocolError("a node of the cloud's tree is not an object")
    node_id, parent, name, external = (node.get(key) for key in ("node_id", "parent_node_id", "name", "external_id"))
    if not _is_id(node_id) or not (parent is None or _is_id(parent)):
        raise ProtocolError("a node of the cloud's tree has no usable id")
    kind = node.get("type")
    name = clean_text(name, _MAX_NAME) if isinstance(name, str) else ""
    return Node(
        node_id=node_id,
        parent_node_id=parent,
        type=NodeType.read(kind) if isinstance(kind, str) else NodeType.OTHER,
        name=name or str(node_id),
        external_id=clean_text(external, _MAX_NAME) if isinstance(external, str) else "",
    )


def _kind_of_ids(nodes: Json) -> str:
    texts = any(isinstance(node.get("node_id"), str) for node in objects(nodes))
    return "text" if texts else "number"


def _is_id(value: Json) -> TypeIs[int]:
    """Return whether a value is a whole number that Home Assistant can store; JSON's true is none."""
    return type(value) is int and 0 <= value < _END_OF_IDS
