"""The dashboard of all accounts, as far as a person may see what is in them: `strategy: custom:netrex`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
import re
from typing import Final, TypedDict

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er

from ..const import DOMAIN
from ..media_browser.search_query import plain

_CARD: Final = f"custom:{DOMAIN}-camera-card"
_CAMERA: Final = "camera.camera"
_RECORDINGS: Final = f"/media-browser/browser/app%2Cmedia-source%3A%2F%2F{DOMAIN}"
#: Columns of a view; of cameras, as many as a wide screen has, or two of them would leave half of it empty.
_WIDEST: Final = 3
_WIDEST_CAMERAS: Final = 4
_WHOLE_ROW: Final = {"columns": 12, "rows": "auto"}
_HALF_ROW: Final = {"columns": 6, "rows": "auto"}

#: What tells that something happened: the entities in the activity log.
_HAPPENINGS: Final = frozenset({"event.detection", "event.doorbell", "event.license_plate"})
#: What controls a camera, in the order of the dashboard, with the feature of its tile.
_CONTROLS: Final = (
    (re.compile(r"select\.preset(_of_channel)?"), "select-options"),
    (re.compile(r"(button\.home|switch\.guard_tour)(_of_channel)?"), None),
    (re.compile(r"light\..*"), "light-brightness"),
    (re.compile(r"siren\..*"), "toggle"),
    (re.compile(r"switch\.output"), "toggle"),
    (re.compile(r"lock\..*"), "lock-commands"),
    (re.compile(r"cover\..*"), "cover-open-close"),
    (re.compile(r"media_player\..*"), "media-player-volume-slider"),
    (re.compile(r"button\.(output|play_clip)"), None),
    (re.compile(r"select\.day_night"), "select-options"),
)
_MOVES: Final = re.compile(r"(select\.preset|button\.home|switch\.guard_tour)(_of_channel)?")
_COUNTS: Final = re.compile(r"sensor\.(place_)?(visitors|visitors_in|passers_by|sales|refunds|conversion)")

type Card = dict[str, object]


class Section(TypedDict):
    """A heading, and cards below it."""

    type: str
    column_span: int
    cards: list[Card]


class View(TypedDict):
    """A page of a dashboard."""

    type: str
    path: str
    title: str
    icon: str
    max_columns: int
    dense_section_placement: bool
    sections: list[Section]


class Dashboard(TypedDict):
    """What Home Assistant's frontend shows for the strategy."""

    views: list[View]


@dataclass(frozen=True, slots=True)
class _Part:
    """An entity of ours; kind: its domain and translation key."""

    entity_id: str
    kind: str
    device: dr.BaseDeviceEntry
    area_id: str | None
    state: State

    @property
    def device_name(self) -> str:
        return self.device.name_by_user or self.device.name or ""

    @property
    def order(self) -> str:
        """What it is sorted by: the names of its device and itself."""
        return _natural(f"{self.device_name} {self.state.name}")


