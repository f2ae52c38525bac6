"""One sealed part: padding, commitment, header line, heads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen, PartTooLarge, SlotsTooFew
from testimony.sealing.parts import part as sealed_part
from tests.support.sealing.vectors import VECTORS, opening_key

TID = "00112233445566778899aabbccddeeff"
EXPECTED = {"tid": TID, "rev": 1, "part": "narrative", "form_sha256": "1" * 64, "roster": "2" * 64, "consent": "3" * 64}


def sealed(content: bytes = b"words", **changes: object) -> sealed_part.SealedPart:
    arguments = {
        **{name: value for name, value in EXPECTED.items() if name != "rev"},
        "type": "text/plain",
        "audiences": {"lawyers": ([opening_key("lawyer-a").recipient], 4), "recovery": ([], 1)},
        **changes,
    }
    return sealed_part.seal_part(content, **arguments)  # type: ignore[arg-type]


def opened(part: sealed_part.SealedPart, key: OpeningKey, /, **changes: object) -> sealed_part.OpenedPart:
    expected = {**EXPECTED, **changes}
    return sealed_part.open_part(part.heads["lawyers"], part.body, key=key, commit=part.commit, expected=expected)


@pytest.mark.parametrize(("size", "padded"), VECTORS["padme"])
def test_padme_gives_the_shared_sizes(size: int, padded: int) -> None:
    assert sealed_part.padme(size) == padded


@given(st.integers(2, 2**40))
def test_padme_grows_never_shrinks_is_stable_and_costs_at_most_an_eighth(size: int) -> None:
    padded = sealed_part.padme(size)
    assert size <= padded <= size * 1.12
    assert sealed_part.padme(padded) == padded
    assert sealed_part.padme(size - 1) <= padded


@given(st.integers(2, 2**40))
def test_padme_is_the_formula_of_the_paper(size: int) -> None:
    exponent = size.bit_length() - 1
    low_bits = exponent - ((exponent.bit_length() - 1) + 1)
    mask = (1 << low_bits) - 1
    assert sealed_part.padme(size) == (size + mask) & ~mask


def test_a_header_line_of_version_2_says_the_seed_of_its_decoys() -> None:
    key = opening_key("lawyer-a")
    assert opened(sealed(), key).header["decoys"] is None
    later = opened(sealed(decoys=bytes(range(32))), key)
    assert later.header["decoys"] == bytes(range(32)).hex()
    assert later.content == b"words"
    assert later.line.endswith(b'"v":"testimony/2/part"}')


def test_a_part_opens_to_its_content_and_its_header() -> None:
    part = sealed("شهادة".encode())
    result = opened(part, opening_key("lawyer-a"))
    assert result.content == "شهادة".encode()
    assert result.header["type"] == "text/plain"
    assert sealed_part.commitment(result.line) == part.commit


def test_an_audience_without_consent_gets_a_head_of_decoys_alone() -> None:
    part = sealed()
    assert len(part.heads["recovery"]) == len(
        sealed(audiences={"recovery": ([opening_key("recovery").recipient], 1)}).heads["recovery"]
    )
    with pytest.raises(CannotOpen) as refused:
        age.open_head(part.heads["recovery"], opening_key("recovery"))
    assert refused.value.reason == "not_for_you"


def test_short_parts_all_have_one_length() -> None:
    assert {len(sealed(b"x" * size).body) for size in (0, 1, 500, 3000)} == {4096 + 32}


def test_two_sealings_of_one_content_share_nothing() -> None:
    first, second = sealed(), sealed()
    assert first.commit != second.commit
    assert first.body != second.body
    assert first.heads["lawyers"] != second.heads["lawyers"]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_header_that_differs_from_the_manifest_is_altered(name: str) -> None:
    with pytest.raises(CannotOpen) as refused:
        opened(sealed(), opening_key("lawyer-a"), **{name: "other"})
    assert refused.value.reason == "altered"


def test_what_is_sealed_is_never_larger_than_what_stations_take_in() -> None:
    part = sealed(b"x" * 257_000)
    assert len(opened(part, opening_key("lawyer-a")).content) == 257_000
    assert len(part.body) <= sealed_part.LARGEST_BODY
    for size in (258_048, sealed_part.LARGEST_BODY, sealed_part.LARGEST_BODY + 1):
        for name in ("narrative", "media-001"):
            with pytest.raises(PartTooLarge):
                sealed(b"x" * size, part=name)


def test_a_grant_is_one_more_head_for_the_same_body() -> None:
    part = sealed()
    newcomer = OpeningKey.generate()
    head = sealed_part.rewrap(
        part.heads["lawyers"], key=opening_key("lawyer-a"), recipients=[newcomer.recipient], slots=4
    )
    result = sealed_part.open_part(head, part.body, key=newcomer, commit=part.commit, expected=EXPECTED)
    assert result.content == b"words"
    with pytest.raises(CannotOpen):
        sealed_part.rewrap(part.heads["lawyers"], key=newcomer, recipients=[newcomer.recipient], slots=4)


def test_more_readers_than_slots_seal_nothing() -> None:
    readers = [OpeningKey.generate().recipient for _ in range(2)]
    with pytest.raises(SlotsTooFew):
        sealed(audiences={"lawyers": (readers, 1)})
