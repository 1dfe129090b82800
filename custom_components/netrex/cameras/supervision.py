"""Runs two tasks for each camera of an account: one checks it, the other receives its events."""

import asyncio
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..tasks.background import BackgroundTasks
from ..tasks.timing import Timing
from .axis_camera import AxisCamera
from .event_connection import EventConnection

#: Cameras checked at the same time after start-up: quick for ten, gentle for five hundred.
_CHECKS_AT_ONCE: Final = 8


class Supervision:
    """The tasks of an account's cameras. They end with the account; neither ends alone, as both catch what fails."""

    def __init__(self, run_in_background: BackgroundTasks, timing: Timing) -> None:
        self._run_in_background = run_in_background
        self._semaphore = asyncio.Semaphore(_CHECKS_AT_ONCE)
        #: Separate, so that hanging event connections don't delay checks.
        self._connecting = asyncio.Semaphore(timing.event_connections_at_once)
        self._running = False
        self._cameras: dict[int, tuple[AxisCamera, EventConnection | None]] = {}
        self._tasks: dict[int, tuple[asyncio.Task[None], ...]] = {}

    @callback
    def begin(self, _hass: HomeAssistant) -> None:
        """Start all tasks. Called by Home Assistant when it has started."""
        self._running = True
        for node_id in self._cameras:
            self._start(node_id)

    @callback
    def add(self, camera: AxisCamera, connection: EventConnection | None) -> None:
        """Add a camera, and its event connection if it has one."""
        self._cameras[camera.node.node_id] = camera, connection
        if self._running:
            self._start(camera.node.node_id)

    @callback
    def drop(self, node_id: int) -> None:
        """Stop the tasks of a camera."""
        self._cameras.pop(node_id, None)
        for task in self._tasks.pop(node_id, ()):
            task.cancel()

    def _start(self, node_id: int) -> None:
        camera, connection = self._cameras[node_id]
        loops = [camera.supervise(self._semaphore)]
        if connection is not None:
            loops.append(connection.supervise(self._connecting))
        self._tasks[node_id] = tuple(self._run_in_background(loop, f"netrex camera {node_id}") for loop in loops)
