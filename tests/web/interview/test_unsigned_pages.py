"""Where a roster names no page keys, a phone takes a newer page as it comes, but only whole."""

from __future__ import annotations

import pytest

from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.altering_front import Front
from tests.support.interview.signed_pages import ROSTER, WHOLE, SignedNode, goes_on, opened
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server

PAGE = "/interview/en/"


@pytest.mark.long(
    short="tests/web/interview/test_new_shell.py::test_a_new_version_waits_until_the_page_is_closed_and_opened_again"
)
def test_without_page_keys_a_newer_page_is_taken_whole(
    phone: Browser, front: Front, organisation: Organisation, node_server: Server
) -> None:
    assert opened(phone, front.address, "same").evaluate(WHOLE) == 1
    node = SignedNode(organisation, node_server)
    front.changes[PAGE] = lambda body: body + b" "
    newer = node.forget_keys(lawyers="Mara Example and Ana Newcomer")
    goes_on(opened(phone, front.address, "altered"), organisation.roster.id)
    front.changes.clear()
    opened(phone, front.address, "kept")
    assert opened(phone, front.address, "same").evaluate(ROSTER) == newer
