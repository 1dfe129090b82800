"""How hard is tried: the same examples on every run, or as many new ones as `scripts/fuzz` was told."""

import os
from typing import Final

from hypothesis import HealthCheck, settings

_ASKED: Final = int(os.environ.get("NETREX_FUZZ", "0"))


def examples(count: int) -> settings:
    """Try so many examples, always the same; of a long run, as many new ones as it was told."""
    return settings(
        max_examples=_ASKED or count,
        derandomize=not _ASKED,
        database=None,
        # What is slow is found by tests of its own, which count the processor's time and not the clock's.
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
