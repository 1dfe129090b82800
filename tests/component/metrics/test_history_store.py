"""What is noted of the past of figures."""

from typing import Any

from homeassistant.core import HomeAssistant

from custom_components.netrex.metrics.history_store import Asked, HistoryNote


async def test_noting_the_same_again_spares_the_disk(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    note = HistoryNote(hass, "entry")
    assert await note.of("netrex:visitors") is None
    note.note("netrex:visitors", Asked(7200, 3600))
    await note.write()
    assert hass_storage.pop("netrex.metrics.entry")["data"] == {"netrex:visitors": [7200, 3600]}
    note.note("netrex:visitors", Asked(7200, 3600))
    await note.write()
    assert "netrex.metrics.entry" not in hass_storage
    note.note("netrex:visitors", Asked(10_800, 3600))
    await note.write()
    assert hass_storage["netrex.metrics.entry"]["data"] == {"netrex:visitors": [10_800, 3600]}
