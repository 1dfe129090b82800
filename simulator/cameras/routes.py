"""Where a simulated camera answers: its routes behind remote access, and at the root for clients that know no path."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import parse_qsl

from aiohttp import hdrs, web

from simulator.timers import Timers
from simulator.world import Camera

from . import alarm, analytics, card, disks, lights, optics, parameters, temperature
from .audio_clips import AudioClips
from .device_apis import APIS, Api
from .event_stream import EventStreams
from .ptz import HeadControl
from .speaker import transmit
from .streams import html, image, media, motion_jpeg
from .studio import Studio
from .switching import Switching

if TYPE_CHECKING:
    from simulator.clips import Clips

type Access = Callable[[web.Request, str], Awaitable[web.Response | None]]
"""Decides by token, permissions, faults and the camera's state; None lets the request in."""
type Answer = Callable[[web.Request, Camera], Awaitable[web.StreamResponse]]


class Cameras(Protocol):
    """Where the cameras are; `simulator.world.World` is one."""

    @property
    def cameras(self) -> Mapping[str, Camera]:
        """All cameras by serial number."""
        ...


class CameraSwitches(Protocol):
    """What the documentation leaves open about cameras."""

    @property
    def media_type_names_codecs(self) -> bool:
        """Whether media.cgi's content type has `codecs=`."""
        ...

    @property
    def transmit_takes_chunked(self) -> bool:
        """Whether sound may come in chunks, without its length told before."""
        ...

    @property
    def sound_passes(self) -> Literal["while_sent", "when_whole"]:
        """Whether sound comes while it is sent, or only when all of it was."""
        ...


def camera_routes(  # noqa: PLR0913 - most have a default
    world: Cameras,
    access: Access,
    switches: CameraSwitches,
    studio: Studio,
    *,
    clips: Clips | None = None,
    events: EventStreams | None = None,
    timers: Timers | None = None,
    prefix: str = "/device-connect/{serial}",
    serial: str | None = None,
) -> list[web.RouteDef]:
    """Return the routes of all cameras, or of one of them at the root (`prefix=""`, `serial="ACCC8E..."`).

    The caller closes the studio, the clips and the timers; without clips nothing is exported from cards, without event
    streams there is no event websocket. A CGI that isn't there answers 404 with a page in HTML.
    """

    async def answer_media(request: web.Request, camera: Camera) -> web.StreamResponse:
        return await media(request, camera, studio, names_codecs=switches.media_type_names_codecs)

    async def answer_image(request: web.Request, camera: Camera) -> web.StreamResponse:
        return await image(request, camera, studio)

    async def answer_motion_jpeg(request: web.Request, camera: Camera) -> web.StreamResponse:
        return await motion_jpeg(request, camera, studio)

    async def answer_parameters(request: web.Request, camera: Camera) -> web.StreamResponse:
        # A form whatever its content type: HA's library says text/plain, and real cameras take that.
        form = dict(parse_qsl((await request.read()).decode("latin-1"), keep_blank_values=True))
        answer = parameters.answer(camera, {**request.query, **form})
        heads.tell(camera)
        return answer

    async def answer_missing(request: web.Request, camera: Camera) -> web.StreamResponse:
        del request, camera
        return html(404, "Not Found")

    def guarded(answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request) -> web.StreamResponse:
            asked = serial or request.match_info["serial"]
            if (refusal := await access(request, asked)) is not None:
                return refusal
            camera = world.cameras.get(asked)
            return html(404, "Not Found") if camera is None else await answer(request, camera)

        return handler

    async def answer_transmit(request: web.Request, camera: Camera) -> web.StreamResponse:
        return await transmit(request, camera, switches)

    timers = timers or Timers()
    heads = HeadControl(events.report if events else None, timers)
    audio_clips = AudioClips(events.report if events else None, timers)
    switching = Switching(events, timers)
    apis = (*APIS, *switching.apis(), lights.api(events.report if events else None), alarm.API, optics.API)
    cgi = f"{prefix}/axis-cgi"
    rest = f"{prefix or cgi}/{{rest:.*}}"
    return [
        web.get(f"{cgi}/media.cgi", guarded(answer_media), allow_head=False),
        web.get(f"{cgi}/jpg/image.cgi", guarded(answer_image), allow_head=False),
        web.get(f"{cgi}/mjpg/video.cgi", guarded(answer_motion_jpeg), allow_head=False),
        web.get(f"{cgi}/param.cgi", guarded(answer_parameters), allow_head=False),
        web.post(f"{cgi}/param.cgi", guarded(answer_parameters)),
        *(
            web.get(f"{cgi}/record/{path}", guarded(answer), allow_head=False)
            for path, answer in card.answers(clips).items()
        ),
        *(web.route(hdrs.METH_ANY, f"{cgi}/{api.path}", guarded(_json(api))) for api in apis),
        *(web.route(hdrs.METH_ANY, f"{prefix}/{api.path}", guarded(_json(api))) for api in analytics.APPS),
        web.route(hdrs.METH_ANY, f"{cgi}/applications/list.cgi", guarded(analytics.applications)),
        *(web.get(f"{cgi}/{path}", guarded(answer), allow_head=False) for path, answer in switching.answers().items()),
        *(
            web.get(f"{cgi}/{path}", guarded(answer), allow_head=False)
            for path, answer in audio_clips.answers().items()
        ),
        web.post(f"{cgi}/audio/transmit.cgi", guarded(answer_transmit)),
        *(
            web.route(method, f"{cgi}/com/{name}.cgi", guarded(answer))
            for name, answer in (("ptz", heads.ptz), ("ptzconfig", heads.config))
            for method in (hdrs.METH_GET, hdrs.METH_POST)
        ),
        web.get(f"{cgi}/temperaturecontrol.cgi", guarded(temperature.answer), allow_head=False),
        web.get(f"{cgi}/disks/list.cgi", guarded(disks.listed), allow_head=False),
        web.get(f"{cgi}/disks/gethealth.cgi", guarded(disks.health), allow_head=False),
        *(
            [
                web.get(f"{cgi}/wssession.cgi", guarded(events.session), allow_head=False),
                web.get(f"{prefix}/vapix/ws-data-stream", guarded(events.stream), allow_head=False),
                web.get(f"{cgi}/rtspwssession.cgi", guarded(events.rtsp.session), allow_head=False),
                web.get(f"{prefix}/rtsp-over-websocket", guarded(events.rtsp.stream), allow_head=False),
                web.post(f"{prefix}/vapix/services", guarded(events.declarations)),
            ]
            if events
            else []
        ),
        web.get(rest, guarded(answer_missing), allow_head=False),
        web.post(rest, guarded(answer_missing)),
    ]


def _json(api: Api) -> Answer:
    async def answer(request: web.Request, camera: Camera) -> web.StreamResponse:
        if api.identifier in camera.lacks or (api.has is not None and not api.has(camera)):
            return html(404, "Not Found")
        return api.answer(camera, request.method, await request.read())

    return answer
