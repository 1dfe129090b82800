"""What came of a journey: its steps, with times and figures."""

from collections.abc import AsyncIterator
import contextlib
from dataclasses import dataclass, field
import time
from typing import override

type Figure = float | int | str


class StepFailedError(Exception):
    """A step failed; what went wrong is in the report already."""


@dataclass(slots=True)
class Step:
    """One thing that was tried.

    figures: what was measured, named with its unit.
    """

    name: str
    ok: bool = False
    seconds: float = 0.0
    figures: dict[str, Figure] = field(default_factory=dict)
    said: str = ""

    def number(self, name: str) -> float:
        """Return what was measured."""
        value = self.figures[name]
        assert not isinstance(value, str)
        return value

    @override
    def __str__(self) -> str:
        figures = "".join(f", {key} {value}" for key, value in self.figures.items())
        return f"{'ok  ' if self.ok else 'FAIL'} {self.seconds:6.1f} s  {self.name}{figures}\n{self.said}".rstrip()


@dataclass(slots=True)
class Report:
    """Steps in the order they were tried."""

    steps: list[Step] = field(default_factory=list)
    screenshots: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether anything was tried and all of it held."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    def say(self, remark: str) -> None:
        """Take something that a reader of a failure should know."""
        self.remarks.append(remark)

    def step_named(self, beginning: str) -> Step:
        """Return the first step whose name begins so."""
        return next(step for step in self.steps if step.name.startswith(beginning))

    @override
    def __str__(self) -> str:
        return "\n".join([*map(str, self.steps), *self.remarks])

    @contextlib.asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[dict[str, Figure]]:
        """Try something; the figures put into what this gives are reported with it.

        Raises:
            StepFailedError: it raised; the report holds its text.
        """
        step = Step(name)
        self.steps.append(step)
        began = time.monotonic()
        try:
            yield step.figures
        except Exception as error:
            step.said = f"{type(error).__name__}: {error}"
            raise StepFailedError(name) from error
        else:
            step.ok = True
        finally:
            step.seconds = round(time.monotonic() - began, 2)
