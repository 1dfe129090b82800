"""Fetches sound to play: speech, media and files of this Home Assistant, and nothing from elsewhere."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

import aiohttp
from homeassistant.components import media_source
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.network import NoURLAvailableError, get_url, is_hass_url
from yarl import URL

from ..errors import action_error, validation_error
from ..tasks.timing import timing_of

_TTS: Final = "media-source://tts/"


async def fetch(hass: HomeAssistant, media_id: str, entity_id: str) -> bytes:
    """Return a file with sound in it, of a media source or at a URL of this Home Assistant.

    Other URLs are refused: a user of the player must not be able to make Home Assistant request addresses in the
    network.

    Raises:
        ServiceValidationError: the media is not Home Assistant's.
        HomeAssistantError: the media could not be fetched, or is too large.
    """
    try:
        async with asyncio.timeout(timing_of(hass).sound_timeout):
            return await _fetch(hass, media_id, entity_id)
    except (aiohttp.ClientError, NoURLAvailableError, OSError, ValueError) as err:  # TimeoutError is an OSError
        # Not `from err`: its text can contain a signed URL.
        raise action_error("speaker_source_failed", reason=type(err).__name__) from None


async def _fetch(hass: HomeAssistant, media_id: str, entity_id: str) -> bytes:
    if media_id.startswith(_TTS) and "tts" in hass.config.components:
        # Not by URL: this works with any URL configured under Settings > Network.
        from homeassistant.components.tts import async_get_media_source_audio  # noqa: PLC0415 - optional

        _extension, speech = await async_get_media_source_audio(hass, media_id.removeprefix(_TTS))
        return speech
    if media_source.is_media_source_id(media_id):
        media = await media_source.async_resolve_media(hass, media_id, entity_id)
        if media.path is not None:
            return await hass.async_add_executor_job(_read, media.path, timing_of(hass).most_sound_bytes)
        media_id = media.url
    url = URL(async_process_play_media_url(hass, media_id, allow_relative_url=True) if media_id else "")
    if not (is_hass_url(hass, str(url)) if url.absolute or url.scheme else url.raw_path.startswith("/")):
        raise validation_error("speaker_source_foreign")
    return await _download(hass, url)


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return _small_enough(file.read(most + 1), most)


async def _download(hass: HomeAssistant, url: URL) -> bytes:
    """Fetch a file from Home Assistant's own web server; the URL may be relative.

    On loopback, it doesn't matter for which name the certificate is, or whether Home Assistant can reach itself by its
    public name.
    """
    most = timing_of(hass).most_sound_bytes
    if (api := hass.config.api) is not None:
        server = URL.build(scheme="https" if api.use_ssl else "http", host="127.0.0.1", port=api.port)
        with suppress(aiohttp.ClientConnectorError):  # it doesn't listen on loopback
            session = async_get_clientsession(hass, verify_ssl=False)
            return await _get(session, server.join(url.relative() if url.absolute else url), most)
    if not url.absolute:
        url = URL(get_url(hass)).join(url)
    return await _get(async_get_clientsession(hass), url, most)


async def _get(session: aiohttp.ClientSession, url: URL, most: int) -> bytes:
    async with session.get(url, allow_redirects=False) as response:
        if response.status != 200:  # noqa: PLR2004 - HTTP's own
            raise action_error("speaker_source_failed", reason=f"HTTP status {response.status}")
        pieces = bytearray()
        async for piece in response.content.iter_any():
            pieces += piece
            _small_enough(pieces, most)
        return bytes(pieces)


def _small_enough[Sound: (bytes, bytearray)](sound: Sound, most: int) -> Sound:
    if len(sound) > most:
        raise action_error("speaker_source_too_large", megabytes=str(most >> 20))
    return sound
