"""What entities of a channel have in common, such as those of the head that moves its picture."""

from ..vapix import PtzHead
from .base import NetrexEntity


class ChannelEntity(NetrexEntity):
    """An entity of one channel. Its name begins with that of the channel, unless it is the camera's main one.

    A subclass calls `_set_channel_name` in `_update_attributes`. Each of its translation keys that other channels have
    as well has a second text, whose key ends in `_of_channel`, with the placeholder `channel`.
    """

    @property
    def head(self) -> PtzHead | None:
        """What moves the picture now; None: nothing does any more."""
        return self.channel.own_head

    def _set_channel_name(self, key: str, **placeholders: str) -> None:
        """Use the name that the user has given, or else the translated one of this key with these placeholders."""
        if self.channel.number is None:
            self._attr_translation_key = key
            self._set_name(None, **placeholders)
        else:
            self._attr_translation_key = f"{key}_of_channel"
            self._set_name(None, channel=self.channel.name, **placeholders)
