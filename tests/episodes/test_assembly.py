"""How detections of a camera become episodes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.netrex.episodes.assembly import LONGEST_SCENARIO, MOST_SCENARIOS, Assembly, Detected
from custom_components.netrex.episodes.episode import Episode, EpisodeId, EpisodeKind, by_importance
from custom_components.netrex.events.detection import Detection
from custom_components.netrex.tasks.timing import Timing

_NODE: Final = 7
#: Milliseconds since 1970, when the tests begin.
_CLOCK: Final = 1_790_000_000_000
_GAP: Final = Timing().episode_gap
_LONGEST: Final = Timing().episode_longest


@dataclass(slots=True)
class Camera:
    """A camera's assembly, and all that it has told; times are seconds after the beginning."""

    assembly: Assembly = field(default_factory=lambda: Assembly(_NODE, Timing()))
    told: list[Episode] = field(default_factory=list)
    #: How far the clock on the wall is ahead, milliseconds.
    ahead: int = 0

    def _clock(self, at: float) -> int:
        return _CLOCK + round(at * 1000) + self.ahead

    def _run_to(self, at: float) -> None:
        """Let each end come at its time, as a timer does."""
        while (due := self.assembly.due) is not None and due <= at:
            self.told += self.assembly.advance(due, self._clock(due))

    def detects(self, at: float, *kinds: EpisodeKind, scenario: str | None = None, source: str | None = None) -> None:
        self._run_to(at)
        for kind in kinds or (EpisodeKind.PERSON,):
            self.told += self.assembly.detected(Detected((kind,), scenario, source), at, self._clock(at))

    def sees_no_more(self, at: float, source: str) -> None:
        self._run_to(at)
        self.told += self.assembly.over(source, at, self._clock(at))

    def until(self, at: float) -> None:
        self._run_to(at)
        self.told += self.assembly.advance(at, self._clock(at))

    def is_gone(self, at: float) -> None:
        self._run_to(at)
        self.told += self.assembly.close(at, self._clock(at))

    @property
    def episodes(self) -> list[Episode]:
        """Each episode, as it was told last."""
        return list({each.id: each for each in self.told}.values())

    @property
    def spans(self) -> list[tuple[float, float]]:
        """When each episode began and ended, in seconds after the beginning."""
        return [((each.id.began_at - _CLOCK) / 1000, (each.ended_at - _CLOCK) / 1000) for each in self.episodes]


@pytest.fixture
def camera() -> Camera:
    return Camera()


def test_what_follows_soon_is_the_same_episode(camera: Camera) -> None:
    camera.detects(1)
    camera.detects(5, EpisodeKind.VEHICLE)
    camera.detects(14.9, EpisodeKind.MOTION)
    camera.until(1000)
    assert camera.spans == [(1, 14.9)]
    assert camera.episodes[0].kinds == (EpisodeKind.PERSON, EpisodeKind.VEHICLE, EpisodeKind.MOTION)


def test_what_follows_later_is_another_one(camera: Camera) -> None:
    camera.detects(1)
    camera.detects(1 + _GAP)
    camera.until(1000)
    assert camera.spans == [(1, 1), (1 + _GAP, 1 + _GAP)]
    assert [each.is_over for each in camera.told] == [False, True, False, True]


def test_a_detection_lasts_until_its_source_is_not_active_anymore(camera: Camera) -> None:
    camera.detects(0, source="gate")
    camera.detects(50, EpisodeKind.VEHICLE, source="street")
    camera.sees_no_more(60, "gate")
    camera.until(100)
    assert not camera.episodes[-1].is_over
    camera.sees_no_more(101, "street")
    camera.detects(105, EpisodeKind.MOTION)
    camera.until(105 + _GAP)
    assert camera.spans == [(0, 105)]
    assert camera.episodes[-1].is_over


def test_five_minutes_are_the_most(camera: Camera) -> None:
    for at in range(0, 700, 5):
        camera.detects(at)
    camera.until(1000)
    assert camera.spans == [(0, 295), (300, 595), (600, 695)]


