"""Build a witness's text for a case file: originals and translations by sentence, with redactions applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from testimony.domain.testimony import redaction, translation
from testimony.domain.testimony.redaction import BAR, Burner, Mark, Segments
from testimony.domain.testimony.statement import Statement
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.casefile.language import way_of
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.review import translations
from testimony.services.testimony.view import Opened
from testimony.station.station import Station

REMARK: Final = "answer-"
"""Prefix of the id of a free-text answer; the id of the question follows."""
REMARKS: Final = ("i_loc_text", "o_text", "c_legal", "v_other", "v_purpose", "h_other", "x_desc", "x_words")
"""The free-text questions whose answers may leave: about the event, none about who the person is."""
CODE: Final = "code-"
"""Prefix of the id of a coded answer, which a mark redacts whole; the id of the question follows."""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One text in one language. `id` names it in marks. `sentences`: each in segments, some of them redacted.

    `breaks`: the sentences that begin a paragraph. `method` and the fields after it: for a translation made at a desk.
    """

    id: str
    lang: str
    dir: str
    sentences: tuple[Segments, ...]
    breaks: frozenset[int] = frozenset()
    method: str = ""
    translator: str = ""
    signer: str = ""
    day: str = ""
    record: str = ""  # the name of the signed annex that contains it
    complete: bool = True

    @property
    def is_burnt(self) -> bool:
        return any(redaction.is_burnt(one) for one in self.sentences)


@dataclass(frozen=True, kw_only=True)
class Account:
    """One statement. `beside`: its sentence-by-sentence translations; `apart`: those written at the interview.

    `left_out`: how many of the latter are omitted because the original has redactions.
    """

    original: Passage
    beside: tuple[Passage, ...] = ()
    apart: tuple[Passage, ...] = ()
    left_out: int = 0

    @property
    def passages(self) -> tuple[Passage, ...]:
        return (self.original, *self.beside, *self.apart)


def accounts(station: Station, annexes: AnnexIndex, opened: Opened) -> list[Account]:
    """The originals of an opened testimony, in order. A translation without its original is an account of its own."""
    held = opened.compartment("narrative")
    said = list(enumerate(Statement.all_in(held.content if held else None)))
    known = translations.translations_of(station, annexes, opened.tid, opened.manifest)
    originals = [(number, one) for number, one in said if one.original is None]
    first = {one.id: number for number, one in reversed(originals)}  # the first of two with one id gets them
    found = []
    for number, one in said:
        if one.original in first:
            continue
        spans, is_first = translation.spans(one.text), first.get(one.id) == number
        found.append(
            Account(
                original=_passage(number, one),
                beside=tuple(_made_at_a_desk(each, spans) for each in (known.current(one.id) if is_first else ())),
                apart=tuple(_passage(*each) for each in said if is_first and each[1].original == one.id),
            )
        )
    return found


def remarks(opened: Opened) -> list[Account]:
    """The free-text answers outside the account, each with the id of its question. Their language was not recorded."""
    held = opened.compartment("narrative")
    answers = (held.content or {}).get("answers") if held else None
    told = {name: answers.get(name) for name in REMARKS} if isinstance(answers, Mapping) else {}
    texts = [(name, one.get("value")) for name, one in told.items() if isinstance(one, Mapping)]
    return [Account(original=_remark(name, one)) for name, one in texts if isinstance(one, str) and one.strip()]


def codes_marked(marks: Iterable[Mark], known: Iterable[str]) -> frozenset[str]:
    """The questions whose answers `marks` redact. Raises `CaseFileRefused` ("marks") if one is not among `known`."""
    found = frozenset(mark.text.removeprefix(CODE) for mark in marks if mark.text.startswith(CODE))
    if not found <= frozenset(known):
        raise CaseFileRefused("marks")
    return found


def words_marked(told: Iterable[Account], marks: Sequence[Mark]) -> list[str]:
    """The words that `marks` name in texts. Raises `CaseFileRefused` ("marks") if one no longer fits any text here."""
    texts = {one.id: one for account in told for one in account.passages}
    found = []
    for mark in (one for one in marks if not one.text.startswith(CODE)):
        passage = texts.get(mark.text)
        sentence = passage.sentences[mark.sentence][0] if passage and mark.sentence < len(passage.sentences) else None
        if sentence is None or mark.end > len(sentence):
            raise CaseFileRefused("marks")
        found.append(sentence[mark.start : mark.end])
    return found


def burnt(account: Account, marks: Iterable[Mark], burner: Burner) -> Account:
    """`account` without what is marked and without the words of `burner`.

    If part of a sentence is redacted, the parallel sentences that say the same are redacted in full, unless something
    in them was marked too. A separate text without marks is left out. Raises `CaseFileRefused` ("beside") if words are
    redacted in a separate text and none in its original.
    """
    marked = list(marks)
    original, *beside = (_burn(one, marked, burner) for one in (account.original, *account.beside))
    rows = {row for one in (original, *beside) for row, said in enumerate(one.sentences) if redaction.is_burnt(said)}
    original, *beside = (_shut(one, rows) for one in (original, *beside))
    apart = [_burn(one, marked, burner) for one in account.apart]
    if not rows and any(one.is_burnt for one in apart):
        raise CaseFileRefused("beside")
    kept = tuple(one for one in apart if one.is_burnt or not rows)
    return Account(original=original, beside=tuple(beside), apart=kept, left_out=len(apart) - len(kept))


def _burn(passage: Passage, marks: Iterable[Mark], burner: Burner) -> Passage:
    own = [mark for mark in marks if mark.text == passage.id]
    sentences = tuple(
        burner.burn("".join(one or "" for one in said), [(m.start, m.end) for m in own if m.sentence == number])
        for number, said in enumerate(passage.sentences)
    )
    return replace(passage, sentences=sentences)


def _shut(passage: Passage, rows: set[int]) -> Passage:
    """Redact something in every sentence of `rows`: all of it if nothing was redacted."""
    sentences = tuple(
        (BAR,) if number in rows and any(said) and not redaction.is_burnt(said) else said
        for number, said in enumerate(passage.sentences)
    )
    return replace(passage, sentences=sentences)


def _passage(number: int, one: Statement) -> Passage:
    spans = translation.spans(one.text)
    ends = [0, *(end for _, end in spans)]
    breaks = frozenset(row for row, (start, _) in enumerate(spans) if "\n" in one.text[ends[row] : start + 1])
    sentences = tuple((one.text[start:end],) for start, end in spans)
    return Passage(id=f"said-{number}", lang=one.lang, dir=one.dir, sentences=sentences, breaks=breaks)


def _remark(name: str, text: str) -> Passage:
    sentences = tuple((text[start:end],) for start, end in translation.spans(text))
    return Passage(id=REMARK + name, lang="und", dir=way_of((text,), "ltr"), sentences=sentences)


def _made_at_a_desk(signed: translations.Signed, spans: Sequence[tuple[int, int]]) -> Passage:
    one = signed.translation
    return Passage(
        id=one.id,
        lang=one.lang,
        dir=one.dir,
        sentences=tuple((one.beside(span),) for span in spans),
        method=one.method,
        translator=one.translator,
        signer=signed.signer,
        day=one.day.isoformat(),
        record=signed.record,
        complete=one.complete,
    )
