"""Accounts at central: links count once and for a day, codes once, tries are slowed for good, acts stay as they are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from testimony.domain.administrators import NAME
from testimony.services import startup
from testimony.services.accounts import administrators, audit, lockout, sessions, sign_in
from testimony.services.accounts import password as account_password
from testimony.services.accounts.administrators import Acting
from testimony.services.accounts.errors import AccountRefused, AccountUnknown, CredentialRefused, LinkRefused, TooFast
from testimony.settings import Settings
from testimony.station import clock as station_clock
from testimony.station.station import Station
from testimony.store.models.administrators import AccountRow, ActRow, LinkRow, PageSessionRow, TryRow
from tests.support.services.world import World
from tests.support.store import backend

NOW, DAY = 1_768_901_400, "2026-01-20"
ACTING = Acting("(command)", NOW, DAY)
PASSWORD = "correct horse battery"
STEP = account_password.STEP


pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture(params=backend.KINDS)
def central(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Station]:
    """Central on either kind of database."""
    world = World(tmp_path)
    settings = Settings(home=tmp_path / "central", role="central", name="central")
    rosters, seed = list(world.chain.records), world.central_signer.seed
    with (
        backend.on(request.param),
        startup.create_station(settings, root=world.root.data, rosters=rosters, signing_seed=seed) as made,
    ):
        yield made
    world.close()


def invite(central: Station, name: str = "vera", role: str = "administrator") -> str:
    with central.database.transaction() as session:
        return administrators.add(session, name, role, ACTING)


def open_link(central: Station, link: str, now: int = NOW) -> str:
    """The link's hash, as the session of its holder names it."""
    with central.database.transaction() as session:
        token = administrators.open_link(central, session, link, replace(ACTING, now=now))
        held = sessions.holder(central, session, token)
    assert held is not None
    return held.link


