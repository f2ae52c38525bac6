"""Make a referral sheet: what one service needs to help a witness, or to search for somebody who is missing.

It has only what the witness agreed to give this service (docs/submissions.md, "Referral sheet").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.roles import Role
from testimony.errors import N_
from testimony.questionnaire.form_labels import Wording
from testimony.sealing.verification import Holds
from testimony.services.casefile import casefile, document
from testimony.services.casefile.casefile import ALTERED, CLOSED, GONE, LANGUAGES, Lacking
from testimony.services.casefile.language import Data, Row, Speech, facts, tag_of, theirs
from testimony.services.consent.consents import ConsentLine
from testimony.services.custody import log as custody_log
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.submissions.errors import LONGEST_REPLY, LONGEST_WANTED, ReferralRefused
from testimony.services.testimony import view as testimony_view
from testimony.services.testimony.view import Opened
from testimony.services.wordings import questionnaires
from testimony.station.station import Station

GIVEN: Final = {
    Purpose.SERVICE: (("identity", "w_name"), ("identity", "w_contact"), ("identity", "w_contact_rules")),
    Purpose.TRACING: (("identity", "d_names"), ("incident", "d_people")),
}
"""What each of these purposes lets a service know, as its sentence says: (part, question)."""
MISSING: Final = "missing"
FORWARD: Final = N_(
    "The witness agreed that this service gets what is above, for this request and until the day that is named. Do not "
    "pass it on. Destroy this sheet when the request is settled, or when we tell you that the witness took it back."
)


@dataclass(frozen=True, kw_only=True)
class Referral:
    """What is requested. `wanted`: what the service is asked to do; `reply`: how it reaches the organisation."""

    tid: str
    use: Key
    lang: str
    wanted: str
    reply: str

    def require_possible(self) -> None:
        """Raise `ReferralRefused` if the request is impossible."""
        if self.use.purpose not in GIVEN:
            raise ReferralRefused("use")
        if self.lang not in LANGUAGES:
            raise ReferralRefused("language")
        if not self.wanted.strip():
            raise ReferralRefused("wanted")
        if not self.reply.strip():
            raise ReferralRefused("reply")
        if len(self.wanted) > LONGEST_WANTED or len(self.reply) > LONGEST_REPLY:
            raise ReferralRefused("long")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The content, before it is put in words. `given`: question -> answer; `form`: its questionnaire, for labels."""

    referral: Referral
    by: str
    day: date
    organisations: tuple[Mapping[str, Any], ...]
    agreed: tuple[ConsentLine, ...]
    given: Mapping[str, Any]
    form: Any


def gather(
    station: Station, session: Session, reader: Reader, asked: Referral, *, annexes: AnnexIndex, at: date
) -> Sheet | list[Lacking]:
    """Build the sheet, or say which consent is missing today. This desk's own log says `opened` and `exported`.

    Raises `ReferralRefused`, `TestimonyUnknown`.
    """
    if reader.role is not Role.LAWYER:
        raise ReferralRefused("role")
    asked.require_possible()
    annexes.refresh(station, session, reader)
    refused = casefile.lacking(station, session, reader, annexes, asked.use, [asked.tid], at=at)
    if refused:
        return refused
    opened = testimony_view.open_testimony(station, session, reader, asked.tid, at=at, annexes=annexes)
    if why := _unsound(opened):
        return [Lacking(tid=asked.tid, why=why)]
    given = dict(_given(opened, asked.use.purpose))
    if not given:
        raise ReferralRefused("empty")
    custody_log.append(session, kind="exported", ref=opened.manifest, by=reader.id, day=at.isoformat())
    return Sheet(
        referral=asked,
        by=reader.id,
        day=at,
        organisations=tuple(roster.organisation for roster in station.chain.rosters),
        agreed=tuple(line for line in opened.consent.lines or () if line.key == asked.use),
        given=given,
        form=questionnaires.find(station.settings.home, opened.form_sha256),
    )


def data_of(made: Sheet) -> Data:
    """The data of the PDF: a cover that says everything, and nothing behind it."""
    asked = made.referral
    speech = Speech(asked.lang, made.organisations)
    title = speech.say(N_("Referral sheet"))
    wording = Wording(made.form, asked.lang)
    rows: list[Row] = [
        (speech.say(N_("For whom")), [speech.recipient(asked.use)]),
        (speech.say(N_("Who asks")), [speech.organisation(), speech.say(N_("Lawyer: %(who)s"), who=made.by)]),
        (speech.say(N_("How to reach us")), [_plain(asked.reply)]),
        (speech.say(N_("What is wanted")), [_plain(asked.wanted)]),
        *((wording.field_label(name), [*_texts(wording, name, answer)]) for name, answer in made.given.items()),
        *((speech.purpose(line.key), document.agreed(line, speech)) for line in made.agreed),
    ]
    day = made.day
    return {
        "lang": tag_of(speech.lang),
        "dir": speech.dir,
        "title": title,
        "author": speech.organisation(),
        "date": [day.year, day.month, day.day],
        "running": [title, speech.recipient(asked.use), speech.day(day)],
        "page": speech.say(N_("%(n)s of %(all)s"), n="{n}", all="{all}"),
        "bar": speech.say(N_("redacted")),
        "cover": [facts(rows, speech), *document.notes_of([FORWARD], speech)],
        "index": None,
        "front": [],
        "exhibits": [],
    }


def _unsound(opened: Opened) -> str:
    if opened.withdrawn:
        return GONE
    if opened.seal is Holds.NO or opened.parts is Holds.NO:
        return ALTERED
    identity = opened.compartment("identity")
    return CLOSED if identity is None or identity.closed else ""


def _given(opened: Opened, purpose: Purpose) -> Iterator[tuple[str, Any]]:
    for part, name in GIVEN[purpose]:
        held = opened.compartment(part)
        answers = (held.content or {}).get("answers") if held else None
        answer = answers.get(name) if isinstance(answers, Mapping) else None
        if isinstance(answer, Mapping) and (value := _of_missing(name, answer.get("value"))):
            yield name, {**answer, "value": value}


def _of_missing(name: str, value: Any) -> Any:
    """Of people that are told one by one only those that are missing: nobody was asked about the dead."""
    if name != "d_people":
        return value
    return [one for one in value if isinstance(one, Mapping) and one.get("fate") == MISSING] if value else value


def _texts(wording: Wording, name: str, answer: Mapping[str, Any]) -> Iterator[str | Data]:
    value = answer.get("value")
    if isinstance(value, str):
        yield _plain(value)
    else:
        yield from wording.answer_texts(name, answer)


def _plain(text: str) -> Data:
    """Words that a person wrote, in a language that nobody named."""
    return theirs((" ".join(text.split()),))
