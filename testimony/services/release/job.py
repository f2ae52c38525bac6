"""Background work on releases at a coordinator's desk: open accounts, count them, then do one act.

Nothing is kept of the progress except the accounts opened, in memory: a second run continues where one was stopped. One
act runs at a time; a new request replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from testimony.errors import TestimonyError
from testimony.services.release import desk as release_desk
from testimony.services.release import release
from testimony.services.release.desk import Desk, Releaser
from testimony.services.release.errors import ReleaseRefused
from testimony.services.release.jobs import Job, Work
from testimony.services.release.plan import Order, Plan

PLAN: Final = "plan"
"""The name of an act that only plans: its result is `Looked`."""
KEPT: Final = 4
Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a release would be; or why there is none, which is a correct result. `usable`: how many could be in it;
    `left_out`: how many could not, by reason.
    """

    order: Order
    usable: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    plan: Plan | None = None
    refusal: TestimonyError | None = None


@dataclass(frozen=True, kw_only=True)
class Files:
    """The bytes of the release `name` for each recipient, as this desk makes them from its own testimonies."""

    name: str
    files: Mapping[str, bytes]


class ReleaseWork(Work):
    """The acts of one desk: keeps the last one, and the last results.

    A picture that a page requested late may arrive while a person looks at an earlier result, so the last plans and
    files are kept by release name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.looked: Looked | None = None
        self._plans: dict[str, Plan] = {}
        self._files: dict[str, Mapping[str, bytes]] = {}

    def forget(self) -> None:
        """Forget the results too, because the key was locked."""
        super().forget()
        with self._lock:
            self.looked, self._plans, self._files = None, {}, {}

    def plan_of(self, name: str) -> Plan:
        """The plan of this name, if it was one of the last. Raises `ReleaseRefused("changed")`."""
        plan = self._plans.get(name)
        if plan is None:
            raise ReleaseRefused("changed")
        return plan

    def refusal_of(self, order: Order | None) -> TestimonyError:
        """Why there is no release by `order`, if that was the last one checked. Raises `ReleaseRefused("changed")`."""
        looked = self.looked
        if looked is None or looked.order != order or looked.refusal is None:
            raise ReleaseRefused("changed")
        return looked.refusal

    def files_of(self, name: str) -> Mapping[str, bytes]:
        """The bytes by recipient, in the same way."""
        files = self._files.get(name)
        if files is None:
            raise ReleaseRefused("changed")
        return files

    def _keep(self, job: Job) -> None:
        """Keep the result before the end of the job is reported, unless the key was locked."""
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
    """Keep only the last few: each may be megabytes."""
    held.pop(name, None)
    held[name] = made
    for old in list(held)[:-KEPT]:
        del held[old]


def look(by: Releaser, order: Order) -> Looked:
    """What a release by `order` would be now; a refusal is a result too. Writes nothing."""
    desk = Desk(by, release_desk.ledger_of(by), order.recipients)
    pool = release_desk.pool(desk, period=order.period)
    known = Looked(order=order, usable=len(pool.records), left_out=pool.left_out)
    try:
        return replace(known, plan=release.plan_at(desk, order))
    except release.REFUSALS as refusal:
        return replace(known, refusal=refusal)


def files(by: Releaser, name: str) -> Files:
    """The files of a release that is in the ledger. Raises as `release.preview`."""
    return Files(name=name, files=release.preview(by, name))
