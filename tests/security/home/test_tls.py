"""A certificate that nobody vouches for ends the talk before anything was said, at every door."""

from pathlib import Path
import ssl

from aiohttp import ClientSession, TCPConnector
from homeassistant.components.http import ApiConfig
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.netrex.session import async_get_event_session, async_get_session
from simulator import Simulator
from tests.component.person import Person
from tests.component.speaking import add_speaker, finished, give_speaker, play, put_media
from tests.security.doors import DOORS, OUR_ERRORS, Place
from tests.security.strangers import stranger_with
from tests.speaker.sounds import melody


async def test_no_door_talks_to_whoever_can_not_prove_who_they_are(
    hass: HomeAssistant, certificate: ssl.SSLContext
) -> None:
    async with stranger_with(certificate) as server:
        place = Place(server.origin, async_get_session(hass), async_get_event_session(hass))
        for number, door in enumerate(DOORS, 1):
            with pytest.raises(OUR_ERRORS):
                await DOORS[door](place)
            assert server.connections >= number, f"{door} did not even try"
        assert server.seen == []
        # Whoever does not look would be told all of it.
        async with ClientSession(connector=TCPConnector(ssl=False)) as careless:
            with pytest.raises(OUR_ERRORS):
                await DOORS["tree"](Place(server.origin, careless, careless))
        assert len(server.seen) == 1


async def test_names_are_compared_with_certificates(hass: HomeAssistant) -> None:
    for session in (async_get_session(hass), async_get_event_session(hass)):
        assert isinstance(session.connector, TCPConnector)
        context = session.connector._ssl
        assert isinstance(context, ssl.SSLContext)
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


async def test_speech_is_not_fetched_from_whoever_stands_between(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path, certificate: ssl.SSLContext
) -> None:
    """Home Assistant's address may lead over the internet; what it says about itself is asked for on loopback."""
    camera = give_speaker(simulator)
    await put_media(hass, tmp_path, "ding.wav", melody(0.3))
    await add_speaker(hass, person)
    async with stranger_with(certificate) as between:
        await hass.config.async_update(internal_url=between.origin, external_url=between.origin)
        port = person.app.make_url("").port
        assert port
        hass.config.api = ApiConfig("127.0.0.1", "127.0.0.1", port, use_ssl=False)
        address = f"{between.origin}/media/local/ding.wav"
        await play(hass, address)
        assert finished(camera)
        assert between.connections == 0

        # Where Home Assistant does not listen on loopback, its address is asked, and has to prove itself.
        hass.config.api = ApiConfig("127.0.0.1", "192.0.2.1", 9, use_ssl=True)
        with pytest.raises(HomeAssistantError) as told:
            await play(hass, address)
        assert told.value.translation_key == "speaker_source_failed"
        assert between.connections > 0
        assert between.seen == []
        assert len(finished(camera)) == 1
