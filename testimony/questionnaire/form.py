"""The form of one interview: its fields in order, when each field is asked, and which answers are impossible."""

from __future__ import annotations

import builtins
import dataclasses
import functools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from testimony import canonical
from testimony.questionnaire.codebook import SEGMENT, Codebook, CodebookField, CodeList, Option, read_json
from testimony.questionnaire.expressions import fields_of

SEGMENTS = "gaz_segment"
ELSEWHERE = ("iso3", SEGMENTS)  # lists whose codes are in files of their own and whose labels are made, not stored
Tree = Any  # an expression of expressions.py: JSON
DEPTH = 24
"""How deep the definition may be: its trees lie deeper than anything that is signed."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """`when` is true: the answer is impossible ("block") or asked about once ("ask")."""

    id: str
    kind: str
    when: Tree
    message: str  # English; shown by labels.check_message(id, lang)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of a row of a repeat: a code, several, a number, a date, a place, or words (never in the incident)."""

    id: str
    type: str  # select, multi, code, int, decimal (a text such as "3.5"), date, geo, text
    list: str | None = None
    label: str  # English; shown by labels.piece_label(field, id, lang)
    required: bool = False  # a row without it is not complete
    relevant: Tree = True  # True, or an expression; it sees the pieces before it in the row, and earlier answers
    offered: tuple[Mapping[str, Any], ...] = ()  # [{"codes", "when"}]: choices that are there only sometimes
    coarse: bool = False  # of a place: kept to a tenth of a degree


@dataclass(frozen=True, kw_only=True)
class Field:
    id: str
    label: str  # English; shown by labels.field_label(id, lang)
    type: str  # text, date, code, select, multi, multi_code, int, decimal, geo, repeat
    options: tuple[str, ...]  # codes; empty where `list` is iso3, bcp47 or gaz_segment
    list: str | None
    required: bool
    relevant: Tree  # True, or an expression
    compartment: str  # incident, identity, narrative, provenance, consent
    hint: str | None = None  # English; shown by labels.field_hint(id, lang)
    checks: tuple[Check, ...] = ()
    notes: tuple[Note, ...] = ()
    row_notes: tuple[Note, ...] = ()  # of a repeat: those in each row that depend on answers
    pieces: tuple[Piece, ...] = ()  # of a repeat: what one row says
    most: int | None = None  # of a repeat: how many rows it may have
    picture: str | None = None  # what the options are drawn on or as: body, officer, equipment, vehicle
    looks: str | None = (
        None  # of a choice: minimal (its list is folded) or likert (the choices stand beside each other)
    )
    coarse: bool = False  # of a place: kept to a tenth of a degree
    suggest: tuple[Tree, ...] = ()  # operands: answers to offer for one tap, of a choice or a number
    export: str = "never"
    lawyers_only: bool = False  # see `CodebookField`
    band: str | None = None  # of a number: the list that it leaves as
    about: str | None = None  # of a number: the field that holds its band where nobody could count
    precision: str | None = None  # of a date: the field that says how exact it is
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Note:
    """Words on the card of a question, before it or `after` its answers, where `when` is true."""

    text: str
    when: Tree = True
    after: bool = False
    before: str | None = None  # in a row: the piece before which it stands; None for the end of the row


@dataclass(frozen=True, kw_only=True)
class Section:
    id: str
    title: str  # English; shown by labels.section_title(id, lang)
    fields: tuple[Field, ...]
    none: Mapping[str, str] = dataclasses.field(default_factory=dict)  # field -> code: "Nothing of this happened"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A question of the default path, asked where `when` is true of the answers so far."""

    field: str
    when: Tree = True
    beside: tuple[str, ...] = ()  # the questions after it in the form that stand on its card

    @property
    def fields(self) -> tuple[str, ...]:
        """All questions of its card."""
        return self.field, *self.beside


