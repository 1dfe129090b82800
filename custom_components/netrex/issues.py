"""Problems that the user can end: raised, cleared and named in one place. Their fix flows are in `repairs.py`."""

from collections.abc import Callable, Iterable, Mapping
import re
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .auth.scopes import CAMERA_SCOPES, Scope
from .cloud import Node
from .const import DOMAIN

PERMISSION_MISSING: Final = "permission_missing"
REMOTE_ACCESS_REFUSED: Final = "remote_access_refused"
#: The same of a token that the user made, and of single cameras.
REMOTE_TOKEN_REFUSED: Final = "remote_token_refused"  # noqa: S105 - an issue
CAMERA_REFUSED: Final = "camera_refused"
SERIAL_UNKNOWN: Final = "serial_unknown"
RECORDINGS_IN_H265: Final = "recordings_in_h265"
FIGURES_PERMISSION_MISSING: Final = "figures_permission_missing"
CLOUD_SILENT: Final = "cloud_silent"
TOO_MANY_CAMERAS: Final = "too_many_cameras"
#: Of each permission that cameras may refuse.
PERMISSION_REFUSED: Final[Mapping[Scope, str]] = {scope: f"permission_refused_{scope}" for scope in CAMERA_SCOPES}
#: The same of a token that the user made: for all its permissions together, which nobody can tell apart.
REMOTE_TOKEN_LIMITED: Final = "remote_token_limited"  # noqa: S105 - an issue
API_TOKEN_LIMITED: Final = "api_token_limited"  # noqa: S105
_WHILE_LOADED: Final = (
    REMOTE_TOKEN_LIMITED,
    API_TOKEN_LIMITED,
    REMOTE_ACCESS_REFUSED,
    REMOTE_TOKEN_REFUSED,
    CAMERA_REFUSED,
    SERIAL_UNKNOWN,
    RECORDINGS_IN_H265,
    FIGURES_PERMISSION_MISSING,
    CLOUD_SILENT,
    TOO_MANY_CAMERAS,
    *PERMISSION_REFUSED.values(),
)
_ALL: Final = (PERMISSION_MISSING, *_WHILE_LOADED)
#: Names listed in a text; a reader wants to know which, not all of five hundred.
_MAX_NAMES: Final = 8
#: Issues of one kind that are each about one camera.
_MAX_OF_CAMERAS: Final = 50
#: All ASCII punctuation, which CommonMark lets a backslash escape: GitHub's markdown, which the frontend reads, makes
#: links also of bare addresses (`https://`, `www.`, `a@b.c`), and lists of what begins with `1.` or `-`.
_MARKDOWN: Final = re.compile(r"([!-/:-@\[-`{-~])")


def as_markdown_text(name: str) -> str:
    """Return a name that other people gave, escaped for markdown: no link, no image, no list."""
    return _MARKDOWN.sub(r"\\\1", name)


