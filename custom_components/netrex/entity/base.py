"""What all entities of a camera have in common: the device they belong to, and when they are available."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback, async_get_current_platform

from ..account.account import NetrexAccount
from ..account.devices import node_key, node_key_of
from ..cameras.axis_camera import AxisCamera, Condition
from ..cameras.channels import Channel
from ..const import DOMAIN
from ..identity.unique_ids import SEPARATOR


class RenamedEntity(Entity):
    """An entity whose name follows that of something else."""

    def take_name(self, own: str | None, **placeholders: str) -> None:
        """Be called by the user's own name from now on, else by the translated one with these placeholders."""
        self._attr_translation_placeholders = placeholders
        # Home Assistant works a name out once, until one is set.
        self._attr_name = own
        if own is None:
            del self._attr_name


class NetrexEntity(RenamedEntity):
    """An entity of one channel of a camera; it follows the channel through renames and a new serial number."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, account: NetrexAccount, channel: Channel, key: str = "") -> None:
        """Belong to the device of the channel's camera.

        Args:
            account: the channel's.
            channel: what it is an entity of.
            key: tells it from the channel's other entities; empty for the picture.
        """
        self.account = account
        self.channel = channel
        self._channel_key = channel.key
        own_key = node_key(account.entry, channel.node)
        self._attr_unique_id = f"{own_key}{SEPARATOR}{key}" if key else own_key
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, node_key(account.entry, channel.camera.node))})
        self._stop_listening: CALLBACK_TYPE = _nothing
        #: Called when the entity is gone from Home Assistant, and when it was not added, as the user has disabled it.
        self.on_removed: Callable[[], None] = _nothing
        self.on_left_out: Callable[[], None] = _nothing

    @property
    def camera(self) -> AxisCamera:
        """The camera that is behind the channel now."""
        return self.channel.camera

    @property
    @override
    def available(self) -> bool:
        """The camera answers, is still the one that the account knows, and has what this is the entity of.

        A stream of Home Assistant's that has failed is no reason: the camera's own condition tells.
        """
        channel = self.channel
        return (
            self._attr_available
            and channel.camera.condition is Condition.REACHABLE
            and self._channel_key in self.account.channels
            and self._is_there
        )

    @property
    def _is_there(self) -> bool:
        """Whether the camera still has what this is the entity of; entities of what can go extend this."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the camera, and the account for a change of camera."""
        await super().async_added_to_hass()
        self._stop_listening = self._listen()
        self.async_on_remove(self.account.channels.changed.add(self._channels_changed))

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Follow nothing any more."""
        await super().async_will_remove_from_hass()
        self._stop_listening()
        self.on_removed()

    @override
    @callback
    def add_to_platform_abort(self) -> None:
        """Be left out. Called by Home Assistant, which does not tell when it removes what it has not added."""
        super().add_to_platform_abort()
        self.on_left_out()

    @callback
    def _channels_changed(self) -> None:
        channel = self.account.channels.get(self.channel.key)
        if channel == self.channel:
            return
        if channel is not None:
            self._stop_listening()
            self.channel = channel
            self._stop_listening = self._listen()
        self._camera_changed()

    @callback
    def _listen(self) -> CALLBACK_TYPE:
        """Listen to the camera that is behind the channel now; entities that listen for more extend this."""
        return self.camera.changed.add(self._camera_changed)

    @callback
    def _camera_changed(self) -> None:
        """Show the camera's new state; entities with more to do extend this."""
        self.async_write_ha_state()


class ListeningEntity(NetrexEntity):
    """An entity that lives on what the camera reports."""

    #: Whether what it shows is polled where the camera has no event stream.
    polled = False

    @property
    @override
    def available(self) -> bool:
        """The account knows the camera, and its reports come through."""
        return (
            self._attr_available
            and self._channel_key in self.account.channels
            and self.account.events_trusted(self.camera, polled=self.polled)
        )

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.names_loaded.add(self._names_told))

    @callback
    def _names_told(self) -> None:
        """The camera has told how the user named things."""


