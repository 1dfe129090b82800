"""The gauge of the process's memory sees what is held, in whatever thread, and nothing else."""

import threading
from typing import Final

from .process_memory import process_memory, return_freed_memory

#: Bytes.
_BLOCK: Final = 2 << 20
_THREADS: Final = 16


def _allocate_in_threads(blocks_each: int) -> list[bytearray]:
    """Return blocks from many threads at once, which have ended."""
    blocks: list[bytearray] = []
    all_run = threading.Barrier(_THREADS)

    def allocate() -> None:
        all_run.wait()
        blocks.extend([bytearray(_BLOCK) for _ in range(blocks_each)])

    threads = [threading.Thread(target=allocate) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return blocks


def test_freed_memory_of_threads_does_not_count() -> None:
    return_freed_memory()
    # If thresholds still moved, they would now be above all other blocks.
    bytearray(10 * _BLOCK)
    before = process_memory()
    _allocate_in_threads(4)
    assert process_memory() - before < 4 * _BLOCK


def test_held_memory_of_threads_counts() -> None:
    return_freed_memory()
    before = process_memory()
    held = _allocate_in_threads(1)
    assert process_memory() - before > 0.9 * len(held) * _BLOCK
