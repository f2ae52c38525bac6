"""`--draft-share`: the first roster and a renewed one say what opens an unfinished interview."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.cli.signing import drafts
from testimony.cli.signing.rosters import chain_of
from testimony.services.accounts import draft_shares
from testimony.services.enrolment.organisation import Organisation, Plan
from tests.support.cli.headquarters import Headquarters
from tests.support.settings import ISSUED


@pytest.fixture
def headquarters(organisation: Organisation, homes: Path) -> Headquarters:
    return Headquarters(organisation, homes)


def test_a_renewal_sets_what_opens_an_unfinished_interview_and_without_the_option_it_stays(
    headquarters: Headquarters,
) -> None:
    for option, means in (("node", "node"), (None, "node"), ("sitting", "sitting")):
        done = headquarters.act("renew", *(("--draft-share", option) if option else ()))
        assert done.returncode == 0, done.stderr
        assert draft_shares.setting(chain_of(headquarters.folder).latest) == means


def test_the_option_takes_and_proposes_what_a_plan_does() -> None:
    assert (draft_shares.NODE, draft_shares.SITTING) == drafts.CHOICES
    assert Plan(name="A", lawyer_names=("B", "C"), issued=ISSUED).draft_share == drafts.PROPOSED
