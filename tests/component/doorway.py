"""A camera that people pass, and what is seen of that in the list of events."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from simulator import Simulator

from .episodes_kept import database_of, folder_of
from .listening import CAMERA, serial_of, until_listening
from .person import Person
from .waiting import until

WITH_PICTURE: Final = "with picture"
WITHOUT_PICTURE: Final = "without picture"
NOT_LISTED: Final = "not listed"
_CAMERA_ENTITY: Final = f"camera.{CAMERA}"
_DETECTION: Final = f"event.{CAMERA}_detection"


@dataclass(frozen=True, slots=True)
class Doorway:
    """The camera, and who looks at what it has seen. Its account is added before."""

    hass: HomeAssistant
    person: Person
    simulator: Simulator

    @property
    def entry(self) -> ConfigEntry:
        """The account."""
        return self.person.entry()

    @property
    def folder(self) -> Path:
        """Where everything is kept."""
        return folder_of(self.hass)

    @property
    def database(self) -> Path:
        """The file of all events."""
        return database_of(self.hass)

    def pictures(self) -> list[Path]:
        """Return the files of events' pictures."""
        return sorted(self.folder.glob("*/*/*.jpg"))

    async def pass_by(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> str:
        """Let somebody pass, and wait until that is over and has its picture, or will have none; return which event.

        meanwhile: what happens while the picture is taken.
        """
        before, serial = self._last(), serial_of(self.simulator)
        self.simulator.happen(serial, "person")
        await until(self.hass, lambda: self._last() not in {"", before})
        event = self._last()
        if meanwhile is not None:
            await meanwhile()
        await until(self.hass, lambda: not self.entry.runtime_data.episodes.under_way.count)
        self.simulator.happen(serial, "person", active=False)
        (node_id,) = self.entry.runtime_data.cameras
        await until(self.hass, lambda: self.entry.runtime_data.episodes.latest(node_id) is None)
        return event

    def _last(self) -> str:
        state = self.hass.states.get(_DETECTION)
        return str(state.attributes.get("episode", "")) if state else ""

    async def look_for(self, event: str) -> str:
        """Look for an event in the list, and at its picture in both sizes."""
        if (listed := (await self._events()).get(event)) is None:
            return NOT_LISTED
        if (path := listed["picture_url"]) is None:
            return WITHOUT_PICTURE
        seen = {await self._shows(path), await self._shows(f"{path}?width=320")}
        return WITH_PICTURE if seen == {True} else WITHOUT_PICTURE

    async def _events(self) -> Mapping[str, Mapping[str, Any]]:
        answer: Any = await self.hass.services.async_call(
            "netrex",
            "list_events",
            {"start": dt_util.utcnow() - timedelta(hours=1)},
            target={"entity_id": _CAMERA_ENTITY},
            blocking=True,
            return_response=True,
        )
        return {each["episode"]: each for each in answer[_CAMERA_ENTITY]["events"]}

    async def _shows(self, path: str) -> bool:
        async with self.person.app.get(path) as answer:
            if answer.status == HTTPStatus.NOT_FOUND:
                # Else a browser would not ask again.
                assert answer.headers["Cache-Control"] == "no-store"
                return False
            assert (answer.status, answer.content_type) == (HTTPStatus.OK, "image/jpeg")
            assert (await answer.read()).startswith(b"\xff\xd8")
            return True

    async def settle(self, seconds: float = 70) -> None:
        """Let a minute pass, or more: what can be written is on the disk."""
        async_fire_time_changed(self.hass, dt_util.utcnow() + timedelta(seconds=seconds))
        await self.hass.async_block_till_done()

    async def reload(self) -> None:
        """Reload the account, and wait until its camera is listened to."""
        assert await self.hass.config_entries.async_reload(self.entry.entry_id)
        await until_listening(self.hass, self.entry, self.simulator)

    async def do[Result](self, work: Callable[[], Result]) -> Result:
        """Do something with files."""
        return await self.hass.async_add_executor_job(work)
