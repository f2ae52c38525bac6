"""The entries of a station's header: those in its row, and those under "More"."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A link to a page. `here`: whether that page, or one that belongs to it, is shown."""

    name: str
    address: str
    here: bool


@dataclass(frozen=True, kw_only=True)
class Navigation:
    """`label`: what a screen reader calls it. `organisation`: whose station it is."""

    label: str
    organisation: str = ""
    row: tuple[Entry, ...] = ()
    more: tuple[Entry, ...] = ()


def entry(name: str, endpoint: str, *also: str) -> Entry:
    """`also`: the blueprints and endpoints of the pages that belong to it too."""
    here = request.endpoint == endpoint or request.endpoint in also or request.blueprint in also
    return Entry(name=name, address=url_for(endpoint), here=here)
