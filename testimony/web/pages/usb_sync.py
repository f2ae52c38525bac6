"""The page for sync by USB stick at every kind of station: export what waits or the answer, and import files."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from testimony.errors import REFUSAL_RULES
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.opening.reader import Reader
from testimony.sync.bundle.export import ANSWERED
from testimony.sync.jobs.media_transfer import FileRead, StickWork, Work
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, by_itself
from testimony.web.errors import SticksByCommand
from testimony.web.pages import split_view

MIB = 1 << 20


def open_door(
    app: Flask,
    visitor: Visitor,
    reader: Callable[[], Reader | None] = lambda: None,
    seen: Callable[[], object] = lambda: None,
) -> None:
    """Give `app` the page for `visitor`. `reader`: whose key is unlocked at a desk; it raises where nobody's is.

    `seen` is called when what was taken in is shown: more may open now than a desk remembers.
    """
    bp = Blueprint("stick", __name__)
    app.extensions["testimony.stick"] = StickWork(app.extensions["testimony.station"])
    csrf = app.extensions["testimony.csrf"]
    csrf.exempt(bp)  # the views check it after the audience, so that visitors without access learn no more

    @bp.get("/<lang:lang>/stick")
    @audience(visitor)
    def show(lang: str) -> str:
        """The choice of stick, the progress of the work, and its result."""
        work = _work()
        seen()
        return render_template(
            "stick.html",
            by_command=SticksByCommand.sentence if context.is_shared() else "",
            folders=[str(folder) for folder in work.folders()],
            peers=_peers(),
            work=work.last,
            said=_report_lines(work.last) if work.last else [],
            mib=MIB,
        )

    @bp.get("/stick/state")
    @audience(visitor)
    @by_itself
    def state() -> dict[str, object]:
        """For the script of the page: {"running", "done", "total"}, in bytes."""
        return _work().state()

    @bp.post("/stick/write")
    @audience(visitor)
    def write() -> Response:
        """Begin to write to the chosen USB stick."""
        csrf.protect()
        _require_alone()
        form = request.form
        everything = form.get("everything") == "yes"
        _work().write(form.get("folder", ""), reader=reader(), to=form.get("to", ""), everything=everything)
        return redirect(url_for("stick.show"), code=303)

    @bp.post("/stick/read")
    @audience(visitor)
    def read() -> Response:
        """Begin to import the files on the chosen USB stick."""
        csrf.protect()
        _require_alone()
        _work().read(request.form.get("folder", ""), reader=reader())
        return redirect(url_for("stick.show"), code=303)

    app.register_blueprint(bp)


def _require_alone() -> None:
    """Raise `SticksByCommand` if central has several workers: the next request could reach one that knows nothing of
    the work in progress.
    """
    if context.is_shared():
        raise SticksByCommand


def _work() -> StickWork:
    return cast(StickWork, current_app.extensions["testimony.stick"])


def _peers() -> list[str]:
    """At central: whom an answer can be for."""
    if context.station().settings.role != "central":
        return []
    roster = context.station().chain.latest
    devices = [one.id for one in roster.devices if one.kind in ANSWERED and one.status == "active"]
    return devices + [one.id for one in roster.people if one.role in ANSWERED and one.status == "active" and one.keys]


def _report_lines(work: Work) -> list[tuple[str, str, bool]]:
    """(file, sentence, whether it is good news) of what was done."""
    lines = [line for one in work.read for line in _of_file(one)]
    if work.passed_by:
        words = gettext("Files that are not for this station, left as they are: %(number)s.", number=work.passed_by)
        lines.append(("", words, True))
    if work.error is not None:
        lines.append(("", error_handlers.sentence_of(work.error), False))
    return lines + _of_writing(work)


def _of_writing(work: Work) -> list[tuple[str, str, bool]]:
    report = work.written
    if report is None:
        return []
    written = gettext("Written and read back from the stick.")
    lines = [(file.name, written, True) for file in report.written.files]
    if report.damaged:
        words = gettext("Left out, because the copy here is damaged: %(number)s.", number=len(report.damaged))
        lines.append(("", words, False))
    if report.written.full:
        words = gettext(
            "The stick is full. Did not fit: %(number)s. Bring this stick to where it goes first, and write again when "
            "the answer is here; or write everything on a larger stick.",
            number=report.left,
        )
        lines.append(("", words, False))
    lines.append(("", gettext("Unmount the stick; then it may be removed."), True))
    return lines


def _of_file(one: FileRead) -> list[tuple[str, str, bool]]:
    if one.error is not None:
        return [(one.name, error_handlers.sentence_of(one.error), False)]
    if one.carried is not None:
        held, records, refused, torn = len(one.carried.held), one.carried.records, one.carried.refused, one.carried.torn
        words = gettext("From a phone. Taken in: %(held)s of %(records)s.", held=held, records=records)
        return [(one.name, words, not refused), *_troubles(one.name, refused, torn)]
    if one.head is not None:
        return [(one.name, split_view.sentence(one.head), one.head != "forked")]
    report = one.bundle
    if report is None:
        return []
    if report.for_another:
        words = gettext(
            "For another station. Taken in, because they were lacking here: %(records)s records, %(objects)s sealed "
            "pieces.",
            records=report.records,
            objects=report.objects,
        )
    elif report.header.kind == "delivery":
        sender = report.sender or gettext("an unknown station")
        words = gettext(
            "From %(sender)s. Taken in: %(held)s of %(records)s. Write the answer on the stick now.",
            sender=sender,
            held=report.held,
            records=report.records,
        )
    else:
        words = gettext(
            "Headquarters' answer. Receipts: %(receipts)s. New entries of its log: %(entries)s.",
            receipts=report.receipts,
            entries=report.entries,
        )
    unsealed = not report.sealed and not report.for_another
    damaged = report.torn or (unsealed and report.header.kind == "delivery")
    lines = [(one.name, words, not report.refused), *_troubles(one.name, report.refused, damaged)]
    if unsealed and report.header.kind == "answer":
        words = gettext(
            "The seal of this file fails. What proves itself was taken in; the log is read again from the next file."
        )
        lines.append((one.name, words, False))
    if left_out := report.left_out.left_out:
        words = gettext(
            "Headquarters' signed log names records that did not come: %(number)s. A withdrawal may be among them.",
            number=len(left_out),
        )
        lines.append((one.name, words, False))
    return lines


def _troubles(name: str, refused: dict[str, str], torn: bool) -> list[tuple[str, str, bool]]:
    sentences = sorted({REFUSAL_RULES.get(rule, ReceiptRefused.sentence) for rule in refused.values()})
    lines = [(name, gettext(sentence), False) for sentence in sentences]
    if torn:
        words = gettext("This file is damaged or broke off. Everything whole in it counts; have it written again.")
        lines.append((name, words, False))
    return lines
