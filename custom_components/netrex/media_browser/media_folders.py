"""Entries of the media browser: folders that open, recordings that play, and lines that only say something."""

from collections.abc import Iterable
from typing import Final

from homeassistant.components.media_player import BrowseMedia, MediaClass, MediaType
from homeassistant.components.media_source import BrowseMediaSource

from ..const import DOMAIN
from ..recordings.media_items import Item

#: The frontend shows children of this class line by line.
_AS_LIST: Final = MediaClass.TRACK


def folder(
    item: Item | None,
    title: str,
    children: Iterable[BrowseMedia] | None = None,
    *,
    thumbnail: str | None = None,
    media_class: MediaClass = MediaClass.DIRECTORY,
    as_list: bool = False,
) -> BrowseMediaSource:
    """Return a folder; without an item, the one above all. Without children, it is only pointed at.

    `as_list` shows its children as lines of text rather than as cards, which would cut their titles short.
    """
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=item.identifier if item else None,
        media_class=media_class,
        media_content_type=MediaType.VIDEO,
        title=title,
        can_play=False,
        can_expand=True,
        children=None if children is None else list(children),
        children_media_class=_AS_LIST if as_list else None,
        thumbnail=thumbnail,
        can_search=True,
    )


def leaf(item: Item, title: str, *, can_play: bool, thumbnail: str | None = None) -> BrowseMediaSource:
    """Return a recording, or a line that only says something: nothing to open, nothing to play."""
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=item.identifier,
        media_class=MediaClass.VIDEO if can_play else MediaClass.DIRECTORY,
        media_content_type=MediaType.VIDEO,
        title=title,
        can_play=can_play,
        can_expand=False,
        thumbnail=thumbnail,
    )


def picture(item: Item, title: str, thumbnail: str | None) -> BrowseMediaSource:
    """Return a still picture."""
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=item.identifier,
        media_class=MediaClass.IMAGE,
        media_content_type="image/jpeg",
        title=title,
        can_play=True,
        can_expand=False,
        thumbnail=thumbnail,
    )
