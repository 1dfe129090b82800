"""What all entities of a camera have in common: their device, when they are available, and how they are added."""

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback, async_get_current_platform

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..account.devices import node_key
from ..cameras.axis_camera import AxisCamera, Condition
from ..cameras.channels import Channel
from ..const import DOMAIN
from ..events.detection import DetectionEvent
from ..events.source_key import SourceKey
from ..identity.unique_ids import SEPARATOR

type EntitiesOf = Callable[[NetrexAccount, Channel], Iterable[NetrexEntity]]
"""Gives the entities of one platform for a camera's main channel, or for each of its channels."""
type SetupEntry = Callable[
    [HomeAssistant, NetrexConfigEntry, AddConfigEntryEntitiesCallback], Coroutine[None, None, None]
]


class RenamedEntity(Entity):
    """An entity whose name follows that of something else."""

    def _set_name(self, own: str | None, **placeholders: str) -> None:
        """Use the name that the user has given, or else the translated one with these placeholders."""
        self._attr_translation_placeholders = placeholders
        # Home Assistant works a name out once, until one is set.
        self._attr_name = own
        if own is None:
            del self._attr_name


class NetrexEntity(RenamedEntity):
    """An entity of one channel of a camera; it follows the channel through renames and a new serial number.

    Args:
        account: the channel's.
        channel: what it is an entity of.
        key: unique among the channel's entities; empty for the image.
    """

    _attr_has_entity_name = True
    _attr_should_poll = False
    #: Whether it is available while the camera can't be reached.
    _available_offline = False
    #: Sources of the camera whose reports change what the entity shows.
    _sources: Sequence[SourceKey] = ()

    def __init__(self, account: NetrexAccount, channel: Channel, key: str = "") -> None:
        self.account = account
        self.channel = channel
        own_key = node_key(account.entry, channel.node)
        self._attr_unique_id = f"{own_key}{SEPARATOR}{key}" if key else own_key
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, node_key(account.entry, channel.camera.node))})
        self._stop_listening: CALLBACK_TYPE = _nothing
        #: Called when Home Assistant no longer has the entity, or has not added it because the user has disabled it.
        self.on_removed: Callable[[], None] = _nothing

    @property
    def camera(self) -> AxisCamera:
        """The camera that is behind the channel now."""
        return self.channel.camera

    @property
    @override
    def available(self) -> bool:
        # A failed stream is no reason: the camera's own condition says more.
        if self.channel.key not in self.account.channels:
            return False
        return self._available_offline or (self.camera.condition is Condition.REACHABLE and bool(self._find()))

    def _find(self) -> object:
        """Return what the camera has that this is the entity of; nothing once the camera no longer has it."""
        return self.camera

    def _update_attributes(self) -> None:
        """Take over what the camera is known to have and to be called now."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._stop_listening = self._listen()
        self.async_on_remove(self.account.channels.changed.add(self._channels_changed))

    @override
    async def async_will_remove_from_hass(self) -> None:
        await super().async_will_remove_from_hass()
        self._stop_listening()
        self.on_removed()

    @override
    @callback
    def add_to_platform_abort(self) -> None:
        super().add_to_platform_abort()
        self.on_removed()

    @callback
    def _channels_changed(self) -> None:
        channel = self.account.channels.get(self.channel.key)
        if channel == self.channel:
            return
        if channel is not None:
            self.channel = channel
            self._listen_again()
        self._camera_changed()

    @callback
    def _listen(self) -> CALLBACK_TYPE:
        """Listen to the camera that is behind the channel now; return what ends that."""
        camera = self.camera
        sources = (camera.events.listen(key, self._source_changed) for key in self._sources)
        return all_of(camera.changed.add(self._camera_changed), *sources)

    @callback
    def _listen_again(self) -> None:
        if self._stop_listening is not _nothing:
            self._stop_listening()
            self._stop_listening = self._listen()

    @callback
    def _follow(self, sources: Sequence[SourceKey]) -> None:
        """Show what these sources report from now on."""
        if sources != self._sources:
            self._sources = sources
            self._listen_again()

    @callback
    def _camera_changed(self) -> None:
        """Show what has changed at the camera."""
        self._update_attributes()
        self.async_write_ha_state()

    @callback
    def _source_changed(self) -> None:
        """Show what one of the sources reports."""
        self.async_write_ha_state()


class ListeningEntity(NetrexEntity):
    """An entity that shows only what the camera reports."""

    #: Whether what it shows is polled where the camera has no event stream.
    polled = False

    @property
    @override
    def available(self) -> bool:
        known = self.channel.key in self.account.channels
        return known and self.account.events_trusted(self.camera, polled=self.polled)

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.names_loaded.add(self._camera_changed))


class DetectionEntity(ListeningEntity):
    """An entity that shows what is detected at a camera, from just before it was added."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        for each in self.camera.events.recent_detections():
            self._on_detection(each)

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.detected.add(self._on_detection))

    @callback
    @abstractmethod
    def _on_detection(self, event: DetectionEvent) -> None:
        """Show an event, if it is one of the entity's."""


