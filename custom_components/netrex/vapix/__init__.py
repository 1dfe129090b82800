"""One Axis camera behind remote access, spoken to in VAPIX over HTTP. Imports nothing of Home Assistant."""

from .analytics import Analytics, Scenario
from .card import Card, CardExport, CardProperties, CardRecording, CardRecordings
from .client import CameraProperties, VapixClient
from .errors import (
    AuthError,
    BusyError,
    GoneError,
    ProtocolError,
    RequestError,
    RightsError,
    UnreachableError,
    VapixError,
)
from .event_stream import EventStream, wants_session
from .events import CameraEvent, EventKind, UnknownEvent
from .media import MediaStream
from .models import Api, DeviceIdentity, PictureProperties, Resolution, SystemReady, smallest_covering
from .ports import Port, Ports

__all__ = [
    "Analytics",
    "Api",
    "AuthError",
    "BusyError",
    "CameraEvent",
    "CameraProperties",
    "Card",
    "CardExport",
    "CardProperties",
    "CardRecording",
    "CardRecordings",
    "DeviceIdentity",
    "EventKind",
    "EventStream",
    "GoneError",
    "MediaStream",
    "PictureProperties",
    "Port",
    "Ports",
    "ProtocolError",
    "RequestError",
    "Resolution",
    "RightsError",
    "Scenario",
    "SystemReady",
    "UnknownEvent",
    "UnreachableError",
    "VapixClient",
    "VapixError",
    "smallest_covering",
    "wants_session",
]
