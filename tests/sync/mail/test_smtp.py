"""An e-mail goes over TLS to a server whose certificate holds, or it does not go and one sentence says why."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.services.monitoring.errors import MAIL_SENTENCES
from testimony.settings import Settings
from testimony.sync.errors import MailNotSent
from testimony.sync.mail import smtp
from testimony.sync.mail.smtp import MailServer
from tests.support.sync import mail_server
from tests.support.sync.mail_server import HOST, PASSWORD, USER
from tests.support.sync.smtp import FROM, TO

SAYS = ("Testimony central: 2 things need you.", "Sign in.\n")


@pytest.fixture
def port(free_port: Callable[[], int]) -> int:
    return free_port()


def settings(folder: Path, port: int, **changes: object) -> Settings:
    given: dict[str, object] = {
        "mail_host": HOST, "mail_port": port, "mail_ca": "mail-ca.pem", "mail_from": FROM, "mail_to": TO,
    }  # fmt: skip
    return Settings(home=folder, role="central", name="central", **(given | changes))  # type: ignore[arg-type]


def way(folder: Path, port: int, **changes: object) -> MailServer:
    return MailServer.from_settings(settings(folder, port, **changes), {smtp.PASSWORD: PASSWORD})


def refused(server: MailServer) -> str:
    with pytest.raises(MailNotSent) as error:
        smtp.send(server, *SAYS)
    assert str(error.value) == MAIL_SENTENCES[error.value.reason]
    return error.value.reason


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_arrives_encrypted_signed_in_and_says_nothing_of_this_machine(
    security: str, tmp_path: Path, port: int
) -> None:
    with mail_server.running(tmp_path, port, security, must_sign_in=security == "starttls") as server:
        user = USER if security == "starttls" else ""
        assert smtp.send(way(tmp_path, port, mail_security=security, mail_user=user), *SAYS)
    (message,) = server.messages
    assert (message["Subject"], message.get_content().replace("\r\n", "\n")) == SAYS
    assert (message["From"], message["To"]) == (FROM, TO)
    assert message["Auto-Submitted"] == "auto-generated"
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
        "MIME-Version",
    }  # fmt: skip
    assert re.fullmatch(r"<[0-9a-f]{32}@watch\.example>", message["Message-ID"])
    assert str(message["Date"]).endswith(("+0000", "GMT"))
    assert {said for word, said in server.said if word == "EHLO"} == {"watch.example"}
    assert server.signed_in == (security == "starttls")
    everything = bytes(server.taken[0].content or b"").decode()
    assert socket.gethostname() not in everything
    assert socket.getfqdn() not in everything


def test_before_the_encryption_nothing_is_said_but_the_greeting(tmp_path: Path, port: int) -> None:
    with mail_server.running(tmp_path, port) as server:
        smtp.send(way(tmp_path, port, mail_user=USER), *SAYS)
    assert server.words == ["EHLO", "EHLO", "AUTH", "MAIL", "RCPT"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("of_server", "of_client"),
    [
        ({}, {"mail_ca": ""}),  # an authority that nobody here knows
        ({"address": "127.0.0.9"}, {}),  # another server's
        ({"days": 120}, {}),  # ended a month ago
        ({"days": -400}, {}),  # begins next year
    ],
)
def test_a_wrong_certificate_is_refused_before_anything_is_told(
    of_server: dict[str, object], of_client: dict[str, object], security: str, tmp_path: Path, port: int
) -> None:
    with mail_server.running(tmp_path, port, security, **of_server) as server:  # type: ignore[arg-type]
        changes = {"mail_security": security, "mail_user": USER, **of_client}
        assert refused(way(tmp_path, port, **changes)) == "certificate"
    assert set(server.words) <= {"EHLO"}
    assert server.taken == []


def test_the_name_counts_and_not_the_address_behind_it(tmp_path: Path, port: int) -> None:
    with mail_server.running(tmp_path, port) as server:
        assert refused(way(tmp_path, port, mail_host="localhost")) == "certificate"
    assert server.taken == []


def test_a_server_without_encryption_gets_neither_password_nor_e_mail(tmp_path: Path, port: int) -> None:
    with mail_server.running(tmp_path, port, "plain") as server:
        assert refused(way(tmp_path, port, mail_user=USER)) == "plain"
        assert refused(way(tmp_path, port, mail_security="tls")) == "tls"
    assert set(server.words) == {"EHLO"}


def test_there_is_no_setting_without_encryption(tmp_path: Path) -> None:
    from testimony.errors import SettingUnusable

    settings(tmp_path, 25).save()
    for wrong in ("", "none", "plain", "STARTTLS ", "ssl"):
        with pytest.raises(SettingUnusable):
            Settings.load(tmp_path, {"TESTIMONY_MAIL_SECURITY": wrong})
    assert Settings.load(tmp_path, {"TESTIMONY_MAIL_SECURITY": "tls"}).mail_security == "tls"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail_to", "a@b.example\nBcc: c@d.example"),
        ("mail_to", "vera"),
        ("mail_to", "a@b.example; c@d.example"),
        ("mail_from", "a@b.example,c@d.example"),
        ("mail_host", "mail example"),
        ("mail_host", "-x"),
        ("mail_user", "vera\r\nMAIL"),
        ("mail_language", "xx"),
        ("mail_port", "0"),
        ("backup_days", "-1"),
    ],
)
def test_settings_that_are_no_addresses_stop_the_start(name: str, value: str, tmp_path: Path) -> None:
    from testimony.errors import SettingUnusable

    settings(tmp_path, 25).save()
    with pytest.raises(SettingUnusable):
        Settings.load(tmp_path, {f"TESTIMONY_{name.upper()}": value})


def test_what_was_set_is_kept_and_what_was_not_is_not_written(tmp_path: Path) -> None:
    made = settings(tmp_path, 2525, mail_to=f"{TO}, b@watch.example", backup_days=3)
    made.save()
    found = Settings.load(tmp_path, {})
    assert replace(found, database_url=made.database_url) == made  # tests on a server give each central one of its own
    replace(made, mail_host="", mail_from="", mail_to="", mail_ca="", mail_port=587, backup_days=7).save()
    assert "mail" not in (tmp_path / "station.json").read_text()


def test_a_wrong_password_is_said(tmp_path: Path, port: int) -> None:
    with mail_server.running(tmp_path, port, must_sign_in=True) as server:
        made = MailServer.from_settings(settings(tmp_path, port, mail_user=USER), {smtp.PASSWORD: "wrong"})
        assert refused(made) == "login"
    assert server.taken == []


def test_each_recipient_gets_one_and_learns_of_no_other(tmp_path: Path, port: int) -> None:
    other = "ilir@watch.example"
    with mail_server.running(tmp_path, port) as server:
        assert smtp.send(way(tmp_path, port, mail_to=f"{TO}, {other}"), *SAYS)
    assert [one.rcpt_tos for one in server.taken] == [[TO], [other]]
    assert other.encode() not in bytes(server.taken[0].content or b"")
    first, second = server.messages
    assert first["Message-ID"] != second["Message-ID"]


def test_one_that_is_refused_keeps_no_other_from_theirs(tmp_path: Path, port: int) -> None:
    with mail_server.running(tmp_path, port) as server:
        server.refuses = {"gone@watch.example"}
        assert smtp.send(way(tmp_path, port, mail_to=f"gone@watch.example,{TO}"), *SAYS) is False
        assert [one.rcpt_tos for one in server.taken] == [[TO]]
        assert refused(way(tmp_path, port, mail_to="gone@watch.example")) == "recipients"
        server.full = True
        assert refused(way(tmp_path, port)) == "refused"


def test_a_server_that_is_away_or_says_nothing_is_told_apart(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mail-ca.pem").write_bytes(b"")
    assert refused(way(tmp_path, port)) == "authorities"
    assert refused(way(tmp_path, port, mail_ca="")) == "unreachable"
    assert refused(way(tmp_path, port, mail_ca="", mail_host="nowhere.invalid")) == "name"
    monkeypatch.setattr(smtp, "SMTP_TIMEOUT", 0.3)
    with saying(port, b""):
        assert refused(way(tmp_path, port, mail_ca="")) == "silent"
        assert refused(way(tmp_path, port, mail_ca="", mail_security="tls")) == "silent"
    monkeypatch.setattr(smtp, "SMTP_TIMEOUT", 10)
    with saying(port, b"220 mail\r\n", then_close=True):
        assert refused(way(tmp_path, port, mail_ca="")) == "broken"


def test_a_server_that_says_a_little_for_ever_is_given_up(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "LONGEST", 0.5)
    with saying(port, b"220-and then\r\n", for_ever=True), pytest.raises(MailNotSent) as error:
        smtp.send_in_time(way(tmp_path, port, mail_ca=""), *SAYS)
    assert error.value.reason == "silent"


@contextmanager
def saying(port: int, words: bytes, *, then_close: bool = False, for_ever: bool = False) -> Iterator[None]:
    """Somebody who listens there, says this to each and nothing more."""
    listener = socket.create_server((HOST, port))
    held: list[socket.socket] = []
    ended = threading.Event()

    def answer() -> None:
        while True:
            try:
                one, _ = listener.accept()
            except OSError:
                return
            one.sendall(words)
            while for_ever and not ended.wait(0.02):
                one.sendall(words)
            if then_close:
                one.recv(1000)
                one.close()
            held.append(one)

    thread = threading.Thread(target=answer)
    thread.start()
    yield
    ended.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)
    for one in held:
        one.close()


@pytest.mark.parametrize(
    ("mode", "text", "reason"),
    [
        (0o600, PASSWORD, ""),
        (0o640, f"{PASSWORD}\n", ""),
        (0o644, PASSWORD, "password-open"),
        (0o602, PASSWORD, "password-open"),
        (0o600, "", "password"),
        (0o600, "pass\nword", "password"),
        (0o600, "pässword", "password"),
        (0o600, "x" * 2000, "password"),
        (0o600, None, "password"),
    ],
)
def test_a_password_that_others_may_read_is_not_used(
    mode: int, text: str | None, reason: str, tmp_path: Path, port: int
) -> None:
    file = tmp_path / "mail-password"
    if text is not None:
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
    made = settings(tmp_path, port, mail_user=USER, mail_password_file=file.name)
    if reason:
        with pytest.raises(MailNotSent) as error:
            MailServer.from_settings(made, {smtp.PASSWORD: PASSWORD})
        assert error.value.reason == reason
    else:
        found = MailServer.from_settings(made, {})
        assert found.password == PASSWORD
        assert PASSWORD not in repr(found)


def test_without_settings_nothing_is_tried(tmp_path: Path) -> None:
    for lacking in ("mail_host", "mail_from", "mail_to"):
        with pytest.raises(MailNotSent) as error:
            way(tmp_path, 25, **{lacking: ""})
        assert error.value.reason == "unset"
    with pytest.raises(MailNotSent) as error:
        MailServer.from_settings(settings(tmp_path, 25, mail_user=USER), {})
    assert error.value.reason == "password"


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("a", "a"),
        ("a b\n", "a b"),
        ("p" * 1000 + "\n", "p" * 1000),
        ("p" * 1001, None),
        ("", None),
        ("\n", None),
        ("a\n\n", None),
        ("a\tb", None),
        ("\xe4", None),
    ],
)
@pytest.mark.parametrize("by_file", [True, False])
def test_a_password_is_one_line_of_plain_letters(tmp_path: Path, written: str, used: str | None, by_file: bool) -> None:
    if by_file:
        (tmp_path / "password").write_text(written, "utf-8")
        (tmp_path / "password").chmod(0o640)
    else:
        used = None if "\n" in written else used
    given = settings(tmp_path, 25, mail_user=USER, mail_password_file="password" if by_file else "")
    environment = {} if by_file else {smtp.PASSWORD: written}
    if used is not None:
        assert MailServer.from_settings(given, environment).password == used
        return
    with pytest.raises(MailNotSent) as error:
        MailServer.from_settings(given, environment)
    assert error.value.reason == "password"


def test_only_a_server_with_a_user_needs_a_password_and_each_recipient_stands_alone(tmp_path: Path) -> None:
    given = MailServer.from_settings(settings(tmp_path, 465, mail_to="a@example.org , b@example.org", mail_ca=""), {})
    assert (given.password, given.user, given.authorities) == ("", "", None)
    assert (given.port, given.sender, given.recipients) == (465, FROM, ("a@example.org", "b@example.org"))
    assert MailServer.from_settings(settings(tmp_path, 465), {}).authorities == tmp_path / "mail-ca.pem"
    assert [way(tmp_path, 1, mail_security=said).at_once for said in ("tls", "starttls")] == [True, False]


@pytest.mark.parametrize("lacking", ["mail_host", "mail_from", "mail_to"])
def test_mail_is_set_up_once_server_sender_and_recipients_are_named(tmp_path: Path, lacking: str) -> None:
    assert smtp.is_set_up(settings(tmp_path, 25))
    given = settings(tmp_path, 25, **{lacking: ""})
    assert not smtp.is_set_up(given)
    with pytest.raises(MailNotSent) as error:
        MailServer.from_settings(given)
    assert error.value.reason == "unset"
