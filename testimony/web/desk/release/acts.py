"""Background work on releases at a coordinator's desk: who started it, its progress and its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.domain.ledger.ledger import Ledger
from testimony.services.ledger import ledger
from testimony.services.release.desk import Releaser
from testimony.services.release.job import ReleaseWork
from testimony.services.release.jobs import Act, Job, Turn
from testimony.web import context, error_handlers
from testimony.web.desk.session import key

MOMENT = 1.5
"""Seconds in which most acts are done: then no page of progress is shown."""


def prepare(app: Flask) -> None:
    """Give a desk its worker, which ends, and forgets what it made, when the key is locked."""
    work = app.extensions["testimony.releases"] = ReleaseWork()
    app.extensions["testimony.key"].on_drop.append(work.forget)


def work() -> ReleaseWork:
    """The release worker of this application."""
    return cast(ReleaseWork, current_app.extensions["testimony.releases"])


def releaser() -> Releaser:
    """The reader whose key is unlocked, today."""
    return Releaser(
        station=context.station(), reader=key.reader(), annexes=key.key_holder().annexes, day=context.now().date()
    )


def read() -> Ledger:
    """The ledger as it stands here. Raises `LedgerIncomplete`, `LedgerForked`."""
    with context.reading() as db:
        return ledger.read(context.station(), db, key.reader(), key.key_holder().annexes)


def begin(what: str, about: Any, do: Callable[[Releaser], Any], *, turn: Turn | None = None) -> Job:
    """Begin an act, or find the one that goes on; it has a moment to end. What a page asks for as its `turn` is not
    begun where something newer was asked for since."""
    act = Act(what=what, about=about, do=do)
    job = work().begin(releaser(), act) if turn is None else work().begin_in_turn(releaser(), act, turn)
    job.wait(MOMENT)
    return job


def answer(job: Job, done: str, then: str) -> Response:
    """Redirect a button to `then` with the sentence `done` once it was done, to the page of progress before that.

    Why it was not done is said there too.
    """
    if job.running:
        return redirect(url_for("releaseprogress.show"), code=303)
    job.told = True
    if job.stopped:
        flash(_("It was stopped; nothing was written down."), "refused")
    elif job.error is not None:
        flash(sentence(job), "refused")
    else:
        flash(done)
    return redirect(then, code=303)


def reaching(done: str) -> str:
    """`done`, and a sentence that the next sync sends it to the others."""
    return f"{done} {_('The next sync sends it to the others.')}"


def sentence(job: Job) -> str:
    """Why an act gave nothing; "" where it did."""
    return error_handlers.sentence_of(job.error) if job.error is not None else ""
