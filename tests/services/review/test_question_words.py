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
from testimony.services.records import queries as record_queries
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


class Team(World):
    """A second lawyer who signs, and a second phone."""

    def __init__(self, folder: Path) -> None:
        self.second_lawyer, self.other_phone = Signer.generate(), Signer.generate()
        super().__init__(folder)

    def roster_value(self) -> dict[str, Any]:
        value = super().roster_value()
        first = next(one for one in value["people"] if one["id"] == "lawyer-a")
        second = next(one for one in value["people"] if one["id"] == "lawyer-b")
        second["keys"] = [{**first["keys"][0], "pub": self.second_lawyer.public_keys[0].pub.hex()}]
        phone = next(one for one in value["devices"] if one["id"] == "phone-7")
        keys = [{**phone["keys"][0], "pub": self.other_phone.public_keys[0].pub.hex()}]
        value["devices"].append({**phone, "id": "phone-8", "keys": keys})
        return value


@pytest.fixture
def world(tmp_path: Path) -> Any:
    world = Team(tmp_path)
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
        askers = {one.name: one.by for one in questions.questions_about(session, tid_of(sealed))}
    return question_words.read(index, tid_of(sealed), sealed.record.id, phone=world.device.kid, askers=askers)


def opened(world: World, signed: Any) -> tuple[SignedRecord, sealed_words.Words]:
    """What the phone reads of the record that the node handed over."""
    record = SignedRecord(signed["record"].encode(), tuple(signed["sigs"]))
    asked = parse_question(record)
    key = receiving_key(world.device.seed)
    return record, sealed_words.open_words(asked.sealed, tid=asked.tid, id=asked.id, key=key)


def in_words(
    world: World, sealed: SealedTestimony, content: dict[str, Any], bind: bytes, signer: Signer
) -> list[Incoming | SignedRecord]:
    """An annex for the lawyers with `content`, bound to the testimony, and its objects."""
    annex = seal_annex(
        canonical.encode(bound.bind(content | {"of": sealed.record.id, "day": DAY}, bind)),
        tid=tid_of(sealed),
        day=DAY,
        roster=world.chain.latest.sha256,
        audiences={"lawyers": (world.chain.recipients("lawyers"), 4)},
        signer=signer,
    )
    return [annex.record, *(Incoming("object", data) for data in (*annex.part.heads.values(), annex.part.body))]


def answered(
    world: World, sealed: SealedTestimony, question: str, bind: bytes, signer: Signer | None = None
) -> list[Incoming | SignedRecord]:
    """What a phone delivers: the words, bound and sealed to the lawyers, and the answer that says so."""
    content = {"kind": "answer-words", "question": question, "text": SAID}
    said = statement_questions.answer(
        tid=tid_of(sealed), question=question, code="written", day=DAY, signer=signer or world.device
    )
    return [*in_words(world, sealed, content, bind, signer or world.device), said]


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
    assert (told(node, sealed)[0]["answers"], "signed" in told(node, sealed)[0]) == (
        [{"code": "written", "day": DAY}],
        False,
    )
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


@pytest.mark.parametrize("code", ["written", "unreadable"])
def test_only_the_phone_that_could_open_it_closes_a_question_with_words(world: Team, code: str) -> None:
    node, central, desk, sealed = there_and_back(world)
    name = question_words.ask(desk, lawyer(world), tid_of(sealed), ASKED, day=TODAY)
    at_desk(world, central, desk)
    at_node(world, central, node)

    def say(signer: Signer, said: str = code) -> None:
        record = statement_questions.answer(tid=tid_of(sealed), question=name, code=said, day=DAY, signer=signer)
        assert statuses(take(node, record)) == ["stored"]

    for signer in (world.station, world.other_phone):
        say(signer)
    say(world.other_phone, "seen")
    [waiting] = told(node, sealed)
    assert (waiting["answers"], "signed" in waiting) == ([{"code": "seen", "day": DAY}], True)
    say(world.device)
    at_node(world, central, node)
    at_desk(world, central, desk)
    for station in (node, central, desk):
        with station.database.reading() as session:
            [asked] = questions.of_all(session)[tid_of(sealed)]
        assert {(one.code, one.by) for one in asked.answers} == {
            ("seen", world.other_phone.kid),
            (code, world.device.kid),
        }
        assert not asked.is_open


def test_no_lawyer_puts_other_words_in_place_of_a_colleagues_question(world: Team) -> None:
    _, central, desk, sealed = there_and_back(world)
    second = world.desk("desk-2")
    at_desk(world, central, second)
    name = question_words.ask(desk, lawyer(world), tid_of(sealed), ASKED, day=TODAY)
    with desk.database.reading() as session:
        [(_, question)] = record_queries.records_of_kind(session, "question")
    bind = sealed_words.open_words(
        question.value["sealed"],
        tid=tid_of(sealed),
        id=question.value["id"],
        key=receiving_key(world.device.seed),
    ).bind
    content = {"kind": "question-words", "question": name, "text": "Did he really say that?"}
    forged = in_words(world, sealed, content, bind, world.second_lawyer)
    for station in (desk, second):
        assert set(statuses(take(station, question, *forged))) <= {"stored", "duplicate"}
    assert read(world, desk, sealed).asked[name].text == ASKED
    assert read(world, second, sealed).asked == {}  # the asker's own words have not come yet


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
