"""What runs on although whoever began it has left."""

import asyncio
from collections.abc import Coroutine
from typing import Protocol


class InBackground(Protocol):
    """Runs work until its account is unloaded."""

    def __call__[Result](self, work: Coroutine[None, None, Result], /) -> asyncio.Task[Result]:
        """Return the task that runs it."""
        ...
