"""The papers with the recovery key's shares, and a desk that reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testimony.sealing.keys import recovery_shares
from testimony.services.enrolment.organisation import Organisation
from tests.support.services.desks import reader_of
from tests.support.web.browser import Browser

THERE = {"place": "office-2", "holders": ["keeper-1", "keeper-2", "keeper-3"], "witnesses": ""}


@pytest.fixture
def papers(organisation: Organisation) -> list[str]:
    return [share.text for share in recovery_shares.split(reader_of(organisation, "recovery").key.seed)]


@pytest.fixture
def desk(browser: Callable[..., Browser]) -> Browser:
    one = browser("lawyer")
    one.app.config["NETWORKS"] = lambda: ()
    return one
