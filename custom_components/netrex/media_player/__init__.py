"""Media players: a camera's speaker, for the sounds that lie in the camera and those of Home Assistant."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final, override

from homeassistant.components.media_player import (
    ATTR_MEDIA_ANNOUNCE,
    ATTR_MEDIA_ENQUEUE,
    ATTR_MEDIA_EXTRA,
    BrowseMedia,
    MediaPlayerDeviceClass,
    MediaPlayerEnqueue,
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoredExtraData, RestoreEntity

from ..account.account import NetrexAccount
from ..account.commands import camera_command
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity, all_of, setup_each_camera
from ..errors import action_error, validation_error
from ..speaker.browser import browse, clip_number
from ..speaker.conversion import NotSoundError, TooLongError, convert
from ..speaker.sources import fetch
from ..vapix import Clip, ClipProperties, EventKind, SpeechCodec
from .announcements import Speech, Utterance

#: What is said through one camera waits for its turn in `Speech`, other commands for theirs in `camera_command`.
PARALLEL_UPDATES: Final = 0

#: Seconds of sound that are played at once: it is held in memory, and the camera can't pause.
_LONGEST: Final = 300.0
#: Ways of adding to what is heard, rather than taking its place.
_WAITING: Final = frozenset({MediaPlayerEnqueue.ADD, MediaPlayerEnqueue.NEXT})
_NO_CLIPS: Final = ClipProperties()
_VOLUME: Final = "volume_level"


def _speakers(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    equipment = channel.camera.equipment
    if (equipment.clips and equipment.clips.clips) or equipment.speech:
        yield CameraSpeaker(account, channel)


class CameraSpeaker(NetrexEntity, MediaPlayerEntity, RestoreEntity):
    """The speaker of a camera. A new volume counts from the next sound on."""

    _attr_translation_key = "speaker"
    _attr_device_class = MediaPlayerDeviceClass.SPEAKER

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        super().__init__(account, channel, "speaker")
        self._attr_volume_level = 1.0
        self._speech = Speech(account, self._source_changed)
        self._clip: Clip | None = None
        #: Sounds are fetched and converted one after another: they are large, and are heard in the order of the orders.
        self._preparing = asyncio.Lock()
        self._stops = 0
        self._update_attributes()

    # --- what it can do ----------------------------------------------------------------------------

    @property
    def _clips(self) -> ClipProperties:
        return self.camera.equipment.clips or _NO_CLIPS

    @property
    def _codec(self) -> SpeechCodec | None:
        return self.camera.equipment.speech

    @override
    def _find(self) -> bool:
        return bool(self._clips.clips or self._codec)

    @property
    @override
    def supported_features(self) -> MediaPlayerEntityFeature:
        features = MediaPlayerEntityFeature.PLAY_MEDIA | MediaPlayerEntityFeature.BROWSE_MEDIA
        if self._codec:
            features |= MediaPlayerEntityFeature.MEDIA_ANNOUNCE | MediaPlayerEntityFeature.MEDIA_ENQUEUE
        if self._codec or self._clips.stop:
            features |= MediaPlayerEntityFeature.STOP
        if self._codec or self._clips.volume:
            features |= MediaPlayerEntityFeature.VOLUME_SET | MediaPlayerEntityFeature.VOLUME_STEP
        return features

    @property
    @override
    def volume_level(self) -> float | None:
        """How loud the next sound will be; None: the camera decides."""
        return self._attr_volume_level if self._codec or self._clips.volume else None

    # --- what is heard -----------------------------------------------------------------------------

    @property
    def _clip_plays(self) -> bool:
        """Whether the camera reports that a clip plays."""
        events = self.camera.events
        return self.account.events_trusted(self.camera) and any(events.active(key) for key in self._sources)

    @property
    @override
    def state(self) -> MediaPlayerState:
        return MediaPlayerState.PLAYING if self._speech.current or self._clip_plays else MediaPlayerState.IDLE

    @override
    @callback
    def _source_changed(self) -> None:
        said = self._speech.current
        clip = self._clip if self._clip_plays else None
        self._attr_media_content_type = MediaType.MUSIC if said or clip else None
        self._attr_media_title = (said.title or None) if said else clip.name if clip else None
        self._attr_media_duration = round(said.seconds) if said else None
        self._attr_media_position = 0 if said else None
        self._attr_media_position_updated_at = self._speech.began_at
        self.async_write_ha_state()

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.sources_found.add(self._sources_found))

    @callback
    def _sources_found(self) -> None:
        self._update_attributes()
        self._source_changed()

    @override
    def _update_attributes(self) -> None:
        self._follow([key for key in self.camera.events.found if key.kind is EventKind.CLIP])

    # --- life --------------------------------------------------------------------------------------

    @override
    async def async_added_to_hass(self) -> None:
        """Be as loud as before the restart."""
        await super().async_added_to_hass()
        if stored := await self.async_get_last_extra_data():
            volume = stored.as_dict().get(_VOLUME)
            if isinstance(volume, int | float) and 0 <= volume <= 1:
                self._attr_volume_level = float(volume)

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Fall silent, and stay so: what is still being fetched is not for anybody any more."""
        self._stops += 1
        await self._speech.stop()
        await super().async_will_remove_from_hass()

    @property
    @override
    def extra_restore_state_data(self) -> ExtraStoredData:
        """The volume; while the camera is off, the state does not have it."""
        return RestoredExtraData({_VOLUME: self._attr_volume_level})

    # --- orders ------------------------------------------------------------------------------------

    @override
    async def async_browse_media(
        self, media_content_type: MediaType | str | None = None, media_content_id: str | None = None
    ) -> BrowseMedia:
        return await browse(
            self.hass, self.camera.node.name, self._clips.clips, media_content_id, speaks=self._codec is not None
        )

    @override
    async def async_play_media(self, media_type: MediaType | str, media_id: str, **kwargs: Any) -> None:
        """Play a sound. It takes the place of other media, unless it is to wait; announcements go on to their end."""
        self.camera.require_reachable()
        if (number := clip_number(media_id)) is not None:
            await self._play_clip(number)
            return
        stops, context = self._stops, self._context
        async with self._preparing:
            if stops != self._stops:
                return
            if context is not None:
                # Another action may have come meanwhile: media sources ask for whom this one is.
                self.async_set_context(context)
            sound, codec = await self._sound(media_id)
        if stops != self._stops:
            # Somebody wants silence since.
            return
        if kwargs.get(ATTR_MEDIA_ENQUEUE) not in _WAITING:
            await self._speech.stop(but_announcements=True)
        if self._clip_plays and self._clips.stop:
            # Most cameras let nobody speak as long as it plays.
            await self._stop_clip()
        title, announces = _title(kwargs.get(ATTR_MEDIA_EXTRA) or {}), bool(kwargs.get(ATTR_MEDIA_ANNOUNCE))
        await self._speech.say(self.camera, Utterance(sound, codec, title, announces=announces))

    @override
    async def async_media_stop(self) -> None:
        self._stops += 1
        spoke = self._speech.current is not None
        await self._speech.stop()
        if self._clips.stop and (self._clip_plays or not spoke):
            # Without events it is not known whether a clip plays.
            await self._stop_clip()

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        self._attr_volume_level = volume
        self.async_write_ha_state()

    async def _play_clip(self, number: int) -> None:
        clip = next((each for each in self._clips.clips if each.number == number), None)
        if clip is None:
            raise validation_error("speaker_clip_unknown", camera=self.camera.node.name)
        volume = round(100 * (self._attr_volume_level or 0)) if self._clips.volume else None
        self._refuse_while_announcing()
        await self._speech.stop(but_announcements=True)
        async with camera_command(self.account, self.camera, Scope.LIVEVIEW_AUDIOCLIP) as client:
            # One may have come while other commands had their turn.
            self._refuse_while_announcing()
            await client.clips.play(number, volume=volume)
        self._clip = clip
        self._source_changed()

    def _refuse_while_announcing(self) -> None:
        if self._speech.announces:
            raise action_error("speaker_announcing", camera=self.camera.node.name)

    async def _stop_clip(self) -> None:
        async with camera_command(self.account, self.camera, Scope.LIVEVIEW_AUDIOCLIP) as client:
            await client.clips.stop()

    async def _sound(self, media_id: str) -> tuple[bytes, SpeechCodec]:
        codec = self._codec
        if codec is None:
            raise validation_error("speaker_only_clips", camera=self.camera.node.name)
        source = await fetch(self.hass, media_id, self.entity_id)
        volume = self._attr_volume_level
        try:
            sound = await self.hass.async_add_executor_job(
                lambda: convert(source, codec, volume=1.0 if volume is None else volume, longest=_LONGEST)
            )
        except NotSoundError as err:
            raise action_error("speaker_not_sound") from err
        except TooLongError as err:
            raise action_error("speaker_too_long", minutes=str(round(_LONGEST / 60))) from err
        return sound, codec


def _title(extra: dict[str, Any]) -> str:
    """Return the sound's title, as Home Assistant's players pass it to each other."""
    metadata = extra.get("metadata")
    title = extra.get("title") or (metadata.get("title") if isinstance(metadata, dict) else None)
    return title if isinstance(title, str) else ""


async_setup_entry: Final = setup_each_camera(_speakers)
