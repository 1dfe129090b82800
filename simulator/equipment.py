"""What belongs to a camera beside its picture: what is wired to it, what its analytics look for."""

from dataclasses import dataclass


@dataclass(slots=True)
class Port:
    """An input or output; its number is its place among the camera's ports, from 0."""

    name: str
    direction: str = "input"
    usage: str = ""
    state: str = "open"
    normal_state: str = "open"


@dataclass(slots=True)
class Scenario:
    """What Object Analytics looks for. type: motion, fence, crosslinecounting, occupancyInArea."""

    scenario_id: int
    name: str
    type: str = "motion"
    classes: tuple[str, ...] = ("human",)
    device: int = 1


@dataclass(slots=True)
class Profile:
    """What Video Motion Detection 4 looks for."""

    uid: int
    name: str
    camera: int = 1
