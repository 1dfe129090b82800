"""What all entities of a camera have in common: the device they belong to, and when they are available."""

from typing import override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from .account import Channel, NetrexAccount
from .axis_camera import Condition
from .const import DOMAIN
from .devices import node_key


class NetrexEntity(Entity):
    """An entity of one channel of a camera; it follows the channel through renames and a new serial number."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Belong to the device of the channel's camera."""
        self.account = account
        self.channel = channel
        self._attr_unique_id = node_key(account.entry, channel.node)
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, node_key(account.entry, channel.camera.node))})
        self._stop_listening: CALLBACK_TYPE = _not_listening

    @property
    @override
    def available(self) -> bool:
        """The camera has been checked and answers, and is still the one that the account knows.

        A stream of Home Assistant's that has failed is no reason: the camera's own condition tells.
        """
        return (
            self._attr_available
            and self.channel.camera.condition is Condition.REACHABLE
            and self.channel.key in self.account.channels
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the camera, and the account for a change of camera."""
        await super().async_added_to_hass()
        self._stop_listening = self.channel.camera.listen(self._camera_changed)
        self.async_on_remove(self.account.listen_for_channels(self._channels_changed))

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Follow nothing any more."""
        await super().async_will_remove_from_hass()
        self._stop_listening()

    @callback
    def _channels_changed(self) -> None:
        channel = self.account.channels.get(self.channel.key)
        if channel == self.channel:
            return
        if channel is not None:
            self._stop_listening()
            self.channel = channel
            self._stop_listening = channel.camera.listen(self._camera_changed)
        self._camera_changed()

    @callback
    def _camera_changed(self) -> None:
        """Show the camera's new state; entities with more to do extend this."""
        self.async_write_ha_state()


def _not_listening() -> None:
    """There is nothing to stop yet."""
