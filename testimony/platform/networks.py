"""Network interfaces: whether this computer is connected to anything, and at which address."""

from __future__ import annotations

import socket
import struct
import sys
from typing import Final

SIOCGIFFLAGS: Final = 0x8913
UP, LOOPBACK, RUNNING = 0x1, 0x8, 0x40  # netdevice(7)
REQUEST: Final = struct.Struct("16sH14x")
FAR: Final = ("192.0.2.1", 9)  # an address that nobody has (RFC 5737)


def connected() -> tuple[str, ...] | None:
    """Names of the network interfaces that are up and have a link; None if this system cannot tell.

    A radio that is on but has joined no network has no link, so it is not listed.
    """
    if sys.platform != "linux":
        return None
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        found = []
        for _, name in socket.if_nameindex():
            answer = fcntl.ioctl(asking.fileno(), SIOCGIFFLAGS, REQUEST.pack(name.encode(), 0))
            flags = REQUEST.unpack(answer)[1]
            if flags & UP and flags & RUNNING and not flags & LOOPBACK:
                found.append(name)
    return tuple(sorted(found))


def own_address() -> str:
    """This computer's IPv4 address in the network through which it reaches others; empty if it is in none.

    Connecting a datagram socket chooses a route and sends nothing.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(FAR)
        except OSError:  # no route
            return ""
        return str(asking.getsockname()[0])
