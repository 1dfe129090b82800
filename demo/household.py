"""The account of the demo: a house and a shop, with realistic names."""

from collections.abc import Callable, Mapping
import time

from simulator import (
    Alarm,
    AudioClip,
    Camera,
    CardRecording,
    Head,
    Lens,
    Light,
    Node,
    NodeType,
    Port,
    Pose,
    Preset,
    Scenario,
    Speaker,
    Tour,
    World,
)
from simulator.happenings import happening
from simulator.world import serial_number


def household(cameras: int) -> World:
    """A system with so many cameras: the first few with names of their own, further ones with serial numbers.

    One of them, when there are three or more, has its serial number nowhere: Home Assistant has to ask for it.
    The guest sees the house. Only the camera at the till counts people.
    """
    world = World("My cameras")
    house = world.add(NodeType.LOCATION, "House", world.top)
    shop = world.add(NodeType.LOCATION, "Shop", world.top)
    till = world.add(NodeType.FOLDER, "Till", shop)
    world.add(NodeType.CASHDESK, "Till 1", till, external_id="pos-1")
    named: list[tuple[Node, str, bool]] = [
        (house, "Front door", True),
        (till, "Till", True),
        (house, "Garden", False),
        (shop, "Warehouse", True),
        (house, "Garage", True),
    ]
    for index in range(cameras):
        if index < len(named):
            parent, name, paired = named[index]
            serial = serial_number(index)
            camera = Camera(serial, name)
            if index == 0:
                camera.card, camera.card_recordings = True, _visits(serial)
            if (equip := _EQUIPMENT.get(name)) is not None:
                equip(camera)
            node = world.add_camera(parent, name=name, external_id=serial if paired else None, camera=camera)
        else:
            node = world.add_camera(shop)
        node.counts = node.name == "Till"
    world.accounts["guest"].sees = frozenset({house.node_id})
    return world


def _answer(camera: Camera) -> None:
    """An intercom: a bell, a loudspeaker with sounds stored in it, a siren, and a door opener."""
    bell = happening("call", active=False)
    camera.event_states[bell.state_of] = dict(bell.data)
    camera.ports = [
        Port("Digital Input 1", usage="Door"),
        Port("Siren", direction="output"),
        Port("Door opener", direction="output"),
    ]
    camera.speaker = Speaker()
    camera.audio_clips = [AudioClip(1, "Dog barking", 6.0), AudioClip(2, "Please wait", 3.0), AudioClip(5, "Chime")]


def _turn(camera: Camera) -> None:
    """A head that looks where things are loaded, and goes round at night."""
    camera.model, camera.product_name = "AXIS Q6135-LE", "AXIS Q6135-LE PTZ Network Camera"
    home = Pose(tilt=40)
    presets = [
        Preset("Home", home),
        Preset("Gate", Pose(pan=-170, tilt=52, zoom=800)),
        Preset("Loading bay", Pose(pan=126, tilt=68, zoom=2500)),
        Preset("Shelves", Pose(pan=170, tilt=10, zoom=1200)),
    ]
    camera.head = Head(
        presets=dict(enumerate(presets, 1)), tours=[Tour("Night round", (2, 3, 4), dwell=8.0)], autofocus=True
    )
    camera.head.go_to(home)


def _darken(camera: Camera) -> None:
    """A place without a window, lamps beside the lens that are off, a siren with a strobe; the lens can be set."""
    camera.alarm = Alarm()
    camera.night, camera.lens, camera.ir_cut_filter = True, Lens(), "auto"
    camera.lights = [Light(), Light("White light", intensity=80, ranges=((0, 0), (10, 100)), has_automatic=False)]


def _count(camera: Camera) -> None:
    """A line at the entrance at which the camera counts."""
    camera.scenarios.append(Scenario(2, "Entrance", "crosslinecounting", counted={"human": 1284, "bike": 3}))


_EQUIPMENT: Mapping[str, Callable[[Camera], None]] = {
    "Front door": _answer,
    "Till": _count,
    "Warehouse": _turn,
    "Garage": _darken,
}
"""What cameras have beside a lens; the others have nothing."""


def _visits(serial: str) -> list[CardRecording]:
    """What the front door's memory card holds: a visit every three hours, for two days."""
    now = time.time()
    return [CardRecording.at(now - ago * 3600, 30, serial=serial) for ago in range(3, 49, 3)]
