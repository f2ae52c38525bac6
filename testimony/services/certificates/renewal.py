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

PARTS = 3  # of a certificate's life; in the last of them a node asks for the next one
State = Literal["soon", "ended", "damaged"]


@dataclass(frozen=True)
class Ending:
    """What people are to be told of a node's certificate; `day` is its last, empty for one that cannot be read."""

    state: State
    day: str


def ending(home: Path, now: datetime) -> Ending | None:
    """None while there is nothing to say: it is good for three weeks and more, or the node has none."""
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
    """Whether less than a third of its life is left, counted from the day on which it was signed."""
    signed = min(held.begins + LEAF_BACKDATED, held.ends)
    return (held.ends - now) * PARTS < held.ends - signed


def ask(station: Station, *, now: datetime) -> SignedRecord | None:
    """The signed request that goes to central: where one is due, or where one is under way already.

    None for a node without a certificate: whom it should believe is a person's to say, once, with `tls install`.
    Raises `CertificateRefused`, `StoreLocked`, `StoreFull` and their like.
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
    except CertificateMissing:  # somebody took it away meanwhile
        return None
    return renewal(request=request.decode("ascii"), day=station.today(), signer=station.signer)


def take(station: Station, signed: bytes) -> Identity:
    """Put in force what came from central, in one rename, if it is the next one of this node's own.

    No clock decides: a certificate that ends later than the one in force is never the worse one. Raises
    `CertificateRefused` ("certificate", "chain", "other-authority", "key", "other-names", "earlier"),
    `RequestMissing`, `CertificateMissing`; whatever is raised before the rename leaves all as it was.
    """
    home = station.settings.home
    with certificate_store.turn(home):
        held = certificate_store.required(home)
        new = Identity.join(certificate_store.next_key(home), signed)
        require_follows(held, new)
        certificate_store.put_in_force(home, new)
    return new


def require_follows(held: Identity, new: Identity) -> None:
    """Raise `CertificateRefused` unless `new` may take the place of `held` without a person looking at it."""
    if new.fingerprint != held.fingerprint:
        raise CertificateRefused("other-authority")
    if new.name != held.name or set(new.addresses) != set(held.addresses):
        raise CertificateRefused("other-names")
    if new.ends <= held.ends:
        raise CertificateRefused("earlier")


def _tidy(home: Path) -> None:
    """A power cut may have come between putting in force and forgetting the key that waited: it waits no more."""
    with certificate_store.turn(home):
        held = certificate_store.installed(home)
        if held is None or not certificate_store.waiting(home):
            return
        if certificate_store.next_key(home).public_key() == held.key.public_key():
            with durable.named_errors(home):
                certificate_store.forget_next_key(home)
