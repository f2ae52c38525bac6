"""The custody log, and the mirror of another station's log that finds it out when it lies."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint, merkle
from testimony.sealing.log.errors import ProofBad
from testimony.services.custody import log as custody_log
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.station.station import Station
from tests.support.services.world import World

REFS = [f"{number:064x}" for number in range(40)]


def log(station: Station, *refs: str) -> None:
    with station.database.transaction() as session:
        for ref in refs:
            custody_log.append(session, kind="received", ref=ref, by="b" * 16, day="2026-11-24")


def leaves(station: Station) -> list[bytes]:
    with station.database.reading() as session:
        return [entry for _, entry in custody_log.entries(session, 0, 1000)]


def head(station: Station) -> str:
    with station.database.reading() as session:
        return custody_log.checkpoint(station.signer, session)


def mirror(here: Station, there: Station, *, given: bool = True, upto: int | None = None, note: str = "") -> int:
    """`here` learns of the log of `there`, as a pull does; only hashes unless `given`."""
    known = mirror_size(here, there)
    new = leaves(there)[known:upto]
    hashes = [merkle.leaf_hash(entry) for entry in new]
    with here.database.transaction() as session:
        return custody_log.mirror_extend(
            here, session, there.kid, new if given else [None] * len(new), hashes, note or head(there)
        )


def mirror_size(here: Station, there: Station) -> int:
    with here.database.reading() as session:
        return custody_log.mirror_size(session, there.kid)


def test_an_entry_says_what_the_format_says_and_no_time(node: Station) -> None:
    log(node, REFS[0])
    value = canonical.decode_object(leaves(node)[-1])
    assert value == {
        "v": "testimony/1/entry",
        "no": 1,
        "kind": "received",
        "day": "2026-11-24",
        "ref": REFS[0],
        "by": "b" * 16,
    }


def test_the_checkpoint_is_signed_by_the_station_and_is_of_this_log(node: Station) -> None:
    log(node, *REFS[:7])
    found = checkpoint.verify(head(node), custody_log.origin(node.kid), node.signer.public_keys[0])
    assert (found.size, found.root) == (8, merkle.root([merkle.leaf_hash(entry) for entry in leaves(node)]))


def test_inclusion_and_consistency_prove_what_they_should(node: Station) -> None:
    log(node, *REFS[:20])
    hashes = [merkle.leaf_hash(entry) for entry in leaves(node)]
    with node.database.reading() as session:
        merkle.verify_inclusion(hashes[5], 5, 21, custody_log.inclusion(session, 5, 21), merkle.root(hashes))
        proof = custody_log.consistency(session, 9, 21)
        merkle.verify_consistency(9, 21, merkle.root(hashes[:9]), merkle.root(hashes), proof)
        assert custody_log.root(session) == merkle.root(hashes).hex()
        assert custody_log.root(session, 9) == merkle.root(hashes[:9]).hex()
        assert custody_log.position_of(session, REFS[3], "received") == 4
        assert custody_log.position_of(session, REFS[3], "withdrawn") is None


def test_entries_go_on_where_the_asker_is(node: Station) -> None:
    log(node, *REFS[:9])
    with node.database.reading() as session:
        assert [no for no, _ in custody_log.entries(session, 4, 3)] == [4, 5, 6]
        assert custody_log.entries(session, 10, 3) == []


@pytest.mark.parametrize("given", [True, False])
def test_a_mirror_follows_and_proves(node: Station, central: Station, given: bool) -> None:
    log(central, *REFS[:5])
    assert mirror(node, central, given=given) == 6
    log(central, *REFS[5:12])
    assert mirror(node, central, given=given) == 13
    assert mirror(node, central, given=given) == 13
    with node.database.reading() as session:
        found = custody_log.mirror_inclusion(session, central.kid, 3)
        assert found is not None
        note, size, proof = found
        proved = checkpoint.verify(note, custody_log.origin(central.kid), central.signer.public_keys[0])
        merkle.verify_inclusion(merkle.leaf_hash(leaves(central)[3]), 3, size, proof, proved.root)
        at = custody_log.mirror_find(session, central.kid, REFS[2], "received")
        assert at == ((3, leaves(central)[3]) if given else None)
        assert custody_log.mirror_inclusion(session, central.kid, 13) is None


def test_a_log_that_was_rewritten_is_found_out_and_the_mirror_stays(world: World, node: Station) -> None:
    central, liar = world.central(), world.central("liar")
    log(central, *REFS[:6])
    mirror(node, central)
    log(liar, REFS[0], REFS[33], *REFS[2:9])
    with pytest.raises(LogForked) as caught:
        mirror(node, liar)
    assert central.kid in str(caught.value)
    assert mirror_size(node, central) == 7


def test_a_log_of_the_same_length_with_another_story_is_found_out(world: World, node: Station) -> None:
    central, liar = world.central(), world.central("liar")
    log(central, *REFS[:6])
    mirror(node, central)
    log(liar, *REFS[1:7])
    with pytest.raises(LogForked):
        mirror(node, liar)


def test_a_log_that_went_back_is_found_out(world: World, node: Station) -> None:
    central, restored = world.central(), world.central("restored")
    log(central, *REFS[:6])
    mirror(node, central)
    log(restored, *REFS[:3])
    with pytest.raises(LogWentBack):
        mirror(node, restored)


def test_a_checkpoint_that_another_station_signed_counts_for_nothing(world: World, node: Station) -> None:
    central, stranger = world.central(), world.other_node()
    log(central, *REFS[:3])
    log(stranger, *REFS[:3])
    with pytest.raises(SignatureBad):
        mirror(node, central, note=head(stranger))
    assert mirror_size(node, central) == 0


def test_leaves_and_checkpoint_of_different_lengths_are_refused(node: Station, central: Station) -> None:
    log(central, *REFS[:3])
    with pytest.raises(ProofBad):
        mirror(node, central, upto=2)
    assert mirror_size(node, central) == 0


def test_an_entry_that_is_not_what_its_hash_says_is_refused(node: Station, central: Station) -> None:
    log(central, *REFS[:3])
    entries = leaves(central)
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    entries[1] = entries[1].replace(b"received", b"shredded")
    with pytest.raises(ProofBad), node.database.transaction() as session:
        custody_log.mirror_extend(node, session, central.kid, entries, hashes, head(central))
