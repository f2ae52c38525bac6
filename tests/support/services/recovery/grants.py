"""Desks of new readers, and the grants by which they read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from testimony.domain.roles import AUDIENCE_OF, Role
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony.annex import PART
from testimony.services import startup
from testimony.services.access import gaps, grants
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.reader import Reader
from testimony.services.roster import adoption as roster_adoption
from testimony.settings import Settings
from testimony.station.station import Station
from tests.support.services import rosters
from tests.support.services.desks import TODAY, Desk, testimony_at


@dataclass(frozen=True, kw_only=True)
class LetIn:
    """`heads` were made, for so many `testimonies`; `left`: how many testimonies are waiting for the next time."""

    heads: int
    testimonies: int
    left: int


NEW = {"lawyer-3": Role.LAWYER, "coordinator-2": Role.COORDINATOR}


ALL = ("P01", "P04", "P06", "P07")


def fetched(at: dict[str, Desk], organisation: Organisation, *purposes: str) -> str:
    tid = testimony_at(at["lawyer-1"].central, organisation, *purposes)
    exchange(at)
    return tid


def exchange(at: dict[str, Desk]) -> None:
    for desk in at.values():
        desk.exchange()


def joined(at: dict[str, Desk], organisation: Organisation, homes: Path, *people: str, **changes: Any) -> SignedRecord:
    """`people` join by the next roster, each with a desk of their own that has fetched everything."""
    last = at["lawyer-1"].station.chain.records[-1]
    made = {person: (OpeningKey.generate(), Signer.generate()) for person in people}
    entries = [
        {
            "id": person,
            "role": str(NEW[person]),
            "status": "active",
            "age": opening.recipient.text,
            "keys": [key.describe() for key in signer.public_keys],
        }
        for person, (opening, signer) in made.items()
    ]
    value = json.loads(last.data)
    record = rosters.after(organisation, last, people=[*value["people"], *entries], **changes)
    with at["lawyer-1"].central.database.transaction() as session:
        assert roster_adoption.adopt(at["lawyer-1"].central, session, record)
    for person, (opening, signer) in made.items():
        at[person] = new_desk(at["lawyer-1"].central, organisation, homes, record, person, opening, signer)
    exchange(at)
    return record


def new_desk(
    central: Station,
    organisation: Organisation,
    homes: Path,
    record: SignedRecord,
    person: str,
    opening: OpeningKey,
    signer: Signer,
) -> Desk:
    settings = Settings(home=homes / f"of-{person}", role="desk", name=person)
    known = [organisation.roster, record]
    station = startup.create_station(settings, root=organisation.root.data, rosters=known, signing_seed=None)
    role = NEW[person]
    return Desk(station, Reader(id=person, role=role, audience=AUDIENCE_OF[role], key=opening, signer=signer), central)


def let_in(desk: Desk, *, day: date = TODAY, most: int = grants.MOST) -> LetIn:
    """One step of what goes on in the background (services/access/grant_job.py), over the first `most` gaps of all."""
    grants.require_may(desk.station, desk.reader)
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
        grants.require_all_seen(session, desk.annexes, day)
        found = gaps.gaps(desk.station, session, desk.reader, desk.annexes, at=day)
        chosen = list(islice(found, most))
        left = {gap.tid for gap in found}
    given = grants.close(desk.station, desk.reader, chosen, day)
    return LetIn(heads=given, testimonies=len({gap.tid for gap in chosen if gap.part != PART}), left=len(left))


def lacking(desk: Desk) -> dict[str, int]:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
        found = grants.colleagues(desk.station, session, desk.reader, desk.annexes, at=TODAY)
    return {one.id: one.testimonies for one in found}


def opens(desk: Desk, tid: str) -> set[str]:
    return {one.part for one in desk.open(tid).compartments if one.closed is None}
