"""Collect the testimonies that may be exported for one use today, and count the others by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.answer import read
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.roles import Role
from testimony.domain.testimony.languages import dir_of
from testimony.domain.testimony.statement import Statement
from testimony.publication.exports import schema
from testimony.publication.exports.account import Account, Medium, Words
from testimony.questionnaire.form import Form
from testimony.sealing.verification import Holds
from testimony.services.casefile import codes as casefile_codes
from testimony.services.casefile import witness_names
from testimony.services.casefile.redacted_text import REMARKS
from testimony.services.casefile.witness_names import NAMES
from testimony.services.coding import coded_record, counts
from testimony.services.consent import usable
from testimony.services.exports.errors import ExportRefused
from testimony.services.incidents import linkage
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review import translations
from testimony.services.testimony import view as testimony_view
from testimony.services.testimony.view import Opened
from testimony.services.wordings import questionnaires
from testimony.station.station import Station

OWN: Final = frozenset({Purpose.LAWYER, Purpose.HANDOVER})
"""Purposes that cover everything in a testimony, including the name and the contact."""
CASES: Final = frozenset({Purpose.COURT, Purpose.UN_CASE})
"""Purposes that cover the event, and the name if it may be shown in full."""
USES: Final = OWN | CASES
NAMED: Final = frozenset({"w_name", "w_alias", "w_dob"})
"""The fields of the identity that an export for `CASES` contains."""
MOST: Final = 3000
"""Testimonies in one export. Each of them is opened, checked and logged."""
GONE, UNREADABLE, NOT_ASKED, NOT_FORM, NAME, ALTERED, NOT_CHOSEN = (
    "gone",
    "unreadable",
    "not_asked",
    "not_form",
    "name",
    "altered",
    "not_chosen",
)
"""Reasons why a testimony is not in an export. `services.consent.usable` has further ones."""


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """`accounts`: the exported testimonies. `forms`: their questionnaires. `left`: reason -> testimonies left out."""

    accounts: tuple[Account, ...]
    forms: tuple[Form, ...]
    left: Mapping[str, int]


def uses_here(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    *,
    at: date,
    only: Collection[str] | None = None,
) -> dict[Key, int]:
    """Use -> how many testimonies, of those in `only`, could be exported for it on the day `at`. Uses without any are
    left out.
    """
    found = usable.usable(station, session, reader, annexes, at=at, label=counts.label)
    covered = {one.key: one.usable for one in found.uses if one.key.purpose in USES}
    numbers = {use: sum(only is None or tid in only for tid in tids) for use, tids in covered.items()}
    return {use: number for use, number in numbers.items() if number}


def require_possible(reader: Reader, use: Key) -> None:
    """Raise `ExportRefused` (role, use) unless `reader` may export for `use`."""
    if reader.role is not Role.LAWYER:
        raise ExportRefused("role")
    if use.purpose not in USES:
        raise ExportRefused("use")


def gather(
    station: Station,
    session: Session,
    reader: Reader,
    use: Key,
    *,
    annexes: AnnexIndex,
    at: date,
    only: Collection[str] | None = None,
) -> Gathered:
    """Open the testimonies that consent allows for `use` on the day `at`; of those only the ids in `only`, unless None.

    Each gets an entry `opened` in this desk's log. Raises `ExportRefused`: role, use, large.
    """
    wanted, left = covered(station, session, reader, use, annexes=annexes, at=at)
    if only is not None:
        left[NOT_CHOSEN] += sum(tid not in only for tid in wanted)
        wanted = [tid for tid in wanted if tid in only]
    if len(wanted) > MOST:
        raise ExportRefused("large")
    found = collect(station, session, reader, use, wanted, annexes=annexes, at=at)
    return Gathered(accounts=found.accounts, forms=found.forms, left=left + Counter(found.left))


def collect(
    station: Station,
    session: Session,
    reader: Reader,
    use: Key,
    tids: Iterable[str],
    *,
    annexes: AnnexIndex,
    at: date,
    watch: Callable[[], object] = lambda: None,
) -> Gathered:
    """Open each of `tids`, which `covered` returned. `watch` is called before each one, and may raise to stop.

    Raises `TestimonyUnknown`.
    """
    accounts, forms, left = list[Account](), dict[str, Form](), Counter[str]()
    for tid in tids:
        watch()
        opened = testimony_view.open_testimony(station, session, reader, tid, at=at, annexes=annexes)
        found = of_opened(station, annexes, opened, use)
        if isinstance(found, str):
            left[found] += 1
            continue
        account, form = found
        forms[form.sha256] = form
        accounts.append(account)
    return Gathered(accounts=tuple(accounts), forms=tuple(forms.values()), left=left)


def of_opened(station: Station, annexes: AnnexIndex, opened: Opened, use: Key) -> tuple[Account, Form] | str:
    """An opened testimony as it is exported for `use`, with its questionnaire; or the reason why it is left out."""
    form = questionnaires.find(station.settings.home, opened.form_sha256)
    why = _why_not(opened, form, use)
    return why if why or form is None else (_account(station, annexes, opened, form, use), form)


def covered(
    station: Station, session: Session, reader: Reader, use: Key, *, annexes: AnnexIndex, at: date
) -> tuple[list[str], Counter[str]]:
    """The ids of the testimonies that `use` covers on the day `at`, and reason -> how many others there are.

    Raises `ExportRefused`: role, use.
    """
    require_possible(reader, use)
    found = usable.usable(station, session, reader, annexes, at=at, label=counts.label)
    asked = next((one for one in found.uses if one.key == use), None)
    left = Counter({reason: len(tids) for reason, tids in (asked.others if asked else {}).items()})
    left[GONE], left[UNREADABLE] = len(found.gone), len(found.unreadable)
    known = {tid for one in found.uses for tid in (*one.usable, *(tid for some in one.others.values() for tid in some))}
    told = {*asked.usable, *(tid for some in asked.others.values() for tid in some)} if asked else set()
    left[NOT_ASKED] = len(known - told)
    return (asked.usable if asked else []), left


def _why_not(opened: Opened, form: Form | None, use: Key) -> str:
    """The reason why an opened testimony may not be exported; "" if it may."""
    if opened.withdrawn or use not in opened.consent.usable:
        return GONE
    if opened.seal is Holds.NO:
        return ALTERED
    if form is None:
        return NOT_FORM
    if use.purpose in CASES and witness_names.shown(opened, use, NAMES[0]) != NAMES[0]:
        return NAME  # the account may contain the name, which only a case file blacks out
    return ""


def _account(station: Station, annexes: AnnexIndex, opened: Opened, form: Form, use: Key) -> Account:
    codes = casefile_codes.read_codes(station, annexes, opened, form)
    answers, unread = dict[str, Mapping[str, Any]](), list[str]()
    told = {**{name: codes.answer(name) for name in codes.names}, **dict(_besides(opened, use))}
    for name in [field.id for field in form.fields if field.id in told] + sorted(
        told.keys() - {field.id for field in form.fields}
    ):
        answer = read(told[name] if isinstance(told[name], Mapping) else None)
        if answer and schema.fits(form, name, answer):
            answers[name] = schema.described(form, name, answer)
        elif answer or told[name]:
            unread.append(name)
    return Account(
        id=opened.tid,
        day=opened.day,
        form=opened.form,
        form_sha256=opened.form_sha256,
        seal=str(opened.seal.value),
        purpose=str(use.purpose),
        recipient=use.recipient,
        answers=answers,
        corrected=tuple(name for name in codes.names if codes.standing(name)),
        unread=tuple(unread),
        statements=tuple(_words(station, annexes, opened)),
        incidents=tuple(sorted(linkage.incidents(station.chain, annexes).get(opened.tid, ()))),
        media=tuple(_media(opened)),
        closed=_closed(opened),
    )


def _closed(opened: Opened) -> dict[str, str]:
    """Compartment or kind of media -> why it is closed to this reader."""
    found = {held.part: held.closed for held in opened.compartments if held.closed is not None}
    if opened.gallery is None:
        return found
    kinds = {one.item.kind: one.closed for one in opened.gallery.media if one.closed is not None}
    return found | kinds | ({"media": opened.gallery.closed} if opened.gallery.closed is not None else {})


def _besides(opened: Opened, use: Key) -> Iterator[tuple[str, Any]]:
    """The answers outside the incident that `use` covers."""
    everything = use.purpose in OWN
    for part, for_cases in (("identity", NAMED), ("narrative", frozenset(REMARKS)), ("provenance", frozenset[str]())):
        for name, answer in (coded_record.answers_in(opened.compartment(part)) or {}).items():
            if everything or name in for_cases:
                yield name, answer


def _words(station: Station, annexes: AnnexIndex, opened: Opened) -> Iterator[Words]:
    narrative = opened.compartment("narrative")
    held = translations.translations_of(station, annexes, opened.tid, opened.manifest)
    for one in Statement.all_in(narrative.content if narrative else None):
        yield Words(id=one.id, lang=one.lang, dir=one.dir, text=one.text, original=one.original)
        for said in held.current(one.id):
            made = said.translation
            text = " ".join(sentence.text for sentence in made.sentences if sentence.text)
            yield Words(id=made.id, lang=made.lang, dir=dir_of(made.lang), text=text, original=one.id, made="desk")


def _media(opened: Opened) -> Iterator[Medium]:
    for one in opened.gallery.media if opened.gallery else ():
        if one.closed is None:
            yield Medium(number=one.number, kind=one.item.kind, bytes=one.item.len)
