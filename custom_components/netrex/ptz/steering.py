"""Continuous moves of one account's cameras, which also stop them at unload, at shutdown and after a crash."""

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

#: Seconds beyond its duration after which a move that has not ended is reported as failed.
STOPS_WITHIN: Final = 10.0
_EVERYTHING: Final = frozenset(Axis)


class Steering:
    """The moves of one account's cameras, at most one a camera."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._timing = timing_of(hass)
        self._note = MovingStore(hass, entry_id)
        self._movements: dict[int, Movement] = {}
        #: Moves being stopped, as the move that was to replace them failed.
        self._superseded: set[Movement] = set()
        #: Tasks that stop cameras which were left moving, by node id.
        self._left_moving: dict[int, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False

    # --- life --------------------------------------------------------------------------------------

    async def async_start(self, cameras: Mapping[int, AxisCamera]) -> CALLBACK_TYPE:
        """Stop, in the background, the cameras that were moving when Home Assistant crashed.

        Returns:
            A function that removes the shutdown job; to be called when the account is unloaded.
        """
        # It runs before the stop event, at which background tasks are canceled already.
        remove_job = self._hass.async_add_shutdown_job(HassJob(self.end, "netrex cameras stop"))
        for node_id in await self._note.left_moving():
            camera = cameras.get(node_id)
            if camera is None:
                self._note.stopped(node_id)
            else:
                self._left_moving[node_id] = self._run(self._stop_left(camera))
        return remove_job

    async def end(self) -> None:
        """Stop all cameras; those that can't be stopped now are stopped at the next start."""
        if self._ended:
            return
        self._ended = True
        movements = {*self._movements.values(), *self._superseded}
        for movement in movements:
            movement.stop_early()
            movement.cancel_repeats()
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
        """Move a camera; return once it moves. The caller holds the camera's command lock.

        This replaces a move in progress without a stop in between.

        Raises:
            VapixError: the start failed; a stop is sent in case it arrived.
        """
        node_id = camera.node.node_id
        held = await camera.client.ptz.with_token_held()
        await self._note.moves(node_id)
        await self._until_left_moving_stopped(node_id)
        before = self._movements.get(node_id)
        if before is not None and not before.is_running:
            await self._until_ended(before)
            before.cancel_repeats()
            before = None
        if self._ended:
            raise UnreachableError("The account is being unloaded")
        if before is not None:
            # An axis that is not in the request would go on moving.
            speeds = {**dict.fromkeys(before.axes, 0), **speeds}
        brake = Brake(camera.client.ptz, held, frozenset(speeds), self._timing)
        movement = self._movements[node_id] = Movement(camera.client.ptz, brake, speeds, seconds, self._timing)
        self._run(self._follow(node_id, movement))
        try:
            await asyncio.shield(movement.started)
        except asyncio.CancelledError, VapixError:
            movement.stop_early()
            if before is not None and not before.ended.done():
                # Nothing replaces it: it ends now, not during a later command.
                self._superseded.add(before)
                before.stop_early()
            raise
        if before is not None:
            before.mark_replaced()
        return movement

    async def stop_for_next_command(self, camera: AxisCamera) -> None:
        """Stop a move in progress, as its stop would end the next command. The caller holds the camera's command lock.

        Raises:
            UnreachableError: the camera has not confirmed the stop.
        """
        await self._until_left_moving_stopped(camera.node.node_id)
        movement = self._movements.get(camera.node.node_id)
        if movement is not None:
            movement.stop_early()
            await self._until_ended(movement)
            movement.cancel_repeats()

    async def stop(self, camera: AxisCamera) -> None:
        """Stop a camera, also if something else moves it. This doesn't wait for other commands.

        Raises:
            UnreachableError: the camera has not confirmed the stop.
        """
        if camera.node.node_id in self._movements:
            await self.stop_for_next_command(camera)
            return
        ptz, head = camera.client.ptz, camera.equipment.head
        axes = frozenset(head.axes(Motion.CONTINUOUS)) if head else frozenset()
        brake = Brake(ptz, ptz, axes or _EVERYTHING, self._timing)
        try:
            async with asyncio.timeout(STOPS_WITHIN):
                confirmed = await brake.stop()
        except TimeoutError:
            confirmed = False
        if not confirmed:
            raise UnreachableError("The camera has not confirmed the stop")

    @callback
    def drop(self, node_id: int) -> None:
        """Stop a camera that is no longer in the account."""
        if movement := self._movements.get(node_id):
            movement.stop_early()

    # --- tasks -------------------------------------------------------------------------------------

    async def _until_left_moving_stopped(self, node_id: int) -> None:
        """Wait until a camera that was left moving has stopped: that stop would end the next move."""
        if (stopping := self._left_moving.get(node_id)) is not None:
            await asyncio.wait((stopping,), timeout=STOPS_WITHIN)
            if not stopping.done():
                raise UnreachableError("The camera has not confirmed the stop")

    async def _until_ended(self, movement: Movement) -> None:
        done, _ = await asyncio.wait((movement.ended,), timeout=STOPS_WITHIN)
        if not done or movement.ended.cancelled() or not movement.ended.result():
            raise UnreachableError("The camera has not confirmed the stop")

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
            _LOGGER.info("Stopped a camera that was moving when Home Assistant ended")
        del self._left_moving[camera.node.node_id]
        self._note.stopped(camera.node.node_id)

    def _run(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        # Home Assistant and the entry cancel their own tasks before a camera can be stopped.
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