def setup_each_camera(entities_of: EntitiesOf, each_channel: bool = False) -> SetupEntry:
    """Return a platform's `async_setup_entry`, which adds these entities of each camera, now and when there are more.

    Args:
        entities_of: yields them for a camera's main channel.
        each_channel: whether for each of its other channels as well.
    """

    async def async_setup_entry(
        _hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
    ) -> None:
        await add_for_each_camera(entry.runtime_data, async_add_entities, entities_of, each_channel)

    return async_setup_entry


async def add_for_each_camera(
    account: NetrexAccount,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: EntitiesOf,
    each_channel: bool = False,
) -> None:
    """Do what `setup_each_camera` does, for a platform that adds other entities as well."""
    entities, adder = _CameraEntities(account, async_add_entities, entities_of, each_channel), account.adder
    adder.on_end(account.channels.changed.add(entities.channels_changed))
    adder.on_end(account.sources_found.add(entities.camera_changed))
    await adder.add_in_slices(entities.new_channels(), entities.add_new)


class _CameraEntities:
    """The entities of one platform: each is added once, and made only when its camera may have something new."""

    def __init__(
        self,
        account: NetrexAccount,
        async_add_entities: AddConfigEntryEntitiesCallback,
        entities_of: EntitiesOf,
        each_channel: bool,
    ) -> None:
        self._account = account
        self._each_channel = each_channel
        self._add = account.adder.on_platform(async_add_entities)
        self._entities_of = entities_of
        self._domain = async_get_current_platform().domain
        #: Unique ids of those that Home Assistant has.
        self._added: set[str] = set()
        #: Unique ids of all that were added for each channel so far.
        self._added_before: dict[str, set[str]] = {}
        #: The camera behind each channel whose entities were made.
        self._cameras: dict[str, AxisCamera] = {}

    def new_channels(self) -> list[str]:
        """Return the keys of channels whose entities were not made yet."""
        return list(filter(self._is_new, self._account.channels))

    def _is_new(self, key: str) -> bool:
        channel = self._account.channels.get(key)
        if channel is None or (channel.number is not None and not self._each_channel):
            return False
        return self._cameras.get(key) is not channel.camera

    @callback
    def add_new(self, keys: Iterable[str]) -> None:
        """Add the entities of channels, if they are still new."""
        channels = self._account.channels
        self._add([entity for key in keys if self._is_new(key) for entity in self._made(channels[key])])

    @callback
    def channels_changed(self) -> None:
        """Channels have come or gone."""
        for key in self._cameras.keys() - self._account.channels.keys():
            del self._cameras[key]
        self._account.adder.start_adding_in_slices(self.new_channels(), self.add_new)

    @callback
    def camera_changed(self, camera: AxisCamera) -> None:
        """A camera reports something new, or has other equipment."""
        for channel in self._account.channels.of(camera):
            if channel.number is None or self._each_channel:
                self._add(self._made(channel))

    def _made(self, channel: Channel) -> list[NetrexEntity]:
        """Return entities of a channel that are not there yet."""
        self._cameras[channel.key] = channel.camera
        before = self._added_before.setdefault(channel.key, set())
        made: list[NetrexEntity] = []
        for entity in self._entities_of(self._account, channel):
            # None of ours is without.
            unique_id = str(entity.unique_id)
            is_known = unique_id in before
            if unique_id in self._added or (is_known and self._is_disabled(unique_id)):
                continue
            if not is_known and len(before) >= self._account.timing.most_entities_of_camera:
                continue
            before.add(unique_id)
            self._added.add(unique_id)
            entity.on_removed = partial(self._added.discard, unique_id)
            made.append(entity)
        return made

    def _is_disabled(self, unique_id: str) -> bool:
        entities = er.async_get(self._account.hass)
        entity_id = entities.async_get_entity_id(self._domain, DOMAIN, unique_id)
        registered = entities.async_get(entity_id) if entity_id else None
        return registered is not None and registered.disabled


def all_of(*stops: CALLBACK_TYPE) -> CALLBACK_TYPE:
    """Return what ends several things at once."""

    def stop() -> None:
        for each in stops:
            each()

    return stop


def _nothing() -> None:
    """There is nothing to do yet."""
