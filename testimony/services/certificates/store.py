"""Keep the certificate files that phones trust: the authority, a node's request, and the certificate in force.

At headquarters a folder holds `ca.crt` (the root as PEM) and `ca.key.age` (its key, encrypted with a passphrase as
stock age does). A node keeps `home/tls/next.key` for a pending request, and `home/tls/node.pem` in force: key,
certificate and root in one file, so that a power cut leaves either the old three or the new three. Commands that run
beside the node take a lock (`home/tls.lock`), since two writers of one file would leave halves of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from testimony.certificates.authority import LABEL, LEAF_DAYS, Authority, describe, pem, private_pem
from testimony.certificates.errors import CertificateRefused
from testimony.certificates.identity import Identity, read_key, signed_pem
from testimony.certificates.request import Request, key_fingerprint
from testimony.certificates.scope import HOTSPOT, NAME, Address, Scope, read_address
from testimony.sealing.age import age
from testimony.sealing.keys.passphrase import normalised
from testimony.sealing.keys.wordlist import propose_passphrase
from testimony.services.certificates.errors import (
    CertificateMissing,
    FileTaken,
    FileUnreadable,
    RequestMissing,
    StationRoleWrong,
)
from testimony.settings import Settings
from testimony.store.errors import StoreLocked, StoreUnwritable
from testimony.store.files import durable
from testimony.store.files.lock import HomeLock

ROOT, ROOT_KEY = "ca.crt", "ca.key.age"
FOLDER, IN_FORCE, NEXT_KEY, LOCK = "tls", "node.pem", "next.key", "tls.lock"
PINNED = "authority.crt"  # the authority that the roster names, if it names one
SOON = 21  # days before its end from which a certificate is reported as ending
WORK = 18  # log2 of scrypt's cost, as for key files
TURN = 10.0  # seconds to wait for another process that uses a station's certificates


@dataclass(frozen=True)
class MadeAuthority:
    """What is shown once, and what is compared."""

    passphrase: str
    root_pem: bytes


def make_authority(folder: Path, scope: Scope, *, now: datetime, label: str = LABEL, work: int = WORK) -> MadeAuthority:
    """Make an authority in `folder`. Raises `FileTaken` if there is one, `CertificateRefused` ("scope")."""
    authority = Authority.create(scope, now=now, label=label)
    passphrase = propose_passphrase()
    sealed = age.passphrase_seal(normalised(passphrase), authority.key_pem, work)
    with durable.named_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (ROOT_KEY, ROOT):
            if (folder / name).exists():
                raise FileTaken(file=str(folder / name))
        try:
            durable.replace_file(folder / ROOT_KEY, sealed)  # first: a root without its key would be useless
            durable.replace_file(folder / ROOT, pem(authority.certificate))
        except OSError:
            (folder / ROOT_KEY).unlink(missing_ok=True)
            raise
    return MadeAuthority(passphrase, pem(authority.certificate))


def open_authority(folder: Path, passphrase: str) -> Authority:
    """Open the authority in `folder`. Raises `FileUnreadable`, `PassphraseWrong`, `KeyFileDamaged`,
    `CertificateRefused` ("pair").
    """
    root, sealed = read(folder / ROOT), read(folder / ROOT_KEY)
    return Authority.load(root, age.passphrase_open(normalised(passphrase), sealed))


def sign(authority: Authority, request: Request, *, now: datetime, days: int = LEAF_DAYS) -> bytes:
    """Sign a request. Returns what goes back to the node. Raises `CertificateRefused`."""
    return signed_pem(authority.sign(request, now=now, days=days), authority.certificate)


def ask(home: Path, *, name: str = NAME, addresses: Sequence[Address] | None = None) -> bytes:
    """A request of the node in `home`, as PEM. Its key is kept here; a second call uses the same key.

    Raises `StationRoleWrong`, `CertificateRefused` ("scope").
    """
    require_field(home)
    wanted = [read_address(HOTSPOT)] if addresses is None else addresses
    pending = home / FOLDER / NEXT_KEY
    with turn(home):
        key = read_key(read(pending)) if pending.exists() else ec.generate_private_key(ec.SECP256R1())
        request = Request.make(key, name, wanted)
        if not pending.exists():
            with durable.named_errors(home):
                pending.parent.mkdir(exist_ok=True, mode=0o700)
                durable.replace_file(pending, private_pem(key))
    return request


def ask_again(home: Path) -> bytes:
    """A request with a new key and the names of the certificate in force. Raises `CertificateMissing`."""
    held = required(home)
    return ask(home, name=held.name, addresses=held.addresses)


def install(home: Path, signed: bytes, *, now: datetime, new_authority: bool = False) -> Identity:
    """Put into force what headquarters signed for the pending key. A certificate already in force is accepted again.

    Raises `RequestMissing`, `CertificateRefused` ("certificate", "chain", "key", "ended", "other-authority").
    """
    require_field(home)
    with turn(home):
        held = installed(home)
        if not (home / FOLDER / NEXT_KEY).exists():
            return _taken_before(held, signed)
        new = Identity.join(next_key(home), signed)
        if new.has_ended(now):
            raise CertificateRefused("ended", day=new.ends.date().isoformat())
        known = {held.fingerprint} if held is not None else _pinned(home)
        if known and new.fingerprint not in known and not new_authority:
            raise CertificateRefused("other-authority")
        put_in_force(home, new)
    return new


def pin(home: Path, root_pem: bytes) -> None:
    """Store the authority that the organisation's roots named: a first certificate must come from it."""
    file = home / FOLDER / PINNED
    with durable.named_errors(home):
        file.parent.mkdir(exist_ok=True, mode=0o700)
        if not file.exists() or file.read_bytes() != root_pem:
            durable.replace_file(file, root_pem)


