"""Issue certificates at headquarters: verify that each request comes from an active node, then sign it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from testimony.certificates.authority import LEAF_DAYS, Authority
from testimony.certificates.errors import CertificateRefused
from testimony.services.certificates import store as certificate_store
from testimony.services.certificates.requests import Asked


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The result of one request: `signed` goes back, or `refusal` says why nothing does."""

    asked: Asked
    signed: bytes = b""
    refusal: CertificateRefused | None = None


def answer(authority: Authority, asked: Iterable[Asked], *, now: datetime, days: int = LEAF_DAYS) -> list[Answered]:
    """Sign each request. A refused one does not affect others. Raises `CertificateRefused` ("authority-ended") for
    all.
    """
    return [_answer(authority, one, now, days) for one in asked]


def _answer(authority: Authority, asked: Asked, now: datetime, days: int) -> Answered:
    try:
        return Answered(asked=asked, signed=certificate_store.sign(authority, asked.request, now=now, days=days))
    except CertificateRefused as error:
        if error.reason == "authority-ended":
            raise
        return Answered(asked=asked, refusal=error)
