"""Axis cameras on this machine, written from docs/api/vapix.md alone: live video, images, and what leads there.

    studio = Studio()
    app.add_routes(camera_routes(world, access, switches, studio))
    ...
    await studio.close()

`read_time` reads from any picture of theirs when it was drawn.
"""

from .event_stream import EventStreams
from .routes import Access, Cameras, CameraSwitches, camera_routes
from .studio import Studio
from .timecode import read_time

__all__ = ["Access", "CameraSwitches", "Cameras", "EventStreams", "Studio", "camera_routes", "read_time"]
