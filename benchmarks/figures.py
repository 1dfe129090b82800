"""Results of a benchmark: ours and its peers', round by round, and the goals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import math
from statistics import median
from typing import TypedDict


class Spread(TypedDict):
    """Rounds in short."""

    median: float
    low: float
    high: float
    rounds: list[float]


class PeerFacts(TypedDict):
    """A peer's rounds, and ours divided by them."""

    theirs: Spread | None
    ratio: Spread | None


class GoalFacts(TypedDict):
    """What was aimed at, and whether it was met."""

    text: str
    value: float
    most: float
    met: bool


class FigureFacts(TypedDict):
    """A figure as JSON has it."""

    name: str
    unit: str
    ours: Spread | None
    peers: dict[str, PeerFacts]
    goals: list[GoalFacts]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be at most, and what it is."""

    text: str
    value: float
    most: float

    @property
    def met(self) -> bool:
        """Whether it is."""
        return self.value <= self.most


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured.

    Attributes:
        name: what was measured, in words.
        unit: "s", "ms", "MB"; empty for a count.
        ours: a value a round.
        peers: the same of others, by their names; each round's beside ours of that round.
        goals: what was aimed at.
    """

    name: str
    unit: str
    ours: Sequence[float]
    peers: Mapping[str, Sequence[float]] = field(default_factory=dict)
    goals: Sequence[Goal] = ()

    def ratios(self, peer: str) -> list[float]:
        """Divide ours by a peer's, round by round."""
        return [ours / theirs for ours, theirs in zip(self.ours, self.peers[peer], strict=True) if theirs]

    def as_json(self) -> FigureFacts:
        """Give all of it, with medians and ratios worked out."""
        return {
            "name": self.name,
            "unit": self.unit,
            "ours": spread(self.ours),
            "peers": {
                peer: {"theirs": spread(rounds), "ratio": spread(self.ratios(peer))}
                for peer, rounds in self.peers.items()
            },
            "goals": [
                {"text": goal.text, "value": goal.value, "most": goal.most, "met": goal.met} for goal in self.goals
            ],
        }


def at_most_times(ours: Sequence[float], peer: str, theirs: Sequence[float], most: float) -> Goal:
    """Aim at so many times a peer's figure, round by round: what slows the machine in a round slows both."""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True) if other]
    return Goal(f"at most {most:g} times {peer}", median(ratios) if ratios else math.inf, most)


def at_most(text: str, ours: Sequence[float], most: float) -> Goal:
    """Aim at a figure, by the median."""
    return Goal(text, median(ours), most)


def spread(rounds: Sequence[float]) -> Spread | None:
    """Give rounds in short; None without any."""
    if not rounds:
        return None
    return {
        "median": _short(median(rounds)),
        "low": _short(min(rounds)),
        "high": _short(max(rounds)),
        "rounds": [_short(each) for each in rounds],
    }


def _short(value: float) -> float:
    """Four digits are more than any of this is worth."""
    return float(f"{value:.4g}")


def formatted(value: float, unit: str) -> str:
    """Write a value for people."""
    if value >= 100 or value == int(value):
        text = f"{value:,.0f}"
    elif value >= 10:
        text = f"{value:.1f}"
    elif value >= 1:
        text = f"{value:.2f}"
    else:
        text = f"{value:.3g}"
    return f"{text} {unit}".strip()
