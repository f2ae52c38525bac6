"""Facts as stations kept them up to revision 0012, by name, and the rows that they are since."""

from __future__ import annotations

from typing import Any

from testimony.store.sql.metadata import metadata

A, B = "a" * 16, "b" * 16  # nodes, readers
C, D = "c" * 16, "d" * 16  # centrals
ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32  # incarnations and epochs
X, Y = "f" * 56 + "01234567", "0" * 64  # records and objects
DAY, BEFORE = "2026-11-24", "2026-11-23"

FACTS = {
    "incarnation": ONE,
    "restored": TWO,
    f"left-{ONE}": C,
    f"left-{TWO}": D,
    f"epoch-{C}": ONE,
    f"epoch-{D}": TWO,
    f"offered-to-{C}": ONE,
    f"read-says-{C}": "9007199254740991",
    f"forked-{C}": f"{DAY} !0123456789abcde",
    "quarantined": DAY,
    "greeted": "9007199254740991",
    f"lives-{A}": ONE,
    f"lives-{B}": TWO,
    f"quarantine-{A}": f"two {DAY}",
    f"offered-{A}": THREE,
    f"life-{A}-{ONE}": f"9007199254740991 {X} {BEFORE} {DAY}",
    f"life-{A}-{TWO}": f"0 {Y} {DAY} {DAY}",
    f"life-{B}-{TWO}": f"7 {Y} {BEFORE} {BEFORE}",
    f"node-stands-{A}": '{"clock":-125,"day":"2026-11-24","floor":500,"free":99999999,"media":0,"waiting":41}',
    f"node-stands-{B}": '{"carried":true,"day":"2026-11-23","waiting":0}',
    f"node-has-{A}": '{"form":"borders@2","roster":9,"software":"1.4.0+local","until":"2027-02-01","wordings":3}',
    f"node-has-{B}": "{}",
    f"read-by-{A}": "812",
    f"read-by-{B}": "9007199254740991",
    f"bundle-from-{A}": "0",
    "exchanged": DAY,
    "clock": "-300",
    "link-rate": "12500000000",
    "metered": "yes",
    "media-now": "no",
    "backed-up": BEFORE,
    "integrity": f"{DAY} damaged",
    "rehashed": X,
    "probe": "1",
    f"damaged:{X[:56]}": f"{X} {DAY}",
    f"damaged:{Y[:56]}": f"{Y} {BEFORE}",
    "in-part": f"{DAY} 812",
    f"refused:{X[:56]}": f"{X} {DAY} signer.inactive",
    f"refused:{Y[:56]}": f"{Y} {BEFORE} other",
    f"rejected-{BEFORE}-not.named": "2",
    f"rejected-{DAY}-signer.inactive": "3",
    f"turned-away-{A}-{DAY}-signer.inactive": "3",
    f"quota-{A}": f"{DAY} 17 9007199254740991",
    f"quota-{B}": f"{BEFORE} 0 12",
    f"waiting-{A}": f"{DAY} 100",
    f"asked-{A}": f"{DAY} 50",
    "stamps-set-up": f"{BEFORE} 0123456789abcdef",
    "unkept-stamp": f"{DAY} imprint",
    "unkept-cosigned": f"{BEFORE} form",
    "ledger": X,
    f"leaving:{THREE}": ONE,
    "alarm-mail": '{"error":"password-open","next":1790000600,"sent":1790000000,"tries":9999}',
}
assert max(map(len, FACTS)) <= 64
assert max(map(len, FACTS.values())) <= 128


