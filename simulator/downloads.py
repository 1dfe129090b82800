"""The files of prepared recordings: `/download/<recording id>-<height>-<key>.mp4` (NX-FILE).

CONFIRMED (NX-REC-4): an mp4 file behind `download_url`. All else is UNKNOWN, so a switch: who may have it and for how
long, parts of it, its headers, redirects. UNKNOWN (NX-FILE-2) and here so: a link whose time is over is no longer
returned until it is prepared again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
import secrets

from aiohttp import hdrs, web
from yarl import URL

from .byte_ranges import ImpossibleRange, Part, requested_part
from .cameras.encoding import View
from .clips import Clip, Clips, RenderingStopped
from .download_body import PaddedClip, send
from .recordings import Recording, Recordings
from .service import Service, drop, secret_of
from .world import Node

_KEPT = 10_000
_SIGN_IN = "<html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>"


@dataclass(frozen=True, slots=True)
class _Link:
    """What a name in an address stands for; times in seconds since 1970."""

    recording: Recording
    height: int
    prepared_at: float
    told_at: float
    is_target: bool
    """Whether another link leads to it: it holds its own key and leads nowhere further."""


class Downloads:
    """Links to recordings, and the route behind them."""

    def __init__(self, service: Service, recordings: Recordings, clips: Clips) -> None:
        self._service = service
        self._recordings = recordings
        self._clips = clips
        self._links: OrderedDict[str, _Link] = OrderedDict()
        self._changed = asyncio.Event()
        self.open_downloads = 0
        """How many files are being sent, or waited for."""

    def routes(self) -> list[web.RouteDef]:
        """Give the route, which answers HEAD too."""
        return [web.get("/download/{name}", self._download)]

    # --- links -----------------------------------------------------------------------------------

    def prepare(self, recording: Recording, height: int) -> None:
        """Begin to prepare a recording at a height; what is prepared already stays, while its link holds."""
        output = recording.outputs.get(height)
        link = None if output is None or output.link is None else self._links.get(output.link)
        over = output is not None and output.link is not None and (link is None or self._is_over(link))
        self._recordings.prepare(recording, height, again=over)
        node = self._service.world.nodes.get(recording.node_id)
        if node is not None and self._service.switches.download_kind in {"h264", "hevc"}:
            # The clip is drawn while the client waits.
            self._clips.begin(self._clip(node, recording, height))

    def url_of(self, recording: Recording) -> str | None:
        """Give the address of what was prepared last; None: there is nothing yet, or no more.

        Raises:
            ValueError: the preparation failed.
        """
        output = self._recordings.ready(recording)
        if output is None:
            return None
        if output.link is None:
            link = _Link(recording, output.height, output.ready_at, self._service.clock(), is_target=False)
            output.link = self._keep(link)
        elif output.link not in self._links or self._is_over(self._links[output.link]):
            return None
        return f"{self._service.url}/download/{output.link}"

    def keys(self) -> frozenset[str]:
        """Give the keys of all links: what no log may hold."""
        return frozenset(name.rpartition("-")[2].removesuffix(".mp4") for name in self._links)

    def _keep(self, link: _Link) -> str:
        name = f"{link.recording.recording_id}-{link.height}-{secrets.token_hex(16)}.mp4"
        self._links[name] = link
        while len(self._links) > _KEPT:
            self._links.popitem(last=False)
        return name

    def _is_over(self, link: _Link) -> bool:
        return self._service.clock() > link.told_at + self._service.switches.download_lifetime

    # --- who waits -------------------------------------------------------------------------------

    async def wait_downloads(self, count: int, timeout: float) -> None:  # noqa: ASYNC109 - for its message
        """Wait until so many files are being sent.

        Raises:
            TimeoutError: it did not come to that in time.
        """
        try:
            async with asyncio.timeout(timeout):
                while self.open_downloads != count:
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"{self.open_downloads} downloads are open, not {count}, after {timeout} s") from None

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        self.open_downloads += change
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    # --- answering -------------------------------------------------------------------------------

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if (spoiled := await self._service.admit(request, self._kinds(request))) is not None:
            return spoiled
        link = self._links.get(request.match_info["name"])
        node = None if link is None else self._service.world.nodes.get(link.recording.node_id)
        if link is None or node is None:
            return web.Response(status=404, text="Not Found")
        instead = self._refusal(request, link, node)
        if instead is None:
            instead = self._instead(link)
        if instead is not None:
            return instead
        with self._counted():
            try:
                return await self._send(request, link, node)
            except RenderingStopped, ConnectionResetError:
                return drop(request)

    def _kinds(self, request: web.Request) -> list[str]:
        kinds = {
            "download": True,
            "download:head": request.method == hdrs.METH_HEAD,
            "download:range": hdrs.RANGE in request.headers,
            "download:foreign_token": hdrs.AUTHORIZATION in request.headers
            and request.host != URL(self._service.url).authority,
        }
        return [kind for kind, fits in kinds.items() if fits]

    def _refusal(self, request: web.Request, link: _Link, node: Node) -> web.Response | None:
        service = self._service
        if self._is_over(link):
            return web.Response(status=service.switches.download_expired_status, text="The link has expired")
        if service.switches.download_access == "signed" or link.is_target:
            return None
        secret = secret_of(request, "bearer")
        token = service.tokens.look_up(secret) if secret else None
        if token is None:
            return service.json({"error": "Invalid or expired token"}, 401)
        if not token.may("recordings"):
            return service.json({"error": "The token lacks the right recordings"}, 403)
        if node not in service.world.visible_to(service.world.accounts[token.account]):
            return service.json({"error": "There is no such recording"}, 404)
        return None

    def _instead(self, link: _Link) -> web.Response | None:
        """Give what the switches put in the place of a clip."""
        switches = self._service.switches
        if switches.download_redirect != "no" and not link.is_target:
            return self._redirect(link)
        match switches.download_kind:
            case "page":
                return web.Response(text=_SIGN_IN, content_type="text/html")
            case "empty":
                return web.Response(body=b"", content_type=switches.download_content_type)
            case _:
                return None

    def _redirect(self, link: _Link) -> web.Response:
        base = URL(self._service.url)
        if self._service.switches.download_redirect == "other_host":
            base = base.with_host("localhost" if base.host == "127.0.0.1" else "127.0.0.1")
        target = _Link(link.recording, link.height, link.prepared_at, self._service.clock(), is_target=True)
        return web.Response(status=302, headers={hdrs.LOCATION: str(base / "download" / self._keep(target))})

    async def _send(self, request: web.Request, link: _Link, node: Node) -> web.StreamResponse:
        switches = self._service.switches
        with await self._clips.open(self._clip(node, link.recording, link.height)) as clip:
            body = PaddedClip(clip, switches.download_padding)
            headers: dict[str, str] = {hdrs.CONTENT_TYPE: switches.download_content_type}
            if switches.download_encoding != "identity":
                body = body.packed()
                headers[hdrs.CONTENT_ENCODING] = switches.download_encoding
            validators: dict[str, str] = {}
            if switches.download_validators:
                validators[hdrs.ETAG] = f'"{link.recording.recording_id}-{link.height}-{body.size}"'
                validators[hdrs.LAST_MODIFIED] = formatdate(link.prepared_at, usegmt=True)
            part = None
            if switches.download_ranges:
                headers[hdrs.ACCEPT_RANGES] = "bytes"
                try:
                    part = requested_part(request.headers, body.size, frozenset(validators.values()))
                except ImpossibleRange:
                    return web.Response(status=416, headers={hdrs.CONTENT_RANGE: f"bytes */{body.size}"})
            if part is not None and (told := self._content_range(part, body.size)):
                headers[hdrs.CONTENT_RANGE] = told
            response = web.StreamResponse(status=200 if part is None else 206, headers=headers | validators)
            part = part or Part(0, body.size)
            if switches.download_length:
                response.content_length = part.end - part.begin
            else:
                response.enable_chunked_encoding()
            if request.method == hdrs.METH_HEAD:
                part = Part(0, 0)
            return await send(request, response, body, part, switches.download_rate)

    def _content_range(self, part: Part, size: int) -> str | None:
        first, last = part.begin, part.end - 1
        match self._service.switches.download_content_range:
            case "missing":
                return None
            case "backwards":
                first, last = last, first
            case "beyond":
                size = last
            case _:
                pass
        return f"bytes {first}-{last}/{size}"

    def _clip(self, node: Node, recording: Recording, height: int) -> Clip:
        picture = self._service.world.picture_of(node)
        serial, channel = (f"{node.node_id:012X}", 1) if picture is None else (picture[0].serial, picture[1])
        name = node.name if picture is None else picture[0].name
        timecode = picture is None or picture[0].timecode
        switches = self._service.switches
        return Clip(
            # As wide as 16:9 says, in even numbers.
            View(serial, channel, name, round(height * 8 / 9) * 2, height, timecode=timecode),
            recording.begins_at,
            recording.duration,
            codec="hevc" if switches.download_kind == "hevc" else "h264",
            faststart=switches.download_faststart,
        )
