"""GitHub's workflows: pinned actions, no permission that isn't named, no secret that lingers."""

from collections.abc import Iterator
from pathlib import Path
import re

from .tree import JsonObject, Repository, branch

WORKFLOWS = Path(".github/workflows")
USES = re.compile(r"^\s*(?:-\s+)?uses:\s*(\S+)(.*)$", re.MULTILINE)
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
EXPECTED = ("lint.yml", "test.yml", "validate.yml")
CI = Path(".ci/run")
COMMAND = re.compile(r"^scripts/.*$", re.MULTILINE)


def workflows(repository: Repository) -> Iterator[str]:
    """Check every workflow."""
    for name in EXPECTED:
        if not repository.has(WORKFLOWS / name):
            yield f"{WORKFLOWS / name}: missing"
    texts = [repository.text(path) for path in repository.files if path.parent == WORKFLOWS]
    for command in COMMAND.findall(repository.text(CI)):
        if not any(re.search(rf"run: {re.escape(command)}$", text, re.MULTILINE) for text in texts):
            yield f"{CI}: no workflow runs {command}"
    for path in repository.files:
        if path.parent != WORKFLOWS:
            continue
        yield from _pinned(path, repository.text(path))
        yield from _rights(path, repository.yaml(path))


def _pinned(path: Path, text: str) -> Iterator[str]:
    for match in USES.finditer(text):
        if not PINNED.fullmatch(match[1]):
            yield f"{path}: {match[1]} is not pinned by a commit"
        elif not re.match(r"\s+#\s*\S", match[2]):
            yield f"{path}: {match[1]} doesn't say which version that is"
    if text.count("persist-credentials: false") < text.count("uses: actions/checkout@"):
        yield f"{path}: a checkout keeps its token (persist-credentials: false)"


def _rights(path: Path, workflow: JsonObject) -> Iterator[str]:
    if workflow.get("permissions") != {}:
        yield f"{path}: permissions must be {{}} at the top"
    for name, job in branch(workflow, "jobs").items():
        if not isinstance(job, dict) or "permissions" not in job:
            yield f"{path}: the job {name} doesn't say which permissions it needs"
        elif "timeout-minutes" not in job:
            yield f"{path}: the job {name} may run for ever"
