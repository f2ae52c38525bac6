"""A lawyer's question reaches the node that brought the testimony, and its phone; the answer reaches every desk."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.testimony.questions import Ask, Say
from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import questions as statement_questions
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.intake import questions, quotas
from testimony.services.intake.intake import take_in
from testimony.services.intake.questions import Asked
from testimony.services.records.types import Incoming
from testimony.services.review import questions as review_questions
from testimony.services.review.errors import QuestionRefused
from testimony.station.station import Station
from testimony.store.models.records import RecordRow
from testimony.sync.client.exchange import exchange
from testimony.sync.client.pull import pull
from testimony.sync.server.server import answer_batch, answer_whereabouts
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.services.world import DAY, World, take
from tests.support.services.world import said as statuses
from tests.support.sync import removable_media
from tests.support.sync.removable_media import coordinator, lawyer
from tests.support.sync.world import bring, tid_of, to, waiting

TODAY = date(2026, 11, 25)


@pytest.fixture
def world(tmp_path: Path) -> Any:
    world = World(tmp_path)
    yield world
    world.close()


def asked(station: Station, sealed: SealedTestimony) -> list[Asked]:
    with station.database.reading() as session:
        return questions.questions_about(session, tid_of(sealed))


def codes(station: Station, sealed: SealedTestimony) -> list[tuple[str, list[str]]]:
    """Each question with its answers."""
    return [(one.code, [each.code for each in one.answers]) for one in asked(station, sealed)]


def of(world: World, sealed: SealedTestimony, **changes: Any) -> SignedRecord:
    value = {"tid": tid_of(sealed), "code": "call-me", "day": DAY, "signer": world.lawyer_signer}
    return statement_questions.question(**(value | changes))


def reply(world: World, question: SignedRecord, **changes: Any) -> SignedRecord:
    value = {"tid": question.value["tid"], "question": question.id, "code": "seen", "day": DAY, "signer": world.device}
    return statement_questions.answer(**(value | changes))


def told(node: Station, sealed: SealedTestimony) -> Any:
    """What the node says to a phone."""
    answer = answer_whereabouts(node, canonical.encode({"names": [sealed.record.id]}))
    return canonical.decode_object(answer)[sealed.record.id].get("questions")


def at_desk(world: World, central: Station, desk: Station) -> None:
    report = exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert (report.pushed.refused, report.pulled.refused) == ({}, {})


def at_node(world: World, central: Station, node: Station, signer: Any = None) -> None:
    report = exchange(node, to(central, signer or world.station))
    assert (report.pushed.refused, report.pulled.refused) == ({}, {})


def test_it_goes_from_the_desk_to_the_node_that_brought_it_and_the_answer_comes_to_every_desk(world: World) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    desk, second = world.desk(), world.desk("desk-2")
    bring(node, sealed)
    at_node(world, central, node)
    at_desk(world, central, desk)
    name = review_questions.ask(desk, lawyer(world), tid_of(sealed), Ask.CALL_ME, day=TODAY)
    at_desk(world, central, desk)
    assert waiting(desk) == []
    at_node(world, central, node)
    at_node(world, central, other, world.second_node)
    assert codes(node, sealed) == [("call-me", [])]
    assert asked(other, sealed) == []  # it brought nothing: a hash in the log is all that it reads
    assert told(node, sealed) == [{"name": name, "code": "call-me", "day": "2026-11-25", "answers": []}]
    review_questions.answer(node, name, Say.WILL_CALL)
    at_node(world, central, node)
    at_desk(world, central, desk)
    exchange(second, to(central, world.coordinator_signer), audience="coordinators")
    assert codes(desk, sealed) == codes(second, sealed) == codes(central, sealed) == [("call-me", ["will-call"])]
    with central.database.reading() as session:
        assert custody_log.position_of(session, name, "asked") is not None


def test_a_phone_signs_its_answer_and_any_node_takes_it_on(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    question = of(world, sealed)
    assert statuses(take(node, question)) == ["stored"]
    data = write_frames([Frame("record", reply(world, question, code="done").encode())])
    first = next(frame for frame in read_frames(answer_batch(node, data)) if frame.kind == "status")
    assert canonical.decode_object(first.payload)["status"] == "stored"
    assert codes(node, sealed) == [("call-me", ["done"])]
    assert [one["answers"] for one in told(node, sealed)] == [[{"code": "done", "day": DAY}]]
    at_node(world, central, node)
    assert codes(central, sealed) == [("call-me", ["done"])]


def test_a_node_that_brings_the_testimony_after_the_question_is_told_of_it_too(world: World) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    bring(node, sealed)
    at_node(world, central, node)
    question = of(world, sealed)
    take(central, question, reply(world, question))
    at_node(world, central, other, world.second_node)
    assert asked(other, sealed) == []
    bring(other, sealed)
    at_node(world, central, other, world.second_node)
    assert codes(other, sealed) == [("call-me", ["seen"])]


def test_sticks_carry_it_there_and_back(world: World, tmp_path: Path) -> None:
    node, central, desk, sealed = world.node(), world.central(), world.desk(), world.testimony()
    bring(node, sealed)
    at_node(world, central, node)
    at_desk(world, central, desk)
    name = review_questions.ask(desk, lawyer(world), tid_of(sealed), Ask.RECORDING, day=TODAY)
    for file in removable_media.export(desk, tmp_path / "a", signer=world.lawyer_signer):
        assert not removable_media.bring_file(central, file).refused
    for file in removable_media.answer(central, tmp_path / "b", world.station.kid):
        removable_media.bring_file(node, file)
    assert codes(node, sealed) == [("recording", [])]
    review_questions.answer(node, name, Say.DONE)
    for file in removable_media.export(node, tmp_path / "c"):
        assert not removable_media.bring_file(central, file).refused
    assert codes(central, sealed) == [("recording", ["done"])]


def test_only_a_lawyer_asks_and_only_a_phone_or_a_node_answers(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    bring(node, sealed)
    for signer in (world.coordinator_signer, world.device, world.station):
        assert statuses(take(node, of(world, sealed, signer=signer))) == ["refused: signer.unknown"]
    question = of(world, sealed)
    take(node, question)
    for signer in (world.lawyer_signer, world.coordinator_signer):
        assert statuses(take(node, reply(world, question, signer=signer))) == ["refused: signer.unknown"]
    assert codes(node, sealed) == [("call-me", [])]


def test_a_forged_one_is_refused_and_nothing_is_kept(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    bring(node, sealed)
    question, other = of(world, sealed), of(world, sealed, code="contact")
    assert statuses(take(node, SignedRecord(question.data, other.sigs))) == ["refused: signature.bad"]
    longer = SignedRecord.sign({**question.value, "why": "x"}, world.lawyer_signer)
    wordy = SignedRecord.sign({**question.value, "code": "call me about the man"}, world.lawyer_signer)
    assert statuses(take(node, longer, wordy)) == ["refused: structure"] * 2
    assert asked(node, sealed) == []


def test_about_an_unknown_testimony_or_question_it_is_refused(world: World) -> None:
    node, sealed, unknown = world.node(), world.testimony(), world.testimony()
    bring(node, sealed)
    assert statuses(take(node, of(world, unknown))) == ["refused: not.named"]
    question = of(world, sealed)
    assert statuses(take(node, reply(world, question))) == ["refused: not.named"]
    take(node, question)
    elsewhere = reply(world, question, tid=tid_of(unknown))
    assert statuses(take(node, elsewhere)) == ["refused: not.named"]
    with pytest.raises(QuestionRefused):
        review_questions.ask(node, lawyer(world), tid_of(unknown), Ask.CALL_ME, day=TODAY)


def test_they_may_come_in_one_batch_in_any_order(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    question = of(world, sealed)
    assert set(statuses(take(node, reply(world, question), question, sealed))) == {"stored"}
    assert codes(node, sealed) == [("call-me", ["seen"])]


def test_repeated_it_changes_nothing_and_a_number_is_had_once(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    bring(node, sealed)
    question = of(world, sealed)
    assert statuses(take(node, question)) == ["stored"]
    assert statuses(take(node, question)) == ["duplicate"]
    again = of(world, sealed, code="contact", number=question.value["id"])
    assert statuses(take(node, again)) == ["refused: conflict"]
    assert codes(node, sealed) == [("call-me", [])]


def test_the_desk_asks_nothing_twice_while_it_waits(world: World) -> None:
    desk, central, sealed = world.desk(), world.central(), world.testimony()
    bring(central, sealed)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    review_questions.ask(desk, lawyer(world), tid_of(sealed), Ask.CALL_ME, day=TODAY)
    with pytest.raises(QuestionRefused):
        review_questions.ask(desk, lawyer(world), tid_of(sealed), Ask.CALL_ME, day=TODAY)
    with pytest.raises(Refused):
        review_questions.ask(desk, coordinator(world), tid_of(sealed), Ask.CONTACT, day=TODAY)
    assert codes(desk, sealed) == [("call-me", [])]


def test_a_node_answers_once_and_nothing_that_is_closed(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    bring(node, sealed)
    question = of(world, sealed)
    take(node, question)
    review_questions.answer(node, question.id, Say.SEEN)
    with pytest.raises(QuestionRefused):
        review_questions.answer(node, question.id, Say.SEEN)
    review_questions.answer(node, question.id, Say.DONE)
    with pytest.raises(QuestionRefused):
        review_questions.answer(node, question.id, Say.WILL_CALL)
    with pytest.raises(QuestionRefused):
        review_questions.answer(node, "0" * 64, Say.SEEN)


def test_a_stolen_key_floods_no_node(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    central = world.central()
    several = [world.testimony() for _ in range(3)]
    bring(central, *several)
    one = [of(world, several[0]) for _ in range(questions.MOST_QUESTIONS + 1)]
    assert statuses(take(central, *one)) == ["stored"] * questions.MOST_QUESTIONS + ["refused: question.limit"]
    monkeypatch.setattr(quotas, "MOST_ASKED", questions.MOST_QUESTIONS + 1)
    more = [of(world, several[1]), of(world, several[2])]
    assert statuses(take(central, *more)) == ["stored", "refused: quota"]
    monkeypatch.setattr(Station, "today", lambda _: "2099-01-01")
    assert statuses(take(central, more[1])) == ["stored"]


def test_a_stolen_phone_floods_nobody_with_answers(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    bring(node, sealed)
    question = of(world, sealed)
    take(node, question)
    many = [reply(world, question) for _ in range(questions.MOST_ANSWERS + 1)]
    assert statuses(take(node, *many)) == ["stored"] * questions.MOST_ANSWERS + ["refused: question.limit"]


def test_about_a_withdrawn_testimony_nothing_is_asked_and_what_was_asked_goes_with_it(world: World) -> None:
    node, sealed = world.node(), world.coded()
    bring(node, sealed)
    question = of(world, sealed)
    take(node, question, reply(world, question))
    take(node, world.withdrawal(sealed))
    with node.database.reading() as session:
        data = [row.data for row in session.query(RecordRow).where(RecordRow.kind.in_(("question", "answer")))]
    assert data == [b"", b""]
    assert asked(node, sealed) == []
    assert told(node, sealed) is None
    assert statuses(take(node, of(world, sealed))) == ["withdrawn"]
    assert asked(node, sealed) == []


def test_while_a_testimony_is_held_back_its_questions_are_shown_to_nobody(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    bring(node, sealed)
    question = of(world, sealed)
    take(node, question)
    take(node, world.withdraw(sealed))
    assert (asked(node, sealed), told(node, sealed)) == ([], None)
    with pytest.raises(QuestionRefused):
        review_questions.answer(node, question.id, Say.SEEN)


def test_a_code_of_a_newer_version_is_kept_and_handed_on(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    at_node(world, central, node)
    take(central, of(world, sealed, code="bring-the-form"))
    at_node(world, central, node)
    assert codes(node, sealed) == [("bring-the-form", [])]
    assert told(node, sealed)[0]["code"] == "bring-the-form"


def test_a_question_holds_a_number_a_code_a_key_and_a_day_and_nothing_else(world: World) -> None:
    sealed = world.testimony()
    question = of(world, sealed)
    assert set(question.value) == {"v", "tid", "id", "code", "by", "day"}
    assert set(reply(world, question).value) == {"v", "tid", "id", "question", "code", "by", "day"}


def test_what_a_dismissed_lawyer_asks_is_taken_by_no_central(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    bring(central, sealed)
    people = [one["id"] for one in world.successor()["people"] if one["role"] == "lawyer"]
    for name in people:
        take(central, world.without(name))
    assert statuses(take(central, of(world, sealed))) == ["refused: signer.inactive"]


def test_a_coordinators_desk_may_not_bring_one_and_a_lawyers_only_its_own(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    bring(central, sealed)
    desk = world.desk()
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    take_in(desk, [Incoming("record", of(world, sealed).encode())], outbound=True)
    report = exchange(desk, to(central, world.coordinator_signer), audience="coordinators")
    assert set(report.pushed.refused.values()) == {"signer.unknown"}
    assert asked(central, sealed) == []
