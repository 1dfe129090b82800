"""Every call of the camera client; a row of README.md each."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from custom_components.netrex.vapix import (
    MULAW_8_KHZ,
    Axis,
    CardRecording,
    EventKind,
    IrCut,
    IrCutFilter,
    Light,
    LightKind,
    Motion,
    Output,
    Resolution,
    VapixClient,
)

from .sites import NOON, Answer, Call, Site

_LIGHT: Final = Light("led0", LightKind.INFRARED, ((1, 1000),), automatic=True, reports_intensity=True)
_SIREN: Final = Output(1, "Siren")
_NOON: Final = datetime.fromtimestamp(NOON, UTC)
_HOUR: Final = timedelta(hours=1)
_SMALL: Final = Resolution(320, 180)
#: What a camera tells to whoever has to know that it has a head; the rest is asked for.
_HEAD: Final = {"Properties.PTZ.PTZ": "yes"}
_HEADS: Final = {**_HEAD, **{f"PTZ.Support.S{channel}.ContinuousPan": "true" for channel in (1, 2)}}


def _call(make: Callable[[VapixClient], Awaitable[object]], most: int = 1 << 20, answer: Answer = "values") -> Call:
    return Call(lambda site, _prepared: make(site.camera), most=most, answer=answer)


def _command(make: Callable[[VapixClient], Awaitable[object]]) -> Call:
    """Return a call whose right answer has no body."""
    return _call(make, answer="nothing")


async def _media(site: Site, _prepared: object) -> object:
    async with site.camera.open_media(resolution=_SMALL, audio=False, idle_timeout=site.patience) as stream:
        return await anext(stream.chunks()) != b""


async def _mjpeg(site: Site, _prepared: object) -> object:
    async with site.camera.open_mjpeg(resolution=_SMALL, idle_timeout=site.patience) as stream:
        return await anext(stream.chunks()) != b""


def _events(*, with_session: bool, rtsp: bool = False) -> Callable[[Site, object], Awaitable[object]]:
    async def make(site: Site, _prepared: object) -> object:
        open_stream = site.camera.open_rtsp_events if rtsp else site.camera.open_events
        async with open_stream(with_session=with_session) as stream:
            while not stream.subscribed:
                await stream.next()
            return stream.malformed

    return make


async def _recording(site: Site) -> CardRecording:
    return (await site.camera.card.recordings(_NOON - _HOUR, _NOON + _HOUR, limit=10)).recordings[0]


async def _export(site: Site, recording: CardRecording) -> object:
    ends = _NOON + timedelta(seconds=1)
    async with site.camera.card.export(recording, _NOON, ends, idle_timeout=site.patience) as export:
        return export.starts, export.size_estimate, await anext(export.chunks()) != b""


CAMERA_CALLS: Final[Mapping[str, Call]] = {
    "device_identity": _call(lambda camera: camera.device_identity()),
    "parameters": _call(lambda camera: camera.parameters("Brand")),
    "properties": _call(lambda camera: camera.properties()),
    "image": _call(lambda camera: _is_picture(camera.image(_SMALL)), most=20 << 20, answer="file"),
    "open_media": Call(_media, answer="stream"),
    "open_mjpeg": Call(_mjpeg, answer="stream"),
    "open_events": Call(_events(with_session=False), answer="socket"),
    "open_events with a session's number": Call(_events(with_session=True), kind="vapix:wssession"),
    "open_rtsp_events": Call(_events(with_session=False, rtsp=True), answer="socket"),
    "open_rtsp_events with a session's number": Call(_events(with_session=True, rtsp=True), kind="vapix:rtspwssession"),
    "restart": _call(lambda camera: camera.restart()),
    "may_restart": _call(lambda camera: camera.may_restart()),
    "analytics.scenarios of objects": _call(lambda camera: camera.analytics.scenarios(EventKind.OBJECT)),
    "analytics.scenarios of motion": _call(lambda camera: camera.analytics.scenarios(EventKind.MOTION)),
    "analytics.counts": _call(lambda camera: camera.analytics.counts(EventKind.OCCUPANCY, "Device1Scenario2")),
    "declarations.list": _call(lambda camera: camera.declarations.list()),
    "card.recordings": _call(
        lambda camera: camera.card.recordings(_NOON - _HOUR, _NOON + _HOUR, limit=10), most=2 << 20
    ),
    "card.export": Call(_export, prepare=_recording),
    "card.wear": _call(lambda camera: camera.card.wear("SD_DISK")),
    "card.remove": Call(lambda site, found: site.camera.card.remove(found.recording_id), prepare=_recording),
    "ports.list": _call(lambda camera: camera.ports.list()),
    "ports.outputs": _call(lambda camera: camera.ports.outputs()),
    "ports.switch": _call(lambda camera: camera.ports.switch(_SIREN, active=True)),
    "ports.pulse": _call(lambda camera: camera.ports.pulse(_SIREN, 100)),
    "virtual_inputs.switch": _call(lambda camera: camera.virtual_inputs.switch(1, active=True)),
    "temperatures.read": _call(lambda camera: camera.temperatures.read()),
    "lights.list": _call(lambda camera: camera.lights.list()),
    "lights.state": _call(lambda camera: camera.lights.state(_LIGHT)),
    "lights.turn_on": _call(lambda camera: camera.lights.turn_on(_LIGHT)),
    "lights.turn_off": _call(lambda camera: camera.lights.turn_off(_LIGHT)),
    "lights.set_intensity": _call(lambda camera: camera.lights.set_intensity(_LIGHT, 5)),
    "lights.set_automatic": _call(lambda camera: camera.lights.set_automatic(_LIGHT, automatic=True)),
    "siren.capabilities": _call(lambda camera: camera.siren.capabilities()),
    "siren.state": _call(lambda camera: camera.siren.state()),
    "siren.start": _call(lambda camera: camera.siren.start("siren", "Alarm Horror", seconds=5)),
    "siren.start_profile": _call(lambda camera: camera.siren.start_profile("Thief")),
    "siren.stop": _call(lambda camera: camera.siren.stop("siren")),
    "siren.stop_siren_and_profiles": _call(lambda camera: camera.siren.stop_siren_and_profiles(["Thief"])),
    "day_night.filter": _call(lambda camera: camera.day_night.filter({})),
    "day_night.state": _call(lambda camera: camera.day_night.state(IrCutFilter(("0",)))),
    "day_night.set of a lens": _call(lambda camera: camera.day_night.set(IrCutFilter(("0",)), IrCut.ON)),
    "day_night.set of a head": _command(lambda camera: camera.day_night.set(IrCutFilter(), IrCut.ON)),
    "optics.find": _call(lambda camera: camera.optics.find({})),
    "optics.focus": _call(lambda camera: camera.optics.focus(("0",))),
    "ptz.find": _call(lambda camera: camera.ptz.find(_HEAD)),
    "ptz.find of several heads": _call(lambda camera: camera.ptz.find(_HEADS)),
    "head.presets": _call(lambda camera: camera.ptz.head(1).presets()),
    "head.position": _call(lambda camera: camera.ptz.head(1).position()),
    "head.preset_here": _call(lambda camera: camera.ptz.head(1).preset_here()),
    "head.go": _command(lambda camera: camera.ptz.head(1).go(Motion.ABSOLUTE, {Axis.PAN: 5})),
    "head.steer": _command(lambda camera: camera.ptz.head(1).steer({Axis.PAN: 5})),
    "head.stop": _command(lambda camera: camera.ptz.head(1).stop(frozenset({Axis.PAN}))),
    "head.stop_all": _command(lambda camera: camera.ptz.head(1).stop_all()),
    "head.go_home": _command(lambda camera: camera.ptz.head(1).go_home()),
    "head.go_to_preset": _command(lambda camera: camera.ptz.head(1).go_to_preset(1)),
    "head.focus": _command(lambda camera: camera.ptz.head(1).focus()),
    "head.save_preset": _command(lambda camera: camera.ptz.head(1).save_preset("Gate")),
    "head.rename_preset": _command(lambda camera: camera.ptz.head(1).rename_preset(1, "Gate")),
    "head.remove_preset": _command(lambda camera: camera.ptz.head(1).remove_preset(1)),
    "ptz.tour_runs": _call(lambda camera: camera.ptz.tour_runs(0)),
    "ptz.run_tour": _call(lambda camera: camera.ptz.run_tour(0, on=True)),
    "clips.play": _call(lambda camera: camera.clips.play(0)),
    "clips.stop": _call(lambda camera: camera.clips.stop()),
    "speaker.transmit": _command(lambda camera: camera.speaker.transmit(MULAW_8_KHZ, bytes(160))),
}


async def _is_picture(picture: Awaitable[bytes]) -> bool:
    return await picture != b""


#: Methods that ask nothing of the camera, or only what others here ask.
ASK_NOTHING: Final = frozenset(
    {"ptz.head", "head.with_token_held", "head.forget_preset_positions", "ports.shared_outputs", "temperatures.shared"}
)


def public_calls(client: VapixClient) -> frozenset[str]:
    """Return the names of all that a client can be asked."""
    parts: dict[str, Any] = {"": client} | {
        f"{name}.": part for name, part in vars(client).items() if not name.startswith("_")
    }
    parts["head."] = client.ptz.head(1)
    return frozenset(
        f"{prefix}{name}"
        for prefix, part in parts.items()
        for name, member in vars(type(part)).items()
        if not name.startswith("_") and callable(member)
    )
