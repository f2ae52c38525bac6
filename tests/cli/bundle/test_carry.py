"""`carry` takes in a phone's file, writes the receipts, and says what was wrong with a damaged or foreign one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.statements import withdrawal
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.cli.program import refused, run

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


@pytest.fixture
def data(organisation: Organisation) -> bytes:
    """A file with one testimony, as a phone saves it."""
    told = next(iter(demo.invented()))
    chain = RosterChain(organisation.root, [organisation.roster])
    sealed = demo.seal_invented(organisation, chain, told, number=0, taken_down=NOON, withdraw=None)
    return write_frames(Frame(item.kind, item.payload) for item in demo.incoming(sealed))


@pytest.fixture
def file(data: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "notes-2026-11-24.bin"
    path.write_bytes(data)
    return path


def test_it_takes_in_a_file_and_writes_the_receipts(file: Path, homes: Path, tmp_path: Path) -> None:
    receipts = tmp_path / "back.bin"
    done = run("carry", file, "--home", homes / "field", "--receipts", receipts)
    assert done.returncode == 0, done.stderr
    assert "1 record, each complete and signed for" in done.stdout
    *frames, end = read_frames(receipts.read_bytes())
    assert [json.loads(json.loads(frame.payload)["record"])["v"] for frame in frames] == ["testimony/1/receipt"]
    assert end.kind == "end"
    assert refused(run("carry", file, "--home", homes / "field", "--receipts", receipts), "exists already")


def test_a_torn_file_is_called_damaged_and_fails(file: Path, data: bytes, homes: Path) -> None:
    file.write_bytes(data[:-20])
    done = run("carry", file, "--home", homes / "field")
    assert done.returncode == 1
    assert "1 record, each complete" in done.stdout
    assert "incomplete or damaged" in done.stdout


def test_another_file_and_one_that_is_not_there_are_named(file: Path, homes: Path) -> None:
    assert refused(
        run("carry", file.with_name("nothing.bin"), "--home", homes / "field"), "nothing.bin", "cannot be read"
    )
    file.write_bytes(b"a holiday picture")
    assert refused(run("carry", file, "--home", homes / "field"), "not a file that a phone saved")


def test_central_takes_no_file(file: Path, homes: Path) -> None:
    assert refused(run("carry", file, "--home", homes / "central"), "not a field node")


def test_a_withdrawal_from_a_phone_is_taken_and_holds_back_at_once(
    file: Path, homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    home = homes / "field"
    assert run("carry", file, "--home", home).returncode == 0
    manifest = next(iter(read_frames(file.read_bytes()))).payload
    number = SignedRecord.decode(manifest).value["tid"]
    told = withdrawal(tid=number, scope="all", day="2026-01-20", signer=organisation.signers["phone-1"])
    later = tmp_path / "notes-2026-11-25.bin"
    later.write_bytes(write_frames([Frame("record", told.encode())]))
    done = run("carry", later, "--home", home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 record, each complete and signed for" in done.stdout
    with open_station(home) as node, node.database.reading() as session:
        assert not record_queries.is_served(session, number)
