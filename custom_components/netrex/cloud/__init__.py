"""The Netrex cloud: a client on aiohttp alone, free of Home Assistant."""

from .client import CloudClient, Token
from .errors import (
    AuthError,
    BusyError,
    CloudError,
    FreshTokenRefusedError,
    ProtocolError,
    RightsError,
    TransientError,
)
from .models import Node, NodeType, TokenGrant, Tree
from .oauth2 import RefusedGrantError, TokenEndpoint
from .provider import DevicePattern, Provider, ProviderError

__all__ = [
    "AuthError",
    "BusyError",
    "CloudClient",
    "CloudError",
    "DevicePattern",
    "FreshTokenRefusedError",
    "Node",
    "NodeType",
    "ProtocolError",
    "Provider",
    "ProviderError",
    "RefusedGrantError",
    "RightsError",
    "Token",
    "TokenEndpoint",
    "TokenGrant",
    "TransientError",
    "Tree",
]
