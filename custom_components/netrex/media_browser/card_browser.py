"""Folders of what is recorded on a camera's card. The camera is asked for one day at a time; its errors are raised."""

from datetime import date, timedelta
from typing import Final

from homeassistant.components.media_player import BrowseMedia
from homeassistant.components.media_source import BrowseMediaSource

from ..account.account import NetrexAccount
from ..cloud import Node
from ..recordings.days import day_interval, moments, parts_within, until
from ..recordings.media_items import CardDayItem, CardItem, CardRecordingItem
from .media_folders import folder, leaf
from .titles import Titles

#: Parts of recordings that a day shows; more are said to be there, not shown.
_MAX_SHOWN: Final = 300
_MAX_LISTED: Final = 400


def browse_card(account: NetrexAccount, node: Node, titles: Titles) -> BrowseMediaSource:
    """Return the days that a card may hold."""
    entry_id, today = account.entry.entry_id, titles.now.date()
    days = [today - timedelta(days=ago) for ago in range(account.recordings.settings.days)]
    children = [folder(CardDayItem(entry_id, node.node_id, day), titles.day(day)) for day in days]
    return folder(CardItem(entry_id, node.node_id), f"{node.name}, {titles.words['card']}", children, as_list=True)


async def browse_card_day(account: NetrexAccount, node: Node, day: date, titles: Titles) -> BrowseMediaSource:
    """Return what a card holds of a day; long recordings in parts of ten minutes."""
    whole = day_interval(day, titles.zone)
    card = account.card_of(node.node_id)
    listed = await card.recordings(*moments(whole), limit=_MAX_LISTED)
    past = until(whole, titles.now.timestamp())
    children: list[BrowseMedia] = []
    for recording in sorted(listed.recordings, key=lambda each: each.starts):
        for part in parts_within(recording, past):
            item = CardRecordingItem(account.entry.entry_id, node.node_id, recording.recording_id, part)
            kind = titles.words[f"card_{recording.kind}"]
            title = titles.words["card_recording"].format(when=titles.exact(part), kind=kind)
            children.append(leaf(item, title, can_play=True))
    title = f"{node.name}, {titles.words['card']}, {titles.day(day)}"
    found = folder(CardDayItem(account.entry.entry_id, node.node_id, day), title, children[:_MAX_SHOWN], as_list=True)
    found.not_shown = max(0, len(children) - _MAX_SHOWN) + listed.more
    return found
