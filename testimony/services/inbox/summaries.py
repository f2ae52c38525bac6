"""Open each testimony for the list, and keep only its codes, dates and states in memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.answer import read
from testimony.domain.coding import corrections
from testimony.domain.coding.corrections import Correction
from testimony.domain.consent import days
from testimony.domain.consent.compartments import COUNTING
from testimony.domain.consent.days import Days
from testimony.domain.consent.fold import ConsentState
from testimony.domain.consent.purposes import Purpose
from testimony.domain.release.release_line import MISSING, release_line
from testimony.domain.roles import Audience
from testimony.domain.testimony import further, inbox
from testimony.domain.testimony.languages import AUTONYMS, TRANSLATED
from testimony.domain.testimony.statement import Statement
from testimony.questionnaire.codebook import Codebook
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.media import LIST
from testimony.sealing.verification import Holds
from testimony.services.coding import coded_record
from testimony.services.consent import consents, permissions
from testimony.services.consent.consents import Consents
from testimony.services.inbox import code_labels, search
from testimony.services.inbox.code_labels import Code
from testimony.services.inbox.search import Text
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.bulk import Openings, Sealed, text_parts
from testimony.services.opening.compartments import CONSENT, ORDER, Compartment, parsed
from testimony.services.opening.errors import ENDED, NOT_AGREED
from testimony.services.opening.permission import Permission
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import media_counts
from testimony.services.review import translations
from testimony.station.station import Station

Hear = Callable[[str, str, Iterable[Text], Iterable[Code], Iterable[Text]], object]
"""(testimony, manifest, statements, codes, names of the witness): for the search index, so nothing is opened twice."""
SEALS: Final[Mapping[Holds, str]] = {Holds.NO: "broken", Holds.OPEN: "unverified"}
FINAL: Final = (None, "not_for_you", ENDED, NOT_AGREED)
"""Reasons, or None for open, that only another act or record can change."""
LOOKED_AT: Final = {
    Audience.LAWYERS: ("coded", "incident", "narrative", "identity", "provenance"),
    Audience.COORDINATORS: ("coded",),
}
"""The parts that are opened, beside the consent. For the others it is only checked whether they open."""
UNLISTED: Final = frozenset({Purpose.RECORD, Purpose.VOICE, Purpose.PHOTOGRAPH, Purpose.LAWYER})
"""Uses that the list does not tell apart: they are for what is here, and not for somebody who gets something."""
WITNESS: Final = {"gender": ("w_gender", "gender"), "age": ("w_age", "age"), "nationality": ("w_nat", "iso3")}
"""What the list says of the witness: the field of the coded account, and the list of its codes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Glimpse:
    """One testimony as it was opened. `originals`: (id, language) of statements that translate no other; `told`: those
    of them that the testimony itself contains in a language of the desks. `further`: the manifest of an earlier one of
    the same witness, as the provenance names it. `flags`: those that no later annex changes. `days`: on which all of
    this stays valid if nothing arrives; None if something was incomplete and may arrive by itself.
    """

    manifest: str
    day: str
    place: str = ""
    kind: str = ""
    month: str = ""
    gender: str = ""
    age: str = ""
    nationality: str = ""
    languages: tuple[str, ...] = ()
    originals: tuple[tuple[str, str], ...] = ()
    told: frozenset[str] = frozenset()
    consent: frozenset[str] = frozenset()
    waits: bool = False
    flags: frozenset[str] = frozenset()
    opens: tuple[str, ...] = ()
    further: str = ""
    days: Days | None = None


