"""What a roster trusts: files by the hash of the whole and of each piece; older rosters name none and stay good."""

from __future__ import annotations

from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.roster import Roster
from testimony.sealing.roster.trusted_files import PIECE, Trust, TrustedFile
from tests.support.sealing.organisation import Organisation

FORM = b"f" * (2 * PIECE + 1)
NAME = "ab" * 32
FILE = {"kind": "form", "sha256": NAME, "pieces": [NAME]}


def said(trust: Any) -> Roster:
    return Roster.parse(canonical.encode({**Organisation().roster_value(), "trust": trust}))


def test_a_roster_without_it_names_nothing() -> None:
    assert Trust.from_roster(Roster.parse(canonical.encode(Organisation().roster_value()))) == Trust()


def test_what_is_described_is_read_back() -> None:
    file = TrustedFile.from_bytes("form", FORM)
    trust = Trust(form=file.sha256, files=(file, TrustedFile.from_bytes("ca", b"pem")), scripts={"ps": NAME})
    assert Trust.from_roster(said(trust.describe())) == trust
    assert trust.authority == trust.files[1]
    assert trust.forms == (file,)


def test_a_file_is_whole_only_out_of_all_its_pieces_in_order() -> None:
    file = TrustedFile.from_bytes("form", FORM)
    assert len(file.pieces) == 3
    held = {name: FORM[at * PIECE : (at + 1) * PIECE] for at, name in enumerate(file.pieces)}
    assert file.joined(held) == FORM
    assert file.joined(dict(list(held.items())[1:])) is None
    assert file.joined(dict.fromkeys(held, b"other")) is None


@pytest.mark.parametrize(
    "trust",
    [
        [],
        {},
        {"files": {}},
        {"files": [{"kind": "form", "sha256": "x", "pieces": [NAME]}]},
        {"files": [{"kind": "form", "sha256": NAME, "pieces": []}]},
        {"files": [{"kind": "form", "sha256": NAME, "pieces": [NAME] * 9}]},
        {"files": [FILE, FILE]},
        {"files": [{**FILE, "kind": "ca"}, {**FILE, "kind": "ca", "sha256": "cd" * 32}]},
        {"files": [], "form": "shipped"},
        {"files": [], "scripts": {"ps": 1}},
        {"files": [], "central": "central.example"},
        {"files": [], "central": "https://central.example/?a=b"},
        {"files": [], "central": ["https://central.example"]},
    ],
    ids=str,
)
def test_another_form_is_refused(trust: Any) -> None:
    with pytest.raises(RosterRefused) as caught:
        Trust.from_roster(said(trust))
    assert caught.value.reason == "structure"


def test_a_kind_that_this_version_does_not_know_is_left_alone() -> None:
    assert Trust.from_roster(said({"files": [{**FILE, "kind": "map"}], "later": 1})) == Trust(files=(), scripts={})


@pytest.mark.parametrize(("seals", "version"), [(1, 1), (2, 2), (3, 2)])
def test_it_says_the_version_that_phones_may_seal(seals: int, version: int) -> None:
    trust = Trust.from_roster(said({"files": [], "seals": seals}))
    assert (trust.seals, trust.version) == (seals, version)
    assert Trust.from_roster(said(trust.describe())) == trust


def test_without_it_phones_seal_the_first_version() -> None:
    assert Trust.from_roster(said({"files": []})).version == 1


@pytest.mark.parametrize("seals", [0, -1, "2", True, None, 1.5])
def test_a_version_is_a_whole_number(seals: Any) -> None:
    with pytest.raises(RosterRefused, match="structure"):
        Trust.said_in({"trust": {"files": [], "seals": seals}})
