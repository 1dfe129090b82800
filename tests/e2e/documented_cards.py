"""Cards of the documents for controls that the cameras support: movement, light, audio, and switches."""

from collections.abc import Collection, Iterator

from demo.json_value import Json

ANNOUNCEMENT = "please-wait.wav"
"""The file in the media folder that the button announces."""
_EDGE = "drop-shadow(0 0 3px black)"
"""Without it, nobody would find white signs on a white wall."""


def control_sections(entities: Collection[str], *, announcement: bool) -> list[Json]:
    """Sections for what the account has of it; none where it has nothing.

    entities: all entity ids there are. announcement: whether the file to announce is there.
    """
    outputs = (_tile(entity, columns=12) for entity in _of(entities, "switch", "_siren")[:1])
    control = list(_moving(entities))
    comfort = [*_light(entities), *_sound(entities, announcement=announcement), *outputs]
    return [
        {"type": "grid", "cards": [{"type": "heading", "heading": heading, "icon": icon}, *cards]}
        for heading, icon, cards in (
            ("Control", "mdi:gesture-tap-button", control),
            ("Lights and sound", "mdi:lightbulb-on", comfort),
        )
        if cards
    ]


def figures_section(visitors: str, entities: Collection[str]) -> Json:
    """A month of visitors, by the id of their statistic, and the figures of today."""
    today = (
        _tile(entity, name=name, columns=4, vertical=True)
        for name, ending in (
            ("Visitors today", "visitors"),
            ("Sales today", "sales"),
            ("Conversion today", "conversion"),
        )
        for entity in _of(entities, "sensor", f"_{ending}_today")[:1]
    )
    month: Json = {
        "type": "statistics-graph",
        "title": "Visitors per day",
        "chart_type": "bar",
        "period": "day",
        "days_to_show": 30,
        "stat_types": ["change"],
        "hide_legend": True,
        "entities": [visitors],
        "grid_options": {"columns": 12, "rows": "auto"},
    }
    heading: Json = {"type": "heading", "heading": "People counts", "icon": "mdi:account-group"}
    return {"type": "grid", "cards": [heading, month, *today]}


def _of(entities: Collection[str], domain: str, ending: str) -> list[str]:
    return sorted(each for each in entities if each.startswith(f"{domain}.") and each.endswith(ending))


def _tile(entity: str, *features: Json, columns: int = 6, **rest: Json) -> Json:
    return {
        "type": "tile",
        "entity": entity,
        "features": list(features),
        "grid_options": {"columns": columns, "rows": "auto"},
        **rest,
    }


# --- moving ----------------------------------------------------------------------------------------


def _moving(entities: Collection[str]) -> Iterator[Json]:
    for home in _of(entities, "button", "_home_position")[:1]:
        camera = f"camera.{home.removeprefix('button.').removesuffix('_home_position')}"
        yield _arrows(camera, home)
        for preset in _of(entities, "select", "_preset")[:1]:
            yield _tile(preset, {"type": "select-options"}, columns=12)
        tours = (each for each in sorted(entities) if each.startswith("switch.") and "_guard_tour" in each)
        yield from (_tile(tour, columns=12) for tour in tours)


def _arrows(camera: str, home: str) -> Json:
    """The card of docs/pan-tilt-zoom.md."""
    return {
        "type": "picture-elements",
        "camera_image": camera,
        "camera_view": "live",
        "elements": [
            _arrow(camera, "Up", "mdi:chevron-up-circle", "50%", "10%", 40, tilt=40),
            _arrow(camera, "Down", "mdi:chevron-down-circle", "50%", "90%", 40, tilt=-40),
            _arrow(camera, "Left", "mdi:chevron-left-circle", "6%", "50%", 40, pan=-40),
            _arrow(camera, "Right", "mdi:chevron-right-circle", "94%", "50%", 40, pan=40),
            _arrow(camera, "Zoom in", "mdi:magnify-plus", "86%", "90%", 32, zoom=50),
            _arrow(camera, "Zoom out", "mdi:magnify-minus", "94%", "90%", 32, zoom=-50),
            _element(
                "Stop",
                "mdi:stop-circle",
                "14%",
                "90%",
                32,
                "netrex.ptz_move",
                target={"entity_id": camera},
                data={"movement": "stop"},
            ),
            _element("Home", "mdi:home-circle", "6%", "90%", 32, "button.press", target={"entity_id": home}),
        ],
    }


def _arrow(camera: str, title: str, icon: str, left: str, top: str, size: int, **speed: Json) -> Json:
    data: Json = {"movement": "continuous", **speed, "duration": 0.6}
    return _element(title, icon, left, top, size, "netrex.ptz_move", target={"entity_id": camera}, data=data)


def _element(title: str, icon: str, left: str, top: str, size: int, action: str, **rest: Json) -> Json:
    return {
        "type": "icon",
        "icon": icon,
        "title": title,
        "style": {"left": left, "top": top, "color": "white", "--mdc-icon-size": f"{size}px", "filter": _EDGE},
        "tap_action": {"action": "perform-action", "perform_action": action, **rest},
    }


# --- light and sound -------------------------------------------------------------------------------


def _light(entities: Collection[str]) -> Iterator[Json]:
    for infrared in _of(entities, "light", "_infrared_light")[:1]:
        place = infrared.removeprefix("light.").removesuffix("_infrared_light")
        yield {
            "type": "picture-entity",
            "entity": f"camera.{place}",
            "camera_view": "auto",
            "show_state": False,
            "grid_options": {"columns": 12, "rows": "auto"},
        }
        for light in (infrared, f"light.{place}_white_light"):
            if light in entities:
                yield _tile(light, {"type": "light-brightness"})


def _sound(entities: Collection[str], *, announcement: bool) -> Iterator[Json]:
    for speaker in _of(entities, "media_player", "_speaker")[:1]:
        yield _tile(speaker, {"type": "media-player-volume-slider"}, state_content=["state", "media_title"])
        if announcement:
            yield {
                "type": "button",
                "name": "Play announcement",
                "icon": "mdi:bullhorn",
                "tap_action": {
                    "action": "perform-action",
                    "perform_action": "media_player.play_media",
                    "target": {"entity_id": speaker},
                    "data": {
                        "media": {
                            "media_content_id": f"media-source://media_source/local/{ANNOUNCEMENT}",
                            "media_content_type": "audio/x-wav",
                        },
                        "announce": True,
                    },
                },
                "grid_options": {"columns": 6, "rows": 2},
            }
