"""The GraphQL endpoint: who may ask what, and how it is answered (NX-TOKEN-4, NX-GQL)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
import json
from typing import cast

from aiohttp import web
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from .downloads import Downloads
from .figures import refusal
from .recordings import Recordings
from .schema import Caller, build_schema
from .service import Json, Service, secret_of

_RECORDINGS = frozenset({"recording", "recordingPrepare"})


@dataclass(frozen=True, slots=True)
class _Body:
    """The body of a request."""

    query: str
    variables: dict[str, Json]
    operation: str | None


class GraphQL:
    """POST /api/graphql.php."""

    def __init__(self, service: Service, recordings: Recordings, downloads: Downloads) -> None:
        self._service = service
        self._recordings = recordings
        self._downloads = downloads

    def routes(self) -> list[web.RouteDef]:
        """Give the route."""
        return [web.post("/api/graphql.php", self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        service = self._service
        body = _body(await request.read())
        fields = [] if body is None else list(_top_fields(_parsed(body.query)))
        kinds = sorted({f"graphql:{field.name.value}" for field in fields}) or ["graphql:invalid"]
        if (spoiled := await service.admit(request, ("graphql", *kinds))) is not None:
            return spoiled
        secret = secret_of(request, "bearer")
        token = service.tokens.look_up(secret) if secret else None
        if token is None:
            return self._refusal(401, "Invalid or expired token")
        if request.content_type != "application/json":
            return service.json({"error": "Content-Type must be application/json"}, 415)
        if body is None:
            return service.json({"error": "The body must be JSON with a query"}, 400)
        for scope in sorted({scope for field in fields for scope in _scopes(field)}):
            if not token.may(scope):
                return self._refusal(403, f"The token lacks the right {scope}")
        account = service.world.accounts[token.account]
        return self._answer(body, fields, Caller(service, self._recordings, self._downloads, account))

    def _refusal(self, status: int, text: str) -> web.Response:
        """Refuse; whether by HTTP status or by GraphQL's errors, and these by words or codes, is UNKNOWN (NX-GQL-8)."""
        match self._service.switches.graphql_refusal:
            case "errors":
                return self._service.json({"errors": [{"message": text}], "data": None})
            case "codes":
                code = "UNAUTHENTICATED" if status == HTTPStatus.UNAUTHORIZED else "FORBIDDEN"
                error: dict[str, Json] = {"message": "This can't be done", "extensions": {"code": code}}
                return self._service.json({"errors": [error], "data": None})
        return self._service.json({"error": text}, status)

    def _answer(self, body: _Body, fields: list[FieldNode], caller: Caller) -> web.Response:
        figures = sum(field.name.value.startswith("statisticData") for field in fields)
        if figures and (words := refusal(self._service, figures)) is not None:
            return self._service.json({"errors": [{"message": words}]})
        switches = self._service.switches
        schema = build_schema(
            switches.serial_field, introspection=switches.introspection, raw_figures=switches.figures_raw
        )
        result = schema.execute_sync(
            body.query, variable_values=body.variables, context_value=caller, operation_name=body.operation
        )
        answer: dict[str, Json] = {"data": result.data}
        if result.errors:
            answer["errors"] = [cast("dict[str, Json]", error.formatted) for error in result.errors]
        return self._service.json(answer)


def _body(raw: bytes) -> _Body | None:
    """Read the body: `query`, and `variables` and `operationName` as GraphQL has them (INFERRED, NX-GQL-2)."""
    try:
        read: Json = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(read, dict):
        return None
    query, variables, operation = read.get("query"), read.get("variables"), read.get("operationName")
    if not isinstance(query, str) or not isinstance(variables or {}, dict):
        return None
    return _Body(
        query, variables if isinstance(variables, dict) else {}, operation if isinstance(operation, str) else None
    )


@lru_cache(maxsize=128)
def _parsed(query: str) -> DocumentNode | None:
    try:
        return parse(query)
    except GraphQLError:
        return None


def _top_fields(document: DocumentNode | None) -> Iterator[FieldNode]:
    """Give the fields at the top of every operation, those in fragments too."""
    if document is None:
        return
    fragments = {
        definition.name.value: definition.selection_set
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    looked_at: set[str] = set()

    def fields(selections: SelectionSetNode) -> Iterator[FieldNode]:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                yield from fields(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and (name := selection.name.value) not in looked_at:
                # Fragments may name each other in a circle; the engine refuses that later.
                looked_at.add(name)
                if name in fragments:
                    yield from fields(fragments[name])

    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            yield from fields(definition.selection_set)


def _scopes(field: FieldNode) -> Iterator[str]:
    """Return the permissions that a field at the top needs: INFERRED from the scopes' names (NX-SCOPE-2)."""
    name = field.name.value
    if name.startswith("__"):
        return
    if name in _RECORDINGS:
        yield "recordings"
    elif name == "camera" and field.selection_set is not None:
        for selection in field.selection_set.selections:
            is_recordings = isinstance(selection, FieldNode) and selection.name.value == "recordings"
            yield "recordings" if is_recordings else "read"
    else:
        yield "read"
