"""The list in memory: what opens fills it, what comes later changes it, and nothing of it is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.consent.fold import Act
from testimony.domain.review.review import ReviewState
from testimony.domain.testimony import translation
from testimony.domain.testimony.inbox import Row
from testimony.domain.testimony.statement import Statement
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import permissions
from testimony.services.custody import log as custody_log
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.inbox import inbox
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import WordIndex
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.review import bulk_review, reviews, translations
from testimony.services.withdrawal import shredding
from tests.support.damage import last_byte_changed
from tests.support.services.batches import bring, told
from tests.support.services.coding import correct
from tests.support.services.desks import LAWYERS, TODAY, Desk, desks

USES = {"P06 public", "P07 mechanism"}
"""For whom those who agreed to all are usable, besides the lawyers."""
ALL = ("P01", "P04", "P06", "P07")
At = dict[str, Desk]


@pytest.fixture
def at(organisation: Organisation, tmp_path: Path) -> Iterator[At]:
    import shutil

    homes = Path(shutil.copytree(organisation.folder, tmp_path / "org"))
    with desks(homes, organisation) as found:
        yield found


def index_of(desk: Desk, *, day: date = TODAY, index: InboxIndex | None = None) -> InboxIndex:
    index = index or InboxIndex(WordIndex())
    index.read_on(desk.station, desk.reader, desk.annexes, day=day, seconds=600)
    return index


def rows(desk: Desk, index: InboxIndex | None = None, *, day: date = TODAY) -> dict[str, Row]:
    return {row.tid: row for row in index_of(desk, index=index, day=day).rows()}


def tids(organisation: Organisation, desk: Desk, *purposes: tuple[str, ...]) -> list[str]:
    sealed = bring(organisation, desk.central, [told(number, given) for number, given in enumerate(purposes)])
    return [str(one.record.value["tid"]) for one in sealed]


def test_a_lawyer_sees_what_opens_and_a_coordinator_what_coded_and_consent_say(
    at: At, organisation: Organisation
) -> None:
    everything, counted, kept = tids(organisation, at["lawyer-1"], ALL, ("P01", "P06"), ("P01",))
    for desk in at.values():
        desk.exchange()
    lawyer, coordinator = rows(at["lawyer-1"]), rows(at["coordinator-1"])
    assert (lawyer[everything].place, lawyer[everything].kind) == ("HRV-BIH:north", "pb_land")
    assert lawyer[everything].consent == coordinator[everything].consent == {"release", "lawyer", *USES}
    assert lawyer[counted].consent == coordinator[counted].consent == {"release", "P06 public"}
    assert lawyer[everything].languages == ("ar",)
    assert lawyer[everything].opens == ("narrative", "identity", "incident", "coded", "consent", "provenance")
    assert coordinator[everything].opens == ("coded", "consent")
    assert lawyer[everything].flags == {"untranslated"}, "in no language of the desks"
    assert coordinator[everything].flags == frozenset()
    assert lawyer[counted].flags == {"closed"}
    assert (lawyer[kept].opens, lawyer[kept].consent) == ((), {"unreadable"})
    assert lawyer[everything].day == coordinator[everything].day == "2026-01-20"


def test_lawyers_find_a_testimony_by_a_code_that_coordinators_do_not_get(at: At, organisation: Organisation) -> None:
    accounts = [told(0, ("P01", "P06"), w_vuln=["preg"]), told(1, ("P01", "P06"))]
    pregnant, _ = (str(one.record.value["tid"]) for one in bring(organisation, at["lawyer-1"].central, accounts))
    for desk in at.values():
        desk.exchange()
    words = WordIndex()
    index_of(at["lawyer-1"], index=InboxIndex(words))
    assert [*(words.saying("Pregnant", lang="en") or ())] == [pregnant]


def test_each_reader_keeps_the_codes_that_open_to_them(at: At, organisation: Organisation) -> None:
    account = told(0, ("P01", "P04", "P06"), v_acts=["beat", "dog"], g_size=7)
    (tid,) = (str(one.record.value["tid"]) for one in bring(organisation, at["lawyer-1"].central, [account]))
    acts = {}
    for name, desk in at.items():
        desk.exchange()
        words = WordIndex()
        assert index_of(desk, index=InboxIndex(words)).row(tid).acts == words.acts(tid)
        acts[name] = {code for field, code in words.codes()[tid] if field == "v_acts"}
        assert ("g_size", "s6to10") in words.codes()[tid]
    assert acts["lawyer-1"] == {"beat", "dog"}
    assert acts["coordinator-1"] == {"force_body", "dogs"}


def test_a_lawyer_finds_a_witness_by_name_while_the_witness_agrees_and_nobody_else_does(
    at: At, organisation: Organisation
) -> None:
    named = {"identity": {"w_name": "Hawdém Example", "w_alias": "Kingfisher", "w_contact": "an invented street"}}
    accounts = [told(0, ALL) | named, told(1, ("P01", "P06")) | named]
    tid, _kept = (str(one.record.value["tid"]) for one in bring(organisation, at["lawyer-1"].central, accounts))
    for desk in at.values():
        desk.exchange()
    words = {name: WordIndex() for name in ("lawyer-1", "coordinator-1")}
    for name, index in words.items():
        index_of(at[name], index=InboxIndex(index))
    lawyer = words["lawyer-1"]
    assert [lawyer.saying(one, lang="en") for one in ("hawdem", "kingfisher")] == [{tid}, {tid}], (
        "the other did not agree"
    )
    assert [(hit.tid, hit.found) for hit in lawyer.search("hawdem")] == [(tid, "Hawdém")]
    assert lawyer.saying("invented street", lang="en") == frozenset(), "of the identity the names alone"
    assert words["coordinator-1"].saying("hawdem", lang="en") == frozenset()
    assert "Hawdém" not in repr(lawyer.statements()), "what is compared between accounts has no names"
    alone = WordIndex()
    alone.read_on(at["lawyer-1"].station, at["lawyer-1"].reader, AnnexIndex(), day=TODAY, seconds=600)
    assert [hit.tid for hit in alone.search("kingfisher")] == [tid], "without the list, as the page of the search reads"
    consent_acts.withdraw_all(at["lawyer-1"].station, at["lawyer-1"].reader, tid, day=TODAY)
    index_of(at["lawyer-1"], index=InboxIndex(lawyer))
    assert lawyer.saying("hawdem", lang="en") == frozenset()


def left_to_the_desk(organisation: Organisation, desk: Desk, number: int) -> list[str]:
    """`number` testimonies, of which the interviewer left the rest of the codes to the desk."""
    contents = demo.contents

    def untold(*args: Any) -> dict[str, dict[str, Any]]:
        made = contents(*args)
        return {**made, "provenance": {**made["provenance"], "coding": "desk"}}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "contents", untold)
        return tids(organisation, desk, *[ALL] * number)


def test_codes_that_the_interviewer_left_to_the_desk_are_missing_until_it_coded_them(
    at: At, organisation: Organisation
) -> None:
    desk = at["lawyer-1"]
    coded, cleared, waits = left_to_the_desk(organisation, desk, 3)
    for one in at.values():
        one.exchange()
    index = index_of(desk)
    assert {tid for tid, row in rows(desk, index).items() if "uncoded" in row.flags} == {coded, cleared, waits}
    assert not any("uncoded" in row.flags for row in rows(at["coordinator-1"]).values()), "only lawyers code"

    correct(desk, coded, "w_nat", {"value": "ERI"}, "account")
    bulk_review.take(desk.station, desk.reader, desk.annexes, [cleared, waits], day=TODAY)
    bulk_review.hold(desk.station, desk.reader, desk.annexes, [cleared], "It is a copy.", day=TODAY)
    assert {tid for tid, row in rows(desk, index).items() if "uncoded" in row.flags} == {waits}
    remembered = InboxIndex(WordIndex())
    remembered.read_on(desk.station, desk.reader, AnnexIndex(remembers=True), day=TODAY, seconds=600)
    remembered = InboxIndex(WordIndex())
    remembered.read_on(desk.station, desk.reader, AnnexIndex(remembers=True), day=TODAY, seconds=600)
    assert {row.tid for row in remembered.rows() if "uncoded" in row.flags} == {waits}

    correct(desk, coded, "w_nat", None, "mistaken")
    assert "uncoded" in rows(desk, index)[coded].flags, "a correction that was taken back codes nothing"


def test_consent_that_ends_is_told_on_the_day_after(at: At, organisation: Organisation) -> None:
    desk = at["lawyer-1"]
    (tid,) = tids(organisation, desk, ALL)
    desk.exchange()
    index = InboxIndex(WordIndex())
    assert rows(desk, index)[tid].consent == {"release", "lawyer", *USES}
    assert "expired" in rows(desk, index, day=date(2040, 1, 1))[tid].consent


def test_a_hold_and_what_is_taken_back_change_the_row(at: At, organisation: Organisation) -> None:
    desk = at["lawyer-1"]
    (tid,) = tids(organisation, desk, ALL)
    desk.exchange()
    index = index_of(desk)
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), Act.HOLD, LAWYERS, reason="pressure", day=TODAY)
    assert rows(desk, index)[tid].consent == {"release", "on_hold", *USES}
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), Act.WITHDRAW, LAWYERS, reason="other", day=TODAY)
    assert "taken_back" in rows(desk, index)[tid].consent


def test_what_is_withdrawn_is_listed_as_such_and_says_nothing_more(at: At, organisation: Organisation) -> None:
    desk = at["lawyer-1"]
    tid, _ = tids(organisation, desk, ALL, ALL)
    desk.exchange()
    words = WordIndex()
    index = index_of(desk, index=InboxIndex(words))
    assert words.saying("الغابة", lang="en") is not None
    assert tid in (words.saying("الغابة", lang="en") or ())
    consent_acts.withdraw_all(desk.station, desk.reader, tid, day=TODAY)
    gone = rows(desk, index)[tid]
    assert (gone.flags, gone.read, gone.place, gone.languages) == ({"withdrawn"}, False, "", ())
    assert tid not in (words.saying("الغابة", lang="en") or ())
    assert index.progress().read == index.progress().total == 1


def test_what_is_destroyed_because_keeping_ended_is_not_said_to_be_withdrawn(
    at: At, organisation: Organisation
) -> None:
    desk = at["lawyer-1"]
    (tid,) = tids(organisation, desk, ALL)
    desk.exchange()
    index = InboxIndex(WordIndex())
    manifest = rows(desk, index)[tid].manifest
    with desk.station.database.transaction() as session:
        shredding.bury(session, tid, manifest, shredded=True)  # as `endings` does before it destroys
    assert rows(desk, index)[tid].flags == {"ended"}


def test_reviews_and_translations_are_heard_of_without_opening_anything_again(
    at: At, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = at["lawyer-1"]
    (tid,) = tids(organisation, desk, ALL)
    desk.exchange()
    index = index_of(desk)
    monkeypatch.setattr(inbox.summaries, "look", None)
    assert bulk_review.take(desk.station, desk.reader, desk.annexes, [tid], day=TODAY).done == 1
    assert bulk_review.assign(desk.station, desk.reader, desk.annexes, [tid], "lawyer-2", day=TODAY).done == 1
    row = rows(desk, index)[tid]
    assert (row.state, row.assigned) == (ReviewState.IN_REVIEW, ("lawyer-2",))
    _translate(desk, tid, "fr")
    assert rows(desk, index)[tid].flags == frozenset()


def _translate(desk: Desk, tid: str, lang: str) -> None:
    with desk.station.database.reading() as session:
        record = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
        opened = permissions.open_part(
            ReadingSession.at(desk.station, session, desk.reader), record, "narrative", annexes=desk.annexes, at=TODAY
        )
    original = Statement.all_in(opened.content)[0]
    held = translations.translations_of(desk.station, desk.annexes, tid, record.id)
    texts = ["words" for _ in translation.spans(original.text)]
    translations.say(
        desk.station, desk.reader, tid, record.id, original, held.current(original.id, lang),
        lang=lang, method="person", translator="", texts=texts, day=TODAY,
    )  # fmt: skip


def test_a_clearing_that_waits_for_another_is_marked(at: At, organisation: Organisation) -> None:
    desk = at["lawyer-1"]
    (tid,) = tids(organisation, desk, ALL)
    desk.exchange()
    index = index_of(desk)
    for to in (ReviewState.IN_REVIEW, ReviewState.CLEARED):
        with desk.station.database.reading() as session:
            desk.annexes.refresh(desk.station, session, desk.reader)
        reviews.move(desk.station, desk.reader, reviews.review_of(desk.station.chain, desk.annexes, tid), to, day=TODAY)
    assert "second" in rows(desk, index)[tid].flags


def test_a_part_that_is_damaged_breaks_the_seal_of_its_row_alone(
    at: At, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = at["lawyer-1"]
    tid, other = tids(organisation, desk, ALL, ALL)
    desk.exchange()
    with desk.station.database.reading() as session:
        record = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
    body = next(part["body"] for part in record.value["parts"] if part["part"] == "coded")
    path = next(path for path in desk.station.settings.home.rglob(body[:]) if path.is_file())
    path.chmod(0o600)
    path.write_bytes(last_byte_changed(path.read_bytes()))
    found = rows(desk)
    assert "broken" in found[tid].flags
    assert found[tid].place == ""
    assert "broken" not in found[other].flags


def test_it_reads_on_in_steps_and_the_rows_are_there_meanwhile(
    at: At, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "CHUNK", 1)
    desk = at["lawyer-1"]
    tids(organisation, desk, ALL, ALL, ALL)
    desk.exchange()
    index = InboxIndex(WordIndex())
    for read in (1, 2, 3, 3):
        progress = index.read_on(desk.station, desk.reader, desk.annexes, day=TODAY, seconds=0)
        assert (progress.read, progress.total, len(index.rows())) == (read, 3, 3)
        assert sum(row.read for row in index.rows()) == read
    assert [row.arrival for row in index.rows() if row.read]


def test_the_log_says_once_that_it_was_listed(
    at: At, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "CHUNK", 1)
    desk = at["lawyer-1"]
    tids(organisation, desk, ALL, ALL, ALL)
    desk.exchange()
    index = InboxIndex(WordIndex())
    for _ in range(5):
        index.read_on(desk.station, desk.reader, desk.annexes, day=TODAY, seconds=0)
    with desk.station.database.reading() as session:
        said = [canonical.decode_object(entry)["kind"] for _, entry in custody_log.entries(session, 0, 1000)]
    assert said.count("listed") == 1
    assert said.count("opened") == 0


def test_one_refusal_of_several_is_told_and_the_others_are_done(at: At, organisation: Organisation) -> None:
    desk = at["lawyer-1"]
    first, second = tids(organisation, desk, ALL, ALL)
    desk.exchange()
    bulk_review.take(desk.station, desk.reader, desk.annexes, [first], day=TODAY)
    said = bulk_review.take(desk.station, desk.reader, desk.annexes, [first, second, "0" * 32], day=TODAY)
    assert said.done == 1
    assert {tid: error.code for tid, error in said.refused.items()} == {
        first: "review.act",
        "0" * 32: "testimony.unknown",
    }


def test_the_desks_log_is_written_when_the_reading_is_over(
    at: At, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What empties the write-ahead log waits ten seconds for a reader, and the next writer waits for that."""
    desk = at["lawyer-1"]
    tids(organisation, desk, ALL)
    desk.exchange()
    reading, transaction, open_ones = desk.station.database.reading, desk.station.database.transaction, []

    @contextmanager
    def counted() -> Iterator[Session]:
        open_ones.append(1)
        with reading() as session:
            yield session
        open_ones.pop()

    written = []
    monkeypatch.setattr(desk.station.database, "reading", counted)
    monkeypatch.setattr(desk.station.database, "transaction", lambda: written.append(len(open_ones)) or transaction())
    index_of(desk)
    assert written == [0]
