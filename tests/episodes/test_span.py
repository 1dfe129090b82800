"""What of a camera's recording shows an episode."""

from datetime import UTC, datetime

import pytest

from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.episodes.episode import Episode, EpisodeId, EpisodeKind
from custom_components.netrex.episodes.span import episode_interval

_AT = 1_790_000_000


@pytest.mark.parametrize(
    ("now", "interval"),
    [
        (_AT + 3600, Interval(_AT - 10, _AT + 24)),
        (_AT + 5, Interval(_AT - 10, _AT + 5)),
        # A clock that was set back.
        (_AT - 10, Interval(_AT - 11, _AT - 10)),
        (_AT - 3600, Interval(_AT - 3601, _AT - 3600)),
    ],
)
def test_recording_spans_some_seconds_more_and_no_future(now: int, interval: Interval) -> None:
    episode = Episode(EpisodeId(1, _AT * 1000 + 900), _AT * 1000 + 3100, (EpisodeKind.PERSON,))
    assert episode_interval(episode, datetime.fromtimestamp(now, UTC)) == interval


def test_clock_that_was_not_set() -> None:
    episode = Episode(EpisodeId(1, 1), 3000, (EpisodeKind.PERSON,))
    assert episode_interval(episode, datetime.fromtimestamp(_AT, UTC)) == Interval(1, 23)
