"""Whether a log gives away what nobody should read there."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

_SHORTEST = 6
"""Shorter strings occur by chance."""


class SecretLoggedError(Exception):
    """A log holds secrets. The message shows where, with the secrets cut out."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A line of a log that holds a secret, with the secret cut out."""

    number: int
    line: str


def leaks(log: str, secrets: Iterable[str]) -> list[Leak]:
    """The lines that hold one of the secrets, as it is or as it would stand in an address."""
    forms = {
        form
        for secret in secrets
        if len(secret) >= _SHORTEST
        for form in (secret, quote(secret, safe=""), quote_plus(secret))
    }
    found = []
    for number, line in enumerate(log.splitlines(), 1):
        if any(form in line for form in forms):
            shown = line
            for form in sorted(forms, key=len, reverse=True):
                shown = shown.replace(form, "(secret)")
            found.append(Leak(number, shown[:300]))
    return found


def check_no_secret(log: str, secrets: Iterable[str]) -> None:
    """Check that a log holds none of the secrets.

    Raises:
        SecretLoggedError: it does.
    """
    if found := leaks(log, secrets):
        first = "\n".join(f"{leak.number}: {leak.line}" for leak in found[:5])
        raise SecretLoggedError(f"{len(found)} lines of the log hold a secret:\n{first}")
