"""An interviewer whose keys headquarters ended seals nothing more and loses nothing that was sealed before."""

from __future__ import annotations

import json

import pytest

from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.driver import Interviewer
from tests.support.journeys.stations import Server, wait_until
from tests.support.services import rosters

ENDED = "Headquarters ended the keys"


def revoke(made: Organisation, node: Server, id: str) -> None:
    """The node takes over the roster that `testimony roster revoke` makes."""
    said = json.loads(made.roster.data)
    changed = {
        kind: [one | {"status": "revoked"} if one["id"] == id else one for one in said[kind]]
        for kind in ("people", "devices")
    }
    node.take_over(rosters.after(made, made.roster, **changed))


@pytest.mark.parametrize("ended", ["interviewer-1", pytest.param("phone-1", marks=pytest.mark.long)])
def test_at_sealing_the_phone_learns_of_it_and_keeps_the_interview(
    signed_in: Interviewer, passphrase: str, organisation: Organisation, node_server: Server, ended: str
) -> None:
    signed_in.online()
    signed_in.to_account(purposes={"P01", "P04"})
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.to_sealing()
    revoke(organisation, node_server, ended)
    signed_in.act("seal")
    assert ENDED in signed_in.wait_for_complaint()
    assert "coordinator" in signed_in.complaint()
    signed_in.open()
    signed_in.sign_in("interviewer-1", passphrase)
    assert signed_in.draft_states() == ["share"]  # it stays; the node gives its half of the key to nobody without keys
    signed_in.act("outbox")
    signed_in.wait_for("outbox")
    assert signed_in.states() == []


def test_from_the_node_the_phone_learns_of_it_and_begins_no_interview_but_delivers_what_it_sealed(
    signed_in: Interviewer, passphrase: str, organisation: Organisation, node_server: Server
) -> None:
    signed_in.online()
    node_server.stop()
    signed_in.to_account(purposes={"P01", "P04"})
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.seal()
    assert signed_in.states() == ["waiting"]
    node_server.start()
    revoke(organisation, node_server, "interviewer-1")
    signed_in.deliver()
    assert signed_in.states() == ["node"]
    signed_in.act("home")
    signed_in.wait_for("home")
    inactive = signed_in.page.locator('[data-fact="inactive"]')
    wait_until(inactive.is_visible, "the page to say so without a new signing in")
    assert ENDED in inactive.inner_text()
    signed_in.act("new-interview")
    assert ENDED in signed_in.wait_for_complaint()
    signed_in.open()
    signed_in.sign_in("interviewer-1", passphrase)
    assert inactive.is_visible()
