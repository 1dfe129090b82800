"""A Netrex cloud and its cameras on this machine, written from the vendors' documentation alone.

    async with Simulator(Switches(), cameras=2) as sim:
        ... sim.url, sim.device_pattern, sim.world, sim.switches, sim.faults, sim.counters

Or by itself: `python -m simulator`.
"""

from .app import Simulator
from .card_recordings import CardRecording
from .equipment import (
    Alarm,
    AlarmPattern,
    AudioClip,
    Declaration,
    Light,
    Port,
    Profile,
    Scenario,
    Speaker,
    Temperatures,
    VirtualInputs,
)
from .events import Report
from .faults import Fault, Faults
from .head import Head, Lens, Pose, Preset, Tour
from .many_heads import bispectral, panoramic, two_heads
from .switches import Switches
from .world import Account, Application, Camera, Node, NodeType, World

__all__ = [
    "Account",
    "Alarm",
    "AlarmPattern",
    "Application",
    "AudioClip",
    "Camera",
    "CardRecording",
    "Declaration",
    "Fault",
    "Faults",
    "Head",
    "Lens",
    "Light",
    "Node",
    "NodeType",
    "Port",
    "Pose",
    "Preset",
    "Profile",
    "Report",
    "Scenario",
    "Simulator",
    "Speaker",
    "Switches",
    "Temperatures",
    "Tour",
    "VirtualInputs",
    "World",
    "bispectral",
    "panoramic",
    "two_heads",
]
