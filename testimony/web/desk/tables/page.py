"""Published tables at a coordinator's desk: the state in words, one next step as a button, and the printed numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.tables import due
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.ledger import ProposedNumbers, ProposedPlan, TablesLedger
from testimony.domain.tables.periods import Period
from testimony.publication.tables import sheets as tables_sheets
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import LANGUAGES
from testimony.questionnaire.codebook import Codebook
from testimony.services.ledger.errors import LedgerForked, LedgerIncomplete
from testimony.services.tables import ledger as tables_ledger
from testimony.services.tables import tables
from testimony.services.tables.tables import Outlook
from testimony.services.typesetting.errors import CaseFileUnset
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.session import sync as session_sync
from testimony.web.desk.session import sync_text
from testimony.web.desk.tables import steps
from testimony.web.desk.tables import text as tables_text
from testimony.web.text import labels

bp = Blueprint("releasetables", __name__)

SMALL: Final = frozenset({"small", "rows"})
"""Reasons after which the next longer period is offered."""
PROPOSE, MAKE, AGREE, LOOK = "tables-propose", "tables-make", "tables-agree", "tables-look"


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Those of one file, or of a proposal for one. `key`: period and edition; `coverage`: what they do not show."""

    period: str
    key: tuple[str, int]
    sheets: list[tables_sheets.Sheet]
    coverage: tables_sheets.Sheet | None
    words: list[str]


@bp.get("/<lang:lang>/releases/tables")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str:
    """What stands, what is next, and the numbers of each period."""
    by = release_acts.releaser()
    held, waiting = tables_ledger.read(by), session_sync.waiting()
    vocabulary = tables_text.vocabulary()
    step = steps.next_step(held, by.reader.id, by.day, waiting=bool(waiting), refused=_refused())
    return render_template(
        "desk/tables.html",
        held=held,
        step=step,
        by_hand=steps.BY_HAND,
        waiting=waiting,
        printed=[_numbers(held, one, vocabulary) for one in reversed(held.files.values())],
        proposal=_proposal(held, step, vocabulary),
        others=due.makeable(held, by.day) if held.generation else [],
        borders=_borders(held, lang) if step.act == steps.PROPOSE else [],
        known=_known(held),
        outlook=_outlook(step),
        looks=step.key[0] if step.act == steps.MAKE else "",
        period=lambda label: vocabulary.period(Period.of(label)),
        of_plan=vocabulary.tables_of_plan,
        border=lambda code: labels.border(code, lang),
        labels=labels,
    )


@bp.post("/releases/tables/share")
@audience(Visitor.COORDINATOR)
def share() -> AnyResponse:
    """Give this person's share of the first secret."""
    tables.make_secret(release_acts.releaser())
    flash(_("Your share is made, and sealed to coordinators."))
    return redirect(url_for("releasetables.show"), code=303)


@bp.post("/releases/tables/plan")
@audience(Visitor.COORDINATOR)
def propose() -> AnyResponse:
    """Propose the plan of a year."""
    year, borders = request.form.get("year", type=int), tuple(request.form.getlist("border"))
    if year is None or not 2000 <= year <= 9999:
        raise BadRequest
    job = release_acts.begin(PROPOSE, year, lambda by: tables.propose_plan(by, year, borders))
    return release_acts.answer(job, _("The plan is proposed."), url_for("releasetables.show"))


@bp.post("/releases/tables/make")
@audience(Visitor.COORDINATOR)
def make() -> AnyResponse:
    """Count a period that is over, and propose its numbers."""
    label = request.form.get("period", "")
    job = release_acts.begin(MAKE, label, lambda by: tables.make(by, label))
    return release_acts.answer(job, _("The tables are made. Nothing has left."), url_for("releasetables.show"))


@bp.post("/releases/tables/agree")
@audience(Visitor.COORDINATOR)
def agree() -> AnyResponse:
    """Make the same here, and agree to it."""
    name = request.form.get("name", "")
    job = release_acts.begin(AGREE, name, lambda by: tables.agree(by, name))
    done = _("You agreed. Sync, so that it reaches your colleague.")
    return release_acts.answer(job, done, url_for("releasetables.show"))


@bp.post("/releases/tables/look")
@audience(Visitor.COORDINATOR)
def look() -> AnyResponse:
    """Count how many accounts a period could have today."""
    label = request.form.get("period", "")
    job = release_acts.begin(LOOK, label, lambda by: tables.look(by, label))
    return release_acts.answer(job, _("Counted at this desk, today."), url_for("releasetables.show"))


