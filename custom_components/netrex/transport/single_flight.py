"""Does once what several callers want at the same time."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial


class WorkCanceledError(Exception):
    """The work was canceled, for example because its account was unloaded; the caller was not."""


class SingleFlight[Key: Hashable, Result]:
    """Tasks by what they make, at most one for each key. They go on when their callers are canceled.

    `create_task` starts them, for example as tasks of an account that end with it.
    """

    def __init__(
        self, create_task: Callable[[Coroutine[None, None, Result]], asyncio.Task[Result]] = asyncio.create_task
    ) -> None:
        self._create_task = create_task
        self._tasks: dict[Key, asyncio.Task[Result]] = {}

    @property
    def tasks(self) -> tuple[asyncio.Task[Result], ...]:
        """The tasks under way."""
        return tuple(self._tasks.values())

    def pending(self, key: Key) -> asyncio.Task[Result] | None:
        """Return the task under way for a key."""
        return self._tasks.get(key)

    def start(self, key: Key, work: Callable[[], Coroutine[None, None, Result]]) -> asyncio.Task[Result]:
        """Return the task under way for a key; start one where there is none."""
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = self._create_task(work())
            task.add_done_callback(partial(self._ended, key))
        return task

    async def get(self, key: Key, work: Callable[[], Coroutine[None, None, Result]]) -> Result:
        """Return the result for a key, from the task under way or a new one, or raise what the work raised.

        Raises:
            WorkCanceledError: the task was canceled.
        """
        task = self.start(key, work)
        await asyncio.wait({task})
        if task.cancelled():
            raise WorkCanceledError
        return task.result()

    async def close(self) -> None:
        """Cancel everything under way, and wait for its end."""
        if tasks := self.tasks:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def _ended(self, key: Key, task: asyncio.Task[Result]) -> None:
        del self._tasks[key]
        if not task.cancelled():
            # The callers may be gone; asyncio would log an error that nobody has asked for.
            task.exception()