@callback
def async_report_permission_missing(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The account may not read its tree."""
    _report(hass, entry, PERMISSION_MISSING, ir.IssueSeverity.ERROR)


@callback
def async_clear_permission_missing(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The account may read its tree."""
    _clear(hass, entry, PERMISSION_MISSING)


@callback
def async_report_figures_permission_missing(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The account may not read figures, though it may read its tree."""
    _report(hass, entry, FIGURES_PERMISSION_MISSING, ir.IssueSeverity.WARNING)


@callback
def async_clear_figures_permission_missing(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The account may read figures."""
    _clear(hass, entry, FIGURES_PERMISSION_MISSING)


@callback
def async_report_cloud_silent(hass: HomeAssistant, entry: ConfigEntry, host: str) -> None:
    """The cloud has told nothing for hours, while what was known before is still shown."""
    _report(hass, entry, CLOUD_SILENT, ir.IssueSeverity.WARNING, host=host)


@callback
def async_clear_cloud_silent(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The cloud answers."""
    _clear(hass, entry, CLOUD_SILENT)


@callback
def async_show_refused(
    hass: HomeAssistant,
    entry: ConfigEntry,
    kind: str,
    cameras: Iterable[str],
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
) -> None:
    """Show that cameras refuse something that the account should be allowed; no camera clears the issue.

    Args:
        hass: where it is shown.
        entry: the account.
        kind: one of `PERMISSION_REFUSED`, or that of the account's token, or of cameras that don't accept it at all.
        cameras: their names.
        severity: an error where nothing of these cameras can be used.
    """
    listed = some_names(cameras)
    if listed:
        _report(hass, entry, kind, severity, cameras=listed)
    else:
        _clear(hass, entry, kind)


@callback
def async_show_serials_unknown(
    hass: HomeAssistant, entry: ConfigEntry, cameras: Iterable[Node], is_undecided: Callable[[int], bool]
) -> None:
    """Show an issue for each of these cameras, whose serial number is missing or wrong, and clear all others.

    Args:
        hass: where they are shown.
        entry: the account.
        cameras: those.
        is_undecided: whether the camera of a node is being checked: its issue stays as it is.
    """
    kept = set()
    for node in sorted(cameras, key=lambda node: node.name)[:_MAX_OF_CAMERAS]:
        kept.add(issue_id := f"{_issue_id(entry, SERIAL_UNKNOWN)}_{node.node_id}")
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=SERIAL_UNKNOWN,
            # For the title, which is plain.
            translation_placeholders={"account": entry.title, "camera": node.name},
            data={"entry_id": entry.entry_id, "kind": SERIAL_UNKNOWN, "node_id": node.node_id},
        )
    for issue_id in _issue_ids(hass, entry, SERIAL_UNKNOWN):
        node_id = issue_id.rpartition("_")[2]
        if issue_id not in kept and not (node_id.isdecimal() and is_undecided(int(node_id))):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_show_too_many_cameras(hass: HomeAssistant, entry: ConfigEntry, count: int, limit: int) -> None:
    """The account has more cameras than are added; as many as the limit clear the issue."""
    if count > limit:
        numbers = {"count": str(count), "limit": str(limit)}
        _report(hass, entry, TOO_MANY_CAMERAS, ir.IssueSeverity.WARNING, fixable=False, **numbers)
    else:
        _clear(hass, entry, TOO_MANY_CAMERAS)


@callback
def async_show_recordings_in_h265(hass: HomeAssistant, entry: ConfigEntry, cameras: Iterable[str]) -> None:
    """These cameras record in a format that many browsers don't show; none clears the issue."""
    listed = some_names(cameras)
    if listed:
        _report(hass, entry, RECORDINGS_IN_H265, ir.IssueSeverity.WARNING, fixable=False, cameras=listed)
    else:
        _clear(hass, entry, RECORDINGS_IN_H265)


@callback
def async_open_issues(hass: HomeAssistant, entry: ConfigEntry) -> list[str]:
    """Return what the user is told of now that only they can end."""
    issues = ir.async_get(hass).issues
    return [kind for kind in _ALL if any(issues[DOMAIN, each].active for each in _issue_ids(hass, entry, kind))]


def some_names(cameras: Iterable[str]) -> str:
    """Return the names of cameras in order, as many as a reader wants to see, for a text in markdown."""
    names = sorted(cameras)
    return ", ".join(map(as_markdown_text, names[:_MAX_NAMES])) + (", …" if len(names) > _MAX_NAMES else "")


@callback
def async_clear_while_unloaded(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The account is not loaded: what its cameras lack is shown again when it is.

    Issues that the user ignores are not seen anyway; they stay, so that they are ignored also then.
    """
    registry = ir.async_get(hass)
    for kind in _WHILE_LOADED:
        for issue_id in _issue_ids(hass, entry, kind):
            if (issue := registry.async_get_issue(DOMAIN, issue_id)) and issue.dismissed_version is None:
                ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_clear_all(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The account is gone."""
    for kind in _ALL:
        _clear(hass, entry, kind)


def _issue_id(entry: ConfigEntry, kind: str) -> str:
    return f"{kind}_{entry.entry_id}"


def _issue_ids(hass: HomeAssistant, entry: ConfigEntry, kind: str) -> list[str]:
    """Return the issues of a kind that there are; of some kinds, each camera has one of its own."""
    own, issues = _issue_id(entry, kind), ir.async_get(hass).issues
    if kind != SERIAL_UNKNOWN:
        return [own] if (DOMAIN, own) in issues else []
    return [issue_id for domain, issue_id in issues if domain == DOMAIN and issue_id.startswith(f"{own}_")]


def _report(
    hass: HomeAssistant,
    entry: ConfigEntry,
    kind: str,
    severity: ir.IssueSeverity,
    *,
    fixable: bool = True,
    **placeholders: str,
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry, kind),
        is_fixable=fixable,
        severity=severity,
        translation_key=kind,
        # The account's name is for titles, which are plain; the rest for texts, which are rendered as markdown.
        translation_placeholders={"account": entry.title, **placeholders},
        data={"entry_id": entry.entry_id, "kind": kind},
    )


def _clear(hass: HomeAssistant, entry: ConfigEntry, kind: str) -> None:
    for issue_id in _issue_ids(hass, entry, kind):
        ir.async_delete_issue(hass, DOMAIN, issue_id)
