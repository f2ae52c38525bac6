"""Opens the port on which a station listens."""

from __future__ import annotations

import errno
import socket

from testimony.platform import processes

LOCAL = "127.0.0.1"
BACKLOG = 128
FIRST_FREE_PORT = 1024  # those below are for programs with a right of their own


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A socket bound to the address; `option` chooses another port. Raises `PortTaken`, `PortForbidden`,
    `AddressUnusable`.
    """
    from testimony.web.errors import AddressUnusable, PortForbidden, PortTaken

    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    processes.be_found_alone(listener)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:  # the latter for a port above 65535
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, option=option) from error
        if isinstance(error, PermissionError):  # Windows says so too of a port that another program keeps for itself
            forbidden = PortForbidden if port < FIRST_FREE_PORT else PortTaken
            raise forbidden(port=port, option=option) from error
        raise AddressUnusable(address=f"{host}:{port}") from error
    return listener


def address(listener: socket.socket, token: str) -> str:
    """The address of the station. A token travels behind the #, which browsers send to nobody."""
    host, port = listener.getsockname()[:2]
    return address_of(host, port, token)


def address_of(host: str, port: int, token: str) -> str:
    """The same for a station that listens at `host` and `port`."""
    shown = "localhost" if host in {LOCAL, "0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://{shown}:{port}/" + (f"#{token}" if token else "")
