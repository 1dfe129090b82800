"""The picture of an event, as a real AI task gets it: from an automation, a script, and those who may not see it."""

from typing import override

from homeassistant.components import ai_task, conversation
from homeassistant.components.ai_task.const import DATA_COMPONENT
from homeassistant.components.media_source import Unresolvable
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.netrex.episodes.episode import EpisodeId
from simulator import Simulator

from ..conftest import _COMPONENTS
from ..episodes_kept import PICTURE, keep_episode
from ..person import Person
from ..waiting import until

_ENTITY = "ai_task.describer"


class Describer(ai_task.AITaskEntity):
    """Looks at what is attached, as entities of AI services do: they read the files."""

    _attr_name = "Describer"
    _attr_supported_features = (
        ai_task.AITaskEntityFeature.GENERATE_DATA | ai_task.AITaskEntityFeature.SUPPORT_ATTACHMENTS
    )

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []

    @override
    async def _async_generate_data(
        self, task: ai_task.GenDataTask, chat_log: conversation.ChatLog
    ) -> ai_task.GenDataTaskResult:
        attached = task.attachments or []
        self.got += [
            (each.mime_type, await self.hass.async_add_executor_job(each.path.read_bytes)) for each in attached
        ]
        return ai_task.GenDataTaskResult(chat_log.conversation_id, "Somebody in a red coat")


@pytest.fixture(autouse=True)
def _components(monkeypatch: pytest.MonkeyPatch) -> None:
    """The web server takes no more routes later."""
    monkeypatch.setattr("tests.component.conftest._COMPONENTS", ("homeassistant", *_COMPONENTS, "ai_task"))


@pytest.fixture
async def describer(hass: HomeAssistant, person: Person) -> Describer:
    describer = Describer()
    await hass.data[DATA_COMPONENT].async_add_entities([describer])
    return describer


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person) -> ConfigEntry:
    entry = await person.add_account()
    await until(hass, lambda: hass.states.async_all("camera"))
    return entry


def action(entry: ConfigEntry, episode_id: EpisodeId) -> dict[str, object]:
    """Return the action that lets an AI task look at the picture of an episode."""
    picture = f"media-source://netrex/episode-picture/{entry.entry_id}/{episode_id.node_id}/{episode_id.began_at}"
    return {
        "action": "ai_task.generate_data",
        "data": {
            "entity_id": _ENTITY,
            "task_name": "What happened",
            "instructions": "Describe the picture",
            "attachments": [{"media_content_id": picture, "media_content_type": "image/jpeg"}],
        },
        "response_variable": "described",
    }


async def test_an_automation_attaches_the_picture(
    hass: HomeAssistant, entry: ConfigEntry, describer: Describer, simulator: Simulator
) -> None:
    (node,) = simulator.world.camera_nodes()
    # Just taken: what is not written yet has no file.
    episode = keep_episode(entry, node.node_id, dt_util.utcnow())
    said = {"event": "said", "event_data": {"text": "{{ described.data }}"}}
    automation = {
        "triggers": [{"trigger": "event", "event_type": "somebody_came"}],
        "actions": [action(entry, episode.id), said],
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    texts: list[str] = []
    hass.bus.async_listen("said", lambda event: texts.append(event.data["text"]))
    hass.bus.async_fire("somebody_came")
    await until(hass, lambda: texts)
    assert texts == ["Somebody in a red coat"]
    assert describer.got == [("image/jpeg", PICTURE)]


async def test_a_script_may_what_who_runs_it_may(
    hass: HomeAssistant,
    entry: ConfigEntry,
    describer: Describer,
    simulator: Simulator,
    hass_read_only_user: MockUser,
) -> None:
    (node,) = simulator.world.camera_nodes()
    (camera,) = hass.states.async_all("camera")
    episode = keep_episode(entry, node.node_id, dt_util.utcnow())
    assert await async_setup_component(hass, "script", {"script": {"look": {"sequence": [action(entry, episode.id)]}}})
    theirs = Context(user_id=hass_read_only_user.id)

    hass_read_only_user.mock_policy({"entities": {"entity_ids": {"script.look": True}}})
    with pytest.raises(Unresolvable, match="You don't have permission to view"):
        await hass.services.async_call("script", "look", blocking=True, context=theirs)
    assert not describer.got
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {"script.look": True, camera.entity_id: True}}})
    await hass.services.async_call("script", "look", blocking=True, context=theirs)
    assert describer.got == [("image/jpeg", PICTURE)]


async def test_nobody_gets_nothing(
    hass: HomeAssistant, entry: ConfigEntry, describer: Describer, simulator: Simulator
) -> None:
    """So it is with the webhook of a phone that comes through Home Assistant's cloud."""
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(entry, node.node_id, dt_util.utcnow())
    with pytest.raises(Unresolvable, match="You don't have permission to view"):
        await hass.services.async_call(
            "ai_task", "generate_data", action(entry, episode.id)["data"], blocking=True, return_response=True
        )
    assert not describer.got


async def test_what_has_ended_counts_no_longer(
    hass: HomeAssistant, entry: ConfigEntry, describer: Describer, simulator: Simulator
) -> None:
    """A task that a script has started goes on after it: it is not the script's anymore."""
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(entry, node.node_id, dt_util.utcnow())
    refused: list[Exception] = []

    async def later(_call: object) -> None:
        async def look() -> None:
            await until(hass, lambda: hass.states.get("script.look").state == "off", settle=False)
            try:
                await hass.services.async_call(
                    "ai_task", "generate_data", action(entry, episode.id)["data"], blocking=True, return_response=True
                )
            except Unresolvable as err:
                refused.append(err)

        hass.async_create_background_task(look(), "look later")

    hass.services.async_register("test", "later", later)
    assert await async_setup_component(hass, "script", {"script": {"look": {"sequence": [{"action": "test.later"}]}}})
    await hass.services.async_call("script", "look", blocking=True)
    await until(hass, lambda: refused)
    assert not describer.got


async def test_without_a_picture_nothing_is_attached(
    hass: HomeAssistant, entry: ConfigEntry, describer: Describer, simulator: Simulator
) -> None:
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(entry, node.node_id, dt_util.utcnow(), picture=False)
    assert await async_setup_component(hass, "script", {"script": {"look": {"sequence": [action(entry, episode.id)]}}})
    with pytest.raises(Unresolvable, match="There is no image of this event"):
        await hass.services.async_call("script", "look", blocking=True)
    assert not describer.got
