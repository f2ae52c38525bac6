"""Which clients count as one: limits are per IPv4 address, and per /64 of IPv6, which a single host may fill."""

from __future__ import annotations

import ipaddress
from typing import Final

HOST_BITS: Final = 64


def network(address: str | None) -> str:
    """The name under which the client at `address` is counted. Text that is no address counts under itself."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((int(known) >> HOST_BITS << HOST_BITS, HOST_BITS)))
