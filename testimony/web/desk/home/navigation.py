"""The header of a desk: what a lawyer and a coordinator find in the row and under "More"."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from testimony.domain.consent.offers import text_in
from testimony.domain.roles import Role
from testimony.web import context
from testimony.web.desk.session import key, sync_text
from testimony.web.navigation import Entry, Navigation, entry
from testimony.web.text import i18n

OF_LIST = (
    *("testimony", "reviews", "translating", "coding", "correcting", "consentacts", "lateasks", "consentdocuments"),
    "pictures",
)
OF_RELEASES = (
    "releases",
    "releasebuilder",
    "releaseprogress",
    "clearings",
    "publicaccounts",
    "quality",
    "releasetables",
)


def prepare(app: Flask) -> None:
    """Give every page of a desk its header."""

    @app.context_processor
    def describe() -> dict[str, object]:
        return {
            "navigation": _navigation,
            "list_name": list_name,
            "link_heading": sync_text.heading,
            "arrivals": lambda: key.key_holder().link.arrivals,
        }


def list_name(role: Role | None) -> str:
    """What the list of testimonies is called: a coordinator sees coded accounts and no words."""
    return str(_("Data") if role is Role.COORDINATOR else _("Testimonies"))


def _navigation(role: Role | None) -> Navigation:
    row = {Role.LAWYER: _of_lawyer, Role.COORDINATOR: _of_coordinator}.get(role, _of_nobody)()  # type: ignore[arg-type]
    organisation = text_in(context.station().chain.latest.organisation.get("name"), i18n.language())
    return Navigation(label=_("Desk"), organisation=organisation, row=row, more=tuple(_more(role)))


def _of_lawyer() -> tuple[Entry, ...]:
    return (
        entry(_("Testimonies"), "shelf.show", *OF_LIST, "referrals", "quotations"),
        entry(_("Incidents"), "incidents.index", "incidents", "alike", "apart"),
        entry(_("Cases"), "cases.index", "case", "casefile", "submissions", "archives"),
        entry(_("Reports"), "owntables.show", "exports", "exportapprovals"),
    )


def _of_coordinator() -> tuple[Entry, ...]:
    return (
        entry(_("Overview"), "dashboard.show"),
        entry(_("Data"), "shelf.show", *OF_LIST),
        entry(_("Releases"), "releases.index", *OF_RELEASES),
    )


def _of_nobody() -> tuple[Entry, ...]:
    """Nobody's key is unlocked: the list is where the desk asks for the passphrase."""
    return (entry(_("Testimonies"), "shelf.show"),)


def _more(role: Role | None) -> list[Entry]:
    """What is needed seldom; what only one role may open is only in its menu."""
    mine: list[Entry] = []
    if role is Role.LAWYER:
        mine = [
            entry(_("Search"), "searches.show"),
            entry(_("Stories"), "stories.index", "stories"),
            entry(_("What left"), "disclosures.show", "disclosures"),
            entry(_("Access"), "colleagues.show", "colleagues"),
            entry(_("Import records"), "imports.show", "imports"),
            entry(_("Hand-overs"), "handovers.show", "handovers", "handoverfiles", "partners"),
        ]
    if role is Role.COORDINATOR:
        mine = [entry(_("Reports"), "owntables.show"), entry(_("Available uses"), "uses.today")]
    return [
        *mine,
        entry(_("Consent expiring"), "uses.ending"),
        entry(_("Withdrawals"), "withdrawals.show"),
        entry(_("Consent scripts"), "wordings.show", "wordings"),
        entry(_("Sync"), "syncing.show", "syncing", "stick"),
        entry(_("Make and test a backup"), "stationbackup.show", "stationbackup"),
        entry(_("This station"), "doctor.show", "doctor"),
    ]
