"""Reads a release's file back from its own bytes for a page: its table, charts, risk, and verification."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from testimony import canonical
from testimony.anonymity.class_table import NOT_SHOWN, Count
from testimony.publication import check
from testimony.publication.content import Content
from testimony.publication.pages import charts
from testimony.publication.text import vocabulary
from testimony.publication.text.phrases import LANGUAGES, Words
from testimony.web import headers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import text as release_text
from testimony.web.text.labels import Words as Named

bp = Blueprint("releasefile", __name__)

MOST = 200
"""Lines of a table on a page; the file has all."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One chart in the file: its name there, and the same numbers to be read out."""

    inside: str
    title: str
    bars: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One file. `lang`: of what is in it. `rows`: the first lines, in words. `faults`: what a receiver would find."""

    to: str
    named: Named
    purpose: str
    sha256: str
    size: int
    lang: str
    heads: list[str]
    rows: list[list[str]]
    total: int
    accounts: int
    pictures: list[Picture]
    risk: list[tuple[str, str]]
    lost: list[tuple[str, str]]
    names: list[tuple[str, int]]
    faults: list[str]


@bp.get("/releases/file/<release>/<to>/<path:inside>")
@audience(Visitor.COORDINATOR)
def picture(release: str, to: str, inside: str) -> Response:
    """A chart out of the bytes that are being looked at. Nothing else of them: they have not left."""
    data = release_acts.work().files_of(release).get(to)
    if data is None or not inside.endswith(".svg"):
        raise NotFound
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        if inside not in held.namelist():
            raise NotFound
        answer = Response(held.read(inside), content_type="image/svg+xml")
    answer.headers["Content-Security-Policy"] = headers.BYTES
    return answer


def shown(to: str, data: bytes, lang: str) -> Shown:
    """The file for `to`, in the language of the page, or in English where the file does not speak it."""
    report = check.check(data)
    spoken = lang if lang in LANGUAGES else LANGUAGES[0]
    content, words = report.content, Words(spoken)
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        names = [(one.filename, one.file_size) for one in held.infolist()]
    return Shown(
        to=to,
        named=release_text.recipients(lang, (to,))[to],
        purpose=release_text.purpose(to),
        sha256=canonical.sha256_hex(data),
        size=len(data),
        lang=spoken,
        heads=_heads(content, words) if content else [],
        rows=_rows(content, words) if content else [],
        total=len(content.lines) if content else 0,
        accounts=content.accounts if content else 0,
        pictures=_pictures(content, words) if content else [],
        risk=_risk(content, words) if content else [],
        lost=_lost(content, words) if content else [],
        names=names,
        faults=[str(one) for one in report.faults],
    )


def name(release: str, to: str) -> str:
    """What the file is called where it is saved."""
    return f"release-{release[:8]}-{to.partition(':')[0]}.zip"


def _heads(content: Content, words: Words) -> list[str]:
    asked = [vocabulary.attribute_word(one, words) for one in content.attributes]
    return [*asked, words.say("Accounts"), *(vocabulary.mark_word(one, words) for one in content.marks)]


def _rows(content: Content, words: Words) -> list[list[str]]:
    """A blank is said to be one: it is no zero."""
    return [
        [
            *(
                vocabulary.label_word(attribute, label, words)
                for attribute, label in zip(content.attributes, line.labels, strict=True)
            ),
            str(line.n),
            *(_count(count, words) for count in line.counts),
        ]
        for line in content.lines[:MOST]
    ]


def _count(count: Count, words: Words) -> str:
    return vocabulary.unsaid(True, words) if count == NOT_SHOWN else "" if count is None else str(count)


def _pictures(content: Content, words: Words) -> list[Picture]:
    return [
        Picture(
            inside=f"charts/{one.name}.{words.lang}.svg",
            title=one.title,
            bars=[(word, str(number) if number.said else "") for word, number in one.bars],
        )
        for one in charts.charts(content, words)
    ]


def _risk(content: Content, words: Words) -> list[tuple[str, str]]:
    figures = content.figures
    numbers = {
        "smallest": str(figures.fewest_persons),
        "prosecutor": words.share(figures.prosecutor_risk),
        "marketer": words.share(figures.global_risk),
        "limit": words.share(content.alpha),
    }
    return [(release_text.risk(code), number) for code, number in numbers.items()]


def _lost(content: Content, words: Words) -> list[tuple[str, str]]:
    shares = zip(content.attributes, content.figures.loss, strict=True)
    return [(release_text.attribute(attribute), words.share(lost)) for attribute, lost in shares]
