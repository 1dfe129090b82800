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
from .moving_store import HeadId, MovingStore

_LOGGER = logging.getLogger(__name__)

#: Seconds beyond its duration after which a move that has not ended is reported as failed.
STOPS_WITHIN: Final = 10.0
_EVERYTHING: Final = frozenset(Axis)


class Steering:
    """The moves of one account's cameras: at most one for each head, or for all that one unit turns (VX-HEAD-9)."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._timing = timing_of(hass)
        self._note = MovingStore(hass, entry_id)
        #: By the node id of the camera, and the unit that turns.
        self._movements: dict[HeadId, Movement] = {}
        #: Moves being stopped, as the move that was to replace them failed.
        self._superseded: set[Movement] = set()
        #: Tasks that stop heads which were left moving.
        self._left_moving: dict[HeadId, asyncio.Task[None]] = {}
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
        for head in await self._note.left_moving():
            camera = cameras.get(head.node_id)
            if camera is None:
                self._note.stopped(head)
            else:
                self._left_moving[head] = self._run(self._stop_left(camera, head))
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

    async def start(self, camera: AxisCamera, channel: int, speeds: Mapping[Axis, int], seconds: float) -> Movement:
        """Move the head of a channel; return once it moves. The caller holds the camera's command lock.

        This replaces a move in progress of the same head without a stop in between.

        Raises:
            VapixError: the start failed; a stop is sent in case it arrived.
        """
        control, unit = camera.client.ptz.head(channel), _unit(camera, channel)
        held = await control.with_token_held()
        await self._note.moves(HeadId(camera.node.node_id, channel))
        await self._until_left_moving_stopped(camera, unit)
        before = self._movements.get(unit)
        if before is not None and before.channel != channel:
            # Its zoom is another channel's: a command to this one would not stop it.
            before.stop_early()
        if before is not None and not before.is_running:
            await self._until_ended(before)
            before.cancel_repeats()
            before = None
        if self._ended:
            raise UnreachableError("The account is being unloaded")
        if before is not None:
            # An axis that is not in the request would go on moving.
            speeds = {**dict.fromkeys(before.axes, 0), **speeds}
        brake = Brake(control, held, frozenset(speeds), self._timing)
        movement = self._movements[unit] = Movement(control, brake, speeds, seconds, self._timing)
        self._run(self._follow(unit, movement))
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

    async def stop_for_next_command(self, camera: AxisCamera, channel: int) -> None:
        """Stop a move in progress, as its stop would end the next command. The caller holds the camera's command lock.

        Raises:
            UnreachableError: the camera has not confirmed the stop.
        """
        unit = _unit(camera, channel)
        await self._until_left_moving_stopped(camera, unit)
        movement = self._movements.get(unit)
        if movement is not None:
            movement.stop_early()
            await self._until_ended(movement)
            movement.cancel_repeats()

    async def stop(self, camera: AxisCamera, channel: int) -> None:
        """Stop the head of a channel, also if something else moves it. This doesn't wait for other commands.

        Raises:
            UnreachableError: the camera has not confirmed the stop.
        """
        if _unit(camera, channel) in self._movements:
            await self.stop_for_next_command(camera, channel)
            return
        control, head = camera.client.ptz.head(channel), camera.equipment.heads.get(channel)
        axes = frozenset(head.axes(Motion.CONTINUOUS)) if head else frozenset()
        brake = Brake(control, control, axes or _EVERYTHING, self._timing)
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
        for unit, movement in self._movements.items():
            if unit.node_id == node_id:
                movement.stop_early()

    # --- tasks -------------------------------------------------------------------------------------

    async def _until_left_moving_stopped(self, camera: AxisCamera, unit: HeadId) -> None:
        """Wait until what was left moving has stopped: that stop would end the next move."""
        left = [
            task
            for head, task in self._left_moving.items()
            if head.node_id == unit.node_id and _unit(camera, head.channel) == unit
        ]
        if left and (await asyncio.wait(left, timeout=STOPS_WITHIN))[1]:
            raise UnreachableError("The camera has not confirmed the stop")

    async def _until_ended(self, movement: Movement) -> None:
        done, _ = await asyncio.wait((movement.ended,), timeout=STOPS_WITHIN)
        if not done or movement.ended.cancelled() or not movement.ended.result():
            raise UnreachableError("The camera has not confirmed the stop")

    async def _follow(self, unit: HeadId, movement: Movement) -> None:
        movement.ended.add_done_callback(lambda ended: self._note_end(unit, movement, ended))
        try:
            await movement.run()
        finally:
            self._superseded.discard(movement)
            if self._movements.get(unit) is movement:
                del self._movements[unit]

    def _note_end(self, unit: HeadId, movement: Movement, ended: asyncio.Future[bool]) -> None:
        if ended.cancelled() or not ended.result():
            _LOGGER.warning("A camera has not confirmed that it stopped moving")
        elif self._movements.get(unit, movement) is movement:
            self._note.stopped(HeadId(unit.node_id, movement.channel))

    async def _stop_left(self, camera: AxisCamera, head: HeadId) -> None:
        control = camera.client.ptz.head(head.channel)
        if await Brake(control, control, _EVERYTHING, self._timing).stop():
            _LOGGER.info("Stopped a camera that was moving when Home Assistant ended")
        del self._left_moving[head]
        self._note.stopped(head)

    def _run(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        # Home Assistant and the entry cancel their own tasks before a camera can be stopped.
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _unit(camera: AxisCamera, channel: int) -> HeadId:
    """Return what turns a channel's picture: the head of the lowest channel that turns together with it."""
    return HeadId(camera.node.node_id, camera.equipment.unit_of(channel))
