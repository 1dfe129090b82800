"""What all journeys share: a person at a browser, a Home Assistant, a simulated provider, and a report of the steps."""

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path
import signal
import subprocess
import sys
from typing import ClassVar
import zipfile

from playwright.async_api import Locator, Page

from demo.client import Client, Login
from demo.home_assistant import CHECKOUT, INTEGRATION, STRANGERS, HomeAssistant, free_port
from demo.json_value import at, items, text
from demo.provider import provider
from simulator import Simulator, Switches
from tests.e2e.browser import Browser
from tests.e2e.report import Report, StepFailedError
from tests.secrets_in_logs import check_no_secret


class UnexpectedError(Exception):
    """What is seen is not what should be seen."""


class Journey:
    """What a person does, step by step."""

    camera_count: ClassVar[int] = 4
    #: Whether the integration is installed from a release's package rather than from this checkout.
    from_package: ClassVar[bool] = False
    #: Whether the browser is signed in to Home Assistant from the beginning.
    is_signed_in: ClassVar[bool] = True

    def __init__(self, home_assistant: HomeAssistant, simulator: Simulator, browser: Browser, report: Report) -> None:
        self.home_assistant = home_assistant
        self.simulator = simulator
        self.browser = browser
        self.report = report

    @staticmethod
    def switches() -> Switches:
        """Return how the simulated provider behaves."""
        return Switches()

    async def run(self) -> None:
        """Go the whole way.

        Raises:
            StepFailedError: a step failed; the report says how.
        """
        raise NotImplementedError

    @property
    def client(self) -> Client:
        return self.home_assistant.client

    @property
    def page(self) -> Page:
        return self.browser.page

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.home_assistant.url}{path}")

    async def shown(self, words: str) -> None:
        await seen(self.page, words).wait_for()

    async def device_named(self, name: str) -> str:
        """Return the id of a device."""
        devices = items(await self.client.command("config/device_registry/list"))
        return next(text(device, "id") for device in devices if at(device, "name") == name)

    async def stranger(self) -> Login:
        """Sign in as somebody who may see lights only."""
        name, password = "stranger", "stranger"
        made = await self.client.command("config/auth/create", name="Stranger", group_ids=[STRANGERS])
        await self.client.command(
            "config/auth_provider/homeassistant/create",
            user_id=text(made, "user", "id"),
            username=name,
            password=password,
        )
        return await Login.of(self.client.session, self.home_assistant.url, name, password)

    async def check_log(self) -> None:
        """Check that Home Assistant's log holds no secret, and no traceback of the integration."""
        log, secrets = self.home_assistant.log(), self.simulator.issued_secrets()
        async with self.report.step("the debug log holds no token, secret, code, link or traceback") as figures:
            figures |= {
                "lines": log.count("\n"),
                "lines_of_the_integration": log.count("[custom_components.netrex"),
                "secrets": len(secrets),
            }
            if not secrets:
                raise UnexpectedError("the simulator knows of no secret, so there was nothing to look for")
            check_no_secret(log, secrets)
            for traceback in (part.partition("\n20")[0] for part in log.split("Traceback")[1:]):
                # Others have theirs: this machine may lack ffmpeg, for example.
                if "components/netrex" in traceback:
                    raise UnexpectedError(traceback[:2000])


def seen(page: Page, words: str) -> Locator:
    """Return what shows a text; cards have the same text once more in a hidden tooltip."""
    return page.get_by_text(words, exact=False).locator("visible=true").first


async def travel(journey: type[Journey], folder: Path, screenshots: Path) -> Report:
    """Start everything, go the whole way, stop everything.

    folder: Home Assistant's configuration, which stays for a look at its log.
    """
    stop_on_terminate()
    report = Report()
    home_assistant = HomeAssistant(
        folder,
        port=free_port(),
        level="debug",
        integration=unpacked(folder.with_name(f"{folder.name} package")) if journey.from_package else INTEGRATION,
        say=report.say,
    )
    async with AsyncExitStack() as stack:
        simulator = await stack.enter_async_context(
            provider([home_assistant.url], cameras=journey.camera_count, switches=journey.switches())
        )
        with suppress(StepFailedError):
            async with report.step("start Home Assistant and the browser"):
                await stack.enter_async_context(home_assistant)
                login = home_assistant.login if journey.is_signed_in else None
                browser = await stack.enter_async_context(Browser(screenshots, login))
            try:
                await journey(home_assistant, simulator, browser, report).run()
            except StepFailedError:
                await browser.screenshot("failed")
            report.screenshots.extend(browser.taken)
    return report


def unpacked(folder: Path) -> Path:
    """Pack the integration as a release does, and unpack it as a person does who installs it."""
    package_script = CHECKOUT / "scripts" / "package.py"
    subprocess.run([sys.executable, package_script, folder], check=True, capture_output=True)  # noqa: S603 - our own
    with zipfile.ZipFile(folder / "netrex.zip") as package:
        package.extractall(folder / "netrex")
    return folder / "netrex"


def stop_on_terminate() -> None:
    """Let a signal to terminate cancel the running task, so that Home Assistant ends with it."""
    task = asyncio.current_task()
    assert task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
