"""What of a camera's recording shows an episode."""

from datetime import datetime
import math

from ..cloud.recordings import Interval
from ..recordings.media_items import AFTER, BEFORE
from .episode import Episode


def episode_interval(episode: Episode, now: datetime) -> Interval:
    """Return what the recording of an episode spans: from 10 s before to 20 s after it, as far as that is past.

    At least a second, also of an episode in the future, before which a clock was set back.
    """
    ends_at = min(math.ceil(episode.ended_at / 1000) + AFTER, int(now.timestamp()))
    # No recording has a time before 1970.
    return Interval(max(1, min(episode.id.began_at // 1000 - BEFORE, ends_at - 1)), ends_at)