@dataclass(frozen=True, kw_only=True)
class Form:
    id: str  # "camp-interview@6"
    sections: tuple[Section, ...]
    path: tuple[Step, ...]  # what an interview asks first, as a story goes; empty where the required fields are that
    lists: Mapping[str, CodeList]
    consent_fields: tuple[Field, ...]  # asked at the consent step, sealed in `consent`; in no section
    definition: bytes  # canonical JSON of `value`: what the page embeds
    value: Mapping[str, Any]  # {"v","id","path","sections":[{id,title,fields}],"fields":{id:{…}},"lists":{id:{…}}}
    sha256: str  # of `definition`: form_sha256 of every part

    @classmethod
    def load(cls) -> Form:
        """The form shipped with this version."""
        return _load()

    @property
    def fields(self) -> Iterator[Field]:
        """All fields of the sections, in the order in which they are asked."""
        return (field for section in self.sections for field in section.fields)

    def field(self, name: str) -> Field:
        """The field with the id `name`, of a section or of consent. Raises KeyError."""
        for field in (*self.fields, *self.consent_fields):
            if field.id == name:
                return field
        raise KeyError(name)


def own_parts(value: Mapping[str, Any]) -> dict[str, str]:
    """Parts of borders that the definition `value` adds to those of the gazetteer: code -> what the part is called."""
    options = value.get("lists", {}).get(SEGMENTS, {}).get("options", ())
    return {one["code"]: one["label"] for one in options if "label" in one}


def key_of(code: str) -> str:
    """How a form writes `code` as the key of a text: small letters, as every key of JSON that is hashed."""
    return re.sub("[-:]", "_", code.lower()) if SEGMENT.fullmatch(code) else code


@functools.cache
def _load() -> Form:
    raw, codebook = read_json("form.json"), Codebook.load()
    sections = tuple(
        Section(
            id=entry["id"],
            title=entry["title"],
            fields=tuple(_field(one, codebook) for one in entry["fields"]),
            none=entry.get("none", {}),
        )
        for entry in raw["sections"]
    )
    consent = tuple(_field({"id": name}, codebook) for name in raw["consent_fields"])
    path = read_path(raw, sections)
    asked = [field for section in sections for field in section.fields]
    names = _lists_of((*asked, *consent))
    lists = {name: codebook.lists[name] for name in names if name in codebook.lists}
    value = _value(raw["id"], sections, consent, lists) | {"path": raw["path"]}
    value["lists"] |= {name: _bare(codebook.codes(name)) for name in names if name in ELSEWHERE}
    definition = canonical.encode(value, depth=DEPTH)
    return Form(
        id=raw["id"],
        sections=sections,
        path=path,
        lists=lists,
        consent_fields=consent,
        definition=definition,
        value=value,
        sha256=canonical.sha256_hex(definition),
    )


def read_path(held: Mapping[str, Any], sections: tuple[Section, ...]) -> tuple[Step, ...]:
    """The steps of `path` in `held`: [{"field", "when"?, "beside"?}], or none.

    Raises ValueError where a step has no card of its own, stands there twice or depends on what is not asked, where
    a card holds what does not follow in its section, and where a required question is left out.
    """
    steps = tuple(Step(**{**step, "beside": (*step.get("beside", ()),)}) for step in held.get("path", ()))
    asked = {field.id: field for section in sections for field in section.fields}
    with_card = asked.keys() - {field.precision for field in asked.values()}
    named = [name for step in steps for name in step.fields]
    for name in named:
        if name not in with_card:
            raise ValueError(f"the path names {name!r}, which has no card in this form")
        if named.count(name) > 1:
            raise ValueError(f"{name} stands twice in the path")
    for step in steps:
        if step.beside and any(asked[name].precision for name in step.fields):
            raise ValueError(f"a date with a precision has a card of its own, and {step.field} would share it")
        if step.beside and not any(_follow(step.fields, section, with_card) for section in sections):
            raise ValueError(f"{', '.join(step.beside)} do not follow {step.field} in the form, so no card holds them")
        if unknown := fields_of(step.when) - asked.keys():
            raise ValueError(f"{step.field} depends in the path on {sorted(unknown)}, which this form does not ask")
    lacking = [name for name in asked if name in with_card and asked[name].required and name not in named]
    if steps and lacking:
        raise ValueError(f"the path leaves out what is required: {', '.join(lacking)}")
    return steps


