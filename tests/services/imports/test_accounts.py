"""Columns become answers as a person chose, nothing is guessed of a date, and what no answer says is kept."""

from __future__ import annotations

import pytest

from testimony.services.imports import column_choices, dates, proposals
from testimony.services.imports.accounts import Account, accounts
from testimony.services.imports.column_choices import ACCOUNT, CONSENT, KEEP, LEAVE_OUT, Choices, Column
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import formats
from testimony.services.imports.preview import preview

NETWORK = (
    "source_url,field_date,pushback_from,pushback_to,group_size,violence_used,countries_of_origin,consent,report\n"
    "x,2022-05-10,Croatia,Bosnia,7,beating | kicking | theft of documents,Syria | Iran,yes,"
    + "They beat us. " * 20
    + "\n"
)


def made(data: str, *columns: Column, lang: str = "en") -> list[Account]:
    table = formats.read(data.encode())
    choices = Choices(columns=columns, lang=lang)
    column_choices.require_fitting(choices, len(table.columns))
    return list(accounts(table, choices))


def refusal(columns: int, *chosen: Column) -> str:
    with pytest.raises(ImportRefused) as refused:
        column_choices.require_fitting(Choices(columns=chosen), columns)
    return refused.value.reason


@pytest.mark.parametrize(
    ("text", "order", "said"),
    [
        ("2024-05-01", "ymd", "2024-05-01"), ("2024-05-01T10:00:00Z", "ymd", "2024-05-01"),
        ("2024-5", "ymd", "2024-05"),
        ("2024", "ymd", "2024"), ("31/12/2024", "dmy", "2024-12-31"), ("12/31/2024", "mdy", "2024-12-31"),
        ("1.2.2024", "dmy", "2024-02-01"), ("2/2024", "dmy", "2024-02"), ("45413", "number", "2024-05-01"),
        ("31/12/2024", "mdy", None), ("30/02/2024", "dmy", None), ("spring 2024", "dmy", None), ("1.2.24", "dmy", None),
    ],
)  # fmt: skip
def test_a_date_is_read_in_the_order_that_was_said_and_in_no_other(text: str, order: str, said: str | None) -> None:
    read = dates.read(text, order)
    assert (read.text if read else None) == said


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["01/02/2024", "03/04/2024"], ""),
        (["01/02/2024", "31/04/2023"], ""),
        (["01/02/2024", "31/03/2023"], "dmy"),
        (["01/02/2024", "03/31/2023"], "mdy"),
        (["31/03/2023", "03/31/2023"], ""),
        (["05/05/2024"], "dmy"),
        (["45413", "45414"], "number"),
        (["2024-05-01", "2024"], "ymd"),
    ],
)
def test_the_order_of_dates_is_proposed_only_where_no_other_fits(values: list[str], order: str) -> None:
    assert dates.order_of(values) == order


def test_a_column_of_swappable_dates_is_not_brought_in_before_somebody_says_how_they_are_written() -> None:
    table = formats.read(b"date of incident,group size\n01/02/2024,3\n")
    choices = proposals.proposed(table)
    assert choices.columns[0] == Column(to="i_date", order="")
    with pytest.raises(ImportRefused) as refused:
        column_choices.require_fitting(choices, 2)
    assert refused.value.reason == "date"


def test_of_a_date_that_another_column_has_the_other_way_round_the_year_alone_is_sure() -> None:
    data = "field_date,slug_date\n2022-05-10,2022-10-05\n2022-05-10,2022-05-10\n2022-05-10,2020-01-02\n"
    found = made(data, Column(to="i_date", order="ymd"), Column())
    assert [one.answers["incident"]["i_date"] for one in found] == ["2022", "2022-05-10", "2022-05-10"]
    assert [one.answers["incident"]["i_date_prec"] for one in found] == ["year", "day", "day"]
    assert found[0].unread == ("i_date",)
    assert ("i_date", "2022-05-10") in found[0].kept


def test_a_sheet_of_a_border_network_is_proposed_without_consent_and_names() -> None:
    table = formats.read(NETWORK.encode())
    choices = proposals.proposed(table)
    assert [column.to for column in choices.columns] == [
        KEEP, "i_date", "i_from", "i_to", "g_size", "v_acts", "g_nats", KEEP, ACCOUNT,
    ]  # fmt: skip
    (account,) = accounts(table, choices)
    assert account.answers["incident"] == {
        "i_date": "2022-05-10", "i_date_prec": "day", "i_from": "HRV", "i_to": "BIH", "g_size": 7,
        "v_acts": ["beat", "kick"], "g_nats": ["SYR", "IRN"],
    }  # fmt: skip
    assert account.unread == ("violence_used",)
    assert ("violence_used", "beating | kicking | theft of documents") in account.kept
    assert account.text.startswith("They beat us.")


