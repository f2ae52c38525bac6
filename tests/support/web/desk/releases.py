"""The day on which releases are tested."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
