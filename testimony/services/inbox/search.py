"""Full-text search over the statements and names that open at a desk, in memory only while the key is unlocked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from testimony.domain.testimony import search_terms, translation
from testimony.domain.testimony.languages import dir_of
from testimony.domain.testimony.statement import Statement
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import permissions
from testimony.services.custody import log as custody_log
from testimony.services.inbox import code_labels
from testimony.services.inbox.code_labels import Code
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.news import ChangedConsents
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.review import translations
from testimony.station.station import Station
from testimony.store.models.records import RecordRow, TombstoneRow

AROUND = 60
"""Characters shown before and after a match."""
NAMED: Final = ("w_name", "w_alias")
"""The fields of the identity that the search finds."""
ACTS: Final = "v_acts"
"""The field of the codebook with the acts of violence."""
UNKNOWN: Final = "und"
"""The language of a name (BCP 47)."""
CHUNK = 32
"""Testimonies opened between two checks of the clock."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """Words in one language, as spoken or translated, and folded for comparison."""

    lang: str
    text: str
    folded: str = field(repr=False)

    @classmethod
    def from_text(cls, lang: str, text: str) -> Text:
        return cls(lang=lang, text=text, folded=search_terms.folded(text))


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A testimony that contains every search term, and the first passage with the first of them."""

    tid: str
    lang: str
    before: str
    found: str
    after: str

    @property
    def dir(self) -> str:
        return dir_of(self.lang)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`read` of `total` testimonies were searched; the others not yet."""

    read: int
    total: int


class WordIndex:
    """The statements that opened, by testimony. Empty until `read_on`; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._said: dict[str, tuple[str, tuple[Text, ...]]] = {}  # testimony -> (manifest, its statements)
        self._translated: dict[str, tuple[Text, ...]] = {}
        self._named: dict[str, tuple[Text, ...]] = {}
        self._coded: dict[str, frozenset[Code]] = {}
        self._heard: dict[str, frozenset[str]] = {}  # testimony -> the annexes that these come from
        self._changed = ChangedConsents()

    def read_on(self, station: Station, reader: Reader, annexes: AnnexIndex, *, day: date, seconds: float) -> Progress:
        """Open what is new, for at most `seconds`, and record in the desk's log that it was opened for search.

        What was withdrawn or destroyed, and what the consent of `day` may close, is forgotten first.
        """
        with self._lock:
            with station.database.reading() as session:
                annexes.refresh(station, session, reader)
                self.forget_changed(station, session, annexes, day=day)
                served = {str(tid): name for name, tid in session.execute(_served())}
                self._forget(served.keys())
                waiting = [name for tid, name in served.items() if tid not in self._said]
                until, opened = time.monotonic() + seconds, 0
                for at in range(0, len(waiting), CHUNK):
                    if at and time.monotonic() >= until:
                        break
                    for record in record_queries.records_of(session, waiting[at : at + CHUNK]).values():
                        self._read(station, session, reader, record, annexes, day)
                    opened = min(at + CHUNK, len(waiting))
            self._translate(station, annexes)
            if opened:
                _note(station, reader, day)
            return Progress(read=len(served) - len(waiting) + opened, total=len(served))

    def search(self, query: str, *, most: int = 100) -> list[Hit]:
        """Testimonies whose statements and names together contain all of `query`, in the order of reading."""
        wanted = search_terms.terms(query)
        if not wanted:
            return []
        return [_hit(tid, texts, wanted[0]) for tid, texts in islice(self._found(wanted), most)]

    def _found(self, wanted: Sequence[str]) -> Iterator[tuple[str, tuple[Text, ...]]]:
        with self._lock:
            held = [(tid, self._texts(tid)) for tid in self._said]
        for tid, texts in held:
            if all(any(term in text.folded for text in texts) for term in wanted):
                yield tid, texts

    def saying(
        self, query: str, *, lang: str, more: Mapping[str, Sequence[Text]] | None = None
    ) -> frozenset[str] | None:
        """All testimonies in which each search term is in a statement, a translation, a name, a code by its label in
        `lang`, a text of `more`, or at the beginning of the ID; None if the query is empty.
        """
        wanted = search_terms.terms(query)
        if not wanted:
            return None
        codes = {term: code_labels.containing(term, lang) for term in wanted}
        with self._lock:
            held = [(tid, self._texts(tid), self._coded.get(tid, frozenset())) for tid in self._said]
        more = more or {}
        return frozenset(
            tid
            for tid, texts, coded in held
            if all(
                tid.startswith(term)
                or any(term in text.folded for text in (*texts, *more.get(tid, ())))
                or codes[term] & coded
                for term in wanted
            )
        )

    def codes(self) -> dict[str, frozenset[Code]]:
        """The codes of every testimony of which they were read."""
        with self._lock:
            return dict(self._coded)

    def acts(self, tid: str) -> frozenset[str]:
        """The acts of violence among the codes of one testimony."""
        with self._lock:
            return frozenset(code for name, code in self._coded.get(tid, ()) if name == ACTS)

    def statements(self) -> dict[str, tuple[Text, ...]]:
        """The statements of every testimony that was read, with translations."""
        with self._lock:
            return {tid: (*said, *self._translated.get(tid, ())) for tid, (_, said) in self._said.items()}

    def manifests(self) -> dict[str, str]:
        """The manifest of every testimony that was read."""
        with self._lock:
            return {tid: manifest for tid, (manifest, _) in self._said.items()}

    def _texts(self, tid: str) -> tuple[Text, ...]:
        return (*self._said[tid][1], *self._translated.get(tid, ()), *self._named.get(tid, ()))

    def hold(
        self,
        tid: str,
        manifest: str,
        texts: Iterable[Text],
        coded: Iterable[Code] | None = None,
        names: Iterable[Text] = (),
    ) -> None:
        """Set the statements `texts`, the witness's `names`, and the codes `coded` where they are known."""
        with self._lock:
            self._said[tid] = (manifest, tuple(texts))
            self._named[tid] = tuple(names)
            if coded is not None:
                self._coded[tid] = frozenset(coded)

    def forget_changed(self, station: Station, session: Session, annexes: AnnexIndex, *, day: date) -> set[str]:
        """Forget the statements that the consent of `day`, or what arrived since the last call, may close. Returns the
        testimonies that were forgotten. `annexes`: refreshed before.
        """
        with self._lock:
            changed = self._changed.since(station, session, annexes, day=day)
            forgotten = set(self._said) if changed is None else changed & self._said.keys()
            self.forget(forgotten)
            return forgotten

    def forget(self, tids: Iterable[str]) -> None:
        """Forget these, for example because they were withdrawn or destroyed."""
        with self._lock:
            for tid in tids:
                self._said.pop(tid, None)
                self._translated.pop(tid, None)
                self._coded.pop(tid, None)
                self._named.pop(tid, None)
                self._heard.pop(tid, None)

    def translate(self, station: Station, annexes: AnnexIndex) -> None:
        """Take in new translations of what is held; `annexes` were refreshed before."""
        with self._lock:
            self._translate(station, annexes)

    def _forget(self, served: Set[str]) -> None:
        for tid in self._said.keys() - served:
            del self._said[tid]
            self._translated.pop(tid, None)
            self._coded.pop(tid, None)
            self._named.pop(tid, None)

    def _read(
        self,
        station: Station,
        session: Session,
        reader: Reader,
        record: SignedRecord,
        annexes: AnnexIndex,
        day: date,
    ) -> None:
        tid = str(record.value["tid"])
        reading = ReadingSession.at(station, session, reader)
        told, named = (
            permissions.open_part(reading, record, part, annexes=annexes, at=day) for part in ("narrative", "identity")
        )
        statements = [Text.from_text(one.lang, one.text) for one in Statement.all_in(told.content)]
        self.hold(tid, record.id, statements, names=names_in(named.content))

    def _translate(self, station: Station, annexes: AnnexIndex) -> None:
        """Replace the translations of those with a new one, since a later one replaces the one before."""
        heard: dict[str, frozenset[str]] = {}
        for one in annexes.of_kind(translation.KIND):
            if one.tid in self._said:
                heard[one.tid] = heard.get(one.tid, frozenset()) | {one.name}
        for tid, names in heard.items():
            if self._heard.get(tid) != names:
                self._translated[tid] = self._translations(station, annexes, tid)
        self._heard = heard

    def _translations(self, station: Station, annexes: AnnexIndex, tid: str) -> tuple[Text, ...]:
        held = translations.translations_of(station, annexes, tid, self._said[tid][0])
        originals = {one.translation.original for one in held.signed}
        return tuple(
            Text.from_text(one.translation.lang, one.translation.text)
            for original in sorted(originals)
            for one in held.current(original)
        )


