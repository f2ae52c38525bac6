"""`table.json` is read in one form, and what only resembles it is refused."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import pytest

from testimony import canonical
from testimony.publication import content
from testimony.publication.errors import EditionUnfit
from testimony.publication.package import build
from tests.support.publication.editions import usual
from tests.support.publication.zip_reader import unpacked


@functools.cache
def table() -> bytes:
    return unpacked(build(usual()))["table.json"]


def test_what_was_written_is_read_again_and_written_the_same() -> None:
    assert canonical.encode(content.read(table()).value) == table()


@pytest.mark.parametrize(
    "other",
    [
        {"attributes": "date"},
        {"attributes": {"date": 1}},
        {"attributes": [1, 2]},
        {"v": "testimony/table/999"},
        {"v": 1},
        {"more": 1},
        {"figures": []},
        *({field: value} for field in ("k", "m", "alpha") for value in (-1, True, "5", None)),
        *({field: 7} for field in ("release", "recipient", "organisation", "made_with", "preset", "v")),
        *(
            {field: value}
            for field in ("marks", "stigma", "revoked", "recalled")
            for value in ("a", {"a": 1}, [1], None)
        ),
        {"rows": [{}]},
        {"totals": [{"group": 1, "counts": {"a": 1}}]},
        {"totals": [{"group": -1, "counts": []}]},
        {"waiting": [{"attribute": 1, "labels": []}]},
        {"waiting": [{"attribute": "age", "labels": {"label": "any", "n": 1}}]},
        {"waiting": [{"attribute": "age", "labels": [{"label": "any", "n": -1}]}]},
        {"asked": [{"answered": -1, "unknown": None, "unasked": None}]},
        {"legend": [{"date": 1}]},
    ],
)
def test_one_field_of_another_form_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(EditionUnfit):
        content.read(canonical.encode(canonical.decode_object(table()) | other))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("class", 1),
        ("group", -1),
        ("group", True),
        ("tier", "1"),
        ("n", None),
        ("labels", {}),
        ("levels", []),
        ("counts", {"a": 1}),
        ("counts", "not_shown"),
        ("counts", ["hidden"]),
        ("counts", [-1]),
    ],
)
def test_one_field_of_a_line_of_another_form_is_refused(field: str, value: Any) -> None:
    whole = canonical.decode_object(table())
    whole["rows"][0][field] = value
    with pytest.raises(EditionUnfit):
        content.read(canonical.encode(whole))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fewest_persons", -1),
        ("global_risk", "0"),
        ("loss", [True]),
        ("published", -1),
        ("held_back", [{"waited": 1, "n": -1}]),
        ("held_back", [{"waited": None, "n": 1}]),
    ],
)
def test_one_figure_of_another_form_is_refused(field: str, value: Any) -> None:
    whole = canonical.decode_object(table())
    whole["figures"][field] = value
    with pytest.raises(EditionUnfit):
        content.read(canonical.encode(whole))


@pytest.mark.parametrize(("persons", "risk"), [(0, 0), (1, 10_000), (3, 3_334), (5, 2_000), (11, 910)])
def test_the_risk_of_one_person_is_one_part_of_the_fewest_rounded_up(persons: int, risk: int) -> None:
    made = content.Figures(fewest_persons=persons, global_risk=0, loss=(), published=None, held_back=())
    assert made.prosecutor_risk == risk


@pytest.mark.parametrize(("form", "limited"), [(content.FORMAT, {"a"}), (content.FIRST_FORMAT, set())])
def test_files_of_the_first_format_hide_no_counts_and_say_nothing_of_those_who_wait(
    form: str, limited: set[str]
) -> None:
    made = replace(content.read(table()), form=form, stigma=("a",))
    assert made.limited == limited
    assert ({"waiting", "asked"} <= set(made.value)) is (form == content.FORMAT)
    assert made.accounts == sum(line.n for line in made.lines)


@pytest.mark.parametrize(
    ("records", "published", "waiting", "said", "held"),
    [
        (10, 7, [(0, 3)], None, ((0, None),)),
        (10, 5, [(0, 5)], 5_000, ((0, 5),)),
        (10, 4, [(1, 6), (0, 4)], None, ((0, None), (1, 6))),
        (0, 0, [], None, ()),
        (3, 3, [], 10_000, ()),
    ],
)
def test_small_numbers_that_are_held_back_are_blank_and_then_no_share_is_said(
    records: int, published: int, waiting: list[tuple[int, int]], said: int | None, held: Any
) -> None:
    usual_risk = usual().risk
    risk = replace(usual_risk, records=records, published=published, waiting=tuple(waiting), loss=(0.0, 0.101, 1.0))
    made = content._figures(replace(risk, marketer=0.01234, smallest=9), 5)
    assert (made.published, made.held_back) == (said, held)
    assert (made.loss, made.global_risk, made.fewest_persons) == ((0, 1_100, 10_000), 124, 9)
