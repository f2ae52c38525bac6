"""The page verify.html, opened as a file, says of an archive what Python says, in each of its languages.

That its checks find the same as Python's in every kind of archive is held under Node.js
(`tests/sealing/archive/test_archive.py`): here each sentence is seen once, and every kind among the long tests.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from testimony.sealing import verification
from testimony.sealing.archive.report import CONCLUSIONS, PAGE, SENTENCES
from testimony.sealing.verification import Finding
from testimony.services.archive.archive import VERIFIER
from testimony.web.text.labels import COMPARTMENTS
from tests.support.sealing import archive_cases
from tests.support.sealing.archives import Case, findings
from tests.support.settings import PATIENCE

TRANSLATIONS = Path(__file__).parents[2] / "translations"
DIRECTIONS = {"en": "ltr", "fr": "ltr", "es": "ltr", "ar": "rtl"}
SHOWN = """(langs) => {
  const tongue = document.getElementById('tongue');
  const verdict = document.getElementById('verdict');
  const said = (li) => [
    li.dataset.code, li.className, li.closest('section').querySelector('h2 bdi')?.textContent ?? '',
    li.querySelector('.mark').textContent, li.lastElementChild.textContent];
  return langs.map((lang) => {
    tongue.value = lang;
    tongue.dispatchEvent(new Event('input', { bubbles: true }));
    tongue.dispatchEvent(new Event('change', { bubbles: true }));
    return {
      dir: document.documentElement.dir,
      lang: document.documentElement.lang,
      verdict: [verdict.className, verdict.textContent],
      found: [...document.querySelectorAll('#found li[data-code]')].map(said),
      parts: [...document.querySelectorAll('#found h3')].map((title) => title.dataset.part),
    };
  });
}"""


@dataclass(frozen=True)
class Kind:
    """One archive on the disk, and what Python found in it."""

    file: Path
    findings: list[Finding]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kind]:
    folder, found = tmp_path_factory.mktemp("archives"), {}
    for number, (kind, data) in enumerate(archive_cases.made(Case()).items()):
        file = folder / f"{number}.zip"
        file.write_bytes(data)
        found[kind] = Kind(file, findings(data))
    return found


@pytest.fixture(scope="module")
def page(chrome: Browser) -> Iterator[Page]:
    """One for all kinds, as somebody would use it who gets one archive after the other; it asks for nothing."""
    context = chrome.new_context(locale="en-GB", viewport={"width": 360, "height": 740})
    one = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    one.on("request", lambda request: asked.append(request.url))
    one.on("pageerror", lambda error: wrong.append(str(error)))
    one.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    one.goto(VERIFIER.as_uri())
    yield one
    assert asked == [VERIFIER.as_uri()]
    assert wrong == []
    context.close()


def test_the_page_says_each_of_pythons_sentences_in_every_language(page: Page, kinds: dict[str, Kind]) -> None:
    seen: set[tuple[str, str]] = set()
    for kind in kinds.values():
        said = {(one.code, str(one.holds)) for one in kind.findings} | {("", verification.conclusion(kind.findings))}
        if not said <= seen:
            seen |= said
            require_said(page, kind)
    assert {("", conclusion) for conclusion in CONCLUSIONS} <= seen


@pytest.mark.long(short="test_the_page_says_each_of_pythons_sentences_in_every_language")
@pytest.mark.parametrize("kind", archive_cases.KINDS)
def test_the_page_says_what_python_says_of_every_kind_of_archive(page: Page, kinds: dict[str, Kind], kind: str) -> None:
    require_said(page, kinds[kind])


def require_said(page: Page, kind: Kind) -> None:
    page.locator("#file").set_input_files(kind.file)
    expect(page.locator("#verdict")).not_to_be_empty(timeout=PATIENCE)
    for said, (lang, direction) in zip(page.evaluate(SHOWN, list(DIRECTIONS)), DIRECTIONS.items(), strict=True):
        assert (said.pop("lang"), said.pop("dir")) == (lang, direction)
        assert said == expected(kind.findings, lang), kind.file


def expected(found: list[Finding], lang: str) -> dict[str, Any]:
    """What the page has to show: first what is of the whole, then each testimony; of parts those alone that hold."""
    told = gettext.translation("messages", TRANSLATIONS, [lang], fallback=lang == "en").gettext
    conclusion = verification.conclusion(found)
    tids = dict.fromkeys(one.tid for one in found)
    ordered = [one for tid in sorted(tids, key=bool) for one in found if one.tid == tid]
    lines = [
        [one.code, str(one.holds), one.tid, told(PAGE[one.holds]), told(SENTENCES[one.code]) % values(one, told)]
        for one in ordered
    ]
    return {
        "verdict": [conclusion, told(PAGE[CONCLUSIONS[conclusion]])],
        "found": lines,
        "parts": [one.values["part"] for one in ordered if one.code == "revealed.holds"],
    }


def values(finding: Finding, told: Any) -> Mapping[str, str | int]:
    """With a part by its name in words."""
    if "part" not in finding.values:
        return finding.values
    part, _, number = str(finding.values["part"]).partition("-")
    return {**finding.values, "part": " ".join(filter(None, (told(COMPARTMENTS[part]), number)))}
