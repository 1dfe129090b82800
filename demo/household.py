"""The account that the demo shows: a house and a shop, with names as people give them."""

import time

from simulator import Camera, CardRecording, Node, NodeType, World
from simulator.world import serial_number


def household(cameras: int) -> World:
    """A system with so many cameras: the first few with names of their own, further ones with serial numbers.

    One of them, when there are three or more, has its serial number nowhere: Home Assistant has to ask for it.
    """
    world = World("My cameras")
    house = world.add(NodeType.LOCATION, "House", world.top)
    shop = world.add(NodeType.LOCATION, "Shop", world.top)
    till = world.add(NodeType.FOLDER, "Till", shop)
    world.add(NodeType.CASHDESK, "Till 1", till, external_id="pos-1")
    named: list[tuple[Node, str, bool]] = [
        (house, "Front door", True),
        (till, "Till", True),
        (house, "Zahrada \N{EN DASH} branka", False),
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
            world.add_camera(parent, name=name, external_id=serial if paired else None, camera=camera)
        else:
            world.add_camera(shop)
    return world


def _visits(serial: str) -> list[CardRecording]:
    """What the front door's memory card holds: a visit every three hours, for two days."""
    now = time.time()
    return [CardRecording.at(now - ago * 3600, 30, serial=serial) for ago in range(3, 49, 3)]
