"""Create the demonstration: an invented organisation, five sealed testimonies at its node, and 115 more.

Those are 48 for a release (`services/demo/demo_release.py`) and the accounts of two years
(`services/demo/demo_accounts.py`). They are at central, but for a few that wait at the second node.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from testimony import canonical
from testimony.domain.coding import coded_account
from testimony.domain.consent import compartments
from testimony.domain.consent.fold import Purpose
from testimony.domain.consent.offers import offers
from testimony.domain.testimony.languages import dir_of
from testimony.errors import Refused
from testimony.platform import files
from testimony.questionnaire.consent_scripts import Script
from testimony.questionnaire.form import Form
from testimony.questionnaire.sentence_states import lowest, shipped
from testimony.sealing.keys import receiving_key, withdrawal_code
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.media import Medium, cut
from testimony.sealing.testimony.testimony import Content, SealedTestimony, seal
from testimony.services.demo import demo_accounts, demo_release, secrets
from testimony.services.demo.secrets import DESKS
from testimony.services.enrolment import organisation
from testimony.services.enrolment.organisation import Organisation, Plan, Told
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming, Outcome
from testimony.services.startup import open_station
from testimony.station.station import Station

NODES = ("field", "field-2")
HOMES = (*NODES, "central", *DESKS)
INVENTED = Path(__file__).with_name("demonstration.json")
ASKING = Path(__file__).with_name("demonstration-organisation.json")
"""The name of the invented organisation, what it asks for, and where it refers people, in the interviewers'
languages.
"""
NOON = timedelta(hours=12)
KEY_FILE_WORK = 12
"""scrypt N = 2^this: opens in hundredths of a second. Each passphrase lies beside its key here, so more would guard
nothing.
"""
AT_ONCE = 500
"""Records and objects that are submitted together: some twenty testimonies."""

ALWAYS_ASKED = frozenset({Purpose.RECORD, Purpose.LAWYER, Purpose.COUNT, Purpose.MECHANISM})

README = """A demonstration. Everything here is invented, and every passphrase below lies beside the key that it opens:
never use this organisation for real testimony. A real one is made by `testimony org create`.

Interviewers sign in on the field node's interview page with the name and the passphrase; readers unlock their desk.

{keepers}

Withdrawal codes, as the witnesses would hold them:

