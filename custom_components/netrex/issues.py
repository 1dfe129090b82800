"""Problems that the user can fix, shown in Repairs. Their fix flows are in `repairs.py`."""

from collections.abc import Iterable, Set as AbstractSet
from enum import StrEnum
import re
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .auth.scopes import Scope
from .cloud import Node
from .const import DOMAIN


class Issue(StrEnum):
    """What can be wrong with an account. The values are translation keys, and begin the ids of issues."""

    PERMISSION_MISSING = "permission_missing"
    REMOTE_TOKEN_LIMITED = "remote_token_limited"  # noqa: S105 - an issue
    API_TOKEN_LIMITED = "api_token_limited"  # noqa: S105 - an issue
    REMOTE_ACCESS_REFUSED = "remote_access_refused"
    REMOTE_TOKEN_REFUSED = "remote_token_refused"  # noqa: S105 - an issue
    CAMERA_REFUSED = "camera_refused"
    SERIAL_UNKNOWN = "serial_unknown"
    RECORDINGS_IN_H265 = "recordings_in_h265"
    METRICS_PERMISSION_MISSING = "metrics_permission_missing"
    CLOUD_NOT_RESPONDING = "cloud_not_responding"
    TOO_MANY_CAMERAS = "too_many_cameras"
    LIVEVIEW_REFUSED = "permission_refused_liveview"
    EVENTS_REFUSED = "permission_refused_events"
    LIVEVIEW_PTZ_REFUSED = "permission_refused_liveview_ptz"
    LIVEVIEW_LIGHT_REFUSED = "permission_refused_liveview_light"
    LIVEVIEW_AUDIOCLIP_REFUSED = "permission_refused_liveview_audioclip"
    AUDIOTRANSMIT_REFUSED = "permission_refused_audiotransmit"
    WRITE_REFUSED = "permission_refused_write"


#: Nothing of the account, or of these cameras, can be used.
_ERRORS: Final = frozenset(
    {
        Issue.PERMISSION_MISSING,
        Issue.REMOTE_ACCESS_REFUSED,
        Issue.REMOTE_TOKEN_REFUSED,
        Issue.CAMERA_REFUSED,
    }
)
_NOT_FIXABLE: Final = frozenset({Issue.RECORDINGS_IN_H265, Issue.TOO_MANY_CAMERAS})
#: Names listed in a text; a reader wants to know which, not all of five hundred.
_MAX_NAMES: Final = 8
#: Open issues of one kind that are each about one camera.
_MAX_OF_CAMERAS: Final = 50
#: All ASCII punctuation, which CommonMark lets a backslash escape: GitHub's markdown, which the frontend reads, makes
#: links also of bare addresses (`https://`, `www.`, `a@b.c`), and lists of what begins with `1.` or `-`.
_MARKDOWN: Final = re.compile(r"([!-/:-@\[-`{-~])")


def as_markdown_text(name: str) -> str:
    """Return a name that other people gave, escaped for markdown: no link, no image, no list."""
    return _MARKDOWN.sub(r"\\\1", name)


def scope_refused(scope: Scope) -> Issue:
    """Return the issue for a scope that cameras refuse, one of `CAMERA_SCOPES`."""
    return Issue(f"permission_refused_{scope}")


@callback
def async_show_issue(
    hass: HomeAssistant, entry: ConfigEntry, issue: Issue, *, shown: bool = True, **placeholders: str
) -> None:
    """Show an issue of an account, or clear it; the placeholders are for texts, which are rendered as markdown."""
    if shown:
        _create(hass, entry, issue, _issue_id(entry, issue), placeholders)
    else:
        _clear(hass, entry, issue)


@callback
def async_show_camera_list(hass: HomeAssistant, entry: ConfigEntry, issue: Issue, cameras: Iterable[str]) -> None:
    """Show an issue that names cameras in order, as many as a reader wants to see, or clear it if there are none."""
    names = sorted(cameras)
    shown = ", ".join(map(as_markdown_text, names[:_MAX_NAMES])) + (", …" if len(names) > _MAX_NAMES else "")
    async_show_issue(hass, entry, issue, shown=bool(names), cameras=shown)


@callback
def async_show_camera_issues(
    hass: HomeAssistant,
    entry: ConfigEntry,
    issue: Issue,
    cameras: Iterable[Node],
    being_checked: AbstractSet[int],
) -> None:
    """Show an issue for each of these cameras, and clear those of all others, except for nodes being checked."""
    kept, open_ones = set(), 0
    for node in sorted(cameras, key=lambda node: node.name):
        issue_id = f"{_issue_id(entry, issue)}_{node.node_id}"
        known = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
        # Those that the user ignores take nobody's place.
        if known is None or known.dismissed_version is None:
            if open_ones == _MAX_OF_CAMERAS:
                continue
            open_ones += 1
        kept.add(issue_id)
        _create(hass, entry, issue, issue_id, {"camera": node.name}, node_id=node.node_id)
    for issue_id in _issue_ids(hass, entry, issue):
        node_id = issue_id.rpartition("_")[2]
        if issue_id not in kept and not (node_id.isdecimal() and int(node_id) in being_checked):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_open_issues(hass: HomeAssistant, entry: ConfigEntry) -> list[str]:
    """Return which issues of the account are open."""
    issues = ir.async_get(hass).issues
    return [
        issue.value for issue in Issue if any(issues[DOMAIN, each].active for each in _issue_ids(hass, entry, issue))
    ]


@callback
def async_count_open(hass: HomeAssistant, entry: ConfigEntry) -> int:
    """Return how many issues of the account Repairs shows; those that the user ignores are left out."""
    return sum(
        (issue.data or {}).get("entry_id") == entry.entry_id and issue.active and issue.dismissed_version is None
        for (domain, _issue_id), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    )


@callback
def async_clear_while_unloaded(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Clear what is shown again once the account is loaded.

    Issues that the user ignores are not seen anyway; they stay, so that they are ignored also then.
    """
    registry = ir.async_get(hass)
    for issue in Issue:
        for issue_id in _issue_ids(hass, entry, issue) if issue is not Issue.PERMISSION_MISSING else ():
            if (found := registry.async_get_issue(DOMAIN, issue_id)) and found.dismissed_version is None:
                ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_clear_all(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Clear all issues of an account that is removed."""
    for issue in Issue:
        _clear(hass, entry, issue)


def _issue_id(entry: ConfigEntry, issue: Issue) -> str:
    return f"{issue}_{entry.entry_id}"


def _issue_ids(hass: HomeAssistant, entry: ConfigEntry, issue: Issue) -> list[str]:
    """Return the ids of an account's issues of a kind: one, or one a camera."""
    own = _issue_id(entry, issue)
    ids = [issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN]
    return [issue_id for issue_id in ids if issue_id == own or issue_id.startswith(f"{own}_")]


def _create(
    hass: HomeAssistant,
    entry: ConfigEntry,
    issue: Issue,
    issue_id: str,
    placeholders: dict[str, str],
    **data: str | float | None,
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=issue not in _NOT_FIXABLE,
        severity=ir.IssueSeverity.ERROR if issue in _ERRORS else ir.IssueSeverity.WARNING,
        translation_key=issue.value,
        # For titles, which are plain.
        translation_placeholders={"account": entry.title, **placeholders},
        data={"entry_id": entry.entry_id, "kind": issue.value, **data},
    )


def _clear(hass: HomeAssistant, entry: ConfigEntry, issue: Issue) -> None:
    for issue_id in _issue_ids(hass, entry, issue):
        ir.async_delete_issue(hass, DOMAIN, issue_id)
