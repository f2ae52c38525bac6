"""Files of certificate requests, from central to headquarters' own machine, and of the answers back."""

from __future__ import annotations

from collections.abc import Iterable

from testimony.certificates.errors import CertificateRefused
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.services.certificates import requests as certificate_requests
from testimony.services.certificates.requests import Asked
from testimony.sync.errors import ContainerTorn
from testimony.sync.wire.frames import Frame, read_frames, write_frames

MOST = 4096  # frames that are looked at


def requests_file(asked: Iterable[Asked]) -> bytes:
    """A container of `record` frames: each request as its node signed it."""
    return write_frames(Frame("record", one.record.encode()) for one in asked)


def read_requests(data: bytes, chain: RosterChain) -> tuple[list[Asked], dict[str, str]]:
    """The requests of active nodes, one a node; and rules by the name of what is none.

    Raises `CertificateRefused` ("requests") for a file that is not whole.
    """
    found: dict[str, Asked] = {}
    refused: dict[str, str] = {}
    for payload in _payloads(data, "record"):
        try:
            record = SignedRecord.decode(payload)
        except NotCanonical as error:
            raise CertificateRefused("requests") from error
        try:
            asked = certificate_requests.verified(record, chain)
        except (NotCanonical, Refused, CertificateRefused) as error:
            refused[record.id] = error.rule if isinstance(error, Refused) else "structure"
        else:
            found[asked.kid] = asked
    return list(found.values()), refused


def answers_file(signed: Iterable[bytes]) -> bytes:
    """A container of `object` frames: a certificate with its root each, as PEM."""
    return write_frames(Frame("object", one) for one in signed)


def read_answers(data: bytes) -> list[bytes]:
    """Raises `CertificateRefused` ("answers") for a file that is not whole; looks into none of them."""
    return _payloads(data, "object")


def _payloads(data: bytes, kind: str) -> list[bytes]:
    try:
        frames = [frame for frame in read_frames(data) if frame.kind != "end"]
    except ContainerTorn as error:
        raise CertificateRefused("requests" if kind == "record" else "answers") from error
    if len(frames) > MOST or any(frame.kind != kind for frame in frames):
        raise CertificateRefused("requests" if kind == "record" else "answers")
    return [frame.payload for frame in frames]
