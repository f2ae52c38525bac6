"""The shipped questionnaire as the sheets of an XLSForm: its questions, conditions and texts in every language.

What an XLSForm cannot say stays in the shipped questionnaire alone: the order of its first questions, the checks that
ask whether an answer is right, the check against the age that was said for consent, and "nothing of this happened" for
a section. Lists are those of the codebook, which a questionnaire names without copying them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from testimony import catalogues
from testimony.questionnaire import labels
from testimony.questionnaire.codebook import CLASSES, Codebook
from testimony.questionnaire.expressions import fields_of
from testimony.questionnaire.form import Check, Field, Form, Piece, Section
from testimony.questionnaire.starting_form import formulas

SETTINGS = {"form_title": "Interview", "form_id": "own-interview", "version": "1"}
"""An organisation gives its questionnaire a name of its own: that of the shipped one is taken."""
PLAIN = ("type", "name")
TRANSLATED = ("label", "hint", "constraint_message")
TECHNICAL = ("compartment", "disclosure", "required", "relevant", "constraint", "repeat_count")
TYPES = {"text": "text", "date": "date", "int": "integer", "geo": "geopoint", "repeat": "begin_repeat"} | {
    "select": "select_one",
    "code": "select_one",
    "multi": "select_multiple",
    "multi_code": "select_multiple",
}
WORDS = {letter: word for word, letter in CLASSES.items()}
Cells = dict[str, str]  # heading -> text


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`rows` hold a text for each of `headings`; an empty one is an empty cell."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets() -> tuple[Sheet, ...]:
    """The sheets survey, choices and settings."""
    languages = _languages()
    headings = (*PLAIN, *(f"{use}::{one}" for use in TRANSLATED for one in languages.values()), *TECHNICAL)
    names = tuple(f"label::{one}" for one in languages.values())
    settings = SETTINGS | {"default_language": languages[catalogues.SOURCE]}
    return (
        _sheet("survey", headings, list(_Survey(languages).rows())),
        _sheet("choices", ("list_name", "name", *names), []),
        _sheet("settings", tuple(settings), [settings]),
    )


def _sheet(name: str, headings: tuple[str, ...], rows: list[Cells]) -> Sheet:
    cells = tuple(tuple(row.get(heading, "") for heading in headings) for row in rows)
    return Sheet(name=name, headings=headings, rows=cells)


def _languages() -> dict[str, str]:
    """Tag -> the language as a heading names it, such as "français (fr)". English comes first."""
    tags = dict.fromkeys((catalogues.SOURCE, *catalogues.languages(labels.DOMAIN)))
    return {tag: f"{labels.language_name(tag, tag)} ({tag})" for tag in tags}


class _Survey:
    """Writes the rows of the sheet `survey`."""

    def __init__(self, languages: dict[str, str]) -> None:
        self.languages, self.form = languages, Form.load()
        self.asked = {field.id for field in self.form.fields}

    def rows(self) -> Iterator[Cells]:
        for section in self.form.sections:
            yield from self._section(section)

    def _section(self, section: Section) -> Iterator[Cells]:
        title = self._said("label", lambda lang: labels.section_title(section.id, lang))
        yield {"type": "begin_group", "name": section.id, **title}
        for field in section.fields:
            yield from self._question(field)
        yield {"type": "end_group"}

    def _question(self, field: Field) -> Iterator[Cells]:
        yield {
            "type": _type(field),
            "name": field.id,
            **self._said("label", lambda lang: labels.field_label(field.id, lang)),
            **self._said("hint", lambda lang: labels.field_hint(field.id, lang) or ""),
            "compartment": field.compartment,
            "disclosure": WORDS[Codebook.load().fields[field.id].cls],
            "required": "yes" if field.required else "",
            "relevant": formulas.relevant(field.relevant),
            "repeat_count": str(field.most or ""),
            **self._constraint(field),
        }
        if field.type == "repeat":
            yield from (self._piece(field, piece) for piece in field.pieces)
            yield {"type": "end_repeat"}

    def _piece(self, field: Field, piece: Piece) -> Cells:
        return {
            "type": _type(piece),
            "name": piece.id,
            **self._said("label", lambda lang: labels.piece_label(field.id, piece.id, lang)),
            "required": "yes" if piece.required else "",
            "relevant": formulas.relevant(piece.relevant),
        }

    def _constraint(self, field: Field) -> Cells:
        """What makes an answer impossible. A question has one constraint and one message for all of it."""
        checks = [check for check in field.checks if self._is_constraint(check)]
        if not checks:
            return {}
        said = self._said(
            "constraint_message", lambda lang: " ".join(labels.check_message(check.id, lang) for check in checks)
        )
        return {"constraint": formulas.constraint((check.when for check in checks), field.id), **said}

    def _is_constraint(self, check: Check) -> bool:
        """Whether it refuses an answer and looks at no answer about consent, which a questionnaire cannot name."""
        return check.kind == "block" and fields_of(check.when) <= self.asked

    def _said(self, use: str, text: Callable[[str], str]) -> Cells:
        return {f"{use}::{name}": text(tag) for tag, name in self.languages.items()}


def _type(one: Field | Piece) -> str:
    kind = TYPES[one.type]
    return f"{kind} {one.list}" if kind.startswith("select") else kind
