"""What the list keeps of a testimony: codes of its own lists, a month, and what the witness allows today."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from testimony.domain.consent.fold import ConsentState, Standing
from testimony.domain.consent.purposes import Key, Purpose
from testimony.services.consent.consents import Consents
from testimony.services.inbox import summaries

NOTHING = {"place": "", "kind": "", "month": "", "gender": "", "age": "", "nationality": ""}


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ({}, {}),
        ({"i_segment": "HRV-BIH:north"}, {"place": "HRV-BIH:north"}),
        ({"i_segment": "HRV-BIH:no_such"}, {"place": "HRV-BIH"}),
        ({"i_segment": "by the river"}, {}),
        ({"i_type": "pb_land"}, {"kind": "pb_land"}),
        ({"i_type": "by night"}, {}),
        ({"i_date": "2026-11"}, {"month": "2026-11"}),
        ({"i_date": "2026"}, {"month": "2026"}),
        ({"i_date": "2026-11-24"}, {"month": "2026"}),
        ({"i_date": "2026-Q4"}, {"month": "2026"}),
        (
            {"w_gender": "f", "w_age": "a18to24", "w_nat": "SYR"},
            {"gender": "f", "age": "a18to24", "nationality": "SYR"},
        ),
        ({"w_gender": "SYR", "w_age": "19", "w_nat": "f"}, {}),
        ({"w_gender": ["f"], "i_type": 7}, {}),
    ],
)
def test_only_values_of_our_own_lists_are_kept(answers: Mapping[str, Any], kept: Mapping[str, str]) -> None:
    assert summaries.coded({name: {"value": value} for name, value in answers.items()}) == NOTHING | dict(kept)


def test_an_answer_that_is_none_says_nothing() -> None:
    assert summaries.coded({"w_gender": "f", "w_age": {"missing": "unk"}}) == NOTHING


def stands(usable: Mapping[Purpose, str], **others: Standing) -> Consents:
    keys = frozenset(Key(purpose, recipient) for purpose, recipient in usable.items())
    standings = {key: Standing(ConsentState.GRANTED) for key in keys}
    standings |= {Key(Purpose.SERVICE, name): standing for name, standing in others.items()}
    return cast(Consents, SimpleNamespace(usable=keys, standings=standings))


@pytest.mark.parametrize(
    ("usable", "others", "codes"),
    [
        ({}, {}, {"nothing"}),
        ({Purpose.RECORD: "organisation"}, {}, {"nothing"}),
        ({Purpose.LAWYER: "lawyers"}, {}, {"lawyer"}),
        ({Purpose.COUNT: "public"}, {}, {"release", "P06 public"}),
        ({Purpose.NETWORK: "network"}, {}, {"release", "P10 network"}),
        (
            {Purpose.COUNT: "public", Purpose.LAWYER: "lawyers", Purpose.COURT: "case-river"},
            {},
            {"release", "lawyer", "P06 public", "P09 case-river"},
        ),
        ({Purpose.COURT: "No Recipient"}, {}, {"nothing"}),
        ({}, {"a": Standing(ConsentState.GRANTED, on_hold=True)}, {"nothing", "on_hold"}),
        ({}, {"a": Standing(ConsentState.EXPIRED)}, {"nothing", "expired"}),
        ({}, {"a": Standing(ConsentState.WITHDRAWN)}, {"nothing", "taken_back"}),
        ({}, {"a": Standing(ConsentState.REFUSED)}, {"nothing"}),
    ],
)
def test_what_is_allowed_today_and_what_prevents_the_rest(
    usable: Mapping[Purpose, str], others: Mapping[str, Standing], codes: set[str]
) -> None:
    found = list(summaries.standing(stands(usable, **others)))
    assert (set(found), len(found)) == (codes, len(codes))


def test_a_consent_that_cannot_be_read_says_only_that() -> None:
    assert summaries.standing(None) == ("unreadable",)
    assert summaries.standing(cast(Consents, SimpleNamespace(usable=frozenset(), standings=None))) == ("unreadable",)
