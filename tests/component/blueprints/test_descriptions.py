"""Notifications that an AI describes: its text follows, and whatever happens to it keeps nothing back."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import override

from homeassistant.components import ai_task
from homeassistant.components.ai_task.const import DATA_COMPONENT
from homeassistant.components.conversation import ChatLog
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from simulator import Fault, Simulator

from ..person import Person
from .automating import automate, begin, camera_device, happen, patiently, told
from .conftest import Messenger, Phone

BLUEPRINT = "notify_about_events"


class Describer(ai_task.AITaskEntity):
    """An AI. answer: what it says, once it may answer. seen: the pictures it was shown."""

    _attr_name = "Describer"
    _attr_supported_features = (
        ai_task.AITaskEntityFeature.GENERATE_DATA | ai_task.AITaskEntityFeature.SUPPORT_ATTACHMENTS
    )

    def __init__(self) -> None:
        self.answer: str | Exception = "A woman leaves a parcel."
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.seen: list[bytes] = []

    @override
    async def _async_generate_data(self, task: ai_task.GenDataTask, chat_log: ChatLog) -> ai_task.GenDataTaskResult:
        (picture,) = task.attachments or []
        self.seen.append(await self.hass.async_add_executor_job(Path(picture.path).read_bytes))
        await self.may_answer.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return ai_task.GenDataTaskResult(chat_log.conversation_id, self.answer)


@pytest.fixture
async def describer(hass: HomeAssistant, person: Person) -> Describer:
    """An AI: `ai_task.describer`."""
    describer = Describer()
    await hass.data[DATA_COMPONENT].async_add_entities([describer])
    return describer


async def described(hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone) -> None:
    """Have notifications described."""
    await begin(hass, person, simulator)
    await automate(
        hass,
        BLUEPRINT,
        camera=camera_device(hass),
        phones=[phone.device_id],
        entities=["notify.messenger"],
        kinds=["person", "sound"],
        ai_task="ai_task.describer",
    )


async def test_description_follows_without_a_sound(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    phone: Phone,
    messenger: Messenger,
    describer: Describer,
) -> None:
    describer.may_answer.clear()
    await described(hass, person, simulator, phone)
    happen(simulator, "person")
    await patiently(hass, lambda: phone.got and describer.seen)
    assert phone.texts == ["A person: Path"]
    assert not messenger.got
    describer.may_answer.set()
    await patiently(hass, lambda: len(phone.got) == 2 and messenger.got)
    first, second = phone.got
    assert second["message"] == describer.answer
    assert second["data"]["tag"] == first["data"]["tag"]
    assert second["data"]["push"] == {"sound": "none", "interruption-level": "passive"}
    assert [text for _, text in messenger.got] == [describer.answer]
    # It has seen what the phone shows.
    async with person.app.get(first["data"]["image"]) as answer:
        assert describer.seen == [await answer.read()]


@pytest.mark.parametrize("mistake", [HomeAssistantError("out of money"), ValueError("a mistake of its own"), ""])
async def test_failed_description_keeps_nothing_back(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    phone: Phone,
    messenger: Messenger,
    describer: Describer,
    mistake: Exception | str,
) -> None:
    describer.answer = mistake
    await described(hass, person, simulator, phone)
    happen(simulator, "person")
    await patiently(hass, lambda: messenger.got)
    assert [text for _, text in messenger.got] == phone.texts == ["A person: Path"]


async def test_missing_picture_keeps_nothing_back(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    phone: Phone,
    messenger: Messenger,
    describer: Describer,
) -> None:
    simulator.faults.add(Fault(kind="vapix:image", status=503))
    await described(hass, person, simulator, phone)
    happen(simulator, "person")
    await patiently(hass, lambda: messenger.got)
    assert [text for _, text in messenger.got] == phone.texts == ["A person: Path"]
    assert not describer.seen


async def test_late_description_keeps_nobody_waiting(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    phone: Phone,
    messenger: Messenger,
    describer: Describer,
) -> None:
    """Messengers get the text without it; phones, where it takes the place of that text, get it when it comes."""
    describer.may_answer.clear()
    await described(hass, person, simulator, phone)
    happen(simulator, "person")
    await patiently(hass, lambda: describer.seen)
    assert not messenger.got
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=21))
    await patiently(hass, lambda: messenger.got)
    describer.may_answer.set()
    await patiently(hass, lambda: len(phone.got) == 2)
    assert phone.texts == ["A person: Path", describer.answer]
    assert [text for _, text in messenger.got] == ["A person: Path"]


@pytest.mark.usefixtures("long_episodes")
async def test_description_of_less_is_not_told(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    phone: Phone,
    messenger: Messenger,
    describer: Describer,
) -> None:
    """What was described before the person came says nothing of them."""
    describer.may_answer.clear()
    await described(hass, person, simulator, phone)
    happen(simulator, "sound")
    await patiently(hass, lambda: describer.seen)
    happen(simulator, "person")
    await told(hass, "person")
    await patiently(hass, lambda: len(phone.got) == 2)
    describer.may_answer.set()
    await patiently(hass, lambda: messenger.got)
    assert phone.texts == ["Sound", "A person: Path"]
    assert [text for _, text in messenger.got] == ["A person: Path"]


@pytest.mark.parametrize("answer", ["[1, 2]", '{"text": "A cat"}', "x" * 1000, "  A cat.\n"])
async def test_odd_descriptions_are_told(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    phone: Phone,
    messenger: Messenger,
    describer: Describer,
    answer: str,
) -> None:
    describer.answer = answer
    await described(hass, person, simulator, phone)
    happen(simulator, "person")
    await patiently(hass, lambda: messenger.got and len(phone.got) == 2)
    assert phone.texts[1] == messenger.got[0][1]
    assert 0 < len(phone.texts[1]) <= 250
    assert phone.texts[1][:3] in answer
