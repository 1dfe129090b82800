"""What the cloud knows, as values: parsed once, never changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Self

#: Folders within folders; people lose their way long before.
_MAX_DEPTH: Final = 64


class NodeType(StrEnum):
    """Kinds of nodes that mean something here; every other kind is OTHER.

    `folder` and `camera` are CONFIRMED in samples (NX-NODE-10); the rest are words of the documentation's pages,
    INFERRED as spellings of the enum (NX-NODE-11).
    """

    FOLDER = "folder"
    LOCATION = "location"
    CAMERA = "camera"
    VIDEO_CHANNEL = "videoChannel"
    DEVICE_INPUT = "deviceInput"
    OTHER = "other"

    @classmethod
    def read(cls, word: str) -> Self:
        """Read the enum's value however it joins its words: that of a device input is UNKNOWN (NX-NODE-12)."""
        letters = word.replace("_", "").lower()
        return next((kind for kind in cls if kind.value.lower() == letters), cls.OTHER)


_PLACES: Final = (NodeType.LOCATION, NodeType.FOLDER)


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in Netrex's tree; `external_id` is the user's own. CONFIRMED fields (NX-NODE-3, NX-NODE-5)."""

    node_id: int
    parent_node_id: int | None
    type: NodeType
    name: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """All nodes that the token may see, by node id, in the cloud's order.

    Attributes:
        top: the node above all others. For a guest, whose real top is hidden, the first node without a visible parent.
        serials: serial numbers by node id that the schema itself offered; usually empty.
    """

    nodes: dict[int, Node]
    top: Node
    serials: dict[int, str] = field(default_factory=dict)
    _children: dict[int, list[Node]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort channels and inputs to their cameras once, however many cameras ask."""
        children: dict[int, list[Node]] = {}
        for node in sorted(self.nodes.values(), key=lambda node: node.node_id):
            if node.parent_node_id is not None and node.type in {NodeType.VIDEO_CHANNEL, NodeType.DEVICE_INPUT}:
                children.setdefault(node.parent_node_id, []).append(node)
        object.__setattr__(self, "_children", children)

    def of_type(self, kind: NodeType) -> Iterator[Node]:
        """Yield the nodes of one kind."""
        return (node for node in self.nodes.values() if node.type is kind)

    def limited(self, cameras: int) -> Self:
        """Return the tree with at most so many cameras, those with the lowest ids, and what lies in them."""
        ids = sorted(node.node_id for node in self.of_type(NodeType.CAMERA))
        left_out = set(ids[cameras:]) - {self.top.node_id}
        if not left_out:
            return self
        kept = {
            node_id: node
            for node_id, node in self.nodes.items()
            if node_id not in left_out and node.parent_node_id not in left_out
        }
        return replace(self, nodes=kept)

    def ancestors(self, node: Node) -> Iterator[Node]:
        """Yield what a node lies in, nearest first; a circle or an endless chain in the answer ends the walk."""
        seen = {node.node_id}
        while node.parent_node_id is not None and node.parent_node_id not in seen and len(seen) <= _MAX_DEPTH:
            parent = self.nodes.get(node.parent_node_id)
            if parent is None:
                return
            seen.add(parent.node_id)
            yield parent
            node = parent

    def place_of(self, node: Node) -> Node | None:
        """Return the place that a node is in: the nearest location, else the nearest folder below the top."""
        above = [each for each in self.ancestors(node) if each.node_id != self.top.node_id]
        return next((each for kind in _PLACES for each in above if each.type is kind), None)

    def channels_of(self, camera: Node) -> tuple[Node, ...]:
        """Return the video channels of a camera in the order of their ids."""
        return self._below(camera, NodeType.VIDEO_CHANNEL)

    def inputs_of(self, camera: Node) -> tuple[Node, ...]:
        """Return the device inputs of a camera, always below it (CONFIRMED, NX-NODE-1), in the order of their ids."""
        return self._below(camera, NodeType.DEVICE_INPUT)

    def camera_of(self, node: Node) -> Node:
        """Return the camera that a video channel is of; of anything else, the node itself."""
        above = (each for each in self.ancestors(node) if each.type is NodeType.CAMERA)
        return next(above, node) if node.type is NodeType.VIDEO_CHANNEL else node

    def _below(self, camera: Node, kind: NodeType) -> tuple[Node, ...]:
        return tuple(node for node in self._children.get(camera.node_id, ()) if node.type is kind)


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """What the token endpoint gave. CONFIRMED (NX-GRANT-7).

    There is no refresh token for one-time access, and in an answer that keeps the old one.
    """

    access_token: str = field(repr=False)
    expires_in: int
    refresh_token: str | None = field(repr=False, default=None)
