"""Builds a form's definition from the parsed sections and questions of an XLSForm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from testimony.answer import MISSING
from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import SEGMENTS, Form, option_value
from testimony.questionnaire.xlsform.agreement import disclosure_of, piece_type, require_agreement
from testimony.questionnaire.xlsform.choices import ELSEWHERE, Choice, Lists
from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.logic import Logic
from testimony.questionnaire.xlsform.or_other import OTHER
from testimony.questionnaire.xlsform.questions import SHEET, Note, Part, Question, depends
from testimony.questionnaire.xlsform.semantics import Asked, Tree
from testimony.questionnaire.xlsform.settings import Settings
from testimony.questionnaire.xlsform.text import Words

YES = ("yes", "true", "true()", "1")
NO = ("", "no", "false", "false()", "0")


class Composer:
    """Puts one definition together; what is wrong goes to `findings`."""

    def __init__(self, settings: Settings, lists: Lists, findings: Problems) -> None:
        self.settings, self.lists, self.findings = settings, lists, findings
        self.logic = Logic(findings)
        self.words = Words(settings.language, self.logic.asked, findings)
        self.codebook, self.shipped = Codebook.load(), Form.load().value
        self.fields: dict[str, dict[str, Any]] = {}
        self.used: dict[str, None] = {}

    def definition(self, parts: list[Part]) -> dict[str, Any]:
        """The whole of it, as docs/questionnaire.md describes it."""
        sections = [self._section(part) for part in parts]
        for name in self.shipped["consent"]:
            self.fields[name] = self.shipped["fields"][name]
            self._use(self.fields[name].get("list"))
        lists = {name: self._list(name) for name in self.used}
        translations = self.words.translations()
        calculated = {"calculated": self.words.calculated} if self.words.calculated else {}
        return calculated | {
            "v": "testimony/1/form",
            "id": self.settings.id,
            "language": self.settings.language,
            "sections": sections,
            "consent": self.shipped["consent"],
            "fields": self.fields,
            "lists": lists,
            "translations": translations,
        }

    def _section(self, part: Part) -> dict[str, Any]:
        group = part.questions[0].groups[-1].line
        title = self.words.section(part.id, part.title, None if group is None else group.row)
        for question in part.questions:
            self._question(question)
        return {"id": part.id, "title": title, "fields": [question.name for question in part.questions]}

    def _question(self, question: Question) -> None:
        for calculation in question.calculations:
            self.logic.calculate(calculation)
        require_agreement(question, self.findings)
        notes = [(note, self.logic.read(note, question)) for note in question.notes if depends(note, question)]
        name, known = question.name, self.codebook.fields.get(question.name)
        value: dict[str, Any] = {
            "label": self.words.label(question),
            "type": piece_type(question),
            "compartment": question.line.cell("compartment").lower(),
            "disclosure": disclosure_of(question),
            "export": known.export if known else "never",
            "lawyers_only": known.lawyers_only if known else None,
            "list": self._list_of(question),
            "hint": self.words.hint(question),
            "required": self._required(question),
            "relevant": self.logic.relevant(question),
            "checks": self._checks(question),
            "offered": self._offered(question, self.logic.asked),
            "suggest": self.logic.suggested(question, self._codes(question.list_name)),
            "band": known.band if known else None,
            "looks": question.looks,
            "coarse": question.is_coarse,
            "picture": self.shipped["fields"].get(name, {}).get("picture"),
            "precision": self._precision(question),
        }
        if question.kind == "repeat":
            notes_in_rows: list[dict[str, Any]] = []
            value |= {
                "most": question.most,
                "pieces": self._pieces(question, notes_in_rows),
                "row_notes": notes_in_rows,
            }
        self._use(value["band"])
        self.fields[name] = {
            key: held
            for key, held in value.items()
            if held not in (None, False, [], "") and (key, held) != ("relevant", True)
        }
        numbers = frozenset(piece.name for piece in question.pieces if piece.kind in ("int", "decimal"))
        self.logic.asked[name] = Asked(question.kind, self._codes(question.list_name), pieces=numbers)
        for calculation in question.later:
            self.logic.calculate(calculation)
        after = [(note, self.logic.read(note, question)) for note in question.after]
        self._tell_hidden(question)
        if notes or after:
            self.fields[name]["notes"] = self._notes(question, [*notes, *after])

    def _tell_hidden(self, question: Question) -> None:
        """Warn of notes that are read less often than their own conditions say."""
        for note in (*question.notes, *question.after):
            if self.logic.is_hidden(note, question):
                where = f"it is read only where {question.name} is asked"
                reason = f"{where}; write the note before a question that is always asked"
                self.findings.warn(SHEET, note.line.row, "relevant", reason)

    def _notes(self, question: Question, notes: list[tuple[Note, Tree]]) -> list[dict[str, Any]]:
        """The notes on the card of `question`, each with its condition."""
        return [
            {"text": self.words.note(question, note, at)}
            | ({} if when is True else {"when": when})
            | ({"after": True} if note in question.after else {})
            for at, (note, when) in enumerate(notes)
        ]

    def _pieces(self, question: Question, notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The questions of a repeat; what is read between them goes to `notes`."""
        row: dict[str, Asked] = {}
        told = []
        for piece in question.pieces:
            for calculation in piece.calculations:
                self.logic.calculate_in_row(calculation, row)
            notes += self._notes_in_row(question, piece.notes, row, len(notes), {"before": piece.name})
            relevant = self.logic.relevant_in_row(piece, row)
            offered = self._offered(piece, {**self.logic.asked, **row})
            value = self._piece(question, piece) | ({} if relevant is True else {"relevant": relevant})
            told.append(value | ({"offered": offered} if offered else {}))
            row[piece.name] = Asked(piece.kind, self._codes(piece.list_name))
        for piece in question.pieces[-1:]:
            for calculation in piece.later:
                self.logic.calculate_in_row(calculation, row)
            notes += self._notes_in_row(question, piece.after, row, len(notes), {})
        return told

    def _notes_in_row(
        self, question: Question, notes: list[Note], row: dict[str, Asked], first: int, place: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        return [
            {
                "text": self.words.note(question, note, at, "row_notes"),
                "when": self.logic.read_in_row(note, row),
                **place,
            }
            for at, note in enumerate(notes, start=first)
        ]

    def _piece(self, question: Question, piece: Question) -> dict[str, Any]:
        label = self.words.piece(question, piece)
        value: dict[str, Any] = {"id": piece.name, "type": piece_type(piece), "label": label}
        value |= {"list": name} if (name := self._list_of(piece)) else {}
        value |= {"coarse": True} if piece.kind == "geo" and question.is_of_incident else {}
        return value | ({"required": True} if self._required(piece) else {})

    def _required(self, question: Question) -> bool:
        said = question.line.cell("required").lower()
        if said not in (*YES, *NO):
            self.findings.refuse(SHEET, question.row, "required", "only yes or no can stand here")
        return said in YES

    def _checks(self, question: Question) -> list[dict[str, Any]]:
        codes = self._codes(question.list_name)
        row: dict[str, Asked] = {}
        for piece in question.pieces:
            for calculation in piece.calculations:
                self.logic.calculate_of_row(calculation, row)
            row[piece.name] = Asked(piece.kind, self._codes(piece.list_name))
        in_rows = [(piece, self.logic.violation_in_rows(question.name, piece, row)) for piece in question.pieces]
        whole = (question, self.logic.violation(question, codes))
        return [check for one, when in (whole, *in_rows) for check in self._check(one, when)]

    def _check(self, question: Question, when: Tree) -> list[dict[str, Any]]:
        message = question.line.texts["constraint_message"]
        if when is False:
            if message:
                self.findings.warn(SHEET, question.row, "constraint_message", "there is no constraint that it tells of")
            return []
        if not message:
            reason = "without a message the page says only that this answer is not possible"
            self.findings.warn(SHEET, question.row, "constraint_message", reason)
        said = self.words.message(question)
        return [{"id": question.name, "kind": "block", "when": when, "message": said}]

    def _offered(self, question: Question, asked: Mapping[str, Asked]) -> list[dict[str, Any]]:
        choices = self.lists.get(question.list_name or "", [])
        always = (*MISSING, OTHER) if question.or_other else MISSING
        return self.logic.offered(question, [one for one in choices if one.code not in always], asked)

    def _precision(self, question: Question) -> str | None:
        """The field that says how exact a date of the codebook is: it is asked on the same card, so it comes first."""
        precision = f"{question.name}_prec"
        if (
            question.kind != "date"
            or question.name not in self.codebook.fields
            or precision not in self.codebook.fields
        ):
            return None
        if [*self.fields][-1:] != [precision]:
            reason = f"the question {precision} must stand in the row before this one"
            self.findings.refuse(SHEET, question.row, "name", reason)
        return precision

    def _list_of(self, question: Question) -> str | None:
        name = question.list_name
        if name is not None and name not in self.lists and name not in ELSEWHERE and name not in self.codebook.lists:
            self.findings.refuse(SHEET, question.row, "type", f"the sheet choices has no list {name}")
            return None
        self._use(name)
        return name

    def _use(self, name: str | None) -> None:
        if name is not None and name != "bcp47":
            self.used[name] = None

    def _codes(self, name: str | None) -> frozenset[str]:
        if name is None or name == "bcp47":
            return frozenset()
        if name == SEGMENTS:
            return frozenset((*self.codebook.segments, *(choice.code for choice in self.lists.get(name, ()))))
        if name in ELSEWHERE or name in self.codebook.lists:
            return frozenset(self.codebook.codes(name))
        return frozenset(choice.code for choice in self.lists.get(name, ()))

    def _list(self, name: str) -> dict[str, Any]:
        told: Mapping[str, Choice] = {choice.code: choice for choice in self.lists.get(name, ())}
        if name in ELSEWHERE:
            added = [self._option(name, choice) for choice in told.values()]
            return {"options": [*({"code": code} for code in self.codebook.codes(name)), *added]}
        if name not in self.codebook.lists:
            return {"options": [self._option(name, choice) for choice in told.values() if choice.code not in MISSING]}
        options = []
        for option in self.codebook.lists[name].options:
            choice = told.get(option.code)
            own = labels.option_label(name, option.code, self.settings.language)
            options.append(option_value(option) | {"label": own if choice is None else self.words.option(name, choice)})
        return {"options": options}

    def _option(self, name: str, choice: Choice) -> dict[str, Any]:
        value: dict[str, Any] = {"code": choice.code, "label": self.words.option(name, choice)}
        return value | ({"exclusive": True} if choice.code == "none" else {})
