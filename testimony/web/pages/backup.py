"""The page of every kind of station that makes a backup on USB sticks, and tests it by restoring it."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import Any, Final, cast

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.sealing.keys.wordlist import propose_passphrase
from testimony.services.backup import key_files
from testimony.services.backup.errors import BackupUnready
from testimony.services.diagnosis import home as diagnosis_home
from testimony.services.diagnosis.types import worst
from testimony.sync.jobs.station_backup import BackupRun, BackupWork, Told
from testimony.web import context, error_handlers
from testimony.web.audiences import ACCOUNTS, Visitor
from testimony.web.auth import audience, by_itself, proven
from testimony.web.errors import BackupsByCommand
from testimony.web.pages import doctor, first_key
from testimony.web.text import bidi, quantities

MIB: Final = 1 << 20
LARGEST_KEY: Final = 1 << 16
"""Bytes of a key file, which has a few hundred."""


def open_door(
    app: Flask,
    *visitors: Visitor,
    owner: Callable[[], str],
    resealed: Told = lambda _: None,
) -> None:
    """Give `app` the page for `visitors`. A backup that is under way goes on when a desk's key is locked.

    `owner`: who is part of the files' names. `resealed` is told who opens the next backups when a visitor changes that.
    """
    bp = Blueprint("stationbackup", __name__)
    app.extensions["testimony.backup"] = BackupWork(app.extensions["testimony.station"])
    csrf = app.extensions["testimony.csrf"]
    csrf.exempt(bp)  # the views check it after the audience, so that visitors without access learn no more

    @bp.get("/<lang:lang>/backup")
    @audience(*visitors)
    def show(lang: str) -> str:
        """When the last backup was made and tested, what goes on, and what came of it; and the forms for the next."""
        return _page()

    @bp.get("/backup/state")
    @audience(*visitors)
    @by_itself
    def state() -> dict[str, Any]:
        """For the script of the page: {"running", "done", "total"}, in bytes."""
        return _work().state()

    @bp.post("/backup/proposal")
    @audience(*visitors)
    def propose() -> dict[str, str]:
        """{} -> {"passphrase"}: six words that nobody chose."""
        csrf.protect()
        return {"passphrase": propose_passphrase()}

    @bp.post("/backup/key")
    @audience(*visitors)
    def make_key() -> tuple[dict[str, str], int]:
        """{"folder", "passphrase", "again"} -> 201: the key file is on the stick; it opens the next backups."""
        csrf.protect()
        folder, passphrase, again = first_key.passphrases("folder", "passphrase", "again")
        _require_alone()
        _work().make_key(folder, owner(), passphrase, again, resealed)
        return {}, 201

    @bp.post("/backup/make")
    @audience(*visitors)
    def make() -> Response:
        """{"folder", "apart", "recipients"} -> begin a backup. `recipients`: lines age1pq1…; empty: as the last
        time.
        """
        csrf.protect()
        folder, apart = request.form.get("folder", ""), request.form.get("apart", "")
        if not folder or not apart:
            raise BadRequest
        named = key_files.parse_recipients(request.form.get("recipients", "").encode())
        _require_alone()
        _work().make(folder, apart, owner(), named, resealed)
        return redirect(url_for("stationbackup.show"), code=303)

    @bp.post("/backup/test")
    @audience(*visitors)
    def test() -> tuple[dict[str, str], int]:
        """{"folder", "apart", "key" in base64, "passphrase"} -> 202: the restoration began. 4xx with a sentence if
        not.
        """
        csrf.protect()
        folder, apart, passphrase = first_key.passphrases("folder", "apart", "passphrase")
        _require_alone()
        opening = key_files.opening_key(_sent_key(), lambda: passphrase)
        _work().test(folder, apart, owner(), opening)
        return {}, 202

    @bp.post("/backup/stop")
    @audience(*visitors)
    def stop() -> Response:
        """Stop what goes on: the backup before stays, and a test that did not come to its end does not count."""
        csrf.protect()
        _work().stop()
        _work().wait(5)
        return redirect(url_for("stationbackup.show"), code=303)

    if ACCOUNTS.intersection(visitors):
        for view in (make_key, make, test):
            proven("stationbackup.show")(view)
    app.register_blueprint(bp)


def _page() -> str:
    work, station = _work(), context.station()
    last = work.last
    if last is not None and not last.running:
        current_app.extensions["testimony.doctor"].forget()
    with context.reading() as db:
        findings = list(diagnosis_home.backup(station, db))
    has_key, wrong = _key_of(work)
    return render_template(
        "backup.html",
        by_command=BackupsByCommand.sentence if context.is_shared() else "",
        stands=[doctor.sentence(one) for one in findings],
        tone=doctor.TONES[worst(one.level for one in findings)],
        folders=[str(folder) for folder in work.folders()],
        has_key=has_key,
        wrong=wrong,
        work=last,
        said=_result(last) if last is not None and not last.running else [],
        home=str(station.settings.home),
        mib=MIB,
    )


def _require_alone() -> None:
    """Raise `BackupsByCommand` if central has several workers: the next request could reach one that knows nothing of
    the work in progress.
    """
    if context.is_shared():
        raise BackupsByCommand


def _work() -> BackupWork:
    return cast(BackupWork, current_app.extensions["testimony.backup"])


def _key_of(work: BackupWork) -> tuple[bool, str]:
    """Whether somebody opens the next backups, or a sentence about what is wrong with the note of it."""
    try:
        return bool(work.recipients()), ""
    except BackupUnready as error:
        return False, error_handlers.sentence_of(error)


def _sent_key() -> bytes:
    """The key file that the script sent; empty if none was chosen. Raises `BadRequest`."""
    sent = context.posted().get("key")
    if not isinstance(sent, str) or len(sent) > LARGEST_KEY:
        raise BadRequest
    try:
        return b64decode(sent, validate=True)
    except binascii.Error as error:
        raise BadRequest from error


def _result(run: BackupRun) -> list[tuple[str, str]]:
    """(tone, sentence) of how `run` ended."""
    if run.error is not None:
        return [("bad", error_handlers.sentence_of(run.error))]
    if run.stopped:
        return [("warn", _("Stopped"))]
    return _tested(run) if run.testing else _made(run)


def _made(run: BackupRun) -> list[tuple[str, str]]:
    made = run.made
    if made is None:
        return []
    words = _("The backup was written and read back: %(size)s.", size=quantities.amount(made.size))
    said = [("good", words), ("", _("Backup: %(file)s", file=bidi.apart(str(run.file))))]
    if made.unkeyed:
        words = _(
            "Shred keys are missing at this station: %(number)s. The copy on the stick was kept. Restore this "
            "station with that copy, then make the backup again (docs/backup.md).",
            number=made.unkeyed,
        )
        said.append(("bad", words))
    else:
        said.append(("", _("Copy of the shred keys: %(file)s. Keep no older copy.", file=bidi.apart(str(run.copy)))))
    if made.damaged:
        words = _(
            "Damaged here, and not in the backup: %(number)s. Sync, then make it again.", number=len(made.damaged)
        )
        said.append(("bad", words))
    for file in made.left_out:
        words = _("“%(file)s” is not in the backup. Keep a copy of it elsewhere.", file=bidi.apart(file.file))
        said.append(("bad" if file.is_damage else "warn", words))
    words = _(
        "Write this SHA-256 down elsewhere, and compare it before you restore the file: %(sum)s",
        sum=bidi.apart(made.sha256),
    )
    return [*said, ("", words)]


def _tested(run: BackupRun) -> list[tuple[str, str]]:
    tried = run.tried
    if tried is None:
        return []
    said = []
    if tried.restored.unreadable:
        words = _(
            "The copy of the shred keys lacks some: %(number)s. Make the backup again, then test it.",
            number=tried.restored.unreadable,
        )
        said.append(("bad", words))
    if tried.faults:
        words = _(
            "The restored station has faults: %(number)s. Make the backup again on another stick, then test it.",
            number=len(tried.faults),
        )
        said.append(("bad", words))
    if tried.shared:
        words = _("This station itself has faults: %(number)s. Run “testimony check”.", number=len(tried.shared))
        said.append(("warn", words))
    if tried.sound:
        said.insert(
            0, ("good", _("The backup was restored into an empty folder, and is sound. That folder was deleted."))
        )
    return said
