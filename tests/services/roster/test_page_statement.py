"""A node serves a statement of its page only where two page keys signed it, and where it is about these files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.roster.errors import PagesRefused
from testimony.sealing.roster.pages import PageFile, unsigned, with_signature
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import page_statement
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.services import rosters

KEYS = [Signer.generate(ROOT_ALGORITHMS) for _ in range(3)]
FILES = [PageFile.of("/interview/en/", b"page"), PageFile.of("/interview/sw.js", b"worker")]
RELEASES = {"files": [], "releases": [[key.describe() for key in one.public_keys] for one in KEYS]}


@pytest.fixture
def node(homes: Path, organisation: Organisation) -> Iterator[Station]:
    rosters.adopt(homes / "field", rosters.after(organisation, organisation.roster, trust=RELEASES))
    with open_station(homes / "field") as station:
        yield station


def statement(node: Station, version: int, *, keys: int = 2, files: list[PageFile] = FILES) -> SignedRecord:
    record = unsigned(files, version=version, day="2026-11-30")
    for key in KEYS[:keys]:
        record = with_signature(record, key, node.chain.latest)
    return record


def refused(node: Station, record: SignedRecord, files: list[PageFile] = FILES) -> str:
    with pytest.raises(PagesRefused) as caught:
        page_statement.install(node, record, files)
    return caught.value.reason


def test_what_two_page_keys_signed_is_served(node: Station) -> None:
    assert page_statement.stored(node) is None
    record = statement(node, 1)
    assert page_statement.install(node, record, FILES).version == 1
    assert page_statement.stored(node) == record


def test_nothing_takes_its_place_that_is_unsigned_older_or_of_other_files(node: Station) -> None:
    held = statement(node, 2)
    page_statement.install(node, held, FILES)
    assert refused(node, statement(node, 3, keys=1)) == "signature"
    assert refused(node, statement(node, 1)) == "older"
    assert refused(node, statement(node, 3), FILES[:1]) == "files"
    assert page_statement.stored(node) == held


def test_a_damaged_file_is_said(node: Station) -> None:
    (node.settings.home / page_statement.FILE).write_bytes(b"{")
    with pytest.raises(PagesRefused, match="form that the format asks for"):
        page_statement.stored(node)
