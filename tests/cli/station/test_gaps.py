"""What central's log names and did not come is named by every command that looks at a desk, with exit code 1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.startup import open_station
from tests.support.cli.program import run, serving
from tests.support.cli.stripping_proxy import stripping
from tests.support.sync.hostile_central import Change, only_hashes, without_records

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


@pytest.fixture
def sealed(organisation: Organisation, homes: Path) -> SealedTestimony:
    """A testimony at central."""
    told = next(iter(demo.invented()))
    chain = RosterChain(organisation.root, [organisation.roster])
    made = demo.seal_invented(organisation, chain, told, number=0, taken_down=NOON, withdraw=None)
    with open_station(homes / "central") as central:
        demo.require_stored(take_in(central, demo.incoming(made)))
    return made


@pytest.mark.parametrize("how", [without_records, only_hashes])
def test_a_proxy_that_strips_the_feed_is_noticed_and_nothing_is_lost(
    how: Callable[..., Change],
    sealed: SealedTestimony,
    organisation: Organisation,
    homes: Path,
    free_port: Callable[[], int],
) -> None:
    desk, typed, port = homes / "desk-lawyer", organisation.keeper("lawyer-1").passphrase, free_port()
    url = f"http://127.0.0.1:{port}"
    with serving("central", homes / "central", port):
        with stripping(url, how(sealed.record.id)) as proxy:
            first = run("sync", "--home", desk, "--to", proxy, typed=typed)
            second = run("sync", "--home", desk, "--to", proxy, typed=typed)
        checked, verified = run("check", "--home", desk), run("verify", "--home", desk)
        seen = run("doctor", "--home", desk, TESTIMONY_CENTRAL_URL=url)
        honest = run("sync", "--home", desk, "--to", url, typed=typed)
    for done in (first, second):
        assert done.returncode == 1, done.stdout + done.stderr
        assert "1 record that central's log names did not come here. A withdrawal may be among them" in done.stdout
        assert "every record that it names is here" not in done.stdout
    for done in (checked, verified):
        assert done.returncode == 1
        assert "did not come here" in done.stdout
        assert "sound" not in done.stdout
    assert "Nothing contradicts" not in verified.stdout
    assert "WARNING: Records that a signed log names and that are not here: 1." in seen.stdout
    assert honest.returncode == 0, honest.stdout + honest.stderr
    assert "every record that it names is here" in honest.stdout
    assert run("check", "--home", desk).returncode == 0
    again = run("verify", "--home", desk)
    assert (again.returncode, str(sealed.record.value["tid"]) in again.stdout) == (0, True)
