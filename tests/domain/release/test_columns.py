"""From a coded account to its line: at the floors, from codes alone, with marks of which none follows from others."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.domain.release import columns as release_columns
from testimony.domain.release.columns import ATTRIBUTES, MARKS, MISSING, OUTCOMES, STIGMA, VIOLENCE, line
from testimony.questionnaire.codebook import Codebook
from testimony.services.release import candidates

KNOWN = candidates.vocabulary()
BOOK = Codebook.load()
FIELDS = {field.id: field for field in BOOK.fields} if isinstance(BOOK.fields, (list, tuple)) else BOOK.fields


def coded(**values: Any) -> dict[str, dict[str, Any]]:
    return {name: {"value": value} for name, value in values.items()}


def dated(written: str, precision: str | None) -> str:
    said = coded(i_date=written) | (coded(i_date_prec=precision) if precision else {})
    return line(said, KNOWN).value("date")


def codes_of(field: str) -> list[str]:
    if field == "v_acts":
        return list(BOOK.codes("vio_family"))
    if field == "i_chain":
        return list(BOOK.codes("chain"))
    return list(BOOK.codes(FIELDS[field].band or FIELDS[field].list or ""))


def test_the_values_are_those_of_the_schema_in_its_order() -> None:
    assert tuple(ATTRIBUTES) == tuple(one.name for one in candidates.schema().attributes)
    assert candidates.schema().marks == release_columns.MARK_IDS
    assert candidates.schema().stigma == ("sexual", "undress")


def test_every_code_of_the_questionnaire_is_a_value_of_its_hierarchy() -> None:
    for attribute in candidates.schema().attributes:
        field = FIELDS[ATTRIBUTES[attribute.name]]
        assert field.hierarchy == attribute.name
        said = [] if attribute.name == "date" else BOOK.codes(field.band or field.list or "")
        lost = [code for code in said if attribute.ladder(code)[0] != code]
        assert set(lost) <= {"unk", "ref", "nask", "XXX"} | ({*lost} if attribute.name == "nat" else set())


def test_a_date_is_no_finer_than_its_precision() -> None:
    assert dated("2025-07", "month") == "2025-07"
    assert dated("2025-07", "quarter") == "2025-07..2025-09"
    assert dated("2025-07..2025-09", "quarter") == "2025-07..2025-09"
    assert dated("2025-07", "year") == dated("2025-07", None) == dated("2025-07", "nobody") == "2025"
    assert dated("2025-07-10", "day") == MISSING


def test_a_place_is_a_segment_of_the_gazetteer_or_else_the_border_of_two_states() -> None:
    def place(**said: Any) -> str:
        return line(coded(**said), KNOWN).value("place")

    assert place(i_segment="HRV-BIH:north", i_from="GRC", i_to="TUR") == "HRV-BIH:north"
    assert place(i_segment="HRV-BIH:somewhere", i_from="GRC", i_to="TUR") == "GRC-TUR:all"
    assert place(i_from="GRC") == place(i_from="GRC", i_to="GRC") == place(i_from="GRC", i_to="XXX") == MISSING
    assert place(i_segment="HRV-BIH:a name") == MISSING


def test_a_part_of_ones_own_is_counted_at_its_border_and_no_word_of_it_leaves() -> None:
    told = line(coded(i_segment="HRV-SVN:drava", i_date="2025-07", i_date_prec="month"), KNOWN)
    assert told.value("place") == "HRV-SVN:all"
    assert told.told_incident is not None
    assert told.told_incident.border == "HRV-SVN"
    for code in ("HRV-HRV:drava", "HRV-QQQ:drava", "HRV-SVN:Drava", "HRV-SVN"):
        assert line(coded(i_segment=code), KNOWN).value("place") == MISSING


def test_unknown_refused_not_asked_and_nothing_are_one_value() -> None:
    lines = [line({"w_age": {"missing": why}}, KNOWN) for why in ("unk", "ref", "nask")]
    assert {*lines, line({}, KNOWN)} == {line({}, KNOWN)}
    assert set(line({}, KNOWN).values) == {MISSING}


WORDS = ("=cmd()", "Ahmad", "HRV-BIH:A name", "2022; a word", "٢٠٢٢", "*")


@pytest.mark.parametrize("value", [*WORDS, 5, True, [], [[]], {"a": 1}, None])
def test_what_is_no_code_is_missing_and_leaves_with_no_word(value: Any) -> None:
    said = {name: {"value": value} for name in (*ATTRIBUTES.values(), "i_from", "i_to", *(one.field for one in MARKS))}
    for answers in (said, dict.fromkeys(said, value)):
        found = line(answers, KNOWN)
        assert (set(found.values), found.marks, found.stigma) == ({MISSING}, set(), set())


@pytest.mark.parametrize("size", [399, "399", "s399", "51-399"])
def test_a_number_of_people_is_no_band_and_never_leaves(size: Any) -> None:
    """The largest group of all would be known by its number; the last band is open."""
    assert line(coded(g_size=size), KNOWN).value("size") == MISSING
    assert line(coded(g_size="sgt100"), KNOWN).value("size") == "sgt100"


def test_ten_of_the_twelve_families_are_marks() -> None:
    """ "none" follows from the others, and what "other" means never leaves."""
    families = [code for code in codes_of("v_acts") if code not in ("none", "other")]
    assert [one.id for one in VIOLENCE] == families
    assert len(codes_of("v_acts")) == 12
    assert line(coded(v_acts=["none", "other"]), KNOWN).marks == set()
    assert line(coded(v_acts=["beat"]), KNOWN).marks == set(), "an act finer than its family is no code here"


def test_marks_are_of_exportable_fields_and_of_codes_that_there_are() -> None:
    for one in (*MARKS, *STIGMA):
        assert FIELDS[one.field].coded
        assert set(one.codes) < set(codes_of(one.field)), "and not of all of them: that would be everybody"
        assert set(one.themes) <= set(FIELDS[one.field].themes) | {"T01", "T07", "T08", "T20"}


def test_no_mark_follows_from_others() -> None:
    """Each outcome has a question of its own, so no sum or difference of marks is another one."""
    assert len({one.field for one in OUTCOMES}) == len(OUTCOMES)
    assert "v_acts" not in {one.field for one in OUTCOMES}
    assert len(set(release_columns.MARK_IDS)) == len(MARKS)
    several = {one.field for one in VIOLENCE if FIELDS[one.field].type not in ("multi", "multi_code")}
    assert not several, "a question with one answer is not a set of marks"


@pytest.mark.parametrize("mark", MARKS, ids=lambda one: one.id)
def test_each_mark_is_yes_for_its_codes_and_no_for_all_others(mark: release_columns.Mark) -> None:
    for code in codes_of(mark.field):
        value = [code] if FIELDS[mark.field].type in ("multi", "multi_code") else code
        assert (mark.id in line(coded(**{mark.field: value}), KNOWN).marks) is (code in mark.codes)


@pytest.mark.parametrize(("field", "code"), [("v_acts", "sexual"), ("v_injury", "sexual"), ("a_harm_after", "sexual")])
def test_sexual_violence_is_a_stigma_wherever_it_was_coded(field: str, code: str) -> None:
    assert line(coded(**{field: [code, "other"]}), KNOWN).stigma == {"sexual"}


def test_almost_every_theme_that_a_coded_question_answers_has_a_mark() -> None:
    asked = {theme for field in FIELDS.values() if field.coded for theme in field.themes}
    counted = {theme for one in MARKS for theme in one.themes}
    assert asked - counted == {"T15", "T19", "T21"} - counted | {"T19", "T21"}


def test_no_not_known_and_not_asked_are_three_things() -> None:
    said = {**coded(v_acts=["dogs"], x_army="no"), "i_chain": {"missing": "ref"}, "d_dead": {"missing": "nask"}}
    made = line(said, KNOWN)
    assert made.marks == {"dogs"}
    assert made.unknown == {"chain"}
    assert {"deaths", "people_missing"} <= made.unasked  # nothing at all was written about the missing
    assert not {"dogs", "electric", "military", "chain"} & made.unasked
    assert line(coded(v_acts=["unk"]), KNOWN).unknown == {mark.id for mark in VIOLENCE}
