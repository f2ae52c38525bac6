"""Count what the holder of a reader's key could open, from manifests and grants, without using the key."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.annex import PART
from testimony.services.opening import compartments
from testimony.services.records import queries as record_queries
from testimony.services.roster.history import Holder


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Upper bounds: a head does not show for whom it is, and may be a decoy where the witness said no.

    `sealed`: testimonies taken while the roster named the key; `granted`: others to which the holder got access in that
    time; `gone`: how many of both were withdrawn here. `first`, `last`: their days, empty if there are none.
    """

    sealed: int = 0
    granted: int = 0
    gone: int = 0
    annexes: int = 0
    first: str = ""
    last: str = ""

    @property
    def testimonies(self) -> int:
        return self.sealed + self.granted


def exposure(session: Session, holder: Holder) -> Exposure:
    """Count over all manifests, grants and annexes here. Reads each of them."""
    named = {roster.sha256 for roster in holder.rosters}
    days: dict[str, str] = {}
    others: dict[str, tuple[str, str]] = {}  # manifest -> (testimony, day)
    for record in _of_kind(session, "manifest"):
        manifest = compartments.parsed(record)
        if not any(holder.audience in entry.heads for entry in manifest.parts):
            continue
        if manifest.roster in named:
            days[manifest.tid] = manifest.day
        else:
            others[record.id] = (manifest.tid, manifest.day)
    sealed = len(days)
    begun = min(roster.issued for roster in holder.rosters)
    for grant in _of_kind(session, "grant"):
        about = str(grant.value["manifest"])
        if grant.value["part"] != PART and about in others and str(grant.value["day"]) >= begun:
            days[others[about][0]] = others[about][1]
    return Exposure(
        sealed=sealed,
        granted=len(days) - sealed,
        gone=sum(1 for tid in days if not record_queries.is_served(session, tid)),
        annexes=_annexes(session, holder, begun),
        first=min(days.values(), default=""),
        last=max(days.values(), default=""),
    )


def _annexes(session: Session, holder: Holder, begun: str) -> int:
    """Count the annexes sealed to that audience since the key came."""
    found = (record.value for record in _of_kind(session, "annex"))
    return sum(1 for one in found if one["day"] >= begun and holder.audience in one["part"]["heads"])


def _of_kind(session: Session, kind: str) -> list[SignedRecord]:
    found: list[SignedRecord] = []
    after = -1
    while page := record_queries.records_of_kind(session, kind, after=after):
        after = page[-1][0]
        found += [record for _, record in page]
    return found
