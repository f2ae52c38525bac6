"""Detect a split view: compare signed heads of central's log that others saw with the log that this station was shown.

Central could show each station a different log. A head that travels by another channel, in a file or read aloud,
reveals that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.errors import SignatureBad
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.log import checkpoint
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.services.custody import log as custody_log
from testimony.services.custody.errors import CheckpointForeign, LogForked
from testimony.services.custody.merkle_log import MerkleLog
from testimony.store.models.log import ASIDE, OWN, SEEN, LogHead
from testimony.store.state import centrals

if TYPE_CHECKING:
    from testimony.sealing.roster.chain import RosterChain
    from testimony.station.station import Station

Verdict = Literal["same", "later", "forked"]
MOST_SEEN: Final = 64
"""Heads that wait until this station has read that far; if there are more, new ones are not stored."""
NOTE_LIMIT: Final = 4096
MOST_ENTRIES: Final = 2**31 - 1
"""Entries of a log; a head with more is not one of ours."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """A head in the form that people compare: how many entries, in which epoch, and six words for the root."""

    central: str
    size: int
    epoch: str
    words: str
    note: str


def head(station: Station, session: Session) -> Head | None:
    """The furthest verified head of central's log; at central its own. None before the first."""
    if station.settings.role == "central":
        return _head(station, custody_log.checkpoint(station.signer, session))
    notes = [custody_log.mirror_head(session, kid) for kid in custody_log.centrals(station.chain)]
    return next((_head(station, note) for note in notes if note), None)


def words_at(station: Station, session: Session, size: int) -> str | None:
    """The six words for the first `size` entries; None while fewer are known here."""
    log = OWN if station.settings.role == "central" else next(iter(custody_log.centrals(station.chain)), "-")
    tree = MerkleLog(session, log)
    return fingerprint_words(tree.root(size).hex()) if size <= tree.size() else None


def consider(station: Station, session: Session, note: str) -> Verdict:
    """Compare a head that somebody else was shown with the log as it is known here.

    "later": it covers entries, or an epoch, that are not known here yet; it is kept and checked again when they are.
    "forked" is recorded and kept: central signed two different logs. Raises `CheckpointForeign` if no central of the
    rosters signed it.
    """
    central, said = verified(station.chain, note)
    for kept in _seen(session):
        known, other = verified(station.chain, kept.checkpoint)
        if (known, other.epoch, other.size) == (central, said.epoch, said.size) and other.root != said.root:
            return _note_fork(station, session, central, note)
    log = _log_of(station, session, central, said.epoch)
    if log is None or said.size > MerkleLog(session, log).size():
        if len(_seen(session)) < MOST_SEEN:
            _keep(session, note, said.size)
        return "later"
    if MerkleLog(session, log).root(said.size) == said.root:
        return "same"
    return _note_fork(station, session, central, note)


def consider_again(station: Station, session: Session, central: str) -> None:
    """After more of the log of `central` was read, check the heads that waited for it."""
    size = MerkleLog(session, central).size()
    for kept in _seen(session):
        if kept.size <= size and verified(station.chain, kept.checkpoint)[0] == central:
            note = kept.checkpoint
            session.delete(kept)
            session.flush()
            consider(station, session, note)


def forget_waiting(station: Station, session: Session) -> None:
    """Drop the waiting heads of logs that people decided about: those set aside, and those with a proof of a fork.

    The proofs stay, and so do heads of any other log: they are compared once this station has read that far.
    """
    decided = {_of(station, kept) for kept in session.scalars(select(LogHead).where(LogHead.log.startswith(ASIDE)))}
    seen = _seen(session)
    decided |= {_of(station, kept) for kept in seen if kept.size == MOST_ENTRIES}
    for kept in seen:
        if kept.size < MOST_ENTRIES and _of(station, kept) in decided:
            session.delete(kept)


def _of(station: Station, kept: LogHead) -> tuple[str, str]:
    """The central and the epoch of a head."""
    central, said = verified(station.chain, kept.checkpoint)
    return central, said.epoch


def shown_to_others(station: Station, session: Session) -> int:
    """How many entries a central showed to somebody else beyond what it shows here, after an exchange: 0 if none.

    A central that is asked today and gives less than it signed for earlier keeps the rest back.
    """
    behind = 0
    for kept in _seen(session):
        if kept.size < MOST_ENTRIES:
            central, said = verified(station.chain, kept.checkpoint)
            if (
                central in custody_log.centrals(station.chain)
                and _log_of(station, session, central, said.epoch) == central
            ):
                behind = max(behind, said.size - MerkleLog(session, central).size())
    return behind


def forked_since(session: Session, central: str) -> str:
    """The day on which `central` was found to have signed two different logs; "" if it was not."""
    return centrals.read(session, central).forked_since or ""


def is_forked(chain: RosterChain, session: Session) -> str:
    """The kid of a central of the roster in force that signed two different logs, "" if none did."""
    return next((kid for kid in custody_log.centrals(chain) if forked_since(session, kid)), "")


def require_one_story(chain: RosterChain, session: Session) -> None:
    """Raise `LogForked` if a central of the roster in force signed two different logs."""
    kid = is_forked(chain, session)
    if kid:
        raise LogForked(station=kid)


def verified(chain: RosterChain, note: str) -> tuple[str, Checkpoint]:
    """(kid, head) of a note that a central of some roster signed. Raises `CheckpointForeign`."""
    kid = note.partition("\n")[0].removeprefix(custody_log.origin(""))
    entry = chain.signer(kid) if len(note) <= NOTE_LIMIT else None
    key = next((key for key in entry.keys if key.kid == kid), None) if entry and entry.role == "central" else None
    try:
        if key is None:
            raise SignatureBad
        said = checkpoint.verify(note, custody_log.origin(kid), key)
        if said.size > MOST_ENTRIES:
            raise SignatureBad
    except SignatureBad as error:
        raise CheckpointForeign from error
    return kid, said


def _head(station: Station, note: str) -> Head:
    central, said = verified(station.chain, note)
    words = fingerprint_words(said.root.hex())
    return Head(central=central, size=said.size, epoch=said.epoch, words=words, note=note)


def _log_of(station: Station, session: Session, central: str, epoch: str) -> str | None:
    """The name under which the log of `central` in `epoch` is stored here: followed now, or set aside."""
    if central == station.kid:
        return OWN if epoch == custody_log.epoch(session) else None
    aside = LogHead.log.startswith(ASIDE)
    for kept in session.scalars(select(LogHead).where((LogHead.log == central) | aside).order_by(LogHead.log)):
        known, said = verified(station.chain, kept.checkpoint)
        if (known, said.epoch) == (central, epoch):
            return kept.log
    return None


def _seen(session: Session) -> list[LogHead]:
    return list(session.scalars(select(LogHead).where(LogHead.log.startswith(SEEN)).order_by(LogHead.log)))


def _keep(session: Session, note: str, size: int) -> str:
    name = SEEN + canonical.sha256_hex(note.encode())[:15]
    session.merge(LogHead(log=name, size=size, checkpoint=note))
    return name


def _note_fork(station: Station, session: Session, central: str, note: str) -> Verdict:
    name = _keep(session, note, MOST_ENTRIES)  # never checked again: it is proof
    known = centrals.edit(session, central)
    known.forked_since, known.fork = station.today(), name
    custody_log.append(session, kind="forked", ref=canonical.sha256_hex(note.encode()), by=central, day=station.today())
    return "forked"
