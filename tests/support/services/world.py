"""What the services' tests say often: the world of the sync tests, and sentences about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming, Outcome, Status
from testimony.station.station import Station
from tests.support.sync import world
from tests.support.sync.world import PARTS, incoming, objects_of, tid_of

__all__ = ["PARTS", "World", "entries", "incoming", "names", "objects_of", "record", "said", "take", "tid_of"]

DAY = "2026-11-24"


class World(world.World):
    """Adds the code in the witness's hand, and the statements of other kinds."""

    def __init__(self, folder: Any) -> None:
        super().__init__(folder)
        self.code = Signer.generate()

    def coded(self, **changes: Any) -> SealedTestimony:
        """A testimony whose witness has a withdrawal code."""
        key = self.code.public_keys[0].pub.hex()
        return self.seal({part: Content("application/json", b"{}") for part in PARTS}, withdraw=key, **changes)

    def withdrawal(
        self, sealed: SealedTestimony, scope: str | Iterable[str] = "all", *, signer: Signer | None = None
    ) -> SignedRecord:
        """By the code, unless somebody else signs."""
        return statements.withdrawal(tid=tid_of(sealed), scope=scope, day=DAY, signer=signer or self.code)

    def annex(self, sealed: SealedTestimony) -> annex.SealedAnnex:
        audiences = {"lawyers": (self.chain.recipients("lawyers"), 4)}
        return annex.seal_annex(
            b"{}",
            tid=tid_of(sealed),
            day=DAY,
            roster=self.chain.latest.sha256,
            audiences=audiences,
            signer=self.lawyer_signer,
        )

    def without(self, name: str) -> SignedRecord:
        """The next roster, in which the device or person `name` is revoked."""
        value = self.successor()
        for one in (*value["devices"], *value["people"]):
            if one["id"] == name:
                one["status"] = "revoked"
        return self.next_roster(devices=value["devices"], people=value["people"])


def record(signed: SignedRecord) -> Incoming:
    return Incoming("record", signed.encode())


def take(station: Station, *items: Incoming | SignedRecord | SealedTestimony | bytes) -> Outcome:
    """Take these in, as one batch."""
    batch: list[Incoming] = []
    for item in items:
        if isinstance(item, SealedTestimony):
            batch += incoming(item)
        elif isinstance(item, SignedRecord):
            batch.append(record(item))
        else:
            batch.append(Incoming("object", item) if isinstance(item, bytes) else item)
    return take_in(station, batch)


def said(outcome: Outcome) -> list[str]:
    """Each status, with its rule if refused."""
    return [_short(status) for status in outcome.statuses]


def _short(status: Status) -> str:
    return f"refused: {status.rule}" if status.status == "refused" else status.status


def names(sealed: SealedTestimony) -> set[str]:
    """Of all heads and bodies."""
    return world.all_names(sealed)


def entries(station: Station) -> list[tuple[str, str]]:
    """(kind, ref) of every entry of the log, rosters left out."""
    with station.database.reading() as session:
        found = [SignedRecord(data, ()).value for _, data in custody_log.entries(session, 0, 1000)]
    return [(value["kind"], value["ref"]) for value in found if value["kind"] != "roster"]
