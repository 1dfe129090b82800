"""What the buttons of a card are for: the entities that belong to a picture of a camera, however they are called."""

from dataclasses import dataclass
from typing import Final, TypedDict

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..account.devices import entities_of, node_key
from ..identity.unique_ids import SEPARATOR
from .asked_cameras import AskedCamera

#: Keys of entities among those of a channel, as their platforms give them.
_HOME: Final = "home"
_PRESET: Final = "preset"


class ControlsAnswer(TypedDict):
    """The ids of entities that exist and that the person may control.

    Attributes:
        home: the button that moves this picture to its home position; with it, the picture itself can be moved.
        preset: the select of this picture's presets.
        lights: of the camera, always in the same order, as `sirens` are.
        speaker: the camera's media player.
        speech: an engine of text-to-speech, if the speaker can say something.
    """

    home: str | None
    preset: str | None
    lights: list[str]
    sirens: list[str]
    speaker: str | None
    speech: str | None


@dataclass(frozen=True, slots=True)
class Controls:
    """Finds the controls of a picture for somebody."""

    hass: HomeAssistant
    camera: AskedCamera
    user: User

    @callback
    def find(self) -> ControlsAnswer:
        """Return what there is now, whether the camera is reachable or not."""
        camera = self.camera
        found = [
            each
            for each in entities_of(self.hass, camera.entry, camera.camera)
            if not each.disabled and self._may_use(each.entity_id)
        ]

        def of_picture(platform: Platform, key: str) -> str | None:
            wanted = platform, f"{node_key(camera.entry, camera.node)}{SEPARATOR}{key}"
            return next((each.entity_id for each in found if (each.domain, each.unique_id) == wanted), None)

        def of_camera(platform: Platform) -> list[er.RegistryEntry]:
            # Home Assistant's own order changes whenever one of them is renamed.
            return sorted((each for each in found if each.domain == platform), key=lambda each: each.unique_id)

        speaker = next(iter(of_camera(Platform.MEDIA_PLAYER)), None)
        speaks = speaker and MediaPlayerEntityFeature.MEDIA_ANNOUNCE & speaker.supported_features
        return {
            # The arrows beside it are actions of the camera entity.
            "home": of_picture(Platform.BUTTON, _HOME) if self._may_use(camera.entity_id) else None,
            "preset": of_picture(Platform.SELECT, _PRESET),
            "lights": [each.entity_id for each in of_camera(Platform.LIGHT)],
            "sirens": [each.entity_id for each in of_camera(Platform.SIREN)],
            "speaker": speaker.entity_id if speaker else None,
            "speech": self._speech() if speaks else None,
        }

    def _may_use(self, entity_id: str) -> bool:
        exists = self.hass.states.get(entity_id) is not None
        return exists and self.user.permissions.check_entity(entity_id, POLICY_CONTROL)

    def _speech(self) -> str | None:
        return next(filter(self._may_use, sorted(self.hass.states.async_entity_ids(Platform.TTS))), None)
