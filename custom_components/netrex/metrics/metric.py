"""What can be shown of a camera or place, and what the user chose of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from ..cloud import Node, NodeType, Tree
from ..cloud.metrics import MetricQuery, MetricType
from ..cloud.recordings import Interval
from ..const import CONF_METRIC_KINDS, CONF_METRIC_NODES

#: What a user may choose in all: a hundred shops with everything; their history is fetched for hours.
MAX_METRICS: Final = 500
_PLACES: Final = frozenset({NodeType.LOCATION, NodeType.FOLDER})


class MetricKind(StrEnum):
    """Kinds of metrics, named as in `MetricType`; the values are part of unique ids, statistic ids and options."""

    VISITORS_IN = "visitors_in"
    VISITORS = "visitors"
    PASSERS_BY = "passers_by"
    SALES = "sales"
    REFUNDS = "refunds"
    CONVERSION = "conversion"

    @property
    def metric(self) -> MetricType:
        """What the cloud calls it."""
        return MetricType[self.name]

    @property
    def adds_up(self) -> bool:
        """Whether a day's metric is the sum of its hours'; conversion is a percentage."""
        return self is not MetricKind.CONVERSION

    def fits(self, node: Node) -> bool:
        """Return whether nodes of this type can have it.

        Who came in is known of a camera only (CONFIRMED, NX-KPI-2). The others are of a store or folder
        (CONFIRMED, NX-KPI-1); that a single camera has visitors and passers-by as well, and no sales, is INFERRED
        (NX-KPI-11).
        """
        if node.type is NodeType.CAMERA:
            return self in _OF_CAMERAS
        return node.type in _PLACES and self is not MetricKind.VISITORS_IN


_OF_CAMERAS: Final = frozenset({MetricKind.VISITORS_IN, MetricKind.VISITORS, MetricKind.PASSERS_BY})


@dataclass(frozen=True, slots=True)
class Metric:
    """One kind of metric of one node."""

    node_id: int
    kind: MetricKind

    @property
    def key(self) -> str:
        """Its part of the entity's unique id."""
        return f"metric_{self.kind}"

    def during(self, interval: Interval) -> MetricQuery:
        """Return what the cloud is asked for."""
        return MetricQuery(self.kind.metric, self.node_id, interval)


@dataclass(frozen=True, slots=True)
class MetricChoice:
    """Which metrics a user wants: every kind of every camera, location and folder, as far as they fit."""

    node_ids: tuple[int, ...] = ()
    kinds: tuple[MetricKind, ...] = ()

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of an account."""
        kinds = options.get(CONF_METRIC_KINDS, ())
        return cls(tuple(options.get(CONF_METRIC_NODES, ())), tuple(kind for kind in MetricKind if kind in kinds))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen."""
        return not (self.node_ids and self.kinds)

    def is_same_as(self, other: Self) -> bool:
        """Return whether it asks for the same metrics; the order of places does not matter."""
        return self.kinds == other.kinds and set(self.node_ids) == set(other.node_ids)

    def as_options(self) -> dict[str, Any]:
        """Return the part of the options that `of` reads."""
        return {CONF_METRIC_NODES: list(self.node_ids), CONF_METRIC_KINDS: [kind.value for kind in self.kinds]}

    def metrics(self, tree: Tree) -> tuple[Metric, ...]:
        """Return the metrics of the chosen nodes that are in the tree now."""
        nodes = [node for node_id in self.node_ids if (node := tree.nodes.get(node_id))]
        return tuple(Metric(node.node_id, kind) for node in nodes for kind in self.kinds if kind.fits(node))


def countable(tree: Tree) -> Iterable[Node]:
    """Return the nodes that can have metrics."""
    return (node for node in tree.nodes.values() if any(kind.fits(node) for kind in MetricKind))
