"""A testimony goes to another organisation: two lawyers agree, the other side takes it or refuses, and withdraws it."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.domain.consent.events import Act as ConsentAct
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.handover.acts import Act, Entry
from testimony.sealing.statements import handover, statements
from testimony.sealing.testimony.media import LIST
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import contests
from testimony.services.consent.errors import ConsentDocumentRefused
from testimony.services.handover import given, letters, packed, partners, received, standings
from testimony.services.handover.errors import HandoverRefused
from testimony.services.handover.partners import Partner
from testimony.services.handover.standings import State
from testimony.services.intake.intake import take_in
from testimony.services.link import last_sync
from testimony.services.records.types import Incoming
from testimony.services.review import disclosures
from testimony.services.withdrawal import shredding
from tests.support.services import handovers, rosters
from tests.support.services.consent.documents import by_document
from tests.support.services.desks import COUNT, TODAY, Desk, reader_of
from tests.support.services.handovers import RECIPIENT, SAID, Side, agreed, letter, listed
from tests.support.settings import ISSUED

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
USE = Key(Purpose.HANDOVER, RECIPIENT)


@pytest.fixture(scope="module")
def acquainted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return handovers.acquainted(tmp_path_factory.mktemp("acquainted"))


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    handovers.agree_to_hand_overs(monkeypatch)


@pytest.fixture
def sides(acquainted: Path, tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    with handovers.both(Path(shutil.copytree(acquainted, tmp_path / "both"))) as found:
        yield found


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(HandoverRefused) as found:
        act()
    return found.value.reason


def propose(desk: Desk, tid: str, day: date = TODAY) -> str:
    handovers.refresh(desk)
    partner = partners.known(desk.station, desk.annexes)[0]
    return given.propose(desk.station, desk.reader, desk.annexes, tid, partner, day=day).id


def agree(desk: Desk, id: str, named: str = "River Network") -> None:
    handovers.refresh(desk)
    partner = next((one for one in partners.known(desk.station, desk.annexes) if one.name == named), None)
    assert partner is not None
    given.agree(desk.station, desk.reader, desk.annexes, id, partner, day=TODAY)


def send(desk: Desk, id: str) -> bytes:
    return given.send(desk.station, desk.reader, desk.annexes, id, day=TODAY).data


def sent(giver: Side, tid: str) -> tuple[str, bytes]:
    id = propose(giver.one, tid)
    giver.meet()
    agree(giver.two, id)
    giver.meet()
    data = send(giver.one, id)
    giver.meet()
    return id, data


def forget(desk: Desk) -> None:
    handovers.refresh(desk)
    partner = partners.known(desk.station, desk.annexes)[0]
    partners.forget(desk.station, desk.reader, desk.annexes, partner, day=TODAY)
    handovers.refresh(desk)


def take(desk: Desk, data: bytes) -> str:
    found = received.take(desk.station, desk.reader, desk.annexes, letter(desk, data), now=NOW)
    return found.tid


def reply(desk: Desk, data: bytes) -> State:
    found = letter(desk, data)
    return given.take_reply(desk.station, desk.reader, desk.annexes, found, day=TODAY).state


def answer(desk: Desk, id: str, sender: Partner | None = None) -> bytes:
    partner = sender or partners.known(desk.station, desk.annexes)[0]
    return received.answer(desk.station, desk.reader, desk.annexes, id, partner, day=TODAY)


def withdraw(desk: Desk, tid: str, key: Key) -> None:
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), ConsentAct.WITHDRAW, key, day=TODAY)


def state(desk: Desk, day: date = TODAY) -> list[State]:
    return [one.state for one in listed(desk, day)]


def test_what_two_lawyers_hand_over_is_read_by_the_lawyers_of_the_other_organisation(
    sides: tuple[Side, Side],
) -> None:
    giver, taker = sides
    id, data = sent(giver, agreed(giver))
    tid = take(taker.one, data)
    assert reply(giver.one, answer(taker.one, id)) is State.TAKEN
    taker.meet()
    opened_there = taker.two.open(tid)
    assert opened_there.imported
    narrative, provenance = (opened_there.compartment(name) for name in ("narrative", "provenance"))
    assert narrative is not None
    assert narrative.content is not None
    assert [one["text"] for one in narrative.content["statements"]] == [SAID]
    assert provenance is not None
    assert provenance.content is not None
    assert provenance.content["handover"]["organisation"] == giver.organisation.root.fingerprint
    assert taker.two.usable(tid) == {"P01", "P04"}, "nothing else until the witness is asked there"
    assert state(taker.two) == [State.RECEIVED]
    giver.meet()
    assert state(giver.two) == [State.TAKEN]
    taker.desks["coordinator-1"].exchange()
    assert not taker.desks["coordinator-1"].open(tid).compartment("narrative").content  # type: ignore[union-attr]


def test_a_file_tells_nobody_else_anything(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    for word in (SAID, tid, id, giver.organisation.root.fingerprint):
        assert word.encode() not in data
    for desk in (giver.one, giver.two, giver.desks["coordinator-1"], taker.desks["coordinator-1"]):
        assert refused(lambda desk=desk: letter(desk, data)) == "sealed"
    assert refused(lambda: letter(taker.one, data[:-1])) == "sealed"
    assert refused(lambda: letter(taker.one, b"PK\x03\x04 something else")) == "sealed"


def test_nothing_leaves_without_the_consent_for_this_very_organisation(sides: tuple[Side, Side]) -> None:
    giver, _ = sides
    (other,) = handovers.brought(giver.one, giver.organisation, [handovers.account(1, "en", SAID, also=[])])
    giver.meet()
    assert refused(lambda: propose(giver.one, other)) == "consent"
    tid = agreed(giver)
    id = propose(giver.one, tid)
    giver.meet()
    withdraw(giver.one, tid, USE)
    giver.meet()
    assert refused(lambda: agree(giver.two, id)) == "consent"


def test_a_consent_that_ends_after_both_agreed_lets_nothing_leave(sides: tuple[Side, Side]) -> None:
    giver, _ = sides
    tid = agreed(giver)
    id = propose(giver.one, tid)
    giver.meet()
    agree(giver.two, id)
    giver.meet()
    withdraw(giver.two, tid, USE)
    giver.meet()
    assert refused(lambda: send(giver.one, id)) == "consent"


def test_one_lawyer_alone_hands_nothing_over(sides: tuple[Side, Side]) -> None:
    giver, _ = sides
    tid = agreed(giver)
    id = propose(giver.one, tid)
    assert refused(lambda: send(giver.one, id)) == "waiting"
    assert refused(lambda: agree(giver.one, id)) == "twice"
    assert refused(lambda: propose(giver.one, tid)) == "again"
    coordinator = giver.desks["coordinator-1"]
    assert refused(lambda: listed(coordinator)) == "role"
    partner = partners.known(giver.one.station, giver.one.annexes)[0]
    as_coordinator = (coordinator.station, coordinator.reader, coordinator.annexes)
    assert refused(lambda: given.agree(*as_coordinator, id, partner, day=TODAY)) == "role"
    giver.meet()
    agree(giver.two, id)
    assert refused(lambda: agree(giver.two, id)) == "agreed"


def test_what_was_dropped_does_not_leave(sides: tuple[Side, Side]) -> None:
    giver, _ = sides
    id = propose(giver.one, agreed(giver))
    giver.meet()
    given.drop(giver.two.station, giver.two.reader, giver.two.annexes, id, day=TODAY)
    assert refused(lambda: agree(giver.two, id)) == "dropped"
    assert state(giver.two) == [State.DROPPED]


def test_the_other_side_refuses_and_says_why(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    id, data = sent(giver, agreed(giver))
    desk = taker.one
    found = letter(desk, data)
    no_reason = lambda: received.refuse(desk.station, desk.reader, desk.annexes, found, " ", day=TODAY)  # noqa: E731
    assert refused(no_reason) == "reason"
    received.refuse(desk.station, desk.reader, desk.annexes, found, "We represent the other side.", day=TODAY)
    assert refused(lambda: take(desk, data)) == "answered"
    assert reply(giver.one, answer(desk, id)) is State.REFUSED
    assert listed(giver.one)[0].answer.reason == "We represent the other side."  # type: ignore[union-attr]
    assert refused(lambda: reply(giver.one, answer(desk, id))) == "answered"


def test_no_document_opens_what_a_phone_asked_for_at_the_other_organisation(sides: tuple[Side, Side]) -> None:
    """The noes that the witness said there do not come along."""
    giver, taker = sides
    _, data = sent(giver, agreed(giver))
    there = take(taker.one, data)
    with pytest.raises(ConsentDocumentRefused) as found:
        by_document(taker.one, there, COUNT)
    assert found.value.reason == "asked"


@pytest.mark.parametrize("everything", [False, True])
def test_a_withdrawal_follows_and_is_confirmed(sides: tuple[Side, Side], everything: bool) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    there = take(taker.one, data)
    reply(giver.one, answer(taker.one, id))
    taker.meet()
    assert refused(lambda: given.tell(giver.one.station, giver.one.reader, giver.one.annexes, id, day=TODAY)) == (
        "stands"
    )
    withdraw(giver.two, tid, Key(Purpose.RECORD, "organisation") if everything else USE)
    giver.meet()
    assert state(giver.one) == [State.DUE]
    told = given.tell(giver.one.station, giver.one.reader, giver.one.annexes, id, day=TODAY)
    assert state(giver.one) == [State.TOLD]
    desk = taker.two
    found = letter(desk, told)
    said = received.end(desk.station, desk.reader, desk.annexes, found, day=TODAY)
    handed, confirmed = received.confirm(
        desk.station, desk.reader, desk.annexes, said.handover, found.sender, day=TODAY
    )
    assert handed == handover.WITHDRAWN
    assert desk.open(there).withdrawn
    assert reply(giver.one, confirmed) is State.ENDED
    taker.meet()
    assert state(taker.one) == [State.WITHDRAWN]
    assert taker.one.open(there).withdrawn, "the other desk heard of it"


def test_an_end_that_overtakes_its_offer_keeps_it_out(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    withdraw(giver.one, tid, USE)
    told = given.tell(giver.one.station, giver.one.reader, giver.one.annexes, id, day=TODAY)
    desk = taker.one
    found = letter(desk, told)
    received.end(desk.station, desk.reader, desk.annexes, found, day=TODAY)
    assert refused(lambda: take(desk, data)) == "withdrawn"
    handed, confirmed = received.confirm(desk.station, desk.reader, desk.annexes, id, found.sender, day=TODAY)
    assert handed == handover.NEVER
    assert reply(giver.one, confirmed) is State.ENDED


def test_after_its_days_the_withdrawn_testimony_is_destroyed_there_and_said_to_be(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    there = take(taker.one, data)
    withdraw(giver.one, tid, USE)
    told = given.tell(giver.one.station, giver.one.reader, giver.one.annexes, id, day=TODAY)
    desk = taker.one
    found = letter(desk, told)
    received.end(desk.station, desk.reader, desk.annexes, found, day=TODAY)
    handovers.destroy(desk, there, monkeypatch=monkeypatch)
    handed, confirmed = received.confirm(desk.station, desk.reader, desk.annexes, id, found.sender, day=TODAY)
    assert handed == handover.DESTROYED
    reply(giver.one, confirmed)
    assert listed(giver.one)[0].done.state == handover.DESTROYED  # type: ignore[union-attr]


def test_the_register_of_what_left_names_the_hand_over(sides: tuple[Side, Side]) -> None:
    giver, _ = sides
    tid = agreed(giver)
    sent(giver, tid)
    handovers.refresh(giver.two)
    (left,), _ = disclosures.register(giver.two.station, giver.two.annexes)
    assert (left.file.made, left.file.use, left.tids) == ("handover", USE, (tid,))


def test_the_words_of_the_other_root_must_be_read_out(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    desk = taker.one

    def note(**more: object) -> object:
        said = {"words": "one two three four five six", "name": "Border Watch", "recipient": "", "day": TODAY, **more}
        return partners.note(desk.station, desk.reader, desk.annexes, giver.chain, **said)  # type: ignore[arg-type]

    handovers.refresh(desk)
    known = partners.known(desk.station, desk.annexes)[0]
    assert refused(note) == "words"
    assert refused(lambda: note(words=known.words, name=" ")) == "name"
    assert refused(lambda: note(words=known.words, recipient="nobody")) == "use"
    after = date.fromisoformat(giver.chain.latest.expires) + timedelta(days=1)
    assert refused(lambda: note(words=known.words, day=after)) == "expired"


def test_nothing_is_taken_from_an_organisation_whose_words_nobody_compared(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    _, data = sent(giver, agreed(giver))
    desk = taker.one
    forget(desk)
    assert refused(lambda: letter(desk, data)) == "stranger"


def test_rosters_that_ended_are_refused_on_either_side(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    _, data = sent(giver, agreed(giver))
    after = date.fromisoformat(giver.chain.latest.expires) + timedelta(days=1)
    assert refused(lambda: letter(taker.one, data, after)) == "expired"
    assert refused(lambda: propose(giver.one, "0" * 32, after)) == "ended"


def test_an_offer_that_one_lawyer_signed_twice_or_that_is_for_others_is_refused(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    _, data = sent(giver, agreed(giver))
    desk = taker.one
    found = letter(desk, data)

    def changed(sigs: tuple[object, ...]) -> letters.Letter:
        record = type(found.statement)(found.statement.data, sigs)
        return letters.Letter(sender=found.sender, statement=record, archive=found.archive)

    first, second = found.statement.sigs
    for sigs in ((first, first), (first,), (first, second, second), ()):
        with desk.station.database.reading() as session:
            assert refused(
                lambda sigs=sigs, session=session: received.look(
                    desk.station, session, desk.reader, desk.annexes, changed(sigs), day=TODAY
                )
            ) == "signed"  # fmt: skip


def test_an_archive_of_which_a_byte_changed_is_refused(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    _, data = sent(giver, agreed(giver))
    desk = taker.one
    found = letter(desk, data)
    place = found.archive.index(b"They took our shoes")
    altered = found.archive[:place] + b"W" + found.archive[place + 1 :]
    other = letters.Letter(sender=found.sender, statement=found.statement, archive=altered)
    with desk.station.database.reading() as session:
        assert (
            refused(lambda: received.look(desk.station, session, desk.reader, desk.annexes, other, day=TODAY))
            == "proofs"
        )
    assert state(desk) == []


def test_recordings_go_along_where_the_witness_agrees_to_them_and_open_there(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    for also, shown in ((["P02"], ["media-001", "media-002"]), ([], [])):
        tid = handovers.with_voice(giver, also)
        _, data = sent(giver, tid)
        there = take(taker.one, data)
        gallery = taker.one.open(there).gallery
        found = [] if gallery is None else [LIST, *(part for one in gallery.media for part in one.item.parts)]
        assert found == shown
        assert gallery is None or [one.closed for one in gallery.media] == [None]
        assert taker.one.usable(there) == {"P01", "P04", *also}, "nobody asked about pictures"


def test_a_file_with_older_readers_than_are_known_is_refused(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    _, data = sent(giver, agreed(giver))
    handovers.renewed(taker, giver)
    assert refused(lambda: letter(taker.one, data)) == "older"


def test_a_consent_that_the_sealed_answers_do_not_show_any_more_is_refused(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    _, data = sent(giver, agreed(giver))
    found = letter(taker.one, data)
    offer = handover.parse_offer(found.statement)
    packed.examine(found.archive, offer, day=TODAY)
    year_later = TODAY + timedelta(days=400)
    assert refused(lambda: packed.examine(found.archive, offer, day=year_later)) == "disagreed"
    other = replace(offer, recipient="sea-network")
    assert refused(lambda: packed.examine(found.archive, other, day=TODAY)) == "proofs"


def test_an_end_by_another_organisation_than_the_one_that_gave_it_changes_nothing(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    there = take(taker.one, data)
    desk = taker.one
    sender = letter(desk, data).sender
    signer = giver.one.reader.signer
    assert signer is not None
    for organisation, to, reason in (
        ("d" * 64, taker.organisation.root.fingerprint, "signed"),
        (giver.organisation.root.fingerprint, "d" * 64, "addressed"),
    ):
        said = handover.end(handover=id, organisation=organisation, to=to, day=TODAY.isoformat(), signer=signer)
        told = letters.Letter(sender=sender, statement=said, archive=b"")
        assert refused(
            lambda told=told: received.end(desk.station, desk.reader, desk.annexes, told, day=TODAY)
        ) == reason  # fmt: skip
    assert not desk.open(there).withdrawn


def test_an_answer_is_sealed_for_the_readers_of_the_file_and_for_no_other_organisation(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    giver, taker = sides
    id, data = sent(giver, agreed(giver))
    desk, sender = taker.one, letter(taker.one, data).sender
    take(desk, data)
    newer = giver.chain
    newer.add(rosters.without(giver.organisation, giver.organisation.roster, "lawyer-2"))
    data = answer(desk, id, replace(sender, chain=newer))
    assert reply(giver.one, data) is State.TAKEN
    assert refused(lambda: letter(giver.two, data)) == "sealed", "the list in the file has left this lawyer out"
    other = handovers.introduce(taker, third(tmp_path), name="Lake Network")
    assert refused(lambda: answer(desk, id, other)) == "signed"


def third(folder: Path, issued: date = ISSUED) -> Side:
    """Another organisation, of which only its rosters and the key of a lawyer are needed."""
    return Side(handovers.create(folder / "third", "Lake Network", [], issued), {})


def test_an_end_by_a_known_organisation_that_did_not_give_it_changes_nothing(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    giver, taker = sides
    id, data = sent(giver, agreed(giver))
    there, other = take(taker.one, data), third(tmp_path)
    sender = handovers.introduce(taker, other, name="Lake Network")
    desk, signer = taker.one, reader_of(other.organisation, "lawyer-1").signer
    assert signer is not None
    own, to = other.organisation.root.fingerprint, taker.organisation.root.fingerprint
    said = handover.end(handover=id, organisation=own, to=to, day=TODAY.isoformat(), signer=signer)
    told = letters.Letter(sender=sender, statement=said, archive=b"")
    assert refused(lambda: received.end(desk.station, desk.reader, desk.annexes, told, day=TODAY)) == "signed"
    assert not desk.open(there).withdrawn
    assert state(desk) == [State.RECEIVED]


def test_an_end_by_a_third_organisation_does_not_keep_out_an_offer_that_has_not_come_yet(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    desk, other = taker.one, third(tmp_path)
    sender = handovers.introduce(taker, other, name="Lake Network")
    signer = reader_of(other.organisation, "lawyer-1").signer
    assert signer is not None
    own, to = other.organisation.root.fingerprint, taker.organisation.root.fingerprint
    said = handover.end(handover=id, organisation=own, to=to, day=TODAY.isoformat(), signer=signer)
    told = letters.Letter(sender=sender, statement=said, archive=b"")
    received.end(desk.station, desk.reader, desk.annexes, told, day=TODAY)
    known = partners.find(desk.station, desk.annexes, giver.organisation.root.fingerprint)
    confirm = lambda: received.confirm(desk.station, desk.reader, desk.annexes, id, known, day=TODAY)  # noqa: E731
    assert refused(confirm) == "unknown", "who gave it did not say so"
    there = take(desk, data)
    assert not desk.open(there).withdrawn
    assert end(desk, ended(giver, tid, id)) == handover.WITHDRAWN, "who gave it is heard"
    assert desk.open(there).withdrawn


class Unreadable(io.BytesIO):
    """A file that says how large it is, and that nobody may read."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.size if whence == os.SEEK_END else offset

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("read before its size was known")


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert refused(lambda: letters.load(Unreadable(letters.LARGEST_FILE + 1))) == "large"
    assert letters.load(io.BytesIO(b"whole")) == b"whole"