async def add_for_each_camera[Made: NetrexEntity](
    account: NetrexAccount,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[Channel], Iterable[Made]],
) -> None:
    """Add the entities that `make` gives for a camera's main channel, now and when there is more to give."""
    adder = account.adder
    entities = _CameraEntities(account, adder.on_platform(async_add_entities), make)
    adder.on_end(account.channels.changed.add(entities.channels_changed))
    adder.on_end(account.sources_found.add(entities.camera_changed))
    await adder.add_in_slices(entities.new_channels(), entities.add_new)


class _CameraEntities[Made: NetrexEntity]:
    """The entities of one platform: each is added once, and made only when its camera may have something new."""

    def __init__(
        self,
        account: NetrexAccount,
        add: Callable[[Sequence[Made]], None],
        make: Callable[[Channel], Iterable[Made]],
    ) -> None:
        self._account = account
        self._add = add
        self._make = make
        self._domain = async_get_current_platform().domain
        self._unique_ids: set[str] = set()
        #: Those of them that are only in the registry, as long as they are there.
        self._left_out: set[str] = set()
        #: All that were made of each channel so far.
        self._made_before: dict[str, set[str]] = {}
        #: The camera behind each channel whose entities were made.
        self._cameras: dict[str, AxisCamera] = {}

    def new_channels(self) -> list[str]:
        """Return the keys of main channels whose entities were not made yet."""
        return list(filter(self._is_new, self._account.channels))

    def _is_new(self, key: str) -> bool:
        channel = self._account.channels.get(key)
        return channel is not None and channel.number is None and self._cameras.get(key) is not channel.camera

    @callback
    def add_new(self, keys: Iterable[str]) -> None:
        """Add the entities of channels, if they are still new."""
        self._add([entity for key in keys if self._is_new(key) for entity in self._made(self._account.channels[key])])

    @callback
    def channels_changed(self) -> None:
        """Channels have come or gone."""
        account = self._account
        for key in self._cameras.keys() - account.channels.keys():
            del self._cameras[key]
        kept = {node_key(account.entry, node) for node in account.tree.data.nodes.values()}
        gone = [each for each in self._unique_ids if node_key_of(account.entry, each) not in kept]
        self._unique_ids.difference_update(gone)
        account.adder.start_adding_in_slices(self.new_channels(), self.add_new)

    @callback
    def camera_changed(self, camera: AxisCamera) -> None:
        """A camera reports something new, or has other equipment."""
        if channel := self._account.channels.get(str(camera.node.node_id)):
            self._add(self._made(channel))

    def _made(self, channel: Channel) -> list[Made]:
        """Return entities of a channel that are not there yet."""
        self._cameras[channel.key] = channel.camera
        before = self._made_before.setdefault(channel.key, set())
        made: list[Made] = []
        registry = er.async_get(self._account.hass)
        most = self._account.timing.most_entities_of_camera
        for entity in self._make(channel):
            # None of ours is without; what is removed from the registry may come again.
            unique_id = str(entity.unique_id)
            if unique_id in self._left_out and not registry.async_get_entity_id(self._domain, DOMAIN, unique_id):
                self._left_out.discard(unique_id)
                self._unique_ids.discard(unique_id)
            if unique_id in self._unique_ids or (unique_id not in before and len(before) >= most):
                continue
            before.add(unique_id)
            self._unique_ids.add(unique_id)
            entity.on_removed = partial(self._unique_ids.discard, unique_id)
            entity.on_left_out = partial(self._left_out.add, unique_id)
            made.append(entity)
        return made


def all_of(*stops: CALLBACK_TYPE) -> CALLBACK_TYPE:
    """Return what ends several things at once."""

    def stop() -> None:
        for each in stops:
            each()

    return stop


def _nothing() -> None:
    """There is nothing to do yet."""
