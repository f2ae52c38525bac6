"""The pages of exports that a second lawyer approves: the rule, the proposals, and what is approved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.domain.consent.purposes import Key
from testimony.domain.exports.fold import STANDS, Standing, State
from testimony.errors import N_
from testimony.services.exports import accounts as export_accounts
from testimony.services.exports import approvals, exports
from testimony.services.exports.approvals import ALL, Approvals
from testimony.services.exports.errors import ExportRefused
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices as casefile_choices
from testimony.web.desk.casefile.choices import Use
from testimony.web.desk.session import key, sealing
from testimony.web.text import i18n, labels

bp = Blueprint("exportapprovals", __name__)

STATES: Final = {
    State.WAITING: N_("Waiting for a second lawyer"),
    State.APPROVED: N_("Approved by a second lawyer"),
    State.REFUSED: N_("Refused by a lawyer"),
    State.EXPIRED: N_("expired"),
}
KINDS: Final = {
    "csv": N_("Tables (CSV), with the column names of ODK"),
    "xlsx": N_("A workbook (XLSX), the same tables as sheets"),
    "jsonl": N_("Data for programs (JSON Lines), with its description"),
    "uwazi": N_("A table for the import of Uwazi"),
}
TAKEN_BACK: Final = N_("Taken back by its author")
TONES: Final = {State.WAITING: "warn", State.APPROVED: "good", State.REFUSED: "bad", State.EXPIRED: "quiet"}
EVERYTHING: Final = {ALL: N_("Everything, with recordings and pictures")}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A proposal as a page lists it. `mine`: this reader made it. `decided_by`: another lawyer, or "".

    `use`: None where it is that one lawyer is enough.
    """

    one: Standing
    state: str
    tone: str
    mine: bool
    decided_by: str
    use: Use | None


def known() -> Approvals:
    """How everything stands today at this desk."""
    with context.reading() as db:
        annexes, day = key.key_holder().annexes, context.now().date()
        return approvals.read(context.station(), db, key.reader(), annexes, at=day)


def shown(held: Approvals, lang: str) -> list[Shown]:
    """What was proposed lately, and agreements that one lawyer is enough; the newest first."""
    since = context.now().date() - 2 * STANDS
    return [_shown(one, lang) for one in held.held if one.day >= since]


@bp.get("/<lang:lang>/reports/proposed/<proposal>")
@audience(Visitor.LAWYER)
def show(lang: str, proposal: str) -> str:
    """One proposal, with each testimony of its list and how many of them consent covers today."""
    one = known().find(proposal)
    covered = _covered(one.proposal.use, one.proposal.tids) if one.proposal else 0
    return render_template(
        "desk/exportproposal.html",
        shown=_shown(one, lang),
        kind={**KINDS, **EVERYTHING}.get(one.proposal.form, one.proposal.form) if one.proposal else "",
        covered=covered,
        labels=labels,
    )


@bp.post("/reports/proposed")
@audience(Visitor.LAWYER)
def propose() -> Response:
    """The form of the page of exports -> a proposal of exactly what it would export today. Raises `ExportRefused`."""
    use, plain = exports.use_of(request.form.get("use", "")), sealing.is_plain()
    only = frozenset(request.form.getlist("tid")) if "some" in request.form else None
    if only is not None and not only:
        raise ExportRefused("none")
    tids, form = _tids(use, only), request.form.get("form", "")
    day = context.now().date()
    id = approvals.propose(context.station(), key.reader(), use, form, tids, sealed=not plain, day=day)
    flash(_("Proposed and signed. Sync: another lawyer agrees at their own desk."))
    return _to(id)


@bp.post("/reports/proposed/<proposal>/approve")
@audience(Visitor.LAWYER)
def approve(proposal: str) -> Response:
    """{"digest"}: approve exactly what the page showed."""
    digest, day = request.form.get("digest", ""), context.now().date()
    one = approvals.approve(context.station(), key.reader(), known(), proposal, digest, day=day)
    flash(_("Approved and signed. Sync, so that the other lawyers know."))
    return _to(one.id)


@bp.post("/reports/proposed/<proposal>/refuse")
@audience(Visitor.LAWYER)
def refuse(proposal: str) -> Response:
    """Refuse it, or take the own one back."""
    one = approvals.refuse(context.station(), key.reader(), known(), proposal, day=context.now().date())
    flash(_("Written down and signed. It counts here from now on; the next exchange brings it to the other lawyers."))
    return _to(one.id)


@bp.post("/reports/proposed/<proposal>/file")
@audience(Visitor.LAWYER)
def file(proposal: str) -> Response:
    """The approved file. It is in the register of what left before it is sent. Raises `ExportRefused`."""
    reader, at, annexes = key.reader(), context.now().date(), key.key_holder().annexes
    with context.transaction() as db:
        made, said = exports.make_approved(context.station(), db, reader, proposal, annexes=annexes, at=at)
        data = exports.seal(reader, made.data) if said.sealed else made.data
    casefile_choices.note_left(made.tids, data, made=exports.EXPORT, use=said.use)
    return sealing.answer(data, made.name, plain=not said.sealed)


@bp.post("/reports/second-lawyer")
@audience(Visitor.LAWYER)
def rule() -> Response:
    """{"act": "require" | "relax"}: an export needs a second lawyer; or propose that it does not any more."""
    day = context.now().date()
    if request.form.get("act") == "relax":
        id = approvals.relax(context.station(), key.reader(), known(), day=day)
        flash(_("Proposed and signed. Sync: another lawyer agrees at their own desk."))
        return _to(id)
    approvals.require_two(context.station(), key.reader(), day=day)
    flash(_("Exports need a second lawyer now. Sync, so that the other lawyers know."))
    return redirect(url_for("exports.show", lang=i18n.language(), _anchor="second"), code=303)


def _shown(one: Standing, lang: str) -> Shown:
    use = casefile_choices.use(one.proposal.use, lang) if one.proposal else None
    taken_back = one.state is State.REFUSED and one.decided_by == one.by
    return Shown(
        one=one,
        state=TAKEN_BACK if taken_back else STATES[one.state],
        tone="quiet" if taken_back else TONES[one.state],
        mine=one.by == key.reader().id,
        decided_by="" if taken_back else one.decided_by,
        use=use,
    )


def _tids(use: Key, only: frozenset[str] | None) -> list[str]:
    with context.reading() as db:
        annexes, day = key.key_holder().annexes, context.now().date()
        tids, _left = export_accounts.covered(context.station(), db, key.reader(), use, annexes=annexes, at=day)
    return [tid for tid in tids if only is None or tid in only]


def _covered(use: Key, tids: tuple[str, ...]) -> int:
    """How many of `tids` consent covers today."""
    return len(_tids(use, frozenset(tids)))


def _to(id: str) -> Response:
    return redirect(url_for("exportapprovals.show", lang=i18n.language(), proposal=id), code=303)
