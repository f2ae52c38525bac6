"""Releases through two coordinators' desks: what leaves was built at one and made anew at the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from testimony import canonical
from testimony.anonymity.errors import HierarchyUnusable, PresetTooWeak, RiskTooHigh
from testimony.anonymity.validity import PRESETS, PUBLIC, TRUSTED, Preset
from testimony.domain.errors import LedgerRefused, ReleaseClock
from testimony.domain.ledger.batch import ANY_INCIDENT
from testimony.domain.ledger.state import Stage
from testimony.publication.check import check
from testimony.services import startup
from testimony.services.consent import acts as consent_acts
from testimony.services.custody import log as custody_log
from testimony.services.ledger import ledger
from testimony.services.ledger.errors import LedgerIncomplete
from testimony.services.ledger.ledger import Ledger, Reason
from testimony.services.release import candidates, recall_entries, release
from testimony.services.release import desk as release_desk
from testimony.services.release import history as release_history
from testimony.services.release import plan as release_plan
from testimony.services.release.errors import ReleaseRefused
from testimony.services.release.plan import Order
from testimony.station.station import RELEASES
from testimony.store.blobs.folder import PartStore
from tests.support.services.batches import told
from tests.support.services.desks import TODAY
from tests.support.services.release import releases
from tests.support.services.release.releases import BOTH, MECHANISM, NUMBERS, Centre, ReleaseDesk, account


@pytest.fixture
def at(releasing_desks: Centre) -> Centre:
    return releasing_desks


def held(desk: ReleaseDesk) -> Ledger:
    return release_desk.ledger_of(desk.by)


def stage(desk: ReleaseDesk, name: str) -> Stage:
    return held(desk).batch(name).stage


def reason(refused: pytest.ExceptionInfo[ReleaseRefused] | pytest.ExceptionInfo[LedgerRefused]) -> str:
    assert str(refused.value).endswith(".")
    return refused.value.reason


def kept(desk: ReleaseDesk) -> list[bytes]:
    return [file.read_bytes() for file in (desk.station.settings.home / RELEASES).rglob("*") if file.is_file()]


def test_a_release_goes_its_way_and_what_was_previewed_is_what_leaves(at: Centre) -> None:
    plan = release.build(at[1].by, BOTH)
    at.meet()
    assert release.preview(at[2].by, plan.name) == plan.files
    release.approve(at[2].by, plan.name)
    at.meet()
    release.send(at[1].by, plan.name, ["P07"])
    with pytest.raises(ReleaseRefused) as early:
        release.hand_out(at[1].by, plan.name, "P07")
    assert reason(early) == "pending"
    assert kept(at[1]) == []
    at.meet()
    assert release.hand_out(at[1].by, plan.name, "P07") == plan.files["P07"]
    assert kept(at[1]) == [plan.files["P07"]]
    at.meet()
    assert {stage(desk, plan.name) for desk in (at[1], at[2])} == {Stage.LEFT}
    (handed,) = held(at[2]).handed
    assert (handed.recipient, handed.sha256, handed.by) == ("P07", plan.sha256["P07"], "coordinator-1")


def test_a_plan_writes_nothing(at: Centre) -> None:
    plan = release.plan(at[1].by, MECHANISM)
    assert plan.made is not None
    assert plan.files
    assert not held(at[1]).key


def test_a_profile_is_pinned_once_and_made_anew_when_asked_for(at: Centre) -> None:
    made = release.pin(at[1].by, MECHANISM)
    assert made is not None
    assert release.pin(at[1].by, MECHANISM) is None
    assert release.plan(at[1].by, MECHANISM).made is None
    at.meet()
    assert held(at[2]).profile("trusted") == made.profile.value
    assert release.pin(at[2].by, MECHANISM, again=True) is not None


def test_levels_under_which_nothing_leaves_are_not_pinned(at: Centre) -> None:
    with pytest.raises((ReleaseRefused, RiskTooHigh)):
        release.build(at[1].by, replace(MECHANISM, period="2019"))
    assert held(at[1]).key
    assert held(at[1]).profile("trusted") is None


def test_an_event_that_one_person_tells_again_leaves_once(at: Centre) -> None:
    def pool() -> release_plan.Material:
        return release_desk.pool(release_desk.Desk(at[1].by, held(at[1]), MECHANISM.recipients))

    before = len(pool().records)
    at.same_person(*at.tids[:2])
    at.same_event(*at.tids[:2])
    at.meet()
    assert len(pool().records) == before - 1
    assert pool().left_out["told_again"] == 1
    at.withdraw(at.tids[0])
    at.meet()
    assert len(pool().records) == before - 1
    assert "told_again" not in pool().left_out, "the other account tells of it"


def test_an_event_that_left_for_one_recipient_does_not_leave_for_another_as_the_same_person_tells_it(
    at: Centre,
) -> None:
    at.left(MECHANISM)
    _, told_first = at.member(next(iter(held(at[1]).published)))
    at.hold(told_first)
    (late, *_) = at.bring([account(number, "P06") for number in range(24, 30)])
    at.same_person(late, told_first)
    at.same_event(late, told_first)
    at.meet()
    for desk in (at[1], at[2]):
        pool = release_desk.pool(release_desk.Desk(desk.by, held(desk), NUMBERS.recipients))
        assert pool.left_out["told_again"] == 1


def test_a_batch_with_an_event_that_one_person_tells_again_is_not_approved(at: Centre) -> None:
    at.same_person(*at.tids[:2])
    at.same_event(*at.tids[:2])
    at.meet()
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr(release_desk, "_told_again", lambda *_: frozenset())
        name = release.build(at[1].by, MECHANISM).name
    at.meet()
    leaving = {at.member(member)[1] for member in held(at[2]).published}
    assert leaving >= {*at.tids[:2]}
    with pytest.raises(ReleaseRefused) as refused:
        release.approve(at[2].by, name)
    assert reason(refused) == "differs"
    release.cancel(at[2].by, name)
    at.meet()
    again = at.approved(MECHANISM)
    assert stage(at[1], again) is Stage.APPROVED


def test_one_release_at_a_time_is_under_way(at: Centre) -> None:
    name = release.build(at[1].by, MECHANISM).name
    for _ in range(2):
        with pytest.raises(LedgerRefused) as refused:
            release.build(at[1].by, MECHANISM)
        assert reason(refused) == "open"
        at.meet()
    release.cancel(at[2].by, name)
    at.meet()
    assert stage(at[1], name) is Stage.CANCELLED
    assert release.build(at[1].by, MECHANISM).files


def test_a_new_profile_is_for_what_was_not_published(at: Centre) -> None:
    at.left(MECHANISM)
    before = held(at[1]).published
    at.bring([account(number) for number in range(24, 30)])
    release.pin(at[1].by, MECHANISM, again=True)
    at.meet()
    assert held(at[2]).published == before


def test_a_build_that_refuses_says_why_and_every_coordinator_reads_it(at: Centre) -> None:
    orders = {
        "none": replace(MECHANISM, period="2019"),
        "period": replace(MECHANISM, period="2019-13"),
        "preset": Order(recipients=("P06",), preset="trusted"),
        "risk.too-high": Order(recipients=("P06",), preset="safe", first=8),
    }
    for why, order in orders.items():
        with pytest.raises((ReleaseRefused, RiskTooHigh)) as refused:
            release.build(at[1].by, order)
        assert getattr(refused.value, "reason", refused.value.code) == why
        assert str(refused.value).endswith(".")
    at.meet()
    found = held(at[2])
    assert sorted((one.reason, one.by) for one in found.refused) == sorted((why, "coordinator-1") for why in orders)
    assert not found.batches


def test_a_hierarchy_that_does_not_nest_holds_every_release_back(at: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = candidates.schema()
    climb = {code: (code, "all of them", f"group of {code}", "*") for code in whole.attributes[4].domain}.get
    levels = ("country", "mixed", "group", "*")
    crossed = replace(whole.attributes[4], levels=levels, domain=(), climb=climb)
    schema = replace(whole, attributes=(*whole.attributes[:4], crossed, *whole.attributes[5:]))
    monkeypatch.setattr(candidates, "schema", lambda: schema)
    with pytest.raises(HierarchyUnusable) as refused:
        release.build(at[1].by, MECHANISM)
    assert str(refused.value).endswith(".")
    at.meet()
    assert not held(at[2]).batches
    assert [one.by for one in held(at[2]).refused] == ["coordinator-1"]


def test_accounts_of_unknown_incidents_leave_among_enough_others_and_every_desk_counts_them_for_none(
    at: Centre,
) -> None:
    """ "Which part of the border is not known" is no third incident beside the two parts of which others tell."""
    where = {"i_segment": "HRV-BIH:all"}
    at.bring([told(n, ("P01", "P06", "P07"), i_date=f"2025-{1 + n % 6:02}-10", **where) for n in range(24, 30)])
    name = at.left(MECHANISM)
    found = held(at[2])
    lines = found.batch(name).contents.classes
    assert any(ANY_INCIDENT in line.incidents for line in lines)
    assert all(len(set(line.incidents) - {ANY_INCIDENT}) >= TRUSTED.m for line in lines)
    assert not ledger.invariant(found)


def test_an_entry_that_lacks_holds_every_release_back(at: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    def incomplete(*_: object) -> Ledger:
        raise LedgerIncomplete("missing")

    monkeypatch.setattr(ledger, "read", incomplete)
    with pytest.raises(LedgerIncomplete):
        release.build(at[1].by, MECHANISM)
    with at[1].station.database.reading() as session:
        said = [canonical.decode_object(entry) for _, entry in custody_log.entries(session, 0, 10_000)]
    assert said[-1]["kind"] == "refused"


def test_a_clock_behind_the_last_release_holds_every_release_back(at: Centre) -> None:
    at.left(MECHANISM)
    early = replace(at[1].by, day=TODAY - timedelta(days=1))
    with pytest.raises(ReleaseClock):
        release.build(early, MECHANISM)


def test_what_a_person_did_not_see_is_not_proposed(at: Centre) -> None:
    seen = release.plan(at[1].by, MECHANISM)
    with pytest.raises(ReleaseRefused) as refused:
        release.build(at[1].by, MECHANISM, name=seen.name, expected={"P07": "0" * 64})
    assert reason(refused) == "changed"
    assert release.build(at[1].by, MECHANISM, name=seen.name, expected=seen.sha256).files == seen.files


def test_nobody_approves_what_they_proposed(at: Centre) -> None:
    name = release.build(at[1].by, MECHANISM).name
    with pytest.raises(ReleaseRefused) as early:
        release.approve(at[1].by, name)
    assert reason(early) == "pending"
    at.meet()
    with pytest.raises(LedgerRefused) as refused:
        release.approve(at[1].by, name)
    assert reason(refused) == "twice"


def test_nothing_leaves_that_one_person_alone_wanted(at: Centre) -> None:
    name = release.build(at[1].by, MECHANISM).name
    at.meet()
    for desk in (at[1], at[2]):
        with pytest.raises(LedgerRefused) as refused:
            release.send(desk.by, name, ["P07"])
        assert reason(refused) == "stage"
        with pytest.raises(LedgerRefused):
            release.hand_out(desk.by, name, "P07")


def test_a_desk_that_makes_other_bytes_approves_nothing_and_says_so(at: Centre) -> None:
    name = release.build(at[1].by, MECHANISM).name
    at[1].exchange()
    at.same_person(at.tids[0], at.tids[1])
    at[2].exchange()
    with pytest.raises(ReleaseRefused) as refused:
        release.approve(at[2].by, name)
    assert reason(refused) == "differs"
    assert stage(at[2], name) is Stage.PROPOSED


def weak(preset: Preset) -> Preset:
    """Asks for what a mechanism may have, whatever its name says."""
    return replace(preset, k=TRUSTED.k, m=TRUSTED.m, alpha=TRUSTED.alpha, global_risk=1.0)


def test_numbers_for_everybody_that_a_dishonest_desk_made_as_for_a_mechanism_are_not_approved(at: Centre) -> None:
    with pytest.MonkeyPatch.context() as dishonest:
        dishonest.setattr(release_plan, "least_of", lambda *_: TRUSTED)
        name = release.build(at[1].by, replace(releases.NUMBERS, preset="trusted")).name
    at.meet()
    assert held(at[2]).batch(name).k == TRUSTED.k
    for act in (release.approve, release.preview):
        with pytest.raises(ReleaseRefused) as refused:
            act(at[2].by, name)
        assert reason(refused) == "preset"
    assert stage(at[2], name) is Stage.PROPOSED


def test_a_profile_that_asks_for_less_than_its_name_says_is_used_by_nobody(at: Centre) -> None:
    with pytest.MonkeyPatch.context() as dishonest:
        for where in (release_plan, release_desk):
            dishonest.setattr(where, "PRESETS", PRESETS | {"public": weak(PUBLIC)})
        dishonest.setattr(release_plan, "PUBLIC", weak(PUBLIC))
        name = release.build(at[1].by, releases.NUMBERS).name
    at.meet()
    assert held(at[2]).batch(name).preset == "public"
    with pytest.raises(PresetTooWeak):
        release.approve(at[2].by, name)
    release.cancel(at[2].by, name)
    with pytest.raises(PresetTooWeak):
        release.build(at[2].by, releases.NUMBERS)
    assert release.pin(at[2].by, releases.NUMBERS, again=True) is not None
    assert release.build(at[2].by, releases.NUMBERS).preset.k == PUBLIC.k


def test_a_desk_that_heard_of_a_withdrawal_approves_nothing(at: Centre) -> None:
    name = release.build(at[1].by, MECHANISM).name
    at.meet()
    at.withdraw(at.tids[0], at[2].station)
    with pytest.raises(ReleaseRefused) as refused:
        release.approve(at[2].by, name)
    assert reason(refused) == "withdrawn"


def test_what_came_after_the_proposal_changes_nothing_of_it(at: Centre) -> None:
    plan = release.build(at[1].by, MECHANISM)
    at.bring([account(number) for number in range(24, 30)])
    assert release.preview(at[2].by, plan.name) == plan.files
    release.approve(at[2].by, plan.name)


def test_a_withdrawal_between_building_and_sending_cancels_it_and_it_is_built_anew(at: Centre) -> None:
    name = at.approved(MECHANISM)
    at.withdraw(at.tids[3])
    at.meet()
    with pytest.raises(ReleaseRefused) as refused:
        release.send(at[1].by, name, ["P07"])
    assert reason(refused) == "withdrawn"
    at.meet()
    assert stage(at[2], name) is Stage.CANCELLED
    left = at.left(MECHANISM)
    assert stage(at[2], left) is Stage.LEFT


def test_a_withdrawal_after_the_order_to_leave_still_holds_the_bytes_back(at: Centre) -> None:
    name = at.approved(MECHANISM)
    release.send(at[1].by, name, ["P07"])
    at.meet()
    at.withdraw(at.tids[3], at[1].station)
    with pytest.raises(ReleaseRefused) as refused:
        release.hand_out(at[1].by, name, "P07")
    assert reason(refused) == "withdrawn"
    assert kept(at[1]) == []
    at.meet()
    found = held(at[2])
    assert (found.batch(name).stage, found.handed) == (Stage.CANCELLED, ())
    assert not found.published


def test_a_file_that_left_is_given_again_as_it_was_and_is_not_cancelled(at: Centre) -> None:
    name = at.left(MECHANISM)
    (data,) = kept(at[1])
    at.withdraw(at.tids[3])
    at.meet()
    assert release.hand_out(at[1].by, name, "P07") == data
    with pytest.raises(LedgerRefused) as refused:
        release.cancel(at[1].by, name)
    assert reason(refused) == "handed"


def test_another_recipient_gets_the_same_rows_later_while_nobody_has_withdrawn(at: Centre) -> None:
    name = at.approved(BOTH)
    files = release.preview(at[1].by, name)
    for recipient in ("P07", "P06"):
        release.send(at[1].by, name, [recipient])
        at.meet()
        assert release.hand_out(at[1].by, name, recipient) == files[recipient]
    at.meet()
    assert set(held(at[2]).batch(name).left) == {"P06", "P07"}


def test_who_withdraws_after_publication_is_told_to_whoever_holds_the_line(at: Centre) -> None:
    name = at.left(MECHANISM)
    line = held(at[1]).batch(name).contents.classes[0]
    _, tid = at.member(line.members[0])
    at.withdraw(tid)
    at.meet()
    assert recall_entries.revoke(at[1].by) == 0  # it is set aside, and may come back
    at.destroy_what_is_due()
    assert recall_entries.revoke(at[1].by) == 1
    assert recall_entries.revoke(at[1].by) == 0
    at.meet()
    assert held(at[2]).revoked == {line.id: frozenset({line.members[0]})}
    rows = release_history.notice(held(at[2]), "P07").decode().splitlines()
    assert rows[2:] == [f"c{line.id},{name},withdrawn,1"]
    (told,) = release_history.of(held(at[2])).releases
    assert (told.withdrawn, told.handed, told.pending) == (1, ("P07",), False)
    with pytest.raises(ReleaseRefused) as nothing:
        release_history.notice(held(at[2]), "P06")
    assert reason(nothing) == "notice"
    at.bring([account(number) for number in range(24, 30)] + [account(number, "P07") for number in range(12)])
    again = release.build(at[1].by, MECHANISM)
    content = check(again.files["P07"]).content
    assert content is not None
    assert content.revoked == (f"c{line.id}",)
    at.meet()
    assert release.preview(at[2].by, again.name) == again.files
    assert not ledger.invariant(held(at[2]))


def test_a_line_is_taken_back_whole_or_in_a_cohort_that_is_large_enough(at: Centre) -> None:
    name = at.left(MECHANISM)
    lines = held(at[1]).batch(name).contents.classes
    large = max(lines, key=lambda line: line.n)
    manifest, _ = at.member(large.members[0])
    release.recall(at[1].by, large.id, Reason.CORRECTION, manifests=[manifest] if large.n >= 10 else ())
    at.meet()
    found = held(at[2])
    assert large.members[0] in found.recalled[large.id].members
    assert len(found.recalled[large.id].members) >= 5
    assert not ledger.invariant(found)
    with pytest.raises(LedgerRefused) as refused:
        release.recall(at[2].by, large.id, Reason.DEMAND)
    assert reason(refused) == "recalled"


def test_of_two_coordinators_who_build_at_once_offline_one_is_overtaken_and_nothing_of_it_left(at: Centre) -> None:
    release.pin(at[1].by, MECHANISM)
    at.meet()
    names = [release.build(at[number].by, MECHANISM).name for number in (1, 2)]
    at[2].exchange()
    at[1].exchange()
    at[2].exchange()
    for desk in (at[1], at[2]):
        found = held(desk)
        assert list(found.batches) == [names[1]]
        assert [one.batch for one in found.overtaken] == [names[0]]
        assert not ledger.invariant(found)
    with pytest.raises(LedgerRefused) as refused:
        release.preview(at[1].by, names[0])
    assert reason(refused) == "unknown"
    release.approve(at[1].by, names[1])


def test_two_who_open_the_ledger_at_once_come_to_one(at: Centre) -> None:
    for number in (1, 2):
        release.build(at[number].by, MECHANISM)
    at.meet()
    assert held(at[1]).key == held(at[2]).key
    assert len(held(at[1]).batches) == 1
    assert set(held(at[1]).batches) == set(held(at[2]).batches)


def test_a_batch_of_one_new_testimony_is_refused(at: Centre) -> None:
    name = at.left(MECHANISM)
    waiting = held(at[1]).batch(name).contents.waiting
    at.bring([account(24)])
    with pytest.raises(ReleaseRefused) as refused:
        release.build(at[1].by, MECHANISM)
    assert reason(refused) in ({"small", "people", "incidents", "links"} if waiting else {"one"})


def test_no_testimony_leaves_twice_and_all_releases_together_hold_the_invariant(at: Centre) -> None:
    first = at.left(MECHANISM)
    at.withdraw(at.tids[5])
    at.bring([account(number) for number in range(24, 30)] + [account(number) for number in range(6)])
    at.bring([account(number, "P07") for number in range(12, 24)])
    second = at.left(MECHANISM)
    found = held(at[2])
    batches = [found.batch(name).contents.classes for name in (first, second)]
    members = [{member for line in lines for member in line.members} for lines in batches]
    assert members[0]
    assert members[1]
    assert not members[0] & members[1]
    assert not ledger.invariant(found)


def test_colluding_recipients_of_different_presets_hold_whole_classes_alone(at: Centre) -> None:
    at.left(releases.NUMBERS)
    at.bring([account(number) for number in range(24, 30)] + [account(number) for number in range(6)])
    at.left(MECHANISM)
    found = held(at[1])
    assert {batch.preset for batch in found.batches.values()} == {"public", "trusted"}
    assert not ledger.invariant(found)


def test_a_home_that_was_restored_cancels_nothing_that_it_let_leave(at: Centre) -> None:
    name = at.approved(MECHANISM)
    release.send(at[1].by, name, ["P07"])
    at.meet()
    startup.begin_anew(at[1].station)
    with pytest.raises(LedgerRefused) as refused:
        release.cancel(at[1].by, name)
    assert reason(refused) == "handed"


class Killed(Exception):
    """Stands for a machine that loses its power."""


@contextmanager
def killed(where: object, step: str) -> Iterator[None]:
    """What is done inside dies as soon as it comes to this step."""

    def dies(*_: object, **__: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(where, step, dies)
        with pytest.raises(Killed):
            yield


@pytest.mark.parametrize("step", ["pin", "propose"])
def test_a_build_that_was_killed_is_built_again(at: Centre, step: str) -> None:
    with killed(ledger, step):
        release.build(at[1].by, MECHANISM)
    name = release.build(at[1].by, MECHANISM).name
    at.meet()
    assert list(held(at[2]).batches) == [name]


def test_an_order_to_leave_that_was_killed_is_given_again_or_stands(at: Centre) -> None:
    name = at.approved(MECHANISM)
    with killed(ledger, "leave"):
        release.send(at[1].by, name, ["P07"])
    with killed(consent_acts, "_note"):  # the entry is kept, and nothing else was done
        release.send(at[1].by, name, ["P07"])
    at.meet()
    assert release.hand_out(at[1].by, name, "P07")
    at.meet()
    assert held(at[2]).batch(name).left == {"P07": "coordinator-1"}


@pytest.mark.parametrize(("where", "step"), [(PartStore, "put_all"), (ledger, "handed"), (consent_acts, "_note")])
def test_a_handing_out_that_was_killed_gives_the_same_bytes_once_in_the_ledger(
    at: Centre, where: object, step: str
) -> None:
    name = at.approved(MECHANISM)
    files = release.preview(at[1].by, name)
    release.send(at[1].by, name, ["P07"])
    at.meet()
    with killed(where, step):
        release.hand_out(at[1].by, name, "P07")
    assert release.hand_out(at[1].by, name, "P07") == files["P07"]
    at.meet()
    assert len(held(at[2]).handed) == 1


def test_a_handing_out_that_was_killed_before_it_was_written_down_is_held_back_by_a_withdrawal(at: Centre) -> None:
    name = at.approved(MECHANISM)
    release.send(at[1].by, name, ["P07"])
    at.meet()
    with killed(ledger, "handed"):
        release.hand_out(at[1].by, name, "P07")
    at.withdraw(at.tids[3], at[1].station)
    for _ in range(2):
        with pytest.raises((ReleaseRefused, LedgerRefused)):
            release.hand_out(at[1].by, name, "P07")
    assert not held(at[1]).handed
