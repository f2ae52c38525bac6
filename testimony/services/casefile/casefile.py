"""Build a case file: chosen testimonies for a court or an expert, as far as consent covers it today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key, Purpose, prerequisites
from testimony.domain.review.attachment import Signed
from testimony.domain.review.case import CASES
from testimony.domain.roles import Role
from testimony.domain.testimony import redaction
from testimony.domain.testimony.languages import DOCUMENTS
from testimony.domain.testimony.redaction import Burner, Mark, Segments
from testimony.sealing import verification
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.verification import Holds
from testimony.services.casefile import attachment_list, corroboration, people, redacted_text, witness_names
from testimony.services.casefile import codes as casefile_codes
from testimony.services.casefile import pictures as casefile_pictures
from testimony.services.casefile.codes import CaseCodes
from testimony.services.casefile.corroboration import Corroboration
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.casefile.people import People
from testimony.services.casefile.redacted_text import Account
from testimony.services.casefile.witness_names import NAMES
from testimony.services.consent import usable
from testimony.services.consent.consents import ConsentLine, Consents
from testimony.services.custody import log as custody_log
from testimony.services.custody import receptions
from testimony.services.opening import compartments
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.testimony import view as testimony_view
from testimony.services.testimony.view import Opened
from testimony.services.wordings import questionnaires
from testimony.station.station import Station

MOST: Final = 50
LANGUAGES: Final = DOCUMENTS
GONE, UNREADABLE, ALTERED, CLOSED = "gone", "unreadable", "altered", "closed"
"""Why a testimony is in no case file, whatever its consent says."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is requested. `name`: the most that names may show. `marks`: by testimony. `pictures`: whether to include
    them. `persons`: names of persons of the roster, by their ID there.
    """

    case: Key
    tids: tuple[str, ...]
    lang: str
    name: str = NAMES[0]
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    pictures: bool = False  # pictures cannot be redacted
    persons: Mapping[str, str] = field(default_factory=dict)

    def require_possible(self) -> None:
        """Raise `CaseFileRefused` if the request is impossible."""
        if self.case.purpose not in CASES:
            raise CaseFileRefused("purpose")
        if self.lang not in LANGUAGES or self.name not in NAMES:
            raise CaseFileRefused("language")
        if not self.tids:
            raise CaseFileRefused("none")
        if len(self.tids) > MOST:
            raise CaseFileRefused("many")
        if len(set(self.tids)) < len(self.tids) or not set(self.marks) <= set(self.tids):
            raise CaseFileRefused("marks")


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Why `tid` cannot be in the file: `why`, or the consents that are `missing`, each with its state (None: not
    asked).
    """

    tid: str
    why: str = ""
    missing: tuple[tuple[Key, ConsentLine | None], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """The place in central's log: entry `position` of the log `origin`, under the signed head (`size`, `root`)."""

    origin: str
    position: int
    size: int
    root: str


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One testimony. `name`: as it may be shown; None: not at all. `agreed`: the consent that covers this use.

    `born`: the date of birth, if the name is shown in full; else empty.
    """

    opened: Opened
    manifest: Manifest
    codes: CaseCodes
    name: Segments | None
    born: str
    accounts: tuple[Account, ...]
    remarks: tuple[Account, ...]
    agreed: tuple[ConsentLine, ...]
    place: Place | None
    burner: Burner
    pictures: Mapping[int, bytes]  # number of the medium -> PNG

    @property
    def is_redacted(self) -> bool:
        texts = (one for account in (*self.accounts, *self.remarks) for one in account.passages)
        return bool(self.codes.hidden) or any(one.is_burnt for one in texts)


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """The content of the file, before it is put in words."""

    order: Order
    by: str
    day: date
    people: People
    organisations: tuple[Mapping[str, Any], ...]
    exhibits: tuple[Exhibit, ...]
    corroborations: Mapping[str, tuple[Corroboration, ...]]
    attached: tuple[Signed, ...] = ()


def lacking(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, case: Key, tids: Iterable[str], *, at: date
) -> list[Lacking]:
    """Those of `tids` that consent does not cover for `case` at `at`. `annexes`: refreshed before."""
    found = []
    for tid in tids:
        stands = usable.one_of(station, session, reader, tid, annexes, at=at)
        one = Lacking(tid=tid, why=GONE) if stands is None else _lacking(stands, case)
        found += [one] if one else []
    return found


def gather(
    station: Station, session: Session, reader: Reader, order: Order, *, annexes: AnnexIndex, at: date
) -> CaseFile | list[Lacking]:
    """Build the file, or say why there is none. This desk's own log records that each testimony was opened and
    exported.

    Raises `CaseFileRefused`, `TestimonyUnknown`.
    """
    if reader.role is not Role.LAWYER:
        raise CaseFileRefused("role")
    order.require_possible()
    named = _people(station, order)
    annexes.refresh(station, session, reader)
    refused = lacking(station, session, reader, annexes, order.case, order.tids, at=at)
    if refused:
        return refused
    opened = [
        testimony_view.open_testimony(station, session, reader, tid, at=at, annexes=annexes) for tid in order.tids
    ]
    refused = [Lacking(tid=one.tid, why=why) for one in opened if (why := _unsound(one))]
    if refused:
        return refused
    told = {one.tid: texts(station, annexes, one) for one in opened}
    marked = [word for tid, marks in order.marks.items() for word in redacted_text.words_marked(told[tid], marks)]
    shown = {one.tid: witness_names.shown(one, order.case, order.name) for one in opened}
    hidden = [name for one in opened if shown[one.tid] != NAMES[0] for name in witness_names.names_of(one)]
    words = redaction.words_of(marked)
    burner = Burner(tuple(dict.fromkeys((*words, *redaction.name_words(hidden)))))  # one may identify another
    exhibits = tuple(
        _exhibit(
            station, session, reader, annexes, order, one,
            told=told[one.tid], shown=shown[one.tid], marked=Burner(words), burner=burner,
        )
        for one in opened
    )  # fmt: skip
    for one in opened:
        custody_log.append(session, kind="exported", ref=one.manifest, by=reader.id, day=at.isoformat())
    organisations = tuple(roster.organisation for roster in station.chain.rosters)
    return CaseFile(
        order=order,
        by=reader.id,
        day=at,
        people=named,
        organisations=organisations,
        exhibits=exhibits,
        corroborations=corroboration.read(station, session, reader, annexes, order.case, order.tids, at=at),
        attached=attachment_list.of_file(station, annexes, order.case, order.tids),
    )


def texts(station: Station, annexes: AnnexIndex, opened: Opened) -> list[Account]:
    """All texts in which words can be marked for redaction."""
    return [*redacted_text.accounts(station, annexes, opened), *redacted_text.remarks(opened)]


def codes(station: Station, annexes: AnnexIndex, opened: Opened) -> CaseCodes:
    """The coded answers, each of which can be redacted whole."""
    return casefile_codes.read_codes(
        station, annexes, opened, questionnaires.find(station.settings.home, opened.form_sha256)
    )


def people_in(opened: Opened, codes: CaseCodes, accounts: Iterable[Account]) -> list[str]:
    """The persons of the roster whom the file names for a testimony: who took it down, translated it, corrected it."""
    took = [opened.attestation.person_id] if opened.attestation else []
    signed = [one.signer for account in accounts for one in account.beside]
    return list(dict.fromkeys((*took, *signed, *codes.signers)))


def _people(station: Station, order: Order) -> People:
    """Raise `CaseFileRefused` if a name is given to somebody whom no roster has."""
    found = People(roles=people.roles_in(station.chain), names=people.parse_names(order.persons))
    if not found.names.keys() <= found.roles.keys():
        raise CaseFileRefused("person")
    return found


def _lacking(stands: Consents, case: Key) -> Lacking | None:
    if stands.lines is None:
        return Lacking(tid=stands.tid, why=UNREADABLE)
    if case in stands.usable:
        return None
    known = {line.key: line for line in stands.lines}
    usable_purposes = {key.purpose for key in stands.usable}
    missing = [] if case in known and _is_yes(known[case]) else [(case, known.get(case))]
    for need in sorted(prerequisites(case.purpose) - usable_purposes):
        line = next((line for line in stands.lines if line.purpose is need), None)
        missing.append((line.key if line else Key(need, ""), line))
    return Lacking(tid=stands.tid, missing=tuple(missing or [(case, known.get(case))]))


def _is_yes(line: ConsentLine) -> bool:
    return line.state == "granted" and not line.on_hold


def _unsound(opened: Opened) -> str:
    narrative = opened.compartment("narrative")
    if opened.withdrawn:
        return GONE
    if opened.seal is Holds.NO:
        return ALTERED
    return CLOSED if narrative is None or narrative.content is None else ""


def _exhibit(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    order: Order,
    opened: Opened,
    *,
    told: Sequence[Account],
    shown: str,
    marked: Burner,
    burner: Burner,
) -> Exhibit:
    record = next((one for one in record_queries.records_about(session, opened.tid) if one.kind == "manifest"), None)
    if record is None:
        raise TestimonyUnknown(tid=opened.tid)
    marks = order.marks.get(opened.tid, ())
    left = [redacted_text.burnt(one, marks, burner) for one in told]
    coded = codes(station, annexes, opened)
    return Exhibit(
        opened=opened,
        manifest=compartments.parsed(record),
        codes=replace(coded, hidden=redacted_text.codes_marked(marks, coded.names)),
        name=witness_names.name(witness_names.names_of(opened), shown, marked),
        born=witness_names.born(opened) if shown == NAMES[0] else "",
        accounts=tuple(one for one in left if not one.original.id.startswith(redacted_text.REMARK)),
        remarks=tuple(one for one in left if one.original.id.startswith(redacted_text.REMARK)),
        agreed=_agreed(opened.consent, order.case),
        place=_place(station, session, record.id) if opened.is_logged else None,
        burner=burner,
        pictures=casefile_pictures.read_pictures(station, session, reader, opened) if order.pictures else {},
    )


def _agreed(stands: Consents, case: Key) -> tuple[ConsentLine, ...]:
    needs = prerequisites(case.purpose)
    naming = Key(Purpose.UN_NAME, case.recipient)
    lines = [line for line in stands.lines or () if line.usable]
    wanted = [line for line in lines if line.key == case or line.purpose in needs]
    return tuple(wanted + [line for line in lines if line.key == naming and case.purpose is Purpose.UN_CASE])


def _place(station: Station, session: Session, record: str) -> Place | None:
    """The place in central's log as mirrored here; its inclusion proof was verified."""
    entry = receptions.central_entry(session, station.chain, record)
    head = verification.verified_head(entry.note, entry.origin, entry.key) if entry and entry.note else None
    if entry is None or head is None:
        return None
    return Place(origin=entry.origin, position=entry.position, size=head.size, root=head.root.hex())
