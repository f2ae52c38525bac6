"""A reader's key file: made once and never overwritten, and never without a passphrase that opens it."""

from __future__ import annotations

import logging
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from testimony.sealing.age.errors import PassphraseWrong
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.keys.wordlist import propose_passphrase
from testimony.sealing.roster.errors import EnrolmentRefused
from testimony.services.certificates.errors import FileTaken
from testimony.services.enrolment import enrolment, reader_key
from testimony.services.enrolment.errors import PassphraseRefused
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.errors import KeyNotForDesk
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.errors import StationWaiting
from testimony.store.errors import StoreUnwritable
from tests.support.settings import FAST

OLD, NEW = "ladder unmoved crispy trolley oval mimosa", "stump glacier unpaid reword lilac defy"
DAY = "2026-01-20"
KILLED = 9


def desk(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "desk", role="desk", name="lawyer-3")
    enrolment.prepare_keyless(settings)
    return settings


def made(settings: Settings, passphrase: str = OLD, **changes: str) -> str:
    told = {"id": "lawyer-3", "role": "lawyer", "day": DAY, **changes}
    return reader_key.make(settings, passphrase, passphrase, **told, work=FAST).fingerprint


def test_what_is_proposed_is_never_refused() -> None:
    for _ in range(50):
        reader_key.require_usable(words := propose_passphrase(), words, ("lawyer-3",))


