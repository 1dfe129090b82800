"""The GraphQL schema: exactly the shapes of docs/api/netrex.md, as a real engine speaks them.

Names of types, and whether a field may be null, are not public: INFERRED (NX-GQL-15). So are the
arguments of `statisticData` (NX-KPI-3) and `statisticDataMetricByGranularity` (NX-KPI-5), of which only the names are
CONFIRMED.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
import functools
import types
from typing import Annotated, cast, override

from graphql import GraphQLError
import strawberry
from strawberry.extensions import DisableIntrospection, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from .downloads import Downloads
from .figures import QUARTER, Metric, figure, raw_figure
from .recordings import Recording, Recordings
from .service import Service
from .world import Account, Node, NodeType

strawberry.enum(NodeType, graphql_name_from="value")
strawberry.enum(Metric, name="StatisticDataMetricType", graphql_name_from="value")

type Info = strawberry.Info[Caller, None]
From = Annotated[int, strawberry.argument(name="from")]


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a request is answered."""

    service: Service
    recordings: Recordings
    downloads: Downloads
    account: Account

    def nodes(self) -> list[Node]:
        """Give the nodes that this account sees."""
        return self.service.world.visible_to(self.account)

    def node(self, node_id: int) -> Node:
        """Give a node that this account sees.

        Raises:
            ValueError: there is none; the message goes to the client.
        """
        found = next((node for node in self.nodes() if node.node_id == node_id), None)
        if found is None:
            raise ValueError(f"Node {node_id} not found")
        return found


@strawberry.enum(graphql_name_from="value")
class Granularity(Enum):
    """Steps of a series (CONFIRMED, NX-KPI-4)."""

    HQ = "HQ"
    H = "H"
    H4 = "H4"
    H8 = "H8"
    H12 = "H12"
    D = "D"
    W = "W"
    M = "M"


_STEPS = {"HQ": 1, "H": 4, "H4": 16, "H8": 32, "H12": 48, "D": 96, "W": 672, "M": 2880}
"""Quarters of an hour; a month is 30 days here."""


@strawberry.type(name="RecordingOutput")
class OutputType:
    """A quality on offer."""

    height: int


@strawberry.type(name="Recording")
class RecordingType:
    """A recording, with `download_url` null until it is prepared (CONFIRMED, NX-REC-1)."""

    recording_id: str
    duration: int
    download_url: str | None
    outputs: list[OutputType]


@strawberry.type(name="Node")
class NodeFields:
    """A node of the tree."""

    node_id: int
    parent_node_id: int | None
    type: NodeType
    name: str
    external_id: str | None


@strawberry.type(name="Camera")
class CameraFields:
    """A camera: only what the documentation shows, besides `node_id`."""

    node: strawberry.Private[Node]
    node_id: int
    name: str

    @strawberry.field
    def recordings(self, info: Info, from_: From, to: int) -> list[RecordingType]:
        """List what was recorded; seconds since 1970."""
        if to <= from_:
            raise ValueError("The interval is empty: to must be after from")
        caller = info.context
        listed = caller.recordings.list_interval(self.node, from_, to)
        return [_recording(recording, self.node, None) for recording in listed]


def _recording(recording: Recording, node: Node, download_url: str | None) -> RecordingType:
    return RecordingType(
        recording_id=recording.recording_id,
        duration=recording.duration,
        download_url=download_url,
        outputs=[OutputType(height=height) for height in node.heights],
    )


def _found_recording(caller: Caller, recording_id: str) -> tuple[Recording, Node]:
    recording = caller.recordings.find(recording_id)
    if recording is None:
        raise ValueError(f"Recording {recording_id} not found")
    return recording, caller.node(recording.node_id)


def _node_list(info: Info, type: NodeType | None = None) -> list[NodeFields]:  # noqa: A002 - the argument's name
    """List the tree, or one type of it."""
    nodes = info.context.nodes()
    seen = {node.node_id for node in nodes}
    hides_parent = info.context.service.switches.guest_top_is_null
    return [
        NodeFields(
            node_id=node.node_id,
            parent_node_id=None if hides_parent and node.parent_node_id not in seen else node.parent_node_id,
            type=node.type,
            name=node.name,
            external_id=node.external_id,
        )
        for node in nodes
        if type is None or node.type is type
    ]


def _one_recording(info: Info, recording_id: str) -> RecordingType | None:
    """Return how far a recording is (shape INFERRED, NX-REC-5)."""
    recording, node = _found_recording(info.context, recording_id)
    return _recording(recording, node, info.context.downloads.url_of(recording))


