"""What no commit may hold: traces of a machine, of a package host, or of generated files."""

from collections.abc import Iterator
import re

from .tree import Repository

# Written in pieces, so that this file doesn't hold what it looks for.
TRACES = {
    "a path of somebody's machine": re.compile(r"(?<![\w.~-])/(?:" + "root|" + "work|home/(?!assistant)" + r"\w+)/\w"),
    "a package host": re.compile("python" + r"hosted\.org|py" + r"pi\.org/simple|registry\." + r"npmjs|index" + "-url"),
    "a merge conflict": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
    "a private key": re.compile("-----BEGIN " + "[A-Z ]*PRIVATE KEY"),
}
# `uv pip compile` must be told not to write the host.
EXCEPTIONS = {"scripts/lock": "--no-emit-" + "index" + "-url"}
UNWANTED = re.compile(r"(^|/)(uv\.lock|poetry\.lock|__pycache__|\.DS_Store)(/|$)|\.(pyc|orig|rej|log)$")
LARGEST_FILE = 1_000_000  # bytes


def hygiene(repository: Repository) -> Iterator[str]:
    """Check every file that is, or with the next commit could be, in the repository."""
    for path in repository.files:
        if UNWANTED.search(path.as_posix()):
            yield f"{path}: doesn't belong into the repository"
        if (repository.root / path).stat().st_size > LARGEST_FILE:
            yield f"{path}: larger than {LARGEST_FILE} bytes"
        text = repository.text(path).replace(EXCEPTIONS.get(path.as_posix(), "\0"), "")
        for what, trace in TRACES.items():
            if match := trace.search(text):
                yield f"{path}:{text.count('\n', 0, match.start()) + 1}: {what}"
