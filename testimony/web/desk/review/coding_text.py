"""Labels and layout of codes, corrections and assessments on a desk's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from testimony.answer import read
from testimony.domain.coding.acts import Signed
from testimony.domain.coding.assessment import SOURCES, Assessed, Reliability
from testimony.domain.coding.corrections import Answer, Correction
from testimony.domain.coding.findings import Degree, Found
from testimony.domain.testimony import translation
from testimony.errors import N_
from testimony.questionnaire.form_labels import Wording
from testimony.services.casefile.code_phrases import REASONS
from testimony.services.coding.coded_record import CodedRecord
from testimony.services.coding.coding import Coding
from testimony.web.desk.review.translations import Beside
from testimony.web.text import labels
from testimony.web.text.labels import Line

RELIABILITY = {  # in the order in which one chooses
    Reliability.CONSISTENT: N_("consistent"),
    Reliability.PARTLY: N_("partly consistent"),
    Reliability.INCONSISTENT: N_("inconsistent"),
    Reliability.NOT_ASSESSED: N_("not assessed"),
}
CORROBORATION = {
    "testimony": N_("another testimony"),
    "document": N_("a document"),
    "medical": N_("a medical finding"),
    "picture": N_("a picture"),
    "open_source": N_("an open source"),
    "none": N_("nothing was found"),
}
FINDINGS = {
    Degree.NOT_CONSISTENT: N_("not consistent: the account cannot have caused them"),
    Degree.CONSISTENT: N_("consistent: the account may have caused them, as may many other things"),
    Degree.HIGHLY: N_("highly consistent: few other things cause them"),
    Degree.TYPICAL: N_("typical: this is how they usually look"),
    Degree.DIAGNOSTIC: N_("diagnostic: nothing else causes them"),
}
"""The degrees of the Istanbul Protocol, in its order."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One correction in words. `line`: what it says; None where the original stands again. `stands`: no later one."""

    line: Line | None
    reason: str
    who: str
    day: str
    stands: bool


@dataclass(frozen=True, kw_only=True)
class Code:
    """One question of the coded pass. `original`: as it was sealed, None where it was not answered.

    `needs`: whether it says something that a passage may support; `passages`: the numbers, from 1, of those that do.
    """

    field: str
    label: str
    original: Line | None
    said: list[Said]
    differs: bool
    needs: bool
    passages: list[int]

    @property
    def lacks(self) -> bool:
        """Whether it says something and nothing supports it."""
        return self.needs and not self.passages


@dataclass(frozen=True, kw_only=True)
class CodeGroup:
    """The codes of one part of the form: those with an answer, and the others."""

    title: str
    codes: list[Code]
    others: list[Code]


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of the account. `codes`: which codes it supports."""

    number: int
    statement: str
    start: int
    end: int
    text: str
    codes: list[Code]


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A code of the coded account that lawyers corrected. `stands`: None where they differ, and it is unknown."""

    field: str
    label: str
    stands: Line | None
    original: Line | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The coded record on the testimony's page."""

    assessed: Assessed
    findings: Found
    changed: list[Changed]
    unread: int


def numbered(originals: Sequence[Beside]) -> list[tuple[str, int, int]]:
    """(statement, start, end) of every sentence, in the order of the page: the first is number 1."""
    statements = (one.statement for one in originals)
    return [(one.id, start, end) for one in statements for start, end in translation.spans(one.text)]


def groups(coding: Coding, wording: Wording, places: Sequence[tuple[str, int, int]]) -> list[CodeGroup]:
    """Every code of the incident, in the order of the form; at the end what the form does not know."""
    left = dict.fromkeys([*coding.answers, *coding.corrections.codes])
    found = []
    for section in wording.form.sections if wording.form else ():
        asked = [field.id for field in section.fields if field.compartment == "incident"]
        for name in asked:
            left.pop(name, None)
        found.append(_group(wording.section_title(section.id), asked, coding, wording, places))
    found.append(_group(str(_("More answers")), sorted(left), coding, wording, places))
    return [one for one in found if one.codes or one.others]


def code(name: str, coding: Coding, wording: Wording, places: Sequence[tuple[str, int, int]] = ()) -> Code:
    """One of them."""
    answer, differs = coding.answer(name)
    marked = coding.passages(name)
    supports = [
        number
        for number, (statement, start, end) in enumerate(places, 1)
        if any(passage.meets(statement, (start, end)) for passage in marked)
    ]
    latest = coding.corrections.latest(name)
    original = coding.answers.get(name)
    return Code(
        field=name,
        label=wording.field_label(name),
        original=None if original is None else line(name, original, wording),
        said=[_describe_correction(name, one, one in latest, wording) for one in coding.corrections.about(name)],
        differs=differs,
        needs=differs or "value" in read(answer),
        passages=supports,
    )


def sentences(
    places: Sequence[tuple[str, int, int]], originals: Sequence[Beside], codes: Sequence[Code]
) -> list[Sentence]:
    """The sentences of the account, each with the codes that it supports."""
    texts = {one.statement.id: one.statement.text for one in originals}
    return [
        Sentence(
            number=number,
            statement=statement,
            start=start,
            end=end,
            text=texts[statement][start:end],
            codes=[one for one in codes if number in one.passages],
        )
        for number, (statement, start, end) in enumerate(places, 1)
    ]


def shown(record: CodedRecord | None, wording: Wording) -> Shown | None:
    """What lawyers made of the coded account; None where it does not open here."""
    if record is None:
        return None
    names = sorted(record.corrected | record.contested)
    changed = [
        Changed(
            field=name,
            label=wording.field_label(name),
            stands=None if name in record.contested else line(name, record.answers.get(name, {}), wording, coded=True),
            original=line(name, record.original.get(name, {}), wording, coded=True),
        )
        for name in names
    ]
    return Shown(assessed=record.assessed, findings=record.findings, changed=changed, unread=record.unread)


def line(name: str, answer: Answer, wording: Wording, *, coded: bool = False) -> Line:
    """An answer in words; "not answered" for none."""
    if isinstance(answer, Mapping) and not answer:
        return Line(field=name, label=wording.field_label(name), missing=str(_("not answered")))
    fields = {field.id: field for field in wording.form.fields} if wording.form else {}
    return labels.line(name, answer, fields.get(name), wording, coded=coded)


def sources(codes: Sequence[str]) -> list[str]:
    """What bears a testimony out, in words."""
    return [str(_(CORROBORATION[one])) for one in codes]


def chosen(codes: Sequence[str]) -> list[str]:
    """Corroboration as it was ticked, in the order of the list."""
    return [one for one in (*SOURCES, "none") if one in codes]


def _group(
    title: str, names: Sequence[str], coding: Coding, wording: Wording, places: Sequence[tuple[str, int, int]]
) -> CodeGroup:
    found = [code(name, coding, wording, places) for name in names]
    told = [one for one in found if one.original is not None or one.said]
    return CodeGroup(title=title, codes=told, others=[one for one in found if one not in told])


def _describe_correction(name: str, one: Signed[Correction], stands: bool, wording: Wording) -> Said:
    answer = one.act.answer
    return Said(
        line=None if answer is None else line(name, answer, wording),
        reason=str(_(REASONS[one.act.reason])),
        who=one.signer,
        day=labels.day(one.act.day.isoformat()),
        stands=stands,
    )
