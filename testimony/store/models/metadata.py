"""Imports all tables, for code that needs the whole schema: migrations and the test that compares them."""

from __future__ import annotations

from testimony.store.models import (
    accounts,
    administrators,
    alarms,
    centrals,
    codes,
    deliveries,
    epochs,
    ledger,
    link,
    log,
    maintenance,
    nodes,
    nonces,
    outbox,
    proposals,
    quotas,
    readership,
    records,
    rejections,
    sessions,
    shares,
    suspensions,
    uploads,
    witnesses,
)
from testimony.store.models.base import Base

__all__ = [
    "accounts",
    "administrators",
    "alarms",
    "centrals",
    "codes",
    "deliveries",
    "epochs",
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
]

metadata = Base.metadata
