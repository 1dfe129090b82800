"""The gauge of the process's memory sees what is held, in whatever thread, and nothing else."""

import threading
from typing import Final

from .process_memory import process_memory, return_freed_memory

#: Bytes.
_BLOCK: Final = 2 << 20
_THREADS: Final = 16
_BLOCKS_EACH: Final = 4
#: Bytes: half of all blocks, as other parts of the process allocate and free, too.
_MUCH: Final = _THREADS * _BLOCKS_EACH * _BLOCK // 2


def _allocate_in_threads() -> list[bytearray]:
    """Return blocks from many threads at once, which have ended."""
    blocks: list[bytearray] = []
    all_run = threading.Barrier(_THREADS)

    def allocate() -> None:
        all_run.wait()
        blocks.extend([bytearray(_BLOCK) for _ in range(_BLOCKS_EACH)])

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
    _allocate_in_threads()
    assert process_memory() - before < _MUCH


def test_held_memory_of_threads_counts() -> None:
    return_freed_memory()
    before = process_memory()
    held = _allocate_in_threads()
    assert process_memory() - before > _MUCH
    del held
