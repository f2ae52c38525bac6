"""The codebook's rules: what may never leave, what must, and that columns can be told apart."""

import itertools
import re

import pytest

from testimony.answer import MISSING
from testimony.domain.release.columns import ATTRIBUTES, MARKS, STIGMA
from testimony.domain.tables.questions import QUESTIONS
from testimony.questionnaire.codebook import Codebook, CodebookField
from testimony.services.inbox.summaries import WITNESS

CODEBOOK = Codebook.load()
EXPORTABLE = [field for field in CODEBOOK.fields.values() if field.exportable]
HXL_TAG = re.compile(r"#([a-z][a-z0-9_]*)((?:\+[a-z][a-z0-9_]*)*)")
# The hashtags of the HXL core schema that a codebook of incidents can use; others must begin with #x_.
HXL_CORE = re.compile(
    r"access|activity|adm1|adm2|affected|beneficiary|capacity|cause|contact|country|crisis|currency|date|"
    r"delivery|description|event|frequency|geo|group|impact|indicator|inneed|item|loc|meta|modality|need|"
    r"operations|org|output|population|reached|region|respondee|sector|service|severity|status|subsector|"
    r"targeted|value"
)


def test_what_identity_narrative_media_and_consent_hold_is_never_exported() -> None:
    closed = {"identity", "narrative", "media", "consent", "provenance"}
    assert [field.id for field in EXPORTABLE if field.compartment in closed] == []


def test_no_direct_identifier_third_party_or_worker_is_exported() -> None:
    assert [field.id for field in EXPORTABLE if field.cls in {"D", "P", "W"}] == []


def test_the_incident_holds_no_free_text() -> None:
    coded = {"select", "multi", "code", "multi_code", "date", "int", "repeat"}
    incident = [field for field in CODEBOOK.fields.values() if field.compartment == "incident"]
    assert len(incident) > 80
    assert [field.id for field in incident if field.type not in coded] == []


def test_every_theme_keeps_a_field_that_may_leave() -> None:
    kept = {theme for field in EXPORTABLE for theme in field.themes}
    assert set(CODEBOOK.themes) - kept == set()


TO_BE_COUNTED = {"x_state", "i_place_found", "i_place_ret", "i_held"}
"""Subjects of the published tables that no plan asks yet: the State of officers, the kind of place, how long held."""
PAGES = {field for field, _ in WITNESS.values()} | {"i_segment", "i_type", "i_date"}
"""What a coordinator's list and own tables say of a testimony."""


def test_coordinators_get_what_a_release_or_a_page_of_theirs_uses_and_no_other_field() -> None:
    lines = {mark.field for mark in (*MARKS, *STIGMA)} | {*ATTRIBUTES.values(), "i_date_prec", "i_from", "i_to"}
    tables = {question.field for question in QUESTIONS.values()}
    assert not TO_BE_COUNTED & (lines | tables | PAGES)
    used = lines | tables | PAGES | TO_BE_COUNTED
    assert {field.id for field in CODEBOOK.fields.values() if field.coded} == used
    kept = [field.id for field in CODEBOOK.fields.values() if field.lawyers_only]
    assert len(kept) == 48
    assert {"w_vuln", "a_fear", "a_status", "k_result", "p_search_gender"} <= {*kept}


def test_every_column_that_leaves_has_a_valid_hxl_tag_of_its_own() -> None:
    seen: dict[tuple[str, frozenset[str]], str] = {}
    for field in EXPORTABLE:
        match = HXL_TAG.fullmatch(field.hxl or "")
        assert match is not None, field.id
        assert HXL_CORE.fullmatch(match[1]) or match[1].startswith("x_"), field.id
        attributes = match[2].split("+")[1:]
        assert len(attributes) == len(set(attributes)), field.id
        column = (match[1], frozenset(attributes))  # the order of attributes means nothing in HXL
        assert column not in seen, (field.id, seen.get(column))
        seen[column] = field.id


def test_every_list_and_hierarchy_that_a_field_names_exists() -> None:
    elsewhere = {"iso3", "bcp47", "gaz_segment"}
    for field in CODEBOOK.fields.values():
        assert field.list is None or field.list in CODEBOOK.lists or field.list in elsewhere, field.id
        assert field.hierarchy is None or field.hierarchy in CODEBOOK.hierarchies, field.id
        assert set(field.themes) <= set(CODEBOOK.themes), field.id
        assert (field.type in {"select", "multi", "code", "multi_code", "repeat"}) == (field.list is not None), field.id


def test_codes_are_unique_and_safe_in_a_spreadsheet() -> None:
    for name, entry in CODEBOOK.lists.items():
        assert len(set(entry.codes)) == len(entry.codes), name
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in entry.codes), name
        assert {"na", "null"}.isdisjoint(entry.codes), name


@pytest.mark.parametrize("field", [field for field in CODEBOOK.fields.values() if field.type == "multi"], ids=str)
def test_nothing_and_no_answer_stand_alone_in_a_multiple_choice(field: CodebookField) -> None:
    options = CODEBOOK.lists[field.list or ""].options
    assert all(option.exclusive for option in options if option.code in (*MISSING, "none"))
    assert not all(option.exclusive for option in options)


@pytest.mark.parametrize("name", ["size_band", "count_band", "days_band"])
def test_bands_cover_every_number_once(name: str) -> None:
    bands = [one for one in CODEBOOK.lists[name].options if one.at_least is not None]
    for lower, upper in itertools.pairwise(bands):
        assert lower.at_most is not None
        assert upper.at_least == lower.at_most + 1
    assert bands[-1].at_most is None


def test_counts_of_parts_have_no_cut_that_the_group_size_lacks() -> None:
    sizes = {one.at_most for one in CODEBOOK.lists["size_band"].options} | {0}
    assert {one.at_most for one in CODEBOOK.lists["count_band"].options} <= sizes


def test_every_number_that_leaves_has_a_band() -> None:
    numbers = [field for field in EXPORTABLE if field.type == "int"]
    assert numbers
    assert all(field.band in CODEBOOK.lists for field in numbers)


def test_violence_falls_into_twelve_families() -> None:
    families = {option.family for option in CODEBOOK.lists["vio"].options}
    assert families == set(CODEBOOK.lists["vio_family"].codes)
    assert len(families) == 12


def test_segments_name_known_countries_and_every_border_can_be_said_whole() -> None:
    for segment in CODEBOOK.segments.values():
        assert {segment.origin, segment.destination} <= set(CODEBOOK.countries), segment.code
        assert segment.border == f"{segment.origin}-{segment.destination}"
        assert segment.code == f"{segment.border}:{segment.part}"
        parts = {one.part for one in CODEBOOK.segments.values() if one.border == segment.border}
        assert "all" in parts, segment.border


def test_countries_are_those_of_iso_3166_and_kosovo() -> None:
    assert len(CODEBOOK.countries) == 250
    assert CODEBOOK.codes("iso3")[-2:] == ("XXA", "XXX")
    assert len(set(CODEBOOK.countries.values())) == 250
