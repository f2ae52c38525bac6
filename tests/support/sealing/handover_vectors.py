"""The vectors of hand-overs: each statement with its signatures, by keys that everybody may know.

`python -m tests.support.sealing.handover_vectors` writes them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import handover
from testimony.sealing.statements.handover import INTERVIEW, WITHDRAWN, Offer

FILE: Final = Path(__file__).parents[2] / "vectors" / "handover.json"
GIVER, TAKER = "a" * 64, "b" * 64
DAY: Final = "2026-01-20"
SEEDS: Final = {"lawyer-1": bytes([1]) * 32, "lawyer-2": bytes([2]) * 32, "lawyer-there": bytes([3]) * 32}


def offered() -> Offer:
    return Offer(
        id="1" * 32,
        organisation=GIVER,
        to=TAKER,
        recipient="river-network",
        tid="2" * 32,
        manifest="c" * 64,
        consent=INTERVIEW,
        day=DAY,
    )


def records() -> dict[str, SignedRecord]:
    """Each kind of statement."""
    one, two, there = (Signer(seed) for seed in SEEDS.values())
    data = offered().encode()
    said = {"handover": canonical.sha256_hex(data), "day": DAY}
    return {
        "offer": SignedRecord(data, (handover.sign_offer(data, one), handover.sign_offer(data, two))),
        "taken": handover.answer(**said, organisation=TAKER, taken=True, reason="", signer=there),
        "refused": handover.answer(**said, organisation=TAKER, taken=False, reason="Not our field.", signer=there),
        "end": handover.end(**said, organisation=GIVER, to=TAKER, signer=one),
        "ended": handover.ended(**said, organisation=TAKER, state=WITHDRAWN, signer=there),
    }


def written() -> str:
    keys = {name: [key.describe() for key in Signer(seed).public_keys] for name, seed in SEEDS.items()}
    value: dict[str, Any] = {
        "seeds": {name: seed.hex() for name, seed in SEEDS.items()},
        "keys": keys,
        "records": {name: record.encode().decode() for name, record in records().items()},
        "names": {name: record.id for name, record in records().items()},
    }
    return json.dumps(value, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
