"""Making, asking, signing, installing, renewing: what is in force is always whole, and keys are where they belong."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from testimony.certificates.authority import Authority
from testimony.certificates.errors import CertificateRefused
from testimony.certificates.request import Request
from testimony.certificates.scope import Scope, read_address
from testimony.errors import TestimonyError
from testimony.sealing.age.errors import KeyFileDamaged, PassphraseWrong
from testimony.services.certificates import store as certificate_store
from testimony.services.certificates.errors import (
    CertificateMissing,
    FileTaken,
    FileUnreadable,
    RequestMissing,
    StationRoleWrong,
)
from testimony.store.errors import StoreFailing, StoreFull
from testimony.store.files import durable
from tests.support.certificates.authorities import NOW, authority, in_days
from tests.support.settings import FAST


@pytest.fixture
def home(homes: Path) -> Path:
    return homes / "field"


@pytest.fixture
def made() -> Authority:
    return authority()


def answer(made: Authority, asked: bytes, **when: object) -> bytes:
    return certificate_store.sign(made, Request.parse(asked), **({"now": NOW} | when))  # type: ignore[arg-type]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(CertificateRefused) as caught:
        act()
    return caught.value.reason


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_the_key_of_the_authority_lies_under_its_passphrase(tmp_path: Path) -> None:
    made = certificate_store.make_authority(tmp_path / "ca", Scope.parse(), now=NOW, work=FAST)
    assert modes(tmp_path / "ca") == {certificate_store.ROOT: 0o600, certificate_store.ROOT_KEY: 0o600}
    sealed = (tmp_path / "ca" / certificate_store.ROOT_KEY).read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1\n-> scrypt ")
    opened = certificate_store.open_authority(tmp_path / "ca", made.passphrase)
    assert opened.key_pem not in sealed
    with pytest.raises(PassphraseWrong):
        certificate_store.open_authority(tmp_path / "ca", made.passphrase + "s")


def test_an_authority_is_not_written_over(tmp_path: Path) -> None:
    certificate_store.make_authority(tmp_path, Scope.parse(), now=NOW, work=FAST)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(FileTaken):
        certificate_store.make_authority(tmp_path, Scope.parse(), now=NOW, work=FAST)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_full_disk_leaves_no_half_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = durable.write_new

    def fill(path: Path, data: bytes) -> None:
        if path.name.startswith(certificate_store.ROOT + "."):
            raise OSError(28, "No space left on device")
        written(path, data)

    monkeypatch.setattr(durable, "write_new", fill)
    with pytest.raises(StoreFull):
        certificate_store.make_authority(tmp_path, Scope.parse(), now=NOW, work=FAST)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"age-encryption.org/v1\n", b"-----BEGIN PRIVATE KEY-----"])
def test_a_damaged_authority_is_said(damage: bytes, tmp_path: Path) -> None:
    made = certificate_store.make_authority(tmp_path, Scope.parse(), now=NOW, work=FAST)
    (tmp_path / certificate_store.ROOT_KEY).write_bytes(damage)
    with pytest.raises(KeyFileDamaged):
        certificate_store.open_authority(tmp_path, made.passphrase)
    (tmp_path / certificate_store.ROOT).unlink()
    with pytest.raises(FileUnreadable):
        certificate_store.open_authority(tmp_path, made.passphrase)


def test_a_node_asks_installs_and_serves_what_came_back(home: Path, made: Authority) -> None:
    assert certificate_store.installed(home) is None
    held = certificate_store.install(home, answer(made, certificate_store.ask(home)), now=NOW)
    assert (held.name, held.ends) == ("testimony.internal", in_days(90))
    assert modes(home / certificate_store.FOLDER) == {certificate_store.IN_FORCE: 0o600}
    assert stat.S_IMODE((home / certificate_store.FOLDER).stat().st_mode) == 0o700
    assert certificate_store.required(home).leaf == held.leaf


def test_the_key_of_a_node_is_in_no_file_that_travels(home: Path, made: Authority) -> None:
    asked = certificate_store.ask(home)
    sent = answer(made, asked)
    assert b"PRIVATE" not in asked + sent
    certificate_store.install(home, sent, now=NOW)
    assert b"PRIVATE" in certificate_store.in_force(home).read_bytes()


def test_asking_twice_names_one_key_so_that_either_answer_fits(home: Path, made: Authority) -> None:
    first, second = certificate_store.ask(home), certificate_store.ask(home, addresses=[read_address("10.42.0.9")])
    assert Request.parse(first).fingerprint == Request.parse(second).fingerprint == certificate_store.waiting(home)
    certificate_store.install(home, answer(made, first), now=NOW)
    assert certificate_store.waiting(home) == ""


def test_renewing_makes_a_new_key_and_keeps_the_old_in_force_until_then(home: Path, made: Authority) -> None:
    addresses = [read_address("10.42.0.7")]
    first = certificate_store.install(home, answer(made, certificate_store.ask(home, addresses=addresses)), now=NOW)
    asked = certificate_store.ask_again(home)
    assert certificate_store.required(home).leaf == first.leaf
    second = certificate_store.install(home, answer(made, asked, now=in_days(80)), now=in_days(80))
    assert (second.name, second.addresses) == (first.name, addresses)
    assert second.ends == in_days(170)
    assert second.key.private_numbers() != first.key.private_numbers()


def test_a_certificate_that_ended_is_renewed_all_the_same(home: Path, made: Authority) -> None:
    certificate_store.install(home, answer(made, certificate_store.ask(home)), now=NOW)
    later = in_days(400)
    assert (
        certificate_store.install(
            home, answer(made, certificate_store.ask_again(home), now=later), now=later
        ).days_left(later)
        == 90
    )


def test_what_does_not_fit_changes_nothing(home: Path, made: Authority) -> None:
    before = certificate_store.install(home, answer(made, certificate_store.ask(home)), now=NOW)
    asked = certificate_store.ask_again(home)
    refusals = {
        "certificate": b"nothing",
        "key": answer(made, Request.make(before.key, "testimony.internal", [])),
        "other-authority": answer(authority(), asked),
        "ended": answer(made, asked, now=in_days(-200), days=1),
    }
    for reason, sent in refusals.items():
        assert refused(lambda sent=sent: certificate_store.install(home, sent, now=NOW)) == reason  # type: ignore[misc]
        assert certificate_store.required(home).leaf == before.leaf
        assert certificate_store.waiting(home)
    assert certificate_store.install(home, answer(made, asked), now=NOW).leaf != before.leaf


def test_another_authority_takes_over_only_when_that_is_meant(home: Path, made: Authority) -> None:
    certificate_store.install(home, answer(made, certificate_store.ask(home)), now=NOW)
    other = authority()
    new = certificate_store.install(home, answer(other, certificate_store.ask_again(home)), now=NOW, new_authority=True)
    assert new.root == other.certificate


def test_a_clock_that_is_behind_takes_the_certificate_in(home: Path, made: Authority) -> None:
    """A Pi has no clock battery: what it thinks of the date must not keep it from its certificate."""
    held = certificate_store.install(home, answer(made, certificate_store.ask(home)), now=in_days(-3000))
    assert held.begins > in_days(-3000)


def test_installing_again_after_a_power_cut_is_no_mistake(home: Path, made: Authority) -> None:
    sent = answer(made, certificate_store.ask(home))
    first = certificate_store.install(home, sent, now=NOW)
    assert certificate_store.install(home, sent, now=NOW).leaf == first.leaf


def test_wherever_the_disk_fails_the_old_or_the_new_is_in_force(
    home: Path, made: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = certificate_store.install(home, answer(made, certificate_store.ask(home)), now=NOW)
    sent = answer(made, certificate_store.ask_again(home))
    for step in ("write_new", "sync_file", "sync_folder"):
        copy = Path(shutil.copytree(home, tmp_path / step))

        def fail(*_: object) -> None:
            raise OSError(5, "Input/output error")

        with monkeypatch.context() as patched:
            patched.setattr(durable, step, fail)
            with pytest.raises(TestimonyError):
                certificate_store.install(copy, sent, now=NOW)
        assert certificate_store.required(copy).leaf == old.leaf or step == "sync_folder"
        assert certificate_store.install(copy, sent, now=NOW).leaf != old.leaf


def test_without_a_request_or_a_certificate_it_says_what_comes_first(home: Path, made: Authority) -> None:
    sent = answer(made, Request.make(authority().key, "testimony.internal", []))
    with pytest.raises(RequestMissing):
        certificate_store.install(home, sent, now=NOW)
    with pytest.raises(CertificateMissing):
        certificate_store.ask_again(home)
    certificate_store.install(home, answer(made, certificate_store.ask(home)), now=NOW)
    with pytest.raises(RequestMissing):
        certificate_store.install(home, sent, now=NOW)


@pytest.mark.parametrize("home_of", ["central", "desk-lawyer"])
def test_only_a_field_node_has_a_certificate_of_ours(home_of: str, homes: Path) -> None:
    with pytest.raises(StationRoleWrong):
        certificate_store.ask(homes / home_of)
    assert not (homes / home_of / certificate_store.FOLDER).exists()


def test_a_damaged_certificate_in_force_is_said(home: Path, made: Authority) -> None:
    certificate_store.install(home, answer(made, certificate_store.ask(home)), now=NOW)
    certificate_store.in_force(home).write_bytes(b"-----BEGIN")
    assert refused(lambda: certificate_store.installed(home)) == "certificate"


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    certificate_store.write_new(tmp_path / "a", b"1")
    with pytest.raises(FileTaken):
        certificate_store.write_new(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"1"


def test_a_folder_that_cannot_be_looked_into_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreFailing):
        certificate_store.write_new(tmp_path / ("x" * 300) / "a", b"1")
