"""Build the data that `casefile.typ` typesets for a sheet, annexes or a covering note, in the recipient's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from testimony.domain.testimony.submission import ANNEXES, NOTE, SHEET
from testimony.errors import N_
from testimony.questionnaire.form_labels import Wording
from testimony.services.casefile.document import AGREED, REDACTED, cover_rows, frame, notes_of
from testimony.services.casefile.language import Data, Row, Speech, facts
from testimony.services.submissions import annex_list, communication_form, themes
from testimony.services.submissions.communication_form import Part, Sheet
from testimony.services.submissions.submissions import Gathered
from testimony.services.submissions.themes import UNKNOWN, Answered, Theme

THEMES: Final = {
    "T01": N_("Collective expulsion"),
    "T02": N_("No return to danger (non-refoulement)"),
    "T03": N_("Denial of the right to seek asylum"),
    "T04": N_("Absolute closure of borders"),
    "T05": N_("Punishment of irregular entry"),
    "T06": N_("Acts against humanitarian help, rescue and defenders"),
    "T07": N_("Militarisation and excessive force"),
    "T08": N_("Deaths and lethal disregard"),
    "T09": N_("Individual examination"),
    "T10": N_("Effective remedy before a judicial authority"),
    "T11": N_("Gender-responsive legal services"),
    "T12": N_("Gender-responsive interpretation"),
    "T13": N_("Removal stopped while an appeal is pending"),
    "T14": N_("Prompt and thorough investigation"),
    "T15": N_("Independent monitoring"),
    "T16": N_("Bias in law enforcement"),
    "T17": N_("Children and persons in vulnerable situations"),
    "T18": N_("Torture, inhuman or degrading treatment"),
    "T19": N_("Widespread and systematic pattern; impunity"),
    "T20": N_("Third States, agencies, private actors"),
    "T21": N_("Land and sea"),
    "T22": N_("Harm and remedy for victims"),
}
"""The themes of the civil-society letter; a test compares them with those of the codebook."""
DRAFT: Final = N_(
    "A draft to be copied into the form of the Special Procedures, field by field. An empty line was not asked, not "
    "answered or is not ours to say: the lawyer fills it or leaves it empty. Nothing was added."
)
CODED: Final = N_(
    "Where lawyers corrected a code, who did and what was sealed stand beside it. Where they differ, the code counts "
    "as not known."
)
CROSSED: Final = N_(
    "The numbers in the case file are those of the index of a case file made of the same testimonies in the same "
    "order. The hashes stand there too, and in an archive of these testimonies."
)
COUNTED: Final = N_(
    "Numbers are testimonies, not people and not incidents: several may tell of one event. Codes are counted as "
    "lawyers corrected them. Below 3, and wherever such a number could be worked out, there is a blank (–)."
)
UNANSWERED: Final = N_("not known, not asked or not said")
COUNT: Final = N_("%(answer)s: %(number)s")
BLANK: Final = "–"


def data_of(made: Gathered) -> Data:
    """The data of the whole PDF."""
    speech = Speech(made.file.order.lang, made.file.organisations, made.file.people)
    found: Data = {SHEET: _sheets, ANNEXES: _annexes, NOTE: _note}[made.submission.kind](made, speech)
    return found


def fields_of(made: Gathered) -> list[Data]:
    """Sheets for copying: [{"title", "parts": [{"title", "note", "fields": [{"label", "text", "lang", "dir"}]}]}]."""
    speech = Speech(made.file.order.lang, made.file.organisations, made.file.people)
    bar = speech.say(N_("redacted"))
    found = [Sheet(one, made.submission, speech) for one in made.file.exhibits]
    return [{"title": one.title, "parts": communication_form.copied(one, bar)} for one in found]


def _sheets(made: Gathered, speech: Speech) -> Data:
    found = [Sheet(one, made.submission, speech) for one in made.file.exhibits]
    exhibits = [{"title": one.title, "sections": [_section(part, speech) for part in one.parts()]} for one in found]
    title = speech.say(N_("Draft for the communication form of the Special Procedures"))
    index = _index(N_("Sheets"), N_("Sheet"), speech, [])
    return _whole(made, speech, title, [DRAFT, AGREED, CODED], index, exhibits)


def _annexes(made: Gathered, speech: Speech) -> Data:
    found = annex_list.annexes(made.file.exhibits, speech)
    exhibits = [annex_list.section_of(one, speech) for one in found]
    index = _index(N_("Index of the annexes"), N_("Annex"), speech, [annex_list.index_of(found, speech)])
    return _whole(made, speech, speech.say(N_("Annexes")), [AGREED, CROSSED], index, exhibits)


def _note(made: Gathered, speech: Speech) -> Data:
    accounts = [one.codes.coarse for one in made.file.exhibits]
    sections = [_theme(one, speech) for one in themes.count(accounts)]
    title = speech.say(N_("Covering note by theme"))
    exhibits = [{"title": speech.say(N_("What the testimonies say, by theme")), "sections": sections}]
    return _whole(made, speech, title, [AGREED, COUNTED], None, exhibits)


def _whole(
    made: Gathered, speech: Speech, title: str, notes: list[str], index: Data | None, exhibits: list[Data]
) -> Data:
    redacted = made.submission.kind != NOTE and any(one.is_redacted for one in made.file.exhibits)
    cover = [facts(cover_rows(made.file, speech), speech), *notes_of([*notes, *([REDACTED] * redacted)], speech)]
    return {**frame(made.file, speech, title), "cover": cover, "index": index, "front": [], "exhibits": exhibits}


def _index(title: str, what: str, speech: Speech, after: list[Data]) -> Data:
    heads = [speech.say(N_("No.")), speech.say(what), speech.say(N_("Page"))]
    return {"title": speech.say(title), "heads": heads, "after": after, "deep": False}


def _section(part: Part, speech: Speech) -> Data:
    note: list[Data] = [{"kind": "note", "words": speech.own(part.note)}] if part.note else []
    return {"title": part.title, "blocks": [*([facts(part.rows, speech)] if part.rows else []), *note]}


def _theme(theme: Theme, speech: Speech) -> Data:
    wording = Wording(None, speech.lang)
    answering = speech.say(N_("Testimonies that answer a question on it"))
    rows: list[Row] = [(answering, [_number(theme.told)])]
    rows += [(wording.field_label(one.field), _counts(one, wording.answer_texts, speech)) for one in theme.questions]
    return {"title": f"{theme.code} · {speech.say(THEMES[theme.code])}", "blocks": [facts(rows, speech)]}


def _counts(one: Answered, texts: Callable[..., list[str]], speech: Speech) -> list[str | Data]:
    said = {code: ", ".join(texts(one.field, {"value": code}, coded=True)) for code, _ in one.counts if code != UNKNOWN}
    return [
        speech.say(COUNT, answer=said.get(code) or speech.say(UNANSWERED), number=_number(number))
        for code, number in one.counts
    ]


def _number(number: int | None) -> str:
    return BLANK if number is None else str(number)