{codes}
"""


def make(folder: Path, *, now: datetime, tell: Told) -> None:
    """Make the demonstration in `folder`, in full or not at all. Raises what `organisation.create` does."""
    plan = Plan(
        **json.loads(ASKING.read_text(encoding="utf-8")),
        lawyer_names=("Mara Example", "Ilir Example"),
        coordinators=2,  # no release leaves with the approval of one alone
        issued=(now - timedelta(days=14)).date(),
        nodes=NODES,
        desks=DESKS,
        demonstration=True,
        key_file_work=KEY_FILE_WORK,
    )
    organisation.create(folder, plan, tell=tell, fill=partial(_fill, now=now, tell=tell))


def invented() -> list[dict[str, Any]]:
    """The five invented testimonies, as data."""
    values: list[dict[str, Any]] = json.loads(INVENTED.read_text(encoding="utf-8"))
    return values


def seal_invented(
    made: Organisation,
    chain: RosterChain,
    told: Mapping[str, Any],
    *,
    number: int,
    taken_down: datetime,
    withdraw: str | None,
    media: Sequence[Medium] = (),
    version: int = 1,
) -> SealedTestimony:
    """Seal one invented testimony for those whom its purposes allow. `number` counts up and selects the interviewer."""
    form, roster = Form.load(), chain.latest
    purposes = [Purpose(code) for code in told["purposes"]]
    table = compartments.narrow(compartments.readers(purposes), roster.policy)
    compartments.require_enough_lawyers(table, len(roster.recipients("lawyers")))
    interviewer = 1 + number % sum(person.role == "interviewer" for person in roster.people)
    phone, parts = made.signers[f"phone-{interviewer}"], contents(told, form, taken_down)
    parts["provenance"][receiving_key.FIELD] = receiving_key.receiving_key(phone.seed).recipient.text
    return seal(
        {part: Content("application/json", canonical.encode(value)) for part, value in parts.items()} | cut(media),
        readers={
            part: {str(audience): roster.recipients(audience) for audience in audiences}
            for part, audiences in table.items()
        },
        slots=roster.slots,
        roster_sha256=roster.sha256,
        roster_no=roster.no,
        device=phone,
        interviewer=made.signers[f"interviewer-{interviewer}"],
        day=taken_down.date().isoformat(),
        at=taken_down.strftime("%Y-%m-%dT%H:%M:%SZ"),
        form=form.id,
        form_sha256=form.sha256,
        withdraw=withdraw,
        version=version,
    )


def contents(told: Mapping[str, Any], form: Form, taken_down: datetime) -> dict[str, dict[str, Any]]:
    """The compartments of one invented testimony, in the formats of the interview page."""
    happened = (taken_down - timedelta(days=2)).date().isoformat()
    answers = {name: {"value": value} for name, value in {"i_date": happened, **told["incident"]}.items()}
    statement = {"id": "s1", "lang": told["lang"], "dir": dir_of(told["lang"]), "text": told["text"], "original": None}
    words = {"w_lang": told["lang"], **told.get("remarks", {})}
    return {
        "incident": {"form": form.id, "answers": answers},
        "coded": {"form": form.id, "answers": coded_account.generalise(answers, form.value)},
        "identity": {"answers": {name: {"value": value} for name, value in told["identity"].items()}},
        "narrative": {"statements": [statement], "answers": {name: {"value": one} for name, one in words.items()}},
        "consent": _consent(told, taken_down),
        "provenance": {
            "started": (taken_down - timedelta(minutes=40)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "finished": taken_down.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "partial": False,
            "interpreter_name": "Robin Example" if told["lang"] != "en" else "",
            "prompts": list(told.get("prompts", ())),
            "referrals": dict(told.get("referrals", {})),
        },
    }


def _consent(told: Mapping[str, Any], taken_down: datetime) -> dict[str, Any]:
    script = Script.load(told["script"])
    interpreted, minor = told["lang"] != "en", told["incident"]["w_age"] == "a15to17"
    present = [who for who, there in (("guardian", minor), ("interpreter", interpreted)) if there]
    return {
        "events": list(_events(told, taken_down)),
        "script": {
            "id": script.id,
            "version": script.version,
            "lang": script.lang,
            "sha256": script.sha256,
            "draft": script.draft,
            "state": lowest(shipped(script.lang).values()).code,
            "heard": "read",
        },
        "told": [item.id for item in script.told],
        "teach_back": {question.id: "understood" for question in script.teach_back},
        "mode": "oral",
        "age": "minor" if minor else "adult",
        **({"guardian": True, "assent": True} if minor else {}),
        "speaker": "self",
        "interpreter": {"used": interpreted, "relation": "professional", "gender": "f", "officer": False, "oath": True}
        if interpreted
        else {"used": False, "officer": False},
        "present": present or ["none"],
        "incentive": "none",
        "capacity": ["none"],
    }


def _events(told: Mapping[str, Any], taken_down: datetime) -> Sequence[dict[str, Any]]:
    """An ASK and its answer for each purpose that was asked: the four that everybody is asked, and those in `also`."""
    events: list[dict[str, Any]] = []
    also = told.get("also", ())
    for offer in offers(json.loads(ASKING.read_text(encoding="utf-8"))):
        if offer.purpose not in ALWAYS_ASKED and offer.id not in also:
            continue
        ask, answer = os.urandom(16).hex(), os.urandom(16).hex()
        about = {
            "purpose": str(offer.purpose),
            "recipient": offer.recipient,
            "life_months": offer.life_months and told.get("months", offer.life_months),
            "day": taken_down.date().isoformat(),
        }
        act = "GRANT" if offer.purpose in told["purposes"] or offer.id in also else "REFUSE"
        events.append({"event": "ASK", "id": ask, "after": [], **about})
        events.append({"event": act, "id": answer, "after": [ask], **about})
    return events


def _fill(made: Organisation, *, now: datetime, tell: Told) -> None:
    """Seal the invented testimonies, submit them, and write down every secret."""
    chain = RosterChain(made.root, [made.roster])
    codes = [*_hand_in(made, chain, now, tell), _count(made, chain, now, tell)]
    _two_years(made, chain, now, tell)
    told = README.format(
        keepers="\n".join(f"  {each.id:<15} {each.passphrase:<58} {each.file}" for each in made.keepers),
        codes="\n".join(codes),
    )
    with os.fdopen(files.create(made.folder / secrets.FILE), "w", encoding="utf-8") as file:
        file.write(told)


def _hand_in(made: Organisation, chain: RosterChain, now: datetime, tell: Told) -> Iterator[str]:
    """Submit the five at the field node. Yields a line with what each witness keeps."""
    with open_station(made.folder / "field") as node:
        for number, told in enumerate(invented()):
            tell(f"testimony {number + 1} of 5, {told['about']}")
            code = withdrawal_code.new_code()
            sealed = _sealed(made, chain, told, number, now, withdrawal_code.key_of(code, chain.fingerprint))
            require_stored(take_in(node, incoming(sealed)))
            yield f"  {_grouped(code)}  {told['about']}"


def _count(made: Organisation, chain: RosterChain, now: datetime, tell: Told) -> str:
    """Submit those that lawyers cleared, at central. Returns the line of the first.

    Nobody keeps a code for the others, since deriving each takes some tenths of a second.
    """
    lawyers, yesterday = demo_release.lawyers(made), (now - timedelta(days=1)).date()
    code, many = withdrawal_code.new_code(), demo_release.MANY
    first = withdrawal_code.key_of(code, chain.fingerprint)
    with open_station(made.folder / "central") as central:

        def sealed() -> Iterator[Sequence[Incoming]]:
            for number, told in enumerate(demo_release.invented_accounts(now)):
                tell(f"testimony {number + 1} of {many} that two lawyers cleared, at headquarters")
                one = _sealed(made, chain, told, number, now, Signer.generate() if number else first)
                said = demo_release.cleared(central, lawyers, str(one.record.value["tid"]), yesterday)
                yield [*incoming(one), *said]

        submit(central, sealed())
    return f"  {_grouped(code)}  one of those who are counted"


def _two_years(made: Organisation, chain: RosterChain, now: datetime, tell: Told) -> None:
    """Submit the accounts of two years at central, with what the lawyers did with them; the last at the second node."""
    accounts = list(demo_accounts.invented_accounts(now))
    lawyers, yesterday = demo_release.lawyers(made), (now - timedelta(days=1)).date()
    node, elsewhere = made.signers["node-1"], demo_accounts.AT_SECOND_NODE
    records: dict[int, SignedRecord] = {}  # number -> manifest of what is at central
    with open_station(made.folder / "central") as central, open_station(made.folder / NODES[1]) as second:

        def sealed(here: bool) -> Iterator[Sequence[Incoming]]:
            for number, account in enumerate(accounts):
                if (number in elsewhere) is here:
                    continue
                tell(f"testimony {number + 1} of {len(accounts)} of two years, six borders and eight languages")
                one = _sealed(made, chain, account.told, number, now, Signer.generate(), account.media)
                if here:
                    records[number] = one.record
                yield incoming(one)

        def done() -> Iterator[Sequence[Incoming]]:
            for number, record in records.items():
                tell(f"what lawyers did with {number + 1} of {len(accounts)}")
                if accounts[number].cleared:
                    yield list(demo_release.cleared(central, lawyers, str(record.value["tid"]), yesterday))
                by = lawyers[number % 2]
                yield list(demo_accounts.work_on(central, by, node, record, accounts[number], yesterday))
            yield list(demo_accounts.incident_titles(central, lawyers[0], yesterday))
            yield list(demo_accounts.case_work(central, lawyers[0], yesterday))

        submit(central, sealed(here=True))
        submit(second, sealed(here=False))
        submit(central, done())


def submit(station: Station, lots: Iterable[Sequence[Incoming]]) -> None:
    """Submit what `lots` yields, several at once: each time the station signs its log and waits for its disk."""
    waiting: list[Incoming] = []
    for lot in lots:
        waiting.extend(lot)
        if len(waiting) >= AT_ONCE:
            require_stored(take_in(station, waiting))
            waiting.clear()
    if waiting:
        require_stored(take_in(station, waiting))


def _sealed(
    made: Organisation,
    chain: RosterChain,
    told: Mapping[str, Any],
    number: int,
    now: datetime,
    code: Signer,
    media: Sequence[Medium] = (),
) -> SealedTestimony:
    """One testimony that the key `code` may withdraw."""
    noon, key = datetime(now.year, now.month, now.day, tzinfo=UTC) + NOON, code.public_keys[0].pub.hex()
    taken_down = noon - timedelta(days=told["days_ago"])
    return seal_invented(made, chain, told, number=number, taken_down=taken_down, withdraw=key, media=media)


def incoming(sealed: SealedTestimony) -> list[Incoming]:
    """What a phone submits for one testimony: the manifest, then heads and bodies."""
    objects = [data for part in sealed.parts for data in (*part.heads.values(), part.body)]
    return [Incoming("record", sealed.record.encode()), *(Incoming("object", data) for data in objects)]


def require_stored(outcome: Outcome) -> None:
    """Raise `Refused` unless the node accepted everything and signed for it."""
    for status in outcome.statuses:
        if status.status not in {"stored", "duplicate"}:
            raise Refused(status.rule or "structure")


def _grouped(code: str) -> str:
    return " ".join(code[start : start + 5] for start in range(0, len(code), 5))