def look(
    station: Station,
    session: Session,
    reader: Reader,
    records: Mapping[str, SignedRecord],
    annexes: AnnexIndex,
    *,
    at: date,
    seals: Mapping[str, Holds],
    hear: Hear,
) -> dict[str, Glimpse]:
    """Open the testimonies `records` (manifests by name, all served), as far as `reader` may. Returns them by
    testimony.

    `seals`: what central's log says about each.
    """
    memory = annexes.memory(station, reader)
    if memory:
        memory.recall_places([str(record.value["tid"]) for record in records.values()])
    reading = ReadingSession.at(station, session, reader)
    openings = Openings(reading, records)
    media = media_counts.count(session, list(records))
    found = {}
    for sealed in openings.sealed:
        consented = openings.open_consent(sealed)
        stands = _consent(reading, sealed, consented, annexes, at)
        permission = _permission(stands, reader.audience, consented)
        parts = LOOKED_AT[reader.audience]
        held = {part: openings.open(sealed, part, permission) for part in parts} | {CONSENT: consented}
        answers = _coded_answers(station, reader, annexes, sealed, held["coded"])
        seal = Holds.NO if sealed.manifest is None else seals[sealed.record.id]
        flags = {SEALS[seal]} if seal in SEALS else set()
        if (counted := media.get(sealed.record.id)) and reader.audience is Audience.LAWYERS:
            flags |= {"media", "media_coming"} if counted.lacking else {"media"}
        seen = _glimpse(openings, sealed, held, stands, flags, permission, answers)
        found[sealed.tid] = replace(seen, days=_days(openings, sealed, held, stands)) if seal is Holds.YES else seen
        texts = _texts(held["narrative"]) if "narrative" in held else []
        names = search.names_in(held["identity"].content) if "identity" in held else []
        hear(sealed.tid, sealed.record.id, texts, code_labels.codes_of(_finest(answers, held)), names)
    if memory:
        memory.keep_places(openings.heads)
    return found


def untranslated(station: Station, annexes: AnnexIndex, tid: str, seen: Glimpse) -> bool:
    """Whether some statement has no version in one of `TRANSLATED`, and no full translation into one of them."""
    lacking = {name for name, lang in seen.originals if lang.partition("-")[0] not in TRANSLATED} - seen.told
    if not lacking:
        return False
    held = translations.translations_of(station, annexes, tid, seen.manifest)
    whole = {
        name
        for name in lacking
        if any(one.translation.complete and one.translation.lang in TRANSLATED for one in held.current(name))
    }
    return bool(lacking - whole)


def is_coded(station: Station, annexes: AnnexIndex, tid: str) -> bool:
    """Whether a lawyer gave some code of `tid` an answer, which nobody took back."""
    stands, _ = coded_record.said_of(station.chain, annexes, tid, corrections.KIND, Correction.parse)
    return any(one.act.answer is not None for code in stands.codes for one in stands.latest(code))


def _glimpse(
    openings: Openings,
    sealed: Sealed,
    held: Mapping[str, Compartment],
    stands: Consents | None,
    flags: set[str],
    permission: Permission,
    answers: Mapping[str, Any],
) -> Glimpse:
    statements = Statement.all_in(held["narrative"].content) if "narrative" in held else []
    closed = {one.closed for one in held.values()}
    manifest = _read(sealed)
    opens = _opening(openings, sealed, manifest, held, permission)
    if "incomplete" in closed:
        flags.add("incomplete")
    if "altered" in closed:
        flags.add("broken")
    if set(_hoped(held)) - set(opens):
        flags.add("closed")
    if (_content(held, "provenance")).get("partial") is True:
        flags.add("partial")
    if (_content(held, "provenance")).get("coding") == "desk":
        flags.add("uncoded")
    return Glimpse(
        manifest=sealed.record.id,
        day=manifest.day if manifest else "",
        **coded(answers),
        languages=_languages(statements) if "narrative" in held else _of_talk(_content(held, "consent")),
        originals=tuple((one.id, one.lang) for one in statements if one.original is None),
        told=frozenset(one.original for one in statements if one.original and one.lang in TRANSLATED),
        consent=frozenset(standing(stands)),
        waits=bool(stands and stands.waiting),
        flags=frozenset(flags),
        opens=opens,
        further=further.earlier_manifest(_content(held, "provenance")),
    )


def _days(openings: Openings, sealed: Sealed, held: Mapping[str, Compartment], stands: Consents | None) -> Days | None:
    if stands is None or any(one.closed not in FINAL for one in held.values()) or not openings.has_heads(sealed):
        return None
    return days.steady((one.event for one in stands.said), stands.at)


