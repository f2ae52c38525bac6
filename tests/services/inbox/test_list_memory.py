"""A desk that remembers: what is known is not opened again, and it shows what opening it again would show."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from testimony.domain.consent.fold import Act
from testimony.domain.testimony.inbox import Row
from testimony.sealing.age import age
from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.age.recipients import OpeningKey
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import late_grants
from testimony.services.custody import split_view
from testimony.services.enrolment.organisation import Organisation
from testimony.services.inbox import inbox
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import WordIndex
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.opening.sealed_index import SealedIndex
from testimony.services.review import bulk_review
from testimony.services.roster import adoption as roster_adoption
from testimony.services.withdrawal import shredding
from testimony.station.station import OPENED
from testimony.store.errors import StoreFull
from testimony.store.sql.entry_file import EntryFile
from tests.support.damage import last_byte_changed
from tests.support.services import rosters
from tests.support.services.batches import bring, told
from tests.support.services.desks import COUNT, LAWYERS, TODAY, Desk, circumstances, desks, testimony_at
from tests.support.services.reviews import meet

ALL = ("P01", "P04", "P06", "P07")
SAID = "الغابة"  # a word of the invented account
NAME = str(told(0)["identity"]["w_name"])


@dataclass
class Unlocked:
    """The list of one unlocking of the desk: as the program holds it, from an empty memory."""

    rows: dict[str, Row]
    found: frozenset[str]
    opened: list[str] = field(default_factory=list)
    named: frozenset[str] = frozenset()


@pytest.fixture
def at(organisation: Organisation, tmp_path: Path) -> Iterator[dict[str, Desk]]:
    homes = Path(shutil.copytree(organisation.folder, tmp_path / "org"))
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def desk(at: dict[str, Desk]) -> Desk:
    return at["lawyer-1"]


@pytest.fixture
def tids(desk: Desk, organisation: Organisation) -> list[str]:
    sealed = bring(organisation, desk.central, [told(number, ALL) for number in range(3)])
    desk.exchange()
    return [str(one.record.value["tid"]) for one in sealed]


def unlock(desk: Desk, *, day: date = TODAY, reader: Reader | None = None) -> Unlocked:
    """What is shown, and which testimonies were opened for it."""
    words, opened = WordIndex(), []
    index, look = InboxIndex(words), inbox.summaries.look

    def counted(*args: object, **kwargs: object) -> object:
        opened.extend(str(record.value["tid"]) for record in args[3].values())  # type: ignore[attr-defined]
        return look(*args, **kwargs)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inbox.summaries, "look", counted)
        index.read_on(desk.station, reader or desk.reader, AnnexIndex(remembers=True), day=day, seconds=600)
    return Unlocked(
        {row.tid: row for row in index.rows()},
        words.saying(SAID, lang="en") or frozenset(),
        opened,
        words.saying(NAME, lang="en") or frozenset(),
    )


def file_of(desk: Desk) -> Path:
    return desk.station.settings.home / OPENED / f"{desk.reader.key.recipient.kid}.db"


def test_what_is_known_is_not_opened_again_and_shows_and_finds_the_same(desk: Desk, tids: list[str]) -> None:
    first, second = unlock(desk), unlock(desk)
    assert sorted(first.opened) == sorted(tids)
    assert second.opened == []
    assert (second.rows, second.found, second.named) == (first.rows, first.found, first.named)
    assert first.named == set(tids), "by the witness's name"
    assert second.found == set(tids)


def test_nothing_readable_is_on_the_disk_and_sizes_do_not_tell_the_length_of_an_account(
    desk: Desk, organisation: Organisation
) -> None:
    account = told(0, ALL)
    longer = {**account, "text": account["text"] + " ..." * 40}
    bring(organisation, desk.central, [account, longer])
    desk.exchange()
    assert len(unlock(desk).found) == 2
    planted = [SAID.encode(), b"HRV-BIH", b"pb_land", b'"seen"']
    data = file_of(desk).read_bytes()
    assert [word for word in planted if word in data] == []
    sealed = EntryFile(file_of(desk)).read("list", EntryFile(file_of(desk)).names("list"))
    assert len({len(one) for one in sealed.values()}) == 1


def test_a_key_that_somebody_else_sealed_to_the_reader_opens_nothing(desk: Desk, tids: list[str]) -> None:
    """Somebody who can write to the disk knows the reader's public key, and reads the disk again later."""
    unlock(desk)
    file, known, file_key = EntryFile(file_of(desk)), bytes(range(32)), age.new_file_key()
    planted = age.seal_head(file_key, [desk.reader.key.recipient], 1) + age.seal_body(file_key, known)
    file.begin({"made": file.about()["made"], "key": planted})
    assert sorted(unlock(desk).opened) == sorted(tids)
    assert file.about()["key"] == planted
    sealed, keys = file.read("list", tids), desk.station.shred_keys.find_all(set(tids))
    assert set(sealed) == set(tids)
    made = file.about()["made"]
    for tid, data in sealed.items():
        with pytest.raises(InvalidTag):
            AESGCM(hkdf(known + keys[tid], b"", made)).decrypt(data[:12], data[12:], f"list {tid}".encode())


def test_an_old_copy_of_the_index_opens_nothing_of_a_testimony_that_was_destroyed(desk: Desk, tids: list[str]) -> None:
    unlock(desk)
    kept = file_of(desk).read_bytes()
    with desk.station.database.transaction() as session:
        shredding.bury(session, tids[0], "0" * 64, shredded=True)
    shredding.finish(desk.station)
    assert EntryFile(file_of(desk)).names("list") == set(tids[1:]), "the entry is destroyed with the testimony"
    file_of(desk).write_bytes(kept)
    memory = AnnexIndex(remembers=True).memory(desk.station, desk.reader)
    assert memory is not None
    assert memory.find("list", {tid: (tid,) for tid in tids}).keys() == set(tids[1:])
    assert memory.names("list") == set(tids[1:]), "what does not open is deleted"
    again = unlock(desk)
    assert again.found == set(tids[1:])
    assert again.opened == []


