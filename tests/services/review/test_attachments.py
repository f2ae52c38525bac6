"""Attachments at several desks: lawyers get them, coordinators never do, and they end with their testimony."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.review import attachment
from testimony.domain.review.attachment import Attachment, Sort
from testimony.domain.sealed_file import LARGEST, PIECE
from testimony.sealing.errors import CannotOpen
from testimony.sealing.testimony import pieces
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import NOWHERE, AnnexIndex
from testimony.services.review import attachments
from testimony.services.review.attachments import Attached, Wish
from testimony.services.review.errors import AttachmentRefused
from testimony.services.withdrawal import shredding
from testimony.store.errors import StoreFull
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.reviews import meet
from tests.support.services.translations import fetched, forge, manifest

COURT = Key(Purpose.COURT, "court-a")
LETTER = b"%PDF-1.7 Dear Ms Example, %%EOF"
LONG = bytes(range(256)) * 1600  # three pieces


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def held(desk: Desk, annexes: AnnexIndex | None = None) -> Attached:
    index = annexes or desk.annexes
    with desk.station.database.reading() as session:
        index.refresh(desk.station, session, desk.reader)
    return attachments.read(desk.station, index)


def attach(desk: Desk, data: bytes = LETTER, *, tid: str = "", covered: bool = True, **more: str) -> Attachment:
    wish = Wish(
        tid=tid,
        of=manifest(desk, tid) if tid else "",
        title=more.get("title", "Letter of the clinic"),
        sort=Sort.LETTER,
        made=more.get("made", "2026-01-02"),
        name=more.get("name", "letter.pdf"),
        data=data,
    )
    return attachments.attach(
        desk.station, desk.reader, held(desk), COURT, wish, covered={tid} if covered else set(), day=TODAY
    )


def opened(desk: Desk, id: str, annexes: AnnexIndex | None = None) -> bytes:
    index = annexes or desk.annexes
    one = held(desk, index).find(COURT, id)
    with desk.station.database.transaction() as session:
        return attachments.open_file(desk.station, session, desk.reader, index, one, day=TODAY)


def test_another_lawyer_gets_the_same_bytes_and_the_coordinator_nothing(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    file = attach(at["lawyer-1"], LONG, tid=tid)
    meet(at)
    (one,) = held(at["lawyer-2"]).within(COURT)
    assert (one.file, one.tid, one.signer, one.file.pieces) == (file, tid, "lawyer-1", 3)
    assert opened(at["lawyer-2"], file.id) == LONG
    assert held(at["coordinator-1"]) == Attached(files=(), unread=0)


def test_no_station_without_keys_holds_a_word_of_it(at: dict[str, Desk], organisation: Organisation) -> None:
    attach(at["lawyer-1"], LONG, title="Letter about Ms Example")
    meet(at)
    home = at["lawyer-1"].central.settings.home
    stored = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert len(stored) > 10
    assert not any(word in data for data in stored for word in (b"Ms Example", LONG[:64], b"attachment"))


def test_it_ends_with_its_testimony_and_what_concerns_the_case_stays(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    first = at["lawyer-1"]
    file, of_case = attach(first, LONG, tid=tid), attach(first)
    meet(at)
    for name in ("lawyer-1", "coordinator-1"):
        consent_acts.withdraw_all(at[name].station, at[name].reader, tid, day=TODAY)
    meet(at)
    for name in ("lawyer-1", "lawyer-2"):
        shredding.finish(at[name].station)
        left = held(at[name], fresh := AnnexIndex())
        assert [one.file.id for one in left.files] == [of_case.id]
        assert file.key not in str(fresh.everything())
        assert opened(at[name], of_case.id, AnnexIndex()) == LETTER


def test_its_bytes_stay_in_no_memory_between_two_openings(at: dict[str, Desk]) -> None:
    desk = at["lawyer-1"]
    attach(desk, LONG)
    held(desk)
    found = desk.annexes.of_kind(PIECE)
    assert len(found) == 3
    assert all(pieces.DATA not in one.content for one in found)


def test_while_a_piece_is_on_its_way_nothing_is_opened(at: dict[str, Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    desk = at["lawyer-1"]
    file = attach(desk, LONG)
    index = AnnexIndex()
    held(desk, index)
    monkeypatch.setattr(index, "of_kind", lambda kind: AnnexIndex.of_kind(index, kind)[: 2 if "piece" in kind else 9])
    with pytest.raises(CannotOpen) as refused:
        opened(desk, file.id, index)
    assert refused.value.reason == "incomplete"


def test_what_was_taken_out_says_why_at_every_desk_and_opens_no_more(at: dict[str, Desk]) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    file = attach(first)
    meet(at)
    attachments.take_out(second.station, second.reader, held(second), COURT, file.id, "Wrong\ncase", day=TODAY)
    meet(at)
    (one,) = held(first).of(COURT)
    assert one.out is not None
    assert (one.out[0].reason, one.out[1], held(first).within(COURT)) == ("Wrong case", "lawyer-2", [])
    with pytest.raises(AttachmentRefused) as refused:
        opened(first, file.id)
    assert refused.value.reason == "other"
    assert attach(first).sha256 == file.sha256


@pytest.mark.parametrize(
    ("data", "more", "reason"),
    [
        (b"", {}, "empty"),
        (bytes(LARGEST + 1), {}, "large"),
        (LETTER, {"title": " \u202e "}, "title"),
        (LETTER, {"title": "x" * 121}, "title"),
        (LETTER, {"made": "2026-02-30"}, "day"),
        (LETTER, {"made": "2026-12-01"}, "day"),
        (LONG, {}, "there"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(
    at: dict[str, Desk], data: bytes, more: dict[str, str], reason: str
) -> None:
    desk = at["lawyer-1"]
    attach(desk, LONG)
    before = held(desk)
    with pytest.raises(AttachmentRefused) as refused:
        attach(desk, data, **more)
    assert (refused.value.reason, held(desk), len(desk.annexes.everything())) == (reason, before, 4)


def test_a_testimony_whose_consent_ended_meanwhile_gets_no_attachment(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    with pytest.raises(AttachmentRefused) as refused:
        attach(at["lawyer-1"], tid=tid, covered=False)
    assert (refused.value.reason, held(at["lawyer-1"]).files) == ("consent", ())


def test_on_a_full_disk_all_of_it_is_kept_or_nothing(at: dict[str, Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    desk = at["lawyer-1"]

    def full(*_size: int, **_floors: int) -> None:
        raise StoreFull

    monkeypatch.setattr(desk.station.space, "require_room", full)
    with pytest.raises(StoreFull):
        attach(desk, LONG)
    monkeypatch.undo()
    assert (held(desk).files, desk.annexes.everything()) == ((), [])
    attach(desk, LONG)
    assert len(held(desk).files) == 1


def test_what_a_coordinator_signed_or_nobody_can_read_counts_for_nothing(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    file = attach(at["lawyer-1"], tid=tid)
    forge(at["lawyer-1"], tid, {"kind": attachment.KIND, "id": 7})
    forge(at["coordinator-1"], tid, {"kind": attachment.OUT, "id": "a" * 32, "file": file.id, "reason": "no"})
    forge(at["lawyer-1"], NOWHERE, file.to_value())  # another testimony's attachment
    meet(at)
    found = held(at["lawyer-2"])
    assert ([one.file.id for one in found.within(COURT)], found.unread) == ([file.id], 3)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("report.PDF", "pdf"),
        ("../../etc/passwd", "bin"),
        ("C:\\reports\\a.docx", "docx"),
        ("photo\u202egpj.exe", "exe"),
        ("a.b c", "bin"),
        ("", "bin"),
    ],
)
def test_of_a_name_the_ending_alone_is_kept(name: str, ending: str) -> None:
    assert attachments.ending_of(name) == ending


def test_a_file_that_is_cut_off_is_named_as_that() -> None:
    assert attachments.looks_damaged("pdf", LETTER[:-5])
    assert attachments.looks_damaged("jpeg", b"no picture")
    assert not attachments.looks_damaged("pdf", LETTER)
    assert not attachments.looks_damaged("docx", b"anything")
