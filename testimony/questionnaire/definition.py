"""Parses and validates a form's definition from its bytes: the form in force, an older form or a foreign form."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.questionnaire.codebook import ALL_PARTS, Codebook, CodebookField, CodeList, Option, Segment
from testimony.questionnaire.conditions import COMPARTMENTS, Rules
from testimony.questionnaire.errors import QuestionnaireRefused, QuestionnaireUnreadable
from testimony.questionnaire.expressions import fields_of
from testimony.questionnaire.form import (
    DEPTH,
    ELSEWHERE,
    Check,
    Field,
    Form,
    Note,
    Piece,
    Section,
    own_parts,
    read_path,
)

LARGEST = 1024 * 1024
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}@[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
EARLIER = Path(__file__).parent / "earlier"
"""The forms that earlier versions shipped: testimonies were sealed with them."""
Value = Mapping[str, Any]


def parse(data: bytes) -> Form:
    """The form that canonical `data` defines. Raises `QuestionnaireUnreadable`."""
    if len(data) > LARGEST:
        raise QuestionnaireUnreadable("size")
    try:
        value = canonical.decode(data, depth=DEPTH)
        form = _form(value, data)
        Rules(value)
    except (NotCanonical, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise QuestionnaireUnreadable("damaged") from error
    return form


def shipped(sha256: str) -> Form | None:
    """The form with this hash that some version of the program shipped."""
    if sha256 == Form.load().sha256:
        return Form.load()
    return next((form for form in _earlier() if form.sha256 == sha256), None)


def all_shipped() -> tuple[Form, ...]:
    """Every form that some version of the program shipped, this one's first."""
    return Form.load(), *_earlier()


@functools.cache
def _earlier() -> tuple[Form, ...]:
    return tuple(parse(file.read_bytes()) for file in sorted(EARLIER.glob("*.json")))


def for_coordinators(value: Value) -> Value:
    """`value` of a form, with every field marked that this version of the program keeps from coordinators.

    A form that was made before, as an organisation's own form may be, does not know of fields that were marked since.
    """
    known = Codebook.load().fields
    marked = {
        name: {**field, "lawyers_only": True} if name in known and known[name].lawyers_only else field
        for name, field in value["fields"].items()
    }
    return {**value, "fields": marked}


def require_safe(form: Form) -> None:
    """Check the rules for a form that is put into force, whoever wrote it. Raises `QuestionnaireRefused`.

    Its own fields never leave, the incident holds no words and no name, and what has the codebook's name is its field.
    """
    problems = [] if shipped(form.sha256) else [*_problems(form)]
    if problems:
        raise QuestionnaireRefused(problems="; ".join(dict.fromkeys(problems)))


def _problems(form: Form) -> Iterator[str]:
    known, fields = Codebook.load().fields, form.value["fields"]
    if not FORM.fullmatch(form.id):
        yield "the form has no plain name and version"
    if any(field.compartment != "consent" or field.export != "never" for field in form.consent_fields):
        yield "consent is the program's own"
    yield from filter(None, map(unfit_part, own_parts(form.value)))
    before = set(form.value["consent"])
    everything = before.union(field.id for field in form.fields)
    for field in form.fields:
        if not NAME.fullmatch(field.id) or field.id in before:
            yield f"{field.id!r} is no name of a field, or stands there twice"
        yield from _own(field, fields[field.id]) if field.id not in known else _like(field, known[field.id])
        checked = set[str]().union(*(fields_of(check.when) for check in field.checks))
        offers = fields[field.id].get("offered", ())
        needed = fields_of(field.relevant).union(*(fields_of(one["when"]) for one in offers))
        needed |= set[str]().union(*map(fields_of, field.suggest))
        for note in field.notes:
            needed |= fields_of(note.when) - ({field.id} if note.after else set())
        row: set[str] = set()
        for piece in field.pieces:
            needed |= fields_of(piece.relevant).union(*(fields_of(one["when"]) for one in piece.offered)) - row
            row.add(piece.id)
        for note in field.row_notes:
            needed |= fields_of(note.when) - row
        if needed - before or checked - everything:
            yield f"{field.id} depends on what was not asked before"
        before.add(field.id)
    for name, operand in form.value.get("calculated", {}).items():
        if fields_of(operand) - everything or name in everything:
            yield f"{name!r} is calculated from what is not asked"