def test_the_consent_of_the_day_counts_and_not_that_of_the_day_on_which_it_was_opened(
    desk: Desk, tids: list[str]
) -> None:
    assert unlock(desk).found == set(tids)
    later = unlock(desk, day=date(2040, 1, 1))
    assert sorted(later.opened) == sorted(tids)
    assert later.found == frozenset()
    assert all("expired" in row.consent and "narrative" not in row.opens for row in later.rows.values())
    before = unlock(desk, day=TODAY)
    assert before.found == set(tids)


def test_an_act_about_consent_has_that_one_opened_again(desk: Desk, tids: list[str]) -> None:
    unlock(desk)
    for act in (Act.HOLD, Act.WITHDRAW):
        consent_acts.say(desk.station, desk.reader, desk.stands(tids[1]), act, LAWYERS, reason="other", day=TODAY)
        again = unlock(desk)
        assert again.opened == [tids[1]]
    assert again.rows[tids[1]].consent == {"release", "taken_back", "on_hold", "P06 public", "P07 mechanism"}
    assert tids[1] not in again.found


def test_reviews_are_heard_of_without_opening_the_testimony(desk: Desk, tids: list[str]) -> None:
    unlock(desk)
    bulk_review.assign(desk.station, desk.reader, desk.annexes, tids[:1], "lawyer-2", day=TODAY)
    again = unlock(desk)
    assert again.opened == []
    assert again.rows[tids[0]].assigned == ("lawyer-2",)


def test_where_headquarters_signed_two_logs_everything_is_looked_at_again(
    desk: Desk, tids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock(desk)
    monkeypatch.setattr(split_view, "is_forked", lambda *_: "kid")
    again = unlock(desk)
    assert sorted(again.opened) == sorted(tids)
    assert all("broken" in row.flags for row in again.rows.values())


def test_another_key_opens_nothing_of_it_and_begins_anew(desk: Desk, tids: list[str]) -> None:
    unlock(desk)
    kept = file_of(desk).read_bytes()
    other = replace(desk.reader, key=OpeningKey.generate())
    foreign = file_of(desk).with_name(f"{other.key.recipient.kid}.db")
    foreign.write_bytes(kept)
    again = unlock(desk, reader=other)
    assert sorted(again.opened) == sorted(tids)
    assert (again.found, {row.opens for row in again.rows.values()}) == (frozenset(), {()})


def test_under_a_new_roster_all_is_opened_again_at_the_places_that_are_known(
    desk: Desk, tids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock(desk)
    desk.reader.key.places.clear()
    monkeypatch.setattr(SealedIndex, "_made", b"another roster")
    tries, real = [], age._unwrap_one
    monkeypatch.setattr(age, "_unwrap_one", lambda *args: tries.append(args) or real(*args))
    again = unlock(desk)
    assert sorted(again.opened) == sorted(tids)
    assert again.found == set(tids)
    assert len(tries) == 1 + 6 * len(tids), "the key of the index, and six heads of each"


def test_a_yes_ends_while_the_desk_is_unlocked_when_a_roster_revokes_the_lawyer_who_recorded_it(
    at: dict[str, Desk], desk: Desk, organisation: Organisation
) -> None:
    tid, other = testimony_at(desk.central, organisation, "P01", "P04"), at["lawyer-2"]
    meet(at)
    late_grants.ask(
        other.station, other.reader, other.stands(tid), other.annexes, COUNT, circumstances(),
        life_months=None, agreed=True, day=TODAY,
    )  # fmt: skip
    meet(at)
    index, annexes = InboxIndex(WordIndex()), AnnexIndex(remembers=True)
    index.read_on(desk.station, desk.reader, annexes, day=TODAY, seconds=600)
    (row,), before = index.rows(), annexes.memory(desk.station, desk.reader)
    assert "release" in row.consent
    with desk.station.database.transaction() as session:
        last = desk.station.chain.records[-1]
        assert roster_adoption.adopt(desk.station, session, rosters.without(organisation, last, "lawyer-2"))
    index.read_on(desk.station, desk.reader, annexes, day=TODAY, seconds=600)
    (row,) = index.rows()
    assert "release" not in row.consent
    now = annexes.memory(desk.station, desk.reader)
    assert before
    assert now
    before.keep("list", {tid: "of a thread that began before"}, {tid: (tid,)})
    assert now.find("list", {tid: (tid,)}) == {}


@pytest.mark.parametrize("harm", ["cut", "strange", "lost", "bits"])
def test_a_damaged_index_is_made_again_and_nothing_is_lost(desk: Desk, tids: list[str], harm: str) -> None:
    first, file = unlock(desk), file_of(desk)
    data = file.read_bytes()
    if harm == "lost":
        file.unlink()
    elif harm == "bits":
        held = EntryFile(file)
        held.write("list", {tid: last_byte_changed(one) for tid, one in held.read("list", tids).items()})
    else:
        file.write_bytes(data[:5000] if harm == "cut" else b"no database at all" * 400)
    again = unlock(desk)
    assert sorted(again.opened) == sorted(tids)
    assert (again.rows, again.found) == (first.rows, first.found)
    assert unlock(desk).opened == []


def test_a_full_disk_costs_the_memory_and_not_the_list(
    desk: Desk, tids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull

    monkeypatch.setattr(EntryFile, "write", full)
    assert unlock(desk).found == set(tids)
    monkeypatch.undo()
    assert sorted(unlock(desk).opened) == sorted(tids)
    assert unlock(desk).opened == []
