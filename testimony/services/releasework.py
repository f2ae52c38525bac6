"""What a coordinator's desk does about releases in the background: accounts are opened, counted, then one act is done.

Nothing is kept of how far it came but what was opened, in memory: a second run goes on where one was stopped. One act
goes on at a time; what is asked for meanwhile takes its place.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from testimony.errors import ReleaseRefused, StoreFailing, TestimonyError, outline
from testimony.services import candidates, codedaccounts, releasedesk, releasing
from testimony.services.releasedesk import Releaser
from testimony.services.releaseplan import Order, Plan

PLAN: Final = "plan"
"""What an act is that only looks: its result is `Looked`."""
KEPT: Final = 4
Made = TypeVar("Made")
log = logging.getLogger("testimony.releases")


class Stopped(Exception):  # no error: somebody pressed the button
    """Somebody does not want it any more. What was opened stays open."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a release would be; or why there is none, which is a correct result. `usable`: how many could be in it;
    `left_out`: how many could not, by reason."""

    order: Order
    usable: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    plan: Plan | None = None
    refusal: TestimonyError | None = None


@dataclass(frozen=True, kw_only=True)
class Files:
    """The bytes of the release `name` for each recipient, as this desk makes them of its own testimonies."""

    name: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Act:
    """What to do once everything is open. `what`: PLAN, or what a page calls it; `about`: which order or release."""

    what: str
    about: Any
    do: Callable[[Releaser], Any]


@dataclass(kw_only=True)
class Job:
    """One act under way. `opened` of `total` testimonies; both 0 until that is known. `error`: why there is no result.

    `told`: somebody was shown how it ended.
    """

    act: Act
    opened: int = 0
    total: int = 0
    result: Any = None
    error: TestimonyError | None = None
    stopped: bool = False
    told: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        return not self._ended.is_set()

    @property
    def done(self) -> bool:
        """Whether there is a result."""
        return self._ended.is_set() and self.error is None and not self.stopped

    def is_about(self, what: str, about: Any) -> bool:
        return self.act.what == what and self.act.about == about

    def stop(self) -> None:
        """End after the testimonies that are being opened; an act that has begun is done to its end."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it has ended by then."""
        return self._ended.wait(seconds)

    def opening(self, opened: int, total: int) -> None:
        """How far it is. Raises `Stopped`."""
        self.opened, self.total = opened, total
        if self._stop.is_set():
            raise Stopped

    def run(self, by: Releaser, keep: Callable[[Job], None]) -> None:
        """To its end, whatever that is; never raises. `keep` is given it when it has a result."""
        try:
            with _named_errors():
                self._do(by)
                keep(self)
        except Stopped:
            self.stopped = True
        except TestimonyError as error:
            self.error = error
        finally:
            self._ended.set()

    def _do(self, by: Releaser) -> None:
        self.opening(0, 0)
        open_accounts(by, self.opening)
        self.opening(self.opened, self.total)
        self.result = self.act.do(by)


class ReleaseWork:
    """The acts of one desk: the last one stays to be looked at, and what was made last.

    A picture that a page asked for late may come while a person looks at an earlier one: so the last plans and files
    are kept, each under its release's name.
    """

    def __init__(self) -> None:
        self.last: Job | None = None
        self.looked: Looked | None = None
        self._plans: dict[str, Plan] = {}
        self._files: dict[str, Mapping[str, bytes]] = {}
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def begin(self, by: Releaser, act: Act) -> Job:
        """Do `act` after the one that goes on, which is stopped; that one, where it is the same."""
        with self._lock:
            before = self.last
            if before is not None and before.running:
                if before.is_about(act.what, act.about):
                    return before
                before.stop()
            self.last = job = Job(act=act)
        threading.Thread(target=self._run, args=(job, by), name="testimony-releases", daemon=True).start()
        return job

    def of(self, what: str, about: Any) -> Job | None:
        """The last one, where it is this."""
        last = self.last
        return last if last is not None and last.is_about(what, about) else None

    def stop(self) -> None:
        """End what goes on; without any it does nothing."""
        if self.last is not None:
            self.last.stop()

    def forget(self) -> None:
        """The same, and what was made is not kept: the key was locked."""
        self.stop()
        with self._lock:
            self.last, self.looked, self._plans, self._files = None, None, {}, {}

    def plan_of(self, name: str) -> Plan:
        """The plan of this name, if it was among the last. Raises `ReleaseRefused("changed")`."""
        plan = self._plans.get(name)
        if plan is None:
            raise ReleaseRefused("changed")
        return plan

    def refusal_of(self, order: Order | None) -> TestimonyError:
        """Why there is no release by `order`, if that was looked at last. Raises `ReleaseRefused("changed")`."""
        looked = self.looked
        if looked is None or looked.order != order or looked.refusal is None:
            raise ReleaseRefused("changed")
        return looked.refusal

    def files_of(self, name: str) -> Mapping[str, bytes]:
        """The same of the bytes, by recipient."""
        files = self._files.get(name)
        if files is None:
            raise ReleaseRefused("changed")
        return files

    def _run(self, job: Job, by: Releaser) -> None:
        with self._turn:
            job.run(by, self._keep)

    def _keep(self, job: Job) -> None:
        """Before anybody is told that it ended; not what the key was locked for."""
        with self._lock:
            if job is not self.last:
                return
            if isinstance(job.result, Looked):
                plan, self.looked = job.result.plan, job.result
                if plan is not None:
                    _remember(self._plans, plan.name, plan)
                    _remember(self._files, plan.name, plan.files)
            elif isinstance(job.result, Files):
                _remember(self._files, job.result.name, job.result.files)


def _remember(held: dict[str, Made], name: str, made: Made) -> None:
    """The last few alone: each may be megabytes."""
    held.pop(name, None)
    held[name] = made
    for old in list(held)[:-KEPT]:
        del held[old]


@contextmanager
def _named_errors() -> Iterator[None]:
    """Nobody waits for this thread: what nobody foresaw is an error as well, or a page would say that it was done."""
    try:
        yield
    except (Stopped, TestimonyError):
        raise
    except Exception as error:
        log.error("unexpected: %s", outline(type(error), error.__traceback__))
        raise StoreFailing from error


def look(by: Releaser, order: Order) -> Looked:
    """What a release by `order` would be now; a refusal is a result too. Writes nothing."""
    desk = releasedesk.look(by, order.recipients)
    pool = releasedesk.pool(desk, period=order.period)
    known = Looked(order=order, usable=len(pool.records), left_out=pool.left_out)
    try:
        return replace(known, plan=releasing.plan(by, order))
    except releasing.REFUSALS as refusal:
        return replace(known, refusal=refusal)


def files(by: Releaser, name: str) -> Files:
    """Of a release that is in the ledger. Raises as `releasing.preview`."""
    return Files(name=name, files=releasing.preview(by, name))


def open_accounts(by: Releaser, watched: Callable[[int, int], None]) -> None:
    """Open every coded account that this key opens and that is not open yet. `watched`: told how many of how many."""
    known = candidates.vocabulary()
    with by.station.database.reading() as session:
        codedaccounts.of(by.station, session, by.reader, by.annexes, known, at=by.day, watched=watched)
