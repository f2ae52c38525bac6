"""The history of a case: what was taken in and out, attached, written to witnesses, which files left, and its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from testimony.domain.consent.purposes import Key
from testimony.domain.review.agenda import Sort, State
from testimony.domain.review.case import Act
from testimony.services.review import cases, disclosures
from testimony.services.review.agendas import Agenda
from testimony.web import context
from testimony.web.desk.casefile.attachments import is_hidden, read
from testimony.web.desk.casefile.disclosures import TITLES
from testimony.web.desk.casefile.feedback import Shown
from testimony.web.desk.session import key
from testimony.web.text import i18n, labels


@dataclass(frozen=True, kw_only=True)
class Line:
    """What `by` did on a day. `words`: a title or a reason that a lawyer wrote; `tid`: the testimony, "" for none."""

    day: str
    by: str
    what: str
    words: str = ""
    tid: str = ""


def lines(case: Key, told: Shown, held: Agenda) -> list[Line]:
    """All of it, the newest first. `told`: what was written to the witnesses of the case. `held`: whether it closed."""
    found = [*_testimonies(case), *_attachments(case), *_left(case), *_told(told), *_closed(case, held)]
    return [line for _day, line in sorted(found, key=lambda one: one[0], reverse=True)]


Dated = tuple[date, Line]


def _testimonies(case: Key) -> Iterator[Dated]:
    for tid, act in cases.said_of(context.station(), key.key_holder().annexes, case):
        what = _("taken into the case") if act.event.act is Act.TAKE else _("taken out of the case")
        yield _line(act.event.day, act.signer, str(what), tid=tid)


def _attachments(case: Key) -> Iterator[Dated]:
    for one in read().of(case):
        hidden = is_hidden(one.tid)
        yield _line(one.file.day, one.signer, str(_("attached")), "" if hidden else one.file.title, one.tid)
        if one.out:
            said, by = one.out
            words = "" if hidden else f"{one.file.title}{i18n.colon()}{said.reason}"
            yield _line(said.day, by, str(_("attachment taken out")), words, one.tid)


def _left(case: Key) -> Iterator[Dated]:
    found, _unread = disclosures.register(context.station(), key.key_holder().annexes)
    for one in found:
        if one.file.use == case:
            what = _("left: %(file)s", file=_(TITLES.get(one.file.made, one.file.made)))
            yield _line(one.file.day, one.by, str(what))


def _told(told: Shown) -> Iterator[Dated]:
    for one in told.lines:
        yield _line(date.fromisoformat(one.written), one.by, str(_("written to the witness")), tid=one.tid)


def _closed(case: Key, held: Agenda) -> Iterator[Dated]:
    for item in held.of(case, Sort.CLOSING):
        for one in item.said:
            ended = one.entry.state is State.DONE
            what = _("case closed") if ended else _("case opened again")
            yield _line(one.entry.day, one.signer, str(what), one.entry.what if ended else "")


def _line(day: date, by: str, what: str, words: str = "", tid: str = "") -> Dated:
    return day, Line(day=labels.day(day.isoformat()), by=by, what=what, words=words, tid=tid)
