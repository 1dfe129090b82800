"""What a camera's speaker can play, for the media browser."""

from collections.abc import Sequence
from typing import Final

from homeassistant.components import media_source
from homeassistant.components.media_player import BrowseError, BrowseMedia, MediaClass, MediaType
from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..vapix import Clip

_ROOT: Final = "sounds"
_CLIP: Final = "clip/"
#: Media sources of Home Assistant with images and videos only.
_SILENT: Final = frozenset(
    f"{media_source.URI_SCHEME}{domain}" for domain in ("ai_task", "camera", "image", "image_upload", DOMAIN)
)


def clip_number(media_id: str) -> int | None:
    """Return the number of a clip on the camera, from `clip/3`; None: it is other media."""
    number = media_id.removeprefix(_CLIP)
    fits = number != media_id and number.isascii() and number.isdecimal() and len(number) < 10  # noqa: PLR2004 - longer numbers are no clips
    return int(number) if fits else None


async def browse(
    hass: HomeAssistant, name: str, clips: Sequence[Clip], media_id: str | None, *, speaks: bool
) -> BrowseMedia:
    """Return a folder; the top one has the camera's clips, then Home Assistant's media if the camera `speaks`.

    Raises:
        BrowseError: there is no such folder.
    """
    if media_id and media_id != _ROOT:
        if speaks and media_source.is_media_source_id(media_id):
            return await media_source.async_browse_media(hass, media_id, content_filter=_is_sound)
        raise BrowseError(translation_domain=DOMAIN, translation_key="speaker_no_folder")
    children = [
        BrowseMedia(
            media_class=MediaClass.MUSIC,
            media_content_id=f"{_CLIP}{clip.number}",
            media_content_type=MediaType.MUSIC,
            title=clip.name,
            can_play=True,
            can_expand=False,
        )
        for clip in clips
    ]
    if speaks and media_source.DOMAIN in hass.config.components:
        found = await media_source.async_browse_media(hass, None, content_filter=_is_sound)
        children += [each for each in found.children or () if each.media_content_id not in _SILENT]
    return BrowseMedia(
        media_class=MediaClass.DIRECTORY,
        media_content_id=_ROOT,
        media_content_type=MediaType.MUSIC,
        title=name,
        can_play=False,
        can_expand=True,
        children=children,
        children_media_class=None if speaks else MediaClass.MUSIC,
    )


def _is_sound(item: BrowseMedia) -> bool:
    return item.media_content_type.startswith("audio/")
