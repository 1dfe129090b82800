"""What tests of speakers share: a camera that can be heard, an account that may use it, and orders to its player."""

from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from simulator import AudioClip, Simulator, Speaker
from simulator.equipment import Heard
from simulator.world import Camera
from tests.speaker.sounds import Samples, wav, write

from .listening import CAMERA, serial_of
from .person import Person
from .waiting import until

PLAYER = f"media_player.{CAMERA}_speaker"
SCOPES = ["read", "liveview", "events", "liveview_audioclip", "audiotransmit"]


def camera_of(simulator: Simulator) -> Camera:
    """Return the only camera."""
    return simulator.world.cameras[serial_of(simulator)]


def give_speaker(simulator: Simulator, **rest: Any) -> Camera:
    """Let the camera be heard, with two sounds in it."""
    camera = camera_of(simulator)
    camera.speaker = Speaker(**rest)
    camera.audio_clips = [AudioClip(0, "Zvonek", 0.1), AudioClip(4, "Štěkot", 30)]
    return camera


async def add_speaker(hass: HomeAssistant, person: Person, scopes: list[str] | None = None) -> ConfigEntry:
    """Add the account, and wait until the camera's speaker has been found."""
    entry = await person.add_account(scopes or SCOPES)
    await until(hass, lambda: (found := hass.states.get(PLAYER)) and found.state == "idle")
    return entry


async def put_media(hass: HomeAssistant, folder: Path, name: str, samples: Samples, rate: int = 22_050) -> str:
    """Put a sound into Home Assistant's media folder; return what the media browser calls it."""
    hass.config.media_dirs["local"] = str(folder)
    await hass.async_add_executor_job(write, folder / name, wav(samples, rate))
    return f"media-source://media_source/local/{name}"


async def order(hass: HomeAssistant, service: str, **data: Any) -> None:
    """Call an action of the player."""
    await hass.services.async_call("media_player", service, {"entity_id": PLAYER, **data}, blocking=True)


async def play(hass: HomeAssistant, media_id: str, **data: Any) -> None:
    """Let the player play something."""
    await order(hass, "play_media", media_content_type="music", media_content_id=media_id, **data)


def finished(camera: Camera) -> list[Heard]:
    """Return what the camera has played to its end."""
    return [heard for heard in camera.heard if heard.finished]
