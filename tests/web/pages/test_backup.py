"""The page of backups: what is wrong gets one sentence and changes nothing, and a tested backup is well."""

from __future__ import annotations

import errno
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from testimony.domain.administrators import BACKUP_KEY
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys.key_file import KeyFile
from testimony.services.accounts import audit, interviewers, sessions, start_tokens
from testimony.services.backup import key_files, last_backup, restore
from testimony.services.backup.restore import Given
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.station.trials import TRIALS
from testimony.store.errors import StoreFull
from testimony.store.files import durable, removable
from testimony.store.models.records import Held, ObjectRow
from testimony.sync.backup import writer
from testimony.sync.backup.reader import SealedSource
from testimony.sync.jobs.station_backup import BackupRun, BackupWork
from tests.support.services.recovery.backups import KEEPER
from tests.support.settings import FAST
from tests.support.web.accounts import hold
from tests.support.web.browser import Browser
from tests.support.web.pages import sign_in

WORDS = "river lamp orchid canyon velvet tundra"


@pytest.fixture
def sticks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick_key_files: None) -> tuple[Path, Path]:
    """Two mounted sticks; a third one, "key", is there too."""
    found = tmp_path / "media" / "one", tmp_path / "media" / "two"
    mounted = [*found, tmp_path / "media" / "key"]
    for folder in mounted:
        folder.mkdir(parents=True)
    monkeypatch.setattr(removable, "writable_mounts", lambda *_: mounted)
    return found


@pytest.fixture
def at(browser: Callable[..., Browser], opened: Callable[[str], Station]) -> Callable[[str], Browser]:
    """A browser of the person who makes the backups of the station of a role."""

    def make(role: str) -> Browser:
        station = opened(role)
        station.settings = replace(station.settings, demonstration=False, backup_days=7)
        one = browser(role)
        if role == "field":
            assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
        return one

    return make


@pytest.fixture
def desk(at: Callable[[str], Browser]) -> Browser:
    return at("lawyer")


def page(one: Browser, lang: str = "en") -> str:
    """What the page says when what was begun has ended, without its tags."""
    work: BackupWork = one.app.extensions["testimony.backup"]
    assert work.wait(120)
    text = re.sub(r"<[^>]+>", " ", one.get(f"/{lang}/backup").text)
    return " ".join(text.replace("&#34;", '"').split())


def make(one: Browser, folder: Path, apart: Path, recipients: str = KEEPER.recipient.text) -> Any:
    return one.post("/backup/make", {"folder": str(folder), "apart": str(apart), "recipients": recipients})


def try_out(one: Browser, folder: Path, apart: Path, key: bytes = KEEPER.text.encode(), words: str = "") -> Any:
    said = {"folder": str(folder), "apart": str(apart), "key": b64encode(key).decode(), "passphrase": words}
    return one.post_json("/backup/test", said)


@pytest.mark.parametrize("role", ["field", "central", "lawyer"])
def test_a_key_a_backup_and_its_test_end_the_warning(
    role: str, at: Callable[[str], Browser], sticks: tuple[Path, Path], opened: Callable[[str], Station]
) -> None:
    desk, station, (one, two) = at(role), opened(role), sticks
    assert "There is no backup yet." in page(desk)
    said = {"folder": str(two.with_name("key")), "passphrase": WORDS, "again": WORDS}
    assert desk.post_json("/backup/key", said).status_code == 201
    (key,) = two.with_name("key").iterdir()
    assert key_files.recipients_of(station) == [key_files.opening_key(key.read_bytes(), lambda: WORDS).recipient]
    assert make(desk, one, two, "").status_code == 303
    assert "written and read back" in page(desk)
    assert "No backup was tested by restoring it." in page(desk)
    assert 'data-level="warning"' in desk.get("/en/doctor").text
    assert try_out(desk, one, two, key.read_bytes(), WORDS).status_code == 202
    assert "is sound" in page(desk)
    assert last_backup.untested(station) is None
    assert 'data-stands="good"' in desk.get("/en/backup").text
    line = desk.get("/en/doctor").text.split('data-line="backup"')[1].split("</dd>")[0]
    assert 'data-level="well"' in line
    assert list((station.settings.home / TRIALS).iterdir()) == []


