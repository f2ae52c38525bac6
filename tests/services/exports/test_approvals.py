"""Where lawyers said so, an export leaves only after a second lawyer approved exactly that one."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from testimony.domain.consent.events import Act
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.exports.fold import STANDS, State
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import approvals, exports, whole
from testimony.services.exports.approvals import ALL, Approvals
from testimony.services.exports.errors import ExportRefused
from testimony.services.exports.exports import Made
from testimony.services.opening.annexes import AnnexIndex
from tests.support.services.casefiles import COURT, SAID, account, brought
from tests.support.services.desks import LAWYERS, TODAY, Desk, desks


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def first(at: dict[str, Desk]) -> Desk:
    return at["lawyer-1"]


@pytest.fixture
def second(at: dict[str, Desk]) -> Desk:
    return at["lawyer-2"]


def known(desk: Desk, day: date = TODAY) -> Approvals:
    with desk.station.database.reading() as session:
        return approvals.read(desk.station, session, desk.reader, desk.annexes, at=day)


def met(*some: Desk) -> None:
    for desk in (*some, *some):
        desk.exchange()


def proposed(desk: Desk, tids: Sequence[str], use: Key = LAWYERS, form: str = "jsonl") -> str:
    return approvals.propose(desk.station, desk.reader, use, form, tids, sealed=True, day=TODAY)


def approve(desk: Desk, id: str, day: date = TODAY) -> None:
    held = known(desk, day)
    approvals.approve(desk.station, desk.reader, held, id, held.find(id).digest, day=day)


def save(desk: Desk, id: str, day: date = TODAY) -> Made:
    with desk.station.database.transaction() as session:
        return exports.make_approved(desk.station, session, desk.reader, id, annexes=desk.annexes, at=day)[0]


def alone(desk: Desk) -> Made:
    with desk.station.database.transaction() as session:
        return exports.make(desk.station, session, desk.reader, LAWYERS, "jsonl", annexes=desk.annexes, at=TODAY)


def archive(desk: Desk, id: str = "") -> whole.Written:
    with desk.station.database.transaction() as session:
        return whole.write(
            desk.station, session, desk.reader, io.BytesIO(), annexes=desk.annexes, at=TODAY, proposal=id
        )


def test_with_the_rule_nothing_leaves_by_one_lawyer_and_exactly_what_two_agreed_to_does(
    first: Desk, second: Desk, organisation: Organisation
) -> None:
    tids = brought(first, organisation, [account(number, "fr", SAID["fr"]) for number in range(3)])
    assert set(alone(first).tids) == set(tids), "one lawyer is enough as long as nobody says otherwise"
    approvals.require_two(second.station, second.reader, day=TODAY)
    met(second, first)
    with pytest.raises(ExportRefused, match="needs a second lawyer"):
        alone(first)
    with pytest.raises(ExportRefused, match="needs a second lawyer"):
        archive(first)
    id = proposed(first, tids[:2])
    with pytest.raises(ExportRefused, match="has not approved"):
        save(first, id)
    met(first, second)
    approve(second, id)
    with pytest.raises(ExportRefused, match="no such proposal for you"):
        save(second, id)
    met(second, first)
    made = save(first, id)
    assert (set(made.tids), dict(made.left)) == (set(tids[:2]), {"not_chosen": 1})
    with pytest.raises(ExportRefused, match="needs a second lawyer"):
        alone(first)
    with pytest.raises(ExportRefused, match="no such proposal"):
        archive(first, id)


def test_consent_decides_again_on_the_day_on_which_it_is_made(
    first: Desk, second: Desk, organisation: Organisation
) -> None:
    tids = brought(first, organisation, [account(number, "fr", SAID["fr"]) for number in range(2)])
    met(first, second)
    id = proposed(first, tids, COURT)
    met(first, second)
    approve(second, id)
    met(second, first)
    consent_acts.say(first.station, first.reader, first.stands(tids[0]), Act.WITHDRAW, COURT, reason="other", day=TODAY)
    made = save(first, id)
    assert (made.tids, made.left["withdrawn"]) == ((tids[1],), 1)
    consent_acts.withdraw_all(first.station, first.reader, tids[1], day=TODAY)
    with pytest.raises(ExportRefused, match="may be used for this today"):
        save(first, id)


def test_what_is_refused_old_changed_or_ones_own_is_not_approved(
    first: Desk, second: Desk, organisation: Organisation
) -> None:
    tids = brought(first, organisation, [account(0, "fr", SAID["fr"])])
    id, other = proposed(first, tids), proposed(first, tids)
    with pytest.raises(ExportRefused, match="You proposed this"):
        approve(first, id)
    met(first, second)
    late = TODAY + STANDS + timedelta(1)
    with pytest.raises(ExportRefused, match="has expired"):
        approve(second, id, late)
    with pytest.raises(ExportRefused, match="not what was proposed"):
        approvals.approve(second.station, second.reader, known(second), id, known(second).find(other).digest, day=TODAY)
    approvals.refuse(second.station, second.reader, known(second), other, day=TODAY)
    with pytest.raises(ExportRefused, match="was refused"):
        approve(second, other)
    with pytest.raises(ExportRefused, match="was refused"):
        approvals.refuse(second.station, second.reader, known(second), other, day=TODAY)
    approve(second, id)
    with pytest.raises(ExportRefused, match="approved already"):
        approve(second, id)
    met(second, first)
    for wrong, day, said in (
        (other, TODAY, "was refused"),
        (id, late, "has expired"),
        ("0" * 8, TODAY, "no such"),
    ):
        with pytest.raises(ExportRefused, match=said):
            save(first, wrong, day)


def test_everything_leaves_with_a_second_lawyer_too(first: Desk, second: Desk, organisation: Organisation) -> None:
    tids = brought(first, organisation, [account(number, "fr", SAID["fr"]) for number in range(2)])
    approvals.require_two(first.station, first.reader, day=TODAY)
    id = proposed(first, tids[:1], form=ALL)
    met(first, second)
    approve(second, id)
    met(second, first)
    assert archive(first, id).tids == list(tids[:1])
    with pytest.raises(ExportRefused, match="kind of file"):
        save(first, id)


def test_two_lawyers_end_the_rule_and_a_lawyer_alone_cannot_make_it(
    first: Desk, second: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ExportRefused, match="enough for an export already"):
        approvals.relax(first.station, first.reader, known(first), day=TODAY)
    approvals.require_two(first.station, first.reader, day=TODAY)
    id = approvals.relax(first.station, first.reader, known(first), day=TODAY)
    with pytest.raises(ExportRefused, match="You proposed this"):
        approve(first, id)
    met(first, second)
    assert known(second).needs_two
    approve(second, id)
    met(second, first)
    assert not known(first).needs_two
    monkeypatch.setattr(approvals, "lawyers", lambda _: frozenset({"lawyer-1"}))
    assert not known(first).needs_two, "who agreed to it has left, and it stands"
    with pytest.raises(ExportRefused, match="no second lawyer"):
        approvals.require_two(first.station, first.reader, day=TODAY)


def test_what_somebody_approved_who_left_does_not_leave(
    first: Desk, second: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = proposed(first, brought(first, organisation, [account(0, "fr", SAID["fr"])]))
    met(first, second)
    approve(second, id)
    met(second, first)
    assert approvals.lawyers(first.station) >= {"lawyer-1", "lawyer-2"}
    monkeypatch.setattr(approvals, "lawyers", lambda _: frozenset({"lawyer-1"}))
    assert known(first).find(id).state is State.WAITING
    with pytest.raises(ExportRefused, match="has not approved"):
        save(first, id)


def test_proposals_are_checked_and_only_lawyers_read_them(at: dict[str, Desk], organisation: Organisation) -> None:
    first, coordinator = at["lawyer-1"], at["coordinator-1"]
    tids = brought(first, organisation, [account(0, "fr", SAID["fr"])])
    with pytest.raises(ExportRefused, match="Choose the use"):
        proposed(first, tids, Key(Purpose.COUNT, "public"))
    with pytest.raises(ExportRefused, match="kind of file"):
        proposed(first, tids, form="exe")
    with pytest.raises(ExportRefused, match="may be used"):
        proposed(first, [])
    with pytest.raises(ExportRefused, match="too many"):
        proposed(first, [f"{number:032x}" for number in range(3001)])
    proposed(first, [f"{number:032x}" for number in range(3000)])
    met(first, coordinator)
    with pytest.raises(ExportRefused, match="Only a lawyer"):
        known(coordinator)
    with pytest.raises(ExportRefused, match="Only a lawyer"):
        approvals.require_two(coordinator.station, coordinator.reader, day=TODAY)
    with coordinator.station.database.reading() as session:
        approvals_read = AnnexIndex()
        approvals_read.refresh(coordinator.station, session, coordinator.reader)
    assert approvals_read.of_kind("export") == []
    stranger = replace(first.reader, id="lawyer-9")
    with pytest.raises(ExportRefused, match="Only a lawyer"):
        approvals.require_two(first.station, stranger, day=TODAY)