def unfit_part(code: str) -> str | None:
    """Why `code` cannot be a part of a border that a form adds to the gazetteer; None if it can."""
    known = Codebook.load()
    try:
        part = Segment.of(code)
    except ValueError:
        return f"write a part of a border as HRV-SVN:drava and not as {code!r}"
    if part.origin == part.destination or not {part.origin, part.destination} <= known.countries.keys():
        return f"{code} is not between two countries of the codebook"
    if code in known.segments or part.part == ALL_PARTS:
        return f"the gazetteer has {code} already; leave it out here"
    return None


def _own(field: Field, value: Value) -> Iterator[str]:
    if field.compartment not in COMPARTMENTS:
        yield f"{field.id} is in no compartment"
    if field.export != "never" or field.band:
        yield f"{field.id} is no field of the codebook, so it never leaves"
    worded = field.type == "text" or any(piece.type == "text" for piece in field.pieces)
    places = [one.coarse for one in field.pieces if one.type == "geo"] + ([field.coarse] if field.type == "geo" else [])
    if places and (field.compartment == "provenance" or (field.compartment == "incident" and not all(places))):
        yield f"{field.id} is an exact place, which could name somebody"
    if field.compartment == "incident" and (worded or value.get("disclosure") in (None, "D")):
        yield f"{field.id} could name somebody in the incident"


def _like(field: Field, known: CodebookField) -> Iterator[str]:
    name = known.list if field.type == "repeat" else field.list  # the lists of a repeat are those of its pieces
    told = (field.type, name, field.compartment, field.export, field.band)
    if told != (known.type, known.list, known.compartment, known.export, known.band):
        yield f"{field.id} is not as the codebook has it"


def _form(value: Any, data: bytes) -> Form:
    if not isinstance(value, dict) or value["v"] != "testimony/1/form":
        raise ValueError
    lists = {name: _list(name, held) for name, held in value["lists"].items() if name not in ELSEWHERE}
    sections = tuple(
        Section(
            id=_text(held["id"]),
            title=_text(held["title"]),
            fields=tuple(_field(name, value["fields"][name], lists) for name in held["fields"]),
            none=held.get("none", {}),
        )
        for held in value["sections"]
    )
    return Form(
        id=_text(value["id"]),
        sections=sections,
        path=read_path(value, sections),
        lists=lists,
        consent_fields=tuple(_field(name, value["fields"][name], lists) for name in value["consent"]),
        definition=data,
        value=value,
        sha256=canonical.sha256_hex(data),
    )


def _field(name: str, held: Value, lists: Mapping[str, CodeList]) -> Field:
    known = Codebook.load().fields.get(name)
    return Field(
        id=name,
        label=_text(held["label"]),
        type=_text(held["type"]),
        options=lists[held["list"]].codes if held.get("list") in lists else (),
        list=held.get("list"),
        required=held.get("required", False) is True,
        relevant=held.get("relevant", True),
        compartment=_text(held["compartment"]),
        hint=held.get("hint"),
        checks=tuple(Check(**check) for check in held.get("checks", ())),
        notes=tuple(Note(**note) for note in held.get("notes", ())),
        row_notes=tuple(Note(**note) for note in held.get("row_notes", ())),
        pieces=_pieces(held),
        most=held.get("most"),
        picture=held.get("picture"),
        looks=held.get("looks"),
        coarse=held.get("coarse", False) is True,
        suggest=tuple(held.get("suggest", ())),
        export=_text(held["export"]),
        lawyers_only=held.get("lawyers_only", False) is True,
        band=held.get("band"),
        about=held.get("about"),
        precision=held.get("precision"),
        themes=known.themes if known else (),
    )


def _pieces(held: Value) -> tuple[Piece, ...]:
    """`legs` (name -> list) is how the form camp-interview@1 wrote the pieces of its one repeat."""
    old = [
        {"id": name, "type": "code" if of in ELSEWHERE else "select", "list": of, "label": name}
        for name, of in held.get("legs", {}).items()
    ]
    return tuple(Piece(**piece) for piece in (*held.get("pieces", ()), *old))


def _list(name: str, held: Value) -> CodeList:
    options = tuple(
        Option(
            code=_text(one["code"]),
            label=_text(one["label"]),
            family=one.get("family"),
            exclusive=one.get("exclusive", False),
            at_least=one.get("from"),
            at_most=one.get("to"),
        )
        for one in held["options"]
    )
    return CodeList(id=name, title=name, options=options)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
