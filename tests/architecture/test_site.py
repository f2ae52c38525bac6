"""The site of the documents: its navigation leads to pages, every page is reached, nothing comes from elsewhere."""

from __future__ import annotations

import hashlib
import re
from typing import Final

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
