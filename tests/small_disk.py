"""A disk on which no file may grow over so many bytes: the system refuses to write, as on a full one."""

from collections.abc import Iterator
from contextlib import contextmanager
import resource


@contextmanager
def small_disk(most: int = 10_000) -> Iterator[None]:
    """Let files of this process have at most `most` bytes, for as long as this lasts."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
