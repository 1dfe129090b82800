"""What tests of figures share: a shop in which people are counted, a clock, and the choice of figures."""

from dataclasses import dataclass, field
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from simulator import Node, NodeType, Simulator
from simulator.figures import Metric, figure, raw_figure

from .person import Person
from .waiting import until

#: 2023-11-14 13:20:00 UTC, when shops are open; 14:20 in Prague.
NOW = 1_699_968_000.0
#: 13:15, the last full quarter of an hour.
QUARTER_OVER = 1_699_967_700
ALL_KINDS = ["visitors_in", "visitors", "passers_by", "sales", "refunds", "conversion"]


@dataclass(slots=True)
class Clock:
    """Stands for the module `time` where figures look at it, and for the simulator's clock."""

    now: float = NOW

    def time(self) -> float:
        """Return seconds since 1970."""
        return self.now

    @staticmethod
    def monotonic() -> float:
        """Return the seconds that really pass, however the clock is set."""
        return time.monotonic()


@dataclass(slots=True)
class Shop:
    """A location with a camera that counts people and a cash desk."""

    simulator: Simulator
    place: Node = field(init=False)
    camera: Node = field(init=False)
    cash_desk: Node = field(init=False)

    def __post_init__(self) -> None:
        """Open the shop, in which the simulator's first camera hangs."""
        world = self.simulator.world
        self.place = world.add(NodeType.LOCATION, "Brno shop", world.top)
        self.camera = world.camera_nodes()[0]
        self.camera.parent_node_id = self.place.node_id
        self.cash_desk = world.add(NodeType.CASHDESK, "Till", self.place)

    def counted(self, kind: str, node: Node, begins_at: int, ends_at: int) -> float | None:
        """Return what the simulated cloud counted."""
        metric = {
            "visitors_in": Metric.PEOPLE_COUNT_IN,
            "visitors": Metric.PEOPLE_COUNT_AVERAGE,
            "passers_by": Metric.PEOPLE_COUNT_PASS_BY,
            "sales": Metric.TRANSACTION_COUNT_POSITIVE,
            "refunds": Metric.TRANSACTION_COUNT_NEGATIVE,
            "conversion": Metric.CONVERSION_COUNT,
        }[kind]
        ask = raw_figure if kind == "visitors_in" else figure
        return ask(self.simulator.service, node, metric, begins_at, ends_at)


async def choose(
    hass: HomeAssistant, person: Person, entry: ConfigEntry, nodes: list[Node], kinds: list[str]
) -> dict[str, object]:
    """Choose figures in the options, and wait until the account is loaded with them."""
    await person.options(entry)
    await person.choose("metrics")
    step = await person.answer(metric_nodes=[str(node.node_id) for node in nodes], metric_kinds=kinds)
    await hass.async_block_till_done()
    return step


async def until_told(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Wait until the cloud has told figures."""
    await until(hass, lambda: entry.runtime_data.metrics.today.data is not None)
    await hass.async_block_till_done()
