"""Store certificate requests at central, one for each node, and the certificates that headquarters signed for them.

`home/tls/asked/KID.json` is the signed request of the node whose key is KID, `home/tls/given/KID.pem` the answer. Both
are public. Central vouches for nothing: headquarters verifies the node's signature, the node verifies the authority's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from testimony.certificates.errors import CertificateRefused
from testimony.certificates.identity import read_signed
from testimony.certificates.request import Request
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.renewal import verify_renewal
from testimony.services.certificates import store as certificate_store
from testimony.services.certificates.errors import StationRoleWrong
from testimony.station.station import Station
from testimony.store.files import durable

ASKED, GIVEN = "asked", "given"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that was verified as an active node's own."""

    node: str  # its id in the roster
    kid: str
    request: Request
    record: SignedRecord


def verified(record: SignedRecord, chain: RosterChain) -> Asked:
    """Verify a request. Raises `Refused`, `NotCanonical`, `CertificateRefused` ("request")."""
    statement, entry = verify_renewal(record, chain)
    request = Request.parse(statement.request.encode())
    return Asked(node=entry.id, kid=statement.by, request=request, record=record)


def keep(station: Station, record: SignedRecord, *, kid: str) -> bytes | None:
    """Store the request of the node `kid`, replacing its last one. Returns what headquarters signed for it, if it did.

    Raises `Refused`, `NotCanonical`, `CertificateRefused` ("request"), `StoreFull`, `StoreLocked`.
    """
    asked = verified(record, station.chain)
    if asked.kid != kid:
        raise Refused("signer.unknown")
    home = station.settings.home
    with certificate_store.turn(home):
        before = _read(station, kid)
        if before is not None and before.request == asked.request:
            return _answer(home, before)
        station.space.require_room(len(record.data))
        with durable.named_errors(home):
            _certificate_file(home, kid).unlink(missing_ok=True)
            _asked(home, kid).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            durable.replace_file(_asked(home, kid), record.encode())
    return None


def waiting(station: Station, *, again: bool = False) -> list[Asked]:
    """The requests that headquarters should sign; `again`: also those that it signed. Forgets requests of former nodes.

    Raises `StationRoleWrong`, `StoreLocked`.
    """
    require_central(station)
    home = station.settings.home
    with certificate_store.turn(home):
        held = list(_stored_requests(station))
        return [asked for asked in held if again or _answer(home, asked) is None]


def give(station: Station, signed: bytes) -> Asked:
    """Store what headquarters signed for a node. Returns the request that it answers.

    Raises `CertificateRefused` ("certificate", "chain", "not-asked"), `StationRoleWrong`, `StoreFull`, `StoreLocked`.
    """
    require_central(station)
    leaf, _ = read_signed(signed)
    home = station.settings.home
    with certificate_store.turn(home):
        for asked in _stored_requests(station):
            if leaf.public_key() == asked.request.public_key:
                with durable.named_errors(home):
                    _certificate_file(home, asked.kid).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    durable.replace_file(_certificate_file(home, asked.kid), signed)
                return asked
    raise CertificateRefused("not-asked")


def require_central(station: Station) -> None:
    """Raise `StationRoleWrong` except at central."""
    settings = station.settings
    if settings.role != "central":
        raise StationRoleWrong(folder=str(settings.home), role=settings.role, wanted="central server")


def _stored_requests(station: Station) -> Iterator[Asked]:
    """The stored requests, by node id."""
    folder = station.settings.home / certificate_store.FOLDER / ASKED
    found = [_read(station, file.stem) for file in folder.glob("*.json")]
    yield from sorted((asked for asked in found if asked is not None), key=lambda asked: asked.node)


def _read(station: Station, kid: str) -> Asked | None:
    """The request of node `kid`; None if there is none, or none that is valid: an invalid one is deleted."""
    home = station.settings.home
    file = _asked(home, kid)
    if not file.exists():
        return None
    try:
        asked = verified(SignedRecord.decode(certificate_store.read(file)), station.chain)
        if asked.kid != kid:
            raise Refused("signer.unknown")
        return asked
    except (NotCanonical, Refused, CertificateRefused):
        with durable.named_errors(home):
            file.unlink()
            _certificate_file(home, kid).unlink(missing_ok=True)
        return None


def _answer(home: Path, asked: Asked) -> bytes | None:
    """What headquarters signed for this request's key."""
    file = _certificate_file(home, asked.kid)
    if not file.exists():
        return None
    signed = certificate_store.read(file)
    try:
        leaf, _ = read_signed(signed)
    except CertificateRefused:  # damaged here: treat it as missing, so that it is signed again
        return None
    return signed if leaf.public_key() == asked.request.public_key else None


def _asked(home: Path, kid: str) -> Path:
    return home / certificate_store.FOLDER / ASKED / f"{kid}.json"


def _certificate_file(home: Path, kid: str) -> Path:
    return home / certificate_store.FOLDER / GIVEN / f"{kid}.pem"
