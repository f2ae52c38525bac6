"""A lawyer's own words reach one phone sealed, and its answer lawyers alone; what stands in the way is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.keys.receiving_key import receiving_key
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import question_words as sealed_words
from testimony.sealing.statements import questions as statement_questions
from testimony.sealing.statements.questions import parse_question
from testimony.sealing.testimony import bound
from testimony.sealing.testimony.annex import seal_annex
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.intake import questions
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.services.review import question_words
from testimony.services.review.errors import QuestionRefused
from testimony.services.review.question_words import Exchanged
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.server.server import answer_whereabouts
from tests.support.services.world import DAY, World, take
from tests.support.services.world import said as statuses
from tests.support.sync.removable_media import coordinator, lawyer
from tests.support.sync.world import PARTS, bring, tid_of, to

TODAY = date(2026, 11, 25)
ASKED = "Which river was it?\nA name is enough."
SAID = "النهر الكبير"


@pytest.fixture
def world(tmp_path: Path) -> Any:
    world = World(tmp_path)
    yield world
    world.close()


def testimony(world: World, **provenance: Any) -> SealedTestimony:
    """One whose provenance names the phone's receiving key, unless it says something else."""
    named = {"receives": receiving_key(world.device.seed).recipient.text} | provenance
    contents = {part: Content("application/json", b"{}") for part in PARTS}
    return world.seal(contents | {"provenance": Content("application/json", canonical.encode(named))})


def there_and_back(world: World) -> tuple[Station, Station, Station, SealedTestimony]:
    """A node, central and a desk that all have the testimony."""
    node, central, desk, sealed = world.node(), world.central(), world.desk(), testimony(world)
    bring(node, sealed)
    at_node(world, central, node)
    at_desk(world, central, desk)
    return node, central, desk, sealed


def at_node(world: World, central: Station, node: Station) -> None:
    assert exchange(node, to(central, world.station)).pushed.refused == {}


def at_desk(world: World, central: Station, desk: Station) -> None:
    report = exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert (report.pushed.refused, report.pulled.refused) == ({}, {})


def told(node: Station, sealed: SealedTestimony) -> Any:
    answer = answer_whereabouts(node, canonical.encode({"names": [sealed.record.id]}))
    return canonical.decode_object(answer)[sealed.record.id]["questions"]


def read(world: World, desk: Station, sealed: SealedTestimony, reader: Reader | None = None) -> Exchanged:
    index = AnnexIndex()
    with desk.database.reading() as session:
        index.refresh(desk, session, reader or lawyer(world))
    return question_words.read(desk.chain, index, tid_of(sealed), sealed.record.id, world.device.kid)


def opened(world: World, signed: Any) -> tuple[SignedRecord, sealed_words.Words]:
    """What the phone reads of the record that the node handed over."""
    record = SignedRecord(signed["record"].encode(), tuple(signed["sigs"]))
    asked = parse_question(record)
    key = receiving_key(world.device.seed)
    return record, sealed_words.open_words(asked.sealed, tid=asked.tid, id=asked.id, key=key)


def answered(
    world: World, sealed: SealedTestimony, question: str, bind: bytes, signer: Signer | None = None
) -> list[Incoming | SignedRecord]:
    """What a phone delivers: the words, bound and sealed to the lawyers, and the answer that says so."""
    content = {"kind": "answer-words", "question": question, "of": sealed.record.id, "text": SAID, "day": DAY}
    annex = seal_annex(
        canonical.encode(bound.bind(content, bind)),
        tid=tid_of(sealed),
        day=DAY,
        roster=world.chain.latest.sha256,
        audiences={"lawyers": (world.chain.recipients("lawyers"), 4)},
        signer=signer or world.device,
    )
    said = statement_questions.answer(
        tid=tid_of(sealed), question=question, code="written", day=DAY, signer=signer or world.device
    )
    objects = [Incoming("object", data) for data in (*annex.part.heads.values(), annex.part.body)]
    return [annex.record, *objects, said]


def test_words_go_sealed_to_the_phone_and_its_answer_comes_to_lawyers_alone(world: World) -> None:
    node, central, desk, sealed = there_and_back(world)
    name = question_words.ask(desk, lawyer(world), tid_of(sealed), ASKED, day=TODAY)
    assert read(world, desk, sealed).asked[name].text == ASKED
    at_desk(world, central, desk)
    at_node(world, central, node)
    [said] = told(node, sealed)
    assert (said["name"], said["code"], said["answers"]) == (name, "words", [])
    record, words = opened(world, said["signed"])
    assert (record.id, words.text) == (name, ASKED)
    assert statuses(take(node, *answered(world, sealed, name, words.bind)))[0] == "stored"
    at_node(world, central, node)
    at_desk(world, central, desk)
    found = read(world, desk, sealed)
    assert (found.answered[name].text, found.asked[name].text) == (SAID, ASKED)
    with desk.database.reading() as session:
        [asked] = questions.questions_about(session, tid_of(sealed))
    assert ([one.code for one in asked.answers], asked.is_open) == (["written"], False)
    assert read(world, desk, sealed, coordinator(world)) == Exchanged(asked={}, answered={})


