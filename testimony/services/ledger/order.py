"""Find the places of ledger entries in central's log as this desk mirrors it, and the entries that are missing here.

The log decides the order: a desk that read it cannot be shown another order without noticing (docs/sync.md, "Two
stories").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.roles import Audience, Role
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.roster import ACTIVE, Roster
from testimony.sealing.testimony.annex import parse_annex
from testimony.services.custody import log as custody_log
from testimony.services.ledger.errors import LedgerIncomplete
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.records import queries as record_queries
from testimony.store.models.log import ASIDE, LogHead, LogLeaf
from testimony.store.models.records import RecordRow

AT_ONCE = 5000
WHY = {"not_for_you": "closed", "incomplete": "missing", "newer_version": "newer", "altered": "damaged"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """(which log, position in it), and the day that central wrote next to it."""

    at: tuple[int, int]
    day: date


@dataclass(frozen=True, kw_only=True)
class Rosters:
    """The rosters in log order: (place, roster), oldest first."""

    placed: tuple[tuple[tuple[int, int], Roster], ...]
    latest: Roster

    def at(self, place: tuple[int, int] | None) -> Roster:
        """The roster in force when central logged something at `place`; the current one if it has not."""
        if place is None:
            return self.latest
        return next((roster for at, roster in reversed(self.placed) if at <= place), self.placed[0][1])

    def may(self, kid: str, place: tuple[int, int] | None) -> bool:
        """Whether it was the key of an active coordinator at that place."""
        entry = self.at(place).signer(kid)
        return entry is not None and entry.role == Role.COORDINATOR and entry.status == ACTIVE


def logs(chain: RosterChain) -> list[str]:
    """The logs that define the order: of every central of every roster, oldest first."""
    found: dict[str, None] = {}
    for roster in reversed(chain.rosters):
        for device in roster.devices:
            if device.kind == "central":
                found |= dict.fromkeys(key.kid for key in device.keys if key.alg == "ed25519")
    return list(found)


def places(chain: RosterChain, session: Session, names: Collection[str], kind: str = "received") -> dict[str, Place]:
    """The place of each of the records `names`; those that have not come back from central are left out."""
    found: dict[str, Place] = {}
    wanted = sorted(names)
    for number, log in enumerate(logs(chain)):
        for start in range(0, len(wanted), AT_ONCE):
            rows = custody_log.mirror_find_all(session, log, wanted[start : start + AT_ONCE], kind)
            for ref, (position, entry) in rows.items():
                said = canonical.decode_object(entry)
                if said["ref"] == ref:  # what is signed, not the column next to it
                    day = date.fromisoformat(str(said["day"]))
                    found.setdefault(ref, Place(at=(number, position), day=day))
    return found


def rosters(chain: RosterChain, session: Session) -> Rosters:
    """The rosters from central's log, after the oldest one known here."""
    known = {roster.sha256: roster for roster in chain.rosters}
    placed = places(chain, session, known, "roster")
    ordered = sorted(((place.at, known[name]) for name, place in placed.items()), key=lambda one: (one[0], one[1].no))
    newest: list[tuple[tuple[int, int], Roster]] = [((-1, -1), chain.rosters[-1])]
    for at, roster in ordered:
        if roster.no >= newest[-1][1].no:  # a log that began again may bring old ones late, which stay out of force
            newest.append((at, roster))
    return Rosters(placed=tuple(newest), latest=chain.latest)


def require_complete(
    chain: RosterChain, session: Session, annexes: AnnexIndex, named: Iterable[str], settled: Collection[str] = ()
) -> None:
    """Raise `LedgerIncomplete` if a coordinator's entry is missing or does not open here, and is not `settled`.

    `named`: what other entries refer to. A damaged entry, or one that only its author could open, counts if it is named
    there or in central's log. An entry that was never logged never counted.
    """
    closed = {name: why for name, why in closed_entries(chain, session, annexes).items() if name not in settled}
    stops = [WHY[why] for why in closed.values() if why != "altered"]
    stops += ["damaged" for name in named if closed.get(name) == "altered"]
    stops += ["missing"] * _is_unbrought(chain, session)
    for reason in ("missing", "newer", "closed", "damaged"):
        if reason in stops:
            raise LedgerIncomplete(reason)


