"""Imports all tables, for code that needs the whole schema: migrations and the test that compares them."""

from __future__ import annotations

from testimony.store.models import (
    accounts,
    administrators,
    alarms,
    codes,
    deliveries,
    kept,
    log,
    nonces,
    outbox,
    proposals,
    records,
    sessions,
    shares,
    suspensions,
    uploads,
)
from testimony.store.models.base import Base
from testimony.store.state import (
    centrals,
    clocks,
    epochs,
    ledger,
    link,
    maintenance,
    nodes,
    quotas,
    readership,
    rejections,
    witnesses,
    wrong_sentences,
)

__all__ = [
    "accounts",
    "administrators",
    "alarms",
    "centrals",
    "clocks",
    "codes",
    "deliveries",
    "epochs",
    "kept",
    "ledger",
    "link",
    "log",
    "maintenance",
    "metadata",
    "nodes",
    "nonces",
    "outbox",
    "proposals",
    "quotas",
    "readership",
    "records",
    "rejections",
    "sessions",
    "shares",
    "suspensions",
    "uploads",
    "witnesses",
    "wrong_sentences",
]

metadata = Base.metadata
