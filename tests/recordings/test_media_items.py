"""Identifiers of media items: they come back as they were, and nothing else is one."""

from datetime import date

from hypothesis import example, given, strategies as st
import pytest

from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.episodes.episode import EpisodeKind
from custom_components.netrex.recordings.media_items import (
    LONGEST,
    AccountEventDayItem,
    AccountEventPartItem,
    AccountEventsItem,
    AccountItem,
    CameraEventDayItem,
    CameraEventPartItem,
    CameraEventsItem,
    CameraItem,
    CardDayItem,
    CardItem,
    CardRecordingItem,
    DayItem,
    EpisodeItem,
    EpisodePictureItem,
    HourItem,
    Item,
    NoMediaItemError,
    PlaceItem,
    RecordingItem,
    parse_item,
)

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
entries = st.text(_LETTERS, min_size=1, max_size=64)
nodes = st.integers(0, 2**63 - 1)
days = st.dates(date(1971, 1, 1), date(9998, 12, 31))
intervals = st.builds(
    lambda begins_at, seconds: Interval(begins_at, begins_at + seconds),
    st.integers(1, 10**10),
    st.integers(1, LONGEST),
)
card_ids = st.text(_LETTERS + "_.-", min_size=1, max_size=100)
began_ats = st.integers(1, 10**14 - 1)
event_kinds = st.sampled_from(("all", *EpisodeKind)).map(str)
items = st.one_of(
    st.builds(AccountItem, entries),
    st.builds(PlaceItem, entries, nodes),
    st.builds(CameraItem, entries, nodes),
    st.builds(DayItem, entries, nodes, days),
    st.builds(HourItem, entries, nodes, intervals),
    st.builds(RecordingItem, entries, nodes, intervals, st.integers(0, 9999)),
    st.builds(CardItem, entries, nodes),
    st.builds(CardDayItem, entries, nodes, days),
    st.builds(CardRecordingItem, entries, nodes, card_ids, intervals),
    st.builds(EpisodeItem, entries, nodes, began_ats),
    st.builds(EpisodePictureItem, entries, nodes, began_ats),
    st.builds(AccountEventsItem, entries),
    st.builds(CameraEventsItem, entries, nodes),
    st.builds(AccountEventDayItem, entries, days, event_kinds),
    st.builds(CameraEventDayItem, entries, nodes, days, event_kinds),
    st.builds(AccountEventPartItem, entries, intervals, event_kinds),
    st.builds(CameraEventPartItem, entries, nodes, intervals, event_kinds),
)


@given(items)
def test_an_item_comes_back_as_it_was(item: Item) -> None:
    assert parse_item(item.identifier) == item


def test_all_recordings_of_a_camera_begin_alike() -> None:
    item = RecordingItem("01ABC", 12, Interval(1_795_970_000, 1_795_970_600))
    prefix = RecordingItem.media_content_prefix(item.entry_id, item.node_id)
    assert item.media_content_id == f"{prefix}/1795970000/1795970600/0"


@given(st.lists(items, min_size=2, max_size=2, unique=True))
def test_two_items_never_share_an_identifier(two: list[Item]) -> None:
    assert two[0].identifier != two[1].identifier


@given(st.text(max_size=200))
@example("")
@example("recording/E/1/2/1/0")
@example("day/E/1/2026-02-30")
@example("day/E/1/0001-01-01")
@example("camera/E/9223372036854775808")
@example("camera/E/01")
@example("camera/E/１")
@example("camera/E/1\n")
@example("card-recording/E/1/../1/2")
def test_whatever_is_read_is_written_the_same_way(text: str) -> None:
    try:
        item = parse_item(text)
    except NoMediaItemError:
        return
    assert item.identifier == text


@given(items, st.data())
def test_a_changed_identifier_means_something_else_or_nothing(item: Item, data: st.DataObject) -> None:
    text = item.identifier
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("/.%?#\0\n é0zZ")) + text[at + 1 :]
    try:
        other = parse_item(changed)
    except NoMediaItemError:
        return
    assert other == item if changed == text else other != item


@pytest.mark.parametrize(
    "hostile",
    [
        "recording/E/1/1/99999999/0",
        "recording/E/1/0/600/0",
        "recording/E/-1/1/600/0",
        "recording/E/1/1/600/10000",
        "recording/../1/1/600/0",
        "recording/E/1/1/600/0/../../account/F",
        "hour/E/1/600/600",
        "card-recording/E/1/a%2Fb/1/600",
        "card-recording/E/1/<script>/1/600",
        "account/E F",
        "account/" + "E" * 65,
        "account//E",
        "x" * 100_000,
    ],
)
def test_hostile_identifiers_are_none(hostile: str) -> None:
    with pytest.raises(NoMediaItemError):
        parse_item(hostile)