@bp.post("/releases/tables/exchange")
@audience(Visitor.COORDINATOR)
def exchange() -> AnyResponse:
    """Deliver what was said here, fetch what colleagues said, and come back to this page."""
    for sentence, kind in sync_text.exchange_sentences(session_sync.exchange()):
        flash(sentence, kind)
    return redirect(url_for("releasetables.show"), code=303)


@bp.get("/releases/tables/file")
@audience(Visitor.COORDINATOR)
def file() -> Response:
    """The file of a period, as everybody gets it. Raises `TablesRefused`."""
    label, edition = request.args.get("period", ""), request.args.get("edition", 1, type=int)
    data = tables.printed(release_acts.releaser(), label, edition=edition)
    return _saved(data, f"tables-{_stem(label, edition)}.zip", "application/zip")


@bp.get("/<lang:lang>/releases/tables/report")
@audience(Visitor.COORDINATOR)
def report(lang: str) -> Response:
    """The report of a period as a PDF, in the language of the page if a release has it. Raises `TablesRefused`."""
    label, edition = request.args.get("period", ""), request.args.get("edition", 1, type=int)
    spoken = lang if lang in LANGUAGES else LANGUAGES[0]
    data = tables.reported(release_acts.releaser(), label, edition=edition, lang=spoken)
    return _saved(data, f"report-{_stem(label, edition)}-{spoken}.pdf", "application/pdf")


@bp.errorhandler(LedgerIncomplete)
@bp.errorhandler(LedgerForked)
def stopped(error: Exception) -> AnyResponse:
    """To the page that says why the ledger cannot go on here, and what helps."""
    return redirect(url_for("settling.show"), code=303)


@bp.errorhandler(CaseFileUnset)
@bp.errorhandler(TablesRefused)
def refused(error: TablesRefused | CaseFileUnset) -> AnyResponse:
    """Back to the page, with the sentence that says what to do."""
    flash(_(error.sentence), "refused")
    return redirect(url_for("releasetables.show"), code=303)


def _stem(label: str, edition: int) -> str:
    return Period.of(label).label.replace(" ", "-") + (f"-edition-{edition}" if edition > 1 else "")


def _saved(data: bytes, name: str, content_type: str) -> Response:
    answer = Response(data, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _refused() -> Period | None:
    """The period that was made last here and was too small."""
    job = release_acts.work().last
    error = job.error if job is not None and job.act.what == MAKE else None
    return Period.of(job.act.about) if job and isinstance(error, TablesRefused) and error.reason in SMALL else None


def _outlook(step: steps.Step) -> Outlook | None:
    job = release_acts.work().of(LOOK, step.key[0]) if step.act == steps.MAKE else None
    return job.result if job is not None and job.succeeded else None


def _numbers(held: TablesLedger, one: ProposedNumbers, vocabulary: Vocabulary) -> Numbers:
    made, period = one.contents.published, Period.of(one.key[0])
    found, coverage = tables_sheets.sheets(made, vocabulary)
    return Numbers(
        period=vocabulary.period(period),
        key=one.key,
        sheets=found,
        coverage=coverage,
        words=vocabulary.notes(made, held.plan_of(period.year)),
    )


def _proposal(held: TablesLedger, step: steps.Step, vocabulary: Vocabulary) -> Numbers | None:
    """What is agreed to, as it would be printed."""
    one = step.proposal
    fits = isinstance(one, ProposedNumbers) and Period.of(one.key[0]).year in held.plans
    return _numbers(held, one, vocabulary) if isinstance(one, ProposedNumbers) and fits else None


def _borders(held: TablesLedger, lang: str) -> list[tuple[str, str]]:
    """Code and name, by name. A border that the last plan names is always offered again."""
    named = [(code, labels.border(code, lang)) for code in Codebook.load().borders.union(_known(held))]
    return sorted(named, key=lambda one: one[1])


def _known(held: TablesLedger) -> tuple[str, ...]:
    """Those that the last plan names."""
    plans = {
        **held.plans,
        **{one.plan.year: one.plan for one in held.proposed.values() if isinstance(one, ProposedPlan)},
    }
    return plans[max(plans)].borders if plans else ()
