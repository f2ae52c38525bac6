"""Do no harm: each prompt watches what is asked, refers to kinds that a roster knows, and silences nothing required."""

from typing import Any

import pytest

from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Form
from testimony.questionnaire.harm_prompts import Prompt, prompts
from testimony.sealing.roster.organisation import KINDS

CODEBOOK = Codebook.load()
FORM = Form.load()
OF_THE_PAGE = {"safety_urgent": {"yes", "no"}, "safety_return": {"yes", "no"}}
each = pytest.mark.parametrize("prompt", prompts(), ids=lambda prompt: prompt.id)


def watched(tree: Any) -> list[tuple[str, tuple[str, ...]]]:
    if not isinstance(tree, list):
        return []
    if tree[0] == "has":
        return [(tree[1], tuple(tree[2:]))]
    if tree[0] == "of":
        return [(tree[1], ())]
    return [found for part in tree[1:] for found in watched(part)]


@each
def test_it_watches_fields_and_codes_that_are_asked(prompt: Prompt) -> None:
    assert watched(prompt.when)
    for field, codes in watched(prompt.when):
        if field in OF_THE_PAGE:
            assert set(codes) <= OF_THE_PAGE[field]
        elif codes:
            assert set(codes) <= set(CODEBOOK.codes(str(FORM.field(field).list)))
        else:
            assert FORM.field(field).type == "int"


@each
def test_it_refers_to_kinds_that_a_roster_may_list(prompt: Prompt) -> None:
    assert prompt.kinds
    assert set(prompt.kinds) <= KINDS


@each
def test_what_it_silences_is_asked_otherwise_and_never_required(prompt: Prompt) -> None:
    for field in prompt.silences:
        assert not FORM.field(field).required


def test_sexual_violence_silences_details_and_brings_a_doctor_first() -> None:
    sexual = next(prompt for prompt in prompts() if prompt.id == "sexual")
    assert sexual.kinds[0] == "medical"
    assert "protection" in sexual.kinds
    assert {"v_other", "v_stage", "v_injury"} <= set(sexual.silences)