def closed_entries(chain: RosterChain, session: Session, annexes: AnnexIndex) -> dict[str, str]:
    """Name -> why it stays closed, for coordinators' annexes that are sealed to coordinators alone."""
    why = annexes.closed_names()
    records = record_queries.records_of(session, why)
    return {name: why[name] for name, record in records.items() if _may_be_entry(chain, record)}


def _may_be_entry(chain: RosterChain, record: SignedRecord) -> bool:
    try:
        annex = parse_annex(record)
    except (Refused, NotCanonical):
        return False
    return set(annex.part.heads) == {Audience.COORDINATORS} and annex.by in _coordinators(chain)


def _coordinators(chain: RosterChain) -> set[str]:
    """The kids of everybody who was ever one."""
    people = (person for roster in chain.rosters for person in roster.people)
    return {key.kid for person in people if person.role == Role.COORDINATOR for key in person.keys}


def _is_unbrought(chain: RosterChain, session: Session) -> bool:
    """Whether central's log says that it received something from a coordinator that was not delivered here."""
    here = select(RecordRow.name).where(RecordRow.name == LogLeaf.ref)
    of_logs = (LogLeaf.log.in_(logs(chain)), LogLeaf.kind == "received", ~here.exists())
    entries = session.scalars(select(LogLeaf.entry).where(*of_logs))
    by = {str(canonical.decode_object(entry)["by"]) for entry in entries if entry is not None}
    return not by.isdisjoint(_coordinators(chain))


def newest(chain: RosterChain, session: Session) -> tuple[int, int]:
    """The place of the newest entry of central's log that is mirrored here; before all others where there is none."""
    sizes = {number: custody_log.mirror_size(session, log) for number, log in enumerate(logs(chain))}
    number = max((one for one, size in sizes.items() if size), default=0)
    return number, sizes.get(number, 0) - 1


def come_after(chain: RosterChain, session: Session, place: tuple[int, int], *kinds: str) -> frozenset[str]:
    """The records of these kinds here that are not in central's log, or came to it after `place`."""
    number, position = place
    earlier = logs(chain)[: number + 1]
    in_time = or_(LogLeaf.log.in_(earlier[:number]), LogLeaf.no <= position)
    came = exists().where(LogLeaf.ref == RecordRow.name, LogLeaf.log.in_(earlier), LogLeaf.kind == "received", in_time)
    wanted = select(RecordRow.name).where(RecordRow.kind.in_(kinds), ~came)
    return frozenset(session.scalars(wanted))


def come_by(
    chain: RosterChain,
    session: Session,
    names: Collection[str],
    place: tuple[int, int],
    settlements: Iterable[Collection[str]] = (),
) -> frozenset[str]:
    """Those of `names` that were in central's log by `place`, or whose place is unknown.

    `settlements`: the pair of records of each settlement that holds something back. An entry that came before both of
    them in a log from before central was restored stays held back, wherever it is now.
    """
    known = places(chain, session, names)
    found = {name for name in names if name not in known or known[name].at <= place}
    for words in settlements:
        for log in session.scalars(select(LogHead.log).where(LogHead.log.startswith(ASIDE))).all():
            found |= _before(session, log, words, names)
    return frozenset(found)


def _before(session: Session, log: str, words: Collection[str], names: Collection[str]) -> set[str]:
    """Those of `names` that came before the last of `words` in a log that was set aside and contains all of `words`."""
    said = _numbers(session, log, words)
    if len(said) < len(words):
        return set()
    return {name for name, number in _numbers(session, log, names).items() if number < max(said.values())}


def _numbers(session: Session, log: str, names: Collection[str]) -> dict[str, int]:
    """The positions in one log where the records `names` were received."""
    found, wanted = dict[str, int](), sorted(names)
    for start in range(0, len(wanted), AT_ONCE):
        rows = custody_log.mirror_find_all(session, log, wanted[start : start + AT_ONCE], "received")
        found |= {ref: no for ref, (no, entry) in rows.items() if canonical.decode_object(entry)["ref"] == ref}
    return found
