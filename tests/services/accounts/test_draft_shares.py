"""The node's half of the keys of drafts: given once, opened for their person alone, and destroyed for good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from testimony import canonical
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.keys import draft_share, locked_seeds
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.roster import Roster
from testimony.services.accounts import draft_shares, interviewers
from testimony.services.accounts.draft_shares import ShareKey
from testimony.services.accounts.errors import DeviceUnknown, ShareElsewhere, ShareGone
from testimony.services.roster import adoption as roster_adoption
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.models.sessions import SessionRow
from testimony.store.models.shares import HandsetRow, LostDeviceRow, ShareKeyRow
from tests.support.services import clocks
from tests.support.services.interviewers import sign_in, who
from tests.support.services.world import World

PERSON, PHONE = "interviewer-3", "phone-7"
SHARE = b"\x07" * 32


HANDSET, ANOTHER = "a" * 32, "b" * 32


def give(
    station: Station, want: int = 1, person: str = PERSON, device: str = PHONE, handset: str | None = None
) -> list[ShareKey]:
    with station.database.transaction() as session:
        ids = draft_shares.reserve(station, session, person=person, device=device, want=want, handset=handset)
    return draft_shares.make(station, ids)


def opened(station: Station, key: ShareKey, *, person: str = PERSON, at: str = "") -> bytes:
    sealed = draft_share.seal_share(SHARE, Recipient.from_text(key.recipient))
    with station.database.reading() as session:
        return draft_shares.open_share(station, session, id=key.id, at=at or station.kid, person=person, sealed=sealed)


def destroyed(station: Station, key: ShareKey) -> None:
    with pytest.raises(ShareGone):
        opened(station, key)
    assert station.share_keys.find(key.id) is None


def sweep(station: Station) -> int:
    with station.database.transaction() as session:
        return draft_shares.sweep(station, session)


def on(station: Station, day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.agree(monkeypatch, day, of=station)


def test_a_share_sealed_to_a_key_of_the_stock_comes_back(node: Station) -> None:
    (key,) = give(node)
    assert opened(node, key) == SHARE


def test_no_two_keys_are_the_same(node: Station) -> None:
    keys = give(node, 8) + give(node, 8)
    assert len({key.id for key in keys}) == len({key.recipient for key in keys}) == 16


def test_a_key_opens_for_the_person_it_was_given_to_and_no_other(node: Station) -> None:
    (key,) = give(node)
    with pytest.raises(ShareGone):
        opened(node, key, person="interviewer-1")


def test_another_node_says_that_it_is_not_the_one(node: Station) -> None:
    (key,) = give(node)
    with pytest.raises(ShareElsewhere):
        opened(node, key, at="f" * 16)


def test_the_stock_has_limits(node: Station) -> None:
    assert len(give(node, 1000)) == draft_shares.AT_ONCE
    held = draft_shares.AT_ONCE
    while given := give(node, 1000):
        held += len(given)
    assert held == draft_shares.AT_MOST
    assert give(node, -1) == []


def test_a_destroyed_key_is_in_no_file_of_the_node_and_comes_back_by_no_restored_database(node: Station) -> None:
    (key, other) = give(node, 2)
    seed = node.share_keys.find(key.id)
    assert seed is not None
    node.database.checkpoint()
    backup = (node.settings.home / "testimony.db").read_bytes()
    with node.database.transaction() as session:
        assert draft_shares.destroy(node, session, [key.id, "0" * 32]) == 1
        assert draft_shares.destroy(node, session, [key.id]) == 0
    destroyed(node, key)
    assert opened(node, other) == SHARE
    node.database.checkpoint()
    files = [path for path in node.settings.home.rglob("*") if path.is_file()]
    assert [path.name for path in files if found(seed, path.read_bytes())] == []
    assert not found(seed, backup), "a backup of the database never held it"


def found(seed: bytes, data: bytes) -> bool:
    return seed in data or seed.hex().encode() in data


def test_a_leak_of_a_key_would_be_found(node: Station, tmp_path: Path) -> None:
    (key,) = give(node)
    seed = node.share_keys.find(key.id)
    assert seed is not None
    assert found(seed, (node.settings.home / "share.keys").read_bytes())


def test_a_lost_phone_loses_its_keys_and_gets_no_others_and_its_person_is_signed_out(
    world: World, node: Station
) -> None:
    (key,) = give(node)
    token = sign_in(node, world.interviewer)
    with node.database.transaction() as session:
        lost = draft_shares.lose(node, session, PHONE)
    assert (lost.keys, lost.people) == (1, (PERSON,))
    destroyed(node, key)
    assert who(node, token) is None
    assert give(node) == []


def test_a_lost_phone_loses_what_others_had_on_it_and_no_other_phone_of_theirs(world: World, node: Station) -> None:
    keys = [key.describe() for key in Signer.generate().public_keys]
    devices = [*world.successor()["devices"], {"id": "phone-8", "kind": "phone", "keys": keys, "status": "active"}]
    with node.database.transaction() as session:
        roster_adoption.adopt(node, session, world.next_roster(devices=devices))
    (own,) = give(node, handset=HANDSET)
    (borrowed,) = give(node, device="phone-8", handset=HANDSET)
    (elsewhere,) = give(node, device="phone-8", handset=ANOTHER)
    with node.database.transaction() as session:
        draft_shares.destroy(node, session, [own.id])  # a draft that was sealed: that the phone is theirs stays known
        lost = draft_shares.lose(node, session, PHONE)
    assert (lost.keys, lost.handsets, lost.people) == (1, 1, (PERSON,))
    destroyed(node, borrowed)
    assert opened(node, elsewhere) == SHARE
    assert give(node, device="phone-8", handset=ANOTHER) != [], "the borrower's own phone is not lost"


def test_who_is_signed_out_stands_in_the_locked_seeds_too(world: World, node: Station) -> None:
    seeds = {"interviewer": b"\x01" * 32, "device": b"\x02" * 32}
    with node.database.transaction() as session:
        interviewers.add_locked(session, PERSON, locked_seeds.lock(seeds, "words", person=PERSON, device=PHONE))
    token = sign_in(node, world.interviewer)
    with node.database.transaction() as session:
        assert draft_shares.lose(node, session, PHONE).people == (PERSON,)
    assert who(node, token) is None


@pytest.mark.parametrize("name", ["phone-99", "node-1", PERSON])
def test_only_a_phone_of_the_roster_can_be_lost(name: str, node: Station) -> None:
    with pytest.raises(DeviceUnknown), node.database.transaction() as session:
        draft_shares.lose(node, session, name)


@pytest.mark.parametrize("name", [PHONE, PERSON])
def test_a_roster_that_ends_a_phone_or_a_person_ends_their_keys(name: str, world: World, node: Station) -> None:
    (key,) = give(node)
    with node.database.transaction() as session:
        roster_adoption.adopt(node, session, world.without(name))
    destroyed(node, key)


def test_a_roster_that_ends_somebody_else_ends_nothing(world: World, node: Station) -> None:
    (key,) = give(node)
    with node.database.transaction() as session:
        roster_adoption.adopt(node, session, world.without("lawyer-1"))
    assert opened(node, key) == SHARE


def test_sixty_days_end_a_key(node: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    on(node, "2026-03-01", monkeypatch)
    (key,) = give(node)
    on(node, "2026-04-30", monkeypatch)
    assert sweep(node) == 0
    on(node, "2026-05-01", monkeypatch)
    assert sweep(node) == 0, "the first day on which it is too old is only noted"
    assert sweep(node) == 0
    on(node, "2026-05-02", monkeypatch)
    assert sweep(node) == 1
    destroyed(node, key)


def test_a_clock_that_jumps_once_destroys_nothing(node: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    on(node, "2026-03-01", monkeypatch)
    (key,) = give(node)
    on(node, "2106-01-01", monkeypatch)
    assert sweep(node) == 0
    on(node, "2026-03-02", monkeypatch)
    assert sweep(node) == 0
    on(node, "2026-05-01", monkeypatch)
    assert sweep(node) == 0, "what the wrong clock noted counts no more"
    assert opened(node, key) == SHARE


def test_an_organisation_that_wants_no_share_gets_none(world: World, node: Station) -> None:
    with node.database.transaction() as session:
        roster_adoption.adopt(node, session, world.next_roster(drafts={"share": "none"}))
    assert give(node) == []


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ({}, "node"),
        ({"drafts": {}}, "node"),
        ({"drafts": {"share": "node"}}, "node"),
        ({"drafts": {"share": "sitting"}}, "sitting"),
        ({"drafts": {"share": "none"}}, "none"),
        ({"drafts": {"share": "of a later version"}}, "node"),
        ({"drafts": "sitting"}, "node"),
    ],
)
def test_a_roster_says_what_opens_a_draft_and_the_node_where_it_does_not(
    world: World, said: dict[str, Any], means: str
) -> None:
    value = {name: held for name, held in world.successor().items() if name != "drafts"}
    assert draft_shares.setting(Roster.parse(canonical.encode({**value, **said}))) == means


def test_an_organisation_whose_drafts_open_within_the_sitting_still_gets_share_keys(
    world: World, node: Station
) -> None:
    with node.database.transaction() as session:
        roster_adoption.adopt(node, session, world.next_roster(drafts={"share": "sitting"}))
    assert len(give(node)) == 1


def test_a_crash_between_file_and_rows_opens_nothing_and_is_cleared(node: Station) -> None:
    (key,) = give(node)
    node.share_keys.shred([key.id])
    destroyed(node, key)
    with node.database.transaction() as session:
        draft_shares.destroy(node, session, [key.id])
        assert session.execute(select(func.count()).select_from(ShareKeyRow)).scalar_one() == 0


def test_a_roster_that_says_a_phone_is_lost_ends_every_draft_on_it(world: World) -> None:
    node = world.node()
    own, lent = give(node, handset=HANDSET), give(node, handset=ANOTHER)
    value = world.successor()
    value["devices"].append({"id": "phone-8", "keys": value["devices"][0]["keys"], "status": "active"})
    value["devices"][0] = {
        "id": PHONE,
        "keys": [key.describe() for key in Signer.generate().public_keys],
        "status": "lost",
    }
    with node.database.transaction() as session:
        session.merge(HandsetRow(handset="c" * 32, device=PHONE))
        session.add(SessionRow(token="t" * 64, person=PERSON, kid="k", boot="b", started=0.0))
        session.add(
            ShareKeyRow(id="d" * 32, person="interviewer-9", device="phone-8", handset="c" * 32, made="2026-11-24")
        )
    with node.database.transaction() as session:
        roster_adoption.adopt(node, session, world.next_roster(devices=value["devices"]))
    for key in (*own, *lent):
        destroyed(node, key)
    with node.database.reading() as session:
        assert session.get(LostDeviceRow, PHONE) is not None
        assert session.scalars(select(ShareKeyRow)).all() == []
        assert session.scalars(select(SessionRow)).all() == []
    assert give(node) == []


def test_a_phone_that_is_only_revoked_leaves_what_others_have_on_it(world: World) -> None:
    node = world.node()
    give(node, handset=HANDSET)
    value = world.successor()
    value["devices"][0]["status"] = "revoked"
    with node.database.transaction() as session:
        roster_adoption.adopt(node, session, world.next_roster(devices=value["devices"]))
    with node.database.reading() as session:
        assert session.get(LostDeviceRow, PHONE) is None


def test_a_crash_between_the_roster_and_the_keys_is_made_up_at_the_next_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = world.node()
    (key,) = give(node, handset=HANDSET)
    value = world.successor()
    value["devices"][0]["status"] = "lost"
    with monkeypatch.context() as crashed:
        crashed.setattr(draft_shares, "end_lost", lambda station: None)
        crashed.setattr(draft_shares, "clear", lambda station: None)
        with node.database.transaction() as session:
            roster_adoption.adopt(node, session, world.next_roster(devices=value["devices"]))
    assert opened(node, key) == SHARE
    node.close()
    again = open_station(node.settings.home)
    world.opened.append(again)
    destroyed(again, key)
    with again.database.reading() as session:
        assert session.get(LostDeviceRow, PHONE) is not None
