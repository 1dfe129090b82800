"""The user's names of sources: scenarios and profiles in the camera, inputs in Netrex or in the camera."""

from collections.abc import Callable, Mapping, Sequence
import logging
import re
import time
from typing import Final

from ..cloud import Node
from ..tasks.timing import Timing
from ..vapix import EventKind, Port, Scenario, VapixClient, VapixError
from ..vapix.analytics import COUNTING_KINDS, NAMED_KINDS
from ..vapix.event_topics import COUNTING_TYPES
from .source_key import SourceKey

_LOGGER = logging.getLogger(__name__)

#: Default names of a device: they say no more than the number. In English on every Axis device seen.
_DEFAULT: Final = re.compile(r"(?:profile|scenario|input|port|digital input)\s*[0-9]*", re.IGNORECASE)
_BUTTON: Final = "button"
#: Each new name updates all entities of the camera, and a camera could invent new ones endlessly.
_MAX_RENAMED: Final = 100


class SourceNames:
    """The names of one camera's sources, requested when a connection first needs them."""

    def __init__(self, client: VapixClient, input_nodes: Callable[[], Sequence[Node]], timing: Timing) -> None:
        self._client = client
        #: Returns the camera's device inputs in Netrex's tree, in the order of their ids.
        self._input_nodes = input_nodes
        self._timing = timing
        self._scenarios: dict[EventKind, Mapping[str, Scenario]] = {}
        #: How often the camera has renamed a source on this connection.
        self._renamed = 0
        #: What the camera called sources in its reports.
        self._reported: dict[tuple[EventKind, str], str] = {}
        self._ports: Mapping[int, Port] | None = None
        #: Names in the camera's event declarations, which an account may read although it may read no others.
        self._declared: Mapping[tuple[EventKind, str], str] = {}
        #: When each kind was requested on this connection, seconds.
        self._asked: dict[EventKind, float] = {}

    def learn(self, kind: EventKind, source: str, name: str) -> bool:
        """Take over a name that the camera has reported; return whether it is new."""
        known = self._reported.get((kind, source), "")
        if known == name or (known and self._renamed >= _MAX_RENAMED):
            return False
        self._renamed += bool(known)
        self._reported[kind, source] = name
        return True

    def reported(self, kind: EventKind) -> int:
        """Return of how many sources of a kind the camera has reported the names."""
        return sum(each is kind for each, _ in self._reported)

    def wanted(self, kind: EventKind) -> bool:
        """Return whether sources of this kind may have names that were not requested yet."""
        kind = listed_as(kind)
        return kind not in self._asked and (kind in NAMED_KINDS or kind is EventKind.INPUT)

    def may_be_new(self, kind: EventKind, source: str) -> bool:
        """Return whether an unlisted source may have been created since the names were requested."""
        pause = self._timing.event_source_names_retry
        return self.is_unlisted(kind, source) and time.monotonic() - self._asked.get(listed_as(kind), 0.0) >= pause

    def renew(self) -> None:
        """Request names again on a new connection; until then the old ones stay."""
        self._asked.clear()
        self._renamed = 0

    async def ask(self, kind: EventKind) -> None:
        """Request the names of a kind. Without an answer, sources have numbers."""
        kind = listed_as(kind)
        try:
            if kind is EventKind.INPUT:
                self._ports = {port.number: port for port in await self._client.ports.list()}
            else:
                listed = await self._client.analytics.scenarios(kind)
                self._scenarios[kind] = {scenario.source: scenario for scenario in listed}
        except VapixError as err:
            _LOGGER.debug("No names of %s: %s", kind, type(err).__name__)
        except Exception:
            # A strange answer must not keep sources from being found.
            _LOGGER.exception("Unexpected error while asking for names")
        finally:
            self._asked[kind] = time.monotonic()

    def declare(self, declared: Mapping[tuple[EventKind, str], str]) -> bool:
        """Take the names that the camera declares, for where no others are known; return whether any is new."""
        is_new = self._declared != declared
        self._declared = declared
        return is_new

    def counting(self) -> list[SourceKey]:
        """Return the scenarios that count, of those that the camera lists."""
        listed = self._scenarios.get(EventKind.OBJECT, {}).values()
        return [SourceKey(COUNTING_TYPES[each.type], each.source) for each in listed if each.type in COUNTING_TYPES]

    def counts_crossings(self, source: str) -> bool:
        """Return whether a scenario is known to count what crosses a line."""
        scenario = self.scenario(EventKind.COUNT, source)
        return scenario is not None and COUNTING_TYPES.get(scenario.type) is EventKind.COUNT

    async def counts(self, key: SourceKey) -> Mapping[str, float]:
        """Request what a scenario has counted; nothing without an answer."""
        try:
            return await self._client.analytics.counts(key.kind, key.source)
        except VapixError as err:
            _LOGGER.debug("No counts of a scenario: %s", type(err).__name__)
            return {}

    def scenario(self, kind: EventKind, source: str) -> Scenario | None:
        """Return a scenario or profile, if the camera lists it."""
        return self._scenarios.get(listed_as(kind), {}).get(source)

    def is_unlisted(self, kind: EventKind, source: str) -> bool:
        """Return whether the camera lists its scenarios of this kind, without this one."""
        kind = listed_as(kind)
        return kind in self._scenarios and source not in self._scenarios[kind]

    def user_name(self, kind: EventKind, source: str) -> str | None:
        """Return the user's name of a source; None if it has its default name."""
        if kind is EventKind.INPUT and (name := self._input_name(source)):
            return name
        if name := self._reported.get((kind, source)):
            return name
        scenario = self.scenario(kind, source)
        name = scenario.name if scenario else self._declared.get((kind, source), "")
        return None if not name or _DEFAULT.fullmatch(name) else name

    def port(self, source: str) -> Port | None:
        """Return a port by its number in events."""
        return (self._ports or {}).get(int(source)) if source.isascii() and source.isdecimal() else None

    def is_output(self, source: str) -> bool:
        """Return whether a port is known to be an output, whose state is no event."""
        port = self.port(source)
        return port is not None and not port.is_input

    def is_button(self, source: str) -> bool:
        """Return whether a port is known to have a button."""
        port = self.port(source)
        return port is not None and port.usage.lower() == _BUTTON

    def _input_name(self, source: str) -> str | None:
        """Return the name of an input in Netrex, else in the camera.

        The nth device input below a camera is its nth input, unless one has the port's very name. INFERRED
        (NX-NODE-16): the documentation does not say which is which.
        """
        nodes = list(self._input_nodes())
        port = self.port(source)
        own = port.name if port is not None and not _DEFAULT.fullmatch(port.name) else ""
        if own and any(node.name == own for node in nodes):
            return own
        if self._ports is not None:
            inputs = sorted(number for number, each in self._ports.items() if each.is_input)
            taken = {each.name for each in self._ports.values() if each.is_input}
            # Nodes with the name of a port belong to that port.
            nodes_left = [node for node in nodes if node.name not in taken]
            names = {node.name for node in nodes}
            inputs = [number for number in inputs if self._ports[number].name not in names]
        else:
            nodes_left, inputs = nodes, list(range(len(nodes)))
        if source.isascii() and source.isdecimal() and int(source) in inputs:
            index = inputs.index(int(source))
            if index < len(nodes_left):
                return nodes_left[index].name
        return own or None


def listed_as(kind: EventKind) -> EventKind:
    """Return the kind under which the camera lists sources of this one."""
    return EventKind.OBJECT if kind in COUNTING_KINDS else kind
