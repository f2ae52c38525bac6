"""The organisations that lawyers know: each with the root whose six words somebody compared, and its newest roster."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.consent.offers import offers
from testimony.domain.consent.purposes import Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.handover.acts import LONGEST, PARTNER, Known
from testimony.domain.roles import Role
from testimony.errors import NotCanonical
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.roster.errors import RosterRefused
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import late_grants
from testimony.services.handover import standings
from testimony.services.handover.errors import HandoverRefused
from testimony.services.opening.annexes import NOWHERE, AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review.cases import READERS
from testimony.station.station import Station

LONGEST_NAME: Final = 100


@dataclass(frozen=True, kw_only=True)
class Partner:
    """Another organisation. `chain`: its root, later roots and newest roster. `ids`: of the notes about it.

    `recipient`: as `Known.recipient`. `by`: who compared the words last, by the id in the roster.
    """

    name: str
    chain: RosterChain
    recipient: str
    by: str
    day: date
    ids: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        return self.chain.fingerprint

    @property
    def words(self) -> str:
        """The six words of its root."""
        return fingerprint_words(self.chain.fingerprint)


def known(station: Station, annexes: AnnexIndex) -> list[Partner]:
    """All of them by name, each with the newest roster that a lawyer noted. `annexes`: refreshed before."""
    said = [found for one in annexes.of_kind(PARTNER) if (found := _said(station, one.content, one.by)) is not None]
    gone = {id for one, _, _ in said for id in one.forgotten}
    by_root: dict[str, list[tuple[Known, RosterChain, str]]] = {}
    for one, chain, by in said:
        if one.id not in gone and one.rosters:
            by_root.setdefault(chain.fingerprint, []).append((one, chain, by))
    return sorted((_partner(found) for found in by_root.values()), key=lambda one: (one.name, one.fingerprint))


def find(station: Station, annexes: AnnexIndex, fingerprint: str) -> Partner:
    """Raises `HandoverRefused("stranger")`."""
    found = next((one for one in known(station, annexes) if one.fingerprint == fingerprint), None)
    if found is None:
        raise HandoverRefused("stranger", words=fingerprint_words(fingerprint))
    return found


def named(station: Station, annexes: AnnexIndex, words: str) -> Partner:
    """By the six words of its root. Raises `HandoverRefused("words")`."""
    found = next((one for one in known(station, annexes) if one.words == _plain(words)), None)
    if found is None:
        raise HandoverRefused("words")
    return found


def require_lasting(partner: Partner, day: date) -> None:
    """Raise `HandoverRefused("expired")` if its newest roster that is known here ended before `day`."""
    if partner.chain.latest.expired(day.isoformat()):
        raise HandoverRefused("expired", day=partner.chain.latest.expires)


def require_alone(station: Station, annexes: AnnexIndex, partner: Partner) -> None:
    """Raise `HandoverRefused("taken")` if its use is another organisation's too: witnesses were told of one.

    Two desks may have noted it for one each before they exchanged.
    """
    of_use = {one.fingerprint for one in known(station, annexes) if one.recipient == partner.recipient}
    if partner.recipient and of_use - {partner.fingerprint}:
        raise HandoverRefused("taken")


def recipients(station: Station) -> dict[str, object]:
    """Recipient of P15 in the roster in force -> its name for witnesses."""
    found = offers(station.chain.latest.organisation)
    return {one.recipient: one.name for one in found if one.purpose is Purpose.HANDOVER}


def note(
    station: Station,
    reader: Reader,
    annexes: AnnexIndex,
    chain: RosterChain,
    *,
    words: str,
    name: str,
    recipient: str,
    day: date,
) -> Partner:
    """Note an organisation, or its newer rosters. `words`: the six words that a person there read out.

    `chain`: all that its trust bundle proves. Raises `HandoverRefused` (role, words, own, name, use, taken, older,
    expired, many), `StationKeyless`.
    """
    require_lawyer(reader)
    name = " ".join(name.split())
    if _plain(words) != fingerprint_words(chain.fingerprint):
        raise HandoverRefused("words")
    if chain.fingerprint == station.chain.fingerprint:
        raise HandoverRefused("own")
    if not 0 < len(name) <= LONGEST_NAME:
        raise HandoverRefused("name")
    if recipient and recipient not in recipients(station):
        raise HandoverRefused("use")
    if chain.latest.expired(day.isoformat()):
        raise HandoverRefused("expired", day=chain.latest.expires)
    found = Partner(name=name, chain=chain, recipient=recipient, by=reader.id, day=day, ids=())
    require_alone(station, annexes, found)
    same = [one for one in known(station, annexes) if one.fingerprint == chain.fingerprint]
    for one in same:
        require_no_older(one, chain)
    rosters = write(chain)
    if len(rosters) > LONGEST:
        raise HandoverRefused("many")
    said = Known(
        id=os.urandom(16).hex(),
        name=name,
        rosters=rosters,
        recipient=recipient,
        day=day,
        forgotten=tuple(id for one in same for id in one.ids),
    )
    _keep(station, reader, said)
    return replace(found, ids=(said.id,))


def forget(station: Station, reader: Reader, annexes: AnnexIndex, partner: Partner, *, day: date) -> None:
    """Nothing is handed over to it and nothing taken from it any more.

    Raises `HandoverRefused`: role, open while the end of a hand-over could not be told or heard any more.
    """
    with station.database.reading() as session:
        held = standings.read(station, session, reader, annexes, at=day)
    if any(one.other == partner.fingerprint and one.state in standings.OPEN for one in held.each):
        raise HandoverRefused("open")
    _keep(
        station,
        reader,
        Known(id=os.urandom(16).hex(), name=partner.name, rosters="", recipient="", day=day, forgotten=partner.ids),
    )


@contextmanager
def current(station: Station, reader: Reader, annexes: AnnexIndex, day: date) -> Iterator[Session]:
    """A session for a lawyer whose desk knows of every withdrawal. Raises `HandoverRefused`: role, unseen, ended."""
    require_lawyer(reader)
    if station.chain.latest.expired(day.isoformat()):
        raise HandoverRefused("ended", day=station.chain.latest.expires)
    with station.database.reading() as session:
        annexes.refresh(station, session, reader)
        if not late_grants.is_current(session, day) or annexes.closed("incomplete"):
            raise HandoverRefused("unseen")
        yield session


def require_lawyer(reader: Reader) -> None:
    """Raise `HandoverRefused("role")` for anybody else."""
    if reader.role is not Role.LAWYER:
        raise HandoverRefused("role")


def require_no_older(partner: Partner, chain: RosterChain) -> None:
    """Raise `HandoverRefused("older")` if `chain` ends before what is known of `partner`: its readers may have left."""
    here, there = partner.chain.latest, chain.latest
    if there.no < here.no or (there.no == here.no and there.sha256 != here.sha256):
        raise HandoverRefused("older")


def write(chain: RosterChain) -> str:
    """The root of `chain`, its later roots and its newest roster, as `read` takes them."""
    roots = [one for one in chain.records if one.kind == "root"]
    newest = next(one for one in reversed(chain.records) if one.kind == "roster")
    records = [one.encode().decode() for one in (*roots, newest)]
    return canonical.encode({"root": chain.roots[-1].data.decode(), "records": records}).decode()


def read(rosters: str) -> RosterChain:
    """What `write` wrote, proven by its own first root. Raises `RosterRefused`."""
    try:
        value = canonical.decode_object(rosters.encode())
        root, records = value.get("root"), value.get("records")
        if set(value) != {"root", "records"} or not isinstance(root, str) or not isinstance(records, list):
            raise RosterRefused("structure")
        chain = RosterChain(Root.parse(root.encode()), [SignedRecord.decode(str(one).encode()) for one in records])
    except (NotCanonical, UnicodeEncodeError) as error:
        raise RosterRefused("structure") from error
    _ = chain.latest  # there is one
    return chain


def _said(station: Station, content: Mapping[str, Any], by: str) -> tuple[Known, RosterChain, str] | None:
    """What a lawyer noted, with the proof and the lawyer; None for what cannot be read or is somebody else's."""
    entry = station.chain.signer(by)
    try:
        said = Known.parse(content)
        chain = read(said.rosters) if said.rosters else station.chain
    except (EventUnreadable, RosterRefused):
        return None
    return (said, chain, entry.id) if entry is not None and entry.role == Role.LAWYER else None


def _partner(found: Iterable[tuple[Known, RosterChain, str]]) -> Partner:
    """Of several notes the one with the newest roster counts; of those of one roster the one that was made last."""
    each = sorted(found, key=lambda one: (one[1].latest.no, one[0].day, one[0].id))
    said, chain, by = each[-1]
    return Partner(
        name=said.name,
        chain=chain,
        recipient=said.recipient,
        by=by,
        day=said.day,
        ids=tuple(one.id for one, _, _ in each),
    )


def _keep(station: Station, reader: Reader, said: Known) -> None:
    Known.parse(said.to_value())  # every other desk can read it
    record, items = consent_acts.seal_content(
        station.chain.latest, reader, NOWHERE, said.to_value(), day=said.day, audiences=READERS
    )
    consent_acts.keep(station, reader, items, [("said", record.id)], said.day)


def _plain(words: str) -> str:
    return " ".join(words.lower().split())
