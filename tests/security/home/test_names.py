"""Names that other people gave are shown as they are: no link, no picture, no line of somebody else's."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.netrex.auth.scopes import Scope
from custom_components.netrex.issues import as_markdown_text
from simulator import Simulator
from tests.component.person import Person
from tests.component.test_repairs import open_repair
from tests.component.waiting import until

COMPONENT = Path(__file__).parents[3] / "custom_components/netrex"
NAME = "![x](https://evil.example/a.png) <b>[in](//evil.example)</b> `#1` www.evil.example a@b.c"


async def test_names_of_cameras_in_issues(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    (node,) = simulator.world.camera_nodes()
    node.name = NAME
    entry = await person.add_account()
    issues = ir.async_get(hass).issues
    issue_id = f"serial_unknown_{entry.entry_id}_{node.node_id}"
    await until(hass, lambda: ("netrex", issue_id) in issues)
    shown = issues["netrex", issue_id].translation_placeholders
    assert shown
    # For its title, which is plain; the texts of its dialog are not.
    assert shown["camera"] == NAME
    step = await open_repair(person, issue_id)
    assert step["description_placeholders"]["name"] == as_markdown_text(NAME)


@pytest.mark.parametrize("scope", [Scope.EVENTS, Scope.LIVEVIEW_PTZ])
async def test_names_of_cameras_that_refuse(
    hass: HomeAssistant, person: Person, simulator: Simulator, scope: Scope
) -> None:
    entry = await person.add_account()
    account = entry.runtime_data
    (camera,) = account.cameras.values()
    (node,) = simulator.world.camera_nodes()
    node.name = NAME
    await account.tree.async_refresh()
    # Its number is not in its name any more; it is known by what was entered.
    await until(hass, lambda: not account.cameras or camera.node.name == NAME)
    account.refusals.refused(scope, camera)
    camera.rename(account.tree.data.nodes[camera.node.node_id], ())
    account.refusals.accepted(scope, camera)
    account.refusals.refused(scope, camera)
    shown = ir.async_get(hass).issues["netrex", f"permission_refused_{scope}_{entry.entry_id}"].translation_placeholders
    assert shown
    assert shown["cameras"] == as_markdown_text(NAME)


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example/a",
        "HTTPS://evil.example",
        "ftp://evil.example",
        "www.evil.example",
        "(www.evil.example)",
        "somebody@evil.example",
        "mailto:somebody@evil.example",
        "1. Entrance",
        "- Entrance",
    ],
)
def test_a_name_that_is_an_address_is_no_link(name: str) -> None:
    """The frontend's markdown (GitHub's) makes links of bare addresses, and lists of what begins like one."""
    shown = as_markdown_text(name)
    unescaped = re.sub(r"\\[!-/:-@\[-`{-~]", "", shown)
    assert not re.search(r"[!-/:-@\[-`{-~]", unescaped)
    assert re.sub(r"\\(.)", r"\1", shown) == name


def texts(issue: dict[str, Any]) -> Iterator[str]:
    """Yield all texts of an issue but its title."""
    for key, value in issue.items():
        if isinstance(value, dict):
            yield from texts(value)
        elif key != "title":
            yield value


@pytest.mark.parametrize("language", ["en", "cs"])
def test_titles_hold_nothing_but_plain_names(language: str) -> None:
    """Titles are plain: what is escaped for texts would show its backslashes there."""
    issues = json.loads((COMPONENT / f"translations/{language}.json").read_text())["issues"]
    for issue in issues.values():
        assert "{" not in issue["title"].replace("{account}", "").replace("{camera}", "")
        for text in texts(issue):
            assert "{camera}" not in text
        assert "{account}" not in issue.get("description", "")
