"""Answers the connectivity checks of operating systems, so that phones stay connected without a log-in window.

The checks are plain HTTP requests to host names of the makers; docs/hotspot.md says when a hotspot should resolve those
names to this node.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

APPLE = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
ANSWERS: dict[str, tuple[int, str, str]] = {
    "/generate_204": (204, "text/plain", ""),  # Android, ChromeOS
    "/gen_204": (204, "text/plain", ""),
    "/hotspot-detect.html": (200, "text/html", APPLE),  # iOS, macOS
    "/library/test/success.html": (200, "text/html", APPLE),
    "/connecttest.txt": (200, "text/plain", "Microsoft Connect Test"),  # Windows
    "/ncsi.txt": (200, "text/plain", "Microsoft NCSI"),
    "/success.txt": (200, "text/plain", "success\n"),  # Firefox
}


def view(status: int, kind: str, body: str) -> Callable[[], Response]:
    """A view that answers just that."""
    return lambda: Response(body, status=status, content_type=kind)
