"""What a camera's speaker offers to play, for the media browser."""

from collections.abc import Sequence
from typing import Final

from homeassistant.components import media_source
from homeassistant.components.media_player import BrowseError, BrowseMedia, MediaClass, MediaType
from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..vapix import Clip

_ROOT: Final = "sounds"
_CLIP: Final = "clip/"
#: Folders of Home Assistant in which there are pictures and videos only.
_SILENT: Final = frozenset(
    f"{media_source.URI_SCHEME}{domain}" for domain in ("ai_task", "camera", "image", "image_upload", DOMAIN)
)


def clip_number(media_id: str) -> int | None:
    """Return which of the camera's own sounds is meant, `clip/3`; None: it is none of them."""
    number = media_id.removeprefix(_CLIP)
    fits = number != media_id and number.isascii() and number.isdecimal() and len(number) < 10  # noqa: PLR2004 - as told
    return int(number) if fits else None


async def browse(
    hass: HomeAssistant, name: str, clips: Sequence[Clip], media_id: str | None, *, speaks: bool
) -> BrowseMedia:
    """Return a folder: the camera's own sounds first, then what Home Assistant has.

    Args:
        hass: whose media there are.
        name: the camera's.
        clips: the camera's own.
        media_id: which folder; none: the first one.
        speaks: whether Home Assistant's can be played.

    Raises:
        BrowseError: there is no such folder.
    """
    if media_id and media_id != _ROOT:
        if speaks and media_source.is_media_source_id(media_id):
            return await media_source.async_browse_media(hass, media_id, content_filter=_is_sound)
        raise BrowseError(translation_domain=DOMAIN, translation_key="speaker_no_folder")
    children = [_clip(clip) for clip in clips]
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


def _clip(clip: Clip) -> BrowseMedia:
    return BrowseMedia(
        media_class=MediaClass.MUSIC,
        media_content_id=f"{_CLIP}{clip.number}",
        media_content_type=MediaType.MUSIC,
        title=clip.name,
        can_play=True,
        can_expand=False,
    )


def _is_sound(item: BrowseMedia) -> bool:
    return item.media_content_type.startswith("audio/")
