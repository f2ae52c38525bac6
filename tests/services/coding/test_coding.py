"""Codes at several desks: corrections that two desks make apart, and what a coordinator's desk takes of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.coding import assessment, corrections, findings, passages
from testimony.domain.coding.acts import content_of
from testimony.domain.coding.assessment import Reliability
from testimony.domain.coding.findings import Degree
from testimony.domain.coding.passages import Passage
from testimony.domain.release.release_line import MISSING, release_line
from testimony.questionnaire import definition
from testimony.questionnaire.form import Form
from testimony.sealing.testimony.annex import parse_annex
from testimony.services.coding import coding, counts, opened_accounts
from testimony.services.coding.errors import CodingRefused
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import late_grants
from testimony.services.enrolment.organisation import Organisation
from testimony.services.records import queries as record_queries
from testimony.services.release import candidates
from tests.support.domain.coded_account import CODEBOOK
from tests.support.services.batches import bring, told
from tests.support.services.coding import coded, correct, effective
from tests.support.services.desks import COUNT, TODAY, Desk, circumstances, desks, testimony_at
from tests.support.services.reviews import meet

FORM = Form.load().value
EVERYBODY = (*coding.LAWYERS, "coordinators")


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def fetched(at: dict[str, Desk], organisation: Organisation, *purposes: str) -> str:
    tid = testimony_at(at["lawyer-1"].central, organisation, *(purposes or ("P01", "P04", "P06")))
    meet(at)
    return tid


def many_fetched(at: dict[str, Desk], organisation: Organisation, count: int) -> list[str]:
    sealed = bring(
        organisation, at["lawyer-1"].central, [told(number, ("P01", "P04", "P06")) for number in range(count)]
    )
    meet(at)
    return [str(one.record.value["tid"]) for one in sealed]


def test_nobody_speaks_for_what_came_while_they_looked(at: dict[str, Desk], organisation: Organisation) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-2"]
    seen = coded(desk, tid).corrections.seen(["w_nat"])
    correct(at["lawyer-1"], tid, "w_nat", {"value": "ERI"})
    meet(at)
    with pytest.raises(CodingRefused, match="Somebody else corrected"):
        coding.correct(
            desk.station, desk.reader, desk.annexes, coded(desk, tid), "w_nat", None, "other", seen=seen, day=TODAY
        )


def forge(desk: Desk, tid: str, kind: str, value: dict[str, Any], *audiences: str) -> None:
    """What no honest desk says, sealed to whom it likes."""
    content = content_of(kind, {"id": os.urandom(16).hex(), "day": "2026-01-20", "after": [], **value})
    record, items = consent_acts.seal_content(
        desk.station.chain.latest, desk.reader, tid, content, day=TODAY, audiences=audiences or EVERYBODY
    )
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)


def readers_of(desk: Desk, kind: str) -> set[str]:
    """For whom the annexes of this kind at a desk are sealed."""
    names = {one.name for one in desk.annexes.of_kind(kind)}
    with desk.station.database.reading() as session:
        records = record_queries.records_of(session, names).values()
        return {audience for record in records for audience in parse_annex(record).part.heads}


def test_a_correction_reaches_lawyers_as_it_is_and_coordinators_at_its_floor(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    sealed = effective(at["coordinator-1"], tid)
    correct(at["lawyer-1"], tid, "i_date", {"value": "2024-03-17"})
    correct(at["lawyer-1"], tid, "v_acts", {"value": ["beat", "dog"]})
    meet(at)
    assert coded(at["lawyer-2"], tid).answer("i_date") == ({"value": "2024-03-17"}, False)
    found = effective(at["coordinator-1"], tid)
    assert found.original == sealed.answers
    assert found.answers == {
        **sealed.answers,
        "i_date": {"value": "2024-03"},
        "v_acts": {"value": ["force_body", "dogs"]},
    }
    assert (found.corrected, found.contested, found.unread) == ({"i_date", "v_acts"}, frozenset(), 0)
    assert readers_of(at["lawyer-1"], corrections.KIND) == {"lawyers", "recovery"}
    assert readers_of(at["lawyer-1"], corrections.RECODING) == {"lawyers", "recovery", "coordinators"}
    assert [one.content["kind"] for one in at["coordinator-1"].annexes.about(tid)] == ["recoding", "recoding"]


def test_a_correction_of_what_only_lawyers_get_tells_coordinators_nothing(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    correct(at["lawyer-1"], tid, "w_vuln", {"value": ["preg"]})
    meet(at)
    assert coded(at["lawyer-2"], tid).answer("w_vuln") == ({"value": ["preg"]}, False)
    assert at["coordinator-1"].annexes.about(tid) == []
    (before,) = (form for form in definition.all_shipped() if form.id == "camp-interview@3")
    assert replace(coded(at["lawyer-2"], tid), form=before).due("w_vuln") == {}, "nor of an older testimony"


def test_another_precision_changes_the_date_that_coordinators_have(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    correct(at["lawyer-1"], tid, "i_date", {"value": "2024-03-17"})
    correct(at["lawyer-1"], tid, "i_date_prec", {"value": "month"})
    meet(at)
    assert effective(at["coordinator-1"], tid).answers["i_date"] == {"value": "2024-03"}
    correct(at["lawyer-2"], tid, "i_date_prec", {"missing": "unk"})
    meet(at)
    assert effective(at["coordinator-1"], tid).answers["i_date"] == {"value": "2024"}


def test_what_is_taken_back_is_as_it_was_sealed(at: dict[str, Desk], organisation: Organisation) -> None:
    tid = fetched(at, organisation)
    sealed = effective(at["coordinator-1"], tid).answers
    correct(at["lawyer-1"], tid, "w_nat", {"value": "ERI"})
    meet(at)
    assert effective(at["coordinator-1"], tid).answers["w_nat"] == {"value": "ERI"}
    correct(at["lawyer-2"], tid, "w_nat", None, "mistaken")
    meet(at)
    found = effective(at["coordinator-1"], tid)
    assert (found.answers, found.corrected) == (sealed, frozenset())
    assert len(coded(at["lawyer-1"], tid).corrections.about("w_nat")) == 2, "both are kept"


def test_an_answer_that_was_never_asked_is_added_and_taken_away(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    assert "g_girls" not in effective(at["coordinator-1"], tid).answers
    correct(at["lawyer-1"], tid, "g_girls", {"value": 4})
    meet(at)
    assert effective(at["coordinator-1"], tid).answers["g_girls"] == {"value": "c1to5"}
    correct(at["lawyer-1"], tid, "g_girls", None)
    meet(at)
    assert "g_girls" not in effective(at["coordinator-1"], tid).answers


def test_two_desks_that_correct_apart_are_both_shown_and_counted_as_unknown(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    correct(at["lawyer-1"], tid, "w_nat", {"value": "ERI"})
    correct(at["lawyer-2"], tid, "w_nat", {"value": "ETH"})
    meet(at)
    for name in ("lawyer-1", "lawyer-2"):
        found = coded(at[name], tid)
        assert found.answer("w_nat") == (corrections.UNKNOWN, True)
        assert {one.signer for one in found.corrections.latest("w_nat")} == {"lawyer-1", "lawyer-2"}
    contested = effective(at["coordinator-1"], tid)
    assert (contested.answers["w_nat"], contested.contested) == ({"missing": "unk"}, {"w_nat"})
    correct(at["lawyer-2"], tid, "w_nat", {"value": "ERI"})
    meet(at)
    settled = effective(at["coordinator-1"], tid)
    assert (settled.answers["w_nat"], settled.contested) == ({"value": "ERI"}, frozenset())


def test_two_desks_that_differ_below_the_floor_do_not_disturb_the_count(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    correct(at["lawyer-1"], tid, "g_size", {"value": 7})
    correct(at["lawyer-2"], tid, "g_size", {"value": 8})
    meet(at)
    assert coded(at["lawyer-1"], tid).answer("g_size")[1] is True
    found = effective(at["coordinator-1"], tid)
    assert (found.answers["g_size"], found.contested) == ({"value": "s6to10"}, frozenset())


def test_lawyers_who_differ_make_it_unknown_even_where_one_desk_knew_of_no_coordinator(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    """Nothing went to coordinators while the witness let them read nothing; then all that is due goes at once."""
    tid = fetched(at, organisation, "P01", "P04")
    for name, nationality in (("lawyer-1", "ERI"), ("lawyer-2", "ETH")):
        correct(at[name], tid, "w_nat", {"value": nationality})
        correct(at[name], tid, "i_held", {"missing": "ref"})
    meet(at)
    assert at["coordinator-1"].annexes.about(tid) == []
    desk = at["lawyer-1"]
    late_grants.ask(
        desk.station, desk.reader, desk.stands(tid), desk.annexes, COUNT, circumstances(),
        life_months=None, agreed=True, day=TODAY,
    )  # fmt: skip
    assert coded(desk, tid).due() == {"w_nat": {"missing": "unk"}, "i_held": {"missing": "ref"}}
    assert coding.tell(desk.station, desk.reader, coded(desk, tid), day=TODAY)
    assert coding.tell(desk.station, desk.reader, coded(desk, tid), day=TODAY) is None, "nothing is lacking now"
    meet(at)
    found = effective(at["coordinator-1"], tid)
    assert (found.answers["w_nat"], found.answers["i_held"]) == ({"missing": "unk"}, {"missing": "ref"})


def test_where_the_witness_lets_nobody_count_coordinators_get_nothing(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation, "P01", "P04")
    desk = at["lawyer-1"]
    correct(desk, tid, "w_nat", {"value": "ERI"})
    coding.assess(desk.station, desk.reader, desk.annexes, coded(desk, tid), "consistent", ["medical"], day=TODAY)
    meet(at)
    assert readers_of(desk, corrections.KIND) == readers_of(desk, assessment.KIND) == {"lawyers", "recovery"}
    assert at["coordinator-1"].annexes.about(tid) == []


def test_counts_and_releases_go_by_what_was_corrected(at: dict[str, Desk], organisation: Organisation) -> None:
    desk, coordinator = at["lawyer-1"], at["coordinator-1"]
    sealed = bring(organisation, desk.central, [told(number) for number in range(10)])
    meet(at)
    for one in sealed:
        correct(desk, str(one.record.value["tid"]), "i_segment", {"value": "GRC-TUR:evros"})
        correct(desk, str(one.record.value["tid"]), "v_acts", {"value": ["dog"]})
    meet(at)
    with coordinator.station.database.reading() as session:
        counted = counts.count(coordinator.station, session, coordinator.reader, coordinator.annexes, at=TODAY)
        found = opened_accounts.open_accounts(
            coordinator.station, session, coordinator.reader, coordinator.annexes, candidates.vocabulary(), at=TODAY
        )
    assert counted.borders.counts == (("GRC-TUR", 10),)
    lines = [one.line for one in found if one.line is not None]
    assert [(line.value("place"), "dogs" in line.marks) for line in lines] == [("GRC-TUR:evros", True)] * 10


def test_what_is_contested_is_missing_in_a_release(at: dict[str, Desk], organisation: Organisation) -> None:
    coordinator = at["coordinator-1"]
    sealed = bring(organisation, at["lawyer-1"].central, [told(number) for number in range(8)])
    meet(at)
    for one in sealed:
        for name, age in (("lawyer-1", "a15to17"), ("lawyer-2", "a18to24")):
            correct(at[name], str(one.record.value["tid"]), "w_age", {"value": age})
    meet(at)
    known = [effective(coordinator, str(one.record.value["tid"])) for one in sealed]
    assert [release_line(one.answers).age for one in known] == [MISSING] * 8
    assert {one.contested for one in known} == {frozenset({"w_age"})}


FINER: list[tuple[str, Any]] = [
    ("i_date", {"value": "2024-03-17"}), ("i_date_prec", {"value": "hour"}), ("w_nat", {"value": "his name is Omar"}),
    ("g_size", {"value": 7}), ("v_acts", {"value": ["beat"]}), ("v_acts", {"value": ["dogs", "force_body"]}),
    ("i_chain", {"value": ["SVN"]}), ("x_groups", {"value": ["police"]}), ("w_nat", {"value": "XXX"}),
    ("w_lang", {"missing": "unk"}), ("nowhere", {"value": "x"}), ("w_nat", {"missing": "he would not say"}),
]  # fmt: skip


def test_a_hostile_lawyers_desk_tells_coordinators_nothing_finer(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    """Each of `FINER` about a testimony of its own."""
    tids = many_fetched(at, organisation, len(FINER))
    sealed = {tid: effective(at["coordinator-1"], tid) for tid in tids}
    for tid, (field, answer) in zip(tids, FINER, strict=True):
        forge(at["lawyer-1"], tid, corrections.RECODING, {"answers": {field: answer, "w_gender": {"value": "f"}}})
    meet(at)
    for tid, told_finer in zip(tids, FINER, strict=True):
        found = effective(at["coordinator-1"], tid)
        assert (found.answers, found.corrected, found.unread) == (sealed[tid].answers, frozenset(), 1), told_finer


def test_what_is_sealed_for_lawyers_is_not_read_at_a_coordinators_desk_though_somebody_sealed_it_there(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    sealed = effective(at["coordinator-1"], tid)
    fine = {"field": "i_date", "answer": {"value": "2024-03-17"}, "reason": "clerical"}
    forge(at["lawyer-1"], tid, corrections.KIND, fine)
    marks = {"of": coded(at["lawyer-1"], tid).manifest, "field": "i_date"}
    forge(at["lawyer-1"], tid, passages.KIND, {**marks, "passages": [{"statement": "s1", "start": 0, "end": 4}]})
    meet(at)
    assert effective(at["coordinator-1"], tid) == sealed


def test_what_a_coordinators_key_signed_counts_for_nothing(at: dict[str, Desk], organisation: Organisation) -> None:
    """Each kind about a testimony of its own."""
    forged: dict[str, dict[str, Any]] = {
        corrections.KIND: {"field": "w_nat", "answer": {"value": "ERI"}, "reason": "clerical"},
        corrections.RECODING: {"answers": {"w_nat": {"value": "ERI"}}},
        passages.KIND: {"field": "w_nat", "passages": []},
        assessment.KIND: {"reliability": "inconsistent", "corroboration": []},
        findings.KIND: {"degree": "diagnostic"},
    }
    tids = dict(zip(forged, many_fetched(at, organisation, len(forged)), strict=True))
    before = {kind: coded(at["lawyer-1"], tid) for kind, tid in tids.items()}
    sealed = {kind: effective(at["coordinator-1"], tid) for kind, tid in tids.items()}
    for kind, value in forged.items():
        of = {"of": before[kind].manifest} if kind == passages.KIND else {}
        forge(at["coordinator-1"], tids[kind], kind, of | value)
        forge(at["coordinator-1"], tids[kind], kind, {"answers": "words", "field": "his name"})
    meet(at)
    for kind, tid in tids.items():
        found = coded(at["lawyer-1"], tid)
        said = (found.answer("w_nat"), found.passages("w_nat"), found.unread)
        assert said == (before[kind].answer("w_nat"), [], 2), kind
        heard = effective(at["coordinator-1"], tid)
        assert (heard.answers, heard.assessed) == (sealed[kind].answers, sealed[kind].assessed), kind
        assert effective(at["lawyer-1"], tid).findings.degree is None, kind


def test_a_correction_that_the_form_does_not_have_is_not_read_by_the_other_lawyer(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    before = coded(at["lawyer-2"], tid)
    for field, answer in (
        ("w_nat", {"value": "Omar"}),
        ("i_date", {"value": "in spring"}),
        ("nowhere", {"value": "x"}),
    ):
        forge(at["lawyer-1"], tid, corrections.KIND, {"field": field, "answer": answer, "reason": "clerical"})
    meet(at)
    found = coded(at["lawyer-2"], tid)
    assert (found.answer("w_nat"), found.unread) == (before.answer("w_nat"), 3)


def test_passages_reach_the_other_lawyer_and_no_coordinator(at: dict[str, Desk], organisation: Organisation) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    one, two = Passage(statement="s1", start=0, end=4), Passage(statement="s1", start=5, end=9)
    coding.mark(desk.station, desk.reader, coded(desk, tid), "w_nat", [two, one, one], day=TODAY)
    meet(at)
    assert coded(at["lawyer-2"], tid).passages("w_nat") == [one, two]
    other = at["lawyer-2"]
    coding.mark(other.station, other.reader, coded(other, tid), "w_nat", [], day=TODAY)
    meet(at)
    assert coded(desk, tid).passages("w_nat") == []
    assert readers_of(desk, passages.KIND) == {"lawyers", "recovery"}
    assert at["coordinator-1"].annexes.about(tid) == []


def test_of_two_assessments_apart_the_more_careful_stands_until_somebody_has_seen_both(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    for name, reliability, found in (("lawyer-1", "consistent", ["document"]), ("lawyer-2", "inconsistent", [])):
        desk = at[name]
        coding.assess(desk.station, desk.reader, desk.annexes, coded(desk, tid), reliability, found, day=TODAY)
    meet(at)
    stands = effective(at["coordinator-1"], tid).assessed
    assert (stands.reliability, stands.corroboration, stands.differs) == (Reliability.INCONSISTENT, (), True)
    desk = at["lawyer-1"]
    coding.assess(desk.station, desk.reader, desk.annexes, coded(desk, tid), "partly_consistent", ["none"], day=TODAY)
    meet(at)
    stands = effective(at["coordinator-1"], tid).assessed
    assert (stands.reliability, stands.corroboration, stands.differs) == (Reliability.PARTLY, ("none",), False)


MAY_NOT_BE_SAID: list[tuple[str, str, Any, str, str]] = [
    ("coordinator-1", "w_nat", {"value": "ERI"}, "clerical", "role"),
    ("lawyer-1", "nowhere", {"value": "ERI"}, "clerical", "field"),
    ("lawyer-1", "w_lang", {"missing": "unk"}, "clerical", "field"),
    ("lawyer-1", "w_nat", {"value": "Omar"}, "clerical", "value"),
    ("lawyer-1", "w_nat", {"value": "ERI"}, "he lied", "reason"),
    ("lawyer-1", "x_groups", {"value": ["police"]}, "clerical", "value"),
]


def test_what_may_not_be_said_is_not_written(at: dict[str, Desk], organisation: Organisation) -> None:
    tid = fetched(at, organisation)
    for who, field, answer, reason, why in MAY_NOT_BE_SAID:
        with pytest.raises(CodingRefused) as refused:
            correct(at[who], tid, field, answer, reason)
        assert refused.value.reason == why, (who, field, answer, reason)
        assert coded(at[who], tid).corrections.said == (), (who, field, answer, reason)


def test_what_a_clinician_found_reaches_the_other_lawyer_and_no_coordinator(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk, other = fetched(at, organisation), at["lawyer-1"], at["lawyer-2"]
    coding.enter_findings(desk.station, desk.reader, desk.annexes, coded(desk, tid), "highly_consistent", day=TODAY)
    meet(at)
    assert effective(other, tid).findings.degree is Degree.HIGHLY
    assert readers_of(desk, findings.KIND) == {"lawyers", "recovery"}
    assert effective(at["coordinator-1"], tid).findings.degree is None
    coding.enter_findings(other.station, other.reader, other.annexes, coded(other, tid), "", day=TODAY)
    meet(at)
    assert effective(desk, tid).findings.degree is None
    with pytest.raises(CodingRefused, match="Choose an answer"):
        coding.enter_findings(desk.station, desk.reader, desk.annexes, coded(desk, tid), "proven", day=TODAY)


def test_neither_wrong_passages_nor_wrong_assessments_are_written(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    for wrong in (Passage(statement="s1", start=0, end=9_999_999), Passage(statement="none", start=0, end=1)):
        with pytest.raises(CodingRefused, match="does not fit the account"):
            coding.mark(desk.station, desk.reader, coded(desk, tid), "w_nat", [wrong], day=TODAY)
    for reliability, found in (("sure", []), ("consistent", ["rumour"]), ("consistent", ["none", "document"])):
        with pytest.raises(CodingRefused, match="Choose an answer"):
            coding.assess(desk.station, desk.reader, desk.annexes, coded(desk, tid), reliability, found, day=TODAY)
    consent_acts.withdraw_all(desk.station, desk.reader, tid, day=TODAY)
    with pytest.raises(CodingRefused, match="withdrawn or set aside"):
        coding.mark(desk.station, desk.reader, coded(desk, tid), "w_nat", [], day=TODAY)


def test_no_field_of_the_form_gets_finer_than_its_floor_into_what_coordinators_open(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    """Every field of the incident is corrected with an answer of its own; the bytes that coordinators open hold codes
    of the codebook's floors and nothing else."""
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    fine = {"date": "2024-03-17", "int": 7}
    incident = {name: one for name, one in FORM["fields"].items() if one["compartment"] == "incident"}
    for name, field in incident.items():
        codes = [one["code"] for one in FORM["lists"].get(field.get("list"), {"options": []})["options"]]
        last = next((code for code in reversed(codes) if code not in ("unk", "ref", "nask")), None)
        value: Any = fine.get(field["type"], [last] if field["type"] in ("multi", "multi_code") else last)
        repeat = field["type"] == "repeat"
        correct(desk, tid, name, {"missing": "ref"} if repeat else {"value": value})
    meet(at)
    told: dict[str, Any] = {}
    for annex in at["coordinator-1"].annexes.about(tid):
        assert annex.content["kind"] == corrections.RECODING
        for event in annex.content["events"]:
            assert event.keys() == {"id", "day", "after", "answers"}
            told |= event["answers"]
    leaving = {name for name, one in incident.items() if one["export"] != "never"}
    assert told.keys() <= leaving
    for name, answer in told.items():
        allowed = {"unk", "ref", "nask"} if "missing" in answer else allowed_of(name)
        said = answer.get("missing", answer.get("value"))
        assert set(said if isinstance(said, list) else [said]) <= allowed, name
    assert "2024-03-17" not in str(told)


def allowed_of(name: str) -> set[str]:
    """By the codebook, not by the code under test."""
    field = CODEBOOK.fields[name]
    if field.type == "date":
        return {"2024", "2024-03", "2025"}  # the last of the interview's own date: only its precision was corrected
    if field.type == "int":
        return set(CODEBOOK.lists[field.band or ""].codes)
    return set(CODEBOOK.codes("vio_family" if name == "v_acts" else field.list or "")) - {"hour", "day", "week"}
