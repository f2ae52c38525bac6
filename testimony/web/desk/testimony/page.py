"""The page of one testimony, opened for the reader at this desk: its content, state and verification."""

from __future__ import annotations

from flask import Blueprint, render_template

from testimony.domain.roles import Role
from testimony.domain.testimony.statement import Statement
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form_labels import Wording
from testimony.services.opening.compartments import Compartment
from testimony.services.opening.errors import CLOSED_SENTENCES
from testimony.services.testimony import view as testimony_view
from testimony.services.testimony.view import Opened
from testimony.services.wordings import questionnaires
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import cases, feedback
from testimony.web.desk.consent import consent, timeline_text
from testimony.web.desk.handover import page as handover
from testimony.web.desk.inbox import neighbours
from testimony.web.desk.incidents import text as incident_text
from testimony.web.desk.review import coding, coding_text, reviews, translations
from testimony.web.desk.session import key, signature
from testimony.web.desk.testimony import (
    asked_words,
    earlier,
    facts,
    files,
    imported,
    media,
    notes,
    private_label,
    proofs,
    questions,
    same_witness,
    summary,
    transcripts,
)
from testimony.web.text import labels

bp = Blueprint("testimony", __name__)


@bp.get("/<lang:lang>/testimony/<tid>")
@audience(Visitor.READER)
def show(lang: str, tid: str) -> str:
    """Open it. That it was opened, and by whom, goes into this desk's own log."""
    with context.transaction() as db:
        opened = testimony_view.open_testimony(
            context.station(), db, key.reader(), tid, at=context.now().date(), annexes=key.key_holder().annexes
        )
    said = Statement.all_in(held.content if (held := opened.compartment("narrative")) else None)
    originals, unread = translations.beside(tid, opened.manifest, said)
    organisations = [roster.organisation for roster in context.station().chain.rosters]
    wording = Wording(questionnaires.find(context.station().settings.home, opened.form_sha256), lang)
    coded = coding.of_testimony(opened, wording)
    heard, unheard, can_hear = transcripts.beside(opened)
    return render_template(
        "desk/testimony.html",
        opened=opened,
        closed=CLOSED_SENTENCES,
        wording=wording,
        formless=wording.form is None and not _answered(opened) <= Codebook.load().fields.keys(),
        originals=originals,
        transcripts=heard,
        transcripts_unread=unheard,
        can_hear=can_hear,
        translated=[one for one in said if one.original is not None],
        untranslatable=unread,
        tongues=translations.tongues(),
        answers=_answers,
        circumstances=labels.circumstances,
        labels=labels,
        by_document=consent.by_document,
        purposes=consent.purposes(opened.consent.lines, organisations, lang),
        timeline=timeline_text.timeline_lines(opened.consent, organisations, lang),
        organisation=organisations[0],
        organisations=organisations,
        consent=consent,
        saidbefore=earlier,
        samewitness=same_witness,
        imported=imported,
        askedwords=asked_words,
        signature=signature,
        media=media,
        files=files,
        glance=summary.glance,
        glanced=summary.SAID,
        checks=proofs.checks(opened.findings),
        stages=proofs.stages(opened),
        notes=notes.shown(opened, said) if _noted(opened) else None,
        label=private_label.shown(opened) if _noted(opened) else None,
        review=reviews.shown(tid),
        asked=questions.shown(opened),
        feedback=feedback.shown(opened),
        today=context.today(),
        linking=incident_text.shown(tid, lang),
        case=cases.shown(tid, opened.consent, lang),
        coding=coded,
        handed=handover.possible(opened.consent),
        facts=facts.facts(opened, wording, coded, originals),
        beside=neighbours.neighbours(tid),
        codedwords=coding_text,
    )


def _noted(opened: Opened) -> bool:
    """Notes quote the account, so they open with it."""
    return key.reader().role is Role.LAWYER and "narrative" not in opened.permission.closed


def _answered(opened: Opened) -> set[str]:
    """The fields of every part that is open here."""
    answers = [(held.content or {}).get("answers") for held in opened.compartments]
    return set[str]().union(*(each for each in answers if isinstance(each, dict)))


def _answers(compartment: Compartment, wording: Wording) -> list[labels.Group]:
    answers = (compartment.content or {}).get("answers")
    if not isinstance(answers, dict):
        return []
    asked = consent.split(answers)[1] if compartment.part == "identity" else answers
    return labels.groups(asked, wording, coded=compartment.part == "coded")
