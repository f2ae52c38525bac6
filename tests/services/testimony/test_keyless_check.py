"""`verify` checks the pieces of recordings and pictures too, without a key, and names the one that is wrong."""

from __future__ import annotations

from testimony.canonical import sha256_hex
from testimony.cli.desk import verify
from testimony.sealing.verification import Finding, Holds
from testimony.services.testimony import keyless_check
from testimony.station.station import Station
from tests.support.services.world import World, take, tid_of
from tests.support.sync.world import pieces_of, text_of


def examine(station: Station, tid: str) -> dict[str, list[Finding]]:
    with station.database.reading() as session:
        found = keyless_check.examine(station, session, tid)
    return {subject: [one for one in found if one.subject == subject] for subject in {one.subject for one in found}}


def test_all_pieces_are_here_and_hashed_again(world: World) -> None:
    node, sealed = world.node(), world.with_media(1_000_000)
    take(node, sealed)
    [media] = examine(node, tid_of(sealed))["media"]
    assert media.holds is Holds.YES
    assert media.values == {"number": 6, "all": 6}
    assert verify.sentence(media).startswith("6 of 6 pieces are here and are exactly")


def test_a_changed_piece_fails_and_is_named(world: World) -> None:
    node, sealed = world.node(), world.with_media(1_000_000)
    take(node, sealed)
    name = sha256_hex(pieces_of(sealed)[2][-1])
    (node.parts.folder / name[:2] / name).write_bytes(b"x")
    found = examine(node, tid_of(sealed))
    assert [one.holds for one in found["parts"]] == [Holds.NO, Holds.YES]
    assert "media-003 (body)" in verify.sentence(found["parts"][0])
    assert "5 of 6" in verify.sentence(found["media"][0])
    assert "Incomplete: media-003." in verify.sentence(found["media"][0])


def test_pieces_that_have_not_come_are_counted_and_named_in_runs(world: World) -> None:
    node, sealed = world.node(), world.with_media(1_500_000)
    some = [piece for number, piece in enumerate(pieces_of(sealed), 1) if number not in (2, 3, 4, 7)]
    take(node, sealed.record, *text_of(sealed), *[data for piece in some for data in piece])
    found = examine(node, tid_of(sealed))
    [media] = found["media"]
    assert media.holds is Holds.OPEN
    assert verify.sentence(media).endswith("Incomplete: media-002 to media-004, media-007.")
    assert [one.holds for one in found["parts"]] == [Holds.YES]


def test_a_desk_has_its_pieces_without_the_heads_of_recovery(world: World) -> None:
    desk, sealed = world.desk(), world.with_media(1_000_000)
    wanted = [data for part in sealed.parts for data in (part.heads["lawyers"], part.body)]
    take(desk, sealed.record, *wanted)
    [media] = examine(desk, tid_of(sealed))["media"]
    assert media.holds is Holds.YES


def test_without_media_nothing_is_said_of_them(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    take(node, sealed)
    assert "media" not in examine(node, tid_of(sealed))