def coded(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Place, kind and month of the coded `answers`, and who the witness is. A value on none of our lists could be free
    text, and is not kept.
    """
    border = release_line(answers).border
    segment, kind, month = (_text_value(answers, name) for name in ("i_segment", "i_type", "i_date"))
    known = segment in Codebook.load().segments
    return {
        "place": segment if known else "" if border == MISSING else border,
        "kind": kind if kind in Codebook.load().codes("inc_type") else "",
        **{name: _code(answers, field, codes) for name, (field, codes) in WITNESS.items()},
        "month": month if len(month) in (4, 7) and month.replace("-", "").isdecimal() else month[:4] if month else "",
    }


def standing(stands: Consents | None) -> Iterable[str]:
    """Codes of `inbox.CONSENT`: what is allowed today, and what prevents the rest. Then each use that is allowed.

    It does not use `Consents.lines`, which also has history and end dates: for thousands that would take longer than
    opening them.
    """
    if stands is None or stands.standings is None:
        return ("unreadable",)
    standings = stands.standings.values()
    usable = {key.purpose for key in stands.usable}
    states = {one.state for one in standings}
    told = {
        "release": bool(COUNTING & usable),
        "lawyer": Purpose.LAWYER in usable,
        "nothing": not (COUNTING & usable) and Purpose.LAWYER not in usable,
        "on_hold": any(one.on_hold for one in standings),
        "expired": ConsentState.EXPIRED in states,
        "taken_back": ConsentState.WITHDRAWN in states,
    }
    uses = (sys.intern(f"{one.purpose} {one.recipient}") for one in stands.usable if one.purpose not in UNLISTED)
    return (*(code for code, is_so in told.items() if is_so), *filter(inbox.USE.fullmatch, uses))


def _consent(
    reading: ReadingSession, sealed: Sealed, held: Compartment, annexes: AnnexIndex, at: date
) -> Consents | None:
    try:
        return consents.consents_of(
            reading.chain,
            reading.session,
            sealed.record,
            held,
            annexes=annexes,
            at=reading.day(sealed.tid, at),
            withdrawals=sealed.withdrawals,
            manifest=sealed.manifest,
        )
    except CannotOpen:
        return None


def _permission(stands: Consents | None, audience: Audience, held: Compartment) -> Permission:
    return permissions.nothing(held) if stands is None else permissions.permission(stands, audience, held)


def _read(sealed: Sealed) -> Manifest | None:
    try:
        return sealed.manifest or parsed(sealed.record)
    except CannotOpen:
        return None


def _opening(
    openings: Openings,
    sealed: Sealed,
    manifest: Manifest | None,
    held: Mapping[str, Compartment],
    permission: Permission,
) -> tuple[str, ...]:
    """The parts that open, in reading order; `media` if their list opens."""
    said = {part for part, one in held.items() if one.closed is None}
    if "narrative" in held and manifest:
        said |= {part for part in text_parts(manifest) if part not in held and openings.opens(sealed, part, permission)}
    return (*(part for part in ORDER if part in said), *(["media"] if LIST in said else []))


def _hoped(held: Mapping[str, Compartment]) -> Iterable[str]:
    """The parts that somebody of this audience can open if every use was agreed to."""
    return ORDER if "narrative" in held else held


def _coded_answers(
    station: Station, reader: Reader, annexes: AnnexIndex, sealed: Sealed, held: Compartment
) -> Mapping[str, Any]:
    """The answers of the coded account: for coordinators as lawyers corrected them, for lawyers as they were sealed.

    Lawyers' corrections are of the incident, and are read each time (services/exports/own_tables.py).
    """
    if reader.audience is not Audience.COORDINATORS:
        return coded_record.answers_in(held) or {}
    known = coded_record.of_record(station.chain, station.settings.home, annexes, sealed.record, held)
    return known.answers if known else {}


def _finest(answers: Mapping[str, Any], held: Mapping[str, Compartment]) -> dict[str, Any]:
    """The coded `answers`, with those of the incident in their place where it opens. They may be anything: a phone
    sealed them.
    """
    return {**answers, **(coded_record.answers_in(held.get("incident")) or {})}


def _content(held: Mapping[str, Compartment], part: str) -> Mapping[str, Any]:
    return (held[part].content or {}) if part in held else {}


def _text_value(answers: Mapping[str, Any], name: str) -> str:
    answer = answers.get(name)
    value = read(answer).get("value") if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""


def _code(answers: Mapping[str, Any], name: str, codes: str) -> str:
    value = _text_value(answers, name)
    return value if value in Codebook.load().codes(codes) else ""


def _texts(held: Compartment) -> list[Text]:
    return [Text.from_text(one.lang, one.text) for one in Statement.all_in(held.content)]


def _languages(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The languages of the originals, each once; an unknown tag is not kept."""
    said = (one.lang for one in statements if one.original is None)
    return tuple(dict.fromkeys(lang for lang in said if lang in AUTONYMS))


def _of_talk(consent: Mapping[str, Any]) -> tuple[str, ...]:
    script = consent.get("script")
    said = consent.get("language") or (script.get("lang") if isinstance(script, dict) else None)
    return (said,) if isinstance(said, str) and said in AUTONYMS else ()
