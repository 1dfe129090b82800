"""An engine of Home Assistant's text-to-speech that sings instead: what is heard can be compared."""

import asyncio
from typing import override

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from tests.speaker.sounds import encoded, melody

ENGINE = "tts.singer"


class _Singer(TextToSpeechEntity):
    _attr_name = "Singer"
    _attr_unique_id = "singer"
    _attr_default_language = "en"
    _attr_supported_languages = ("en",)

    def __init__(self, breath: asyncio.Semaphore | None) -> None:
        self._breath = breath

    @override
    async def async_get_tts_audio(self, message: str, language: str, options: dict[str, object]) -> TtsAudioType:
        if self._breath:
            await self._breath.acquire()
        return "mp3", await self.hass.async_add_executor_job(encoded, melody(), "mp3", "libmp3lame")


async def add_engine(hass: HomeAssistant, breath: asyncio.Semaphore | None = None) -> None:
    """Add the engine, `ENGINE`; before anybody connects to the web server.

    breath: each sentence takes one, and waits for it; None: as many as wanted.
    """
    assert await async_setup_component(hass, "http", {})
    assert await async_setup_component(hass, "tts", {})

    async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, [Platform.TTS])
        return True

    async def unload(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, [Platform.TTS])

    async def add(hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
        async_add_entities([_Singer(breath)])

    class Flow(ConfigFlow):
        """Nobody goes through it."""

    mock_integration(hass, MockModule("singer", async_setup_entry=set_up, async_unload_entry=unload))
    mock_platform(hass, "singer.tts", MockPlatform(async_setup_entry=add))
    mock_platform(hass, "singer.config_flow", None)
    entry = MockConfigEntry(domain="singer")
    entry.add_to_hass(hass)
    with mock_config_flow("singer", Flow):
        assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
