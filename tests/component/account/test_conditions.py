"""Conditions of many cameras: who hears of a change, and what can be asked."""

import pytest

from custom_components.netrex.account.conditions import Conditions
from custom_components.netrex.cameras.axis_camera import Condition

_CHECKING, _REACHABLE, _OTHER_DEVICE = Condition.CHECKING, Condition.REACHABLE, Condition.OTHER_DEVICE


@pytest.fixture
def conditions() -> Conditions:
    """Return those of three cameras, one of which has no known serial number."""
    found = Conditions()
    found.replace({1: _CHECKING, 2: _CHECKING, 3: None})
    return found


def test_cameras_are_found_by_their_condition(conditions: Conditions) -> None:
    assert conditions.ids(_CHECKING) == {1, 2}
    assert conditions.ids(None) == {3}
    assert conditions.ids(_REACHABLE) == set()
    assert conditions.update(2, _REACHABLE)
    assert (conditions.ids(_CHECKING), conditions.ids(_REACHABLE)) == ({1}, {2})
    assert dict(conditions) == {1: _CHECKING, 2: _REACHABLE, 3: None}
    conditions.replace({2: _OTHER_DEVICE, 3: _CHECKING})
    assert [conditions.ids(each) for each in (_CHECKING, _REACHABLE, _OTHER_DEVICE, None)] == [{3}, set(), {2}, set()]
    assert len(conditions) == 2


def test_change_of_one_camera_is_heard_by_its_own_listeners_and_the_common_ones(conditions: Conditions) -> None:
    heard: list[object] = []
    conditions.changed.add(lambda: heard.append("any"))
    stop = conditions.listen(1, lambda: heard.append(1))
    conditions.listen(2, lambda: heard.append(2))
    assert not conditions.update(1, _CHECKING)
    assert heard == []
    conditions.update(1, _REACHABLE)
    assert heard == [1, "any"]
    stop()
    conditions.update(1, _CHECKING)
    conditions.update(2, _REACHABLE)
    assert heard == [1, "any", "any", 2, "any"]


def test_new_tree_is_heard_once_and_only_if_something_changed(conditions: Conditions) -> None:
    heard: list[object] = []
    conditions.changed.add(lambda: heard.append("any"))
    conditions.added.add(heard.append)
    conditions.listen(3, lambda: heard.append(3))
    conditions.replace(dict(conditions))
    assert heard == []
    conditions.replace({1: _CHECKING, 4: None, 5: _CHECKING})
    assert heard == [3, "any", [4, 5]]


def test_camera_that_is_not_in_the_tree_yet_comes_with_it(conditions: Conditions) -> None:
    assert not conditions.update(9, _REACHABLE)
    assert 9 not in conditions
