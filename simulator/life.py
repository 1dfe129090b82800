"""Something to see: what cameras look for and what is wired to them, and things that happen by themselves."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
import random
from typing import Final

from .equipment import Port, Profile, Scenario
from .events import Events, Report
from .happenings import happening
from .measurements import crossing
from .world import Camera, NodeType, World

#: Seconds that what happens lasts, at least and at most.
_LASTS: Final = (4.0, 12.0)


@dataclass(frozen=True, slots=True)
class _Habit:
    """What may happen at a camera: a name of `happenings`, and which of its kind."""

    name: str
    number: str = "1"


def furnish(world: World) -> None:
    """Give every camera analytics beside its own, and some of them inputs, with names as people give them.

    Cameras in turn: people on a path and a door; people and vehicles on a driveway, and noise; plain motion, a card.
    """
    for index, node in enumerate(world.camera_nodes()):
        camera = world.cameras[node.serial or ""]
        match index % 3:
            case 0:
                camera.scenarios = [Scenario(1, "Path"), Scenario(2, "Fence", "fence")]
                if not camera.ports:
                    camera.ports = [Port("Digital Input 1", usage="Door"), Port("Siren", direction="output")]
                if not any(
                    each.type is NodeType.DEVICE_INPUT and each.parent_node_id == node.node_id
                    for each in world.nodes.values()
                ):
                    world.add(NodeType.DEVICE_INPUT, "Door", node)
            case 1:
                camera.scenarios.insert(0, Scenario(1, "Driveway", classes=("human", "vehicle")))
            case _:
                camera.motion_profiles = [Profile(1, "Profile 1")]
        for habit in habits(camera):
            report = happening(habit.name, habit.number, active=False)
            if report.stateful:
                camera.event_states[report.state_of] = dict(report.data)
        day = happening("day", active=not camera.night)
        camera.event_states[day.state_of] = dict(day.data)
        if camera.card:
            storage = happening("storage", "SD_DISK", active=False)
            camera.event_states[storage.state_of] = dict(storage.data)


def habits(camera: Camera) -> Sequence[_Habit]:
    """Return what may happen at a furnished camera."""
    if camera.ports:
        return (_Habit("person"), _Habit("line", "2"), _Habit("input", "0"))
    if camera.scenarios:
        counting = (_Habit("crossing", str(each.scenario_id)) for each in camera.scenarios if each.counted is not None)
        return (_Habit("person"), _Habit("vehicle"), _Habit("sound"), *counting)
    return (_Habit("motion"), _Habit("tampering"))


async def live(world: World, events: Events, every: float) -> None:
    """Let something happen at one camera after the other, about so many seconds apart, without end."""
    chance = random.Random(every)  # noqa: S311 - no secret
    while True:
        for camera in list(world.cameras.values()):
            await asyncio.sleep(every * chance.uniform(0.5, 1.5))
            if camera.serial in world.cameras:
                habit = chance.choice(habits(camera))
                if habit.name == "crossing":
                    events.report(camera.serial, _crossing(camera, int(habit.number)))
                else:
                    report = happening(habit.name, habit.number)
                    events.report(camera.serial, report, active_for=chance.uniform(*_LASTS))


def _crossing(camera: Camera, number: int) -> Report:
    """Let a person cross a line at which the camera counts."""
    counted = next(each.counted for each in camera.scenarios if each.scenario_id == number and each.counted is not None)
    counted["human"] = counted.get("human", 0) + 1
    return crossing("human", counted, number)
