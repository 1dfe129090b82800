"""What a check found: steps with times and figures, as lines on the screen and as JSON."""

from collections.abc import AsyncIterator, Callable
import contextlib
from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
import time

type Figure = float | int | str


class StepFailedError(Exception):
    """A step of the check failed; what went wrong is in the report already."""


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


@dataclass(slots=True)
class Report:
    """Steps in the order they were tried."""

    steps: list[Step] = field(default_factory=list)
    screenshots: list[str] = field(default_factory=list)
    say: Callable[[str], None] = print
    began: float = field(default_factory=time.monotonic)

    @property
    def ok(self) -> bool:
        """Whether anything was tried and all of it held."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began

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
            figures = "".join(f", {key} {value}" for key, value in step.figures.items())
            self.say(f"{'ok  ' if step.ok else 'FAIL'} {step.seconds:6.1f} s  {name}{figures}")
            if step.said:
                self.say(f"     {step.said}")

    def write(self, path: Path) -> None:
        """Write all of it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = {
            "ok": self.ok,
            "seconds": round(self.seconds, 1),
            "steps": [asdict(step) for step in self.steps],
            "screenshots": self.screenshots,
        }
        path.write_text(json.dumps(whole, indent=2) + "\n")
