"""`device lost` ends the keys of one phone at one node, and says what is left to do."""

from __future__ import annotations

from pathlib import Path

from testimony.services.accounts import draft_shares
from testimony.services.startup import open_station
from tests.support.cli.program import refused, run


def test_a_lost_phones_keys_are_destroyed_and_the_next_step_is_named(homes: Path) -> None:
    with open_station(homes / "field") as node:
        with node.database.transaction() as session:
            ids = draft_shares.reserve(
                node, session, person="interviewer-1", device="phone-1", want=1, handset="a" * 32
            )
            ids += draft_shares.reserve(
                node, session, person="interviewer-2", device="phone-2", want=1, handset="a" * 32
            )
        draft_shares.make(node, ids)
    done = run("device", "lost", "phone-1", "--home", homes / "field")
    assert done.returncode == 0, done.stderr
    assert "2 keys" in done.stdout
    assert "1 where phone-1 was signed in" in done.stdout
    assert "interviewer-1, interviewer-2" in done.stdout
    assert "sign a roster" in done.stdout
    with open_station(homes / "field") as node:
        assert [node.share_keys.find(each) for each in ids] == [None, None]


def test_a_name_that_is_no_phone_is_refused(homes: Path) -> None:
    assert refused(run("device", "lost", "node-1", "--home", homes / "field"), "names no phone node-1")


def test_another_station_than_a_field_node_is_refused(homes: Path) -> None:
    assert refused(run("device", "lost", "phone-1", "--home", homes / "central"), "not a field node")
