"""The dashboard that `strategy: custom:netrex` makes: all that an account has, as far as a person may see it."""

from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import slugify
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from .conftest import Page

DASHBOARD: Final = "netrex/dashboard"
DIMS: Final = {"supported_color_modes": ["brightness"]}


@pytest.fixture(autouse=True)
async def _set_up(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "netrex", {})
    hass.config.components |= {"logbook", "media_source", "recorder"}


class Household:
    """Entities of an account, which need no cloud to be on a dashboard."""

    def __init__(self, hass: HomeAssistant, domain: str = "netrex") -> None:
        self._hass = hass
        self._domain = domain
        self._entry = MockConfigEntry(domain=domain)
        self._entry.add_to_hass(hass)
        self._areas = ar.async_get(hass)

    def has(
        self, entity_id: str, key: str, device: str, area: str | None = None, *, hidden: bool = False, **attributes: Any
    ) -> None:
        """Register an entity, in an area of its own if one is given, with its state."""
        domain, name = entity_id.split(".")
        entity = er.async_get(self._hass).async_get_or_create(
            domain,
            self._domain,
            entity_id,
            suggested_object_id=name,
            config_entry=self._entry,
            device_id=self._device(device).id,
            translation_key=key,
            original_name=key,
            hidden_by=er.RegistryEntryHider.USER if hidden else None,
        )
        assert entity.entity_id == entity_id
        if area:
            er.async_get(self._hass).async_update_entity(entity_id, area_id=self._areas.async_get_or_create(area).id)
        self._hass.states.async_set(entity_id, "on", {"friendly_name": f"{device} {name}", **attributes})

    def stands(self, device: str, area: str) -> None:
        """Put a device into an area; areas come in the order in which they are first named."""
        area_id = self._areas.async_get_or_create(area).id
        dr.async_get(self._hass).async_update_device(self._device(device).id, area_id=area_id)

    def has_everything(self) -> None:
        """Have two cameras, an account and a shop."""
        self.has("camera.door", "camera", "Door")
        self.has("event.door_detection", "detection", "Door")
        self.has("event.door_doorbell", "doorbell", "Door")
        self.has("event.door_button", "button", "Door")
        self.has("image.door", "last_event", "Door")
        self.has("camera.yard", "camera", "Yard")
        self.has("select.yard_preset", "preset", "Yard")
        self.has("button.yard_home", "home", "Yard")
        self.has("light.yard_ir", "infrared_light", "Yard", **DIMS)
        self.has("siren.yard", "alarm", "Yard")
        self.has("button.yard_restart", "restart", "Yard")
        self.has("sensor.shop_visitors", "place_visitors", "Account", statistic_id="netrex:a_1_visitors")
        self.has("sensor.shop_conversion", "place_conversion", "Account", statistic_id="netrex:a_1_conversion")
        self.has("sensor.account_status", "status", "Account")

    def _device(self, name: str) -> dr.DeviceEntry:
        return dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id, identifiers={(self._domain, slugify(name))}, name=name
        )


@pytest.fixture
def household(hass: HomeAssistant, page: Page) -> Household:
    """An account without anything."""
    return Household(hass)


async def views_of(page: Page, **arguments: str) -> dict[str, Any]:
    """Return the sections of the views, by their paths."""
    answer = await page.result(DASHBOARD, **arguments)
    return {view["path"]: view["sections"] for view in answer["views"]}


async def shown(page: Page, **arguments: str) -> dict[str, list[list[str]]]:
    """Return what a person sees: the headings of each view, and what is below them."""
    views = await views_of(page, **arguments)
    return {path: [[_what(card) for card in section["cards"]] for section in views[path]] for path in views}


def _what(card: dict[str, Any]) -> str:
    for key in ("heading", "entity", "content"):
        if key in card:
            return str(card[key])
    return str(card["entities"][0] if "entities" in card else card["type"])


async def test_all_that_an_account_has(page: Page, household: Household) -> None:
    household.has_everything()
    household.stands("Yard", "Garden")
    household.stands("Door", "House")
    assert await shown(page) == {
        "cameras": [["Garden", "camera.yard"], ["House", "camera.door"]],
        "happened": [
            ["Events", "camera.door", "camera.yard"],
            ["Last 24 hours", "logbook"],
            ["Recordings", "button"],
        ],
        "control": [["Yard", "camera.yard", "select.yard_preset", "button.yard_home", "light.yard_ir", "siren.yard"]],
        "people": [
            ["Today", "sensor.shop_conversion", "sensor.shop_visitors"],
            ["Last 30 days", "netrex:a_1_visitors"],
        ],
    }
    activity = (await views_of(page))["happened"][1]["cards"][1]
    assert activity["target"]["entity_id"] == ["event.door_detection", "event.door_doorbell"]


async def test_cameras_alone_have_no_activity_and_no_controls(page: Page, household: Household) -> None:
    household.has("camera.door", "camera", "Door")
    assert await shown(page) == {
        "cameras": [["Other cameras", "camera.door"]],
        "happened": [["Events", "camera.door"], ["Recordings", "button"]],
    }


