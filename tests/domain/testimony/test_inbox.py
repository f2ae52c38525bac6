"""The list's questions: codes alone, each filter by itself and together, the order, and what is in no address."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from testimony.domain.review.review import ReviewState
from testimony.domain.testimony import inbox
from testimony.domain.testimony.inbox import EMPTY, Question, Row, Unasked

TODAY = date(2026, 1, 20)


def row(number: int, **said: Any) -> Row:
    return Row(tid=f"{number:032x}", manifest="", arrival=number, **{"read": True, **said})


ROWS = [
    row(
        1,
        day="2025-12-30",
        place="HRV-BIH:north",
        languages=("ar", "fr"),
        kind="pb_land",
        month="2025-12",
        acts=frozenset({"beat", "dog"}),
        assigned=("lawyer-1",),
    ),
    row(
        2,
        day="2026-01-19",
        place="HRV-BIH",
        month="2025",
        languages=("prs",),
        consent=frozenset({"release", "expired", "P05 camp-clinic"}),
    ),
    row(
        3,
        day="2026-01-02",
        place="GRC-TUR:evros",
        kind="pb_sea",
        state=ReviewState.CLEARED,
        flags=frozenset({"broken"}),
    ),
    row(4, read=False, assigned=("lawyer-2",), state=ReviewState.IN_REVIEW),
]


def numbers(question: Question, **said: Any) -> list[int]:
    return [int(one.tid, 16) for one in inbox.asked(ROWS, question, me="lawyer-1", today=TODAY, **said)]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"state": "cleared"}, [3]),
        ({"consent": "P05 camp-clinic"}, [2]),
        ({"consent": "P05 legal-desk"}, []),
        ({"state": "new"}, [2, 1]),
        ({"given": "me"}, [1]),
        ({"given": "nobody"}, [3, 2]),
        ({"given": "somebody"}, [4, 1]),
        ({"place": "HRV-BIH"}, [2, 1]),
        ({"place": "HRV-BIH:north"}, [1]),
        ({"language": "fr"}, [1]),
        ({"kind": "pb_sea"}, [3]),
        ({"month": "2025"}, [2, 1]),
        ({"month": "2025-12"}, [1]),
        ({"act": "beat"}, [1]),
        ({"place": "HRV-BIH", "month": "2025", "act": "fire"}, []),
        ({"consent": "expired"}, [2]),
        ({"flag": "broken"}, [3]),
        ({"period": "week"}, [2]),
        ({"period": "month"}, [3, 2, 1]),
        ({"since": "2026-01-02"}, [3, 2]),
        ({"until": "2026-01-02"}, [3, 1]),
        ({"since": "2026-01-02", "until": "2026-01-02"}, [3]),
        ({"place": "HRV-BIH", "language": "prs"}, [2]),
        ({"place": "GRC-TUR", "language": "prs"}, []),
    ],
)
def test_every_filter_must_be_met(question: dict[str, Any], found: list[int]) -> None:
    assert numbers(Question.parse(question)) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("arrival", [4, 3, 2, 1]),
        ("date", [2, 3, 1, 4]),
        ("number", [1, 2, 3, 4]),
        ("state", [2, 1, 4, 3]),
        ("place", [3, 2, 1, 4]),
    ],
)
def test_what_is_not_known_yet_stands_last_whichever_way_it_is_turned(sort: str, found: list[int]) -> None:
    assert numbers(Question(sort=sort)) == found
    turned = numbers(Question(sort=sort, turned=True))
    assert sorted(turned) == [1, 2, 3, 4]
    if sort in ("date", "place"):
        assert turned[-1] == 4


def test_only_these_testimonies(  # those that say some words
) -> None:
    assert numbers(EMPTY, only={f"{2:032x}", f"{9:032x}"}) == [2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "gone"},
        {"given": "lawyer-2"},
        {"place": "somewhere near the river"},
        {"language": "<b>"},
        {"kind": "A B"},
        {"consent": 7},
        {"consent": "P05 a person's name"},
        {"consent": "P77 camp-clinic"},
        {"flag": None},
        {"since": "2026-13-01"},
        {"month": "2026-13"},
        {"act": "a person's name"},
        {"sort": "name"},
        {"turned": "yes"},
    ],
)
def test_what_is_no_code_is_no_question(wrong: dict[str, Any]) -> None:
    with pytest.raises(Unasked):
        Question.parse(wrong)


def test_an_address_holds_codes_and_no_day_and_what_is_none_asks_for_nothing() -> None:
    asked = Question(
        place="HRV-BIH", flag="media", since="2026-01-01", until="2026-01-02", month="2026", act="beat", turned=True
    )
    assert asked.codes == {"place": "HRV-BIH", "flag": "media", "turned": "yes"}
    assert Question.forgiving(asked.codes) == Question(place="HRV-BIH", flag="media", turned=True)
    assert Question.forgiving({"place": "a person's name", "since": "2026-01-01", "page": "3"}) == EMPTY


def test_a_question_survives_its_json() -> None:
    asked = Question(state="new", since="2026-01-01", month="2025-12", act="beat", sort="place", turned=True)
    assert Question.parse(asked.value) == asked
    assert asked.narrows
    assert not Question(sort="date", turned=True).narrows


def test_places_offer_each_border_before_its_parts() -> None:
    rows = [*ROWS, row(5, place="BGR-TUR:all")]
    assert inbox.places(rows) == ("BGR-TUR", "GRC-TUR", "GRC-TUR:evros", "HRV-BIH", "HRV-BIH:north")


def test_months_offer_the_newest_first_and_each_year_before_its_months() -> None:
    rows = [row(number, month=month) for number, month in enumerate(["2025-03", "", "2025-11", "2024", "2026-01"])]
    assert inbox.months(rows) == ("2026", "2026-01", "2025", "2025-11", "2025-03", "2024")