@dataclass(frozen=True, slots=True)
class Dashboards:
    """Makes the dashboard that a person sees, in their language.

    Attributes:
        texts: all of the translations' category config_panel, by their whole keys.
    """

    hass: HomeAssistant
    user: User
    texts: Mapping[str, str]

    @callback
    def make(self) -> Dashboard:
        """Return the views that have something to show; if there is no camera, one that says so."""
        parts = self._parts()
        if not any(part.kind == _CAMERA for part in parts):
            return {"views": [self._nothing()]}
        views = (self._cameras(parts), self._happened(parts), self._controls(parts), self._people(parts))
        return {"views": [view for view in views if view["sections"]]}

    def _parts(self) -> list[_Part]:
        """Return the entities that the person may see and nobody has hidden, sorted by name."""
        entities, devices = er.async_get(self.hass), dr.async_get(self.hass)
        parts: list[_Part] = []
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
                state = self.hass.states.get(entity.entity_id)
                device = devices.async_get(entity.device_id) if entity.device_id else None
                if state is None or device is None or entity.hidden:
                    continue
                if self.user.permissions.check_entity(entity.entity_id, POLICY_READ):
                    kind = f"{entity.domain}.{entity.translation_key or ''}"
                    area_id = entity.area_id or device.area_id
                    parts.append(_Part(entity.entity_id, kind, device, area_id, state))
        return sorted(parts, key=lambda part: part.order)

    def _cameras(self, parts: Sequence[_Part]) -> View:
        """Return every camera with its day, so that a link to an event finds its card in the view that opens."""
        cameras = [part for part in parts if part.kind == _CAMERA]
        areas = {area.id: area for area in ar.async_get(self.hass).async_list_areas()}
        by_area = _grouped(cameras, lambda part: part.area_id if part.area_id in areas else None)
        sections = []
        # In the order that a person gave the areas; what has none comes last.
        for area_id in (*areas, None):
            if inside := by_area.get(area_id):
                area = areas[area_id] if area_id else None
                heading = area.name if area else self._word("dashboard.other_cameras")
                icon = area.icon if area and area.icon else "mdi:cctv"
                cards: list[Card] = [
                    {"type": _CARD, "entity": part.entity_id, "grid_options": _WHOLE_ROW} for part in inside
                ]
                sections.append(_section(heading, icon, cards, min(len(inside), _WIDEST_CAMERAS)))
        return self._view("cameras", "mdi:cctv", sections, _WIDEST_CAMERAS)

    def _happened(self, parts: Sequence[_Part]) -> View:
        """Return the day of each camera, whose events play in place, and Home Assistant's own list of events."""
        components, sections = self.hass.config.components, []
        days: list[Card] = [
            {"type": _CARD, "entity": part.entity_id, "view": False, "grid_options": _WHOLE_ROW}
            for part in parts
            if part.kind == _CAMERA
        ]
        sections.append(
            _section(self._word("dashboard.events"), "mdi:image-multiple", days, min(len(days), _WIDEST - 1))
        )
        events = [part.entity_id for part in parts if part.kind in _HAPPENINGS]
        if events and "logbook" in components:
            log: Card = {
                "type": "logbook",
                "target": {"entity_id": events},
                "hours_to_show": 24,
                "grid_options": {"columns": 12, "rows": 10},
            }
            sections.append(_section(self._word("dashboard.activity"), "mdi:bell", [log]))
        if "media_source" in components:
            button: Card = {
                "type": "button",
                "name": self._word("dashboard.all_recordings"),
                "icon": "mdi:filmstrip",
                "tap_action": {"action": "navigate", "navigation_path": _RECORDINGS},
                "grid_options": {"columns": 12, "rows": 2},
            }
            sections.append(_section(self._word("dashboard.recordings"), "mdi:history", [button]))
        return self._view("happened", "mdi:history", sections)

    def _controls(self, parts: Sequence[_Part]) -> View:
        """Return a section for each camera that can be controlled; if it moves, with its picture and arrows in it."""
        sections = []
        for own in _grouped(parts, lambda part: part.device.id).values():
            if tiles := list(_control_tiles(own)):
                moves = any(_MOVES.fullmatch(part.kind) for part in own)
                cameras = [part for part in own if part.kind == _CAMERA] if moves else []
                pictures: list[Card] = [
                    {"type": _CARD, "entity": part.entity_id, "timeline": False} for part in cameras[:1]
                ]
                sections.append(_section(own[0].device_name, "mdi:cctv", [*pictures, *tiles]))
        return self._view("control", "mdi:gesture-tap-button", sections)

    def _people(self, parts: Sequence[_Part]) -> View:
        """Return what was counted today and on the days before, of a place or at a camera."""
        counted = [part for part in parts if _COUNTS.fullmatch(part.kind)]
        graphs: list[Card] = [
            {
                "type": "statistics-graph",
                "chart_type": "bar",
                "period": "day",
                "days_to_show": 30,
                "stat_types": ["change"],
                "entities": [statistic_id],
                "grid_options": _WHOLE_ROW,
            }
            for part in counted
            if (statistic_id := part.state.attributes.get("statistic_id")) and not part.kind.endswith("conversion")
        ]
        sections = []
        if counted:
            # Half a row has no space for the name of a place and what was counted there.
            tiles = [_tile(part) | {"grid_options": _WHOLE_ROW} for part in counted]
            sections.append(_section(self._word("dashboard.today"), "mdi:account-group", tiles))
        if graphs and "recorder" in self.hass.config.components:
            sections.append(_section(self._word("dashboard.per_day"), "mdi:chart-bar", graphs, _WIDEST - 1))
        return self._view("people", "mdi:account-group", sections)

    def _nothing(self) -> View:
        """Return that there is no camera, or none that this person may see."""
        content = self._word("dashboard.none_for_admin" if self.user.is_admin else "dashboard.none_for_user")
        section: Section = {"type": "grid", "column_span": 1, "cards": [{"type": "markdown", "content": content}]}
        return self._view("cameras", "mdi:cctv", [section])

    def _view(self, path: str, icon: str, sections: list[Section], max_columns: int = _WIDEST) -> View:
        return {
            "type": "sections",
            "path": path,
            "title": self._word(f"dashboard.views.{path}"),
            "icon": icon,
            "max_columns": max_columns,
            "dense_section_placement": True,
            "sections": sections,
        }

    def _word(self, key: str) -> str:
        return self.texts.get(f"component.{DOMAIN}.config_panel.{key}", "")


def _control_tiles(own: Sequence[_Part]) -> Iterator[Card]:
    """Return a tile for each entity that controls a device; a light that can't be dimmed has no slider."""
    for kinds, feature in _CONTROLS:
        for part in own:
            if kinds.fullmatch(part.kind):
                modes = part.state.attributes.get("supported_color_modes") or ()
                dims = feature != "light-brightness" or "brightness" in modes
                yield _tile(part, feature if dims else None)


def _tile(part: _Part, feature: str | None = None) -> Card:
    return {
        "type": "tile",
        "entity": part.entity_id,
        # Its device is the heading's.
        "name": {"type": "entity"},
        "features": [{"type": feature}] if feature else [],
        "grid_options": _WHOLE_ROW if feature else _HALF_ROW,
    }


def _section(heading: str, icon: str, cards: Sequence[Card], columns: int = 1) -> Section:
    return {
        "type": "grid",
        "column_span": columns,
        "cards": [{"type": "heading", "heading": heading, "icon": icon}, *cards],
    }


def _grouped[Key](parts: Sequence[_Part], key_of: Callable[[_Part], Key]) -> dict[Key, list[_Part]]:
    groups: dict[Key, list[_Part]] = {}
    for part in parts:
        groups.setdefault(key_of(part), []).append(part)
    return groups


def _natural(text: str) -> str:
    """Return what sorts a text as people do: numbers by value, letters with their accents beside those without."""
    return re.sub(r"\d+", lambda found: found[0].zfill(12), plain(text))
