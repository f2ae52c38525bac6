"""The site of the documents: its navigation leads to pages, every page is reached, nothing comes from elsewhere."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.architecture.documents import ROOT

DOCS: Final = ROOT / "docs"
DOCUMENTS: Final = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINKED: Final = re.compile(r"\]\(([^)\s#]*)(?:#[^)\s]*)?\)")
NAVIGATION: Final = re.compile(r"([\w/-]+\.md)$", re.M)


def test_the_site_names_pages_that_are_there_and_every_page_can_be_reached() -> None:
    made = {"CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "decisions/index.md"}  # by .ci/site_files.py
    named = set(NAVIGATION.findall((ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")[2]))
    assert {name for name in named - made if not (DOCS / name).is_file()} == set()
    linked = {
        (document.parent / target).resolve()
        for document in DOCUMENTS
        for target in LINKED.findall(document.read_text("utf-8"))
    }
    pages = [page for page in DOCS.rglob("*.md") if page.parent.name != "decisions"]
    alone = {str(page.relative_to(DOCS)) for page in pages if page.resolve() not in linked}
    assert alone - named == set(), "name it in mkdocs.yml, or link to it"


def test_the_site_loads_nothing_from_elsewhere() -> None:
    """The theme takes a font and a script from servers of others, unless it is told not to."""
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert "  font: false\n" in settings
    assert "  polyfills: [site/iframe-worker.js]\n" in settings
    held = "".join(file.read_text("utf-8") for file in (DOCS / "site").glob("*.*"))
    script = hashlib.sha256((DOCS / "site" / "iframe-worker.js").read_bytes()).hexdigest()
    assert f"{script}  iframe-worker.js" in (DOCS / "vendored.md").read_text("utf-8")
    assert re.findall(r"(?:src|href|import|url)\W{1,3}https?://", held) == []


def mistakes_of(site: Path) -> list[str]:
    done = subprocess.run([sys.executable, ROOT / ".ci/site-links", site], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    said = done.stdout.splitlines()
    assert done.returncode == (1 if said else 0)
    return said


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('<a href="guides/b.html#steps">b</a> <a href="/guides/b.html">b</a> <a href="#top">up</a>', None),
        ('<a href="https://example.org/">elsewhere</a> <link rel="canonical" href="https://example.org/a">', None),
        ('<img src="pictures/a.webp" alt="a"> <img src="data:image/png;base64,AA==" alt="a">', None),
        ('<a href="guides/c.html">c</a>', "a.html: guides/c.html is not there"),
        ('<a href="guides/b.html#end">b</a>', "a.html: guides/b.html#end has no such place"),
        ('<a href="#end">end</a>', "a.html: #end has no such place"),
        ('<img src="pictures/b.webp" alt="b">', "a.html: pictures/b.webp is not there"),
        ('<script src="https://x.example/a"></script>', "a.html: https://x.example/a is loaded from elsewhere"),
    ],
)
def test_a_link_or_picture_of_the_site_that_leads_nowhere_is_named(
    tmp_path: Path, line: str, mistake: str | None
) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.webp").touch()
    (tmp_path / "guides" / "b.html").write_text('<h1 id="steps">Steps</h1> <a href="../a.html">a</a>')
    (tmp_path / "a.html").write_text(line)
    assert mistakes_of(tmp_path) == ([mistake] if mistake else [])


@pytest.mark.long(short="test_a_link_or_picture_of_the_site_that_leads_nowhere_is_named")
@pytest.mark.skipif(
    not (ROOT / ".venv-docs").is_dir() and not os.environ.get("CI"), reason="type `make docs` once: it fetches MkDocs"
)
def test_the_site_is_built_and_every_link_and_picture_in_it_is_there() -> None:
    subprocess.run([ROOT / ".ci/docs"], check=True, capture_output=True)
    assert mistakes_of(ROOT / "var" / "site") == []
