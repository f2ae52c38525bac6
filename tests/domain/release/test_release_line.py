"""From a coded account to the line that is counted."""

import pytest

from testimony.domain.release.release_line import FAMILIES, ReleaseLine, release_line
from testimony.questionnaire.codebook import Codebook


def coded(**values: object) -> dict[str, dict[str, object]]:
    return {name: {"value": value} for name, value in values.items()}


def test_year_border_age_and_families_are_read_from_the_coded_account() -> None:
    account = coded(i_date="2018-10", i_segment="HRV-BIH:north", w_age="a25to34", v_acts=["force_body", "firearm"])
    assert release_line(account) == ReleaseLine(
        year="2018", border="HRV-BIH", age="adult", families=frozenset({"force_body", "firearm"})
    )


@pytest.mark.parametrize("date", ["2018", "2018-10", "2018-10..2018-12"])
def test_every_written_date_has_its_year(date: str) -> None:
    assert release_line(coded(i_date=date)).year == "2018"


def test_what_is_missing_is_a_label_of_its_own() -> None:
    nothing = ReleaseLine(year="missing", border="missing", age="missing", families=frozenset())
    assert release_line({}) == nothing
    assert (
        release_line({"w_age": {"missing": "unk"}, "i_date": {"missing": "ref"}, "v_acts": {"missing": "nask"}})
        == nothing
    )


def test_every_age_band_is_a_child_or_an_adult_cut_at_18() -> None:
    bands = [code for code in Codebook.load().codes("age") if code not in ("unk", "ref")]
    assert [release_line(coded(w_age=band)).age for band in bands] == ["child"] * 3 + ["adult"] * 5


def test_the_two_states_stand_in_for_a_missing_segment() -> None:
    assert release_line(coded(i_from="GRC", i_to="TUR")).border == "GRC-TUR"
    assert release_line(coded(i_from="GRC")).border == "missing"


def test_other_and_none_are_no_families_of_violence() -> None:
    assert release_line(coded(v_acts=["none"])).families == frozenset()
    assert release_line(coded(v_acts=["dogs", "other"])).families == {"dogs"}
    assert set(FAMILIES) == set(Codebook.load().lists["vio_family"].codes) - {"none", "other"}


WORDS = ("=cmd()", "Ahmad", "HRV-BIH:A name", "2022; a word", "٢٠٢٢")


@pytest.mark.parametrize("value", [*WORDS, 5, True, [], [[]], {"a": 1}])
def test_what_is_no_code_says_nothing_and_leaves_with_no_word(value: object) -> None:
    nothing = ReleaseLine(year="missing", border="missing", age="missing", families=frozenset())
    assert release_line(coded(i_date=value, i_segment=value, w_age=value, v_acts=value)) == nothing
    assert release_line(coded(i_from=value, i_to=value, v_acts=[value])) == nothing
    assert release_line({"w_age": value, "i_segment": value}) == nothing  # type: ignore[dict-item]
