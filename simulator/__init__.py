"""A Netrex cloud and its cameras on this machine, written from the vendors' documentation alone.

    async with Simulator(Switches(), cameras=2) as sim:
        ... sim.url, sim.device_pattern, sim.world, sim.switches, sim.faults, sim.counters

Or by itself: `python -m simulator`.
"""

from .app import Simulator
from .card_recordings import CardRecording
from .equipment import Port, Profile, Scenario
from .events import Report
from .faults import Fault, Faults
from .switches import Switches
from .world import Account, Application, Camera, Node, NodeType, World

__all__ = [
    "Account",
    "Application",
    "Camera",
    "CardRecording",
    "Fault",
    "Faults",
    "Node",
    "NodeType",
    "Port",
    "Profile",
    "Report",
    "Scenario",
    "Simulator",
    "Switches",
    "World",
]
