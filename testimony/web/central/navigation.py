"""The header of central: what each kind of account finds in the row and under "More"."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from testimony.domain.consent.offers import text_in
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.central.access import is_
from testimony.web.navigation import Entry, Navigation, entry
from testimony.web.text import i18n

ALL = (Visitor.OPERATOR, Visitor.ADMINISTRATOR, Visitor.REGISTRAR, Visitor.OBSERVER)
STATIONS = (Visitor.OPERATOR, Visitor.ADMINISTRATOR, Visitor.REGISTRAR)
ADMINISTERS = (Visitor.OPERATOR, Visitor.ADMINISTRATOR)


def prepare(app: Flask) -> None:
    """Give every page of central its header."""
    app.context_processor(lambda: {"navigation": _navigation})


def _navigation() -> Navigation:
    """Empty while nobody signed in."""
    organisation = text_in(context.station().chain.latest.organisation.get("name"), i18n.language())
    row, more = (tuple(_row()), tuple(_more())) if is_(*ALL) else ((), ())
    return Navigation(label=_("Central server"), organisation=organisation, row=row, more=more)


def _row() -> list[Entry]:
    row = [entry(_("Overview"), "overview.show")]
    if is_(*STATIONS):
        row += [
            entry(_("Stations"), "overview.stations"),
            entry(_("People"), "roster.show", "roster", "proposal", "uses", "questionnaires"),
            entry(_("Alarms"), "alarms.show", "alarms"),
        ]
    return row


def _more() -> list[Entry]:
    more = [entry(_("Dashboard"), "dashboard.show")]
    if is_(*STATIONS):
        more.append(entry(_("Wrong sentences"), "wrong_sentences.show", "wrong_sentences"))
    if is_(*ADMINISTERS):
        more += [
            entry(_("Accounts"), "accounts.show"),
            entry(_("Record of acts"), "accounts.acts"),
            entry(_("Make and test a backup"), "stationbackup.show", "stationbackup"),
            entry(_("This station"), "doctor.show", "doctor"),
        ]
    if is_(Visitor.OPERATOR):
        more.append(entry(_("Sync by USB stick"), "stick.show", "stick"))
    else:
        more.append(entry(_("How I sign in"), "ownways.show", "ownways"))
    return [*more, entry(_("Sessions"), "accounts.sessions")]
