"""What central's log names and did not come is named by every command that looks at a desk, with exit code 1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.statements import withdrawal
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.services.withdrawal import shredding
from tests.support.cli.program import run, serving
from tests.support.cli.stripping_proxy import stripping
from tests.support.sync.hostile_central import Change, only_hashes, stripped, without_records

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


CODE = Signer.generate()
"""The key of the witness's withdrawal code."""


@pytest.fixture
def taken_down(organisation: Organisation, homes: Path) -> SealedTestimony:
    """A testimony with a withdrawal code, at central."""
    told = next(iter(demo.invented()))
    chain, key = RosterChain(organisation.root, [organisation.roster]), CODE.public_keys[0].pub.hex()
    made = demo.seal_invented(organisation, chain, told, number=0, taken_down=NOON, withdraw=key)
    with open_station(homes / "central") as central:
        demo.require_stored(take_in(central, demo.incoming(made)))
    return made


def take_back(home: Path, sealed: SealedTestimony) -> SignedRecord:
    """The witness withdraws it at central with the code."""
    tid = str(sealed.record.value["tid"])
    record = withdrawal(tid=tid, scope="all", day=NOON.date().isoformat(), signer=CODE)
    with open_station(home) as central:
        demo.require_stored(take_in(central, [Incoming("record", record.encode())]))
    return record


def is_destroyed(home: Path, sealed: SealedTestimony) -> bool:
    with open_station(home) as station, station.database.reading() as session:
        return shredding.is_shredded(session, str(sealed.record.value["tid"]))


def position(home: Path, central: Path) -> int:
    """How far the desk in `home` has read central's log."""
    with open_station(central) as station:
        kid = station.kid
    with open_station(home) as desk, desk.database.reading() as session:
        return custody_log.mirror_size(session, kid)


def test_a_withdrawal_that_a_proxy_strips_is_warned_of_and_carried_out_by_the_honest_sync(
    taken_down: SealedTestimony, organisation: Organisation, homes: Path, free_port: Callable[[], int]
) -> None:
    desk, typed, port = homes / "desk-lawyer", organisation.keeper("lawyer-1").passphrase, free_port()
    tid, url = str(taken_down.record.value["tid"]), f"http://127.0.0.1:{port}"
    with serving("central", homes / "central", port):
        assert run("sync", "--home", desk, "--to", url, typed=typed).returncode == 0
    record = take_back(homes / "central", taken_down)
    with serving("central", homes / "central", port):
        with stripping(url, without_records(record.id)) as proxy:
            first = run("sync", "--home", desk, "--to", proxy, typed=typed)
        opened = run("open", tid, "--home", desk, typed=typed)
        honest = run("sync", "--home", desk, "--to", url, typed=typed)
    assert (first.returncode, "A withdrawal may be among them" in first.stdout) == (1, True), first.stdout
    assert "narrative" in opened.stdout
    assert (opened.returncode, "A withdrawal may be among them" in opened.stdout) == (1, True), opened.stdout
    assert honest.returncode == 0, honest.stdout + honest.stderr
    assert is_destroyed(desk, taken_down)
    assert run("open", tid, "--home", desk, typed=typed).returncode == 1
    assert run("check", "--home", desk).returncode == 0


def test_a_stick_whose_withdrawal_was_taken_out_moves_nothing(
    taken_down: SealedTestimony, organisation: Organisation, homes: Path, tmp_path: Path
) -> None:
    desk, central, typed = homes / "desk-lawyer", homes / "central", organisation.keeper("lawyer-1").passphrase
    assert run("bundle", "import", answered(central, tmp_path / "first"), "--home", desk, typed=typed).returncode == 0
    record, read = take_back(central, taken_down), position(desk, central)
    whole = answered(central, tmp_path / "second")
    honest = whole.read_bytes()
    whole.write_bytes(stripped(honest, without_records(record.id)))
    done = run("bundle", "import", whole, "--home", desk, typed=typed)
    assert (done.returncode, "the log is read again from the next file" in done.stdout) == (1, True), done.stdout
    assert position(desk, central) == read
    assert not is_destroyed(desk, taken_down)
    whole.write_bytes(honest)
    done = run("bundle", "import", whole, "--home", desk, typed=typed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert position(desk, central) > read
    assert is_destroyed(desk, taken_down)


def answered(central: Path, stick: Path) -> Path:
    """The file that central writes for the lawyer."""
    stick.mkdir()
    assert run("bundle", "export", stick, "--home", central, "--to", "lawyer-1").returncode == 0
    (file,) = stick.iterdir()
    return file


def test_a_node_s_stick_whose_withdrawal_was_taken_out_fails_at_central(
    taken_down: SealedTestimony, homes: Path, tmp_path: Path
) -> None:
    """Nothing names what is not on it; but its seal fails, and the node's next stick has it again."""
    record, stick = take_back(homes / "field", taken_down), tmp_path / "stick"
    stick.mkdir()
    assert run("bundle", "export", stick, "--home", homes / "field").returncode == 0
    (file,) = stick.iterdir()
    honest = file.read_bytes()
    file.write_bytes(stripped(honest, without_records(record.id)))
    done = run("bundle", "import", file, "--home", homes / "central")
    assert (done.returncode, "something may be missing" in done.stdout) == (1, True), done.stdout
    assert not is_destroyed(homes / "central", taken_down)
    file.write_bytes(honest)
    assert run("bundle", "import", file, "--home", homes / "central").returncode == 0
    assert is_destroyed(homes / "central", taken_down)
