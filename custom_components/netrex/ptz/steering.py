"""Moves the cameras of one account for a time, and sees to it that they stop: at unload, at the end, after a crash."""

import asyncio
from collections.abc import Coroutine, Mapping
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback

from ..cameras.axis_camera import AxisCamera
from ..tasks.timing import timing_of
from ..vapix import Axis, Motion, UnreachableError, VapixError
from .brake import Brake
from .movement import Movement
from .moving_store import MovingStore

_LOGGER = logging.getLogger(__name__)

#: Seconds that a move may take, its end included, beyond its own time; then whoever waits is told.
STOPS_WITHIN: Final = 10.0
_EVERYTHING: Final = frozenset(Axis)


class Steering:
    """The moves of one account's cameras, at most one a camera."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._timing = timing_of(hass)
        self._note = MovingStore(hass, entry_id)
        self._movements: dict[int, Movement] = {}
        #: Those that another was to follow, which was not taken; being stopped.
        self._superseded: set[Movement] = set()
        #: Those that were left moving, being stopped.
        self._left_moving: dict[int, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False

    # --- life --------------------------------------------------------------------------------------

    async def async_start(self, cameras: Mapping[int, AxisCamera]) -> CALLBACK_TYPE:
        """Stop, in the background, what moved when Home Assistant ended without a chance to stop it.

        Returns:
            What ends the care for Home Assistant's end; to be called when the account is unloaded.
        """
        # Before the stop event, at which background tasks are gone already.
        forget = self._hass.async_add_shutdown_job(HassJob(self.end, "netrex cameras stop"))
        for node_id in await self._note.left_moving():
            camera = cameras.get(node_id)
            if camera is None:
                self._note.stopped(node_id)
            else:
                self._left_moving[node_id] = self._run(self._stop_left(camera))
        return forget

    async def end(self) -> None:
        """Stop everything; what can't be stopped now stays noted for the next start."""
        if self._ended:
            return
        self._ended = True
        movements = {*self._movements.values(), *self._superseded}
        for movement in movements:
            movement.halt()
            movement.leave()
        ends = [movement.ended for movement in movements if not movement.ended.done()]
        if ends:
            await asyncio.wait(ends, timeout=self._timing.steering_ends_within)
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._note.write()

    # --- moving ------------------------------------------------------------------------------------

    async def start(self, camera: AxisCamera, speeds: Mapping[Axis, int], seconds: float) -> Movement:
        """Move a camera; return once it moves. Called in the camera's turn.

        A move that goes on is followed by this one without a stop in between.

        Raises:
            VapixError: it does not move, and is told to stop in case it does.
        """
        node_id = camera.node.node_id
        held = await camera.client.ptz.with_token_held()
        await self._note.moves(node_id)
        await self._until_left_one_stands(node_id)
        before = self._movements.get(node_id)
        if before is not None and not before.is_going:
            await self._until_ended(before)
            before.leave()
            before = None
        if self._ended:
            raise UnreachableError("The account is being unloaded")
        if before is not None:
            # What moves and is not told anything would go on.
            speeds = {**dict.fromkeys(before.axes, 0), **speeds}
        brake = Brake(camera.client.ptz, held, frozenset(speeds), self._timing)
        movement = self._movements[node_id] = Movement(camera.client.ptz, brake, speeds, seconds, self._timing)
        self._run(self._follow(node_id, movement))
        try:
            await asyncio.shield(movement.started)
        except asyncio.CancelledError, VapixError:
            movement.halt()
            if before is not None and not before.ended.done():
                # Nothing has followed it: it ends now rather than in the middle of something else.
                self._superseded.add(before)
                before.halt()
            raise
        if before is not None:
            before.take_over()
        return movement

    async def halt(self, camera: AxisCamera) -> None:
        """Let a camera stand still before it is told something else. Called in the camera's turn.

        Raises:
            UnreachableError: it could not be stopped.
        """
        await self._until_left_one_stands(camera.node.node_id)
        movement = self._movements.get(camera.node.node_id)
        if movement is not None:
            movement.halt()
            await self._until_ended(movement)
            movement.leave()

    async def stop(self, camera: AxisCamera) -> None:
        """Stop a camera, whoever moves it. Waits for nothing that it was told before.

        Raises:
            UnreachableError: it could not be stopped.
        """
        if camera.node.node_id in self._movements:
            await self.halt(camera)
            return
        ptz, head = camera.client.ptz, camera.equipment.head
        axes = frozenset(head.axes(Motion.CONTINUOUS)) if head else frozenset()
        brake = Brake(ptz, ptz, axes or _EVERYTHING, self._timing)
        try:
            async with asyncio.timeout(STOPS_WITHIN):
                taken = await brake.stop()
        except TimeoutError:
            taken = False
        if not taken:
            raise UnreachableError("The stop was not taken")

    @callback
    def drop(self, node_id: int) -> None:
        """The account no longer has a camera: it stops."""
        if movement := self._movements.get(node_id):
            movement.halt()

    # --- tasks -------------------------------------------------------------------------------------

    async def _until_left_one_stands(self, node_id: int) -> None:
        """Wait until a camera is stopped that was left moving: that stop must not end what comes next."""
        if (stopping := self._left_moving.get(node_id)) is not None:
            await asyncio.wait((stopping,), timeout=STOPS_WITHIN)
            if not stopping.done():
                raise UnreachableError("The stop was not taken")

    async def _until_ended(self, movement: Movement) -> None:
        done, _ = await asyncio.wait((movement.ended,), timeout=STOPS_WITHIN)
        if not done or movement.ended.cancelled() or not movement.ended.result():
            raise UnreachableError("The stop was not taken")

    async def _follow(self, node_id: int, movement: Movement) -> None:
        movement.ended.add_done_callback(lambda ended: self._note_end(node_id, movement, ended))
        try:
            await movement.run()
        finally:
            self._superseded.discard(movement)
            if self._movements.get(node_id) is movement:
                del self._movements[node_id]

    def _note_end(self, node_id: int, movement: Movement, ended: asyncio.Future[bool]) -> None:
        if ended.cancelled() or not ended.result():
            _LOGGER.warning("A camera has not confirmed that it stopped moving")
        elif self._movements.get(node_id, movement) is movement:
            self._note.stopped(node_id)

    async def _stop_left(self, camera: AxisCamera) -> None:
        ptz = camera.client.ptz
        if await Brake(ptz, ptz, _EVERYTHING, self._timing).stop():
            _LOGGER.info("A camera that Home Assistant had left moving was told to stop")
        del self._left_moving[camera.node.node_id]
        self._note.stopped(camera.node.node_id)

    def _run(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        # Neither Home Assistant's nor the entry's: they cancel theirs before a camera can be stopped.
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
