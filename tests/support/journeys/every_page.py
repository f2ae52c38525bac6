"""Walks the pages of a served station: those that its own links lead to, one of each kind."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Error, Page
from werkzeug.exceptions import HTTPException

TALLEST: Final = 4000  # pixels at 1280
LISTS: Final = {"shelf.show", "apart.show", "wordings.language", "coding.show", "roster.show", "acts.show"}
"""Pages that grow with what they list: testimonies, pairs, sentences, codes, people, acts."""
LINK: Final = re.compile(r'href="(/[a-z]{2}/[^"#]*)')


@dataclass(frozen=True)
class Station:
    """A served station of the demonstration, and its apps."""

    address: str
    app: Flask

    def endpoint(self, address: str) -> str:
        try:
            return self.app.url_map.bind("localhost").match(urlsplit(address).path)[0]
        except HTTPException:
            return ""


def pages(page: Page, station: Station, lang: str) -> Iterator[tuple[str, str, str]]:
    """(endpoint, path, what it answered) of every kind of page that links lead to, each once it is shown."""
    waiting, seen = [f"/{lang}/"], set()
    while waiting:
        path = waiting.pop(0)
        endpoint = station.endpoint(path)
        if not endpoint or endpoint in seen:
            continue
        said = shown(page, station.address + path)
        if said is None:
            continue
        seen.add(endpoint)
        waiting += [one for one in map(html.unescape, LINK.findall(said)) if one.startswith(f"/{lang}/")]
        yield endpoint, path, said


def shown(page: Page, address: str) -> str | None:
    """What the page at `address` says, once the browser shows it; None where there is a file to save, or no page."""
    try:
        answer = page.goto(address)
    except Error as refused:
        if "Download is starting" not in str(refused):
            raise
        return None
    assert answer
    there = answer.status == 200 and "html" in answer.headers.get("content-type", "")
    return answer.text() if there else None
