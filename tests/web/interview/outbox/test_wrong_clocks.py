"""A phone whose clock is ten years behind, or in 2106: its interview is sealed and delivered all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.testimony import verify_manifest
from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.journeys.stations import Server, wait_until


# interview/vault/seal_version.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
@pytest.mark.parametrize("day", ["2016-02-29", "2106-02-08"])
def test_sealing_always_works_and_the_receipt_comes(
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    organisation: Organisation,
    reader: Callable[[str], Reader],
    day: str,
) -> None:
    interviewer.page.clock.install(time=datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC))
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.to_account(purposes=["P01"])
    interviewer.act("stop")
    interviewer.act("keep")
    interviewer.seal()
    wait_until(lambda: interviewer.states() == ["node"], "the node's receipt")
    assert interviewer.page.evaluate("() => new Date().toISOString().slice(0, 4)") == day[:4]
    node_server.stop()
    (manifest,) = reader("lawyer-1").manifests()
    verify_manifest(manifest, RosterChain(organisation.root, [organisation.roster]))
    assert manifest.value["day"] == day, "as the phone knew it"
    assert interviewer.states() == ["node"], "and it is remembered"
