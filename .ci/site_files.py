#!/usr/bin/env python3
"""A hook of MkDocs: the site has the pages of the root and a list of decisions too, and links to code name the file.

docs/ is read on its own as well, so its links stay as they are written.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
PAGES = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
"""Pages of the root that the site has, at its own root. What the README says stands on its first page."""
LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s]+)(#[^)]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    for name in PAGES:
        files.append(File.generated(config, name, content=(ROOT / name).read_text("utf-8")))
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    lines = [f"* [{one.read_text('utf-8').partition(chr(10))[0].lstrip('# ')}]({one.name})" for one in decisions]
    content = "\n".join(["# Decisions", "", "Why something is as it is, half a page each.", "", *lines])
    files.append(File.generated(config, "decisions/index.md", content=content))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Files) -> str:
    """The text with links as the site has them."""
    of_root = page.file.src_uri in PAGES
    here = posixpath.dirname(page.file.src_uri if of_root else f"docs/{page.file.src_uri}")

    def linked(found: re.Match[str]) -> str:
        words, target, place = found[1], found[2], found[3] or ""
        if "://" in target or target.startswith("mailto:"):
            return found[0]
        path = posixpath.normpath(posixpath.join(here, target)).replace("README.md", "docs/index.md")
        inside = path if path in PAGES else path.removeprefix("docs/") if path.startswith("docs/") else ""
        if path == "docs/decisions":
            inside = "decisions/index.md"
        if inside and files.get_file_from_path(inside):
            way = posixpath.relpath(inside, posixpath.dirname(page.file.src_uri) or ".")
            return f"[{words}]({way}{place})"
        return f"{words} (`{path}`)" if words.strip("`") != path else f"`{path}`"

    return LINK.sub(linked, markdown)
