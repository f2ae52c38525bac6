"""Count how often interviewers say that a sentence is wrong: at a node of its own phones, at central of all nodes.

A mark names a language, a sentence and the SHA-256 of its words. It names no phone, no person, no day and no testimony,
so nobody can tell in which interview it was made. A node tells central its counts with its next delivery; counts that
are told twice are the same counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from testimony.domain.testimony.languages import SCRIPTS
from testimony.questionnaire.sentence_states import texts
from testimony.sealing.roster.wording import SENTENCE
from testimony.services.wordings import sentences
from testimony.services.wordings.errors import MarkRefused
from testimony.store.state import wrong_sentences
from testimony.store.state.wrong_sentences import WrongSentenceRow

if TYPE_CHECKING:
    from testimony.station.station import Station

MOST: Final = 512
"""Different sentences of one node. A script and its questions have some 400 in a language."""
TOLD: Final = 64
"""Of these so many are told to central, those marked most often: it travels with every delivery."""
MOST_MARKS: Final = 10**6
DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One sentence as somebody heard it. `text`: SHA-256 of its words, with the organisation's names in."""

    lang: str
    sentence: str
    text: str

    @classmethod
    def of(cls, value: object) -> Mark:
        """{"lang", "sentence", "text"}. Raises `MarkRefused` for a sentence that no language has."""
        said = value if isinstance(value, dict) else {}
        if said.keys() != {"lang", "sentence", "text"} or not all(isinstance(one, str) for one in said.values()):
            raise MarkRefused
        mark = cls(**said)
        if mark.lang not in SCRIPTS or not SENTENCE.fullmatch(mark.sentence) or not DIGEST.fullmatch(mark.text):
            raise MarkRefused
        if sentences.in_file(mark.sentence) not in texts(mark.lang):
            raise MarkRefused
        return mark


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """One sentence with its marks at all nodes. `now`: it is still said in these words here."""

    lang: str
    sentence: str
    marks: int
    words: str | None  # as they are said here; None where they are others by now


def add(station: Station, session: Session, marks: Iterable[Mark]) -> None:
    """At a node: count `marks`. Beyond `MOST` sentences a new one is left out, so that no phone fills the disk."""
    rows = {(row.lang, row.sentence, row.text): row for row in wrong_sentences.of_node(session, station.kid)}
    for (lang, sentence, text), more in Counter((one.lang, one.sentence, one.text) for one in marks).items():
        row = rows.get((lang, sentence, text))
        if row is None and len(rows) >= MOST:
            continue
        known = 0 if row is None else row.marks
        rows[lang, sentence, text] = row = WrongSentenceRow(
            node=station.kid, lang=lang, sentence=sentence, text=text, marks=min(known + more, MOST_MARKS)
        )
        wrong_sentences.keep(session, row)


def told(station: Station, session: Session) -> list[dict[str, Any]]:
    """What this node tells central."""
    rows = wrong_sentences.of_node(session, station.kid)[:TOLD]
    return [{"lang": one.lang, "sentence": one.sentence, "text": one.text, "marks": one.marks} for one in rows]


def note(session: Session, node: str, said: object) -> None:
    """At central: the node `node` told its counts. What does not fit is left out; a count never becomes smaller."""
    known = {(row.lang, row.sentence, row.text): row.marks for row in wrong_sentences.of_node(session, node)}
    for mark, marks in _fitting(said):
        of = (mark.lang, mark.sentence, mark.text)
        if marks > known.get(of, 0) and (of in known or len(known) < MOST):
            known[of] = marks
            wrong_sentences.keep(
                session,
                WrongSentenceRow(node=node, lang=mark.lang, sentence=mark.sentence, text=mark.text, marks=marks),
            )


def counts(station: Station, session: Session) -> list[Wrong]:
    """Every sentence that was marked, those marked most often first."""
    organisation = station.chain.latest.organisation
    digests: dict[str, Mapping[str, str]] = {}
    found = []
    for lang, sentence, text, marks in wrong_sentences.totals(session):
        said = sentences.everything(organisation, lang)
        now = digests.setdefault(lang, sentences.digests_of(said))
        words = said[sentence] if now.get(sentence) == text else None
        found.append(Wrong(lang=lang, sentence=sentence, marks=marks, words=words))
    return found


def _fitting(said: object) -> Iterable[tuple[Mark, int]]:
    for one in said[:TOLD] if isinstance(said, list) else ():
        value = dict(one) if isinstance(one, dict) else {}
        marks = value.pop("marks", None)
        if type(marks) is int and 0 < marks <= MOST_MARKS:
            try:
                yield Mark.of(value), marks
            except MarkRefused:
                continue
