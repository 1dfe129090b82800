"""Kills a process in the middle of writing a file, before every single step of it."""

from collections.abc import Callable, Collection
import os
import sys

#: What Python tells an audit hook of files, before it does it.
FILES = frozenset({"open", "os.link", "os.rename", "os.remove", "os.utime", "os.mkdir"})
_KILLED = 9
#: More than any work here has.
MOST_STEPS = 20


def killed_at(step: int, work: Callable[[], None], steps: Collection[str] = FILES) -> bool:
    """Do some work in a process that is killed right before its nth step; tell whether it came to that."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _arguments: object) -> None:
            nonlocal left
            if event in steps:
                left -= 1
                if left == 0:
                    os._exit(_KILLED)

        sys.addaudithook(count)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == _KILLED
