"""Says in words that recordings in H.265 may show no picture: once for each person and camera, before it plays."""

from collections import OrderedDict
from pathlib import Path
from typing import Final

from ..errors import action_error

#: Opened recordings kept: players that are open, and some that were.
_KEPT: Final = 64
_FOLDER: Final = Path(__file__).parent / "notices"
_NAME: Final = "recording_in_h265"
_DEFAULT_LANGUAGE: Final = "en"


class H265Notices:
    """Whom to tell, as nobody knows what their browser can play, and who was told."""

    def __init__(self) -> None:
        self._told: set[tuple[str, int]] = set()
        #: Recordings that were being prepared when somebody's player opened.
        self._opened: OrderedDict[tuple[str, str], None] = OrderedDict()

    def raise_once(self, user_id: str, node_id: int, name: str) -> None:
        """Raise that a camera records in H.265, unless the person was told.

        Raises:
            HomeAssistantError: now they are.
        """
        if (user_id, node_id) not in self._told:
            self._told.add((user_id, node_id))
            raise action_error(_NAME, camera=name)

    def is_opening(self, user_id: str, identifier: str) -> None:
        """Note that somebody selects a recording, maybe for a second time: from now on, it plays."""
        self._opened.pop((user_id, identifier), None)

    def opened_early(self, user_id: str, node_id: int, identifier: str) -> None:
        """Note that a player opens before anybody knows the recording's format."""
        if (user_id, node_id) not in self._told:
            self._opened[user_id, identifier] = None
            if len(self._opened) > _KEPT:
                self._opened.popitem(last=False)

    def tells(self, user_id: str, node_id: int, identifier: str) -> bool:
        """Return whether an open player has to show the notice instead of a recording in H.265.

        It does for as long as it is open, as a player fetches a file in parts.
        """
        if (user_id, identifier) not in self._opened:
            return False
        self._told.add((user_id, node_id))
        return True


def notice_film(language: str) -> Path:
    """Return a short film that says it, for a player that is already open."""
    path = _FOLDER / f"{_NAME}.{language}.mp4"
    return path if path.is_file() else _FOLDER / f"{_NAME}.{_DEFAULT_LANGUAGE}.mp4"
