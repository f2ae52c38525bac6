"""Who gets a case file: what consent covers today, with names as they were agreed to, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.testimony.redaction import BAR, Mark
from testimony.questionnaire.form import Form
from testimony.questionnaire.form_labels import Wording
from testimony.services.casefile import casefile
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import CaseFile, Lacking, Order
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.casefile.language import Speech
from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.testimony import evidence
from testimony.services.witnesses.first_seen import FirstSeen
from tests.support.services.casefiles import COURT, MANDATE, SAID, account, answer_names, brought, gathered, translate
from tests.support.services.coding import correct
from tests.support.services.desks import TODAY, Desk, desks


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def reasons(found: CaseFile | list[Lacking]) -> dict[str, str]:
    assert isinstance(found, list)
    return dict(casefile_document.refusals(found, Speech("en", [])))


def made(desk: Desk, *tids: str, **order: Any) -> CaseFile:
    order = {"case": COURT, "lang": "en", **order}
    found = gathered(desk, Order(tids=tids, **order))
    assert isinstance(found, CaseFile), found
    return found


def test_without_consent_to_just_this_use_there_is_no_file_and_the_purpose_is_named(
    desk: Desk, organisation: Organisation
) -> None:
    agreed, other, nobody = brought(
        desk,
        organisation,
        [
            account(0, "fr", SAID["fr"]),
            account(1, "fr", SAID["fr"], also=["P09-another-case"]),
            account(2, "fr", SAID["fr"], also=[]),
        ],
    )
    order = Order(case=COURT, tids=(agreed, other, nobody, "0" * 32), lang="en")
    said = reasons(gathered(desk, order))
    assert set(said) == {other, nobody, "0" * 32}
    assert said[other] == said[nobody] == "Use it in a complaint or in court (P09), case-river: not asked"
    assert said["0" * 32] == "It is not here, or it is withdrawn or set aside."
    assert made(desk, agreed).exhibits[0].agreed[-1].key == COURT


def test_a_prerequisite_that_is_lacking_is_named_too(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    with desk.station.database.transaction() as session:
        found = casefile.lacking(desk.station, session, desk.reader, desk.annexes, COURT, [tid], at=date(2029, 1, 1))
    (words,) = reasons(found).values()
    assert "(P09), case-river: expired" in words
    assert all(need in words for need in ("(P01)", "(P04)"))


def test_nobody_but_a_lawyer_makes_one_and_only_for_a_case(homes: Path, organisation: Organisation) -> None:
    with desks(homes, organisation) as at:
        for person, order, reason in (
            ("coordinator-1", Order(case=COURT, tids=("0" * 32,), lang="en"), "role"),
            ("lawyer-1", Order(case=Key(Purpose.COUNT, "public"), tids=("0" * 32,), lang="en"), "purpose"),
            ("lawyer-1", Order(case=COURT, tids=(), lang="en"), "none"),
            ("lawyer-1", Order(case=COURT, tids=tuple(f"{one:032x}" for one in range(51)), lang="en"), "many"),
            ("lawyer-1", Order(case=COURT, tids=("0" * 32,), lang="xx"), "language"),
            ("lawyer-1", Order(case=COURT, tids=("0" * 32,), lang="en", name="nick"), "language"),
            ("lawyer-1", Order(case=COURT, tids=("0" * 32,), lang="en", marks={"1": ()}), "marks"),
        ):
            with pytest.raises(CaseFileRefused) as refused:
                gathered(at[person], order)
            assert refused.value.reason == reason


def test_what_was_taken_out_stands_in_the_desks_own_log_and_a_refusal_opens_nothing(
    desk: Desk, organisation: Organisation
) -> None:
    agreed, nobody = brought(desk, organisation, [account(0, "fr", SAID["fr"]), account(1, "fr", SAID["fr"], also=[])])
    assert reasons(gathered(desk, Order(case=COURT, tids=(agreed, nobody), lang="en")))
    with desk.station.database.reading() as session:
        before = custody_log.size(session)
    record = made(desk, agreed).exhibits[0].opened.manifest
    with desk.station.database.reading() as session:
        kinds = [entry for _, entry in custody_log.entries(session, before, 10)]
        assert custody_log.position_of(session, record, "exported") == custody_log.size(session) - 1
    assert len(kinds) == 2


@pytest.mark.parametrize(
    ("asked", "least", "shown"),
    [
        ("full", "full", "Sam Example"), ("initials", "full", "S. E."), ("none", "full", None),
        ("full", "initials", "S. E."), ("full", "none", None), (None, "full", None), ("none", "initials", None),
    ],
)  # fmt: skip
def test_before_the_united_nations_a_name_is_shown_as_the_witness_said(
    desk: Desk,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    asked: str | None,
    least: str,
    shown: str | None,
) -> None:
    answer_names(monkeypatch, asked)
    also = ["P08a-un-mandate", *(["P08d-un-mandate"] if asked else [])]
    told = account(0, "en", "I am Sam Example. They called me sam. Another was with me.", also=also)
    (tid,) = brought(desk, organisation, [told])
    (exhibit,) = made(desk, tid, case=MANDATE, name=least).exhibits
    assert exhibit.name == (None if shown is None else (shown,))
    burnt = BAR in exhibit.accounts[0].original.sentences[0]
    assert burnt == (shown != "Sam Example"), "a name that is not shown is not in the account either"
    assert (BAR in exhibit.accounts[0].original.sentences[1]) == burnt
    assert BAR not in exhibit.accounts[0].original.sentences[2]


def test_a_child_is_never_named_in_full(desk: Desk, organisation: Organisation) -> None:
    base = account(0, "en", "They sent us back.", name="Nour Example")
    (tid,) = brought(desk, organisation, [base | {"incident": base["incident"] | {"w_age": "a15to17"}}])
    assert made(desk, tid).exhibits[0].name == ("N. E.",)


def test_a_sentence_beside_one_that_was_burnt_is_burnt_whole_unless_it_was_marked_too(
    desk: Desk, organisation: Organisation
) -> None:
    (tid,) = brought(desk, organisation, [account(0, "ar", SAID["ar"])])
    translate(desk, tid, "fr", ["Nous sommes sortis.", "Le garde Karim l’a dit.", "Karim était là."])
    (told,) = made(desk, tid).exhibits[0].accounts
    first, second = Mark("said-0", 1, 0, 3), Mark(told.beside[0].id, 2, 0, 5)
    (exhibit,) = made(desk, tid, marks={tid: (first, second)}).exhibits
    (account_,) = exhibit.accounts
    assert account_.original.sentences[1] == (BAR, " الضابط: «عودوا إلى النهر».")
    assert account_.beside[0].sentences == (
        ("Nous sommes sortis.",),
        ("Le garde ", BAR, " l’a dit."),
        (BAR, " était là."),
    )
    assert account_.original.sentences[2] == (BAR,), "its translation has something burnt out"
    assert exhibit.is_redacted


def test_a_part_of_a_word_is_burnt_where_it_was_marked_and_not_out_of_other_words(
    desk: Desk, organisation: Organisation
) -> None:
    (tid,) = brought(desk, organisation, [account(0, "en", "The Italian van. The Italian guard.")])
    (exhibit,) = made(desk, tid, marks={tid: (Mark("said-0", 0, 4, 7),)}).exhibits
    assert exhibit.accounts[0].original.sentences == (("The ", BAR, "lian van."), ("The Italian guard.",))


def test_marks_that_fit_nothing_any_more_stop_the_file(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    for mark in (Mark("said-1", 0, 0, 1), Mark("said-0", 9, 0, 1), Mark("said-0", 0, 0, 900)):
        with pytest.raises(CaseFileRefused) as refused:
            made(desk, tid, marks={tid: (mark,)})
        assert refused.value.reason == "marks"


def test_what_was_marked_in_one_testimony_is_gone_from_all(desk: Desk, organisation: Organisation) -> None:
    first, second = brought(
        desk, organisation, [account(0, "en", "Karim led."), account(1, "en", "We followed Karim.")]
    )
    exhibits = made(desk, first, second, marks={first: (Mark("said-0", 0, 0, 5),)}).exhibits
    assert [one.accounts[0].original.sentences for one in exhibits] == [
        ((BAR, " led."),),
        (("We followed ", BAR, "."),),
    ]


def test_the_data_of_a_file_names_nobody_but_who_may_be_named(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    data = casefile_document.data_of(made(desk, tid))
    assert "not a real number" not in str(data)
    assert "Sam Example" in str(data["exhibits"][0])
    assert "Sam Example" not in str(data["exhibits"][0]["title"]) + str(data["cover"]) + data["title"]
    assert "Robin Example" not in str(data), "the interpreter"
    assert str(TODAY.year) in data["running"][-1]


def incident_words(desk: Desk, tid: str, field: str, lang: str = "en") -> list[str]:
    """What the file says of one question."""
    found = gathered(desk, Order(case=COURT, tids=(tid,), lang=lang))
    assert isinstance(found, CaseFile)
    data = casefile_document.data_of(found)
    sections = {one["title"]: one["blocks"] for one in data["exhibits"][0]["sections"]}
    label = Wording(Form.load(), lang).field_label(field)
    rows = [row for block in sections["What happened, as it was coded"] for row in block.get("rows", ())]
    return ["".join(value["words"]) for row in rows if row["label"]["words"] == [label] for value in row["values"]]


def test_a_code_that_a_lawyer_corrected_says_who_and_why_and_what_was_sealed(
    desk: Desk, organisation: Organisation
) -> None:
    (tid,) = brought(desk, organisation, [account(0, "en", "They sent us back.")])
    sealed = incident_words(desk, tid, "w_nat")
    correct(desk, tid, "w_nat", {"value": "ERI"}, "interpreting")
    assert incident_words(desk, tid, "w_nat") == [
        "Eritrea",
        "Corrected by lawyer no. 1 on 20 January 2026: It was interpreted wrongly.",
        "As the interview sealed it:",
        *sealed,
    ]
    correct(desk, tid, "w_nat", None, "mistaken")
    assert incident_words(desk, tid, "w_nat") == sealed, "the original stands again"


def test_a_code_about_which_lawyers_differ_is_said_to_be_contested(homes: Path, organisation: Organisation) -> None:
    with desks(homes, organisation) as at:
        (tid,) = brought(at["lawyer-1"], organisation, [account(0, "en", "They sent us back.")])
        at["lawyer-2"].exchange()
        correct(at["lawyer-1"], tid, "w_nat", {"value": "ERI"})
        correct(at["lawyer-2"], tid, "w_nat", {"value": "SDN"}, "account")
        for person in ("lawyer-1", "lawyer-2", "lawyer-1"):
            at[person].exchange()
        said = incident_words(at["lawyer-1"], tid, "w_nat")
    assert said[0] == "Lawyers differ about this code. Until they agree it counts as not known."
    assert {"Eritrea", "Sudan", "As the interview sealed it:"} <= set(said)
    assert sum("Corrected by lawyer" in one for one in said) == 2


def test_a_name_that_is_not_shown_is_gone_from_what_others_say_too(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_names(monkeypatch, "full")
    also = ["P08a-un-mandate", "P08d-un-mandate"]
    first = account(0, "en", "I told all.", name="Nour Example", also=also[:1])
    other = account(1, "en", "I was with Nour.", name="Sam Example", also=also)
    hidden, shown = brought(desk, organisation, [first, other])
    exhibits = made(desk, hidden, shown, case=MANDATE).exhibits
    assert exhibits[1].accounts[0].original.sentences == (("I was with ", BAR, "."),)
    assert exhibits[1].name == ("Sam Example",)


def test_what_was_answered_in_words_is_in_the_file_and_can_be_burnt_out(desk: Desk, organisation: Organisation) -> None:
    remarks = {"x_desc": "A grey van. Karim drove it.", "w_ethnic": "never"}
    (tid,) = brought(desk, organisation, [account(0, "en", "They sent us back.", remarks=remarks)])
    (plain,) = made(desk, tid).exhibits
    assert [one.original.id for one in plain.remarks] == ["answer-x_desc"]
    (exhibit,) = made(desk, tid, marks={tid: (Mark("answer-x_desc", 1, 0, 5),)}).exhibits
    assert exhibit.remarks[0].original.sentences == (("A grey van.",), (BAR, " drove it."))
    assert exhibit.is_redacted


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar", "fa"])
def test_custody_says_who_else_saw_the_log_first_with_the_testimony_in_it(
    lang: str, desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tid,) = brought(desk, organisation, [account(0, "en", "We walked.")])
    before = custody_of(desk, tid, lang)
    assert "Invented Time" not in before
    seen = (
        FirstSeen(kind="stamped", by="Invented Time", time="2026-01-20T23:59:07Z", size=7, root="ab" * 32),
        FirstSeen(kind="cosigned", by="partner.example/w1", time="2026-01-22T08:05:00Z", size=9),
    )
    monkeypatch.setattr(evidence.first_seen, "first_sightings", lambda *_, **__: seen)
    said = custody_of(desk, tid, lang)
    for words in ("Invented Time", "23:59 UTC", "ab" * 32, "partner.example/w1", "08:05 UTC"):
        assert words in said
    assert "%(" not in said


def test_the_name_of_an_authority_begins_no_line_of_its_own(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in a certificate; a line below it could pass for the time of the stamp."""
    (tid,) = brought(desk, organisation, [account(0, "en", "We walked.")])
    name = "Time\n1 January 2020, 10:00 UTC\r\u2028entries"
    seen = (FirstSeen(kind="stamped", by=name, time="2026-01-20T23:59:07Z", size=7, root="ab" * 32),)
    monkeypatch.setattr(evidence.first_seen, "first_sightings", lambda *_, **__: seen)
    assert '"Time 1 January 2020, 10:00 UTC entries"' in custody_of(desk, tid, "en")


def custody_of(desk: Desk, tid: str, lang: str) -> str:
    """What the last section of a testimony says."""
    file = made(desk, tid, lang=lang)
    (exhibit,) = casefile_document.data_of(file)["exhibits"]
    return json.dumps(exhibit["sections"][-1], ensure_ascii=False)
