"""A stamp's record: what it brings has a limit, so that nobody fills a station with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.errors import Refused
from testimony.sealing.log import witness_records
from tests.support.services.witnesses import head
from tests.support.services.world import World


@pytest.mark.parametrize(
    ("roots", "holds"),
    [
        ([bytes(16_384)], True),
        ([bytes(16_385)], False),
        ([bytes([number]) for number in range(8)], True),
        ([bytes([number]) for number in range(9)], False),
        ([], False),
        ([b""], False),
    ],
    ids=["the largest", "too large", "the most", "too many", "none", "empty"],
)
def test_the_certificates_beside_a_stamp_have_a_number_and_a_size(
    roots: list[bytes], holds: bool, tmp_path: Path
) -> None:
    world = World(tmp_path)
    try:
        central = world.central()
        record = witness_records.stamp(
            note=head(central), query=b"asked", reply=b"answered", roots=roots, day="2026-11-24", signer=central.signer
        )
        if holds:
            assert list(witness_records.parse_stamp(record, central.chain).roots) == roots
        else:
            with pytest.raises(Refused):
                witness_records.parse_stamp(record, central.chain)
    finally:
        world.close()
