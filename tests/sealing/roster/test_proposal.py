"""A proposal as a file and as numbered lines: whole in any order, small, and refused where something is lacking."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import segno

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster import proposal
from testimony.sealing.roster.chain import first_kid
from testimony.sealing.roster.errors import ProposalRefused
from testimony.sealing.roster.proposal import Proposal
from tests.support.sealing.organisation import Organisation

FITS = 15
"""The version of QR codes that a phone's screen and a terminal show well."""


@pytest.fixture(scope="module")
def org() -> Organisation:
    return Organisation()


@pytest.fixture(scope="module")
def made(org: Organisation) -> Proposal:
    value = org.successor()
    key = OpeningKey.generate().recipient.text
    value["people"].append({"id": "lawyer-c", "role": "lawyer", "status": "active", "age": key})
    return Proposal(record=org.sign(value), history=tuple(org.chain.records))


def reading(org: Organisation) -> Callable[[str], list[Proposal]]:
    known = proposal.roster_of(org.chain.records)
    return lambda text: proposal.read(text.encode(), known)


def refused(act: Callable[[], object]) -> ProposalRefused:
    with pytest.raises(ProposalRefused) as caught:
        act()
    return caught.value


def test_a_file_says_again_what_was_written(org: Organisation, made: Proposal) -> None:
    (read,) = proposal.read(made.encode(), proposal.roster_of(()))
    assert (read.record.data, read.record.sigs) == (made.record.data, made.record.sigs)
    assert [record.data for record in read.history] == [record.data for record in org.chain.records]


def test_a_signed_roster_alone_is_read_too(made: Proposal) -> None:
    (read,) = proposal.read(made.record.encode(), proposal.roster_of(()))
    assert read.record.data == made.record.data


def test_lines_are_read_in_any_order_and_twice_and_among_other_words(org: Organisation, made: Proposal) -> None:
    before = org.chain.latest.data
    lines = made.lines(before)
    shuffled = random.Random(7).sample(lines * 2, len(lines) * 2)
    (read,) = reading(org)("QR-Code:" + "\nQR-Code:".join(shuffled) + "\nscanned 12 symbols")
    assert read.record.encode() == made.record.encode()
    assert read.history == ()


def test_a_line_that_is_lacking_is_named(org: Organisation, made: Proposal) -> None:
    lines = made.lines(org.chain.latest.data)
    error = refused(lambda: reading(org)("\n".join(lines[:1] + lines[3:])))
    assert (error.reason, error.values["numbers"]) == ("lacking", "2, 3")


def test_a_misread_line_is_refused(org: Organisation, made: Proposal) -> None:
    lines = made.lines(org.chain.latest.data)
    last = lines[1]
    lines[1] = last[:-1] + ("A" if last[-1] != "A" else "B")
    assert refused(lambda: reading(org)("\n".join(lines))).reason == "torn"


def test_lines_after_a_roster_that_is_not_held_say_so(org: Organisation, made: Proposal) -> None:
    lines = made.lines(org.chain.latest.data)
    assert refused(lambda: proposal.read("\n".join(lines).encode(), proposal.roster_of(()))).reason == "unknown"


def test_each_line_fits_a_code_that_a_screen_shows_well(org: Organisation, made: Proposal) -> None:
    lines = made.lines(org.chain.latest.data)
    codes = [segno.make(line, error="m", micro=False, boost_error=False) for line in lines]
    assert max(code.version for code in codes) <= FITS
    assert {code.mode for code in codes} == {"alphanumeric"}


def test_what_stays_as_it_was_takes_no_room(org: Organisation) -> None:
    """A renewal is one code; each root adds what its signatures weigh; a reader's key is a few codes more."""
    before = org.chain.latest.data
    renewal = Proposal(record=SignedRecord(org.sign(org.successor(issued="2026-12-01"), []).data, ()))
    assert len(renewal.lines(before)) == 1
    one = renewal.with_signature(org.roots[0])
    assert len(one.lines(before)) <= 13
    assert len(one.with_signature(org.roots[1]).lines(before)) <= 26


def test_a_line_that_unpacks_to_more_than_is_read_is_refused(org: Organisation) -> None:
    huge = Proposal(record=SignedRecord(b'{"v":"' + b"a" * (proposal.LARGEST + 9) + b'"}', ()))
    lines = huge.lines(org.chain.latest.data)
    assert len("".join(lines)) < 10_000
    assert refused(lambda: reading(org)("\n".join(lines))).reason == "torn"


def test_signatures_of_two_files_are_joined_and_of_two_rosters_are_not(org: Organisation, made: Proposal) -> None:
    bare = Proposal(record=SignedRecord(made.record.data, ()))
    both = proposal.merged([bare.with_signature(root) for root in org.roots[::-1][:2]])
    whole = proposal.require_signatures(both.record, org.root)
    assert [first_kid(sigs) for sigs in whole.sigs] == [root.kid for root in org.roots[1:]]
    other = Proposal(record=org.sign(org.successor(issued="2026-12-02")))
    assert refused(lambda: proposal.merged([bare, other])).reason == "mixed"


def test_a_root_that_signs_again_replaces_its_own_signature(org: Organisation, made: Proposal) -> None:
    again = made.with_signature(org.roots[0]).with_signature(org.roots[0])
    assert len(again.record.sigs) == 2


@pytest.mark.parametrize("data", [b'{"history":[', b'{"record":"x"', b"TESTIMONY1/1/2/", b' \n{"history":'])
def test_a_torn_proposal_still_counts_as_one(data: bytes) -> None:
    assert proposal.is_one(data)


@pytest.mark.parametrize("data", [b'{\n "v": "testimony/1/roster"', b"{}", b'{"devices":[]}', b""])
def test_a_draft_is_no_proposal(data: bytes) -> None:
    assert not proposal.is_one(data)


def test_a_large_roster_goes_through_lines_too(org: Organisation) -> None:
    """Longer than the window of zlib: what is at its end is found in the one before, the rest travels."""
    phones = [
        {
            "id": f"handset-{number}",
            "status": "active",
            "keys": [key.describe() for key in Signer.generate().public_keys],
        }
        for number in range(400)
    ]
    before = org.sign(org.successor(devices=[*org.chain.latest.value["devices"], *phones]))
    value = {**before.value, "no": 3, "prev": before.id}
    made = Proposal(record=SignedRecord(org.sign(value, []).data, ()))
    lines = made.lines(before.data)
    assert len(before.data) > 40_000
    (read,) = proposal.read("\n".join(lines).encode(), proposal.roster_of([before]))
    assert read.record.data == made.record.data
