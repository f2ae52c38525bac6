"""Authenticates requests to /sync by their signature and a nonce that is valid once."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import request

from testimony.sealing.errors import SignatureBad
from testimony.sealing.records.signatures import PublicKey
from testimony.services.accounts import interviewers
from testimony.services.feed.feed import Asker
from testimony.services.roster import adoption
from testimony.station.errors import NonceSpent
from testimony.station.station import Station
from testimony.sync.errors import StationRefused
from testimony.sync.wire.signatures import created_of, verify_request

PUSHERS: Final = frozenset({"node", "lawyer", "coordinator"})
"""Nodes deliver what phones gave them; readers what they signed themselves (`sync.server.desk_policy`)."""
READERS: Final = frozenset({"node", "lawyer", "coordinator"})
TEXT_READERS: Final = frozenset({"lawyer", "coordinator"})
CERTIFIED: Final = frozenset({"node"})
UNAUTHENTICATED: Final = frozenset({"signature.missing", "signature.bad", "nonce"})
"""Rules that are answered with 401; the others with 403."""


def require_asker(station: Station, body: bytes, roles: frozenset[str]) -> Asker:
    """Who signed the request with these `body` bytes. Raises `StationRefused` unless it is an active one of `roles`."""
    if "Signature-Input" not in request.headers:
        raise StationRefused("signature.missing")
    with station.database.reading() as session:
        adoption.refresh(station, session)  # who was revoked by a command beside this server is refused at once
    keys = _Keys(station)
    try:
        kid, nonce = verify_request(keys.find, request.method, _address(), dict(request.headers.items()), body)
    except SignatureBad as error:
        raise StationRefused("signer.unknown" if keys.missed else "signature.bad") from error
    _require_fresh(station, nonce, kid)
    created = created_of(request.headers["Signature-Input"])
    return Asker(kid=kid, role=_active_role(station, kid, roles), created=created)


class _Keys:
    """Looks keys up in every roster of the chain, so that a revoked station is told so."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.missed = False

    def find(self, kid: str) -> PublicKey | None:
        entry = self.station.chain.signer(kid)
        found = next((key for key in entry.keys if key.kid == kid and key.alg == "ed25519"), None) if entry else None
        self.missed = self.missed or found is None
        return found


def _require_fresh(station: Station, nonce: str, kid: str) -> None:
    try:
        interviewers.spend_nonce(station, nonce, kid)
    except NonceSpent as error:
        raise StationRefused("nonce") from error


def _active_role(station: Station, kid: str, roles: frozenset[str]) -> str:
    entry = station.chain.latest.signer(kid)
    if entry is None or entry.status != "active":
        raise StationRefused("signer.inactive")
    if entry.role not in roles:
        raise StationRefused("signer.role")
    return entry.role


def _address() -> str:
    """The URL that was signed. Its host is not part of the signature: a proxy may have another name than the server."""
    path = quote(request.root_path + request.path)
    query = request.query_string.decode("latin-1")
    return f"http://station{path}?{query}" if query else f"http://station{path}"