def register(central: Station, link: str, *, now: int = NOW) -> bytes:
    """The secret of its codes."""
    secret = account_password.offered(central, link)
    code = account_password.code(secret, now // STEP)
    with central.database.transaction() as session:
        kept = account_password.hashed(PASSWORD)
        administrators.enrol_password(central, session, link, kept, code, replace(ACTING, now=now))
    return secret


def enter(central: Station, password: str, code: str, name: str = "vera", now: int = NOW + STEP) -> str:
    return sign_in.by_password(central, name, password, code, now=now, day=DAY)


def holder(central: Station, token: str) -> str | None:
    with central.database.reading() as session:
        held = sessions.holder(central, session, token)
    return held.role if held else None


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, wanted: str) -> None:
    """Appendix B, SHA-1; of its eight digits the last six."""
    assert account_password.code(b"12345678901234567890", seconds // STEP) == wanted


def test_a_code_counts_once_and_none_before_it_afterwards() -> None:
    secret = bytes(20)
    codes = {beside: account_password.code(secret, NOW // STEP + beside) for beside in (-2, -1, 0, 1, 2)}
    for beside, code in codes.items():
        wanted = NOW // STEP + beside if abs(beside) < 2 else None
        assert account_password.accepted(secret, f"{code[:3]} {code[3:]}", now=NOW, after=0) == wanted
    assert account_password.accepted(secret, codes[0], now=NOW, after=NOW // STEP) is None
    assert account_password.accepted(secret, codes[-1], now=NOW, after=NOW // STEP) is None
    assert account_password.accepted(secret, codes[1], now=NOW, after=NOW // STEP) == NOW // STEP + 1


@pytest.mark.parametrize("name", ["Vera", "v", "1a", "a b", "a/b", "a" * 33, "", "véra"])
def test_names_are_plain(name: str, central: Station) -> None:
    assert not NAME.fullmatch(name)
    with pytest.raises(AccountRefused):
        invite(central, name)


@pytest.mark.parametrize(
    "password",
    ["password1234", "qwertyuiop12", "letmeinletmein", "1qaz2wsx3edc", "aaaaaaaaaaaa", "ab" * 64, "vera-vera-vera",
     "border watch border watch", "BorderWatch.Vera", "central.example", "............"],
)  # fmt: skip
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    """Frequent ones, patterns, and what is written over the door: account, organisation, address."""
    words = ["vera", "central.example", "Border Watch", ""]
    with pytest.raises(AccountRefused) as refused:
        account_password.require_usable(password, password, words)
    assert refused.value.reason == "guessable"
    account_password.require_usable(PASSWORD, PASSWORD, words)
    account_password.require_usable("دریا آرام نبود امشب", "دریا آرام نبود امشب", words)


def test_a_link_is_used_once(central: Station) -> None:
    link = invite(central)
    register(central, open_link(central, link))
    with pytest.raises(LinkRefused):
        open_link(central, link)


def test_who_opened_a_link_twice_registers_once(central: Station) -> None:
    link = invite(central)
    first, second = open_link(central, link), open_link(central, link)
    register(central, first)
    with pytest.raises(LinkRefused):
        register(central, second)


@pytest.mark.parametrize("seconds", [24 * 3600 + 1, -301])
def test_a_link_counts_for_a_day_and_not_before_it_was_made(seconds: int, central: Station) -> None:
    link = invite(central)
    with pytest.raises(LinkRefused):
        open_link(central, link, NOW + seconds)
    name = open_link(central, link, NOW + 24 * 3600)
    with pytest.raises(LinkRefused):
        register(central, name, now=NOW + 24 * 3600 + STEP)


def test_a_guessed_link_is_refused_and_the_database_holds_only_a_hash(central: Station) -> None:
    link = invite(central)
    assert len(link) == 43, "256 bits in base64"
    for guess in ("", "x", link[:-1], link.swapcase()):
        with pytest.raises(LinkRefused):
            open_link(central, guess)
    with central.database.reading() as session:
        row = session.execute(select(LinkRow)).scalar_one()
    assert link not in str(vars(row))
    with pytest.raises(LinkRefused):
        open_link(central, row.name)


def test_another_link_replaces_the_one_before_and_all_that_counted(central: Station) -> None:
    secret = register(central, open_link(central, invite(central)))
    token = enter(central, PASSWORD, account_password.code(secret, NOW // STEP + 1))
    with central.database.transaction() as session:
        account = administrators.id_of(session, "vera")
        first = administrators.reset(session, account, ACTING)
        administrators.reset(session, account, ACTING)
    assert holder(central, token) is None
    with pytest.raises(LinkRefused):
        open_link(central, first)
    with pytest.raises(CredentialRefused):
        enter(central, PASSWORD, account_password.code(secret, NOW // STEP + 2), now=NOW + 2 * STEP)


def test_the_secret_of_codes_is_sealed_in_the_database_and_the_password_hashed(central: Station) -> None:
    secret = register(central, open_link(central, invite(central)))
    with central.database.reading() as session:
        row = session.execute(select(AccountRow)).scalar_one()
    assert row.totp is not None
    assert row.password is not None
    assert secret not in row.totp
    assert PASSWORD.encode() not in row.password
    assert account_password.opened(central, row.totp, row.id) == secret


def test_a_wrong_first_code_uses_nothing_up(central: Station) -> None:
    link = open_link(central, invite(central))
    with pytest.raises(AccountRefused), central.database.transaction() as session:
        administrators.enrol_password(central, session, link, b"x" * 48, "000000", ACTING)
    register(central, link)


@pytest.mark.parametrize(("given", "again"), [("short", "short"), ("x" * 129, "x" * 129), (PASSWORD, PASSWORD + "x")])
def test_a_password_has_a_least_and_a_greatest_length(given: str, again: str) -> None:
    with pytest.raises(AccountRefused):
        account_password.require_usable(given, again, [])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, float], None]:
    """A function that sets the clock that no date moves."""
    at = ["first", 1000.0]
    monkeypatch.setattr(lockout, "moment", lambda *_: station_clock.Moment(str(at[0]), float(at[1])))
    monkeypatch.setattr(sessions, "moment", lambda *_: station_clock.Moment(str(at[0]), float(at[1])))

    def move(boot: str, seconds: float) -> None:
        at[:] = [boot, seconds]

    return move


def attempt(central: Station, name: str = "vera", *, known: bool = True) -> int:
    with central.database.transaction() as session:
        return lockout.take(central, session, name, known=known)[0]


def test_each_wrong_try_makes_the_next_wait_longer_and_never_for_ever(
    central: Station, clock: Callable[[str, float], None]
) -> None:
    assert [attempt(central) for _ in range(7)] == [0, 0, 0, 0, 0, 1, 1]
    clock("first", 1001.0)
    assert [attempt(central) for _ in range(2)] == [0, 2]
    assert [lockout.delay(n) for n in range(4, 15)] == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert lockout.delay(10**9) == lockout.LONGEST_WAIT


def test_waiting_goes_on_after_a_restart_and_is_not_lengthened_by_trying(
    central: Station, clock: Callable[[str, float], None]
) -> None:
    for number in range(10):
        clock("first", 1000.0 + 400 * number)
        attempt(central)
    left = attempt(central)
    assert left == 32
    clock("second", 5.0)  # the machine was started again
    assert attempt(central) == 32
    clock("second", 25.0)
    assert [attempt(central) for _ in range(5)] == [12] * 5
    clock("second", 1.0)  # a clock that was set back makes nobody wait longer than once more
    assert attempt(central) == 32
    clock("second", 33.0)
    assert attempt(central) == 0


def test_a_name_that_no_database_may_be_asked_for_is_wrong_like_any_other(central: Station) -> None:
    """PostgreSQL knows no text with U+0000; SQLite would look for it."""
    for name in ("ve\0ra", "\0", "\ud7ff", "x" * 100_000):
        with pytest.raises(CredentialRefused):
            sign_in.by_password(central, name, PASSWORD, "000000", now=NOW, day=DAY)


def test_names_of_nobody_wait_as_accounts_do_and_push_none_of_them_out(
    central: Station, clock: Callable[[str, float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lockout, "MOST_UNKNOWN_NAMES", 3)
    for name, known in (("vera", True), ("nobody", False)):
        assert [attempt(central, name, known=known) for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    for number in range(5):
        clock("first", 1001.0 + number)
        attempt(central, f"nobody-{number}", known=False)
    with central.database.reading() as session:
        assert len(session.execute(select(TryRow).where(~TryRow.known)).all()) == 3
        assert len(session.execute(select(TryRow).where(TryRow.known)).all()) == 1


@pytest.mark.usefixtures("clock")
def test_one_that_is_made_to_wait_keeps_no_other_from_signing_in(central: Station) -> None:
    register(central, open_link(central, invite(central)))
    boris = register(central, open_link(central, invite(central, "boris")))
    for _ in range(5):
        with pytest.raises(CredentialRefused):
            enter(central, "wrong", "000000")
    with pytest.raises(TooFast):
        enter(central, "wrong", "000000")
    assert enter(central, PASSWORD, account_password.code(boris, NOW // STEP + 1), "boris")


@pytest.mark.usefixtures("clock")
def test_five_wrong_tries_are_written_down_once(central: Station) -> None:
    register(central, open_link(central, invite(central)))
    for _ in range(7):
        with pytest.raises((CredentialRefused, TooFast)):
            enter(central, "wrong", "000000")
    with central.database.reading() as session:
        assert [act.act for act in audit.listed(session)].count("wrong") == 1


def test_a_session_ends_when_idle_when_old_and_with_the_machine(
    central: Station, clock: Callable[[str, float], None]
) -> None:
    invite(central)
    with central.database.transaction() as session:
        account = administrators.id_of(session, "vera")
        token = sessions.begin(central, session, day=DAY, account=account)
    clock("first", 1000.0 + sessions.IDLE)
    assert holder(central, token) == "administrator"
    clock("first", 1001.0 + sessions.IDLE)
    assert holder(central, token) is None
    with central.database.transaction() as session:
        session.execute(update(PageSessionRow).values(used=1000.0 + sessions.ABSOLUTE))
    clock("first", 1000.0 + sessions.ABSOLUTE)
    assert holder(central, token) == "administrator"
    clock("first", 1001.0 + sessions.ABSOLUTE)
    assert holder(central, token) is None
    clock("second", 1000.0)
    assert holder(central, token) is None


def test_a_session_that_is_used_lives_on_and_its_use_is_written_once_a_minute(
    central: Station, clock: Callable[[str, float], None]
) -> None:
    invite(central)
    with central.database.transaction() as session:
        account = administrators.id_of(session, "vera")
        token = sessions.begin(central, session, day=DAY, account=account)
    for seconds, is_stale in ((sessions.STALE, False), (sessions.STALE + 1, True)):
        clock("first", 1000.0 + seconds)
        with central.database.reading() as session:
            held = sessions.holder(central, session, token)
        assert held is not None
        assert held.stale is is_stale
    clock("first", 1000.0 + sessions.IDLE)
    with central.database.transaction() as session:
        sessions.touch(central, session, token)
        sessions.touch(central, session, "no session")
    clock("first", 1000.0 + 2 * sessions.IDLE)
    assert holder(central, token) == "administrator"


@pytest.mark.parametrize("ended", ["role", "remove", "reset"])
def test_sessions_end_with_what_they_rest_on(ended: str, central: Station) -> None:
    invite(central)
    with central.database.transaction() as session:
        account = administrators.id_of(session, "vera")
        token = sessions.begin(central, session, day=DAY, account=account)
        if ended == "role":
            administrators.change_role(session, account, "observer", ACTING, careful=True)
        elif ended == "remove":
            administrators.remove(session, account, ACTING, careful=True)
        else:
            administrators.reset(session, account, ACTING)
    assert holder(central, token) is None


LOOK = """
import sys
from pathlib import Path
from testimony.services.accounts import sessions
from testimony.services.startup import open_station
with open_station(Path(sys.argv[1])) as station:
    for token in sys.stdin:
        with station.database.reading() as session:
            held = sessions.holder(station, session, token.strip())
        print(held.name if held else "nobody", flush=True)
"""


def test_the_session_of_a_removed_account_is_dead_at_once_in_another_process(central: Station) -> None:
    invite(central)
    with central.database.transaction() as session:
        account = administrators.id_of(session, "vera")
        token = sessions.begin(central, session, day=DAY, account=account)
    command = [sys.executable, "-c", LOOK, str(central.settings.home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout

        def asked() -> str:
            print(token, file=other.stdin, flush=True)
            return other.stdout.readline().strip()  # type: ignore[union-attr]

        assert asked() == "vera"
        with central.database.transaction() as session:
            administrators.remove(session, account, ACTING, careful=True)
        assert asked() == "nobody"
        other.stdin.close()


def test_the_last_administrator_is_kept_but_from_the_machine_itself(central: Station) -> None:
    register(central, open_link(central, invite(central)))
    invite(central, "boris")  # who cannot sign in yet
    with central.database.reading() as session:
        account = administrators.id_of(session, "vera")
    with pytest.raises(AccountRefused), central.database.transaction() as session:
        administrators.remove(session, account, ACTING, careful=True)
    with pytest.raises(AccountRefused), central.database.transaction() as session:
        administrators.change_role(session, account, "observer", ACTING, careful=True)
    with central.database.transaction() as session:
        administrators.remove(session, account, ACTING, careful=False)
    with pytest.raises(AccountUnknown), central.database.reading() as session:
        administrators.id_of(session, "vera")


def test_a_removed_account_leaves_nothing_but_the_record_of_it(central: Station) -> None:
    register(central, open_link(central, invite(central)))
    with central.database.transaction() as session:
        administrators.remove(session, administrators.id_of(session, "vera"), ACTING, careful=False)
    with central.database.reading() as session:
        for table in (AccountRow, LinkRow, PageSessionRow):
            assert session.execute(select(table)).all() == []
        assert [act.act for act in audit.listed(session)] == ["remove", "enrol-password", "add"]


@pytest.mark.parametrize("change", [{"by": "somebody"}, {"at": "2026-01-21T09:30Z"}, {"about": "x"}, {"act": "end"}])
def test_an_act_that_was_changed_or_taken_out_is_found(change: dict[str, str], central: Station) -> None:
    for name in ("vera", "boris", "zoe"):
        invite(central, name)
    with central.database.reading() as session:
        assert audit.holds(session)
        assert [(act.number, act.at, act.by) for act in audit.listed(session, 1)] == [
            (3, "2026-01-20T09:30Z", "(command)")
        ]
    with central.database.transaction() as session:
        session.execute(update(ActRow).where(ActRow.number == 2).values(**change))
        assert not audit.holds(session)
    with central.database.transaction() as session:
        session.execute(text("DELETE FROM admin_acts WHERE number = 2"))
        assert not audit.holds(session)


def test_what_checks_keys_is_loaded_where_a_key_is_checked_and_nowhere_else() -> None:
    """A field node would pay six megabytes for it."""
    code = "import sys, testimony.web.factory, testimony.services.accounts.webauthn; print('webauthn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
