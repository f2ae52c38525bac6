"""Stores the statement of the page's files at the node that serves them, as `home/pages.json`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import PagesRefused
from testimony.sealing.roster.pages import PageFile, Pages, parse_pages, require_newer, verify_pages
from testimony.store.files import durable

if TYPE_CHECKING:
    from testimony.station.station import Station

FILE = "pages.json"


def read(data: bytes) -> SignedRecord:
    """A statement with its signatures, unverified. Raises `PagesRefused("structure")`."""
    try:
        return SignedRecord.decode(data)
    except NotCanonical as error:
        raise PagesRefused("structure") from error


def stored(station: Station) -> SignedRecord | None:
    """The statement that this node serves; None where it has none. Phones verify it, so it is not verified here.

    Raises `PagesRefused("structure")` for a damaged file.
    """
    file = _file(station)
    return read(file.read_bytes()) if file.is_file() else None


def install(station: Station, record: SignedRecord, served: Iterable[PageFile]) -> Pages:
    """Serve `record` from now on. `served` are the files of this node's page.

    Raises `PagesRefused`: not signed by two page keys of the roster in force, older than the one that is here, or about
    other files.
    """
    pages, before = verify_pages(record, station.chain.latest), stored(station)
    require_newer(pages, None if before is None else parse_pages(before))
    if pages.differences(served):
        raise PagesRefused("files")
    with durable.named_errors(station.settings.home):
        durable.replace_file(_file(station), record.encode())
    return pages


def _file(station: Station) -> Path:
    return station.settings.home / FILE