def test_no_station_on_the_way_holds_a_word_of_it(world: World) -> None:
    node, central, desk, sealed = there_and_back(world)
    name = question_words.ask(desk, lawyer(world), tid_of(sealed), "Was the dog a Malinois?", day=TODAY)
    at_desk(world, central, desk)
    at_node(world, central, node)
    _, words = opened(world, told(node, sealed)[0]["signed"])
    take(node, *answered(world, sealed, name, words.bind))
    at_node(world, central, node)
    at_desk(world, central, desk)
    assert read(world, desk, sealed).answered[name].text == SAID
    held = [file.read_bytes() for file in world.folder.rglob("*") if file.is_file()]
    for secret in (b"Malinois", SAID.encode(), words.bind, words.bind.hex().encode()):
        assert not any(secret in data for data in held)


def test_words_of_another_phone_are_no_answer(world: World) -> None:
    node, central, desk, sealed = there_and_back(world)
    name = question_words.ask(desk, lawyer(world), tid_of(sealed), ASKED, day=TODAY)
    at_desk(world, central, desk)
    at_node(world, central, node)
    _, words = opened(world, told(node, sealed)[0]["signed"])
    take(node, *answered(world, sealed, name, words.bind, signer=world.station))
    at_node(world, central, node)
    at_desk(world, central, desk)
    assert read(world, desk, sealed).answered == {}


def test_of_a_destroyed_testimony_neither_question_nor_answer_opens(world: World) -> None:
    node, central, desk = world.node(), world.central(), world.desk()
    named = {"receives": receiving_key(world.device.seed).recipient.text}
    key = world.code.public_keys[0].pub.hex()
    contents = {part: Content("application/json", b"{}") for part in PARTS}
    contents |= {"provenance": Content("application/json", canonical.encode(named))}
    sealed = world.seal(contents, withdraw=key)
    bring(node, sealed)
    at_node(world, central, node)
    at_desk(world, central, desk)
    name = question_words.ask(desk, lawyer(world), tid_of(sealed), ASKED, day=TODAY)
    assert list(read(world, desk, sealed).asked) == [name]
    take(desk, world.withdrawal(sealed))
    assert read(world, desk, sealed) == Exchanged(asked={}, answered={})
    with pytest.raises(QuestionRefused) as refused:
        question_words.ask(desk, lawyer(world), tid_of(sealed), ASKED, day=TODAY)
    assert refused.value.reason == "gone"


@pytest.mark.parametrize("receives", [None, "", 7, "age1pq1qqqq", "age1" + "q" * 58])
def test_a_testimony_that_names_no_key_takes_questions_from_the_list_alone(world: World, receives: Any) -> None:
    desk, sealed = world.desk(), testimony(world, receives=receives)
    bring(desk, sealed)
    with pytest.raises(QuestionRefused) as refused:
        question_words.ask(desk, lawyer(world), tid_of(sealed), ASKED, day=TODAY)
    assert refused.value.reason == "keyless"
    assert question_words.obstacle(desk.chain, world.device.kid, {"receives": receives}) == "keyless"


def test_to_a_phone_that_left_the_roster_no_words_go(world: World) -> None:
    desk, sealed = world.desk(), testimony(world)
    bring(desk, sealed)
    provenance = {"receives": receiving_key(world.device.seed).recipient.text}
    assert question_words.obstacle(desk.chain, world.device.kid, provenance) == ""
    phone = desk.chain.signer(world.device.kid)
    assert phone is not None
    take(desk, world.without(phone.id))
    assert question_words.obstacle(desk.chain, world.device.kid, provenance) == "ended"
    with pytest.raises(QuestionRefused) as refused:
        question_words.ask(desk, lawyer(world), tid_of(sealed), ASKED, day=TODAY)
    assert refused.value.reason == "ended"


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), (" \n ", "empty"), ("x" * 451, "long")])
def test_no_words_and_too_many_are_refused_and_nothing_is_kept(world: World, text: str, reason: str) -> None:
    desk, sealed = world.desk(), testimony(world)
    bring(desk, sealed)
    with pytest.raises(QuestionRefused) as refused:
        question_words.ask(desk, lawyer(world), tid_of(sealed), text, day=TODAY)
    assert refused.value.reason == reason
    with pytest.raises(QuestionRefused) as refused:
        question_words.ask(desk, coordinator(world), tid_of(sealed), ASKED, day=TODAY)
    assert refused.value.reason == "role"
    with desk.database.reading() as session:
        assert questions.of_all(session) == {}
