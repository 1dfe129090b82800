"""The Netrex cloud: a client on aiohttp alone, free of Home Assistant."""

from .client import CloudClient, FixedToken, Token
from .errors import (
    AuthError,
    BusyError,
    CloudError,
    ForbiddenError,
    FreshTokenRefusedError,
    LinkExpiredError,
    ProtocolError,
    RefusedGrantError,
    TransientError,
)
from .models import Node, NodeType, TokenGrant, Tree
from .oauth2 import TokenEndpoint
from .provider import DevicePattern, Provider, ProviderError

__all__ = [
    "AuthError", "BusyError", "CloudClient", "CloudError", "DevicePattern", "FixedToken", "ForbiddenError",
    "FreshTokenRefusedError", "LinkExpiredError", "Node", "NodeType", "ProtocolError", "Provider", "ProviderError",
    "RefusedGrantError", "Token", "TokenEndpoint", "TokenGrant", "TransientError", "Tree",
]  # fmt: skip
