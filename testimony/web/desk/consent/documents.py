"""The page on which a lawyer opens an account from elsewhere by a document, and the document itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from testimony.domain.consent.offers import offers
from testimony.domain.errors import NotEnoughLawyers
from testimony.domain.sealed_file import LARGEST
from testimony.services.consent import documents, late_grants
from testimony.services.consent.consents import Consents
from testimony.services.consent.documents import Wish
from testimony.services.consent.errors import ConsentActRefused, ConsentDocumentRefused
from testimony.web import context, error_handlers, headers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import consent
from testimony.web.desk.consent import late_grants as late_asks
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key, recovery
from testimony.web.desk.session import sync as session_sync
from testimony.web.text import i18n, labels

bp = Blueprint("consentdocuments", __name__)

BESIDE: Final = 64 * 1024
"""Bytes of a request that are not the file."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What the form said; a page that refuses it shows it again."""

    uses: frozenset[str] = frozenset()
    made: str = ""
    age: str = ""
    there: frozenset[str] = frozenset()


@bp.url_value_preprocessor
def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow a larger request for a file, and refuse one that is too large before anything reads it."""
    if endpoint == "consentdocuments.attach":
        request.max_content_length = LARGEST + BESIDE
        if (request.content_length or 0) > request.max_content_length:
            raise ConsentDocumentRefused("large")


@bp.get("/<lang:lang>/testimony/<tid>/consent/document")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str) -> str:
    """The form, with nothing chosen."""
    stands, served = consent_state.consent_today(tid)
    said = "" if stands.imported else error_handlers.sentence_of(ConsentDocumentRefused("imported"))
    return _page(stands, served, Chosen(), said)


@bp.post("/testimony/<tid>/consent/document")
@audience(Visitor.LAWYER)
def attach(tid: str) -> Response | tuple[str, int]:
    """Exchange first, so that no restriction is unseen; then seal the document and give what it opens."""
    chosen, sent = _chosen(), request.files.get("document")
    data = sent.read() if sent else b""
    session_sync.exchange(0)
    stands, served = consent_state.consent_today(tid)
    reader, annexes = recovery.acting()
    uses = [one for one in offers(context.station().chain.latest.organisation) if one.id in chosen.uses]
    wish = Wish(uses=uses, made=chosen.made, age=chosen.age, there=chosen.there, data=data)
    try:
        late_grants.by_document(context.station(), reader, stands, annexes, wish, day=context.now().date())
    except (ConsentActRefused, ConsentDocumentRefused, NotEnoughLawyers) as error:
        return _page(stands, served, chosen, error_handlers.sentence_of(error)), 409
    key.key_holder().news()
    flash(gettext("Written down and signed. It counts here from now on; the next exchange brings it to everybody."))
    return redirect(url_for("consentacts.show", tid=tid), code=303)


@bp.get("/consent-document/<annex>")
@audience(Visitor.LAWYER)
def save(annex: str) -> Response:
    """The whole document, to be saved, while the account opens. This desk's own log says so."""
    station, reader, annexes = context.station(), key.reader(), key.key_holder().annexes
    with context.reading() as db:
        annexes.refresh(station, db, reader)
    held = documents.find(station, annexes, annex)
    consent_state.require_account(held.tid)
    with context.transaction() as db:
        data = documents.open_document(station, db, reader, annexes, held, day=context.now().date())
    answer = Response(data, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="document-{annex[:8]}.{held.file.ending}"'
    answer.headers["Content-Security-Policy"] = headers.BYTES
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(stands: Consents, served: bool, chosen: Chosen, said: str) -> str:
    lang, organisations = i18n.language(), consent_state.organisations()
    with context.reading() as db:
        current = late_grants.is_current(db, context.now().date())
    return render_template(
        "desk/bydocument.html",
        tid=stands.tid,
        stands=stands,
        served=served,
        said=said,
        current=current,
        chosen=chosen,
        uses=[
            (one.id, labels.purpose(one.purpose.value), consent.recipient(one.key, organisations, lang))
            for one in documents.offered(offers(organisations[0]), stands)
        ],
        asked=late_asks.asked(lang, ("cs_age",)),
        there=late_asks.THERE,
        today=context.today(),
        megabytes=LARGEST // (1024 * 1024),
    )


def _chosen() -> Chosen:
    form = request.form
    return Chosen(
        uses=frozenset(form.getlist("use")),
        made=form.get("made", "").strip(),
        age=form.get("cs_age", ""),
        there=frozenset(name for name in late_asks.THERE if name in form),
    )
