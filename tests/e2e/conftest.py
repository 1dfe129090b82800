"""End to end, on the newest supported Home Assistant: what a person does, with a real browser and real processes."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.background import Background
from tests.e2e.browser import find_chromium
from tests.e2e.journeys.card import Card
from tests.e2e.journeys.control import Control
from tests.e2e.journeys.dashboard import Dashboard
from tests.e2e.journeys.events import Events
from tests.e2e.journeys.first_contact import FirstContact
from tests.e2e.journeys.journey import travel
from tests.e2e.journeys.long_live import long_live as watch_long
from tests.e2e.journeys.new_user import NewUser
from tests.e2e.journeys.recordings import Recordings
from tests.e2e.report import Report

LONG_LIVE_SECONDS = 120
_LONGEST_JOURNEY = 600.0
_JOURNEYS = {
    "new_user": NewUser,
    "control": Control,
    "dashboard": Dashboard,
    "recordings": Recordings,
    "events": Events,
    "card": Card,
    "first_contact": FirstContact,
}
"""By the fixture that has the report; in the order in which they are begun."""
_AT_ONCE = 2


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", type=Path, metavar="DIR", help="keep what the browser showed")


@pytest.fixture(scope="session", autouse=True)
def _browser() -> None:
    """Without a browser these tests can't say anything: better a clear failure than a silent skip."""
    find_chromium()


@pytest.fixture(scope="session", autouse=True)
def _journeys(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    """Begin the journeys that this run will ask for."""
    background = Background(_AT_ONCE, tmp_path_factory.mktemp)
    screenshots = request.config.getoption("--screenshots") or tmp_path_factory.mktemp("screenshots")
    for name, journey in _JOURNEYS.items():
        if _is_asked_for(request, name):
            background.begin(name, partial(travel, journey, screenshots=screenshots.absolute() / name))
    yield background
    background.end()


@pytest.fixture(scope="session", autouse=True)
def _long_live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    """The long live view runs beside all others, since it only watches."""
    background = Background(1, tmp_path_factory.mktemp)
    if _is_asked_for(request, "long_live"):
        background.begin("long_live", partial(watch_long, seconds=LONG_LIVE_SECONDS))
    yield background
    background.end()


@pytest.fixture(scope="session")
def long_live(_long_live: Background) -> Report:
    return _long_live.report("long_live", LONG_LIVE_SECONDS + 150)


@pytest.fixture(scope="session")
def new_user(_journeys: Background) -> Report:
    return _journeys.report("new_user", _LONGEST_JOURNEY)


@pytest.fixture(scope="session")
def control(_journeys: Background) -> Report:
    return _journeys.report("control", _LONGEST_JOURNEY)


@pytest.fixture(scope="session")
def dashboard(_journeys: Background) -> Report:
    return _journeys.report("dashboard", _LONGEST_JOURNEY)


@pytest.fixture(scope="session")
def recordings(_journeys: Background) -> Report:
    return _journeys.report("recordings", _LONGEST_JOURNEY)


@pytest.fixture(scope="session")
def events(_journeys: Background) -> Report:
    return _journeys.report("events", _LONGEST_JOURNEY)


@pytest.fixture(scope="session")
def card(_journeys: Background) -> Report:
    return _journeys.report("card", _LONGEST_JOURNEY)


@pytest.fixture(scope="session")
def first_contact(_journeys: Background) -> Report:
    return _journeys.report("first_contact", _LONGEST_JOURNEY)


def _is_asked_for(request: pytest.FixtureRequest, fixture: str) -> bool:
    return any(fixture in item.fixturenames for item in request.session.items if isinstance(item, pytest.Function))
