"""All tables, for who needs the whole schema: migrations, and the test that compares them."""

from __future__ import annotations

from testimony.store.models import (
    accounts,
    administrators,
    alarms,
    codes,
    deliveries,
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

__all__ = [
    "accounts",
    "administrators",
    "alarms",
    "codes",
    "deliveries",
    "log",
    "metadata",
    "nonces",
    "outbox",
    "proposals",
    "records",
    "sessions",
    "shares",
    "suspensions",
    "uploads",
]

metadata = Base.metadata
