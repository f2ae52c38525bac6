"""Create the demonstration's accounts of two years: six borders, eight languages, with the lawyers' work on them.

Every account is put together from sentences of `demonstration-accounts.json`, which say the same in each language. So
each has a true translation, and no two of them read alike.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.incidents import events as incident_events
from testimony.domain.incidents.events import LinkEvent
from testimony.domain.incidents.titles import Title
from testimony.domain.review import case
from testimony.domain.review.agenda import Entry, Sort, State
from testimony.domain.review.case import CaseEvent
from testimony.domain.review.label import Label
from testimony.domain.testimony import translation
from testimony.domain.testimony.questions import Ask, Say
from testimony.domain.testimony.translation import Sentence, Translation
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import AUDIENCES
from testimony.sealing.statements import questions, statements
from testimony.sealing.testimony.media import Medium
from testimony.services.consent import acts as consent_acts
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.services.review import translations
from testimony.station.station import Station

STORIES: Final = Path(__file__).with_name("demonstration-accounts.json")
MONTHS: Final = 24
INTERVIEWED: Final = 12
"""Days back that interviews reach: the invented roster is two weeks old, and nobody is interviewed before it."""
CASE: Final = "P09-case-river"
RIVER: Final = Key(Purpose.COURT, "case-river")
PARTNERS: Final = "P10-partners"
CLINIC: Final = "P05-camp-clinic"
PRESS: Final = "P12-border-news"
NAMED: Final = {CASE, CLINIC, PRESS}
"""Uses for which the witness's name is needed."""
INCIDENTS: Final = {0: "evros", 1: "evros", 2: "evros", 19: "road", 20: "road", 21: "road"}
"""Number of the account: which of the two pushbacks it tells of that several people were in."""
IDS: Final = {"evros": "e5" * 16, "road": "70" * 16}
TITLES: Final = {"evros": "Three accounts of one night (invented)", "road": "The convoy on the road (invented)"}
LABELS: Final = {0: "Told it most exactly (invented)", 2: "Ask again about the vans (invented)", 13: "Voice (invented)"}
"""Number of the account: the lawyers' private label."""
ASKED: Final = 4
WITHDRAWN: Final = 7
ENDING: Final = 10
"""Its witness agreed for one month, so that its keeping ends in less than three weeks."""
AT_SECOND_NODE: Final = (44, 47, 50)
"""They came last, so no lawyer has worked on them: they wait at the second node until it syncs."""
TRANSLATED_INTO: Final = "en"
MEDIA: Final = Path(__file__).with_name("media")
"""Speech made by a program (espeak-ng) and drawings; each file is named by what is heard or seen."""
VOICES: Final = {
    13: ("voice-fr", 12, {"open": 0, "event": 5, "end": 2}),
    17: ("voice-en", 13, {"open": 1, "event": 1, "end": 1}),
}
"""Number of the account: the recording of its text, its seconds, and the sentences that it says."""
PICTURES: Final = ("bridge", "forest", "river", "fence", "boat", "shoes")
"""What the picture of each event shows; the first account of the event brings it."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """One invented account. `told`: in the format of the five (`demonstration.json`). `translation`: one text for each
    sentence, none where it was told in English. `incident`: the name of the pushback that it shares, or "".
    `label`: of the lawyers. `cleared`: by both of them. `asked`: a lawyer asked the interviewer, who answered.
    `withdrawn`: taken back.
    """

    told: dict[str, Any]
    translation: tuple[str, ...]
    media: tuple[Medium, ...]
    incident: str
    label: str
    cleared: bool
    asked: bool
    withdrawn: bool


def invented_accounts(now: datetime) -> Iterator[Account]:
    """Each account. The same accounts on every day, but for their dates."""
    data = json.loads(STORIES.read_text(encoding="utf-8"))
    shown: set[int] = set()
    borders = [border for border in data["borders"] for _ in range(border["share"])]
    for number, border in enumerate(borders):
        shared = INCIDENTS.get(number, "")
        place = list(INCIDENTS).index(number) // 3 if shared else number
        person = data["people"][number % len(data["people"])]
        event = border["events"][(place if shared else number) % len(border["events"])]
        chosen = {"open": (number // 3) % 3, "event": event, "end": (number // 2) % 3}
        if number in VOICES:
            chosen = VOICES[number][2]
            event = chosen["event"]
        media = tuple(_media(number, event, shown))
        said = _said(data["sentences"][person["lang"]], chosen)
        age = data["ages"][number % len(data["ages"])]
        told = {
            "about": f"of two years, {number + 1}",
            "lang": person["lang"],
            "script": person["lang"],
            "purposes": [*_purposes(number), *_for_media(media)],
            "also": [*_also(number, event), *_for_media(media)],
            "days_ago": 2 + number % INTERVIEWED,
            **({"months": 1} if number == ENDING else {}),
            "identity": {"w_name": data["names"][person["lang"]]} if NAMED & {*_also(number, event)} else {},
            "text": " ".join(said),
            "incident": {
                "w_role": "victim",
                "w_age": age,
                "w_gender": data["genders"][number % len(data["genders"])],
                "w_nat": person["nations"][number // len(data["people"]) % len(person["nations"])],
                "i_date": _day(now, place, shared).isoformat(),
                "i_date_prec": "month" if number % 4 == 3 and not shared else "day",
                "i_segment": border["segment"],
                "i_from": border["segment"][:3],
                "i_to": border["segment"][4:7],
                "g_size": data["sizes"][place % len(data["sizes"])],
                "g_same_treat": "yes",
                **data["events"][event],
                **data["ends"][chosen["end"]],
                "p_exam": "none",
                "p_interp": "none",
                "p_legal": "notinf",
                "p_appeal": "notinf",
                "p_suspend": "noappeal",
                "k_charge": ["none"],
                "h_act": ["none"],
                "d_any": "no",
                "d_dead": 0,
                "d_missing": 0,
            },
        }
        english = () if person["lang"] == TRANSLATED_INTO else _said(data["sentences"][TRANSLATED_INTO], chosen)
        yield Account(
            told=told,
            translation=tuple(english),
            media=media,
            incident=shared,
            label=LABELS.get(number, ""),
            cleared=number % 3 != 2 and number not in (ASKED, WITHDRAWN),
            asked=number == ASKED,
            withdrawn=number == WITHDRAWN,
        )


def work_on(
    station: Station, by: Reader, node: Signer, sealed: SignedRecord, account: Account, day: date
) -> Iterator[Incoming]:
    """What the lawyer `by` did with the testimony of the manifest `sealed`, which `station` holds.

    Translated it, linked it to its incident, asked about it (`node` signs the answer), or took it back for the witness.
    """
    tid, manifest = str(sealed.value["tid"]), sealed.id
    if account.translation:
        told = _translation(account, manifest, day).to_value()
        yield from consent_acts.seal_bound(station, by, tid, told, day=day, audiences=translations.READERS)[1]
    if account.label:
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        told = Label(id=os.urandom(16).hex(), of=manifest, text=account.label, at=at).to_value()
        yield from consent_acts.seal_bound(station, by, tid, told, day=day, audiences=translations.READERS)[1]
    if account.incident:
        links = LinkEvent(id=os.urandom(16).hex(), act=incident_events.Act.TELLS, to=IDS[account.incident], day=day)
        yield from _seal(station, by, tid, incident_events.content_of([links]), day, AUDIENCES)
    if account.cleared and CASE in account.told["also"]:
        taken = CaseEvent(id=os.urandom(16).hex(), act=case.Act.TAKE, case=RIVER, day=day)
        yield from _seal(station, by, tid, taken.to_value(), day, translations.READERS)
    signer = consent_acts.signer_of(by)
    if account.asked:
        asked = questions.question(tid=tid, code=Ask.RECORDING, day=day.isoformat(), signer=signer)
        said = questions.answer(tid=tid, question=asked.id, code=Say.DONE, day=day.isoformat(), signer=node)
        yield from (Incoming("record", record.encode()) for record in (asked, said))
    if account.withdrawn:
        taken_back = statements.withdrawal(tid=tid, scope="all", day=day.isoformat(), signer=signer)
        yield Incoming("record", taken_back.encode())


def incident_titles(station: Station, by: Reader, day: date) -> Iterator[Incoming]:
    """The working titles of the two incidents, by the lawyer `by`."""
    for name, text in TITLES.items():
        title = Title(id=os.urandom(16).hex(), incident=IDS[name], text=text, day=day)
        yield from _seal(station, by, incident_events.NOWHERE, title.to_value(), day, translations.READERS)


def case_work(station: Station, by: Reader, day: date) -> Iterator[Incoming]:
    """A deadline and a task of the river case, as the lawyer `by` wrote them on `day`."""
    for sort, what, who, days in (
        (Sort.DEADLINE, "Answer to the court's questions (invented)", "", 10),
        (Sort.TASK, "Ask the clinic for its report (invented)", "lawyer-2", 4),
    ):
        entry = Entry(
            id=os.urandom(16).hex(),
            item=os.urandom(16).hex(),
            case=RIVER,
            sort=sort,
            what=what,
            who=who,
            due=day + timedelta(days=days),
            state=State.OPEN,
            day=day,
        )
        yield from _seal(station, by, incident_events.NOWHERE, entry.to_value(), day, translations.READERS)


def _seal(
    station: Station, by: Reader, tid: str, content: Mapping[str, Any], day: date, audiences: Sequence[str]
) -> Sequence[Incoming]:
    return consent_acts.seal_content(station.chain.latest, by, tid, content, day=day, audiences=audiences)[1]


def _said(sentences: Mapping[str, Any], chosen: Mapping[str, int]) -> list[str]:
    return [sentences["marker"], *(sentences[part][which] for part, which in chosen.items())]


def _purposes(number: int) -> list[str]:
    return ["P01", "P04", *(["P06"] if number % 8 != 5 else []), *(["P07"] if number % 4 != 1 else [])]


def _also(number: int, event: int) -> list[str]:
    """The river case is asked of those who were made to swim; every third agrees to the network.

    Some agree to the clinic, others to journalists.
    """
    asked = {CASE: event == 2, PARTNERS: number % 3 == 0, CLINIC: number % 9 == 4, PRESS: number % 9 == 7}
    return [use for use, agreed in asked.items() if agreed]


def _media(number: int, event: int, shown: set[int]) -> Iterator[Medium]:
    if number in VOICES:
        name, seconds, _ = VOICES[number]
        yield Medium(kind="voice", type="audio/ogg", data=(MEDIA / f"{name}.ogg").read_bytes(), seconds=seconds)
    if event < len(PICTURES) and event not in shown:
        shown.add(event)
        yield Medium(kind="picture", type="image/jpeg", data=(MEDIA / f"{PICTURES[event]}.jpg").read_bytes())


def _for_media(media: Sequence[Medium]) -> list[str]:
    """The purposes without which no recording and no picture is taken."""
    kinds = {medium.kind for medium in media}
    return [purpose for purpose, kind in (("P02", "voice"), ("P03", "picture")) if kind in kinds]


def _day(now: datetime, number: int, shared: str) -> date:
    """The day of the pushback. More of them lie in the last months, as in a register that grows."""
    ago = 20 + (number * 37) % 330 if number % 3 or shared else 30 * MONTHS - 10 - (number * 53) % 360
    return (now - timedelta(days=ago)).date()


def _translation(account: Account, manifest: str, day: date) -> Translation:
    spans = translation.spans(account.told["text"])
    return Translation(
        id=os.urandom(16).hex(),
        of=manifest,
        original="s1",
        lang=TRANSLATED_INTO,
        method="person",
        translator="",
        sentences=tuple(
            Sentence(start=start, end=end, text=text)
            for (start, end), text in zip(spans, account.translation, strict=True)
        ),
        complete=True,
        day=day,
    )
