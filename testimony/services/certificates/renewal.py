"""Renew a node's certificate during sync: when to ask, what to request, and which answer to accept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from testimony.certificates.authority import LEAF_BACKDATED
from testimony.certificates.errors import CertificateRefused
from testimony.certificates.identity import Identity
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements.renewal import renewal
from testimony.services.certificates import store as certificate_store
from testimony.services.certificates.errors import CertificateMissing, FileUnreadable
from testimony.station.station import Station
from testimony.store.files import durable

PARTS = 3  # of a certificate's life; a node asks for the next one in the last of them
State = Literal["soon", "ended", "damaged"]


@dataclass(frozen=True)
class Ending:
    """What to tell people about a node's certificate; `day` is its last, empty if it cannot be read."""

    state: State
    day: str


def ending(home: Path, now: datetime) -> Ending | None:
    """None if there is nothing to report: it is valid for three weeks or more, or the node has none."""
    try:
        held = certificate_store.installed(home)
    except (CertificateRefused, FileUnreadable):
        return Ending("damaged", "")
    return None if held is None else ending_of(held, now)


def ending_of(held: Identity, now: datetime) -> Ending | None:
    if held.has_ended(now):
        return Ending("ended", held.ends.date().isoformat())
    return Ending("soon", held.ends.date().isoformat()) if held.days_left(now) < certificate_store.SOON else None


def is_due(held: Identity, now: datetime) -> bool:
    """Whether less than a third of its life is left, counted from the day of signing."""
    signed = min(held.begins + LEAF_BACKDATED, held.ends)
    return (held.ends - now) * PARTS < held.ends - signed


def ask(station: Station, *, now: datetime) -> SignedRecord | None:
    """The signed request for central, if one is due or already pending.

    None for a node without a certificate: a person decides once which authority to trust, with `tls install`. Raises
    `CertificateRefused`, `StoreLocked`, `StoreFull` and similar errors.
    """
    home = station.settings.home
    held = certificate_store.installed(home)
    if held is None:
        return None
    _tidy(home)
    if not is_due(held, now) and not certificate_store.waiting(home):
        return None
    try:
        request = certificate_store.ask_again(home)
    except CertificateMissing:  # somebody removed it meanwhile
        return None
    return renewal(request=request.decode("ascii"), day=station.today(), signer=station.signer)


def take(station: Station, signed: bytes) -> Identity:
    """Put the certificate from central into force, in one rename, if it is the next one of this node.

    The clock does not matter: a certificate that ends later than the one in force is never worse. Raises
    `CertificateRefused` ("certificate", "chain", "other-authority", "key", "other-names", "earlier"), `RequestMissing`,
    `CertificateMissing`; an error before the rename changes nothing.
    """
    home = station.settings.home
    with certificate_store.turn(home):
        held = certificate_store.required(home)
        new = Identity.join(certificate_store.next_key(home), signed)
        require_follows(held, new)
        certificate_store.put_in_force(home, new)
    return new


def require_follows(held: Identity, new: Identity) -> None:
    """Raise `CertificateRefused` unless `new` may replace `held` without a person checking it."""
    if new.fingerprint != held.fingerprint:
        raise CertificateRefused("other-authority")
    if new.name != held.name or set(new.addresses) != set(held.addresses):
        raise CertificateRefused("other-names")
    if new.ends <= held.ends:
        raise CertificateRefused("earlier")


def _tidy(home: Path) -> None:
    """Forget a pending key that is already in force, because a power cut came between the two steps."""
    with certificate_store.turn(home):
        held = certificate_store.installed(home)
        if held is None or not certificate_store.waiting(home):
            return
        if certificate_store.next_key(home).public_key() == held.key.public_key():
            with durable.named_errors(home):
                certificate_store.forget_next_key(home)