def _of(table: str, *rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    """`rows` in the order of their keys, each with the values in the order of the model's columns."""
    columns = metadata.tables[table].columns.keys()
    return [dict(zip(columns, row, strict=True)) for row in rows]


TYPED = {
    "station_epoch": [{"id": 1, "epoch": ONE, "unserved": TWO}],
    "left_epochs": _of("left_epochs", (ONE, C), (TWO, D)),
    "centrals": [
        {
            "central": C,
            "epoch": ONE,
            "offered": ONE,
            "lawyers_read": 2**53 - 1,
            "forked_since": DAY,
            "fork": "!0123456789abcde",
        },
        {"central": D, "epoch": TWO, "offered": None, "lawyers_read": None, "forked_since": None, "fork": None},
    ],
    "standing": [{"id": 1, "quarantined_since": DAY, "told_size": 2**53 - 1}],
    "nodes": [
        {"node": A, "incarnation": ONE, "quarantine": "two", "quarantined_since": DAY, "offered": THREE},
        {"node": B, "incarnation": TWO, "quarantine": None, "quarantined_since": None, "offered": None},
    ],
    "node_incarnations": _of(
        "node_incarnations",
        (A, ONE, 2**53 - 1, X, BEFORE, DAY),
        (A, TWO, 0, Y, DAY, DAY),
        (B, TWO, 7, Y, BEFORE, BEFORE),
    ),
    "node_states": [
        {
            "node": A,
            "day": DAY,
            "carried": False,
            "clock": -125,
            "waiting": 41,
            "media": 0,
            "free": 99_999_999,
            "floor": 500,
        },
        {
            "node": B,
            "day": BEFORE,
            "carried": True,
            "clock": None,
            "waiting": 0,
            "media": None,
            "free": None,
            "floor": None,
        },
    ],
    "node_software": [
        {
            "node": A,
            "software": "1.4.0+local",
            "form": "borders@2",
            "until": "2027-02-01",
            "roster": 9,
            "wordings": 3,
        },
        {"node": B, "software": None, "form": None, "until": None, "roster": None, "wordings": None},
    ],
    "log_readers": [{"kid": A, "read": 812, "asked": 0}, {"kid": B, "read": 2**53 - 1, "asked": None}],
    "link": [
        {
            "id": 1,
            "exchanged": DAY,
            "clock_ahead": -300,
            "bytes_a_second": 12_500_000_000,
            "metered": True,
            "media_once": False,
        }
    ],
    "maintenance": [
        {"id": 1, "backed_up": BEFORE, "checked": DAY, "unsound": True, "rehashed": X, "probe": True},
    ],
    "damaged_objects": _of("damaged_objects", (Y, BEFORE), (X, DAY)),
    "outbox_state": [{"id": 1, "day": DAY, "arrival": 812}],
    "outbox_refusals": _of("outbox_refusals", (Y, BEFORE, "other"), (X, DAY, "signer.inactive")),
    "rejection_counts": _of(
        "rejection_counts",
        ("", BEFORE, "not.named", 2),
        ("", DAY, "signer.inactive", 3),
        (A, DAY, "signer.inactive", 3),
    ),
    "quotas": [
        {"kid": A, "kind": "question", "day": DAY, "number": 50, "size": 0},
        {"kid": A, "kind": "upload", "day": DAY, "number": 17, "size": 2**53 - 1},
        {"kid": A, "kind": "withdrawal", "day": DAY, "number": 100, "size": 0},
        {"kid": B, "kind": "upload", "day": BEFORE, "number": 0, "size": 12},
    ],
    "timestamp_authority": [{"id": 1, "since": BEFORE, "authority": "0123456789abcdef"}],
    "witness_failures": _of("witness_failures", ("cosigned", BEFORE, "form"), ("stamp", DAY, "imprint")),
    "ledger": [{"id": 1, "accepted": X}],
    "departures": [{"batch": THREE, "incarnation": ONE}],
    "alarm_mail": [{"id": 1, "sent": 1_790_000_000, "next": 1_790_000_600, "tries": 9999, "error": "password-open"}],
}
LATER = {"running": [{"id": 1, "boot": "b" * 36, "seconds": 1_209_600, "total": 2_419_200}]}
"""Tables of later revisions that hold one row at most."""
GIVEN = {"facts": [{"name": name, "value": value} for name, value in sorted(FACTS.items())], **TYPED, **LATER}
