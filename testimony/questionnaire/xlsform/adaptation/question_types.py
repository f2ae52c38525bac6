"""Replaces each type of question by the nearest type that this program asks, or leaves the row out."""

from __future__ import annotations

import re

from testimony.questionnaire.xlsform.adaptation.draft import Cells, Draft
from testimony.questionnaire.xlsform.adaptation.list_files import Files, listed
from testimony.questionnaire.xlsform.adaptation.list_formats import NotListed
from testimony.questionnaire.xlsform.outline import NEVER, RANGE, RECORDED
from testimony.questionnaire.xlsform.ranges import Range

TYPED = "its coordinates are typed: the phone records no position"
SELECT = re.compile(
    r"(?P<kind>select_one|select one|select_multiple|select multiple|select all that apply|rank)"
    r"(?:_external| external)?"
    r"(?P<file>_from_file| from file)?(?: from)?\s+(?P<list>\S+)(?P<other>\s+(?:or_other|or specify other|or other))?",
    re.IGNORECASE,
)
OLDER = re.compile(r"add (?P<add>.+) prompt|q (?P<q>.+)")
"""How forms of the first years of XLSForm name a type: "add text prompt", "q text"."""
NEAREST = {
    "numeric": ("decimal", "asked as a number"),
    "number": ("decimal", "asked as a number"),
    "time": ("text", "asked as words"),
    "datetime": ("date", "asked as a date without the time of day"),
    "date time": ("date", "asked as a date without the time of day"),
    "barcode": ("text", "asked as words: nothing is scanned"),
    "tel": ("text", "asked as words"),
    "phone": ("text", "asked as words"),
    "email": ("text", "asked as words"),
    "url": ("text", "asked as words"),
    "geopoint": ("geopoint", TYPED),
    "gps": ("geopoint", TYPED),
    "location": ("geopoint", TYPED),
    "string": ("text", ""),
    "int": ("integer", ""),
}
LEFT_OUT = {
    "image": "pictures are taken on the card of the account, where they belong to the testimony",
    "photo": "pictures are taken on the card of the account, where they belong to the testimony",
    "audio": "sound is recorded on the card of the account, where it belongs to the testimony",
    "video": "there are no videos",
    "file": "files are added at a desk",
    "background audio": "nothing is recorded in the background",
    "geotrace": "a way or an area is not recorded",
    "geoshape": "a way or an area is not recorded",
    "hidden": "nothing is kept that nobody asks",
    "xml external": "data of other files is not read",
    "csv external": "data of other files is not read",
}
PLAIN = frozenset(
    {
        "calculate",
        "text",
        "integer",
        "decimal",
        "date",
        "note",
        "begin group",
        "end group",
        "begin repeat",
        "end repeat",
    }
)


def settle_types(draft: Draft, files: Files) -> None:
    """Give every row a type that the compiler knows, or leave it out. `files`: as for `adapt.adapt`."""
    for row, kind in [*draft.kinds()]:
        cells = draft.survey[row]
        kind = _today(kind)
        if not kind and not any(cells.values()):
            continue
        if kind in PLAIN:
            cells["type"] = kind.replace(" ", "_") if " " in kind else kind
        elif kind in {"begin loop", "end loop"}:
            draft.leave_out(row, "left out: loops are not supported")
        elif kind.replace(" ", "-") in NEVER or kind.replace(" ", "_") in NEVER or kind in RECORDED:
            draft.leave_out(row, "left out: the program records what it needs itself")
        elif (select := SELECT.fullmatch(cells["type"].strip() if kind else "")) is not None:
            _settle_select(row, cells, select, draft, files)
        elif kind == RANGE:
            _settle_range(row, cells, draft)
        elif kind in ("acknowledge", "trigger"):
            _settle_acknowledge(row, cells, draft)
        elif kind in NEAREST:
            cells["type"], what = NEAREST[kind]
            if what:
                draft.changed("survey", row, "type", what)
        else:
            what = LEFT_OUT.get(kind, f"the type {kind!r} is not supported" if kind else "the row has no type")
            draft.leave_out(row, f"left out: {what}")


def _today(kind: str) -> str:
    """The type under the name that it has today."""
    older = OLDER.fullmatch(kind)
    return (older["add"] or older["q"]) if older else kind


def _settle_range(row: int, cells: Cells, draft: Draft) -> None:
    cells["type"] = RANGE
    try:
        Range.of(cells.get("parameters", ""))
    except ValueError as error:
        cells["type"] = "decimal"
        cells.pop("parameters", None)
        draft.changed("survey", row, "parameters", f"asked as any number: {error}")


def _settle_acknowledge(row: int, cells: Cells, draft: Draft) -> None:
    cells["type"] = "select_one acknowledged"
    draft.changed("survey", row, "type", "asked as a choice with the one answer OK")
    if not any(one.get("list_name") == "acknowledged" for one in draft.choices.values()):
        added = {"list_name": "acknowledged", "name": "OK", f"label::{draft.language}": "OK"}
        draft.choices[max(draft.choices, default=1) + 1] = added


def _settle_select(row: int, cells: Cells, select: re.Match[str], draft: Draft, files: Files) -> None:
    kind = select["kind"].lower().replace(" ", "_")
    name = select["list"]
    if select["file"]:
        try:
            name = listed(name, cells.get("parameters", ""), draft, files)
        except NotListed as why:
            cells["type"] = "text"
            draft.changed("survey", row, "type", f"asked as words: the list is in {name}, which {why}")
            if cells.pop("choice_filter", ""):
                draft.changed("survey", row, "choice_filter", "left out with the list")
            return
    if kind == "rank":
        draft.changed("survey", row, "type", "asked as a choice of several: their order is not kept")
    other = " or_other" if select["other"] else ""
    cells["type"] = f"{'select_one' if kind == 'select_one' else 'select_multiple'} {name}{other}"
