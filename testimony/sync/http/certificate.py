"""Look at the certificate that an https address shows."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from testimony.sync.errors import StationUnreachable, StationUntrusted
from testimony.sync.http.route import Way


def last_day(url: str, way: Way, *, seconds: float) -> date | None:
    """The last day (UTC) of the certificate at `url`; None without https. `seconds` are for each step of the way.

    Goes there without a proxy, which only a machine's own address may want. Raises `StationUnreachable`,
    `StationUntrusted`, `FileUnreadable`.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname is None:
        return None
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 443), timeout=seconds) as plain,
            way.tls().wrap_socket(plain, server_hostname=parts.hostname) as line,
        ):
            shown = line.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        raise StationUntrusted(url=url) from error
    except OSError as error:
        raise StationUnreachable(url=url) from error
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC).date()
