"""One Axis camera behind remote access, spoken to in VAPIX over HTTP. Imports nothing of Home Assistant."""

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
from .media import MediaStream
from .models import Api, DeviceIdentity, PictureProperties, Resolution, SystemReady, smallest_covering

__all__ = [
    "Api",
    "AuthError",
    "BusyError",
    "CameraProperties",
    "Card",
    "CardExport",
    "CardProperties",
    "CardRecording",
    "CardRecordings",
    "DeviceIdentity",
    "GoneError",
    "MediaStream",
    "PictureProperties",
    "ProtocolError",
    "RequestError",
    "Resolution",
    "RightsError",
    "SystemReady",
    "UnreachableError",
    "VapixClient",
    "VapixError",
    "smallest_covering",
]
