"""Invented testimonies in any number, for releases: each of another person, in one of two months."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.station.station import Station

NOW = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
AGES = ("a18to24", "a25to34", "a35to44", "a45to59", "a60plus")
PEOPLE = list(itertools.product(AGES, ("m", "f"), ("SYR", "AFG", "IRQ")))


def told(number: int, purposes: Sequence[str] = ("P01", "P06", "P07"), **incident: Any) -> dict[str, Any]:
    """One account; `incident` overrides its answers."""
    age, gender, nationality = PEOPLE[number % len(PEOPLE)]
    base = {**demo.invented()[0], "also": []}
    month = f"2025-{7 + number % 2:02}-10"
    happened = {"w_age": age, "w_gender": gender, "w_nat": nationality, "i_date": month, "v_acts": ["beat"]}
    return {**base, "purposes": list(purposes), "incident": {**base["incident"], **happened, **incident}}


def bring(
    organisation: Organisation,
    station: Station,
    accounts: Sequence[dict[str, Any]],
    *,
    at: datetime = NOW,
    withdraw: str | None = None,
) -> list[SealedTestimony]:
    """Seal `accounts` and put them where `station` keeps what came. `withdraw`: the key of the witness's code."""
    chain = RosterChain(organisation.root, [organisation.roster])
    sealed = [
        demo.seal_invented(organisation, chain, one, number=number, taken_down=at, withdraw=withdraw)
        for number, one in enumerate(accounts)
    ]
    for one in sealed:
        outcome = take_in(station, demo.incoming(one))
        assert {status.status for status in outcome.statuses} == {"stored"}
    return sealed
