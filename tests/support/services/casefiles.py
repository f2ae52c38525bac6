"""Testimonies for case files: invented accounts in five scripts, agreed to for a court, at a lawyer's desk."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.testimony.statement import Statement
from testimony.domain.testimony.translation import CHECKED, Machine, spans
from testimony.services.casefile import casefile
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import CaseFile, Lacking, Order
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import translations
from testimony.services.typesetting import pdf as typesetting_pdf
from tests.support.services.batches import bring, told
from tests.support.services.desks import TODAY, Desk

COURT = Key(Purpose.COURT, "case-river")
MANDATE = Key(Purpose.UN_CASE, "un-mandate")
SAID = {
    "ar": "خرجنا ليلاً من المخيم. قال الضابط: «عودوا إلى النهر». كان معنا 12 شخصاً، بينهم طفلان.",
    "prs": "ما شب از کمپ بیرون شدیم. افسر گفت: «به طرف دریا پس بروید». کفش‌های ما را گرفتند.",
    "am": "በሌሊት ከካምፑ ወጣን። መኮንኑ «ወደ ወንዙ ተመለሱ» አለን። አስራ ሁለት ሰዎች ነበርን።",
    "bn": "আমরা রাতে শিবির থেকে বের হলাম। কর্মকর্তা বললেন: «নদীর দিকে ফিরে যাও»। ক্ষুদ্র শিশু দুটি ছিল।",
    "fr": "Nous sommes sortis du camp la nuit. L’officier a dit : « Retournez vers le fleuve ! »",
}
PURPOSES = ("P01", "P04")


def account(number: int, lang: str, text: str, name: str = "Sam Example", **more: Any) -> dict[str, Any]:
    """Agreed to for the court."""
    also = more.pop("also", ["P09-case-river"])
    identity = {"w_name": name, "w_contact": "not a real number"}
    said = {"lang": lang, "text": text, "also": also, "identity": identity}
    return told(number, PURPOSES) | said | ({"script": "en"} if lang == "en" else {}) | more


def brought(desk: Desk, organisation: Organisation, accounts: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The numbers of `accounts`, at central and at the desk."""
    sealed = bring(organisation, desk.central, [dict(one) for one in accounts])
    desk.exchange()
    return tuple(str(one.record.value["tid"]) for one in sealed)


def translate(desk: Desk, tid: str, to: str, texts: Sequence[str], machine: Machine | None = None) -> None:
    opened = desk.open(tid)
    narrative = opened.compartment("narrative")
    assert narrative is not None
    (original,) = Statement.all_in(narrative.content)
    number = len(spans(original.text))  # what was not translated yet is empty
    held = translations.translations_of(desk.station, desk.annexes, tid, opened.manifest)
    translations.say(
        desk.station, desk.reader, tid, opened.manifest, original,
        held.current(original.id, to),
        lang=to, method=CHECKED if machine else "person", translator="Robin Example",
        texts=[*texts, *[""] * number][:number], day=TODAY, machine=machine,
    )  # fmt: skip


def gathered(desk: Desk, order: Order) -> CaseFile | list[Lacking]:
    with desk.station.database.transaction() as session:
        return casefile.gather(desk.station, session, desk.reader, order, annexes=desk.annexes, at=TODAY)


def pdf_of(desk: Desk, *tids: str, lang: str = "en", **more: Any) -> bytes:
    made = gathered(desk, Order(case=more.pop("case", COURT), tids=tids, lang=lang, **more))
    assert isinstance(made, CaseFile), made
    return typesetting_pdf.pdf(casefile_document.data_of(made), day=TODAY)


def letters(text: str) -> str:
    """Its letters and digits alone, in the order that they have, presentation forms as the letters that they are."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")


def names_in(pdf: bytes) -> str:
    """Its objects without their streams: what it asks a reader to do stands there."""
    reader = PdfReader(io.BytesIO(pdf))
    return "\n".join(repr(reader.get_object(number)) for number in _numbers(reader))


def everything(pdf: bytes) -> bytes:
    """Every stream of it inflated, and every string of its objects: what a search of the file can come upon."""
    reader = PdfReader(io.BytesIO(pdf))
    found = [pdf]
    for number in _numbers(reader):
        one = reader.get_object(number)
        found.append(repr(one).encode())
        if hasattr(one, "get_data"):
            found.append(one.get_data())
    return b"\n".join(found)


def _numbers(reader: PdfReader) -> list[int]:
    """Those of its objects."""
    return sorted({number for found in reader.xref.values() for number in found} | set(reader.xref_objStm))


def text_of(pdf: bytes) -> str:
    """As an independent reader (PDFium) gives it."""
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(one.get_textpage().get_text_range() for one in document)


def outside_paper(pdf: bytes) -> list[tuple[int, str]]:
    """Page and character of each glyph that is not wholly on its page."""
    found = []
    for number, page in enumerate(pypdfium2.PdfDocument(pdf), start=1):
        (across, down), text = page.get_size(), page.get_textpage()
        for at in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(at)
            if left < 0 or bottom < 0 or right > across or top > down:
                found.append((number, text.get_text_range(at, 1)))
    return found


def found_in(pdf: bytes, secret: str) -> list[str]:
    """By which searches `secret` is found: bytes in several encodings, two readers' text layers, and its glyphs."""
    data = everything(pdf)
    forms = {secret, unicodedata.normalize("NFC", secret), unicodedata.normalize("NFD", secret), *secret.split()}
    found = [
        encoding
        for encoding in ("utf-8", "utf-16-be", "utf-16-le", "utf-32-be")
        for form in forms
        if form.encode(encoding) in data or form.encode(encoding).hex().encode() in data.lower()
    ]
    texts = {
        "pdfium": text_of(pdf),
        "pypdf": "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages),
    }
    for name, text in texts.items():
        bare = letters(text)
        found += [name for word in secret.split() if letters(word) in bare or letters(word)[::-1] in bare]
    return found


def require_pdf_a(pdf: bytes, lang: str) -> str:
    """The marks of PDF/A-2a (ISO 19005-2) that another library can see; its metadata."""
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.root_object
    packet = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part>2<", packet)
    assert re.search(r"pdfaid:conformance>A<", packet)
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == lang
    (intent,) = root["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert "/Encrypt" not in reader.trailer
    described = names_in(pdf).count("'/FontDescriptor',")
    assert described
    assert len(re.findall("'/FontFile[23]'", names_in(pdf))) == described, "each font is in the file"
    return packet


def answer_names(monkeypatch: pytest.MonkeyPatch, shown: str | None) -> None:
    """What the invented accounts' P08d says of how the name is shown; an account's own `name_shown` goes before."""
    events = demo._events
    monkeypatch.setattr(
        demo,
        "_events",
        lambda told, at: [_with_name(one, told.get("name_shown", shown)) for one in events(told, at)],
    )


def _with_name(event: dict[str, Any], shown: str | None) -> dict[str, Any]:
    is_naming = (event["purpose"], event["event"]) == ("P08d", "GRANT")
    return event | {"name_shown": shown} if is_naming else event
