"""Whether the cameras of an account can be used, kept so that a change of one costs the same among any number."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from typing import Final, override

from homeassistant.core import CALLBACK_TYPE, callback

from ..cameras.axis_camera import Condition
from ..tasks.listeners import Listeners


class Conditions(Mapping[int, Condition | None]):
    """The conditions of cameras by node id; None: the serial number is unknown. Disabled cameras are left out.

    The account calls `replace` after a new tree, and `update` after a change of one camera.

    Attributes:
        changed: called when the condition of any camera has changed, or cameras came or went.
        added: called with the node ids of cameras that came.
    """

    def __init__(self) -> None:
        self._conditions: dict[int, Condition | None] = {}
        self._ids: defaultdict[Condition | None, set[int]] = defaultdict(set)
        self._listeners: defaultdict[int, Listeners[()]] = defaultdict(Listeners[()])
        self.changed: Final = Listeners[()]()
        self.added: Final = Listeners[Sequence[int]]()

    @override
    def __getitem__(self, node_id: int) -> Condition | None:
        return self._conditions[node_id]

    @override
    def __iter__(self) -> Iterator[int]:
        return iter(self._conditions)

    @override
    def __len__(self) -> int:
        return len(self._conditions)

    def ids(self, condition: Condition | None) -> AbstractSet[int]:
        """Return the node ids of the cameras in a condition."""
        return self._ids.get(condition, frozenset())

    @callback
    def listen(self, node_id: int, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call a listener when the condition of one camera changes; return the function that removes it."""
        return self._listeners[node_id].add(listener)

    @callback
    def update(self, node_id: int, condition: Condition) -> bool:
        """Set the condition of one camera; return whether it was another one. New cameras come with `replace`."""
        before = self._conditions.get(node_id, condition)
        if before is condition:
            return False
        self._conditions[node_id] = condition
        self._ids[before].remove(node_id)
        self._ids[condition].add(node_id)
        self._notify({node_id})
        return True

    @callback
    def replace(self, conditions: Mapping[int, Condition | None]) -> None:
        """Set the conditions of all cameras."""
        before, self._conditions = self._conditions, dict(conditions)
        self._ids.clear()
        for node_id, condition in conditions.items():
            self._ids[condition].add(node_id)
        if changed := {node_id for node_id, _ in before.items() ^ conditions.items()}:
            self._notify(changed)
        if added := [node_id for node_id in conditions if node_id not in before]:
            self.added.call(added)

    def _notify(self, node_ids: AbstractSet[int]) -> None:
        for node_id in node_ids & self._listeners.keys():
            self._listeners[node_id].call()
        self.changed.call()
