"""The order of the competitors in a round, so that none is always first."""

from collections.abc import Iterable


def in_turn[Item](items: Iterable[Item], number: int) -> list[Item]:
    """Return all of them, in the order of a round: with each round, the next one is first."""
    order = [*items]
    first = number % len(order)
    return order[first:] + order[:first]