def test_nothing_on_the_sticks_can_be_read_and_each_has_only_its_own_file(
    desk: Browser, sticks: tuple[Path, Path]
) -> None:
    make(desk, *sticks)
    page(desk)
    names = [[file.name.rsplit("-", 1)[0] for file in stick.iterdir()] for stick in sticks]
    assert [len(found) for found in names] == [1, 1]
    for stick in sticks:
        (file,) = stick.iterdir()
        assert file.read_bytes().startswith(b"age-encryption.org/v1\n")


def test_one_stick_alone_is_refused_and_nothing_is_written(desk: Browser, sticks: tuple[Path, Path]) -> None:
    answer = make(desk, sticks[0], sticks[0])
    assert answer.status_code == 422
    assert "Choose two different sticks." in answer.text
    assert [list(stick.iterdir()) for stick in sticks] == [[], []]


def test_the_key_file_does_not_lie_beside_the_backup_or_the_shred_keys(
    desk: Browser, sticks: tuple[Path, Path]
) -> None:
    key = sticks[0].with_name("key")
    said = {"folder": str(key), "passphrase": WORDS, "again": WORDS}
    assert desk.post_json("/backup/key", said).status_code == 201
    for folder, apart in ((key, sticks[1]), (sticks[0], key)):
        answer = make(desk, folder, apart)
        assert (answer.status_code, "on a third one" in answer.text) == (422, True)
    assert [len(list(stick.iterdir())) for stick in (*sticks, key)] == [0, 0, 1]


