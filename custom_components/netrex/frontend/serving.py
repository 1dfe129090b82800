"""Serves the modules in `www` to browsers, and has every page of Home Assistant load the first of them."""

from dataclasses import dataclass
import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import web
from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http import HomeAssistantView
from homeassistant.core import HomeAssistant

from ..const import DOMAIN

_FOLDER: Final = Path(__file__).parent / "www"
_URL: Final = f"/{DOMAIN}_frontend"
_FIRST: Final = f"{DOMAIN}.js"
#: By the end of a file's name; nothing else is served.
_TYPES: Final = {".css": "text/css", ".js": "text/javascript"}
#: Of a path that names the content: it never changes.
_KEEP: Final = "public, max-age=2678400, immutable"
#: Of any other version's path: the content is that of now.
_ASK_AGAIN: Final = "no-cache"


@dataclass(frozen=True, slots=True)
class Modules:
    """The modules, and how they look, as they were when Home Assistant started; `version` says which."""

    version: str
    texts: dict[str, str]

    @property
    def url(self) -> str:
        """The path of the first module, which imports the others by relative paths: so they are of one version."""
        return f"{_URL}/{self.version}/{_FIRST}"


async def async_setup_frontend(hass: HomeAssistant) -> None:
    """Serve the modules; where there is no frontend, nobody asks for them."""
    modules = await hass.async_add_executor_job(read_modules)
    hass.http.register_view(ModulesView(modules))
    if "frontend" in hass.config.components:
        add_extra_js_url(hass, modules.url)


def read_modules(folder: Path = _FOLDER) -> Modules:
    """Read the modules; the version is a hash of all names and texts."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in _TYPES)
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    digest = hashlib.sha256()
    for name, text in texts.items():
        digest.update(f"{name}\0{text}\0".encode())
    return Modules(digest.hexdigest()[:12], texts)


class ModulesView(HomeAssistantView):
    """The modules. Nothing in them is private: browsers fetch them without a token.

    Pages that a browser kept ask for a former version. They get that of now, which is the one that there is.
    """

    url = f"{_URL}/{{version:[0-9a-z]+}}/{{name}}"
    name = f"{DOMAIN}_frontend"
    requires_auth = False

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    async def get(self, request: web.Request, version: str, name: str) -> web.Response:
        """Send a module."""
        text = self._modules.texts.get(name)
        if text is None:
            raise web.HTTPNotFound
        etag = f'"{self._modules.version}"'
        headers = {"Cache-Control": _KEEP if version == self._modules.version else _ASK_AGAIN, "ETag": etag}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        kind = _TYPES[Path(name).suffix]
        response = web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)
        response.enable_compression()
        return response
