"""Home Assistant's recorder, with as many states of event entities as there are episodes, asked the same question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.history import get_significant_states
from homeassistant.core import HomeAssistant
from homeassistant.helpers import recorder as recorder_helper
from homeassistant.setup import async_setup_component

from custom_components.netrex.episodes.episode import Episode


@dataclass(frozen=True, slots=True)
class History:
    """What the recorder keeps of the event entities of cameras."""

    hass: HomeAssistant
    instance: Recorder

    async def record(self, episodes: Sequence[Episode]) -> None:
        """Keep an event entity's state for each episode, with the attributes that ours have."""
        for episode in episodes:
            identifier = f"benchmark/{episode.id.node_id}/{episode.id.began_at}"
            self.hass.states.async_set_internal(
                entity_of(episode.id.node_id),
                episode.begin.isoformat(timespec="milliseconds"),
                {
                    "event_type": episode.kinds[0].value,
                    "scenario": episode.scenarios[0],
                    "episode": f"media-source://netrex/episode/{identifier}",
                    "picture": f"/api/netrex/episode-picture/{identifier}.jpg",
                    "device_class": "motion",
                },
                force_update=True,
                context=None,
                state_info=None,
                timestamp=episode.id.began_at / 1000,
            )
        await self.instance.async_block_till_done()

    async def ask(self, node_ids: Sequence[int], begin: datetime, end: datetime) -> int:
        """Ask for the history of cameras as Home Assistant's history page does; return how many states there are."""
        question = partial(
            get_significant_states,
            self.hass,
            begin,
            end,
            [entity_of(node_id) for node_id in node_ids],
            include_start_time_state=False,
            significant_changes_only=False,
            compressed_state_format=True,
        )
        return sum(map(len, (await self.instance.async_add_executor_job(question)).values()))


def entity_of(node_id: int) -> str:
    """Return the event entity of a camera."""
    return f"event.camera_{node_id}_detection"


async def start_recorder(hass: HomeAssistant) -> History:
    """Run the recorder with a database on the disk, until Home Assistant stops."""
    recorder_helper.async_initialize_recorder(hass)
    path = Path(hass.config.cache_path("home-assistant_v2.db"))
    config = {"recorder": {"db_url": f"sqlite:///{path}", "commit_interval": 1}}
    if not await async_setup_component(hass, "recorder", config):
        raise RuntimeError("the recorder was not set up")
    instance = get_instance(hass)
    await instance.async_recorder_ready.wait()
    return History(hass, instance)
