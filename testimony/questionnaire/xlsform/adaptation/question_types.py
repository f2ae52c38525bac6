"""Replaces each type of question by the nearest type that this program asks, or leaves the row out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from testimony.questionnaire.xlsform.adaptation.draft import Cells, Draft
from testimony.questionnaire.xlsform.adaptation.language_names import tag_of
from testimony.questionnaire.xlsform.adaptation.plain_names import plain_name
from testimony.questionnaire.xlsform.outline import NEVER, RECORDED

Files = Callable[[str], bytes | None]
SELECT = re.compile(
    r"(?P<kind>select_one|select one|select_multiple|select multiple|select all that apply|rank)"
    r"(?:_external| external)?"
    r"(?P<file>_from_file| from file)?(?: from)?\s+(?P<list>\S+)(?P<other>\s+(?:or_other|or specify other|or other))?",
    re.IGNORECASE,
)
NEAREST = {
    "decimal": ("integer", "asked as a whole number: numbers with a fraction are not supported"),
    "numeric": ("integer", "asked as a whole number"),
    "number": ("integer", "asked as a whole number"),
    "range": ("integer", "asked as a whole number"),
    "time": ("text", "asked as words"),
    "datetime": ("date", "asked as a date without the time of day"),
    "date time": ("date", "asked as a date without the time of day"),
    "barcode": ("text", "asked as words: nothing is scanned"),
    "tel": ("text", "asked as words"),
    "phone": ("text", "asked as words"),
    "email": ("text", "asked as words"),
    "url": ("text", "asked as words"),
    "geopoint": ("geopoint", "its coordinates are typed: the phone records no position"),
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
    {"calculate", "text", "integer", "date", "note", "begin group", "end group", "begin repeat", "end repeat"}
)


def settle_types(draft: Draft, files: Files) -> None:
    """Give every row a type that the compiler knows, or leave it out. `files`: as for `adapt.adapt`."""
    for row, kind in [*draft.kinds()]:
        cells = draft.survey[row]
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
        elif kind in ("acknowledge", "trigger"):
            _settle_acknowledge(row, cells, draft)
        elif kind in NEAREST:
            cells["type"], what = NEAREST[kind]
            if what:
                draft.changed("survey", row, "type", what)
        else:
            what = LEFT_OUT.get(kind, f"the type {kind!r} is not supported" if kind else "the row has no type")
            draft.leave_out(row, f"left out: {what}")


def _settle_acknowledge(row: int, cells: Cells, draft: Draft) -> None:
    cells["type"] = "select_one acknowledged"
    draft.changed("survey", row, "type", "asked as a choice with the one answer OK")
    if not any(one.get("list_name") == "acknowledged" for one in draft.choices.values()):
        added = {"list_name": "acknowledged", "name": "ok", f"label::{draft.language}": "OK"}
        draft.choices[max(draft.choices, default=1) + 1] = added


def _settle_select(row: int, cells: Cells, select: re.Match[str], draft: Draft, files: Files) -> None:
    kind = select["kind"].lower().replace(" ", "_")
    name = select["list"]
    if select["file"]:
        found = _listed(name, draft, files)
        if not found:
            cells["type"] = "text"
            reason = f"asked as words: the list is in {name}, which is not beside the form"
            draft.changed("survey", row, "type", reason)
            return
        name = found
    if select["other"]:
        _add_other(row, name, draft)
    if kind == "rank":
        draft.changed("survey", row, "type", "asked as a choice of several: their order is not kept")
    cells["type"] = f"{'select_one' if kind == 'select_one' else 'select_multiple'} {name}"


def _add_other(row: int, name: str, draft: Draft) -> None:
    known = {one.get("name", "").lower() for one in draft.choices.values() if one.get("list_name") == name}
    draft.changed(
        "survey", row, "type", "the list has the code other; write a text question after this one for the words"
    )
    if "other" not in known:
        added = {"list_name": name, "name": "other", f"label::{draft.language}": "Other"}
        draft.choices[max(draft.choices, default=1) + 1] = added


def _listed(name: str, draft: Draft, files: Files) -> str:
    """The list made from the CSV file `name`; "" if the file cannot be read."""
    listed = plain_name(name.rpartition(".")[0])
    if any(one.get("list_name") == listed for one in draft.choices.values()):
        return listed
    data = files(name) if name.lower().endswith(".csv") else None
    if data is None:
        return ""
    try:
        rows = [*csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    except (UnicodeDecodeError, csv.Error):
        return ""
    for held in rows:
        cells = {_heading(heading, draft): text.strip() for heading, text in held.items() if heading and text}
        if cells.get("name"):
            draft.choices[max(draft.choices, default=1) + 1] = {"list_name": listed, **cells}
    draft.changed("choices", None, "", f"the list {listed} was read from the file {name}")
    return listed if rows else ""


def _heading(heading: str, draft: Draft) -> str:
    use, _, lang = heading.strip().partition("::")
    if use.lower() == "label":
        return f"label::{(tag_of(lang) if lang else None) or draft.language}"
    return plain_name(heading)
