"""The networks that Home Assistant's machine is in: their addresses are the house's, also those of the internet."""

from ipaddress import IPv6Interface, ip_interface
from typing import Final

from homeassistant.components import network
from homeassistant.core import HomeAssistant, callback

from ..cloud.addresses import Network

#: Bits of an IPv6 address that a household's networks have in common at least: what providers give out is a /48 or
#: longer (RFC 6177), and of that each network in the house gets a part.
_HOUSEHOLD: Final = 48


@callback
def async_own_networks(hass: HomeAssistant) -> list[Network]:
    """Return the networks of all adapters; of IPv6, with the neighboring ones that may be in the same house."""
    networks: list[Network] = []
    for adapter in network.async_get_loaded_adapters(hass):
        for configured in (*adapter["ipv4"], *adapter["ipv6"]):
            interface = ip_interface(f"{configured['address']}/{configured['network_prefix']}")
            if isinstance(interface, IPv6Interface) and interface.network.prefixlen > _HOUSEHOLD:
                networks.append(interface.network.supernet(new_prefix=_HOUSEHOLD))
            else:
                networks.append(interface.network)
    return networks
