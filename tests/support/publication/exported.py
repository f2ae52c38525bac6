"""Invented testimonies as exports hold them, with what makes trouble in other programs."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from testimony.publication.exports.account import Account, Medium, Words
from testimony.publication.exports.package import About
from testimony.questionnaire.form import Form

TURNED = "\u202egnorw eht yaw\u2066"  # an override and an isolate
LONG = "ab𝄞 " * 22_500  # 90,000 characters, some of which count twice
FORMULA = '=HYPERLINK("http://example.org","here")'
ABOUT = About(purpose="P04", recipient="lawyers", by="lawyer-1", day="2026-01-20", left={"the witness said no": 2})


def account(number: int = 0, text: str = "We walked.", **more: Any) -> Account:
    answers = {
        "i_date": {"value": "2025-07-10"},
        "g_size": {"missing": "unk"},
        "v_acts": {"value": ["beat", "kick"]},
        "x_groups": {"value": [{"who": "police", "n": "unk", "did": ["force_body", "dogs"]}, {"who": "police"}]},
        "o_text": {"value": text},
        "i_loc_point": {"value": "41.5,-26.5"},
    }
    form = Form.load()
    known = {name: one for name, one in answers.items() if name in form.value["fields"]}
    return Account(
        id=f"{number:032x}",
        day="2026-01-20",
        form=form.id,
        form_sha256=form.sha256,
        seal="open",
        purpose="P04",
        recipient="lawyers",
        answers={**known, **more},
        corrected=("i_date",),
        statements=(
            Words(id="s1", lang="ar", dir="rtl", text=text),
            Words(id="t1", lang="en", dir="ltr", text=text, original="s1", made="desk"),
        ),
        incidents=("a" * 32,),
        media=(Medium(number=1, kind="voice", bytes=4000),),
        closed={"provenance": "incomplete"},
    )


def members(data: bytes) -> dict[str, bytes]:
    """The files of an archive, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file, by the heads of its columns."""
    csv.field_size_limit(10_000_000)
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
