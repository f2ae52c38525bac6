"""The progress and the result of a sync with headquarters, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import format_decimal, format_time, gettext, ngettext

from testimony.errors import REFUSAL_RULES
from testimony.services.feed.missing_text import LOST
from testimony.services.link import last_sync
from testimony.sync.client.exchange import ExchangeReport
from testimony.sync.client.pull_media import MediaReport
from testimony.sync.errors import ReceiptLacking, StationRefused
from testimony.sync.wire.selection import UNNAMED
from testimony.web import context, error_handlers
from testimony.web.desk.session import key
from testimony.web.desk.session import sync as session_sync
from testimony.web.desk.session.link_state import PASSING
from testimony.web.desk.session.sync import Underway
from testimony.web.text import labels
from testimony.web.text.numerals import comma, digits

Sentence = tuple[str, str]
"""What is said, and "message" or "refused"."""
MEGABYTE = 1_000_000


def exchange_sentences(underway: Underway) -> list[Sentence]:
    """How it ended; while it goes on, that it does."""
    if underway.error is not None:
        return [(error_handlers.sentence_of(underway.error), "refused")]
    if underway.report is None:
        return [(gettext("Syncing with headquarters."), "message")]
    return list(_ended(underway, underway.report))


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What the header says of the link. `warns`: a reader has to look, or nothing goes."""

    text: str
    warns: bool = False


def heading() -> Heading:
    """What lacks or is wrong, since when nothing goes, else how long ago the last exchange was."""
    link = key.key_holder().link
    if link.lacking:
        return Heading(text=gettext("something is missing"), warns=True)
    if link.wrong:
        return Heading(text=gettext("something is wrong"), warns=True)
    if (since := link.failing_since) is not None:
        at = digits(format_time(since.astimezone(), "HH:mm", rebase=False))
        words = (
            gettext("no network since %(time)s", time=at)
            if link.unreached
            else gettext("no sync since %(time)s", time=at)
        )
        return Heading(text=words, warns=True)
    return Heading(text=synced())


