"""Make an export of testimonies at a lawyer's desk, seal it to its reader, and open it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.exports.approval import Proposal
from testimony.publication.exports import package
from testimony.publication.exports.package import About
from testimony.sealing.age import age
from testimony.sealing.age.stream import CHUNK, Decrypting
from testimony.sealing.errors import CannotOpen
from testimony.services.custody import log as custody_log
from testimony.services.exports import accounts as export_accounts
from testimony.services.exports import approvals
from testimony.services.exports.errors import ExportRefused
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.station.station import Station

EXPORT: Final = "export"
"""How the register of what left names an export."""
SEALED: Final = ".age"
LEFT: Final = {
    "gone": "withdrawn or set aside",
    "unreadable": "its consent cannot be read at this desk",
    "not_asked": "the witness was not asked about this use",
    "undecided": "the witness did not decide about this use",
    "refused": "the witness said no",
    "withdrawn": "the witness withdrew the consent",
    "invalid": "the consent does not count",
    "erased": "the witness had it erased",
    "expired": "the consent has ended",
    "needed": "another consent that this use needs does not stand",
    "on_hold": "the consent is on hold",
    "name": "the name may not be shown in full: make a case file instead",
    "altered": "its seal does not hold",
    "not_form": "its questionnaire is not at this desk",
    "not_chosen": "not chosen",
}
"""Reason -> why a testimony is not in an export, in words, for files and for the command line."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """An export. `name`: of its file, which names nobody. `tids`: what it contains. `left`: as `Gathered.left`."""

    data: bytes
    name: str
    tids: tuple[str, ...]
    left: Mapping[str, int]


def use_of(text: str) -> Key:
    """The use that a form or a command writes as "P04 RECIPIENT". Raises `ExportRefused("use")`."""
    purpose, _, recipient = text.strip().partition(" ")
    found = next((one for one in export_accounts.USES if one == purpose), None)
    if found is None or not recipient.strip():
        raise ExportRefused("use")
    return Key(Purpose(found), recipient.strip())


def make(
    station: Station,
    session: Session,
    reader: Reader,
    use: Key,
    kind: str,
    *,
    annexes: AnnexIndex,
    at: date,
    only: frozenset[str] | None = None,
) -> Made:
    """Make a file of the kind `kind`, a key of `package.ENDINGS`. `only`: as for `accounts.gather`.

    Each testimony in it gets entries `opened` and `exported` in this desk's log. Raises `ExportRefused`: form, nothing,
    role, use, large, second.
    """
    export_accounts.require_possible(reader, use)
    approvals.require_free(station, session, reader, annexes, at=at)
    return _make(station, session, reader, use, kind, annexes=annexes, at=at, only=only)


def make_approved(
    station: Station, session: Session, reader: Reader, id: str, *, annexes: AnnexIndex, at: date
) -> tuple[Made, Proposal]:
    """Make what a second lawyer approved, of those testimonies that consent still covers on the day `at`.

    Raises `ExportRefused` as `make`, and unknown, waiting, declined, expired.
    """
    said = approvals.require_approved(station, session, reader, annexes, id, at=at)
    only = frozenset(said.tids)
    return _make(station, session, reader, said.use, said.form, annexes=annexes, at=at, only=only), said


def _make(
    station: Station,
    session: Session,
    reader: Reader,
    use: Key,
    kind: str,
    *,
    annexes: AnnexIndex,
    at: date,
    only: frozenset[str] | None,
) -> Made:
    if kind not in package.ENDINGS:
        raise ExportRefused("form")
    found = export_accounts.gather(station, session, reader, use, annexes=annexes, at=at, only=only)
    if not found.accounts:
        raise ExportRefused("nothing")
    for account in found.accounts:
        record = next(one for one in record_queries.records_about(session, account.id) if one.kind == "manifest")
        custody_log.append(session, kind="exported", ref=record.id, by=reader.id, day=at.isoformat())
    about = About(
        purpose=str(use.purpose),
        recipient=use.recipient,
        by=reader.id,
        day=at.isoformat(),
        left={LEFT.get(why, why): number for why, number in found.left.items()},
    )
    return Made(
        data=package.write(kind, found.accounts, found.forms, about),
        name=f"testimonies-{kind}-{at.isoformat()}.{package.ENDINGS[kind]}",
        tids=tuple(account.id for account in found.accounts),
        left=found.left,
    )


def seal(reader: Reader, data: bytes) -> bytes:
    """`data` as an age file that only this reader's key opens."""
    key = age.new_file_key()
    return age.seal_head(key, [reader.key.recipient], 1) + age.seal_body(key, data)


def unseal(reader: Reader, source: BinaryIO, put: Callable[[bytes], object]) -> None:
    """Open the sealed file `source` and pass it to `put` piece by piece. Discard the pieces if this raises.

    Raises `ExportRefused("sealed")`.
    """
    try:
        opened = Decrypting(age.open_head(age.read_head(source), reader.key), source)
        while piece := opened.read(CHUNK):
            put(piece)
    except CannotOpen as error:
        raise ExportRefused("sealed") from error
