"""Changes of the next roster: admitted once, never again after a revocation, and never to nobody's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys import locked_seeds
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.admission import Admission, admission, read_admission
from testimony.sealing.roster.errors import EnrolmentRefused
from testimony.sealing.roster.roster import Roster
from testimony.services.roster import changes as roster_changes
from tests.support.services.world import World

DAY = "2026-11-26"


def asked(kind: str = "node", id: str = "node-3", *, signer: Signer | None = None, **changes: Any) -> Admission:
    if kind not in {"node", "central"}:
        changes.setdefault("recipient", OpeningKey.generate().recipient)
    return read_admission(admission(kind=kind, id=id, signer=signer or Signer.generate(), day=DAY, **changes).encode())


def refused(act: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(EnrolmentRefused) as caught:
        act()
    assert str(caught.value)
    return caught.value.reason, str(caught.value.values.get("id", ""))


def sign(world: World, draft: dict[str, Any]) -> Roster:
    """Sign it, as headquarters does, and have every check of a roster run over it."""
    world.next_roster(**{key: draft[key] for key in ("people", "devices", "slots")})
    return world.chain.latest


def test_a_node_is_admitted_under_its_name_or_another(world: World) -> None:
    one = asked()
    assert roster_changes.admit(world.chain, one)["devices"][-1]["id"] == "node-3"
    roster = sign(world, roster_changes.admit(world.chain, one, "node-9"))
    entry = roster.signer(one.keys[0].kid)
    assert entry is not None
    assert (entry.id, entry.role, entry.active) == ("node-9", "node", True)


def test_the_roster_in_force_is_not_touched_by_a_draft(world: World) -> None:
    before = world.chain.latest.data
    roster_changes.admit(world.chain, asked())
    assert world.chain.latest.data == before


def test_a_lawyer_is_admitted_and_gets_a_place(world: World) -> None:
    for number in range(3, 7):
        sign(world, roster_changes.admit(world.chain, asked("lawyer", f"lawyer-{number}")))
    assert len(world.chain.latest.readers("lawyers")) == 6
    assert world.chain.latest.slots["lawyers"] == 6


def test_the_same_key_is_not_admitted_twice(world: World) -> None:
    one = asked()
    sign(world, roster_changes.admit(world.chain, one))
    assert refused(lambda: roster_changes.admit(world.chain, one, "node-4")) == ("known", "node-3")


def test_a_request_replayed_after_its_key_was_revoked_brings_nothing_back(world: World) -> None:
    node, reader = asked(), asked("lawyer", "lawyer-3")
    for one in (node, reader):
        sign(world, roster_changes.admit(world.chain, one))
    sign(world, roster_changes.revoke(world.chain.latest, ["node-3", "lawyer-3"]))
    assert refused(lambda: roster_changes.admit(world.chain, node, "node-4")) == ("taken-out", "node-3")
    assert refused(lambda: roster_changes.admit(world.chain, reader, "lawyer-4")) == ("taken-out", "lawyer-3")


def test_a_recipient_that_was_taken_out_does_not_come_back_beside_another_signing_key(world: World) -> None:
    key = OpeningKey.generate().recipient
    sign(world, roster_changes.admit(world.chain, asked("lawyer", "lawyer-3", recipient=key)))
    sign(world, roster_changes.revoke(world.chain.latest, ["lawyer-3"]))
    again = asked("lawyer", "lawyer-4", recipient=key)
    assert refused(lambda: roster_changes.admit(world.chain, again)) == ("taken-out", "lawyer-3")


def test_a_name_that_is_taken_is_refused_unless_it_asks_to_replace(world: World) -> None:
    assert refused(lambda: roster_changes.admit(world.chain, asked(id="node-1"))) == ("id-taken", "node-1")
    old = world.station.public_keys[0].kid
    one = asked(id="node-1", replaces=True)
    roster = sign(world, roster_changes.admit(world.chain, one))
    assert roster.signer(old) is None
    assert [device.keys for device in roster.devices if device.id == "node-1"] == [one.keys]


def test_a_replaced_key_is_not_admitted_again(world: World) -> None:
    sign(world, roster_changes.admit(world.chain, asked(id="node-1", replaces=True)))
    old = asked(signer=world.station)
    assert refused(lambda: roster_changes.admit(world.chain, old)) == ("taken-out", "node-1")


@pytest.mark.parametrize(("kind", "id"), [("node", "node-9"), ("node", "central-1"), ("lawyer", "coordinator")])
def test_nobody_takes_the_place_of_whom_the_roster_does_not_know_in_that_role(world: World, kind: str, id: str) -> None:
    one = asked(kind, id, replaces=True)
    assert refused(lambda: roster_changes.admit(world.chain, one)) == ("id-unknown", id)


def test_who_is_revoked_stays_named_and_counts_no_more(world: World) -> None:
    roster = sign(world, roster_changes.revoke(world.chain.latest, ["node-1", "coordinator"]))
    entry = roster.signer(world.station.public_keys[0].kid)
    assert entry is not None
    assert (entry.status, entry.active) == ("revoked", False)
    assert roster.recipients("coordinators") == []


def test_a_lost_phone_is_said_to_be_lost_and_nothing_else_can_be(world: World) -> None:
    roster = sign(world, roster_changes.revoke(world.chain.latest, ["phone-7"], "lost"))
    assert [device.status for device in roster.devices if device.id == "phone-7"] == ["lost"]
    assert refused(lambda: roster_changes.revoke(world.chain.latest, ["node-1"], "lost")) == ("not-phone", "node-1")


@pytest.mark.parametrize("ids", [["lawyer-a", "lawyer-b"], ["central-1"]], ids=str)
def test_the_last_lawyer_and_the_last_central_stay(world: World, ids: list[str]) -> None:
    assert refused(lambda: roster_changes.revoke(world.chain.latest, ids))[0] == "last"


@pytest.mark.parametrize("id", ["nobody", "phone-1", ""])
def test_who_is_not_there_or_not_active_cannot_be_revoked(world: World, id: str) -> None:
    assert refused(lambda: roster_changes.revoke(world.chain.latest, [id])) == ("id-unknown", id)
    sign(world, roster_changes.revoke(world.chain.latest, ["phone-7"]))
    assert refused(lambda: roster_changes.revoke(world.chain.latest, ["phone-7"])) == ("id-unknown", "phone-7")


def test_an_interviewer_comes_new_with_a_phone_and_a_passphrase(world: World) -> None:
    made = roster_changes.add_interviewer(world.chain.latest, "interviewer-9", "phone-9")
    roster = sign(world, made.draft)
    seeds = locked_seeds.unlock(made.locked, made.passphrase)
    for name, id, role in (("interviewer", "interviewer-9", "interviewer"), ("device", "phone-9", "phone")):
        entry = roster.signer(Signer(seeds[name]).kid)
        assert entry is not None
        assert (entry.id, entry.role, entry.active) == (id, role, True)


def test_one_whose_phone_was_lost_gets_new_keys_and_another_phone(world: World) -> None:
    sign(world, roster_changes.revoke(world.chain.latest, ["phone-7"], "lost"))
    made = roster_changes.add_interviewer(world.chain.latest, "interviewer-3", "phone-8")
    roster = sign(world, made.draft)
    assert roster.signer(world.interviewer.kid) is None
    assert [each.id for each in roster.people if each.role == "interviewer"] == ["interviewer-3"]
    assert refused(lambda: roster_changes.add_interviewer(roster, "interviewer-3", "phone-7")) == (
        "id-taken",
        "phone-7",
    )


@pytest.mark.parametrize(("id", "phone"), [("lawyer-a", "phone-8"), ("interviewer-9", "node-1")])
def test_a_name_of_somebody_else_is_refused(world: World, id: str, phone: str) -> None:
    assert refused(lambda: roster_changes.add_interviewer(world.chain.latest, id, phone))[0] == "id-taken"


def test_one_who_was_revoked_does_not_come_back_under_the_name(world: World) -> None:
    sign(world, roster_changes.revoke(world.chain.latest, ["interviewer-3"]))
    act = lambda: roster_changes.add_interviewer(world.chain.latest, "interviewer-3", "phone-8")  # noqa: E731
    assert refused(act) == ("id-taken", "interviewer-3")


def test_a_renewal_changes_nobody(world: World) -> None:
    assert canonical.encode(roster_changes.renew(world.chain.latest)) == world.chain.latest.data


def test_a_renewal_says_what_opens_an_unfinished_interview_and_keeps_what_it_does_not_say(world: World) -> None:
    before = world.chain.latest
    assert roster_changes.renew(before, draft_share="sitting")["drafts"] == {"share": "sitting"}
    world.next_roster(drafts={"share": "sitting"})
    assert roster_changes.renew(world.chain.latest)["drafts"] == {"share": "sitting"}
    assert roster_changes.renew(world.chain.latest, draft_share="node")["drafts"] == {"share": "node"}