def test_an_unknown_choice_is_kept_as_it_is_written_until_somebody_says_its_code() -> None:
    data = "what\nbeating | shouting\n"
    (unknown,) = made(data, Column(to="v_acts", values={"beating": "beat"}))
    assert unknown.answers["incident"]["v_acts"] == ["beat"]
    assert unknown.kept == (("what", "beating | shouting"),)
    (known,) = made(data, Column(to="v_acts", values={"beating": "beat", "shouting": "threat"}))
    assert (known.answers["incident"]["v_acts"], known.kept) == (["beat", "threat"], ())


def test_a_number_that_is_none_is_kept_as_it_is_written() -> None:
    found = made("n\n6 or 7\n6\n-1\n", Column(to="g_size"))
    assert [one.answers.get("incident", {}).get("g_size") for one in found] == [None, 6, None]
    assert found[0].kept == (("n", "6 or 7"),)


def test_a_column_that_is_left_out_is_nowhere() -> None:
    (found,) = made("reporter,report\nA Name,We walked.\n", Column(to=LEAVE_OUT), Column(to=ACCOUNT))
    assert "A Name" not in repr(found)


def test_rows_whose_consent_is_no_or_empty_are_not_brought_in() -> None:
    found = made("agreed,report\nyes,a\nno,b\n,c\nmaybe,d\n", Column(to=CONSENT), Column(to=ACCOUNT))
    assert [one.agreed for one in found] == [True, False, False, False]
    seen = preview(found, frozenset())
    assert (seen.total, seen.new, seen.refused) == (4, 1, 3)


def test_a_row_that_stands_twice_or_is_here_already_is_said_and_brought_in_once() -> None:
    one, two = "uuid:" + "1" * 32, "uuid:" + "2" * 32
    table = formats.read(f"_uuid,report\n{one},a\n{two},b\n{one},a again\n".encode())
    found = list(accounts(table, Choices(columns=(Column(), Column(to=ACCOUNT)))))
    seen = preview(found, {two})
    assert (seen.new, seen.here, seen.twice) == (1, 1, [(4, 2)])
    bare = made("report\na\na\n", Column(to=ACCOUNT))
    assert preview(bare, frozenset()).twice == [(3, 2)]
    assert preview(bare, {bare[0].sha256}).here == 1


def test_a_short_number_may_stand_in_another_file_and_is_no_reason_to_pass_a_row_over() -> None:
    (found,) = made("_uuid,report\n7,a\n", Column(), Column(to=ACCOUNT))
    assert (found.number, found.key) == ("", found.sha256)


def test_choices_that_do_not_fit_the_file_are_refused() -> None:
    assert refusal(2, Column(to=ACCOUNT)) == "mapping"
    assert refusal(1, Column(to="cs_mode")) == "mapping"
    assert refusal(1, Column(to="v_acts", values={"x": "no code"})) == "mapping"
    assert refusal(2, Column(to="g_size"), Column(to="g_size")) == "twice"
    assert refusal(2, Column(), Column(to=LEAVE_OUT)) == "nothing"


def test_words_that_a_person_would_not_be_asked_for_are_never_proposed() -> None:
    table = formats.read(b"name or chosen name,why not,what the person wants,complaint made\na,b,c,d\n")
    assert {column.to for column in proposals.proposed(table).columns} == {KEEP}


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("w_age", "0", "a0to11"), ("w_age", "17", "a15to17"), ("w_age", "18", "a18to24"), ("w_age", "60", "a60plus"),
        ("w_age", "97.0", "a60plus"),
        ("w_prev", "3", "p2to4"), ("w_age", "twenty", ""),
        ("w_age", "-3", ""), ("w_nat", "7", ""),
    ],
)  # fmt: skip
def test_a_number_falls_into_the_band_of_its_question(name: str, cell: str, code: str) -> None:
    assert column_choices.band_of(column_choices.fields()[name], cell) == code


def test_ages_and_accounts_are_proposed_by_their_headings() -> None:
    table = formats.read(b"age,what happened,place\n24,They sent us back.,Evros\n9,We waited.,Bihac\n")
    age, account, _place = proposals.proposed(table).columns
    assert (age.to, dict(age.values)) == ("w_age", {"24": "a18to24", "9": "a0to11"})
    assert account.to == ACCOUNT


def test_an_age_that_nobody_was_asked_about_is_read_all_the_same() -> None:
    """A person is asked about the most frequent values only."""
    (one,) = made("age,story\n43,They sent us back.\n", Column(to="w_age"), Column(to=ACCOUNT))
    assert [each for part in one.answers.values() for each in part.items()] == [("w_age", "a35to44")]
