"""What may be in a sheet, in annexes and in a covering note: what each consent covers, and no name beyond it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.testimony.redaction import Mark
from testimony.questionnaire.codebook import Codebook
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.casefile.language import Speech
from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.submissions import submission_document
from testimony.services.submissions.errors import SubmissionRefused
from testimony.services.submissions.submissions import Gathered
from tests.support.each_time import each_time
from tests.support.services.casefiles import (
    COURT,
    SAID,
    answer_names,
    brought,
    found_in,
    letters,
    require_pdf_a,
    text_of,
    translate,
)
from tests.support.services.coding import correct
from tests.support.services.desks import Desk, desks
from tests.support.services.submissions import asked, fields, gathered, made, pdf_of, told

PURPOSES = {
    "P08a": "Take it to the United Nations by name (P08a)",
    "P08b": "The United Nations may write to the State (P08b)",
    "P08c": "A summary in a public United Nations report (P08c)",
    "P08d": "How the name is shown there (P08d)",
}
PARTS = {"state": "P08b", "report": "P08c"}
FOUR = [given for size in range(5) for given in itertools.combinations(PURPOSES, size)]
NO_LETTER = "The person has not agreed to a letter to the State. Nothing of this sheet may go to a State."
NO_REPORT = "The person has not agreed to a public report. Nothing of this sheet may be published."


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def test_each_of_the_four_consents_decides_about_its_own_part(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_names(monkeypatch, "full")
    tids = brought(desk, organisation, [told(0, "en", "I am Sam Example.", given) for given in FOUR])
    for tid, given in zip(tids, FOUR, strict=True):
        require_parts(desk, tid, given)
        if "P08a" in given:
            require_sheet(desk, tid, given)


def require_parts(desk: Desk, tid: str, given: tuple[str, ...]) -> None:
    """What is made of a testimony with these consents, and which are named where one lacks."""
    for parts in ((), ("state",), ("report",), ("state", "report")):
        needed = {"P08a", *(PARTS[one] for one in parts)}
        found = gathered(desk, asked("sheet", tid, parts=parts))
        if "P08a" in given and needed <= set(given):
            assert isinstance(found, Gathered), (given, parts)
            continue
        assert isinstance(found, list), (given, parts)
        ((number, why),) = casefile_document.refusals(found, Speech("en", []))
        assert number == tid
        missing = {code for code, name in PURPOSES.items() if name in why}
        assert missing == needed - set(given), (given, parts, why)


def require_sheet(desk: Desk, tid: str, given: tuple[str, ...]) -> None:
    """A sheet without parts says how each consent stands, what must not be done, and the name as P08d says."""
    sheet = fields(desk, tid)
    consents = sheet["6. What the person agreed to"]
    for code, name in PURPOSES.items():
        assert ("agreed, 20 January 2026" in consents[name]) == (code in given), given
        assert ("not asked" in consents[name]) == (code not in given), given
    assert (NO_LETTER in consents[""]) == ("P08b" not in given)
    assert (NO_REPORT in consents[""]) == ("P08c" not in given)
    named = sheet["2. The alleged victim"]["Name"]
    assert named == ("Sam Example" if "P08d" in given else "The name is not shown.")
    assert ("Sam Example" in str(sheet)) == ("P08d" in given)
    assert "For the letter to the State" not in sheet
    assert "For a public report" not in sheet


@pytest.mark.parametrize("shown", ["initials", "none", None])
def test_a_name_that_is_not_to_be_shown_is_nowhere_in_the_bytes(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch, shown: str | None
) -> None:
    agreed = ("P08a", "P08b", "P08c", *(["P08d"] if shown else []))
    answer_names(monkeypatch, shown)
    secret = "Grégoire Montfleury"
    remarks = {"x_desc": f"Un homme qui connaissait {secret}."}
    first = told(0, "fr", f"Je suis {secret}. {SAID['fr']}", agreed, name=secret, remarks=remarks)
    first["identity"] |= {"w_dob": "1991-02-03", "w_alias": "Momo"}
    other = told(1, "fr", f"J’étais avec {secret}, dit Momo.", (*agreed, "P08d"), name="Sam Example", name_shown="full")
    tids = brought(desk, organisation, [first, other])
    translate(desk, tids[0], "en", [f"I am {secret}."])
    pdf = pdf_of(desk, "sheet", *tids, parts=("state", "report"), lang="fr")
    for word in (secret, "Momo", "1991-02-03"):
        assert not found_in(pdf, word), word
    assert "février 1991" not in text_of(pdf)
    assert found_in(pdf, "Sam Example"), "the search finds what is there"
    assert ("G. M." in text_of(pdf)) == (shown == "initials")
    copied = str(submission_document.fields_of(made(desk, "sheet", *tids, parts=("state", "report"), lang="fr")))
    assert not [word for word in (secret, "Grégoire", "Montfleury", "Momo", "1991") if word in copied]


def test_with_the_name_in_full_the_date_of_birth_is_there_and_with_less_it_is_an_empty_line(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_names(monkeypatch, "full")
    one = told(0, "en", "They sent us back.")
    one["identity"] |= {"w_dob": "1991-02-03"}
    (tid,) = brought(desk, organisation, [one])
    victim = fields(desk, tid)["2. The alleged victim"]
    assert victim["Date of birth"] == "3 February 1991"
    assert victim["Occupation"] == victim["Where the person is now"] == "", "nobody said it, and nothing is invented"
    assert "not a real number" not in str(fields(desk, tid)), "the contact"
    assert fields(desk, tid, name="initials")["2. The alleged victim"]["Date of birth"] == ""


def test_the_part_for_the_state_has_no_account_and_the_one_for_a_report_nothing_about_the_person(
    desk: Desk, organisation: Organisation
) -> None:
    incident = {"i_date": "2025-07-10", "w_nat": "SYR"}
    one = told(0, "en", "They took my shoes.", ("P08a", "P08b", "P08c"))
    (tid,) = brought(desk, organisation, [one | {"incident": one["incident"] | incident}])
    sheet = fields(desk, tid, parts=("state", "report"))
    letter, report = sheet["For the letter to the State"], sheet["For a public report"]
    assert letter["Date of the event"] == "10 July 2025"
    assert "shoes" not in str(letter) + str(report)
    assert "Syria" in str(letter)
    assert "Syria" not in str(report)
    assert "10 July" not in str(report)
    assert report["Name"] == letter["Name"] == "The name is not shown."


def test_a_lawyers_correction_is_in_the_sheet_with_the_original_and_counts_in_its_parts(
    desk: Desk, organisation: Organisation
) -> None:
    (tid,) = brought(desk, organisation, [told(0, "en", "They sent us back.", ("P08a", "P08b", "P08c"))])
    before = fields(desk, tid)["2. The alleged victim"]["Nationality"]
    correct(desk, tid, "w_nat", {"value": "ERI"}, "interpreting")
    sheet = fields(desk, tid, parts=("state",))
    assert sheet["2. The alleged victim"]["Nationality"].splitlines() == [
        "Eritrea",
        "Corrected by lawyer no. 1 on 20 January 2026: It was interpreted wrongly.",
        "As the interview sealed it:",
        before,
    ]
    assert sheet["For the letter to the State"]["Nationality"] == "Eritrea"
    correct(desk, tid, "i_date", {"value": "2024-03-17"})
    report = fields(desk, tid, parts=("report",))["For a public report"]
    assert report["Date of the event"] == "March 2024", "at its floor, though no coordinator may be told"


def test_marked_words_are_burnt_out_of_the_fields_and_of_the_pdf(desk: Desk, organisation: Organisation) -> None:
    remarks = {"x_desc": "Karim drove a grey van."}
    (tid,) = brought(desk, organisation, [told(0, "en", "The guard was Karim.", remarks=remarks)])
    marks = {tid: (Mark("answer-x_desc", 0, 0, 5),)}
    sheet = fields(desk, tid, marks=marks)
    assert "[redacted] drove a grey van." in sheet["4. The alleged perpetrators"].values()
    assert sheet["3. What happened"]["As it was said, in English"] == "The guard was [redacted]."
    assert not found_in(pdf_of(desk, "sheet", tid, marks=marks), "Karim")


@pytest.mark.parametrize("lang", each_time(["en", "fr", "es"], "fr"))
def test_every_kind_is_pdf_a_in_each_language_and_says_every_script_whole(
    desk: Desk, organisation: Organisation, lang: str
) -> None:
    tids = brought(desk, organisation, [told(number, tag, text) for number, (tag, text) in enumerate(SAID.items())])
    translate(desk, tids[0], "fr", ["Nous sommes sortis du camp."])
    for kind in ("sheet", "annexes", "note"):
        pdf = pdf_of(desk, kind, *tids, lang=lang)
        packet = require_pdf_a(pdf, lang)
        assert "Sam Example" not in packet
        if kind != "note":
            lost = Counter(letters("".join(SAID.values()))) - Counter(letters(text_of(pdf)))
            assert not lost, "every letter is in the text layer, as often as it was said"
        assert "[U+" not in text_of(pdf)
        assert letters(SAID["am"]) in letters(text_of(pdf)) or kind == "note"


def test_annexes_are_numbered_through_and_carry_the_hashes_of_the_signed_originals(
    desk: Desk, organisation: Organisation
) -> None:
    tids = brought(desk, organisation, [told(0, "ar", SAID["ar"]), told(1, "fr", SAID["fr"])])
    translate(desk, tids[0], "fr", ["Nous sommes sortis."])
    found = made(desk, "annexes", *tids)
    data = submission_document.data_of(found)
    (index,) = data["index"]["after"]
    narratives = [one.manifest.part("narrative") for one in found.file.exhibits]
    ((translation,),) = [one.beside for one in found.file.exhibits[0].accounts]
    assert [row[0] for row in index["rows"]] == ["1", "2", "3"]
    assert [row[2] for row in index["rows"]] == ["1", "1", "2"], "the number in the index of the case file"
    assert [row[3] for row in index["rows"]] == [tids[0][:8], tids[0][:8], tids[1][:8]]
    assert narratives[0]
    assert narratives[1]
    assert [row[4] for row in index["rows"]] == [narratives[0].commit, translation.record, narratives[1].commit]
    case = casefile_document.data_of(found.file)
    for place, one in enumerate(case["exhibits"], 1):
        assert f"Testimony {place}: {tids[place - 1][:8]}" in one["title"]
    text = re.sub(r"\s", "", text_of(pdf_of(desk, "annexes", *tids)))
    for row in index["rows"]:
        assert row[4] in text


def test_a_covering_note_counts_by_theme_and_leaves_small_numbers_blank(desk: Desk, organisation: Organisation) -> None:
    several = [told(number, "en", "They sent us back.") for number in range(7)]
    for number, one in enumerate(several):
        one["incident"] |= {"a_expr": "yes" if number < 4 else "no", "v_acts": ["beat", *(["dog"] * (number == 0))]}
    tids = brought(desk, organisation, several)
    correct(desk, tids[6], "a_expr", {"value": "yes"})
    found = made(desk, "note", *tids, name="none")
    sections = submission_document.data_of(found)["exhibits"][0]["sections"]
    themes = {one["title"]: rows_of(one) for one in sections}
    asylum = themes["T03 · Denial of the right to seek asylum"]
    assert asylum["Testimonies that answer a question on it"] == ["7"]
    assert asylum["Asked for protection"] == ["Yes: –", "No: –"], "two would tell of the two others"
    force = next(rows for title, rows in themes.items() if title.startswith("T07"))
    assert any(one.endswith(": 7") for one in force["Violence and ill-treatment"])
    assert any(one.endswith(": –") for one in force["Violence and ill-treatment"])
    text = text_of(pdf_of(desk, "note", *tids, name="none"))
    for secret in ("Sam Example", "They sent us back", tids[0][:8]):
        assert secret not in text


def rows_of(section: dict[str, object]) -> dict[str, list[str]]:
    (block,) = section["blocks"]  # type: ignore[misc]
    return {
        row["label"]["words"][0]: ["".join(value["words"]) for value in row["values"]]  # type: ignore[index]
        for row in block["rows"]  # type: ignore[index]
    }


def test_every_theme_of_the_codebook_has_its_words() -> None:
    assert list(submission_document.THEMES) == list(Codebook.load().themes)


def test_what_cannot_be_made_is_refused_before_anything_is_opened(desk: Desk) -> None:
    tids = tuple(f"{one:032x}" for one in range(4))
    for submission, reason in (
        (asked("sheet", *tids, lang="ar"), "language"),
        (asked("sheet", *tids, case=COURT), "mandate"),
        (asked("annexes", *tids, parts=("state",)), "part"),
        (asked("note", *tids[:2]), "few"),
    ):
        with pytest.raises(SubmissionRefused) as refused:
            gathered(desk, submission)
        assert refused.value.reason == reason
    with pytest.raises(CaseFileRefused):
        gathered(desk, asked("sheet"))


def test_nobody_but_a_lawyer_makes_one_and_what_was_taken_out_stands_in_the_desks_own_log(
    homes: Path, organisation: Organisation
) -> None:
    with desks(homes, organisation) as at:
        (tid,) = brought(at["lawyer-1"], organisation, [told(0, "fr", SAID["fr"])])
        with pytest.raises(CaseFileRefused) as refused:
            gathered(at["coordinator-1"], asked("sheet", tid))
        assert refused.value.reason == "role"
        record = made(at["lawyer-1"], "sheet", tid).file.exhibits[0].opened.manifest
        with at["lawyer-1"].station.database.reading() as session:
            assert custody_log.position_of(session, record, "exported") is not None
