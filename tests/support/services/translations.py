"""Testimonies to translate, and forged translations."""

from __future__ import annotations

from typing import Any

from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from tests.support.services.desks import TODAY, Desk, testimony_at


def manifest(desk: Desk, tid: str) -> str:
    return desk.open(tid).manifest


def fetched(at: dict[str, Desk], organisation: Organisation) -> str:
    tid = testimony_at(at["lawyer-1"].central, organisation, "P01", "P04", "P06")
    for desk in at.values():
        desk.exchange()
    return tid


def forge(desk: Desk, tid: str, content: dict[str, Any]) -> None:
    record, items = consent_acts.seal_content(desk.station.chain.latest, desk.reader, tid, content, day=TODAY)
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)
