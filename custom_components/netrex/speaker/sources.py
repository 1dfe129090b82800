"""Fetches what is to be heard: speech, media and files that Home Assistant itself has, and nothing else."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

import aiohttp
from homeassistant.components import media_source
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.network import NoURLAvailableError, get_url, is_hass_url
from yarl import URL

from ..const import DOMAIN
from ..tasks.timing import timing_of

#: Bytes of one file: five minutes of uncompressed stereo are 53 MB.
_MAX_BYTES: Final = 64 << 20
_TTS: Final = "media-source://tts/"


async def fetch(hass: HomeAssistant, media_id: str, entity_id: str) -> bytes:
    """Return a file with sound in it.

    Args:
        hass: whose it is.
        media_id: of a media source, or an address at this Home Assistant. Others are refused: a person who may use the
            player must not have Home Assistant look around in the network.
        entity_id: the player.

    Raises:
        ServiceValidationError: it is none of Home Assistant's.
        HomeAssistantError: it could not be fetched, or is too large; says so.
    """
    try:
        async with asyncio.timeout(timing_of(hass).sound_timeout):
            return await _fetch(hass, media_id, entity_id)
    except (aiohttp.ClientError, NoURLAvailableError, OSError, ValueError) as err:  # TimeoutError is an OSError
        # Not `from`: its text can hold a signed address.
        raise _failed(type(err).__name__) from None


async def _fetch(hass: HomeAssistant, media_id: str, entity_id: str) -> bytes:
    if media_id.startswith(_TTS) and "tts" in hass.config.components:
        # Asked for here rather than by its address: it works whatever is entered under Settings > Network.
        from homeassistant.components.tts import async_get_media_source_audio  # noqa: PLC0415 - not everybody has it

        _extension, speech = await async_get_media_source_audio(hass, media_id.removeprefix(_TTS))
        return speech
    if media_source.is_media_source_id(media_id):
        media = await media_source.async_resolve_media(hass, media_id, entity_id)
        if media.path is not None:
            return await hass.async_add_executor_job(_read, media.path)
        media_id = media.url
    url = URL(async_process_play_media_url(hass, media_id, allow_relative_url=True) if media_id else "")
    if not (is_hass_url(hass, str(url)) if url.absolute or url.scheme else url.raw_path.startswith("/")):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="speaker_source_foreign")
    return await _download(hass, url)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return _small_enough(file.read(_MAX_BYTES + 1))


async def _download(hass: HomeAssistant, url: URL) -> bytes:
    """Fetch a file from Home Assistant's own web server; a relative address will do.

    The address holds a signature, the certificate may be for another name, and Home Assistant need not reach itself by
    the name that others know: asked on loopback, none of this matters.
    """
    if (api := hass.config.api) is not None:
        server = URL.build(scheme="https" if api.use_ssl else "http", host="127.0.0.1", port=api.port)
        with suppress(aiohttp.ClientConnectorError):  # its web server listens at another address only
            return await _get(
                async_get_clientsession(hass, verify_ssl=False), server.join(url.relative() if url.absolute else url)
            )
    if not url.absolute:
        url = URL(get_url(hass)).join(url)
    return await _get(async_get_clientsession(hass), url)


async def _get(session: aiohttp.ClientSession, url: URL) -> bytes:
    async with session.get(url, allow_redirects=False) as response:
        if response.status != 200:  # noqa: PLR2004 - HTTP's own
            raise _failed(f"HTTP status {response.status}")
        pieces = bytearray()
        async for piece in response.content.iter_any():
            pieces += piece
            _small_enough(pieces)
        return bytes(pieces)


def _small_enough[Sound: (bytes, bytearray)](sound: Sound) -> Sound:
    if len(sound) > _MAX_BYTES:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="speaker_source_too_large",
            translation_placeholders={"megabytes": str(_MAX_BYTES >> 20)},
        )
    return sound


def _failed(reason: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="speaker_source_failed",
        translation_placeholders={"reason": reason},
    )
