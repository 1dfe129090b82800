"""How many questions a person's browsers may ask at a time: each may read the disk and ask the cloud."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.singleton import singleton
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..tasks.timing import timing_of


class OpenQuestions:
    """Counts the questions of each person that have no answer yet: others must not have to wait for all of them."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._timing = timing_of(hass)
        self._open = Counter[str]()

    @contextmanager
    def one_more(self, user: User) -> Iterator[bool]:
        """Count a question while it is answered; give whether it may be: there are not too many."""
        if self._open[user.id] >= self._timing.most_open_questions:
            yield False
            return
        self._open[user.id] += 1
        try:
            yield True
        finally:
            self._open[user.id] -= 1
            if not self._open[user.id]:
                del self._open[user.id]


@callback
@singleton(HassKey[OpenQuestions](f"{DOMAIN}_open_questions"))
def async_get_open_questions(hass: HomeAssistant) -> OpenQuestions:
    """Return the one object of this Home Assistant."""
    return OpenQuestions(hass)
