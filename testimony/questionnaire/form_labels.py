"""Labels of a form's questions and answers in a language: the form's own texts, or else the codebook's.

A testimony is shown with the form used to record it. Without that form (`None`) the codebook still labels its own
fields and codes; everything else is shown by its id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from testimony.answer import read
from testimony.questionnaire import labels, operands
from testimony.questionnaire.codebook import Codebook, Segment
from testimony.questionnaire.form import SEGMENTS, Field, Form, Note, Piece, key_of, own_parts

CODED_LISTS = {"vio": "vio_family"}  # the list whose codes a coded account holds instead
CHAIN = "i_chain"
BETWEEN_PIECES = " · "
GAP = re.compile(r"\$\{\s*([a-z0-9_]+)\s*\}")
"""A place in a text for the answer to another question."""


class Wording:
    """The words of `form` in `lang`; of the codebook where there is no form."""

    def __init__(self, form: Form | None, lang: str, *, gaps: bool = False) -> None:
        """`gaps`: keep each `${name}` in a text, for the interview page to fill in."""
        value: Mapping[str, Any] = {} if form is None else form.value
        self.form, self.lang, self._gaps = form, lang, gaps
        self.own = "translations" in value  # an organisation's own form brings its words; a shipped one has catalogues
        self._base = value.get("language", "en") == lang
        self._words: Mapping[str, Any] = value.get("translations", {}).get(lang.lower(), {})
        self._own_parts = own_parts(value)
        fields = () if form is None else (*form.fields, *form.consent_fields)
        self._fields = {field.id: field for field in fields}

    def field_label(self, name: str) -> str:
        """What is asked; the id of a field that nobody knows."""
        field = self._fields.get(name)
        said = self._closed(self._text_at("fields", name, "label"))
        if said or (self.own and self._base and field is not None and not self._is_consent(name)):
            return said or (self._closed(field.label) if field else name)
        if name in Codebook.load().fields:
            return labels.field_label(name, self.lang)
        return self._closed(field.label) if field else name

    def field_hint(self, name: str) -> str | None:
        """The help line under the question, if it has one."""
        field = self._fields.get(name)
        if field is None:
            return None
        if self.own and not self._is_consent(name):
            return self._closed(self._text_at("fields", name, "hint") or field.hint or "") or None
        return labels.field_hint(name, self.lang) if self._is_shipped(name, field) else field.hint

    def field_notes(self, name: str) -> tuple[Note, ...]:
        """The notes on the card of the question."""
        return self._notes(name, "notes", self._fields[name].notes if name in self._fields else ())

    def row_notes(self, name: str) -> tuple[Note, ...]:
        """The notes in each row of the repeat."""
        return self._notes(name, "row_notes", self._fields[name].row_notes if name in self._fields else ())

    def _notes(self, name: str, use: str, notes: tuple[Note, ...]) -> tuple[Note, ...]:
        said = (self._text_at("fields", name, use, str(at)) or note.text for at, note in enumerate(notes))
        return tuple(replace(note, text=self._closed(text)) for note, text in zip(notes, said, strict=True))

    def _closed(self, text: str) -> str:
        """`text` without the answers of an interview: "…" in their places, unless `gaps`."""
        return text if self._gaps else GAP.sub("…", text)

    def piece_label(self, name: str, piece: Piece) -> str:
        """What a piece of a row is called."""
        if self.own:
            return self._text_at("fields", name, "pieces", piece.id) or piece.label
        try:
            return labels.piece_label(name, piece.id, self.lang)
        except KeyError:  # of a form that an earlier version shipped
            return piece.label

    def section_title(self, name: str) -> str:
        """What a part of the interview is called."""
        base = next((one.title for one in self.form.sections if one.id == name), name) if self.form else name
        if self.own:
            return self._text_at("sections", name) or base
        try:
            return labels.section_title(name, self.lang)
        except KeyError:  # of a form that an earlier version shipped
            return base

    def check_message(self, name: str, message: str) -> str:
        """The sentence of the check `name`, which says `message` in the language of the form."""
        return self._text_at("checks", name) or message if self.own else labels.check_message(name, self.lang)

    def option_label(self, list_name: str, code: str) -> str:
        """What a code is called; the code itself where nobody knows it."""
        said = self._text_at("lists", list_name, key_of(code))
        if list_name == SEGMENTS and code in self._own_parts:
            return labels.part_of(Segment.of(code), said or self._own_parts[code], self.lang)
        if said:
            return said
        stored = self.form.lists.get(list_name) if self.form else None
        label = next((one.label for one in stored.options if one.code == code), None) if stored else None
        if self.own and self._base and label is not None:
            return label
        try:
            return labels.option_label(list_name, code, self.lang)
        except KeyError:
            return label or code

    def own_segments(self) -> dict[str, str]:
        """The parts of borders that the form adds to the gazetteer: code -> what the part is called."""
        return {code: self._text_at("lists", SEGMENTS, key_of(code)) or said for code, said in self._own_parts.items()}

    def answer_texts(self, name: str, answer: Mapping[str, Any], *, coded: bool = False) -> list[str]:
        """What an answer says, as texts to show one by one: labels, rows, numbers, dates, words; or why it is missing.

        `coded`: the answer is of a coded account, where numbers are bands and violence is families.
        """
        counts = read(answer)
        if "missing" in counts:
            return [labels.missing_label(counts["missing"], self.lang)]
        value = counts.get("value")
        values = value if isinstance(value, list) else [] if value is None else [value]
        list_name = self._list_of(name, coded=coded)
        return [self._row(name, one) if isinstance(one, Mapping) else self._code(list_name, one) for one in values]

    def _row(self, name: str, row: Mapping[str, Any]) -> str:
        """A row of a repeat: its pieces with their names, in the order of the form."""
        if name == CHAIN and row.keys() == {"from", "to", "method"}:
            return self._leg({side: str(code) for side, code in row.items()})
        field = self._fields.get(name)
        pieces = {piece.id: piece for piece in field.pieces} if field else {}
        order = [*(one for one in pieces if one in row), *sorted(one for one in row if one not in pieces)]
        return BETWEEN_PIECES.join(self._piece(name, pieces.get(one), one, row[one]) for one in order)

    def _leg(self, row: Mapping[str, str]) -> str:
        """A border crossed, as people say it: from where to where, and how."""
        names = {side: self.option_label("iso3", row[side]) for side in ("from", "to")}
        way = labels.way_between(names["from"], names["to"], self.lang)
        return f"{way} ({self.option_label('ret_method', row['method'])})"

    def _piece(self, name: str, piece: Piece | None, key: str, value: Any) -> str:
        codes = value if isinstance(value, list) else [value]
        said = ", ".join(self._code(piece.list if piece else None, code) for code in codes)
        return f"{self.piece_label(name, piece) if piece else key}: {said}"

    def _code(self, list_name: str | None, code: Any) -> str:
        return operands.written(code) if list_name is None else self.option_label(list_name, str(code))

    def _list_of(self, name: str, *, coded: bool) -> str | None:
        known: Any = self._fields.get(name) or Codebook.load().fields.get(name)
        if known is None:
            return None
        if coded:
            return "chain" if known.type == "repeat" else known.band or CODED_LISTS.get(known.list or "", known.list)
        return str(known.list) if known.list else None

    def _is_shipped(self, name: str, field: Field) -> bool:
        """Whether the catalogues know its hint: an earlier form may have said something else."""
        return any(
            one.id == name and one.hint == field.hint for one in (*Form.load().fields, *Form.load().consent_fields)
        )

    def _is_consent(self, name: str) -> bool:
        return self.form is not None and any(field.id == name for field in self.form.consent_fields)

    def _text_at(self, *path: str) -> str:
        found: Any = self._words
        for key in path:
            found = found.get(key, {}) if isinstance(found, Mapping) else {}
        return found if isinstance(found, str) else ""
