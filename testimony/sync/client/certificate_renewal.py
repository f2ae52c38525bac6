"""Renews a node's certificate during sync: sends the request to central, and installs a matching answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from testimony.certificates.errors import CertificateRefused
from testimony.errors import TestimonyError
from testimony.services.certificates import renewal as certificate_renewal
from testimony.services.certificates.errors import CertificateMissing, FileUnreadable, RequestMissing
from testimony.station.station import Station
from testimony.store.errors import StoreFailing, StoreFull, StoreLocked, StoreUnwritable
from testimony.sync.errors import NotTheStation, StationRefused
from testimony.sync.http.transport import Transport

SAID = (
    CertificateMissing,
    CertificateRefused,
    FileUnreadable,
    NotTheStation,  # an older central, which has no such path
    RequestMissing,
    StationRefused,
    StoreFailing,
    StoreFull,
    StoreLocked,
    StoreUnwritable,
)
"""What may be wrong with a certificate alone: it is said, and the exchange of testimonies has not failed by it."""


@dataclass(frozen=True, kw_only=True)
class RenewalReport:
    """`asked`: the request lies at central. `until`: the last day of the certificate that was put in force now."""

    asked: bool = False
    until: str = ""
    failure: TestimonyError | None = None


def renew(station: Station, transport: Transport, *, now: datetime | None = None) -> RenewalReport:
    """Ask where it is time, take what is there. Last in an exchange: testimonies do not wait for a certificate.

    Raises `StationUnreachable`, `StationBusy`.
    """
    asked = False
    try:
        request = certificate_renewal.ask(station, now=now or datetime.now(UTC))
        if request is None:
            return RenewalReport()
        signed = transport.certificate(request.encode())
        asked = True
        taken = None if signed is None else certificate_renewal.take(station, signed)
    except SAID as error:
        return RenewalReport(asked=asked, failure=error)
    return RenewalReport(asked=True, until="" if taken is None else taken.ends.date().isoformat())


def reason(failure: TestimonyError) -> str:
    """The stable code with the rule that was broken, for a log."""
    rule = getattr(failure, "reason", "") or getattr(failure, "rule", "")
    return f"{failure.code} ({rule})" if rule else failure.code
