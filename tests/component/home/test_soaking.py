"""The gauge of the soak tests waits for what ends, and finds what stays."""

import asyncio
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from ..soaking import Figures, measure

pytestmark = pytest.mark.usefixtures("person")


async def test_what_stays_is_growth(hass: HomeAssistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = await measure(hass, tmp_path)
    stays = asyncio.create_task(asyncio.Event().wait(), name="stays")
    after = await measure(hass, tmp_path, until=lambda now: not now.growth_since(before), within=0)
    stays.cancel()
    assert after.growth_since(before) == {"tasks": 1}
    assert "name='stays'" in capsys.readouterr().out


async def test_what_ends_after_the_first_look_is_no_growth(hass: HomeAssistant, tmp_path: Path) -> None:
    before = await measure(hass, tmp_path)
    is_over = asyncio.Event()
    ends = asyncio.create_task(is_over.wait())
    seen: list[dict[str, int]] = []

    def is_fine(now: Figures) -> bool:
        seen.append(now.growth_since(before))
        is_over.set()
        return not seen[-1]

    after = await measure(hass, tmp_path, until=is_fine)
    await ends
    assert after.growth_since(before) == {}
    assert seen == [{"tasks": 1}, {}]
