"""Addresses of a Netrex provider and of its cameras, and the validation of what the user enters for them."""

from dataclasses import dataclass
import re
from typing import Final, Self

from yarl import URL

#: Hosts that the vendor's documentation names. CONFIRMED (NX-HOST-1).
KNOWN_HOSTS: Final = ("system2.netrex.cz", "cloud.camstreamer.com")

#: The only hosts that may be used without TLS.
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})
#: Characters of an address. A host has at most 253, and converting a long international one is slow.
_MAX_ADDRESS: Final = 2000
_SERIAL_SLOT: Final = "{serial}"
#: A valid host label in place of the slot, so that the pattern can be parsed as a URL.
_SERIAL_SAMPLE: Final = "accc8e000000"
#: RFC 1035.
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII | re.IGNORECASE)
_PORT_OF_SCHEME: Final = {"http": 80, "https": 443}


class ProviderError(ValueError):
    """Invalid input; the reason is `empty`, `not_a_host`, `needs_https`, `has_login` or `no_serial_slot`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _read_address(text: str) -> URL:
    """Parse an address, with or without a scheme; raise ProviderError if it is invalid or not safe."""
    text = "".join(text.split()).strip("<>\"'")
    if not text:
        raise ProviderError("empty")
    if len(text) > _MAX_ADDRESS:
        raise ProviderError("not_a_host")
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if not separator:
        rest = text.lstrip("/")
        scheme = ""
    try:
        url = URL(f"{scheme or 'https'}://{rest}")
        host, port = url.host, url.explicit_port
    except (ValueError, IndexError) as err:  # yarl raises IndexError for `[]`
        raise ProviderError("not_a_host") from err
    if url.user is not None or url.password is not None:
        raise ProviderError("has_login")
    if scheme not in {"", "http", "https"} or not host or not _looks_like_host(host, url.raw_host or ""):
        raise ProviderError("not_a_host")
    if host in LOOPBACK:
        return url if scheme else url.with_scheme("http")
    if scheme == "http":
        # An old link: the host answers on https, too. With another port that is not sure.
        if port not in {None, _PORT_OF_SCHEME["http"]}:
            raise ProviderError("needs_https")
        return url.with_port(None).with_scheme("https")
    return url


def _looks_like_host(host: str, encoded: str) -> bool:
    labels = encoded.rstrip(".").split(".")
    return host in LOOPBACK or (len(labels) > 1 and all(map(_LABEL.fullmatch, labels)))


@dataclass(frozen=True, slots=True)
class Provider:
    """A host that runs Netrex; its origin is scheme, host and port: `https://system2.netrex.cz`."""

    origin: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse what the user entered: with scheme, path, spaces, upper case or an international host name.

        Raises:
            ProviderError: it is no address of a host.
        """
        url = _read_address(text)
        host = (url.raw_host or "").rstrip(".").lower()
        port = "" if url.port in {None, _PORT_OF_SCHEME[url.scheme]} else f":{url.port}"
        return cls(f"{url.scheme}://{host}{port}")

    @property
    def host(self) -> str:
        """The host, with the port unless it is the scheme's default."""
        return self.origin.partition("://")[2]

    @property
    def authorize_url(self) -> str:
        """The sign-in page. The slash at the end is CONFIRMED (NX-AUTH-3); parts of the documentation omit it."""
        return f"{self.origin}/oauth2/auth/"

    @property
    def token_url(self) -> str:
        """The endpoint for access tokens. CONFIRMED (NX-GRANT-1)."""
        return f"{self.origin}/oauth2/token"

    @property
    def revoke_url(self) -> str:
        """The endpoint that revokes an access token. CONFIRMED (NX-REVOKE-1)."""
        return f"{self.origin}/oauth2/revoke"

    @property
    def graphql_url(self) -> str:
        """The GraphQL endpoint. CONFIRMED (NX-GQL-1)."""
        return f"{self.origin}/api/graphql.php"


@dataclass(frozen=True, slots=True)
class DevicePattern:
    """The URL of cameras, with the placeholder `{serial}` for the serial number. CONFIRMED (NX-REMOTE-1)."""

    text: str = "https://{serial}.device-connect.net"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a pattern that the user entered.

        Raises:
            ProviderError: it has no placeholder, or is no address with it.
        """
        text = "".join(text.split()).rstrip("/")
        if not text:
            raise ProviderError("empty")
        if text.count(_SERIAL_SLOT) != 1 or "{" in text.replace(_SERIAL_SLOT, ""):
            raise ProviderError("no_serial_slot")
        url = _read_address(text.replace(_SERIAL_SLOT, _SERIAL_SAMPLE))
        if url.query or url.fragment:
            raise ProviderError("not_a_host")
        pattern = str(url).rstrip("/").replace(_SERIAL_SAMPLE, _SERIAL_SLOT)
        if pattern.count(_SERIAL_SLOT) != 1:
            # The text contained the sample serial number as well.
            raise ProviderError("not_a_host")
        return cls(pattern)

    def base_url(self, serial: str) -> str:
        """Return the URL of the camera with this serial number, without a slash at the end."""
        return self.text.replace(_SERIAL_SLOT, serial)
