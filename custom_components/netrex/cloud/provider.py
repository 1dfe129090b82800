"""Where a Netrex account lives, and what a person may type to say so."""

from dataclasses import dataclass
import re
from typing import Final, Self

from yarl import URL

#: Hosts that the vendor's documentation names. CONFIRMED (NX-HOST-1).
KNOWN_HOSTS: Final = ("system2.netrex.cz", "cloud.camstreamer.com")

#: Names of this very machine: the only ones that may be spoken to without encryption.
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})
#: Characters of an address; no host is longer than 253, and reading an accented one takes its time.
_MAX_ADDRESS: Final = 2000
_SERIAL_SLOT: Final = "{serial}"
#: A dot-free stand-in that is a valid host label, so that the pattern can be read as an address.
_SERIAL_SAMPLE: Final = "accc8e000000"
#: RFC 1035.
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII | re.IGNORECASE)
_PORT_OF_SCHEME: Final = {"http": 80, "https": 443}


class ProviderError(ValueError):
    """What was typed is no address: `empty`, `not_a_host`, `needs_https`, `has_login` or `no_serial_slot`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _read_address(text: str) -> URL:
    """Read an address that may lack its scheme; raise ProviderError when it is none or not safe."""
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
    except (ValueError, IndexError) as err:  # an empty pair of brackets for a host is the latter, to the library
        raise ProviderError("not_a_host") from err
    if url.user is not None or url.password is not None:
        raise ProviderError("has_login")
    if scheme not in {"", "http", "https"} or not host or not _looks_like_host(host, url.raw_host or ""):
        raise ProviderError("not_a_host")
    if host in LOOPBACK:
        return url if scheme else url.with_scheme("http")
    if scheme == "http":
        # People copy old links; the same host answers on https. A port of its own says otherwise.
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
        """Read what a person pastes: with scheme, path, spaces, upper case or an accented host name."""
        url = _read_address(text)
        host = (url.raw_host or "").rstrip(".").lower()
        port = "" if url.port in {None, _PORT_OF_SCHEME[url.scheme]} else f":{url.port}"
        return cls(f"{url.scheme}://{host}{port}")

    @property
    def host(self) -> str:
        """The host as people know it, with a port only when it is not the usual one."""
        return self.origin.partition("://")[2]

    @property
    def authorize_url(self) -> str:
        """The sign-in page. CONFIRMED with the slash (NX-AUTH-3); elsewhere it is named without."""
        return f"{self.origin}/oauth2/auth/"

    @property
    def token_url(self) -> str:
        """Where codes and refresh tokens become access tokens. CONFIRMED (NX-GRANT-1)."""
        return f"{self.origin}/oauth2/token"

    @property
    def revoke_url(self) -> str:
        """Where an access token is cancelled. CONFIRMED (NX-REVOKE-1)."""
        return f"{self.origin}/oauth2/revoke"

    @property
    def graphql_url(self) -> str:
        """The one GraphQL endpoint. CONFIRMED (NX-GQL-1)."""
        return f"{self.origin}/api/graphql.php"


@dataclass(frozen=True, slots=True)
class DevicePattern:
    """The address of a camera, with a slot for its serial number. CONFIRMED (NX-REMOTE-1)."""

    text: str = "https://{serial}.device-connect.net"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a pattern that a person typed."""
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
            # The stand-in was there as well.
            raise ProviderError("not_a_host")
        return cls(pattern)

    def base_url(self, serial: str) -> str:
        """Return the address of the camera with this serial number, without a slash at the end."""
        return self.text.replace(_SERIAL_SLOT, serial)
