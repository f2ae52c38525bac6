"""`testimony sync`: sync once with central now, and print what was delivered, what waits and what failed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.station.station import Station
    from testimony.sync.client.certificate_renewal import RenewalReport
    from testimony.sync.client.exchange import ExchangeReport
    from testimony.sync.client.handshake import Greeting

FAILED = 1


def add_to(commands: Any) -> None:
    sync = commands.add_parser(
        "sync",
        help="exchange with the central server, once",
        description="Exchange with the central server once: a field node delivers what waits and fetches rosters and "
        "withdrawals; a desk delivers what its reader said, fetches what its key may open, and asks for the passphrase "
        "(or reads it from standard input). What is interrupted goes on where it stopped; nothing is dropped without "
        "central's signed receipt.",
    )
    sync.add_argument("--home", required=True, type=Path, help="the station's folder")
    sync.add_argument("--to", default="", metavar="URL", help="instead of the address in the station's settings")
    sync.add_argument(
        "--restored",
        action="store_true",
        help="central was restored from a backup without saying so itself, somebody you trust says so: read its log "
        "from the beginning",
    )
    media = sync.add_mutually_exclusive_group()
    media.add_argument(
        "--metered", action="store_true", help="slow or expensive connection: leave recordings and pictures for later"
    )
    media.add_argument("--with-media", action="store_true", help="send and fetch them now, whatever the settings say")
    sync.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services.continuity.reoffer import forget_mirrors
    from testimony.services.startup import open_station

    with open_station(arguments.home) as station:
        if arguments.restored:
            with station.database.transaction() as session:
                forget_mirrors(station, session)
        heavy = arguments.with_media or not (arguments.metered or _is_metered(station))
        report = _exchange(station, arguments.to or station.central_url, heavy=heavy)
        if not heavy:
            line("metered", "recordings and pictures wait, here and at central; --with-media sends and fetches them")
        return _print(station, report)


def _is_metered(station: Station) -> bool:
    from testimony.services.link import metered

    with station.database.reading() as session:
        return not metered.may_go(station, session)


def _exchange(station: Station, url: str, *, heavy: bool) -> ExchangeReport:
    from datetime import date

    from testimony.cli import prompts
    from testimony.services.consent import enforcement, keeps
    from testimony.services.opening import reader as opening_reader
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.station.errors import StationKeyless
    from testimony.sync.client.exchange import exchange
    from testimony.sync.http.channel import HttpChannel
    from testimony.sync.http.route import Way
    from testimony.sync.http.transport import Transport
    from testimony.web.errors import NoStation

    if not url:
        raise NoStation
    channel = HttpChannel(Way.from_settings(station.settings))
    if station.settings.role != "desk":
        return exchange(station, Transport(url, station.signer, channel=channel), heavy=heavy)
    reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
    if reader.signer is None:
        raise StationKeyless
    day, annexes = date.fromisoformat(station.today()), AnnexIndex()
    return exchange(
        station,
        Transport(url, reader.signer, channel=channel),
        audience=reader.audience,
        heavy=heavy,
        obey=lambda: enforcement.obey(station, reader, annexes, day=day) + keeps.say(station, reader, annexes, day=day),
    )


def _print(station: Station, report: ExchangeReport) -> int:
    """What happened, in facts; 1 when something was refused and a person must look at it."""
    from testimony.cli.station import gaps
    from testimony.errors import REFUSAL_RULES
    from testimony.services.feed.missing_text import LOST
    from testimony.sync.errors import ReceiptLacking

    _tell_greeting(report.greeting)
    if station.settings.role == "field" or report.pushed.delivered or report.pushed.waiting:
        line("delivered", f"{counted(report.pushed.delivered, 'record')}, each with a receipt of central")
        line("waiting", counted(report.pushed.waiting, "record"))
        if report.pushed.texts:
            line("text is safe", f"of {report.pushed.texts} more, whose recordings and pictures are still on their way")
    if report.pushed.held_back is not None:
        line("held back", str(report.pushed.held_back))
    returned = report.returned
    if returned.records:
        line(
            "given back", f"{counted(returned.records, 'record')}, {counted(returned.objects, 'sealed object')}, which"
        )
        line("", "central lost when it was restored")
    if returned.held_back is not None and report.pushed.held_back is None:
        line("held back", str(returned.held_back))
    if report.pushed.unsigned:
        line("no receipt", f"{counted(report.pushed.unsigned, 'record')}: {ReceiptLacking.sentence}")
    line("fetched", f"{counted(report.pulled.records, 'record')}, {counted(report.pulled.objects, 'sealed object')}")
    named = report.pulled.gaps
    complete = "" if named.left_out or named.unconfirmed else ", and every record that it names is here"
    line("central's log", f"{counted(report.pulled.size, 'entry')}, its signature and every hash checked{complete}")
    if report.media.pieces or report.media.left:
        line("media", f"{counted(report.media.pieces, 'piece')} fetched, {report.media.left} still to come")
    told = report.wordings
    if told.wordings or told.clips or told.left:
        line("wordings", f"{told.wordings} and {counted(told.clips, 'recording')} fetched, {told.left} still to come")
    if told.error is not None:
        line("wordings", f"not fetched to the end: {told.error}")
    update = report.update
    if update.version and not update.error:
        left = f"still comes, {update.left / 1e6:.1f} MB" if update.left else "waits here (docs/updating.md)"
        line("update", f"version {update.version} {left}")
    elif update.error is not None:
        line("update", f"not fetched to the end: {update.error}")
    refused = {
        **report.pushed.refused,
        **returned.refused,
        **report.pulled.refused,
        **report.media.refused,
        **told.refused,
    }
    lost = sorted(name for name, rule in refused.items() if rule == LOST)
    if lost:
        line("lost", f"{counted(len(lost), 'sealed object')} for this reader: {REFUSAL_RULES[LOST]}")
    for name in lost:
        del refused[name]
    for name, rule in refused.items():
        line("refused", f"{name[:16]}…: {REFUSAL_RULES.get(rule, rule)}")
    left_out = gaps.tell(report.pulled.gaps, station.chain)
    if report.pulled.kept_back:
        line(
            "kept back",
            f"central showed another station {counted(report.pulled.kept_back, 'entry')} that it does not show",
        )
        line("", "here. Synchronise again; if that does not help, report it")
    kept_back = _tell_renewal(report.renewal)
    unproved = report.pushed.unsigned or report.greeting.several
    return FAILED if any((refused, told.error, left_out, report.pulled.kept_back, kept_back, unproved)) else 0


def _tell_greeting(greeting: Greeting) -> None:
    """Print which stations were restored or copied, as far as central and this station know."""
    if greeting.restored:
        line("central", "was restored from a backup: all that is kept here was offered again, withdrawals first;")
        line("", "what its log was before is kept aside here")
    if greeting.behind:
        line("roster", "central's is older than the one here, and it does not take the newer one. Bring it there:")
        line("", "testimony station update roster-N.bundle --home CENTRAL")
    if greeting.several:
        line(
            "two centrals", f"{', '.join(greeting.several)}: each holds only what was brought to it. If the old one is"
        )
        line("", "no more in use, have headquarters revoke it; if it is, put it under another address")
    if greeting.renewed:
        line("this station", "was restored or copied, as central sees it; it goes on as a new incarnation")
    if greeting.quarantined:
        line("marked", "central has marked this station: what it brings is taken in, and its operator must look.")
        line("", "Only one machine may use this station's card; tell the coordinator")


def _tell_renewal(renewal: RenewalReport) -> bool:
    """What became of the node's certificate; whether a person must look at it."""
    if renewal.failure is not None:
        line("certificate", f"not renewed: {renewal.failure}")
    elif renewal.until:
        line("certificate", f"renewed, good until {renewal.until}; a node that serves https goes on with it at once")
    elif renewal.asked:
        line("certificate", "the request for the next one waits at central for headquarters to sign it")
    return renewal.failure is not None