def _follow(names: tuple[str, ...], section: Section, with_card: Collection[str]) -> bool:
    """Whether the questions `names` stand one after another in `section`."""
    own = [field.id for field in section.fields if field.id in with_card]
    at = own.index(names[0]) if names[0] in own else len(own)
    return (*own[at : at + len(names)],) == names


def _field(entry: Mapping[str, Any], codebook: Codebook) -> Field:
    known: CodebookField = codebook.fields[entry["id"]]
    return Field(
        id=known.id,
        label=known.label,
        type=known.type,
        options=codebook.lists[known.list].codes if known.list and known.list in codebook.lists else (),
        list=known.list,
        required=known.required,
        relevant=entry.get("relevant", True),
        compartment=known.compartment,
        hint=entry.get("hint"),
        checks=tuple(Check(**check) for check in entry.get("checks", ())),
        pieces=tuple(Piece(**piece) for piece in entry.get("pieces", ())),
        most=entry.get("most"),
        picture=entry.get("picture"),
        suggest=tuple(entry.get("suggest", ())),
        export=known.export,
        lawyers_only=known.lawyers_only,
        band=known.band,
        about=entry.get("about"),
        precision=entry.get("precision"),
        themes=known.themes,
    )


def _lists_of(fields: tuple[Field, ...]) -> builtins.list[str]:
    names: dict[str, None] = {}
    for field in fields:
        for name in (field.list, field.band, *(piece.list for piece in field.pieces)):
            if name is not None:
                names[name] = None
    return [*names]


def _value(
    form_id: str, sections: tuple[Section, ...], consent: tuple[Field, ...], lists: Mapping[str, CodeList]
) -> dict[str, Any]:
    asked = [field for section in sections for field in section.fields]
    return {
        "v": "testimony/1/form",
        "id": form_id,
        "sections": [_section_value(section) for section in sections],
        "consent": [field.id for field in consent],
        "fields": {field.id: _field_value(field) for field in (*asked, *consent)},
        "lists": {
            name: {"options": [option_value(option) for option in entry.options]} for name, entry in lists.items()
        },
    }


def _section_value(section: Section) -> dict[str, Any]:
    value: dict[str, Any] = {"id": section.id, "title": section.title, "fields": [field.id for field in section.fields]}
    return value | ({"none": dict(section.none)} if section.none else {})


def _bare(codes: tuple[str, ...]) -> dict[str, Any]:
    return {"options": [{"code": code} for code in codes]}


def _field_value(field: Field) -> dict[str, Any]:
    """What the page needs of a field; what is absent is False, True (`relevant`) or nothing."""
    value: dict[str, Any] = {
        "label": field.label,
        "type": field.type,
        "compartment": field.compartment,
        "export": field.export,
    }
    for name in ("list", "hint", "band", "about", "precision", "required", "most", "picture", "lawyers_only"):
        if getattr(field, name):
            value[name] = getattr(field, name)
    if field.suggest:
        value["suggest"] = [*field.suggest]
    if field.pieces:
        value["pieces"] = [_piece_value(piece) for piece in field.pieces]
    if field.relevant is not True:
        value["relevant"] = field.relevant
    if field.checks:
        value["checks"] = [
            {"id": check.id, "kind": check.kind, "when": check.when, "message": check.message} for check in field.checks
        ]
    return value


def _piece_value(piece: Piece) -> dict[str, Any]:
    value: dict[str, Any] = {"id": piece.id, "type": piece.type, "label": piece.label}
    if piece.list:
        value["list"] = piece.list
    if piece.relevant is not True:
        value["relevant"] = piece.relevant
    return value | ({"required": True} if piece.required else {})


def option_value(option: Option) -> dict[str, Any]:
    """An option as a definition holds it."""
    value: dict[str, Any] = {"code": option.code, "label": option.label}
    if option.family:
        value["family"] = option.family
    if option.exclusive:
        value["exclusive"] = True
    if option.at_least is not None:
        value["from"] = option.at_least
    if option.at_most is not None:
        value["to"] = option.at_most
    return value