def test_what_lasts_longer_goes_on_in_the_next_episode(camera: Camera) -> None:
    camera.detects(0, EpisodeKind.LOITERING, scenario="Gate", source="gate")
    camera.detects(10, EpisodeKind.MOTION)
    camera.sees_no_more(700, "gate")
    camera.until(1000)
    assert camera.spans == [(0, 300), (300, 600), (600, 700)]
    # Only what lasts: the motion was over long before.
    assert [each.kinds for each in camera.episodes[1:]] == [(EpisodeKind.LOITERING,)] * 2
    assert [each.scenarios for each in camera.episodes] == [("Gate",)] * 3


def test_a_stuck_source_does_not_go_on_forever(camera: Camera) -> None:
    camera.detects(0, source="stuck")
    camera.until(48 * 3600)
    assert camera.spans[-1][1] == Timing().detection_longest
    assert len(camera.episodes) == Timing().detection_longest / _LONGEST
    # Others are recorded all the same, also what the same source finds once it works again.
    camera.detects(50 * 3600, EpisodeKind.VEHICLE)
    camera.sees_no_more(51 * 3600, "stuck")
    camera.detects(52 * 3600, source="stuck")
    camera.until(52 * 3600 + 60)
    camera.sees_no_more(52 * 3600 + 61, "stuck")
    camera.until(53 * 3600)
    assert camera.spans[-2:] == [(50 * 3600, 50 * 3600), (52 * 3600, 52 * 3600 + 61)]


def test_a_late_timer_changes_nothing(camera: Camera) -> None:
    """A busy loop comes back after an hour: what should have ended has."""
    camera.detects(0, source="gate")
    camera.told += camera.assembly.over("gate", 1000, _CLOCK + 1_000_000)
    camera.told += camera.assembly.detected(Detected((EpisodeKind.MOTION,)), 5000, _CLOCK + 5_000_000)
    assert camera.spans == [(0, 300), (300, 600), (600, 900), (900, 1000), (5000, 5000)]
    assert [each.is_over for each in camera.episodes] == [True, True, True, True, False]


def test_scenarios_are_bounded(camera: Camera) -> None:
    for number in range(50):
        camera.detects(number / 10, scenario=f" {number} " + "x" * 500)
    camera.detects(6, scenario="  ")
    (episode,) = camera.episodes
    assert len(episode.scenarios) == MOST_SCENARIOS
    assert {len(each) for each in episode.scenarios} == {LONGEST_SCENARIO}
    assert episode.scenarios[0].startswith("0 x")


def test_a_camera_that_is_gone_ends_what_goes_on(camera: Camera) -> None:
    camera.is_gone(0)
    assert not camera.told
    camera.detects(1, source="gate")
    camera.is_gone(31)
    assert camera.spans == [(1, 31)]
    assert camera.episodes[0].is_over
    camera.is_gone(32)
    camera.sees_no_more(33, "gate")
    assert len(camera.told) == 2
    # It was over when the camera was last heard.
    camera.detects(100)
    camera.is_gone(109)
    assert camera.spans[-1] == (100, 100)


def test_a_clock_that_is_set_changes_neither_length_nor_identity(camera: Camera) -> None:
    camera.detects(0, source="gate")
    camera.ahead = -3_600_000
    camera.sees_no_more(20, "gate")
    camera.until(40)
    assert camera.spans == [(0, 20)]
    # Set back to the very moment of the first one.
    camera.ahead = -100_000
    camera.detects(100)
    camera.until(200)
    camera.ahead = -300_000
    camera.detects(300)
    assert [each.id.began_at - _CLOCK for each in camera.episodes] == [0, 1, 2]
    camera.ahead = 10 * 3_600_000
    camera.until(400)
    assert [each.seconds for each in camera.episodes] == [20, 0, 0]


def test_a_clock_that_nobody_has_set_is_no_reason_to_fail(camera: Camera) -> None:
    camera.ahead = -_CLOCK
    camera.detects(0)
    assert camera.episodes[0].id == EpisodeId(_NODE, 1)


