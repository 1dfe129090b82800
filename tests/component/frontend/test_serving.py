"""The modules that browsers get: all pages load the first one, which loads the others."""

from pathlib import Path
import re

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.netrex.frontend.serving import read_modules

FOLDER = Path("custom_components/netrex/frontend/www")
EXTRA_MODULES = "frontend_extra_module_url"


@pytest.fixture
async def _with_frontend(hass: HomeAssistant) -> None:
    """The frontend has been set up; the test environment has none of its files."""
    hass.config.components.add("frontend")
    hass.data[EXTRA_MODULES] = set()


async def set_up(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "http", {})
    assert await async_setup_component(hass, "netrex", {})


@pytest.mark.usefixtures("_with_frontend")
async def test_every_page_loads_the_first_module(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    await set_up(hass)
    (url,) = hass.data[EXTRA_MODULES]
    browser = await hass_client_no_auth()
    async with browser.get(url) as response:
        assert response.status == 200
        assert response.content_type == "text/javascript"
        assert response.headers["Cache-Control"] == "public, max-age=2678400, immutable"
        text = await response.text()
    assert text == (FOLDER / "netrex.js").read_text()
    imported = re.findall(r'import\("\./([\w.-]+)"\)', text)
    assert "card.js" in imported
    for name in imported:
        async with browser.get(url.replace("netrex.js", name)) as response:
            assert await response.text() == (FOLDER / name).read_text()
    async with browser.get(url.replace("netrex.js", "card.css")) as response:
        assert response.content_type == "text/css"
        assert await response.text() == (FOLDER / "card.css").read_text()


@pytest.mark.usefixtures("_with_frontend")
async def test_a_page_of_another_version_gets_that_of_now_and_asks_again(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    await set_up(hass)
    browser = await hass_client_no_auth()
    path = "/netrex_frontend/0123456789ab/card.js"
    async with browser.get(path) as response:
        assert await response.text() == (FOLDER / "card.js").read_text()
        assert response.headers["Cache-Control"] == "no-cache"
        etag = response.headers["ETag"]
    async with browser.get(path, headers={"If-None-Match": etag}) as response:
        assert response.status == 304


async def test_nothing_else_is_served(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator) -> None:
    await set_up(hass)
    browser = await hass_client_no_auth()
    version = read_modules().version
    for path in ("serving.py", "www", "package.json", "netrex.js/x", ""):
        async with browser.get(f"/netrex_frontend/{version}/{path}") as response:
            assert response.status == 404, path


async def test_without_a_frontend_nothing_is_amiss(hass: HomeAssistant) -> None:
    await set_up(hass)
    assert EXTRA_MODULES not in hass.data


def test_what_changes_a_module_changes_the_path(tmp_path: Path) -> None:
    for name in ("a.js", "b.js"):
        (tmp_path / name).write_text(name)
    first = read_modules(tmp_path)
    assert first.version == read_modules(tmp_path).version
    (tmp_path / "b.js").write_text("c")
    assert read_modules(tmp_path).version != first.version
    (tmp_path / "b.js").write_text("b.js")
    (tmp_path / "a.js").rename(tmp_path / "c.js")
    assert read_modules(tmp_path).version != first.version
