"""Answers that several want: who asks, who waits, and what is kept."""

import asyncio
import math

import pytest

from custom_components.netrex.vapix import BusyError
from custom_components.netrex.vapix.shared_answer import SharedAnswer


class Camera:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.questions: list[asyncio.Future[int]] = []

    async def ask(self) -> int:
        self.questions.append(asyncio.get_running_loop().create_future())
        return await self.questions[-1]


async def turns() -> None:
    """Let all tasks run until they wait for the camera."""
    for _ in range(5):
        await asyncio.sleep(0)


async def asked(shared: SharedAnswer[int], count: int = 1) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(shared.get()) for _ in range(count)]
    await turns()
    return tasks


async def test_one_question_is_enough() -> None:
    camera = Camera()
    shared = SharedAnswer(camera.ask, math.inf)
    tasks = await asked(shared, 3)
    camera.questions[0].set_result(7)
    assert await asyncio.gather(*tasks) == [7, 7, 7]
    assert await shared.get() == 7
    assert len(camera.questions) == 1


async def test_a_failure_is_that_of_all_who_wait_and_of_nobody_else() -> None:
    camera = Camera()
    shared = SharedAnswer(camera.ask, math.inf)
    tasks = await asked(shared, 3)
    camera.questions[0].set_exception(BusyError("not now"))
    failures = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in failures] == [BusyError] * 3
    assert len(camera.questions) == 1
    (task,) = await asked(shared)
    camera.questions[1].set_result(8)
    assert await task == 8


async def test_an_answer_that_a_change_has_overtaken_is_not_kept() -> None:
    camera = Camera()
    shared = SharedAnswer(camera.ask, math.inf)
    (first,) = await asked(shared)
    shared.forget()
    (second,) = await asked(shared)
    camera.questions[0].set_result(1)
    assert await first == 1
    await turns()
    camera.questions[1].set_result(2)
    assert await second == 2
    assert await shared.get() == 2


async def test_an_answer_grows_old() -> None:
    camera = Camera()
    shared = SharedAnswer(camera.ask, 0.0)
    for answer in (1, 2):
        (task,) = await asked(shared)
        camera.questions[-1].set_result(answer)
        assert await task == answer


async def test_who_is_cancelled_leaves_the_question_to_the_others() -> None:
    camera = Camera()
    shared = SharedAnswer(camera.ask, math.inf)
    first, second = await asked(shared, 2)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    camera.questions[0].set_result(3)
    assert await second == 3
    assert len(camera.questions) == 1