def test_every_detection_is_of_a_kind() -> None:
    """One that is added later, and to no kind, fails here."""
    assert {each.value for each in Detection} <= {each.value for each in EpisodeKind}


# --- whatever happens ------------------------------------------------------------------------------------


_SECONDS: Final = st.floats(0, 400, allow_nan=False)
_SOURCES: Final = st.sampled_from(["a", "b", "c"])
_STEPS: Final = st.lists(
    st.one_of(
        st.tuples(st.just("detects"), _SECONDS, st.sampled_from(EpisodeKind), st.none() | _SOURCES),
        st.tuples(st.just("over"), _SECONDS, _SOURCES),
        st.tuples(st.just("until"), _SECONDS),
        st.tuples(st.just("gone"), _SECONDS),
        st.tuples(st.just("set clock"), _SECONDS, st.integers(-100_000_000, 100_000_000)),
    ),
    max_size=40,
)


def _play(steps: list[tuple[object, ...]]) -> tuple[Camera, list[tuple[EpisodeKind, Episode]]]:
    """Let things happen, with the seconds between them; return also which episode each detection became part of."""
    camera, at = Camera(), 0.0
    parts: list[tuple[EpisodeKind, Episode]] = []

    def detects(kind: EpisodeKind, source: str | None) -> None:
        camera.detects(at, kind, source=source)
        parts.append((kind, camera.told[-1]))

    doing: dict[object, Callable[..., None]] = {
        "detects": detects,
        "over": lambda source: camera.sees_no_more(at, source),
        "until": lambda: camera.until(at),
        "gone": lambda: camera.is_gone(at),
        "set clock": lambda ahead: setattr(camera, "ahead", ahead),
    }
    for what, seconds, *rest in steps:
        assert isinstance(seconds, float)
        at += seconds
        doing[what](*rest)
    camera.is_gone(at + 1)
    return camera, parts


@given(_STEPS)
def test_no_detection_is_lost_and_every_episode_ends_once(steps: list[tuple[object, ...]]) -> None:
    camera, parts = _play(steps)
    last = {each.id: each for each in camera.told}
    for kind, episode in parts:
        assert kind in last[episode.id].kinds
    for episode in last.values():
        assert episode.is_over
        assert episode.kinds == by_importance(episode.kinds) != ()
        assert 0 <= episode.seconds <= _LONGEST
        told = [each for each in camera.told if each.id == episode.id]
        assert [each.is_over for each in told] == [False] * (len(told) - 1) + [True]
        # It only grows.
        assert all(one.ended_at <= other.ended_at for one, other in pairwise(told))
        assert all(set(one.kinds) <= set(other.kinds) for one, other in pairwise(told))
    # One after the other: what is told of one is not interrupted by another.
    order = list(dict.fromkeys(each.id for each in camera.told))
    assert [each.id for each in camera.told] == sorted((each.id for each in camera.told), key=order.index)


@given(st.lists(_SECONDS, min_size=1, max_size=40))
def test_moments_are_together_when_they_are_close(pauses: list[float]) -> None:
    """By a definition of its own: begin anew after a gap, or after the longest time."""
    camera, at, expected = Camera(), 0.0, list[list[float]]()
    for pause in pauses:
        at += pause
        camera.detects(at)
        if not expected or at - expected[-1][-1] >= _GAP or at - expected[-1][0] >= _LONGEST:
            expected.append([])
        expected[-1].append(at)
    camera.until(at + 1000)
    assert camera.spans == [
        (pytest.approx(each[0], abs=0.002), pytest.approx(each[-1], abs=0.002)) for each in expected
    ]


@given(_STEPS)
def test_identities_are_unique(steps: list[tuple[object, ...]]) -> None:
    camera, _ = _play(steps)
    began = [each.id for number, each in enumerate(camera.told) if not number or camera.told[number - 1].id != each.id]
    assert len(began) == len(set(began))
