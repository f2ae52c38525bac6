"""The ledger of releases at a coordinator's desk: read its state from the annexes that open here, and add entries.

Nothing leaves before its LEAVE is in the `batches` of a ledger that was read after a sync. Each entry names the one
before it, so read the ledger again after each entry that is written.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from testimony.anonymity.profile import Profile
from testimony.anonymity.validity import Preset
from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger.acts import Act, Reason
from testimony.domain.ledger.batch import ClassMembers, Contents
from testimony.domain.ledger.ledger import Ledger, LedgerBatch, Stage
from testimony.domain.ledger.rules import name_of_profile, require_clock, require_published
from testimony.domain.roles import Role
from testimony.services.consent import acts as consent_acts
from testimony.services.custody import split_view
from testimony.services.ledger import order as ledger_order
from testimony.services.ledger.entries import Entries, require_same_story
from testimony.services.ledger.invariant import invariant, require_may_hand_out, require_no_twin
from testimony.services.ledger.writer import Proposal, Writer, Written
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.store.state import ledger as state_ledger

__all__ = [
    "ClassMembers", "Contents", "Ledger", "LedgerBatch", "Proposal", "Reason", "Stage", "approve", "auxiliary",
    "cancel", "ended", "handed", "invariant", "leave", "name_of_profile", "new_name", "open_", "pin", "propose", "read",
    "recall", "refused", "remember", "require_clock", "require_may_hand_out", "revoked",
]  # fmt: skip


def new_name() -> str:
    """A new name for a batch: 16 random bytes in hex."""
    return os.urandom(16).hex()


def read(station: Station, session: Session, reader: Reader, index: AnnexIndex) -> Ledger:
    """The state of the ledger here. Refreshes `index`.

    Raises `LedgerIncomplete`, `LedgerForked`, `LogForked`, `LedgerRefused("role")` for anybody but a coordinator.
    """
    if reader.role is not Role.COORDINATOR:
        raise LedgerRefused("role")
    split_view.require_one_story(station.chain, session)
    index.refresh(station, session, reader)
    entries = Entries(station.chain, session, index)
    found = entries.fold()
    ledger_order.require_complete(station.chain, session, index, entries.named, found.settled)
    require_same_story(session, found, entries.prevs)
    return found


def remember(station: Station, ledger: Ledger) -> None:
    """Store which entries this desk has accepted, in its own transaction, so that a different order is noticed.

    Every function that writes calls it. A caller that only shows the ledger should call it too.
    """
    if ledger.head:
        with station.database.transaction() as session:
            state_ledger.edit(session).accepted = ledger.head


def open_(station: Station, reader: Reader, ledger: Ledger, floor: Preset, *, day: date) -> str:
    """Open the organisation's ledger with the weakest preset that any release may use. Returns the name of the record.

    This function and those below raise `LedgerRefused`, `ReleaseClock`, `StationKeyless`, and then nothing was written.
    """
    said = {"preset": floor.id, "k": floor.k, "m": floor.m, "alpha": round(floor.alpha * 1_000_000)}
    return _say(station, reader, ledger, Act.OPEN, {"key": os.urandom(32).hex(), "floor": said}, day)


def pin(station: Station, reader: Reader, ledger: Ledger, profile: Profile, *, day: date) -> str:
    """Pin the tiers for future batches, replacing those that its preset had."""
    return _say(station, reader, ledger, Act.PROFILE, {"profile": profile.value}, day)


def propose(station: Station, reader: Reader, ledger: Ledger, proposal: Proposal, *, day: date) -> str:
    """Propose a batch. Its contents are written in as many annexes as needed."""
    writer = Writer(reader=reader, roster=station.chain.latest, ledger=ledger, day=day)
    return _keep(station, reader, ledger, writer.batch(proposal), day)


def approve(station: Station, reader: Reader, ledger: Ledger, batch: str, *, day: date) -> str:
    """Confirm that this desk made the same bytes from its own data. Must be another person than the proposer."""
    require_no_twin(ledger, ledger.ahead.batches.get(batch))
    return _say(station, reader, ledger, Act.APPROVE, {"batch": batch}, day)


def leave(
    station: Station, reader: Reader, ledger: Ledger, batch: str, recipients: Collection[str], *, day: date
) -> str:
    """Order an approved batch to leave for `recipients`. Bytes are handed out after the order came back: see
    `may_hand_out`.
    """
    require_no_twin(ledger, ledger.ahead.batches.get(batch))
    return _say(station, reader, ledger, Act.LEAVE, {"batch": batch, "recipients": sorted(recipients)}, day)


def cancel(station: Station, reader: Reader, ledger: Ledger, batch: str, *, day: date) -> str:
    """Cancel a batch that has not left, or one that this person ordered to leave and did not hand out."""
    return _say(station, reader, ledger, Act.CANCEL, {"batch": batch}, day)


def recall(
    station: Station,
    reader: Reader,
    ledger: Ledger,
    class_id: str,
    reason: Reason,
    *,
    wanted: Collection[str] = (),
    day: date,
) -> str:
    """Recall a class; or, if members are `wanted` (pseudonyms), these within a random cohort that is large enough."""
    said = {"class": class_id, "reason": str(reason), "wanted": sorted(wanted)}
    return _say(station, reader, ledger, Act.RECALL, said, day)


def handed(
    station: Station, reader: Reader, ledger: Ledger, batch: str, recipient: str, sha256: str, *, day: date
) -> str:
    """Record that the bytes were handed out. Raises `LedgerRefused` unless `may_hand_out`."""
    require_may_hand_out(ledger, reader, batch, recipient, sha256)
    said = {"batch": batch, "recipient": recipient, "sha256": sha256}
    return _say(station, reader, ledger, Act.HANDED, said, day)


def refused(
    station: Station, reader: Reader, ledger: Ledger, reason: str, counts: Mapping[str, int], *, day: date
) -> str:
    """Record that a build gave nothing that may leave, and why: a code, and counts by code."""
    return _say(station, reader, ledger, Act.REFUSED, {"reason": reason, "counts": dict(counts)}, day)


def auxiliary(station: Station, reader: Reader, ledger: Ledger, members: Collection[str], *, day: date) -> str:
    """Record that the organisation published the accounts of these testimonies (pseudonyms): their coded versions
    wait.
    """
    return _say(station, reader, ledger, Act.AUXILIARY, {"members": sorted(members)}, day)


def revoked(station: Station, reader: Reader, ledger: Ledger, member: str, *, class_id: str = "", day: date) -> str:
    """Record that a testimony (pseudonym) was withdrawn after its class had left. Recording it twice has no further
    effect.

    `class_id`: which one, if it left in two branches of the ledger.
    """
    class_id = class_id or ledger.published.get(member, "")
    require_published(ledger.state, class_id)
    return _say(station, reader, ledger, Act.REVOKED, {"class": class_id, "member": member}, day)


def ended(
    station: Station,
    reader: Reader,
    ledger: Ledger,
    class_id: str,
    member: str,
    recipients: Collection[str],
    *,
    day: date,
) -> str:
    """Record the same if the use was withdrawn only for these recipients, who were sent the class."""
    require_published(ledger.state, class_id)
    said = {"class": class_id, "member": member, "recipients": sorted(recipients)}
    return _say(station, reader, ledger, Act.ENDED, said, day)


def _say(station: Station, reader: Reader, ledger: Ledger, act: Act, said: Mapping[str, Any], day: date) -> str:
    writer = Writer(reader=reader, roster=station.chain.latest, ledger=ledger, day=day)
    return _keep(station, reader, ledger, writer.entry(act, said), day)


def _keep(station: Station, reader: Reader, ledger: Ledger, written: Written, day: date) -> str:
    consent_acts.keep(station, reader, written.items, [("said", written.name)], day)
    remember(station, ledger)
    return written.name
