"""The texts of a questionnaire in its languages: the default language in the definition, the others beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from testimony.questionnaire.form import key_of
from testimony.questionnaire.xlsform import choices
from testimony.questionnaire.xlsform.choices import Choice
from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.nodes import LAST_SAVED, is_last_saved
from testimony.questionnaire.xlsform.questions import SHEET, Note, Question, depends
from testimony.questionnaire.xlsform.semantics import Asked

Texts = Mapping[str, str]
NAMED = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
COARSE = "0.1° ≈ 10 km"
"""How exact a place of the incident is kept, in a form that needs no language."""
FILLED = ("text", "int", "decimal", "date", "select", "multi", "geo")
"""Kinds of questions whose answer can stand in the text of another one."""


class Words:
    """Collects what is said in every language, and says where a language lacks something."""

    def __init__(self, language: str, asked: Mapping[str, Asked], findings: Problems) -> None:
        self.language, self.asked, self.findings = language, asked, findings
        self.languages: dict[str, dict[str, Any]] = {}
        self.calculated: dict[str, Any] = {}  # what texts say, by name: an operand
        self.said: list[tuple[str, int | None, Texts]] = []

    def label(self, question: Question) -> str:
        texts = question.line.texts["label"]
        for lang, text in self._others(texts):
            self._field(lang, question.name)["label"] = text
        return self._base(SHEET, question.row, texts, fills=True)

    def hint(self, question: Question) -> str:
        """The hint, after the notes that always stand before the question."""
        notes = [note.line for note in question.notes if not depends(note, question)]
        said = [*((line.row, "label", line.texts["label"]) for line in notes)]
        said.append((question.row, "hint", question.line.texts["hint"]))
        if limit := question.range.text if question.range else COARSE if question.is_coarse else "":
            limits = dict.fromkeys([self.language, *question.line.texts["label"]], limit)
            said.append((question.row, "parameters", limits))
        texts = [one for _, _, one in said]
        for lang in sorted({lang for one in texts for lang in one} - {self.language}):
            self._field(lang, question.name)["hint"] = " ".join(one[lang] for one in texts if lang in one)
        for row, column, one in said:
            if one:
                self._base(SHEET, row, one, column=column, fills=True)
        return " ".join(one[self.language] for one in texts if self.language in one)

    def note(self, question: Question, note: Note, at: int, use: str = "notes") -> str:
        """A note of its own, at position `at` among those of its question. `use`: "row_notes" in a repeat."""
        texts = note.line.texts["label"]
        for lang, text in self._others(texts):
            self._field(lang, question.name).setdefault(use, {})[str(at)] = text
        return self._base(SHEET, note.line.row, texts, fills=True)

    def piece(self, question: Question, piece: Question) -> str:
        texts = piece.line.texts["label"]
        if (
            limit := piece.range.text
            if piece.range
            else COARSE
            if piece.kind == "geo" and question.is_of_incident
            else ""
        ):
            texts = {lang: f"{text} ({limit})" for lang, text in texts.items()}
        for lang, text in self._others(texts):
            self._field(lang, question.name).setdefault("pieces", {})[piece.name] = text
        return self._base(SHEET, piece.row, texts)

    def section(self, name: str, texts: Texts, row: int | None) -> str:
        for lang, text in self._others(texts):
            self._texts_of(lang, "sections")[name] = text
        return self._base(SHEET, row, texts)

    def message(self, question: Question) -> str:
        texts = question.line.texts["constraint_message"]
        for lang, text in self._others(texts):
            self._texts_of(lang, "checks")[question.name] = text
        return self._base(SHEET, question.row, texts, column="constraint_message") if texts else ""

    def option(self, name: str, choice: Choice) -> str:
        for lang, text in self._others(choice.labels):
            self._texts_of(lang, "lists").setdefault(name, {})[key_of(choice.code)] = text
        return self._base(choices.SHEET, choice.row, choice.labels)

    def translations(self) -> dict[str, dict[str, Any]]:
        """What is said in the other languages; a warning for each that lacks something."""
        for lang in self.languages:
            lacking = [(sheet, row) for sheet, row, texts in self.said if lang not in texts and row is not None]
            for sheet in dict.fromkeys(sheet for sheet, _ in lacking):
                rows = ", ".join(str(row) for row in dict.fromkeys(row for one, row in lacking if one == sheet))
                reason = f"in these rows a text is missing in {lang}, so it is shown in {self.language}: {rows}"
                self.findings.warn(sheet, None, "", reason)
        return self.languages

    def _base(self, sheet: str, row: int | None, texts: Texts, column: str = "label", *, fills: bool = False) -> str:
        """The text in the default language. `fills`: the interview page puts an answer where `${name}` stands."""
        self.said.append((sheet, row, texts))
        for name in sorted({name for text in texts.values() for name in NAMED.findall(text)}):
            if not fills:
                reason = "an answer is not filled in here, and ${name} would be read aloud; write the text without it"
                self.findings.refuse(sheet, row, column, reason)
            elif is_last_saved(name):
                self.findings.refuse(sheet, row, column, f"${{{name}}} would be read aloud: {LAST_SAVED}")
            elif name not in self.asked or self.asked[name].kind not in FILLED:
                reason = f"${{{name}}} would be read aloud: no question before this one has an answer of that name"
                self.findings.refuse(sheet, row, column, reason)
            elif self.asked[name].tree is not None:
                self.calculated[name] = self.asked[name].tree
        if texts and self.language not in texts:
            self.findings.refuse(sheet, row, column, f"the text is missing in {self.language}, the default language")
        return texts.get(self.language, "")

    def _others(self, texts: Texts) -> list[tuple[str, str]]:
        return [(lang, text) for lang, text in texts.items() if lang != self.language]

    def _field(self, lang: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._texts_of(lang, "fields").setdefault(name, {})
        return found

    def _texts_of(self, lang: str, kind: str) -> dict[str, Any]:
        held = self.languages.setdefault(lang, {"fields": {}, "lists": {}, "sections": {}, "checks": {}})
        found: dict[str, Any] = held[kind]
        return found