def _raw(info: Info, from_: From, to: int, type: Metric, node_id: int) -> float | None:  # noqa: A002 - the argument's name
    """Give what one source counted (arguments INFERRED, NX-KPI-3)."""
    caller = info.context
    return raw_figure(caller.service, caller.node(node_id), type, from_, to)


def _raw_otherwise(info: Info, metric: Metric, source_id: int) -> float | None:
    """Stand for arguments that nobody has guessed."""
    raise NotImplementedError


def _metric(info: Info, from_: From, to: int, type: Metric, node_id: int) -> float | None:  # noqa: A002 - the argument's name
    """Give one metric of a node and what lies below it."""
    caller = info.context
    return figure(caller.service, caller.node(node_id), type, from_, to)


def _series(
    info: Info,
    from_: From,
    to: int,
    type: Metric,  # noqa: A002 - the argument's name
    node_id: int,
    granularity: Granularity,
) -> list[float | None]:
    """Give a series (arguments and answer UNKNOWN, NX-KPI-5)."""
    caller, step = info.context, _STEPS[granularity.value] * QUARTER
    node = caller.node(node_id)
    return [figure(caller.service, node, type, begin, min(begin + step, to)) for begin in range(from_, to, step)]


def _recording_prepare(info: Info, recording_id: str, height: int) -> bool:
    """Begin to prepare a recording for download."""
    caller = info.context
    recording, node = _found_recording(caller, recording_id)
    if height not in node.heights:
        raise ValueError(f"There is no output of height {height}")
    if caller.service.switches.recording_failure == "refused":
        return False
    caller.downloads.prepare(recording, height)
    return True


def _serial(root: CameraFields) -> str | None:
    return root.node.serial


class _Schema(strawberry.Schema):
    """A schema that tells a client's mistakes to the client and not to the log."""

    @override
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        pass


@functools.cache
def build_schema(serial_field: str | None, *, introspection: bool, raw_figures: bool) -> strawberry.Schema:
    """Make the schema; with a field `serial_field` of the type Camera that tells the serial number.

    raw_figures: whether `statisticData` has the arguments of `statisticDataMetric`.
    """
    camera_type = CameraFields
    if serial_field is not None:
        field = strawberry.field(name=serial_field, resolver=_serial)
        camera_type = cast(
            "type[CameraFields]",
            strawberry.type(
                types.new_class("Camera", (CameraFields,), {}, lambda names: names.update({serial_field: field})),
                name="Camera",
            ),
        )

    def camera_of(node: Node) -> CameraFields:
        return camera_type(node=node, node_id=node.node_id, name=node.name)

    def camera_list(info: Info) -> list[CameraFields]:
        return [camera_of(node) for node in info.context.nodes() if node.type is NodeType.CAMERA]

    def camera(info: Info, node_id: int) -> CameraFields | None:
        node = info.context.node(node_id)
        channels = info.context.service.switches.recordings_of_channels
        if node.type is not NodeType.CAMERA and not (channels and node.type is NodeType.VIDEO_CHANNEL):
            raise ValueError(f"Node {node_id} is not a camera")
        return camera_of(node)

    query = {
        "node_list": strawberry.field(name="nodeList", resolver=_node_list),
        "camera_list": strawberry.field(
            name="cameraList", resolver=camera_list, graphql_type=types.GenericAlias(list, (camera_type,))
        ),
        "camera": strawberry.field(name="camera", resolver=camera, graphql_type=camera_type | None),
        "recording": strawberry.field(name="recording", resolver=_one_recording),
        "statistic_data": strawberry.field(name="statisticData", resolver=_raw if raw_figures else _raw_otherwise),
        "statistic_data_metric": strawberry.field(name="statisticDataMetric", resolver=_metric),
        "statistic_data_metric_by_granularity": strawberry.field(
            name="statisticDataMetricByGranularity", resolver=_series
        ),
    }
    mutation = {"recording_prepare": strawberry.mutation(name="recordingPrepare", resolver=_recording_prepare)}
    return _Schema(
        _root_type("Query", query),
        mutation=_root_type("Mutation", mutation),
        # The integration asks the same few questions again and again.
        extensions=(ParserCache, ValidationCache, *(() if introspection else (DisableIntrospection,))),
        config=StrawberryConfig(auto_camel_case=False),
    )


def _root_type(name: str, fields: Mapping[str, object]) -> type:
    return strawberry.type(types.new_class(name, (), {}, lambda names: names.update(fields)), name=name)
