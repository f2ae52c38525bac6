"""What answers in the place of another station: a log-in page, a proxy, another server, or its own server's failure."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from testimony import canonical
from testimony.errors import NotCanonical, NotDelivered, StationBusy
from testimony.services.continuity.errors import CentralRestored
from testimony.sync.errors import HttpsAsked, NetworkLogIn, QuotaReached, StationDown, StationFaulty, WrongAddress
from testimony.sync.http.channel import Answer

NONCE_HEADER: Final = "testimony-nonce"
LOG_IN: Final = 511
DOWN: Final = frozenset({502, 504})
SAID: Final = {"restored": CentralRestored, "quota": QuotaReached}
"""Rules that a station which cannot answer now gives, where there is more to say than that it is busy."""


def found(answer: Answer, base_url: str) -> type[NotDelivered] | None:
    """What answered instead of a station that can be talked to; None where it may be ours.

    A captive portal is a redirect, status 511 (RFC 6585), or a page with a status of success: we say nothing in pages.
    """
    is_page = answer.headers.get("content-type", "").partition(";")[0].strip().lower() == "text/html"
    if answer.status == LOG_IN:
        return NetworkLogIn
    if 300 <= answer.status < 400:
        return HttpsAsked if _is_https_of(answer.headers.get("location", ""), base_url) else NetworkLogIn
    if answer.status >= 500:
        return StationFaulty
    if NONCE_HEADER in answer.headers:
        return None
    if answer.status >= 400:
        return WrongAddress
    return NetworkLogIn if is_page else None


def _is_https_of(location: str, base_url: str) -> bool:
    """Whether a redirect leads from http to https under the same name, as a web server does for its own pages."""
    try:
        there, asked = urlsplit(location), urlsplit(base_url)
    except ValueError:
        return False
    return asked.scheme == "http" and there.scheme == "https" and there.hostname == asked.hostname


def busy(answer: Answer) -> type[StationBusy]:
    """What kept a station, or the proxy before it, from answering; nothing is believed for it."""
    try:
        return SAID.get(str(canonical.decode_object(answer.body).get("rule")), StationBusy)
    except NotCanonical:
        return StationDown if answer.status in DOWN else StationBusy
