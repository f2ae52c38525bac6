"""One use taken back after publication: whoever has the line for that use is told, as of a whole withdrawal."""

from __future__ import annotations

import pytest

from testimony.domain.consent.events import Act
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.ledger import acts as ledger_acts
from testimony.domain.ledger.batch import ClassMembers
from testimony.publication.check import check
from testimony.services.consent import acts as consent_acts
from testimony.services.ledger import ledger
from testimony.services.ledger.ledger import Ledger, Stage
from testimony.services.ledger.writer import READERS
from testimony.services.release import desk as release_desk
from testimony.services.release import history as release_history
from testimony.services.release import recall_entries, release
from testimony.services.release.errors import ReleaseRefused
from tests.support.services.desks import TODAY
from tests.support.services.release.releases import BOTH, MECHANISM, Centre, account

COUNT = Key(Purpose.COUNT, "public")


@pytest.fixture
def at(releasing_desks: Centre) -> Centre:
    return releasing_desks


def held(at: Centre, number: int = 2) -> Ledger:
    return release_desk.ledger_of(at[number].by)


def key_of(at: Centre, tid: str, purpose: Purpose) -> Key:
    return next(line.key for line in at[1].stands(tid).lines or () if line.purpose is purpose)


def take_back(at: Centre, tid: str, purpose: Purpose, act: Act = Act.WITHDRAW, desk: str = "coordinator-1") -> None:
    """Said by the witness to whoever sits at that desk, and known everywhere."""
    hand = at.desks[desk]
    hand.exchange()
    consent_acts.say(hand.station, hand.reader, hand.stands(tid), act, key_of(at, tid, purpose), day=TODAY)
    hand.exchange()
    at.meet()


def left(at: Centre) -> tuple[str, ClassMembers, str]:
    """A release of which both recipients have every line; one line, and the number of a testimony in it."""
    name = at.left(BOTH)
    line = held(at, 1).batch(name).contents.classes[0]
    return name, line, at.member(line.members[0])[1]


def notice(at: Centre, to: str, number: int = 2) -> list[str]:
    return release_history.notice(held(at, number), to).decode().splitlines()[2:]


def test_a_use_taken_back_alone_is_told_to_who_has_the_line_for_it_and_to_nobody_else(at: Centre) -> None:
    name, line, tid = left(at)
    assert recall_entries.revoke(at[1].by) == 0
    take_back(at, tid, Purpose.MECHANISM)
    assert recall_entries.revoke(at[1].by) == 1
    assert recall_entries.revoke(at[1].by) == 0, "said once"
    at.meet()
    assert recall_entries.revoke(at[2].by) == 0
    assert notice(at, "P07") == [f"c{line.id},{name},withdrawn,1"]
    assert notice(at, "P06") == []
    (told,) = release_history.of(held(at)).releases
    assert told.withdrawn == 1
    take_back(at, tid, Purpose.COUNT)
    assert recall_entries.revoke(at[2].by) == 1
    assert notice(at, "P06") == [f"c{line.id},{name},withdrawn,1"]
    assert not ledger.invariant(held(at))


def test_the_next_files_tell_it_to_the_same_recipient_alone_and_another_desk_makes_the_same_bytes(at: Centre) -> None:
    _, line, tid = left(at)
    take_back(at, tid, Purpose.MECHANISM)
    recall_entries.revoke(at[1].by)
    at.bring([account(number) for number in range(24, 30)] + [account(number) for number in range(12)])
    again = release.build(at[1].by, BOTH)
    told = {to: content.revoked for to, data in again.files.items() if (content := check(data).content)}
    assert told == {"P06": (), "P07": (f"c{line.id}",)}
    at.meet()
    assert release.preview(at[2].by, again.name) == again.files


def test_both_uses_taken_back_close_the_account_to_coordinators_and_are_told_all_the_same(at: Centre) -> None:
    """With the last counting use the heads of coordinators go: what was said about it still opens."""
    name, line, tid = left(at)
    for purpose in (Purpose.MECHANISM, Purpose.COUNT):
        take_back(at, tid, purpose)
    assert recall_entries.revoke(at[2].by) == 1
    for to in ("P06", "P07"):
        assert notice(at, to) == [f"c{line.id},{name},withdrawn,1"]


def test_what_is_withdrawn_whole_later_is_counted_once(at: Centre) -> None:
    name, line, tid = left(at)
    take_back(at, tid, Purpose.MECHANISM)
    recall_entries.revoke(at[1].by)
    at.withdraw(tid)
    at.meet()
    at.destroy_what_is_due()
    assert recall_entries.revoke(at[1].by) == 1
    for to in ("P06", "P07"):
        assert notice(at, to, 1) == [f"c{line.id},{name},withdrawn,1"]


def test_a_use_on_hold_is_not_taken_back_and_one_that_does_not_hold_is(at: Centre) -> None:
    name, line, tid = left(at)
    take_back(at, tid, Purpose.MECHANISM, Act.HOLD)
    assert recall_entries.revoke(at[1].by) == 0
    take_back(at, tid, Purpose.COUNT, Act.INVALIDATE, "lawyer-1")
    assert recall_entries.revoke(at[1].by) == 1
    assert notice(at, "P06", 1) == [f"c{line.id},{name},withdrawn,1"]
    assert notice(at, "P07", 1) == []


def test_a_use_taken_back_between_building_and_sending_cancels_the_release(at: Centre) -> None:
    name = at.approved(BOTH)
    take_back(at, at.tids[0], Purpose.MECHANISM)
    with pytest.raises(ReleaseRefused):
        release.send(at[1].by, name, ["P07"])
    at.meet()
    assert held(at).batch(name).stage is Stage.CANCELLED


def test_what_never_went_to_a_recipient_is_not_told_to_it(at: Centre) -> None:
    name = at.left(MECHANISM)
    line = held(at, 1).batch(name).contents.classes[0]
    _, tid = at.member(line.members[0])
    take_back(at, tid, Purpose.COUNT)
    assert recall_entries.revoke(at[1].by) == 0


def test_what_is_said_of_lines_that_nobody_knows_holds_up_nothing(at: Centre) -> None:
    """One entry by one coordinator, or a line that was settled away, and no desk could build any more."""
    left(at)
    desk = at[2]
    for act, more in ((ledger_acts.Act.REVOKED, {}), (ledger_acts.Act.ENDED, {"recipients": ["P07"]})):
        said = {"class": "ab" * 16, "member": "cd" * 16, **more}
        content = ledger_acts.Entry(act=act, day=TODAY, said=said).to_value()
        record, items = consent_acts.seal_content(
            desk.station.chain.latest, desk.reader, NOWHERE, content, day=TODAY, audiences=READERS
        )
        consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)
    at.meet()
    at.bring([account(number) for number in range(24, 48)])
    name = at.approved(MECHANISM)
    assert held(at).batch(name).contents.revoked == held(at).batch(name).contents.ended == ()
    assert notice(at, "P07") == []
