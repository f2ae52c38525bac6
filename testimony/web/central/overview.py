"""Central's overview, and the page of its stations: amounts, the verification of the log, deliveries. No content."""

from __future__ import annotations

from flask import Blueprint, render_template

from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.sealing.log.errors import COSIGN_SENTENCES, STAMP_SENTENCES
from testimony.services.backup import last_backup
from testimony.services.custody import split_view
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.integrity import database_check
from testimony.services.monitoring import health as monitoring_health
from testimony.services.monitoring import overview
from testimony.services.records import scrub
from testimony.services.roster import removed_readers
from testimony.services.tracking import withdrawal_status
from testimony.services.witnesses import status as witness_status
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.text import clocks, labels, quantities

bp = Blueprint("overview", __name__)


@bp.get("/<lang:lang>/")
@audience(Visitor.OPERATOR, Visitor.ADMINISTRATOR, Visitor.REGISTRAR, Visitor.OBSERVER)
def show(lang: str) -> str:
    """Counts for everybody; this server itself for those who administer it."""
    station = context.station()
    with context.reading() as db:
        condition = monitoring_health.look(station, db)
        return render_template(
            "central/overview.html",
            grace_days=GRACE_PERIOD.days,
            nodes=overview.nodes(station, db),
            testimonies=overview.testimonies(db),
            log=overview.log(station, db),
            damaged=scrub.count(db),
            unsound=database_check.is_damaged(db),
            removed=len(removed_readers.testimonies(db, station.chain)),
            head=split_view.head(station, db),
            onlookers=witness_status.onlookers(station, db),
            unstamped=STAMP_SENTENCES,
            uncosigned=COSIGN_SENTENCES,
            withdrawals=withdrawal_status.counts(station, db),
            condition=condition,
            clocks=clocks.sentences(condition.clocks),
            is_new=last_backup.untested(station) == "never",
            day=labels.day,
            moment=labels.moment,
        )


@bp.get("/<lang:lang>/stations")
@audience(Visitor.OPERATOR, Visitor.ADMINISTRATOR, Visitor.REGISTRAR)
def stations(lang: str) -> str:
    """The field stations, first those that need attention."""
    station = context.station()
    with context.reading() as db:
        return render_template(
            "central/stations.html",
            nodes=overview.nodes(station, db),
            condition=monitoring_health.look(station, db),
            day=labels.day,
            moment=labels.moment,
            amount=quantities.amount,
            about=quantities.about,
            reasons=delivery_refusals.REASONS,
        )
