"""The PDF of a case file: every script whole, nothing of what was burnt out, no stranger's word ever markup."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from testimony.domain.testimony.redaction import Burner, Mark, Segments
from testimony.services.casefile import language as casefile_language
from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.enrolment.organisation import Organisation
from testimony.services.typesetting import glyphs, typst_process
from testimony.services.typesetting import pdf as typesetting_pdf
from testimony.services.typesetting.errors import CaseFileUnset
from tests.support.each_time import each_time
from tests.support.programs import lacking
from tests.support.services.casefiles import (
    COURT,
    SAID,
    account,
    brought,
    everything,
    found_in,
    gathered,
    letters,
    names_in,
    pdf_of,
    require_pdf_a,
    text_of,
    translate,
)
from tests.support.services.desks import TODAY, Desk, desks

DAY = date(2026, 1, 20)
SECRETS = {"fr": "Grégoire Montfleury", "ar": "عبدالرحيم", "bn": "ক্ষুদিরাম", "am": "ወንድወሰን"}
HOSTILE = (
    '#import "@preview/cetz:0.3.1"', '#read("/etc/passwd")', '#eval("1+1")', "$ 1/0 $", "= Heading", "*bold* _it_ `x`",
    "@import url(file:///etc/passwd);", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "// gone",
    "/* gone */", "#{", "]]]", "\\u{202e}", "<label>", "@label", "{{7*7}}", "%(n)s", "a\x00b\x07c\x1bd",
    "abc\u202edef\u2066ghi\u2069", "\ufeff\u200b\u2060\u00ad", "\U0001f600 漢字 한글", "\ue000\uf8ff\U000f0000",
    "\ud7ff\ufffe", "e" + "\u0301" * 200, "http://example.org/?q=1", "mailto:a@example.org", "\u2028\u2029",
    "\r\n\t\v\f", "\ud800",
)  # fmt: skip


def page(*texts: str | None, lang: str = "en", way: str = "ltr") -> dict[str, Any]:
    """The least data that a file can have, with each of `texts` in every place that a stranger writes to."""

    def said(*words: str | None) -> dict[str, Any]:
        return {"words": list(words), "lang": lang, "dir": way}

    own = [said(text) for text in texts]
    facts = {"kind": "facts", "rows": [{"label": one, "values": [one, one]} for one in own]}
    beside = {"kind": "beside", "heads": own[:1] * 2, "rows": [[one, one] for one in own]}
    notes = [{"kind": "note", "words": one} for one in own]
    words = {"kind": "words", "words": own}
    hashes = {"kind": "hashes", "heads": ["a", "b"], "rows": [[text or "", "b"] for text in texts]}
    blocks = [facts, beside, *notes, words, hashes]
    exhibit = {"title": texts[0] or "", "sections": [{"title": texts[0] or "", "blocks": blocks}]}
    index = {"title": texts[0] or "", "heads": ["a", "b", "c"], "after": [], "deep": True}
    title = texts[0] or "title"
    return {
        "lang": "en", "dir": "ltr", "title": title, "author": title, "date": [2026, 1, 20], "running": [title],
        "page": "{n} of {all}", "bar": "redacted", "cover": blocks, "index": index, "front": [], "exhibits": [exhibit],
    }  # fmt: skip


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


@pytest.mark.parametrize("lang", SAID)
def test_each_script_is_drawn_with_its_own_letters_and_can_be_copied(lang: str) -> None:
    pdf = typesetting_pdf.pdf(
        page(SAID[lang], lang=casefile_language.tag_of(lang), way="rtl" if lang in ("ar", "prs") else "ltr"), day=DAY
    )
    fonts = {str(one) for one in re.findall(rb"/FontName\s*/\w{6}\+([\w-]+)", everything(pdf))}
    own = {"ar": "NotoNaskhArabic", "prs": "NotoNaskhArabic", "am": "NotoSansEthiopic", "bn": "NotoSansBengali"}
    assert any(own.get(lang, "NotoSans") in one for one in fonts), fonts
    found, wanted = Counter(letters(text_of(pdf))), Counter(letters(SAID[lang]))
    lost = wanted - found
    assert not lost, "every letter is in the text layer, as often as it was said"
    assert "[U+" not in text_of(pdf)


def test_left_to_right_texts_are_copied_word_by_word_in_their_order() -> None:
    for lang in ("fr", "am"):
        text = " ".join(text_of(typesetting_pdf.pdf(page(SAID[lang], lang=lang), day=DAY)).split())
        assert all(word in text for word in SAID[lang].split()), lang
        assert letters(SAID[lang]) in letters(text)


@pytest.mark.parametrize("lang", each_time(SECRETS, "ar", "bn"))
def test_what_was_burnt_out_is_nowhere_in_the_bytes(desk: Desk, organisation: Organisation, lang: str) -> None:
    secret = SECRETS[lang]
    text = f"{SAID[lang]} {secret}. {SAID['fr']}"
    first, second = brought(
        desk, organisation, [account(0, lang, text, secret), account(1, "fr", f"Avec {secret} encore.")]
    )
    translate(desk, first, "fr", [*[""] * sentences_before(desk, first, secret), f"C’était {secret}."])
    plain = pdf_of(desk, first, second, lang="fr")
    assert found_in(plain, secret), "the search finds what is there"
    place = sentences_before(desk, first, secret)
    mark = mark_of(desk, first, place, secret)
    burnt = pdf_of(desk, first, second, lang="fr", marks={first: (mark,)})
    assert not found_in(burnt, secret)
    assert "noirci" in text_of(burnt)


def sentences_before(desk: Desk, tid: str, secret: str) -> int:
    made = gathered(desk, Order(case=COURT, tids=(tid,), lang="fr"))
    assert isinstance(made, CaseFile)
    said = made.exhibits[0].accounts[0].original.sentences
    return next(number for number, (words,) in enumerate(said) if secret in (words or ""))


def mark_of(desk: Desk, tid: str, place: int, secret: str) -> Mark:
    made = gathered(desk, Order(case=COURT, tids=(tid,), lang="fr"))
    assert isinstance(made, CaseFile)
    (words,) = made.exhibits[0].accounts[0].original.sentences[place]
    start = (words or "").index(secret)
    return Mark("said-0", place, start, start + len(secret))


def test_a_bar_tells_nothing_of_what_it_hides() -> None:
    """Two files that differ in the hidden word alone are the same to the last byte."""
    told = [("We saw Bo there.", 9), ("We saw Bartholomew Montgomery there.", 29)]
    short, long = (typesetting_pdf.pdf(page_burnt(Burner().burn(text, [(7, end)])), day=DAY) for text, end in told)
    assert short == long
    assert typesetting_pdf.pdf(page_burnt(("We saw  there.",)), day=DAY) != short


def page_burnt(words: Segments) -> Mapping[str, Any]:
    made = page("x")
    made["exhibits"][0]["sections"][0]["blocks"] = [
        {"kind": "note", "words": {"words": list(words), "lang": "en", "dir": "ltr"}}
    ]
    return made


@pytest.mark.parametrize("first", range(0, len(HOSTILE), 5))
def test_no_word_of_a_stranger_is_ever_markup(first: int) -> None:
    texts = HOSTILE[first : first + 5]
    pdf = typesetting_pdf.pdf(page(*texts), day=DAY)
    shown = "".join(text_of(pdf).split())
    for text in texts:
        wanted = "".join(glyphs.printable(text).split())
        assert wanted in shown or not wanted.isascii(), text
    assert b"root:x:0:0" not in everything(pdf)
    for active in ("/JavaScript", "/JS", "/Launch", "/URI", "/EmbeddedFile", "/OpenAction", "/GoToR", "/SubmitForm"):
        assert active not in names_in(pdf), active


def test_two_hundred_thousand_letters_are_set_and_more_than_there_may_be_are_refused() -> None:
    text = "The river was cold and nobody spoke. " * 5500
    data = page("x")
    data["exhibits"][0]["sections"][0]["blocks"] = [
        {"kind": "words", "words": [{"words": [text], "lang": "en", "dir": "ltr"}]}
    ]
    pdf = typesetting_pdf.pdf(data, day=DAY)
    assert text_of(pdf).count("river") == 5500
    with pytest.raises(CaseFileUnset) as refused:
        typesetting_pdf.pdf(page("x" * (typesetting_pdf.LARGEST // 5)), day=DAY)
    assert refused.value.reason == "large"


@settings(max_examples=12)
@given(st.text(max_size=80), st.sampled_from(["ltr", "rtl"]), st.sampled_from(["ar", "bn", "am", "und", "en"]))
def test_every_text_can_be_set(text: str, way: str, lang: str) -> None:
    assert typesetting_pdf.pdf(page(text, None, "x", lang=lang, way=way), day=DAY).startswith(b"%PDF-")


def test_it_is_the_same_file_for_the_same_data_and_day() -> None:
    first, again = (typesetting_pdf.pdf(page(SAID["ar"], way="rtl"), day=DAY) for _ in range(2))
    assert first == again


def test_it_says_to_be_pdf_a_and_has_what_that_asks_for(desk: Desk, organisation: Organisation) -> None:
    """No validator is at hand: the marks of PDF/A-2a (ISO 19005-2) that another library can see."""
    tids = brought(desk, organisation, [account(0, lang, text) for lang, text in SAID.items()])
    pdf = pdf_of(desk, *tids)
    packet = require_pdf_a(pdf, "en")
    assert names_in(pdf).count("'/FontDescriptor',") >= 4
    reader = PdfReader(io.BytesIO(pdf))
    titles = [str(one.title) for one in reader.outline if not isinstance(one, list)]
    assert len(titles) == 2 + len(tids), "contents, chronology, testimonies"
    assert "Sam Example" not in packet + " ".join(titles)


def test_pages_are_numbered_and_the_index_names_where_each_testimony_begins(
    desk: Desk, organisation: Organisation
) -> None:
    tids = brought(desk, organisation, [account(0, "fr", SAID["fr"]), account(1, "fr", SAID["fr"])])
    pages = [one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf_of(desk, *tids))]
    for number, text in enumerate(pages, 1):
        assert f"{number} of {len(pages)}" in text
    index = pages[1].split()
    for place, tid in enumerate(tids, 1):
        begins = next(number for number, text in enumerate(pages[2:], 3) if f"Testimony {place}: {tid[:8]}" in text)
        assert str(begins) in index


def test_the_child_writes_no_file_and_asks_no_network(tmp_path: Path) -> None:
    strace = shutil.which("strace") or lacking("strace is not installed (apt install strace)")
    data = json.dumps(typesetting_pdf._printable(page(SAID["ar"], *HOSTILE)), ensure_ascii=False).encode()
    trace = tmp_path / "trace"
    calls = "trace=open,openat,creat,mkdir,rename,unlink,socket,connect,memfd_create,execve"
    command = [
        strace,
        "-f",
        "-e",
        calls,
        "-o",
        str(trace),
        sys.executable,
        "-I",
        "-B",
        typst_process.__file__,
        "0",
        "casefile",
    ]
    done = subprocess.run(
        command, input=data, capture_output=True, env=typesetting_pdf.SURROUNDINGS, cwd="/", check=False
    )
    assert done.stdout.startswith(b"%PDF-"), done.stderr
    lines = trace.read_text().splitlines()
    assert len(lines) > 50
    opened = [
        one for one in lines if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(|mkdir\(|socket\(|memfd|rename\(", one)
    ]
    assert [one for one in opened if '"/dev/null"' not in one] == []
    assert sum("execve(" in one for one in lines) == 1
    assert not [one for one in lines if "/etc/passwd" in one]


def test_no_file_can_grow_in_the_child(tmp_path: Path) -> None:
    never = tmp_path / "never"
    limited = f"import runpy; runpy.run_path({typst_process.__file__!r})['limit']()"
    code = f"{limited}; open({str(never)!r}, 'wb', 0).write(b'x')"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=False)
    assert done.returncode != 0
    assert never.stat().st_size == 0


def test_a_child_that_takes_too_long_or_says_nothing_makes_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "child.py"
    monkeypatch.setattr(typesetting_pdf, "CHILD", child)
    for body, reason in (
        ("import time; time.sleep(60)", "slow"),
        ("raise SystemExit(3)", "absent"),
        ("raise SystemExit(4)", "failed"),
        ("print('no PDF')", "failed"),
    ):
        child.write_text(body)
        with pytest.raises(CaseFileUnset) as refused:
            typesetting_pdf.pdf(page("x"), day=DAY, timeout=2)
        assert refused.value.reason == reason


def test_the_fonts_are_the_ones_that_were_taken_in() -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=glyphs.FONTS, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
    listed = {line.split()[1] for line in (glyphs.FONTS / "SHA256SUMS").read_text().splitlines()}
    assert listed == {name for name in os.listdir(glyphs.FONTS) if name != "SHA256SUMS"}


def test_what_cannot_be_printed_is_shown_by_its_number() -> None:
    shown = glyphs.printable("کفش\u200cها \u202e x\U0001f600 e\u0301 ا\u0301 \x00 漢\r\n.")
    assert shown == "کفش\u200cها [U+202E] x[U+1F600] é ا[U+0301] [U+0000] [U+6F22]\n."


def test_the_sign_for_it_is_not_turned_in_a_text_from_right_to_left() -> None:
    pdf = typesetting_pdf.pdf(page("كلمة \u202e كلمة [U+…] هنا", lang="ar", way="rtl"), day=DAY)
    lines: dict[int, list[tuple[float, str]]] = {}
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    for at in range(text.count_chars()):
        sign = text.get_text_range(at, 1)
        if sign in set("U+…"):
            left, bottom, _, _ = text.get_charbox(at, loose=True)
            lines.setdefault(round(bottom), []).append((left, sign))
    seen = ["".join(sign for _, sign in sorted(line)) for line in lines.values()]
    assert len(seen) > 5
    assert not [one for one in seen if one.replace("U+…", "").replace("U+", "")]


def test_todays_file_is_of_today(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    assert PdfReader(io.BytesIO(pdf_of(desk, tid))).metadata.creation_date.date() == TODAY
