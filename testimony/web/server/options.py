"""The limits of each kind of station's server, as waitress and `web.server.http` take them."""

from __future__ import annotations

import select
from typing import Any

from testimony.settings import Settings

LARGEST_REQUEST = 2 * 1024 * 1024  # bytes; a sync batch is at most 512 kB and the object that crosses that line
# For waitress: no name in the answers, and no request body in a temporary file.
SERVER_OPTIONS: dict[str, Any] = {
    "threads": 8,
    "ident": "",
    "max_request_body_size": LARGEST_REQUEST,
    "inbuf_overflow": 2 * LARGEST_REQUEST,
    "outbuf_overflow": 4 * LARGEST_REQUEST,
    "clear_untrusted_proxy_headers": True,
    "connection_limit": 700,  # more than come to the port and over https: those limit themselves
    "asyncore_use_poll": hasattr(select, "poll"),  # select() cannot watch so many
}
LARGEST_IMPORT = 65 * 1024 * 1024
"""Bytes of a request with a file of records to import. Only this computer reaches a desk."""
LARGEST_SENT = 2 * LARGEST_IMPORT
"""Bytes that a desk's server lets through, so that the page can say what is too large."""
DESK_OPTIONS: dict[str, Any] = {
    "max_request_body_size": LARGEST_SENT,
    "inbuf_overflow": 2 * LARGEST_SENT,
    "budget": 2 * LARGEST_SENT,
}
CENTRAL_OPTIONS: dict[str, Any] = {"places": 400, "budget": 64 * LARGEST_REQUEST}  # many nodes deliver at once


def waiting_options(largest: int) -> dict[str, Any]:
    """For the pages of a station that is not admitted yet, which take a bundle of `largest` bytes."""
    return SERVER_OPTIONS | {"max_request_body_size": largest, "budget": largest + 8 * LARGEST_REQUEST}


def server_options(settings: Settings) -> dict[str, Any]:
    """For the station's server. Nobody's word counts for the address of a client but the proxy's in `settings`."""
    proxy = {"trusted_proxy": settings.trusted_proxy, "trusted_proxy_headers": {"x-forwarded-for"}}
    more = {"central": CENTRAL_OPTIONS, "desk": DESK_OPTIONS}.get(settings.role, {})
    return SERVER_OPTIONS | more | (proxy if settings.trusted_proxy else {})
