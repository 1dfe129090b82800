"""Buttons that play the sounds that lie in a camera."""

from collections.abc import Iterator
from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.core import callback

from ..account.account import NetrexAccount
from ..account.commands import camera_command
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity
from ..identity.entity_keys import clip_key
from ..vapix import Clip


def clip_buttons(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    """Yield a button for each sound."""
    if clips := channel.camera.equipment.clips:
        for clip in clips.clips:
            yield ClipButton(account, channel, clip)


class ClipButton(NetrexEntity, ButtonEntity):
    """Plays one sound as loud as it is in the camera. The media player plays it, too, hence off by default."""

    _attr_translation_key = "play_clip"
    _attr_entity_registry_enabled_default = False

    def __init__(self, account: NetrexAccount, channel: Channel, clip: Clip) -> None:
        """Play one clip."""
        super().__init__(account, channel, clip_key(clip.number))
        self._number = clip.number
        self._attr_translation_placeholders = {"clip": clip.name}

    @property
    def _clip(self) -> Clip | None:
        clips = self.camera.equipment.clips
        return next((clip for clip in clips.clips if clip.number == self._number), None) if clips else None

    @property
    @override
    def _is_there(self) -> bool:
        return self._clip is not None

    @override
    async def async_press(self) -> None:
        """Play the sound. Called by Home Assistant."""
        async with camera_command(self.account, self.camera, Scope.LIVEVIEW_AUDIOCLIP) as client:
            await client.clips.play(self._number)

    @override
    @callback
    def _camera_changed(self) -> None:
        if clip := self._clip:
            self.take_name(None, clip=clip.name)
        super()._camera_changed()
