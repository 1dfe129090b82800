"""Cameras of every generation of AXIS OS, as their documents describe them: `GENERATIONS["9.80"](serial)`.

| AXIS OS | What came with it |
| --- | --- |
| 5.40, 5.50 | memory card (VX-CARD-13), virtual inputs (VX-VIN-1) |
| 6.50 | RTSP over a websocket (VX-RTSP-9) |
| 7.40 | `firmwaremanagement.cgi` (VX-RESTART-2), `lightcontrol.cgi` (VX-LIGHT-11) |
| 8.40, 8.50 | `basicdeviceinfo.cgi` (VX-INFO-1), `apidiscovery.cgi` (VX-DISC-9) |
| 9.50, 9.70, 9.80 | `systemready.cgi` (VX-INFO-5), `portmanagement.cgi` (VX-PORT-6), `media.cgi` (VX-MEDIA-7) |
| 10.11 | the event websocket (VX-EVENT-6) |
| 12.11 | parameters in lines with CRLF, not all with `root.` (VX-PARAM-3) |
"""

from collections.abc import Callable, Mapping
from typing import Final

from .equipment import AudioClip, Light, Port, Profile, Scenario, Speaker, Temperatures, VirtualInputs
from .head import Head, Lens
from .world import Camera

#: JSON calls that a camera has since a certain version; those without a switch of their own.
_SINCE_8_40: Final = frozenset({"basic-device-info", "api-discovery"})
_SINCE_9_50: Final = frozenset({"systemready"})
_ALL_JSON: Final = _SINCE_8_40 | _SINCE_9_50 | {"stream-profiles", "view-area"}


def _wired() -> list[Port]:
    return [Port("Door"), Port("Gate", "output")]


def _5_51(serial: str) -> Camera:
    """Return a PTZ dome without any JSON call; a real one of this version has four inputs and no output."""
    return Camera(
        serial,
        "Hall",
        "AXIS P5512",
        "AXIS P5512 PTZ Dome Network Camera",
        firmware="5.51.7",
        resolutions=("704x576", "352x288", "176x144"),
        media_cgi=False,
        event_stream=False,
        rtsp_websocket=False,
        port_management=False,
        firmware_management=False,
        lacks=_ALL_JSON,
        ports=[Port("Door"), Port("Input 2"), Port("Input 3"), Port("Input 4")],
        head=Head(autofocus=True),
    )


def _8_20(serial: str) -> Camera:
    """Return a fixed camera with ports that only `port.cgi` switches, motion detection, a card and a speaker."""
    return Camera(
        serial,
        "Stock",
        "AXIS Q1615 Mk II",
        "AXIS Q1615 Mk II Network Camera",
        firmware="8.20.1",
        media_cgi=False,
        event_stream=False,
        port_management=False,
        lacks=_SINCE_8_40 | _SINCE_9_50,
        ports=_wired(),
        virtual_inputs=VirtualInputs(32, takes_duration=False),
        motion_profiles=[Profile(1, "Ramp")],
        card=True,
        speaker=Speaker(formats=("g711", "g726", "axis-mulaw-128")),
        audio_clips=[AudioClip(0, "Bell")],
    )


def _9_80(serial: str) -> Camera:
    """Return a camera with video over HTTP, infrared light, and events over RTSP only."""
    return Camera(
        serial,
        "Yard",
        "AXIS P3245-LVE",
        "AXIS P3245-LVE Network Camera",
        firmware="9.80.3.1",
        event_stream=False,
        ports=_wired(),
        motion_profiles=[Profile(1, "Fence")],
        lights=[Light()],
        temperatures=Temperatures({"Sensor": 31.5}, ["Stopped"]),
    )


def _10_12(serial: str) -> Camera:
    """Return a panoramic camera with two pictures, Object Analytics and the event websocket."""
    return Camera(
        serial,
        "Lobby",
        "AXIS M3058-PLVE",
        "AXIS M3058-PLVE Fixed Dome Network Camera",
        firmware="10.12.228",
        channels=2,
        ports=_wired(),
        scenarios=[Scenario(1, "Counter")],
        lights=[Light()],
        card=True,
    )


def _12(serial: str) -> Camera:
    """Return a camera with all that is new, which lists parameters in its own way."""
    return Camera(
        serial,
        "Street",
        "AXIS P3268-LVE",
        "AXIS P3268-LVE Dome Camera",
        firmware="12.11.77",
        parameter_lines="mixed",
        ports=_wired(),
        virtual_inputs=VirtualInputs(64),
        scenarios=[Scenario(1, "Road", classes=("human", "vehicle"))],
        lens=Lens(),
        ir_cut_filter="auto",
        lights=[Light(), Light("White")],
        temperatures=Temperatures(),
        card=True,
    )


GENERATIONS: Final[Mapping[str, Callable[[str], Camera]]] = {
    "5.51": _5_51,
    "8.20": _8_20,
    "9.80": _9_80,
    "10.12": _10_12,
    "12.11": _12,
}
