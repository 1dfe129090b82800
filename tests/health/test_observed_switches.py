"""Every question that a switch of the simulator decides is observed, or it is known why not."""

from tests.observed_days import missing_positions


def test_every_position_is_lived_through() -> None:
    assert list(missing_positions()) == []