def names_in(identity: Mapping[str, Any] | None) -> list[Text]:
    """The names in the content of the part `identity`, whatever a phone sealed; none where it does not open."""
    answers = (identity or {}).get("answers")
    said = [answers.get(one) for one in NAMED] if isinstance(answers, Mapping) else []
    names = [one.get("value") for one in said if isinstance(one, Mapping)]
    return [Text.from_text(UNKNOWN, name) for name in names if isinstance(name, str) and name.strip()]


def _served() -> Select[str, str | None]:
    """(manifest, testimony) of everything served here, newest arrival first."""
    withdrawn = select(TombstoneRow.subject)
    return (
        select(RecordRow.name, RecordRow.subject)
        .where(RecordRow.kind == "manifest", RecordRow.data != b"", RecordRow.subject.not_in(withdrawn))
        .order_by(RecordRow.arrival.desc())
    )


def _hit(tid: str, texts: Sequence[Text], term: str) -> Hit:
    text = next(one for one in texts if term in one.folded)
    start, end = search_terms.place(text.text, term) or (0, 0)
    return Hit(
        tid=tid,
        lang=text.lang,
        before=text.text[max(0, start - AROUND) : start],
        found=text.text[start:end],
        after=text.text[end : end + AROUND],
    )


def _note(station: Station, reader: Reader, day: date) -> None:
    """One entry for all: an entry for each would write the whole list into the log at every unlocking."""
    with station.database.transaction() as session:
        custody_log.append(session, kind="searched", ref="0" * 64, by=reader.id, day=day.isoformat())
