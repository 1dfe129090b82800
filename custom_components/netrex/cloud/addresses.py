"""Which hosts are outside the house: files are opened at no other."""

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
import re
from typing import Final

type Network = IPv4Network | IPv6Network

#: Of the public internet: at least two labels, and a last one that no resolver reads as a number.
_NAME: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+(?:xn--[a-z0-9-]{1,59}|[a-z]{2,63})")
#: How names end that nobody has on the internet: RFC 2606, 6761, 6762 appendix G, 7686, 8375 (with the rest of `arpa`),
#: 9476, and what routers and companies use all the same.
_PRIVATE_NAMES: Final = (
    *(".localhost", ".local", ".test", ".example", ".invalid", ".onion", ".alt", ".arpa"),
    *(".internal", ".intern", ".intranet", ".private", ".priv", ".corp", ".corporate", ".mail"),
    *(".home", ".homenet", ".lan", ".localdomain", ".localnet", ".domain", ".workgroup"),
    *(".router", ".gateway", ".server", ".dhcp", ".ip", ".vpn", ".docker", ".fritz.box", ".mshome.net"),
)
#: All that is handed out as IPv6 addresses of the internet. IPv4 addresses that are written otherwise (`::a.b.c.d`,
#: `::ffff:a.b.c.d`, NAT64's `64:ff9b::`), site-local (`fec0::`) and local ones (`fc00::`, `fe80::`) are not in it.
_IPV6_INTERNET: Final = IPv6Network("2000::/3")
#: What is no server's of it, or holds an IPv4 address: Teredo and other protocols, documentation, 6to4.
_RESERVED: Final = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "192.88.99.0/24")))
#: The last 64 bits of an IPv6 address that ends in an IPv4 address begin with this (ISATAP, RFC 5214).
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})


def is_outside(host: str, own_networks: Collection[Network] = ()) -> bool:
    """Return whether a host, a name or an address without brackets, is written as one of the internet.

    `own_networks` are networks of the house whose addresses are the internet's as well.
    """
    host = host.rstrip(".").lower()
    try:
        address = ip_address(host)
    except ValueError:
        # The system's resolver takes "127.1", "0x7f.1" and other scripts' digits for addresses, too.
        return _NAME.fullmatch(host) is not None and not f".{host}".endswith(_PRIVATE_NAMES)
    if isinstance(address, IPv6Address) and (address not in _IPV6_INTERNET or _first_of_interface(address) in _ISATAP):
        return False
    if not address.is_global or address.is_multicast:
        return False
    return not any(address in network for network in (*_RESERVED, *own_networks))


def _first_of_interface(address: IPv6Address) -> int:
    """Return the first half of the interface identifier."""
    return int(address) >> 32 & 0xFFFFFFFF