def synced() -> str:
    """How long ago this desk last heard all that headquarters had for it."""
    if (moment := key.key_holder().link.synced) is not None:
        minutes = max(0, int((context.now() - moment).total_seconds())) // 60
        if minutes < 1:
            return str(gettext("just now"))
        if minutes < 60:
            return str(ngettext("%(num)d minute ago", "%(num)d minutes ago", minutes))
        return str(ngettext("%(num)d hour ago", "%(num)d hours ago", minutes // 60))
    with context.reading() as db:
        day = last_sync.last(db)
    if day is None:
        return str(gettext("not yet"))
    return str(gettext("today")) if day.isoformat() == context.today() else labels.day(day.isoformat())


def findings(underway: Underway) -> list[str]:
    """What a reader has to know of an exchange that they did not ask for: warnings, and nothing that passes."""
    report = underway.report
    if report is None:
        return [words for words, _kind in exchange_sentences(underway)] if underway.error is not None else []
    said = list(_of_stations(report))
    if report.failure is None:
        said += _fetched(report)
    elif not isinstance(report.failure, PASSING):
        said.append((error_handlers.sentence_of(report.failure), "refused"))
    return [words for words, kind in said if kind == "refused"]


def far(underway: Underway) -> list[str]:
    """What has gone and come so far."""
    pulled, media, channel = underway.watched.pulled, underway.watched.media, underway.channel
    still = session_sync.waiting()
    lines = []
    if underway.waited:
        lines.append(
            gettext("Records sent: %(gone)s of %(all)s.", gone=max(0, underway.waited - still), all=underway.waited)
        )
    lines.append(
        gettext(
            "Records that came: %(records)s. Sealed pieces: %(objects)s.",
            records=pulled.records,
            objects=pulled.objects,
        )
    )
    if media.pieces or media.left:
        lines.append(
            gettext(
                "Pieces of recordings and pictures: %(pieces)s of %(all)s.",
                pieces=media.pieces,
                all=media.pieces + media.left,
            )
        )
    sizes = {"sent": _megabytes(channel.sent), "came": _megabytes(channel.came)}
    lines.append(gettext("Megabytes sent: %(sent)s, come: %(came)s.", **sizes))
    return lines


def share(underway: Underway) -> float | None:
    """The share of the pieces of recordings and pictures that arrived, 0 to 1; None if the total is unknown."""
    media = underway.watched.media
    whole = media.pieces + media.left
    return media.pieces / whole if whole else None


def _megabytes(size: int) -> str:
    return str(format_decimal(round(size / MEGABYTE, 1)))


def _ended(underway: Underway, report: ExchangeReport) -> Iterator[Sentence]:
    """What headquarters signed for; what still waits here, and that it is kept; what came."""
    if report.pushed.delivered:
        number = report.pushed.delivered
        yield gettext("Delivered to headquarters, with its receipt: %(number)s.", number=number), "message"
    if waiting := session_sync.waiting():
        yield gettext("Still waiting here for headquarters: %(number)s. Nothing is lost.", number=waiting), "refused"
    yield from _of_stations(report)
    if report.failure is not None:
        yield error_handlers.sentence_of(report.failure), "refused"
        return
    yield from _fetched(report)
    if not underway.heavy:
        yield gettext("Recordings and pictures were left out, because this link is metered."), "message"


def _of_stations(report: ExchangeReport) -> Iterator[Sentence]:
    """What headquarters' server did, other than what it gave."""
    if report.greeting.several:
        yield (
            gettext(
                "This desk has exchanged with several central servers: %(centrals)s. Each holds only what was brought "
                "to it. Tell the person who runs central.",
                centrals=comma().join(report.greeting.several),
            ),
            "refused",
        )
    if report.greeting.restored:
        yield (
            gettext(
                "Headquarters' server was restored from a backup. What is kept here was offered again, withdrawals "
                "first; its log is read from the beginning."
            ),
            "message",
        )
    if report.returned.records:
        yield (
            gettext(
                "Given back to headquarters' server, which had lost it with its backup: %(number)s.",
                number=report.returned.records,
            ),
            "message",
        )
    if report.greeting.behind:
        yield error_handlers.sentence_of(StationRefused("roster.behind")), "refused"
    if report.pushed.unsigned:
        yield gettext(ReceiptLacking.sentence), "refused"


def _fetched(report: ExchangeReport) -> Iterator[Sentence]:
    pulled, media = report.pulled, report.media
    if pulled.records or pulled.objects:
        yield (
            gettext(
                "Fetched. New records: %(records)s. New sealed pieces: %(objects)s.",
                records=pulled.records,
                objects=pulled.objects,
            ),
            "message",
        )
    elif not media.pieces:
        yield gettext("There was nothing new at headquarters."), "message"
    yield from _media(media)
    yield from _refused(report)
    if pulled.kept_back:
        yield (
            gettext(
                "Headquarters showed another station more of its log than it shows here. Entries that it keeps back: "
                "%(number)s. Sync again; if that does not help, report it.",
                number=pulled.kept_back,
            ),
            "refused",
        )
    if left_out := pulled.gaps.left_out:
        yield (
            gettext(
                "Headquarters' signed log names records that did not come: %(number)s. A withdrawal may be among them.",
                number=len(left_out),
            ),
            "refused",
        )


def _refused(report: ExchangeReport) -> Iterator[Sentence]:
    """What was not taken in, or not given: where a person must know why, by its reason."""
    of_rule = Counter((report.pulled.refused | report.media.refused).values())
    if of_rule.pop(UNNAMED, 0):
        yield gettext(REFUSAL_RULES[UNNAMED]), "refused"
    if damaged := of_rule.pop("damaged.here", 0):
        yield (
            gettext(
                "Damaged at headquarters, so not given: %(number)s. Report it. It comes with an exchange after it was "
                "mended there.",
                number=damaged,
            ),
            "refused",
        )
    if lost := of_rule.pop(LOST, 0):
        yield gettext(REFUSAL_RULES[LOST]) + f" ({lost})", "refused"
    refused = report.pushed.refused | report.returned.refused | report.wordings.refused
    if others := of_rule.total() + len(refused):
        yield gettext("Not accepted, because they broke a rule: %(number)s.", number=others), "refused"


def _media(media: MediaReport) -> Iterator[Sentence]:
    if media.pieces:
        yield gettext("Pieces of recordings and pictures that came: %(number)s.", number=media.pieces), "message"
    if media.left:
        yield (
            gettext(
                "Pieces of recordings and pictures that are still to come: %(number)s. All text is here; fetch again"
                " for the rest.",
                number=media.left,
            ),
            "message",
        )
