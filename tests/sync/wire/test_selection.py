"""What a station takes from a feed is decided here too, not only by who sends it."""

from __future__ import annotations

from pathlib import Path

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sync.wire.selection import select
from tests.support.sync.world import World, all_names, objects_of


def test_a_field_node_takes_rosters_and_withdrawals_and_no_object(tmp_path: Path) -> None:
    world = World(tmp_path)
    sealed = world.testimony()
    objects = {canonical.sha256_hex(data): data for data in objects_of(sealed)}
    withdrawn = world.withdraw(sealed)
    taken = select([sealed.record, withdrawn, world.roster_record], objects, None)
    assert [item.payload for item in taken] == [withdrawn.encode(), world.roster_record.encode()]


def test_each_desk_takes_its_own_heads_and_their_bodies(tmp_path: Path) -> None:
    sealed = World(tmp_path).testimony()
    objects = {canonical.sha256_hex(data): data for data in objects_of(sealed)}
    assert set(objects) == all_names(sealed)
    taken = {
        audience: [item for item in select([sealed.record], objects, audience) if item.kind == "object"]
        for audience in ("lawyers", "coordinators", "recovery", "nobody")
    }
    assert {audience: len(items) for audience, items in taken.items()} == {
        "lawyers": 12,
        "coordinators": 4,
        "recovery": 4,
        "nobody": 0,
    }


def test_records_that_are_no_records_are_left_out(tmp_path: Path) -> None:
    odd = [
        SignedRecord(b"[]", ()),
        SignedRecord(b'{"v":"testimony/1/manifest"}', ()),
        SignedRecord(b'{"v":"testimony/1/receipt"}', ()),
        SignedRecord(b'{"parts":[1,{"heads":[]}],"v":"testimony/1/manifest"}', ()),
        SignedRecord(b'{"part":[],"v":"testimony/1/annex"}', ()),
    ]
    assert [item.payload for item in select(odd, {"a": b"x"}, "lawyers")] == [odd[n].encode() for n in (1, 3, 4)]
