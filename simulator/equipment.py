"""What belongs to a camera beside its picture: what is wired to it, what its analytics look for, its disks."""

from dataclasses import dataclass


@dataclass(slots=True)
class Port:
    """An input or output; its number is its place among the camera's ports, from 0.

    state, normal_state: open or closed. readonly: nothing about it can be set. configurable: its direction can be.
    """

    name: str
    direction: str = "input"
    usage: str = ""
    state: str = "open"
    normal_state: str = "open"
    readonly: bool = False
    configurable: bool = True


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


@dataclass(slots=True)
class Disk:
    """A memory card or network share. wear: how much of its life is used up, percent; negative: unknown."""

    disk_id: str = "SD_DISK"
    total_kb: int = 62_521_344
    free_kb: int = 31_000_000
    status: str = "OK"
    wear: int = 3
