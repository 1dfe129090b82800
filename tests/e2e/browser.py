"""A real browser that looks at Home Assistant: Chromium without a window, driven by Playwright."""

from dataclasses import dataclass, field
import json
from pathlib import Path
import re
import shutil
import tempfile
from types import TracebackType
from typing import Self

from playwright.async_api import BrowserContext, Page, Playwright, async_playwright

from demo.client import Login

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# No sandbox: the demo also runs as root and in containers. The rest keeps the browser from the internet and the GPU.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)

DESKTOP = (1280, 900)
PHONE = (412, 915)


class NoBrowserError(Exception):
    """There is no Chromium on this machine."""


def find_chromium() -> str:
    """The path of a Chromium or Chrome.

    Raises:
        NoBrowserError: none is installed; the text says what to do.
    """
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    raise NoBrowserError("No Chromium was found. Run scripts/setup, or install it: sudo apt-get install chromium")


@dataclass(slots=True)
class Browser:
    """One browser with a profile of its own, which is gone afterwards.

    screenshots: the folder pictures are kept in; None keeps none.
    login: signs in before the first page; without it the login page comes.
    """

    screenshots: Path | None = None
    login: Login | None = None
    phone: bool = False
    dark: bool = False
    scale: int = 1
    time_zone: str = "Europe/Prague"
    taken: list[str] = field(default_factory=list)
    page: Page = field(init=False)
    _context: BrowserContext = field(init=False)
    _playwright: Playwright = field(init=False)
    _profile: Path = field(init=False)

    async def __aenter__(self) -> Self:
        path = find_chromium()
        self._profile = Path(tempfile.mkdtemp(prefix="netrex-demo-browser-"))
        self._playwright = await async_playwright().start()
        width, height = PHONE if self.phone else DESKTOP
        self._context = await self._playwright.chromium.launch_persistent_context(
            str(self._profile),
            executable_path=path,
            headless=True,
            args=list(CHROMIUM_FLAGS),
            viewport={"width": width, "height": height},
            locale="en-GB",
            timezone_id=self.time_zone,
            color_scheme="dark" if self.dark else "light",
            is_mobile=self.phone,
            has_touch=self.phone,
            device_scale_factor=2 if self.phone else self.scale,
        )
        self._context.set_default_timeout(20_000)
        if self.login is not None:
            tokens = json.dumps(json.dumps(self.login.hass_tokens()))
            # Only in Home Assistant's own pages: the simulator's sign-in page has no business with these tokens.
            await self._context.add_init_script(
                f"if (location.origin === {json.dumps(self.login.url)}) localStorage.setItem('hassTokens', {tokens});"
            )
        self.page = self._context.pages[0]
        if self.screenshots is not None:
            self.screenshots.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._context.close()
        finally:
            await self._playwright.stop()
            shutil.rmtree(self._profile, ignore_errors=True)

    async def screenshot(self, name: str, page: Page | None = None) -> Path | None:
        """Keep what is to be seen now as NN-name.png."""
        if self.screenshots is None:
            return None
        path = self.screenshots / f"{len(self.taken) + 1:02}-{re.sub('[^a-z0-9]+', '-', name.lower())}.png"
        await (page or self.page).screenshot(path=str(path), animations="disabled")
        self.taken.append(str(path))
        return path

    async def sign_in(self, url: str, username: str, password: str) -> None:
        """Go through Home Assistant's login page, as a person does."""
        await self.page.goto(url)
        await self.page.fill("input[name=username]", username)
        await self.page.fill("input[name=password]", password)
        await self.page.press("input[name=password]", "Enter")
        await self.page.wait_for_selector("home-assistant-main")