@pytest.mark.parametrize(
    "guessed",
    [
        "",
        "password",
        "lawyer-3",
        "lawyer-3 lawyer-3",
        "Qwertyuiop123",
        "correct horse",
        "2026-01-20",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_what_is_guessed_in_a_short_time_is_refused(guessed: str) -> None:
    with pytest.raises(PassphraseRefused) as refused:
        reader_key.require_usable(guessed, guessed, ("lawyer-3",))
    assert refused.value.reason == "guessable"


@pytest.mark.parametrize(
    ("typed", "again", "reason"),
    [(OLD, NEW, "again"), (OLD.replace(" ", "  "), OLD.replace(" ", "  "), "spaces"), ("x" * 257, "x" * 257, "long")],
)
def test_typed_otherwise_or_not_to_be_typed_again_it_is_refused(typed: str, again: str, reason: str) -> None:
    with pytest.raises(PassphraseRefused) as refused:
        reader_key.require_usable(typed, again)
    assert refused.value.reason == reason


def test_a_desk_without_a_key_waits_until_its_reader_made_one(tmp_path: Path) -> None:
    settings = desk(tmp_path)
    assert enrolment.waits(settings.home)
    assert enrolment.lacks_request(settings.home)
    with pytest.raises(StationWaiting):
        open_station(settings.home)
    fingerprint = made(settings)
    assert enrolment.waits(settings.home)
    assert not enrolment.lacks_request(settings.home)
    assert enrolment.asked(settings.home).fingerprint == fingerprint


def test_the_key_file_is_for_this_user_alone_and_its_public_half_is_asked_for(tmp_path: Path) -> None:
    settings = desk(tmp_path)
    made(settings)
    file = settings.home / opening_reader.READER_KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key_file = KeyFile.open(file.read_bytes(), OLD)
    assert key_file.opening is not None
    assert enrolment.asked(settings.home).recipient == key_file.opening.recipient
    assert sorted(path.name for path in settings.home.iterdir()) == ["enrolment.json", "reader.key", "station.json"]


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    settings = desk(tmp_path)
    made(settings)
    before = (settings.home / opening_reader.READER_KEY).read_bytes()
    with pytest.raises(FileTaken):
        made(settings, NEW)
    with pytest.raises(FileTaken):
        reader_key.write_new(settings.home / opening_reader.READER_KEY, reader_key.new_reader(), NEW, work=FAST)
    assert (settings.home / opening_reader.READER_KEY).read_bytes() == before


def test_after_a_crash_between_key_and_request_the_same_key_is_asked_for(tmp_path: Path) -> None:
    settings = desk(tmp_path)
    first = made(settings)
    (settings.home / "enrolment.json").unlink()
    assert reader_key.is_begun(settings)
    with pytest.raises(PassphraseWrong):
        made(settings, NEW)
    assert made(settings) == first


def test_nothing_is_made_for_a_name_or_a_role_that_there_is_not(tmp_path: Path) -> None:
    settings = desk(tmp_path)
    with pytest.raises(EnrolmentRefused):
        made(settings, id="Mara Example")
    with pytest.raises(KeyNotForDesk):
        made(settings, role="recovery")
    with pytest.raises(PassphraseRefused):
        made(settings, "lawyer-3")
    assert reader_key.is_lacking(settings)


def test_another_passphrase_opens_the_same_key_and_the_old_one_no_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = sealed_in(tmp_path)
    before = KeyFile.open(file.read_bytes(), OLD)
    with caplog.at_level(logging.DEBUG):
        reader_key.change(file, OLD, NEW, NEW, work=FAST)
    after = KeyFile.open(file.read_bytes(), NEW)
    assert before.opening
    assert after.opening
    assert (after.opening.seed, after.signing_seed) == (before.opening.seed, before.signing_seed)
    with pytest.raises(PassphraseWrong):
        KeyFile.open(file.read_bytes(), OLD)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    assert not any(words in caplog.text for words in (OLD, NEW))


@pytest.mark.parametrize(
    ("old", "new", "again", "error"),
    [
        (NEW, NEW, NEW, PassphraseWrong),
        (OLD, OLD, OLD, PassphraseRefused),
        (OLD, NEW, OLD, PassphraseRefused),
        (OLD, "qwerty", "qwerty", PassphraseRefused),
    ],
)
def test_what_is_refused_changes_nothing(
    old: str, new: str, again: str, error: type[Exception], tmp_path: Path
) -> None:
    file = sealed_in(tmp_path)
    before = file.read_bytes()
    with pytest.raises(error):
        reader_key.change(file, old, new, again, work=FAST)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_what_does_not_open_with_the_new_passphrase_takes_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sealed_in(tmp_path)
    before = file.read_bytes()
    monkeypatch.setattr(KeyFile, "seal", lambda self, _passphrase, _work: other)
    other = reader_key.new_reader()._text().encode()
    with pytest.raises(Exception):  # noqa: B017  # whatever it is
        reader_key.change(file, OLD, NEW, NEW, work=FAST)
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_written_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = sealed_in(tmp_path)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "")

    monkeypatch.setattr("testimony.store.files.durable.write_new", refuse)
    with pytest.raises(StoreUnwritable):
        reader_key.change(file, OLD, NEW, NEW, work=FAST)
    assert KeyFile.open(file.read_bytes(), OLD)


CHANGING = """
    import os, sys
    from pathlib import Path
    from testimony.sealing.age.errors import PassphraseWrong
    from testimony.services.accounts import password_strength
    from testimony.services.enrolment import reader_key
    file, old, new = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    sealed = file.read_bytes()
    password_strength.weakest(new, ())  # loaded before the forks
    for at in range(1, 200):
        for path in file.parent.iterdir():
            path.unlink()
        file.write_bytes(sealed)
        child = os.fork()
        if child == 0:
            left = [at]
            def counted(act):
                def run(*given, **named):
                    left[0] -= 1
                    if left[0] == 0:
                        os._exit(9)
                    return act(*given, **named)
                return run
            for name in ("open", "write", "fsync", "link", "unlink", "rename", "replace", "close"):
                setattr(os, name, counted(getattr(os, name)))
            reader_key.change(file, old, new, new, work=10)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        opens = []
        for words in (old, new):
            try:
                reader_key.KeyFile.open(file.read_bytes(), words)
                opens.append("old" if words == old else "new")
            except PassphraseWrong:
                pass
        print(at, code, *opens)
        if code == 0:
            break
"""


def test_killed_at_any_call_to_the_disk_one_of_the_two_passphrases_opens_the_file(tmp_path: Path) -> None:
    file = sealed_in(tmp_path)
    program = [sys.executable, "-c", textwrap.dedent(CHANGING), str(file), OLD, NEW]
    said = subprocess.run(program, capture_output=True, text=True, timeout=120, check=True).stdout
    lines = [line.split() for line in said.splitlines()]
    killed, last = lines[:-1], lines[-1]
    assert last[1:] == ["0", "new"]
    assert len(killed) >= 8, "there are as many calls to be killed at"
    assert {line[1] for line in killed} == {str(KILLED)}
    assert all(len(line) == 3 for line in killed), "exactly one of them opens it"
    assert {line[2] for line in killed} == {"old", "new"}, "killed before and after the renaming"


def sealed_in(folder: Path) -> Path:
    file = folder / "reader.key"
    reader_key.write_new(file, reader_key.new_reader(), OLD, work=FAST)
    return file
