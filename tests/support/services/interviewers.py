"""Signs an interviewer in at a node."""

from __future__ import annotations

from testimony.sealing.records import signatures
from testimony.sealing.records.signatures import Signer
from testimony.services.accounts import interviewers
from testimony.station.station import Station


def sign_in(station: Station, signer: Signer, nonce: str | None = None, signed: str | None = None) -> str:
    nonce = nonce or interviewers.new_nonce(station)
    [sig] = signatures.sign(interviewers.LABEL, (signed or nonce).encode(), signer)
    with station.database.transaction() as session:
        return interviewers.sign_in(station, session, kid=signer.kid, nonce=nonce, sig=sig["sig"])


def who(station: Station, token: str) -> str | None:
    with station.database.reading() as session:
        found = interviewers.session_of(station, session, token)
    return found.person if found else None
