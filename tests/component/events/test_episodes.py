"""What a camera detects becomes an episode: with its kinds, its picture, and an end."""

from http import HTTPStatus
from io import BytesIO

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from PIL import Image

from custom_components.netrex.episodes.episode import Episode, EpisodeKind
from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator

from ..listening import CAMERA, add_listening, nothing_is_going_on, serial_of
from ..person import Person
from ..waiting import until

DETECTION = f"event.{CAMERA}_detection"
IMAGE = f"image.{CAMERA}_event_image"


def told_of(entry: ConfigEntry) -> list[Episode]:
    """Return a list to which all that is told of episodes is added from now on."""
    told: list[Episode] = []
    entry.runtime_data.episodes.changed.add(told.append)
    return told


async def path_of(hass: HomeAssistant, name: str = "picture") -> str:
    """Return an attribute of the last detection."""
    state = hass.states.get(DETECTION)
    assert state
    return str(state.attributes[name])


async def test_a_detection_is_an_episode_with_a_picture(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_access_token: str
) -> None:
    timing_of(hass).episode_gap = 0.2
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    told, before = told_of(entry), dt_util.utcnow()
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: told and told[-1].has_picture)
    assert [each.is_over for each in told] == [False, False]
    episode = told[-1]
    assert episode.id.node_id == camera.node.node_id
    assert episode.kinds == (EpisodeKind.PERSON,)
    assert before.replace(microsecond=0) <= episode.begin <= dt_util.utcnow()
    # It goes on for as long as the camera sees the person.
    identifier = f"{entry.entry_id}/{episode.id.node_id}/{episode.id.began_at}"
    assert await path_of(hass, "episode") == f"media-source://netrex/episode/{identifier}"
    assert await path_of(hass) == f"/api/netrex/episode-picture/{identifier}.jpg"
    headers = {"Authorization": f"Bearer {hass_access_token}"}
    async with person.browser.get(await path_of(hass), headers=headers) as answer:
        assert (answer.status, answer.content_type) == (HTTPStatus.OK, "image/jpeg")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        picture = await answer.read()
    assert Image.open(BytesIO(picture)).width == 1280
    simulator.happen(serial_of(simulator), "person", active=False)
    await until(hass, lambda: told[-1].is_over)
    assert told[-1].has_picture
    assert told[-1].seconds >= 0
    async with person.browser.get((await path_of(hass)).replace("picture", "thumbnail"), headers=headers) as answer:
        assert answer.headers["Cache-Control"] == "private, max-age=86400"
        assert Image.open(BytesIO(await answer.read())).size == (320, 180)
    async with person.browser.head(await path_of(hass), headers=headers) as answer:
        assert (answer.status, int(answer.headers["Content-Length"])) == (HTTPStatus.OK, len(picture))
        assert not await answer.read()