async def test_many_cameras_of_an_area_stand_in_rows_in_the_order_of_their_names(
    page: Page, household: Household
) -> None:
    for number in (1, 2, 10, 3, 4):
        household.has(f"camera.c{number}", "camera", f"Čamera {number}")
        household.stands(f"Čamera {number}", "Hall")
    household.has("camera.d", "camera", "Door", "Hall")
    (hall,) = (await views_of(page))["cameras"]
    assert hall["column_span"] == 4
    cards = [_what(card) for card in hall["cards"]]
    assert cards == ["Hall", "camera.c1", "camera.c2", "camera.c3", "camera.c4", "camera.c10", "camera.d"]


async def test_what_happened_is_looked_at_without_live_views(page: Page, household: Household) -> None:
    household.has_everything()
    days = (await views_of(page))["happened"][0]["cards"][1:]
    assert [(each["entity"], each["view"]) for each in days] == [("camera.door", False), ("camera.yard", False)]


async def test_areas_come_in_the_order_that_a_person_gave_them(
    hass: HomeAssistant, page: Page, household: Household
) -> None:
    for name in ("Attic", "Hall"):
        household.has(f"camera.{name.lower()}", "camera", f"In the {name}", name)
    household.has("camera.other", "camera", "A camera")
    areas = ar.async_get(hass)
    areas.async_reorder([area.id for area in reversed(list(areas.async_list_areas()))])
    assert (await shown(page))["cameras"] == [
        ["Hall", "camera.hall"],
        ["Attic", "camera.attic"],
        ["Other cameras", "camera.other"],
    ]


async def test_the_area_of_an_entity_comes_before_that_of_its_device(page: Page, household: Household) -> None:
    household.has("camera.door", "camera", "Door", "Attic")
    household.stands("Door", "House")
    assert (await shown(page))["cameras"] == [["Attic", "camera.door"]]


async def test_what_is_hidden_or_belongs_to_others_is_left_out(
    hass: HomeAssistant, page: Page, household: Household
) -> None:
    household.has("camera.door", "camera", "Door")
    household.has("camera.hidden", "camera", "Hidden", hidden=True)
    household.has("camera.gone", "camera", "Gone")
    hass.states.async_remove("camera.gone")
    Household(hass, "axis").has("camera.other", "camera", "Other")
    assert (await shown(page))["cameras"] == [["Other cameras", "camera.door"]]


async def test_what_a_person_may_not_see_is_left_out(
    visitor: Page, household: Household, hass_read_only_user: MockUser
) -> None:
    household.has_everything()
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {"camera.door": {"read": True}}}})
    assert await shown(visitor) == {
        "cameras": [["Other cameras", "camera.door"]],
        "happened": [["Events", "camera.door"], ["Recordings", "button"]],
    }


async def test_without_a_camera_one_view_says_what_is_missing(page: Page, visitor: Page, household: Household) -> None:
    (((said,),),) = (await shown(page)).values()
    assert "Add your account" in said
    household.has_everything()
    (((said,),),) = (await shown(visitor)).values()
    assert "Ask an administrator" in said


async def test_what_home_assistant_does_not_have_is_left_out(
    hass: HomeAssistant, page: Page, household: Household
) -> None:
    household.has_everything()
    hass.config.components -= {"logbook", "media_source", "recorder"}
    found = await shown(page)
    assert found["happened"] == [["Events", "camera.door", "camera.yard"]]
    assert found["people"] == [["Today", "sensor.shop_conversion", "sensor.shop_visitors"]]


@pytest.mark.parametrize(("modes", "features"), [("brightness", [{"type": "light-brightness"}]), ("onoff", [])])
async def test_a_light_has_a_slider_if_it_can_be_dimmed(
    page: Page, household: Household, modes: str, features: list[dict[str, str]]
) -> None:
    household.has("camera.door", "camera", "Door")
    household.has("light.door", "strobe", "Door", supported_color_modes=[modes])
    ((section,),) = [(await views_of(page))["control"]]
    assert section["cards"][1]["features"] == features


async def test_a_person_reads_it_in_their_language(hass: HomeAssistant, page: Page, household: Household) -> None:
    household.has("camera.door", "camera", "Door")
    assert (await shown(page, language="cs"))["cameras"][0][0] == "Další kamery"
    # One that nobody has translated, and one that isn't any.
    assert (await shown(page, language="de"))["cameras"][0][0] == "Other cameras"
    assert (await shown(page, language="../cs"))["cameras"][0][0] == "Other cameras"
    assert await page.refused(DASHBOARD, language="x" * 30) == "invalid_format"


def named(part: Any, name: str, key: str = "") -> set[str]:
    """Return under which keys of a dashboard a name is."""
    if isinstance(part, dict):
        return {found for each, inner in part.items() for found in named(inner, name, each)}
    if isinstance(part, list):
        return {found for inner in part for found in named(inner, name, key)}
    return {key} if name in str(part) else set()


async def test_names_are_only_where_home_assistant_shows_plain_text(hass: HomeAssistant, page: Page) -> None:
    """Not in a card that takes markup or a template."""
    name = "{{ states }} ![x](https://evil.example/a.png) <b>in</b>"
    household = Household(hass)
    for entity_id, key in (("camera.one", "camera"), ("light.one", "light"), ("sensor.one", "visitors")):
        household.has(entity_id, key, name, area=name, statistic_id="netrex:visitors", **DIMS)
    household.has("event.one", "detection", name)
    assert named(await page.result(DASHBOARD), name) == {"heading"}