def test_a_stick_inside_another_is_refused_and_nothing_is_written(
    desk: Browser, sticks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = sticks[0] / "inside"
    inside.mkdir()
    monkeypatch.setattr(removable, "writable_mounts", lambda *_: [sticks[0], inside])
    answer = make(desk, sticks[0], inside)
    assert answer.status_code == 422
    assert "must not lie in the backup" in answer.text
    assert (list(sticks[0].iterdir()), list(inside.iterdir())) == ([inside], [])


def test_with_nothing_chosen_the_form_comes_back(desk: Browser, sticks: tuple[Path, Path]) -> None:
    headers = {"Referer": f"{desk.base}/en/backup"}
    data = {"csrf_token": desk.csrf(), "recipients": "age1pq1 half a line"}
    answer = desk.client.post("/backup/make", base_url=desk.base, data=data, headers=headers)
    assert answer.status_code == 400
    assert "age1pq1 half a line" in answer.text
    assert 'action="/backup/make"' in answer.text


@pytest.mark.parametrize(
    ("recipients", "status", "words"),
    [("", 422, "Make a key for the backups first"), ("age1pq1wrong", 400, "not a key of the kind")],
)
def test_without_somebody_who_can_open_it_no_backup_begins(
    desk: Browser, sticks: tuple[Path, Path], recipients: str, status: int, words: str
) -> None:
    answer = make(desk, *sticks, recipients)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert [list(stick.iterdir()) for stick in sticks] == [[], []]


def test_a_folder_that_is_no_stick_is_refused(desk: Browser, sticks: tuple[Path, Path], tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert make(desk, elsewhere, sticks[1]).status_code == 409
    assert try_out(desk, elsewhere, sticks[1]).status_code == 409
    assert list(elsewhere.iterdir()) == []


def test_a_key_that_is_lost_or_wrong_is_said_at_once(desk: Browser, sticks: tuple[Path, Path]) -> None:
    make(desk, *sticks)
    page(desk)
    sealed = KeyFile(opening=KEEPER).seal(WORDS, FAST)
    for key, words, status, sentence in (
        (b"", "", 422, "This is not a key file"),
        (b"no key at all", "", 422, "This is not a key file"),
        (sealed, "other words", 403, "This passphrase does not open the key"),
    ):
        answer = try_out(desk, *sticks, key, words)
        assert (answer.status_code, sentence in answer.json["sentence"]) == (status, True)


def test_a_backup_that_does_not_open_is_not_counted_as_tested(
    desk: Browser, sticks: tuple[Path, Path], opened: Callable[[str], Station]
) -> None:
    station = opened("lawyer")
    assert "There is no backup of this station" in try_out(desk, *sticks).json["sentence"]
    make(desk, *sticks)
    page(desk)
    assert try_out(desk, *sticks, OpeningKey.generate().text.encode()).status_code == 202
    assert "This key does not open this backup" in page(desk)
    (file,), (copy,) = (list(stick.iterdir()) for stick in sticks)
    whole, keys = file.read_bytes(), copy.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    try_out(desk, *sticks)
    assert "cut off or damaged" in page(desk)
    file.write_bytes(whole)
    copy.write_bytes(key_files.seal(b"", [KEEPER.recipient]))
    try_out(desk, *sticks)
    assert "The copy of the shred keys lacks some" in page(desk)
    copy.write_bytes(key_files.seal(f"{32 * '0'} {64 * '0'}\n".encode(), [KEEPER.recipient]))
    try_out(desk, *sticks)
    assert "does not belong to this backup" in page(desk)
    copy.unlink()
    assert "not on this stick" in try_out(desk, *sticks).json["sentence"]
    assert last_backup.last_tested(station.settings) is None
    copy.write_bytes(keys)
    try_out(desk, *sticks)
    assert "is sound" in page(desk)


def test_an_older_backup_does_not_stand_for_the_last_one(
    desk: Browser, sticks: tuple[Path, Path], opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    station = opened("lawyer")
    make(desk, *sticks)
    page(desk)
    (file,) = sticks[0].iterdir()
    older = file.read_bytes()
    monkeypatch.setattr(type(station), "today", lambda _: "2099-01-02")
    make(desk, *sticks)
    page(desk)
    file.write_bytes(older)
    try_out(desk, *sticks)
    assert "a newer one was made since" in page(desk)
    assert last_backup.last_tested(station.settings) is None


def test_another_backup_of_the_same_day_does_not_stand_for_the_last_one(
    desk: Browser, sticks: tuple[Path, Path], opened: Callable[[str], Station]
) -> None:
    station, other = opened("lawyer"), OpeningKey.generate()
    make(desk, *sticks)
    page(desk)
    (file,), (copy,) = (list(stick.iterdir()) for stick in sticks)
    earlier = {one: one.read_bytes() for one in (file, copy)}
    make(desk, *sticks, other.recipient.text)
    page(desk)
    later = {one: one.read_bytes() for one in (file, copy)}
    for one, data in earlier.items():
        one.write_bytes(data)
    try_out(desk, *sticks)
    assert "a newer one was made since" in page(desk)
    assert last_backup.untested(station) == "never"
    for one, data in later.items():
        one.write_bytes(data)
    try_out(desk, *sticks, other.text.encode())
    assert "is sound" in page(desk)
    assert last_backup.untested(station) is None


def test_a_backup_of_another_organisation_does_not_stand_for_ours(
    desk: Browser, sticks: tuple[Path, Path], opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = writer._opening
    monkeypatch.setattr(writer, "_opening", lambda station: replace(ours(station), root="0" * 64))
    make(desk, *sticks)
    page(desk)
    try_out(desk, *sticks)
    assert "belongs to another organisation" in page(desk)
    assert last_backup.last_tested(opened("lawyer").settings) is None


def test_a_stopped_backup_leaves_the_one_before(
    desk: Browser, sticks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    make(desk, *sticks)
    page(desk)
    before = {file: file.read_bytes() for stick in sticks for file in stick.iterdir()}
    work: BackupWork = desk.app.extensions["testimony.backup"]
    start = work.start
    monkeypatch.setattr(work, "start", lambda new, act: (new.stop(), start(new, act))[1])
    make(desk, *sticks)
    assert "Stopped" in page(desk)
    assert {file: file.read_bytes() for stick in sticks for file in stick.iterdir()} == before


@pytest.mark.parametrize("reading", [1, 2])
def test_a_stopped_test_leaves_nothing_and_does_not_count(
    desk: Browser,
    sticks: tuple[Path, Path],
    opened: Callable[[str], Station],
    monkeypatch: pytest.MonkeyPatch,
    reading: int,
) -> None:
    """Whether it is stopped in its first reading of the file or in the second, which restores."""
    make(desk, *sticks)
    page(desk)
    (file,) = sticks[0].iterdir()
    end, count = file.stat().st_size * (reading - 1), BackupRun.count

    def stopping(run: BackupRun, size: int) -> None:
        count(run, size)
        if run.done > end:
            run.stop()

    monkeypatch.setattr(BackupRun, "count", stopping)
    try_out(desk, *sticks)
    assert "Stopped" in page(desk)
    home = opened("lawyer").settings.home
    assert not (home / TRIALS).exists() or list((home / TRIALS).iterdir()) == []
    assert last_backup.last_tested(opened("lawyer").settings) is None


def test_a_backup_goes_on_when_the_key_is_locked(
    desk: Browser, sticks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    work: BackupWork = desk.app.extensions["testimony.backup"]
    start, lock = work.start, desk.app.extensions["testimony.key"].forget
    monkeypatch.setattr(work, "start", lambda new, act: start(new, lambda run: (lock(), act(run))[1]))
    make(desk, *sticks)
    assert work.wait(120)
    assert work.last is not None
    assert work.last.succeeded


@pytest.mark.parametrize("what", ["backup", "shred keys"])
@pytest.mark.parametrize("has_one", [False, True])
def test_files_of_a_lost_desk_with_this_name_are_not_written_over(
    desk: Browser, sticks: tuple[Path, Path], tmp_path: Path, what: str, has_one: bool
) -> None:
    if has_one:
        make(desk, *sticks)
        page(desk)
    work: BackupWork = desk.app.extensions["testimony.backup"]
    names = work._file_name("backup", "lawyer-1", ".age"), work._file_name("shred", "lawyer-1", ".keys")
    foreign = sticks[0] / names[0] if what == "backup" else sticks[1] / names[1]
    foreign.write_bytes(key_files.seal(b"of the lost desk", [KEEPER.recipient]))
    before = {file: file.read_bytes() for stick in sticks for file in stick.iterdir()}
    answer = make(desk, *sticks)
    assert (answer.status_code, "did not write" in answer.text) == (422, True)
    assert {file: file.read_bytes() for stick in sticks for file in stick.iterdir()} == before


def test_a_desk_that_was_restored_from_its_first_backup_makes_the_next_on_the_same_sticks(
    desk: Browser, sticks: tuple[Path, Path], tmp_path: Path
) -> None:
    make(desk, *sticks)
    page(desk)
    (file,), (copy,) = (list(stick.iterdir()) for stick in sticks)
    first, home = file.read_bytes(), tmp_path / "restored"
    restore.restore(SealedSource(file, KEEPER), home, Given(shred_keys=copy, key=KEEPER))
    with open_station(home) as station:
        work = BackupWork(station)
        work.make(str(sticks[0]), str(sticks[1]), "lawyer-1")
        assert work.wait(120)
        assert work.last is not None
        assert work.last.succeeded
    assert file.read_bytes() != first


def test_a_key_file_that_is_there_is_kept(desk: Browser, sticks: tuple[Path, Path]) -> None:
    said = {"folder": str(sticks[0]), "passphrase": WORDS, "again": WORDS}
    assert desk.post_json("/backup/key", {**said, "again": "other"}).status_code == 422
    assert list(sticks[0].iterdir()) == []
    assert desk.post_json("/backup/key", said).status_code == 201
    (key,) = sticks[0].iterdir()
    before = key.read_bytes()
    answer = desk.post_json("/backup/key", said)
    assert (answer.status_code, key.read_bytes()) == (422, before)
    assert "already" in answer.json["sentence"]


@pytest.mark.parametrize("failing", ["the stick is pulled", "the stick is full", "the disk is full"])
def test_a_key_that_could_not_be_made_leaves_nothing_and_can_be_made_again(
    desk: Browser, sticks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    said = {"folder": str(sticks[0]), "passphrase": WORDS, "again": WORDS}
    opened = Path.open

    def pulled(path: Path, *how: Any, **more: Any) -> Any:
        if path.suffix == ".key":
            raise OSError(errno.EIO, "pulled")
        return opened(path, *how, **more)

    def half(path: Path, data: bytes) -> None:
        path.write_bytes(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "full")

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        if failing == "the stick is pulled":
            patched.setattr(Path, "open", pulled)
        elif failing == "the stick is full":
            patched.setattr(durable, "create_file", half)
        else:
            patched.setattr(durable, "replace_file", full)
        answer = desk.post_json("/backup/key", said)
    assert answer.status_code == (409 if failing == "the stick is pulled" else 507)
    assert list(sticks[0].iterdir()) == []
    assert desk.post_json("/backup/key", said).status_code == 201


@pytest.mark.parametrize("mended_by", ["key", "recipients"])
def test_a_damaged_note_of_who_opens_the_backups_is_said_and_mended_on_the_page(
    desk: Browser, sticks: tuple[Path, Path], opened: Callable[[str], Station], mended_by: str
) -> None:
    station = opened("lawyer")
    (station.settings.home / key_files.RECIPIENTS).write_text("age1pq1half\n")
    assert "is damaged. Make a key" in page(desk)
    answer = make(desk, *sticks, "")
    assert (answer.status_code, "is damaged. Make a key" in answer.text) == (422, True)
    if mended_by == "key":
        said = {"folder": str(sticks[0].with_name("key")), "passphrase": WORDS, "again": WORDS}
        assert desk.post_json("/backup/key", said).status_code == 201
    make(desk, *sticks, "" if mended_by == "key" else KEEPER.recipient.text)
    assert "written and read back" in page(desk)
    assert len(key_files.recipients_of(station)) == 1


def test_the_warning_leads_to_the_page_and_the_command_to_restore_is_on_it(
    desk: Browser, sticks: tuple[Path, Path]
) -> None:
    assert 'href="/en/backup"' in desk.get("/en/doctor").text.split('data-line="backup"')[1].split("</dd>")[0]
    assert "testimony restore --from" in desk.get("/en/backup").text


@pytest.mark.parametrize("role", ["field", "central", "lawyer"])
def test_the_page_is_where_the_person_who_looks_after_the_station_looks(
    role: str, at: Callable[[str], Browser], sticks: tuple[Path, Path]
) -> None:
    assert 'href="/en/backup"' in at(role).get("/en/").text


@pytest.mark.parametrize("role", ["field", "central"])
def test_what_the_page_made_restores_a_node_and_central_on_another_machine(
    role: str, at: Callable[[str], Browser], sticks: tuple[Path, Path], opened: Callable[[str], Station], tmp_path: Path
) -> None:
    """With its signing key, so that the others go on to know it, and every sealed part."""
    one, station, home = at(role), opened(role), tmp_path / "again"
    make(one, *sticks)
    assert "written and read back" in page(one)
    (file,), (copy,) = (list(stick.iterdir()) for stick in sticks)
    restore.restore(SealedSource(file, KEEPER), home, Given(shred_keys=copy, key=KEEPER))
    with open_station(home) as again:
        assert again.kid == station.kid
        assert held(again) == held(station)
        assert held(again)


def held(station: Station) -> set[bytes]:
    """The sealed bodies that are whole here."""
    bodies = select(ObjectRow.name).where(ObjectRow.held == Held.HELD, ObjectRow.audience.is_(None))
    with station.database.reading() as session:
        return {station.parts.read(name) for name in session.scalars(bodies)}


def test_an_interviewer_makes_no_backup_of_a_node(
    browser: Callable[..., Browser], organisation: Organisation, sticks: tuple[Path, Path]
) -> None:
    """Every phone of the team is signed in there, and one may be stolen."""
    phone = browser("field")
    sign_in(phone, organisation)
    answer = phone.get("/en/backup")
    assert (answer.status_code, answer.location) == (303, "/en/start")
    assert 'href="/en/backup"' not in phone.get("/en/doctor").text
    assert make(phone, *sticks).status_code == 401
    assert [list(stick.iterdir()) for stick in sticks] == [[], []]


def test_the_token_of_a_node_opens_its_pages_once_and_to_nobody_who_signs_in_afterwards(
    at: Callable[[str], Browser], organisation: Organisation
) -> None:
    one = at("field")
    other = Browser(one.app, "field")
    answer = other.post_json("/start", {"token": one.app.config["START_TOKEN"]})
    assert (answer.status_code, "testimony node --home" in answer.json["sentence"]) == (403, True)
    token = start_tokens.request(one.app.extensions["testimony.station"].settings.home)
    assert other.post_json("/start", {"token": token}).status_code == 200
    assert other.get("/en/backup").status_code == 200
    sign_in(other, organisation)
    assert other.get("/en/backup").status_code == 303
    assert "interviewer-1" in other.get("/en/").text
    assert one.post("/session/end").status_code == 303
    assert one.get("/en/backup").status_code == 303


@pytest.mark.parametrize("by", ["key", "make"])
def test_no_key_is_in_force_that_the_record_of_acts_does_not_name(
    by: str,
    at: Callable[[str], Browser],
    opened: Callable[[str], Station],
    sticks: tuple[Path, Path],
    quick_passwords: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = Browser(at("central").app, "central")
    hold(one, "administrator")

    def fill(*_: object, **__: object) -> None:
        raise StoreFull

    monkeypatch.setattr(audit, "note", fill)
    said = {"folder": str(sticks[0]), "passphrase": WORDS, "again": WORDS}
    answer = one.post_json("/backup/key", said) if by == "key" else make(one, *sticks)
    assert answer.status_code == 507
    page(one)
    assert key_files.recipients_of(opened("central")) == []
    assert [file for stick in sticks for file in stick.iterdir()] == []


def test_a_token_of_a_node_outlives_a_full_disk(
    browser: Callable[..., Browser], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = browser("field")
    sign_in(phone, organisation)
    token = {"token": start_tokens.request(phone.app.extensions["testimony.station"].settings.home)}

    def fill(*_: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patched:
        patched.setattr(interviewers, "sign_out", fill)
        assert phone.post_json("/start", token).status_code == 507
    assert phone.get("/en/backup").status_code == 303
    assert phone.post_json("/start", token).status_code == 200
    assert phone.get("/en/backup").status_code == 200


def test_at_central_an_account_proves_itself_and_the_record_of_acts_names_the_new_key(
    at: Callable[[str], Browser],
    opened: Callable[[str], Station],
    sticks: tuple[Path, Path],
    quick_passwords: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = at("central")
    for role, status in (("registrar", 403), ("observer", 403), ("administrator", 200)):
        one = Browser(first.app, "central")
        hold(one, role)
        assert one.get("/en/backup").status_code == status
    make(one, *sticks)
    assert "written and read back" in page(one)
    with opened("central").database.reading() as session:
        acts = [(act.act, act.by, act.about) for act in audit.listed(session) if act.act == BACKUP_KEY]
    assert acts == [(BACKUP_KEY, "one-administrator", last_backup.digest_of([KEEPER.recipient])[:16])]
    assert 'data-act="backup-key"' in one.get("/en/acts").text
    make(one, *sticks)
    assert "written and read back" in page(one)
    assert one.get("/en/acts").text.count('data-act="backup-key"') == 1, "the same key is no change"
    before = {file: file.read_bytes() for stick in sticks for file in stick.iterdir()}
    monkeypatch.setattr(sessions, "FRESH", -1.0)
    answer = make(one, *sticks)
    assert (answer.status_code, answer.location) == (303, "/en/sign-in?then=stationbackup.show")
    assert try_out(one, *sticks).status_code == 401
    assert {file: file.read_bytes() for stick in sticks for file in stick.iterdir()} == before


def test_a_central_of_several_processes_names_the_command_and_begins_nothing(
    at: Callable[[str], Browser], sticks: tuple[Path, Path]
) -> None:
    central = at("central")
    central.app.config["WORKERS"] = 2
    assert "by command" in central.get("/en/backup").text
    assert make(central, *sticks).status_code == 409
    assert try_out(central, *sticks).status_code == 409
    assert [list(stick.iterdir()) for stick in sticks] == [[], []]
