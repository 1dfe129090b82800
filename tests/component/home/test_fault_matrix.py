"""What a person sees when a call goes wrong, while Home Assistant starts and while it runs; a test is a row of a table.

The table is in tests/faults/README.md. After each cell, with nothing wrong any more, the same goes well again.
"""

from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.tasks.timing import Timing, timing_of
from simulator import Fault, Light, Simulator, Switches
from tests.faults.tables import tables
from tests.faults.ways import ENDLESS, WAYS, patience_for

from ..counting import Clock
from ..faulty_home import CAMERA_ENTITY, FIGURE, LIGHT, MOTION, SCENES, SCOPES, Home
from ..listening import nothing_is_going_on, serial_of, until_listening
from ..person import Person
from ..waiting import until, until_ready

pytestmark = pytest.mark.usefixtures(
    "detection_sensors", "quick_polls", "quick_rechecks", "quick_reconnects", "quick_renewals"
)

_SEEN: Final = tables()["What a person sees"]


@pytest.fixture
def switches() -> Switches:
    return Switches(recording_preparation=0.0, serial_field="serial")


@pytest.fixture
async def home(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Home:
    """An account with a camera that has a light and counts people."""
    clock = Clock()
    monkeypatch.setattr("custom_components.netrex.metrics.coordinator.time", clock)
    timing_of(hass).event_grace = 0.1
    # Each of the camera's events has its own picture.
    timing_of(hass).episode_gap = timing_of(hass).event_image_pause = 0.0
    timing_of(hass).download_retries = ()
    media = tmp_path / "media"
    media.mkdir()
    hass.config.media_dirs = {"local": str(media)}
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.lights, camera.resolutions = [Light()], ("320x180",)
    nothing_is_going_on(simulator, "motion", "person")
    entry = await person.add_account(SCOPES)
    node = simulator.world.camera_nodes()[0]
    hass.config_entries.async_update_entry(
        entry, options={"metric_nodes": [node.node_id], "metric_kinds": ["visitors_in"]}
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    home = Home(hass, person, simulator, media, clock)
    await until(hass, lambda: all(map(home.shown, (CAMERA_ENTITY, LIGHT, MOTION, FIGURE))))
    return home


@pytest.mark.parametrize("name", SCENES)
async def test_scene(home: Home, name: str) -> None:
    scene, found = SCENES[name], {}
    for way in _SEEN[name]:
        (spoil,) = WAYS[way]
        home.simulator.faults.add(Fault(kind=scene.kind, **spoil(0)))
        timing_of(home.hass).download_idle_timeout = 0.5 if way in ENDLESS else Timing().download_idle_timeout
        with patience_for(way, 0.5):
            found[way] = await scene.happen(home)
        assert home.struck, f"{way}: nothing went wrong"
        home.simulator.faults.clear()
        timing_of(home.hass).download_idle_timeout = Timing().download_idle_timeout
        if found[way].endswith("sign-in"):
            # A person signs in again; the tokens they get are as good as those that were there.
            await home.hass.config_entries.async_reload(home.entry.entry_id)
            await until_ready(home.hass, home.entry)
        assert await scene.happen(home) == "well", f"after {way}"
    assert found == _SEEN[name]