def _pinned(home: Path) -> set[str]:
    """The fingerprint of the pinned authority; empty if there is none."""
    file = home / FOLDER / PINNED
    return {describe(read(file)).fingerprint} if file.exists() else set()


def put_in_force(home: Path, new: Identity) -> None:
    """Put it into force with one rename, then delete the pending key. The caller must hold the `turn`."""
    with durable.named_errors(home):
        durable.replace_file(home / FOLDER / IN_FORCE, new.encode())
        forget_next_key(home)


def next_key(home: Path) -> ec.EllipticCurvePrivateKey:
    """The pending key. Raises `RequestMissing`, `CertificateRefused` ("certificate")."""
    pending = home / FOLDER / NEXT_KEY
    if not pending.exists():
        raise RequestMissing
    return read_key(read(pending))


def forget_next_key(home: Path) -> None:
    """Delete the pending key: it is in force, or nothing is pending. Raises `OSError`."""
    pending = home / FOLDER / NEXT_KEY
    pending.unlink(missing_ok=True)
    durable.sync_folder(pending.parent)


@contextmanager
def turn(home: Path) -> Iterator[None]:
    """Lock: one process, and in it one thread, at a time. Raises `StoreLocked` when the wait times out."""
    with durable.named_errors(home):
        lock = HomeLock(home / LOCK)
    try:
        if not lock.wait(TURN):
            raise StoreLocked
        yield
    finally:
        lock.release()


def _taken_before(held: Identity | None, signed: bytes) -> Identity:
    """Whether this certificate is in force already, because a power cut came before that was reported. Then report it
    again.
    """
    if held is None:
        raise RequestMissing
    try:
        if Identity.join(held.key, signed).leaf == held.leaf:
            return held
    except CertificateRefused as error:
        if error.reason != "key":
            raise
    raise RequestMissing


def installed(home: Path) -> Identity | None:
    """The certificate in force at the node in `home`; None if there is none. Raises `CertificateRefused`,
    `FileUnreadable`.
    """
    file = in_force(home)
    return Identity.parse(read(file)) if file.exists() else None


def required(home: Path) -> Identity:
    """The same. Raises `CertificateMissing` if there is none."""
    held = installed(home)
    if held is None:
        raise CertificateMissing
    return held


def in_force(home: Path) -> Path:
    """The file that a TLS server reads."""
    return home / FOLDER / IN_FORCE


def waiting(home: Path) -> str:
    """The fingerprint of the pending key; empty if there is none."""
    pending = home / FOLDER / NEXT_KEY
    return key_fingerprint(read_key(read(pending)).public_key()) if pending.exists() else ""


def require_field(home: Path) -> None:
    """Raise `StationRoleWrong` unless `home` is a field node's."""
    role = Settings.load(home).role
    if role != "field":
        raise StationRoleWrong(folder=str(home), role=role, wanted="field node")


def read(file: Path) -> bytes:
    """Read a file. Raises `FileUnreadable`."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error


def require_free(file: Path) -> None:
    """Raise `FileTaken` if something is there."""
    if file.exists():
        raise FileTaken(file=str(file))


def write_new(file: Path, data: bytes) -> None:
    """Write a new file, in full or not at all. Raises `FileTaken`, `StoreUnwritable`, `StoreFull`, `StoreFailing`."""
    with durable.named_errors(file.parent):
        require_free(file)
        if not file.parent.is_dir():
            raise StoreUnwritable(folder=str(file.parent))
        durable.replace_file(file, data)