def test_nothing_is_proposed_to_an_organisation_whose_list_of_readers_has_ended(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    giver, _ = sides
    tid, other = agreed(giver), third(tmp_path, ISSUED - timedelta(days=30))
    partner = handovers.introduce(giver, other, name="Lake Network")
    after = date.fromisoformat(other.chain.latest.expires) + timedelta(days=1)
    assert not giver.chain.latest.expired(after.isoformat())
    desk = giver.one
    handovers.refresh(desk)
    told = refused(lambda: given.propose(desk.station, desk.reader, desk.annexes, tid, partner, day=after))
    assert told == "expired"


def confirmed(desk: Desk, told: bytes) -> tuple[str, bytes]:
    """Take an end in; how the testimony stands afterwards, and the answer that says it."""
    found = letter(desk, told)
    said = received.end(desk.station, desk.reader, desk.annexes, found, day=TODAY)
    return received.confirm(desk.station, desk.reader, desk.annexes, said.handover, found.sender, day=TODAY)


def end(desk: Desk, told: bytes) -> str:
    return confirmed(desk, told)[0]


def ended(giver: Side, tid: str, id: str) -> bytes:
    """The end of a hand-over whose witness withdraws."""
    withdraw(giver.one, tid, USE)
    return given.tell(giver.one.station, giver.one.reader, giver.one.annexes, id, day=TODAY)


def test_what_two_desks_took_in_is_withdrawn_twice_and_destroyed_when_both_are(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    copies = [take(taker.one, data), take(taker.two, data)]
    taker.meet()
    told = ended(giver, tid, id)
    assert end(taker.one, told) == handover.WITHDRAWN
    assert all(taker.one.open(copy).withdrawn for copy in copies)
    destroyed = shredding.is_shredded
    monkeypatch.setattr(shredding, "is_shredded", lambda session, tid: tid == copies[0] or destroyed(session, tid))
    assert end(taker.one, told) == handover.WITHDRAWN
    monkeypatch.undo()
    handovers.destroy(taker.one, *copies, monkeypatch=monkeypatch)
    assert end(taker.one, told) == handover.DESTROYED


def test_a_desk_that_has_not_synchronised_lately_takes_nothing_in(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    _, data = sent(giver, agreed(giver))
    desk = taker.one
    with desk.station.database.transaction() as session:
        last_sync.note(session, (TODAY - timedelta(days=8)).isoformat())
    assert refused(lambda: take(desk, data)) == "unseen"
    assert state(desk) == []
    desk.exchange()
    take(desk, data)


def test_an_end_that_one_desk_took_in_is_done_again_for_what_another_desk_took_in_meanwhile(
    sides: tuple[Side, Side],
) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    told = ended(giver, tid, id)
    assert end(taker.one, told) == handover.NEVER
    there = take(taker.two, data)
    taker.meet()
    for desk in (taker.one, taker.two):
        assert state(desk) == [State.WITHDRAW], "the testimony is open"
    assert end(taker.one, told) == handover.WITHDRAWN
    taker.meet()
    for desk in (taker.one, taker.two):
        assert state(desk) == [State.WITHDRAWN]
        assert desk.open(there).withdrawn


def withdrawers(desk: Desk, tid: str) -> list[str]:
    with desk.station.database.reading() as session:
        return sorted(one.signer for one in contests.suspensions(desk.station, session, tid))


def test_what_another_withdrawal_suspends_is_withdrawn_too_since_that_one_may_be_false(
    sides: tuple[Side, Side],
) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    there, worker = take(taker.one, data), taker.organisation.signers["interviewer-1"]
    taker.meet()
    false = statements.withdrawal(tid=there, scope="all", day=TODAY.isoformat(), signer=worker)
    take_in(taker.one.station, [Incoming("record", false.encode())], outbound=True)
    assert end(taker.one, ended(giver, tid, id)) == handover.WITHDRAWN
    for desk in (taker.one, taker.desks["coordinator-1"]):
        desk.exchange()
        contests.contest(desk.station, desk.reader, there, false.id, reason="wrong_person", day=TODAY)
        desk.exchange()
    taker.meet()
    for desk in (taker.one, taker.two):
        assert withdrawers(desk, there) == ["lawyer-1"]
        assert desk.open(there).withdrawn
        assert state(desk) == [State.WITHDRAWN]


def test_an_end_that_is_taken_in_again_by_anybody_destroys_nothing_before_its_day(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    copies, told = [take(taker.one, data)], ended(giver, tid, id)
    assert end(taker.one, told) == handover.WITHDRAWN
    copies.append(take(taker.two, data))  # this desk has not heard of the end
    taker.meet()
    for desk in (taker.two, taker.one, taker.two):
        assert end(desk, told) == handover.WITHDRAWN
        taker.meet()
    assert [withdrawers(taker.one, one) for one in copies] == [["lawyer-1"], ["lawyer-2"]]


def refuse(desk: Desk, data: bytes) -> None:
    found = letter(desk, data)
    received.refuse(desk.station, desk.reader, desk.annexes, found, "Nobody can read it here.", day=TODAY)


def test_a_yes_that_comes_after_a_refusal_counts_and_the_end_is_told(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    refuse(taker.one, data)
    no = answer(taker.one, id)
    there = take(taker.two, data)
    assert reply(giver.one, no) is State.REFUSED
    assert reply(giver.one, answer(taker.two, id)) is State.TAKEN
    assert refused(lambda: reply(giver.one, no)) == "answered"
    told = ended(giver, tid, id)
    assert end(taker.two, told) == handover.WITHDRAWN
    assert taker.two.open(there).withdrawn


def test_an_end_is_due_after_a_refusal_and_never_does_not_hide_a_later_yes(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    refuse(taker.one, data)
    reply(giver.one, answer(taker.one, id))
    there = take(taker.two, data)
    withdraw(giver.one, tid, USE)
    assert state(giver.one) == [State.DUE]
    told = given.tell(giver.one.station, giver.one.reader, giver.one.annexes, id, day=TODAY)
    handed, never = confirmed(taker.one, told)
    assert handed == handover.NEVER
    assert reply(giver.one, never) is State.ENDED
    assert reply(giver.one, answer(taker.two, id)) is State.TOLD, "they have not said that it is withdrawn"
    handed, done = confirmed(taker.two, told)
    assert handed == handover.WITHDRAWN
    assert taker.two.open(there).withdrawn
    assert reply(giver.one, done) is State.ENDED


def proposed_by_hand(giver: Side, about: str, offer: handover.Offer) -> str:
    """What a program of their own lets the first lawyer write about the testimony `about`."""
    desk, data = giver.one, offer.encode()
    sigs = tuple(handover.sign_offer(data, consent_acts.signer_of(desk.reader)))
    entry = Entry(act=Act.PROPOSE, id=sha256_hex(data), day=TODAY, statement=data.decode(), sigs=sigs)
    standings.keep(desk.station, desk.reader, about, entry)
    giver.meet()
    return entry.id


def test_a_second_lawyer_signs_only_what_names_the_testimony_that_is_shown(sides: tuple[Side, Side]) -> None:
    giver, _ = sides
    tid = agreed(giver)
    propose(giver.one, tid)
    (offer,) = (one.offer for one in listed(giver.one))
    for changed, reason in (
        (replace(offer, tid="cd" * 16), "unknown"),
        (replace(offer, organisation="d" * 64), "unknown"),
        (replace(offer, manifest="e" * 64), "proof"),
    ):
        id = proposed_by_hand(giver, tid, changed)
        assert refused(lambda id=id: agree(giver.two, id)) == reason
    agree(giver.two, proposed_by_hand(giver, tid, replace(offer, id="ab" * 16)))


def test_a_second_lawyer_names_the_organisation_and_agrees_to_no_other(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    giver, _ = sides
    id = propose(giver.one, agreed(giver))
    handovers.introduce(giver, third(tmp_path), name="Lake Network")
    assert refused(lambda: agree(giver.two, id, "Lake Network")) == "words"
    assert state(giver.two) == [State.PROPOSED]
    agree(giver.two, id, "River Network")


def test_an_end_with_an_older_or_an_ended_list_of_readers_is_taken_from_a_lawyer_of_the_newest(
    sides: tuple[Side, Side],
) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    there = take(taker.one, data)
    told = ended(giver, tid, id)
    after = date.fromisoformat(giver.chain.latest.expires) + timedelta(days=1)
    assert letter(taker.one, told, after).statement.kind == handover.END
    handovers.renewed(taker, giver)
    assert end(taker.one, told) == handover.WITHDRAWN
    assert taker.one.open(there).withdrawn


def test_an_end_that_a_lawyer_signed_who_has_left_changes_nothing(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    there = take(taker.one, data)
    told = ended(giver, tid, id)
    handovers.renewed(taker, giver, without="lawyer-1")
    assert refused(lambda: end(taker.one, told)) == "signed"
    assert not taker.one.open(there).withdrawn


def test_an_organisation_is_forgotten_only_when_nothing_is_open_with_it(sides: tuple[Side, Side]) -> None:
    giver, taker = sides
    tid = agreed(giver)
    id, data = sent(giver, tid)
    assert refused(lambda: forget(giver.one)) == "open"
    take(taker.one, data)
    assert refused(lambda: forget(taker.one)) == "open"
    handed, done = confirmed(taker.one, ended(giver, tid, id))
    assert handed == handover.WITHDRAWN
    assert refused(lambda: forget(giver.one)) == "open"
    reply(giver.one, done)
    for desk in (giver.one, taker.one):
        forget(desk)
        assert partners.known(desk.station, desk.annexes) == []


def test_nothing_leaves_while_two_desks_noted_two_organisations_for_one_use(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    giver, taker = sides
    tid, other = agreed(giver), third(tmp_path)
    forget(giver.one)
    giver.meet()
    handovers.introduce(giver, other, recipient=RECIPIENT, name="Lake Network", meet=False)
    handovers.introduce(replace(giver, desks={**giver.desks, "lawyer-1": giver.two}), taker, recipient=RECIPIENT)
    giver.meet()
    assert len(partners.known(giver.one.station, giver.one.annexes)) == 2
    assert refused(lambda: propose(giver.one, tid)) == "taken"
    forget(giver.one)
    propose(giver.one, tid)


def test_what_cannot_be_dropped_or_told_is_refused_with_the_reason_that_is_true(sides: tuple[Side, Side]) -> None:
    giver, taker = sides

    def refusals(desk: Desk, id: str) -> tuple[str, str]:
        at = (desk.station, desk.reader, desk.annexes)
        drop, tell = (lambda: given.drop(*at, id, day=TODAY)), (lambda: given.tell(*at, id, day=TODAY))
        return refused(drop), refused(tell)

    id, data = sent(giver, agreed(giver))
    assert refusals(giver.one, id) == ("sent", "stands")
    take(taker.one, data)
    assert refusals(taker.one, id) == ("theirs", "theirs")
    assert refused(lambda: agree(taker.one, id, "Border Watch")) == "theirs"
    id, data = sent(giver, agreed(giver))
    refuse(taker.one, data)
    reply(giver.one, answer(taker.one, id))
    assert refusals(giver.one, id) == ("answered", "stands")
    id = propose(giver.one, agreed(giver))
    given.drop(giver.one.station, giver.one.reader, giver.one.annexes, id, day=TODAY)
    assert refusals(giver.one, id) == ("dropped", "dropped")


def test_who_sends_is_told_when_recordings_stay(sides: tuple[Side, Side]) -> None:
    giver, _ = sides
    desk = giver.one
    for tid, withheld in ((handovers.with_voice(giver, []), True), (handovers.with_voice(giver, ["P02"]), False),
                          (agreed(giver), False)):  # fmt: skip
        id, _ = sent(giver, tid)
        again = given.send(desk.station, desk.reader, desk.annexes, id, day=TODAY)
        assert again.withheld is withheld
