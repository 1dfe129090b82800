"""How much memory this process holds, without what it has freed.

glibc keeps what threads have freed in heaps, up to eight per core, each as large as its threads ever needed at once.
Only what is larger than a threshold goes back to the system. Each large block that is freed raises the threshold, up to
64 MB, and `malloc_trim` doesn't reach the free end of a thread's heap. The simulator draws images of 15 MB in a new
thread for each live view, so one heap after the other comes to keep 20 MB: the process grows for hundreds of live views
although all of it is free.
"""

import ctypes
import gc
from typing import Final

import psutil

#: Of glibc's malloc.h.
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
#: Bytes: what glibc begins with.
_LARGE: Final = 128 * 1024


def return_freed_memory() -> None:
    """Let large blocks go back to the system when they are freed, in all threads, as long as the process lives."""
    libc = ctypes.CDLL(None)
    for threshold in (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD):
        # A threshold that is set no longer moves.
        assert libc.mallopt(threshold, _LARGE)


def process_memory() -> int:
    """Return the bytes that the process holds, also outside Python.

    Call `return_freed_memory` before what is measured, else much of what has been freed counts.
    """
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(psutil.Process().memory_info().rss)
