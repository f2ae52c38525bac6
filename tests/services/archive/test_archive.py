"""Archives at a lawyer's desk: whole without any home, and in clear only what the witness agrees to today."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from testimony import canonical
from testimony.domain.consent.purposes import Key, Purpose
from testimony.errors import TestimonyError
from testimony.sealing import verification
from testimony.sealing.archive import checks as archive_checks
from testimony.sealing.statements import questions, statements
from testimony.sealing.testimony.media import Medium
from testimony.sealing.verification import Finding
from testimony.services.archive import archive
from testimony.services.archive.archive import Wish
from testimony.services.archive.errors import ArchiveRefused
from testimony.services.certificates.errors import FileTaken
from testimony.services.custody import log as custody_log
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.records.types import Incoming
from testimony.store.errors import PartDamaged
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.batches import NOW, bring, told
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.witnesses import stamp

COURT, MANDATE = Key(Purpose.COURT, "case-river"), Key(Purpose.UN_CASE, "un-mandate")
NARRATIVE = frozenset({"narrative"})


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def tid(at: dict[str, Desk], organisation: Organisation) -> str:
    """Agreed to the court, and not to the mandate."""
    agreed = told(0, ("P01", "P04")) | {"also": ["P09-case-river"]}
    (sealed,) = bring(organisation, at["lawyer-1"].central, [agreed])
    for desk in at.values():
        desk.exchange()
    return str(sealed.record.value["tid"])


def made(desk: Desk, wish: Wish, day: date = TODAY) -> bytes:
    written = io.BytesIO()
    with desk.station.database.transaction() as session:
        found = archive.compose(desk.station, session, desk.reader, wish, at=day, annexes=desk.annexes)
        archive.write(found, written.write)
    return written.getvalue()


def checked(data: bytes) -> list[Finding]:
    return list(archive_checks.examine(io.BytesIO(data)))


def codes(data: bytes) -> set[str]:
    return {finding.code for finding in checked(data)}


def test_what_a_desk_writes_holds_without_the_desk(at: dict[str, Desk], tid: str) -> None:
    wish = Wish(tids=(tid,), use=COURT, reveal=frozenset({"narrative", "provenance"}))
    said = checked(made(at["lawyer-1"], wish))
    assert verification.nothing_fails(said)
    found = {finding.code for finding in said}
    assert found >= {"list.signed", "received.holds", "sealed.lacking", "revealed.holds", "interviewer.holds"}
    assert not [finding for finding in said if finding.code == "record.strange"]


def test_without_sealed_parts_nothing_is_in_it_that_a_key_could_open(at: dict[str, Desk], tid: str) -> None:
    data = made(at["lawyer-1"], Wish(tids=(tid,), use=COURT, reveal=NARRATIVE, sealed=False))
    assert verification.nothing_fails(checked(data))
    assert "sealed.absent" in codes(data)
    with zipfile.ZipFile(io.BytesIO(data)) as unzipped:
        assert not [name for name in unzipped.namelist() if name.startswith("objects/")]


def test_only_what_was_chosen_is_in_clear(at: dict[str, Desk], tid: str) -> None:
    data = made(at["lawyer-1"], Wish(tids=(tid,), use=COURT, reveal=NARRATIVE))
    with zipfile.ZipFile(io.BytesIO(data)) as unzipped:
        shown = [name for name in unzipped.namelist() if name.startswith("revealed/")]
    assert shown == [f"revealed/{tid}/narrative.{kind}" for kind in ("content", "line")]
    assert "interviewer.sealed" in codes(data)


@pytest.mark.parametrize("use", [MANDATE, Key(Purpose.COURT, "another-case")])
def test_a_part_is_shown_for_no_case_to_which_the_witness_does_not_agree(
    at: dict[str, Desk], tid: str, use: Key
) -> None:
    with pytest.raises(ArchiveRefused) as refused:
        made(at["lawyer-1"], Wish(tids=(tid,), use=use, reveal=NARRATIVE))
    assert refused.value.reason == "consent"
    assert f"{use.purpose} {use.recipient}" in str(refused.value)


@pytest.mark.parametrize("use", [None, Key(Purpose.COUNT, "public")])
def test_a_part_is_shown_for_a_case_and_for_nothing_else(at: dict[str, Desk], tid: str, use: Key | None) -> None:
    with pytest.raises(ArchiveRefused) as refused:
        made(at["lawyer-1"], Wish(tids=(tid,), use=use, reveal=NARRATIVE))
    assert refused.value.reason == "use"


def test_a_consent_that_ended_since_shows_nothing_more(at: dict[str, Desk], tid: str) -> None:
    wish = Wish(tids=(tid,), use=COURT, reveal=NARRATIVE)
    made(at["lawyer-1"], wish)
    with pytest.raises(ArchiveRefused) as refused:
        made(at["lawyer-1"], wish, date(2036, 1, 20))
    assert refused.value.reason == "consent"


def test_a_sealed_archive_needs_no_case(at: dict[str, Desk], tid: str) -> None:
    assert verification.nothing_fails(checked(made(at["lawyer-1"], Wish(tids=(tid,)))))


def test_a_coordinator_makes_none(at: dict[str, Desk], tid: str) -> None:
    with pytest.raises(ArchiveRefused) as refused:
        made(at["coordinator-1"], Wish(tids=(tid,)))
    assert refused.value.reason == "role"


def test_a_testimony_that_is_not_here_is_said(at: dict[str, Desk]) -> None:
    with pytest.raises(TestimonyUnknown):
        made(at["lawyer-1"], Wish(tids=("0" * 32,)))


@pytest.mark.parametrize("voiced", [[], ["P02"]])
def test_a_voice_is_shown_only_where_recording_it_is_agreed_to_today(
    at: dict[str, Desk], organisation: Organisation, voiced: list[str]
) -> None:
    desk = at["lawyer-1"]
    voice = Medium(kind="voice", type="audio/ogg", data=bytes(300_000), seconds=9)
    sealed = demo.seal_invented(
        organisation, desk.station.chain, told(0, ("P01", "P04")) | {"also": ["P09-case-river", *voiced]},
        number=0, taken_down=NOW, withdraw=None, media=[voice],
    )  # fmt: skip
    take_in(desk.station, demo.incoming(sealed))
    wish = Wish(tids=(str(sealed.record.value["tid"]),), use=COURT, reveal=frozenset({"media"}))
    if voiced:
        said = checked(made(desk, wish))
        assert verification.nothing_fails(said)
        shown = [one.values["part"] for one in said if one.code == "revealed.holds"]
        assert shown == ["media-001", "media-002", "media-003"]
    else:
        with pytest.raises(ArchiveRefused) as refused:
            made(desk, wish)
        assert "P02" in str(refused.value)


def test_a_file_leaves_byte_for_byte_with_its_hash(at: dict[str, Desk], organisation: Organisation) -> None:
    desk = at["lawyer-1"]
    shown = Medium(
        kind="file", type="application/octet-stream", data=bytes(range(256)) * 1100, name="film.mp4",
        source="witness_phone", at="2026-11-24T09:58:07Z",
    )  # fmt: skip
    sealed = demo.seal_invented(
        organisation, desk.station.chain, told(0, ("P01", "P04")) | {"also": ["P09-case-river", "P03"]},
        number=0, taken_down=NOW, withdraw=None, media=[shown],
    )  # fmt: skip
    take_in(desk.station, demo.incoming(sealed))
    tid = str(sealed.record.value["tid"])
    data = made(desk, Wish(tids=(tid,), use=COURT, reveal=frozenset({"media"})))
    assert verification.nothing_fails(checked(data))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        listed, *pieces = (packed.read(f"revealed/{tid}/media-00{number}.content") for number in (1, 2, 3))
    assert b"".join(pieces) == shown.data
    assert canonical.sha256_hex(shown.data) in listed.decode()


def test_what_was_withdrawn_is_put_into_none(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    assert desk.reader.signer is not None
    record = statements.withdrawal(tid=tid, scope="all", day=TODAY.isoformat(), signer=desk.reader.signer)
    taken = take_in(desk.station, [Incoming("record", record.encode())])
    assert taken.statuses[0].status == "stored"
    with pytest.raises(ArchiveRefused) as refused:
        made(desk, Wish(tids=(tid,)))
    assert refused.value.reason == "gone"


def test_what_was_only_asked_in_passing_is_left_out(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    assert desk.reader.signer is not None
    asked = questions.question(tid=tid, code="when", day=TODAY.isoformat(), signer=desk.reader.signer)
    assert take_in(desk.station, [Incoming("record", asked.encode())]).statuses[0].status == "stored"
    data = made(desk, Wish(tids=(tid,)))
    assert verification.nothing_fails(checked(data))
    assert asked.id.encode() not in data


def test_that_it_left_and_by_whom_stands_in_the_desks_own_log(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    made(desk, Wish(tids=(tid,)))
    with desk.station.database.reading() as session:
        entries = [entry for _, entry in custody_log.entries(session, 0, 1000) if b'"kind":"exported"' in entry]
    assert len(entries) == 1
    assert b'"by":"lawyer-1"' in entries[0]


def test_a_file_is_there_whole_or_not_at_all(
    at: dict[str, Desk], tid: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, path = at["lawyer-1"], tmp_path / "to" / "a.zip"
    path.parent.mkdir()
    with desk.station.database.transaction() as session:
        found = archive.compose(desk.station, session, desk.reader, Wish(tids=(tid,)), at=TODAY)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", failing)
            with pytest.raises(TestimonyError):
                archive.save(found, path)
        assert list(path.parent.iterdir()) == []
        archive.save(found, path)
        assert (path.stat().st_mode & 0o777, list(path.parent.iterdir())) == (0o600, [path])
        with pytest.raises(FileTaken):
            archive.save(found, path)
    assert verification.nothing_fails(checked(path.read_bytes()))


def test_what_changes_on_the_disk_between_two_looks_is_not_written(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    with desk.station.database.transaction() as session:
        found = archive.compose(desk.station, session, desk.reader, Wish(tids=(tid,)), at=TODAY)
        changed = archive.Archive(record=found.record, files=((found.files[0][0], lambda: b"other"),))
        with pytest.raises(PartDamaged):
            archive.write(changed, io.BytesIO().write)


def test_the_same_wish_gives_the_same_bytes(at: dict[str, Desk], tid: str) -> None:
    wish = Wish(tids=(tid,), use=COURT, reveal=NARRATIVE)
    assert made(at["lawyer-1"], wish) == made(at["lawyer-1"], wish)


def failing(_: int) -> None:
    raise OSError(5, "Input/output error")


def test_an_archive_holds_the_stamps_and_cosignatures_that_cover_its_testimonies(
    at: dict[str, Desk], tid: str, organisation: Organisation
) -> None:
    """The first that covers it and the last; what came before it says nothing of it."""
    central, authority = at["lawyer-1"].central, Authority()
    for number in range(3):
        stamp(central, authority)
        bring(organisation, central, [told(number + 1, ("P01", "P04"))])
    at["lawyer-1"].exchange()
    data = made(at["lawyer-1"], Wish(tids=(tid,), use=COURT, reveal=NARRATIVE, sealed=False))
    said = checked(data)
    assert verification.nothing_fails(said)
    assert [one.values["authority"] for one in said if one.code == "time.holds"] == ["Invented Time"] * 2
    received = next(one.values["no"] for one in said if one.code == "received.holds")
    assert all(int(one.values["size"]) > int(received) for one in said if one.code == "time.holds")
    names = [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if name.startswith("timestamps/")]
    assert [name[-4:] for name in names] == [".pem", ".tsq", ".tsr"] * 2
    assert "log.forked" not in {one.code for one in said}
