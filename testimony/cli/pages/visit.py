"""Asks a node for its page over HTTP as a phone does: no cookie, no key, no redirect, no proxy."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.pages import served

if TYPE_CHECKING:
    from testimony.sealing.roster.pages import PageFile

SECONDS = 120
"""A node that has just started renders every page before it can say what they are."""
LONGEST_LIST = 4 * 1024 * 1024
AS_A_PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile "
    "Safari/537.36",
    "Accept": "*/*",
    "Accept-Language": "en",
}
"""A node that lies to phones alone would serve the right page to a program that says what it is."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A phone's worker takes no redirect either."""


class Visit:
    """The page at `url`; `authority`: the root of the node's certificate, instead of those of the system."""

    def __init__(self, url: str, authority: Path | None) -> None:
        """Raises `FileUnreadable` for an authority that cannot be read."""
        self._url = url.rstrip("/").removesuffix("/interview")
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), _NoRedirect, urllib.request.HTTPSHandler(context=_context(authority))
        )

    def offer(self) -> tuple[list[PageFile], bytes | None]:
        """The node's own list of its files, and the statement that it serves. Raises `StationUnreachable`,
        `NotTheStation`."""
        from testimony import canonical
        from testimony.sync.errors import NotTheStation

        data = self.get(served.LIST, LONGEST_LIST)
        try:
            said = json.loads(data or b"")
            signed = said["signed"]
            return served.listed(said["files"]), None if signed is None else canonical.encode(signed)
        except (ValueError, KeyError, TypeError) as error:
            raise NotTheStation(url=self._url) from error

    def get(self, path: str, most: int) -> bytes | None:
        """At most `most` bytes of what the node serves at `path`; None where it serves nothing there. Raises
        `StationUnreachable`."""
        from testimony.sync.errors import StationUnreachable

        if not self._url.startswith(("https://", "http://")):
            raise StationUnreachable(url=self._url)
        request = urllib.request.Request(self._url + path, headers=AS_A_PHONE)  # noqa: S310 - of these two alone
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                data: bytes = answer.read(most)
        except urllib.error.HTTPError as error:
            error.close()
            return None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise StationUnreachable(url=self._url) from error
        return data


def _context(authority: Path | None) -> ssl.SSLContext:
    from testimony.services.certificates.errors import FileUnreadable

    if authority is None:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=str(authority))
    except OSError as error:
        raise FileUnreadable(file=str(authority)) from error
