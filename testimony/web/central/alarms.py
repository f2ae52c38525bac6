"""The page of alarms: since when, what to do, who acknowledged them, which ended, and the status of e-mails."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from testimony.errors import N_
from testimony.services.monitoring import alarm_mail, alarms
from testimony.services.monitoring.alarms import Alarm
from testimony.services.monitoring.errors import MAIL_SENTENCES
from testimony.sync.mail import smtp
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.central import access as central_access
from testimony.web.text import labels

bp = Blueprint("alarms", __name__)
SEES: Final = (Visitor.OPERATOR, Visitor.ADMINISTRATOR, Visitor.REGISTRAR)
SEES_SERVER: Final = (Visitor.OPERATOR, Visitor.ADMINISTRATOR)
WORDS: Final = {
    "forked": (
        N_("A central server signed two different stories"),
        N_("Stop this server, keep its disk, tell the lawyers and report it."),
    ),
    "log": (
        N_("The log of this server does not verify"),
        N_("Stop this server, keep its disk and report it."),
    ),
    "database": (
        N_("The database of this server is damaged"),
        N_("“testimony check” says where. Stop the server and restore the last backup."),
    ),
    "damaged": (
        N_("Sealed pieces on the disk of this server are damaged"),
        N_("Stations that still have them bring them again. “testimony check” names each; replace the disk."),
    ),
    "disk": (
        N_("The disk of this server is nearly full"),
        N_("Make room, or give it a larger disk: when it is full, stations have to wait."),
    ),
    "ballast": (
        N_("The reserve for withdrawals is used up"),
        N_("Make room on the disk of this server; it is laid down again by itself."),
    ),
    "roster": (
        N_("The roster ends within a month, or has ended"),
        N_("Sign the next one at headquarters and bring it here."),
    ),
    "backup": (
        N_("The last backup is too old, or there is none"),
        N_("Make one with “testimony backup”. Where other tools do, they say so with “testimony central backed-up”."),
    ),
    "incomplete": (
        N_("The last backup cannot restore everything"),
        N_("“testimony doctor” says what is not in it, and what to do."),
    ),
    "untested": (
        N_("The backup must be tested by restoring it"),
        N_("Test one with “testimony backup --test-with”, or note with “--tested-elsewhere” that another machine did."),
    ),
    "unstamped": (
        N_("No valid time stamp has come for days"),
        N_("The central page says why. Correct its address or its roots in the settings, or set up another authority."),
    ),
    "uncosigned": (
        N_("A partner has not cosigned the log for days"),
        N_("Write the head with “testimony checkpoint export”, send it to the partner, and take its answer in."),
    ),
    "marked": (
        N_("A station was copied, or put back from a copy"),
        N_("Find its machines and take all but one away, then say so with “testimony central lift”."),
    ),
    "awaited": (
        N_("Readers wait for a station since this server was restored"),
        N_("Let it synchronise. If it cannot come any more, say so with “testimony central resume”."),
    ),
    "lacking": (
        N_("Records that the log names did not come to a station"),
        N_("A withdrawal may be among them. Let it synchronise; if they do not come, find out who left them out."),
    ),
    "silent": (
        N_("A station was not heard of for a week and more"),
        N_("Ask those who work with it. If it was lost or taken, revoke it."),
    ),
    "full": (
        N_("The disk of a station takes nothing in"),
        N_("Let it synchronise, then make room on it. Until then no interview is taken in there."),
    ),
    "refused": (
        N_("Something that a station brought was refused in the last week"),
        N_("“Stations” says which rule it broke. Nothing of it is deleted at the station."),
    ),
    "certificate": (
        N_("A station's certificate for phones ends within a month"),
        N_("Sign its request at headquarters; it is renewed when the station synchronises."),
    ),
    "clock": (
        N_("The clock of a station is wrong"),
        N_("Have it set there. No decision is taken by it, but its pages show wrong days."),
    ),
}
"""What it is, and what to do."""


@bp.get("/<lang:lang>/alarms")
@audience(*SEES)
def show(lang: str) -> str:
    """All for who administers this server, those of stations for registrars."""
    settings = context.station().settings
    with context.reading() as db:
        opened, gone = alarms.listed(db)
        post = alarm_mail.state(db)
    return render_template(
        "central/alarms.html",
        opened=[one for one in opened if _is_theirs(one)],
        gone=[one for one in gone if _is_theirs(one)],
        words=WORDS,
        moment=_moment,
        mail=smtp.is_set_up(settings) if central_access.is_(*SEES_SERVER) else None,
        post=post,
        failure=gettext(MAIL_SENTENCES[post.error]) if post.error in MAIL_SENTENCES else "",
    )


@bp.post("/alarms/<handle>/seen")
@audience(*SEES)
def seen(handle: str) -> Response:
    """Say that one knows of it: no e-mail is sent for it any more, and the others see who does.

    An alarm that has ended meanwhile is shown as ended, so no message is needed.
    """
    by = central_access.acting()
    with context.transaction() as db:
        alarms.see(db, handle, by=by.by, now=by.now, stations_alone=not central_access.is_(*SEES_SERVER))
    return redirect(url_for("alarms.show"), code=303)


def _is_theirs(alarm: Alarm) -> bool:
    return alarm.is_of_station or central_access.is_(*SEES_SERVER)


def _moment(seconds: int) -> str:
    return labels.moment(datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
