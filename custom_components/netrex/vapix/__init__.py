"""One Axis camera behind remote access, spoken to in VAPIX over HTTP. Imports nothing of Home Assistant."""

from .analytics import Analytics, Scenario
from .card import Card, CardExport, CardProperties, CardRecording, CardRecordings
from .client import CameraProperties, VapixClient
from .clips import Clip, ClipProperties, Clips
from .day_night import IrCut, IrCutFilter
from .declarations import Declarations, DeclaredSource
from .errors import (
    AuthError,
    BusyError,
    ForbiddenError,
    GoneError,
    ProtocolError,
    RequestError,
    UnreachableError,
    VapixError,
)
from .event_kinds import EventKind
from .event_socket import EventSocket, wants_session
from .event_stream import EventStream
from .event_topics import UnknownEvent
from .events import CameraEvent
from .head_control import MAX_PRESET_NAME, UNFIT_FOR_PRESET, HeadControl
from .lights import Light, LightKind, LightState
from .media import MediaStream, has_media
from .models import DeviceIdentity, PictureProperties, Resolution, smallest_covering
from .ports import LONGEST_PULSE, Output, Port, Ports
from .ptz import Ptz
from .ptz_head import Axis, GuardTour, Motion, Preset, PtzHead, Range
from .siren import Operation, Pattern, Profile, SirenCapabilities, SirenState
from .speaker import MULAW_8_KHZ, MULAW_16_KHZ, Speaker, SpeechCodec, speech_codec
from .temperatures import Regulator, RegulatorKind, RegulatorStatus, Temperatures, Thermometer, has_temperatures

__all__ = [
    "LONGEST_PULSE",
    "MAX_PRESET_NAME",
    "MULAW_8_KHZ",
    "MULAW_16_KHZ",
    "UNFIT_FOR_PRESET",
    "Analytics",
    "AuthError",
    "Axis",
    "BusyError",
    "CameraEvent",
    "CameraProperties",
    "Card",
    "CardExport",
    "CardProperties",
    "CardRecording",
    "CardRecordings",
    "Clip",
    "ClipProperties",
    "Clips",
    "Declarations",
    "DeclaredSource",
    "DeviceIdentity",
    "EventKind",
    "EventSocket",
    "EventStream",
    "ForbiddenError",
    "GoneError",
    "GuardTour",
    "HeadControl",
    "IrCut",
    "IrCutFilter",
    "Light",
    "LightKind",
    "LightState",
    "MediaStream",
    "Motion",
    "Operation",
    "Output",
    "Pattern",
    "PictureProperties",
    "Port",
    "Ports",
    "Preset",
    "Profile",
    "ProtocolError",
    "Ptz",
    "PtzHead",
    "Range",
    "Regulator",
    "RegulatorKind",
    "RegulatorStatus",
    "RequestError",
    "Resolution",
    "Scenario",
    "SirenCapabilities",
    "SirenState",
    "Speaker",
    "SpeechCodec",
    "Temperatures",
    "Thermometer",
    "UnknownEvent",
    "UnreachableError",
    "VapixClient",
    "VapixError",
    "has_media",
    "has_temperatures",
    "smallest_covering",
    "speech_codec",
    "wants_session",
]  # fmt: skip
