"""The files of a page: two of the three page keys of the roster sign for them, and a number never falls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, PublicKey, Signer
from testimony.sealing.roster.errors import PagesRefused, RosterRefused
from testimony.sealing.roster.pages import (
    PageFile,
    parse_pages,
    require_newer,
    unsigned,
    verify_pages,
    with_signature,
)
from testimony.sealing.roster.roster import Roster
from testimony.sealing.roster.trusted_files import Trust
from tests.support.sealing.organisation import Organisation

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "pages.json").read_text("utf-8"))
KEYS = [Signer.generate(ROOT_ALGORITHMS) for _ in range(3)]
FILES = [PageFile.of("/interview/en/", b"page"), PageFile.of("/interview/sw.js", b"worker")]


def described(signers: list[Signer]) -> list[list[dict[str, str]]]:
    return [[key.describe() for key in one.public_keys] for one in signers]


def roster(releases: Any = None, **trust: Any) -> Roster:
    said = {"files": [], "releases": described(KEYS) if releases is None else releases, **trust}
    return Roster.parse(canonical.encode({**Organisation().roster_value(), "trust": said}))


def statement(version: int = 7, day: str = "2026-11-30", files: list[PageFile] = FILES) -> SignedRecord:
    return unsigned(files, version=version, day=day)


def signed(record: SignedRecord, *signers: Signer) -> SignedRecord:
    for signer in signers:
        record = with_signature(record, signer, roster())
    return record


def reason(record: SignedRecord, under: Roster) -> str:
    with pytest.raises(PagesRefused) as caught:
        verify_pages(record, under)
    return caught.value.reason


@pytest.mark.parametrize("pair", [(0, 1), (2, 0), (1, 2)])
def test_any_two_of_the_three_are_enough(pair: tuple[int, int]) -> None:
    pages = verify_pages(signed(statement(), *(KEYS[one] for one in pair)), roster())
    assert (pages.version, pages.day, list(pages.files.values())) == (7, "2026-11-30", FILES)


def test_one_alone_one_twice_a_stranger_or_half_a_key_is_not() -> None:
    good, stranger = signed(statement(), *KEYS[:2]), Signer.generate(ROOT_ALGORITHMS)
    (mine, theirs), foreign = good.sigs, SignedRecord.sign_by_roots(good.value, [stranger]).sigs[0]
    wrong = ([], [mine], [mine, mine], [mine, foreign], [mine, theirs, foreign], [mine, theirs[:1]])
    for sigs in wrong:
        assert reason(SignedRecord(good.data, tuple(sigs)), roster()) == "signature"
    assert reason(SignedRecord(statement(version=8).data, good.sigs), roster()) == "signature"


def test_a_lost_key_stops_nothing_and_two_are_replaced_by_a_roster() -> None:
    signed_before = signed(statement(), *KEYS[1:])  # the holder of the first key lost it
    assert verify_pages(signed_before, roster()).version == 7
    new = [KEYS[2], *(Signer.generate(ROOT_ALGORITHMS) for _ in range(2))]
    after = roster(described(new))
    record = with_signature(with_signature(statement(version=8), new[0], after), new[1], after)
    assert verify_pages(record, after).version == 8
    assert reason(record, roster()) == "signature"
    assert reason(signed_before, after) == "signature"


def test_a_roster_without_page_keys_lets_nobody_sign() -> None:
    plain = Roster.parse(canonical.encode(Organisation().roster_value()))
    assert reason(signed(statement(), *KEYS[:2]), plain) == "keys"
    with pytest.raises(PagesRefused, match="none of the three"):
        with_signature(statement(), Signer.generate(ROOT_ALGORITHMS), roster())


@pytest.mark.parametrize(
    "releases",
    [
        [],
        described(KEYS[:2]),
        [*described(KEYS), described(KEYS)[0]],
        [*described(KEYS[:2]), described(KEYS)[0]],
        [[key.describe() for key in one.public_keys[:1]] for one in KEYS],
        [[key.describe() for key in reversed(one.public_keys)] for one in KEYS],
        {},
    ],
    ids=["none", "two", "four", "twice", "half", "turned", "no-list"],
)
def test_page_keys_in_another_form_are_refused(releases: Any) -> None:
    with pytest.raises(RosterRefused):
        Trust.from_roster(roster(releases))


def test_a_roster_keeps_its_page_keys_when_it_names_more_files() -> None:
    trust = Trust.from_roster(roster())
    assert Trust.said_in({"trust": trust.describe()}) == trust
    assert [keys[0] for keys in trust.releases] == [one.public_keys[0] for one in KEYS]


@pytest.mark.parametrize(("version", "day"), [(6, "2026-11-30"), (8, "2026-11-29"), (7, "2026-12-01")])
def test_a_number_or_a_day_never_falls(version: int, day: str) -> None:
    held = parse_pages(statement())
    require_newer(held, None)
    require_newer(held, held)
    require_newer(parse_pages(statement(version=8)), held)
    with pytest.raises(PagesRefused, match="lower number"):
        require_newer(parse_pages(statement(version, day)), held)


def test_each_difference_is_named_by_its_path() -> None:
    served = [PageFile.of("/interview/en/", b"paqe"), PageFile.of("/evil.js", b"x")]
    found = parse_pages(statement()).differences(served)
    assert found == {"/interview/en/": "altered", "/interview/sw.js": "lacking", "/evil.js": "unnamed"}


def test_the_vectors_that_both_languages_share() -> None:
    keys = [[PublicKey.parse(key) for key in one] for one in VECTORS["releases"]]
    made = [Signer(bytes.fromhex(seed), ROOT_ALGORITHMS) for seed in VECTORS["seeds"]]
    assert [list(one.public_keys) for one in made] == keys
    under = roster(VECTORS["releases"])
    for case in VECTORS["cases"]:
        record = SignedRecord(case["record"].encode(), tuple(case["sigs"]))
        if case["refused"] is None:
            assert verify_pages(record, under).version == case["version"]
        else:
            assert reason(record, under) == case["refused"], case["name"]
