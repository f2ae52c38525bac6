"""The page that makes a backup of this desk on USB sticks, and tests it by restoring it."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any, Final, cast

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.services.backup import key_files
from testimony.services.backup.errors import BackupUnready
from testimony.services.diagnosis import home as diagnosis_home
from testimony.services.diagnosis.types import worst
from testimony.sync.jobs.station_backup import BackupRun, BackupWork
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, by_itself
from testimony.web.desk.session import key
from testimony.web.pages import doctor, first_key
from testimony.web.text import bidi, quantities

bp = Blueprint("stationbackup", __name__)

MIB: Final = 1 << 20
LARGEST_KEY: Final = 1 << 16
"""Bytes of a key file, which has a few hundred."""


def prepare(app: Flask) -> None:
    """Give a desk its backups. One that is under way goes on when the key is locked, which it does not need."""
    app.extensions["testimony.backup"] = BackupWork(app.extensions["testimony.station"])


@bp.get("/<lang:lang>/backup")
@audience(Visitor.READER)
def show(lang: str) -> str:
    """When the last backup was made and tested, what goes on, and what came of it; and the forms for the next."""
    work, station = _work(), context.station()
    last = work.last
    if last is not None and not last.running:
        current_app.extensions["testimony.doctor"].forget()
    with context.reading() as db:
        findings = list(diagnosis_home.backup(station, db))
    has_key, wrong = _key_of(work)
    return render_template(
        "desk/backup.html",
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


@bp.get("/backup/state")
@audience(Visitor.READER)
@by_itself
def state() -> dict[str, Any]:
    """For the script of the page: {"running", "done", "total"}, in bytes."""
    return _work().state()


@bp.post("/backup/key")
@audience(Visitor.READER)
def make_key() -> tuple[dict[str, str], int]:
    """{"folder", "passphrase", "again"} -> 201: the key file is on the stick, and the next backups are sealed to it."""
    folder, passphrase, again = first_key.passphrases("folder", "passphrase", "again")
    _work().make_key(folder, key.reader().id, passphrase, again)
    return {}, 201


@bp.post("/backup/make")
@audience(Visitor.READER)
def make() -> Response:
    """{"folder", "apart", "recipients"} -> begin a backup. `recipients`: lines age1pq1…; empty: as the last time."""
    folder, apart = request.form.get("folder", ""), request.form.get("apart", "")
    if not folder or not apart:
        raise BadRequest
    recipients = key_files.parse_recipients(request.form.get("recipients", "").encode())
    _work().make(folder, apart, key.reader().id, recipients)
    return redirect(url_for("stationbackup.show"), code=303)


@bp.post("/backup/test")
@audience(Visitor.READER)
def test() -> tuple[dict[str, str], int]:
    """{"folder", "apart", "key" in base64, "passphrase"} -> 202: the restoration began. 4xx with a sentence if not."""
    folder, apart, passphrase = first_key.passphrases("folder", "apart", "passphrase")
    opening = key_files.opening_key(_sent_key(), lambda: passphrase)
    _work().test(folder, apart, key.reader().id, opening)
    return {}, 202


@bp.post("/backup/stop")
@audience(Visitor.READER)
def stop() -> Response:
    """Stop what goes on: the backup before stays, and a test that did not come to its end does not count."""
    _work().stop()
    _work().wait(5)
    return redirect(url_for("stationbackup.show"), code=303)


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
            "Shred keys are missing at this desk: %(number)s. The copy on the stick was kept. Restore this desk with "
            "that copy, then make the backup again (docs/backup.md).",
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
            "The restored desk has faults: %(number)s. Make the backup again on another stick, then test it.",
            number=len(tried.faults),
        )
        said.append(("bad", words))
    if tried.shared:
        words = _("This desk itself has faults: %(number)s. Run “testimony check”.", number=len(tried.shared))
        said.append(("warn", words))
    if tried.sound:
        said.insert(
            0, ("good", _("The backup was restored into an empty folder, and is sound. That folder was deleted."))
        )
    return said
