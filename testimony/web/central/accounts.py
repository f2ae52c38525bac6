"""Pages for accounts and the audit record, for administrators, and for everybody's own sessions."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from testimony.domain.administrators import OF_ROSTERS, ROLES, TOKEN
from testimony.errors import TestimonyError
from testimony.services.accounts import administrators, audit
from testimony.services.accounts import sessions as account_sessions
from testimony.services.accounts.errors import AccountRefused
from testimony.web import context, error_handlers, refused_forms
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, proven
from testimony.web.central import access as central_access
from testimony.web.text import labels

bp = Blueprint("accounts", __name__)
MANAGING = (Visitor.ADMINISTRATOR, Visitor.OPERATOR)
SIGNED_IN = (Visitor.ADMINISTRATOR, Visitor.REGISTRAR, Visitor.OBSERVER, Visitor.OPERATOR)


@bp.get("/<lang:lang>/accounts")
@audience(*MANAGING)
def show(lang: str) -> str:
    """Everybody's account."""
    return _page()


@bp.post("/<lang:lang>/accounts")
@audience(*MANAGING)
@proven("accounts.show")
def add(lang: str) -> str | tuple[str, int]:
    """Make one. Who holds the start-up token makes the first administrator, and nobody after that.

    The page that answers shows the link: nothing keeps it, so that there is no other page to send the browser to.
    """
    name, role, by = request.form.get("name", "").strip(), request.form.get("role", ""), central_access.acting()
    try:
        with context.transaction() as db:
            if central_access.is_(Visitor.OPERATOR) and (administrators.has_administrator(db) or role != ROLES[0]):
                raise AccountRefused("first")
            token = administrators.add(db, name, role, by)
    except AccountRefused as error:
        return _page(error=error), error_handlers.status_of(error)
    return _page(name=name, link=_link(token))


@bp.post("/<lang:lang>/accounts/<account>/reset")
@audience(Visitor.ADMINISTRATOR)
@proven("accounts.show")
def reset(lang: str, account: str) -> str:
    """Another link; what they signed in with counts no more. Answers with a page, as `add` does."""
    with context.transaction() as db:
        token = administrators.reset(db, account, central_access.acting())
        name = next(one.name for one in administrators.listed(db) if one.id == account)
    return _page(name=name, link=_link(token))


@bp.post("/accounts/<account>/role")
@audience(Visitor.ADMINISTRATOR)
@proven("accounts.show")
def change_role(account: str) -> Response:
    """Their sessions end."""
    by = central_access.acting()
    with context.transaction() as db:
        administrators.change_role(db, account, request.form.get("role", ""), by, careful=True)
    return redirect(url_for("accounts.show"), code=303)


@bp.post("/accounts/<account>/remove")
@audience(Visitor.ADMINISTRATOR)
@proven("accounts.show")
def remove(account: str) -> Response:
    """With everything that belongs to it."""
    by = central_access.acting()
    with context.transaction() as db:
        administrators.remove(db, account, by, careful=True)
    return redirect(url_for("accounts.show"), code=303)


@bp.get("/<lang:lang>/sessions")
@audience(*SIGNED_IN)
def sessions(lang: str) -> str:
    """One's own; an administrator sees everybody's."""
    with context.reading() as db:
        found = account_sessions.listed(context.station(), db, account=_whose())
    return render_template("central/sessions.html", found=found, here=context.actor().session, day=labels.day)


@bp.post("/sessions/<handle>/end")
@audience(*SIGNED_IN)
@proven("accounts.sessions")
def end_session(handle: str) -> Response:
    """End one: one's own, or as an administrator anybody's. For those of others it answers as if there were none."""
    by = central_access.acting()
    with context.transaction() as db:
        whose = account_sessions.end_one(db, handle, account=_whose())
        if whose is None:
            raise NotFound
        about = next((one.name for one in administrators.listed(db) if one.id == whose), TOKEN)
        audit.note(db, "end", by=by.by, about=about, now=by.now)
    return redirect(url_for("accounts.sessions"), code=303)


@bp.post("/sessions/end-others")
@audience(*SIGNED_IN)
@proven("accounts.sessions")
def end_others() -> Response:
    """End all of one's own but this one."""
    asks = context.actor()
    with context.transaction() as db:
        account_sessions.end_all(db, asks.id, but=asks.session)
    return redirect(url_for("accounts.sessions"), code=303)


@bp.get("/<lang:lang>/acts")
@audience(*MANAGING)
def acts(lang: str) -> str:
    """The latest two hundred, and whether the chain of all holds."""
    with context.reading() as db:
        return render_template(
            "central/acts.html",
            acts=audit.listed(db),
            holds=audit.holds(db),
            of_rosters=OF_ROSTERS,
            moment=labels.moment,
        )


def _whose() -> str | None:
    return None if central_access.is_(Visitor.ADMINISTRATOR) else context.actor().id


def _link(token: str) -> str:
    return f"{central_access.place().origin}{url_for('enrolment.show')}#{token}"


def _page(*, name: str = "", link: str = "", error: TestimonyError | None = None) -> str:
    with context.reading() as db:
        found, ready = administrators.listed(db), administrators.has_administrator(db)
    managing = central_access.is_(Visitor.ADMINISTRATOR)
    page = render_template(
        "central/accounts.html",
        found=found,
        roles=ROLES if managing else ROLES[:1],
        may_add=managing or not ready,
        managing=managing,
        me=context.actor().id,
        name=name,
        link=link,
        said=error_handlers.sentence_of(error) if error else "",
        day=labels.day,
    )
    return refused_forms.kept(page, error_handlers.sentence_of(error)) if error else page
