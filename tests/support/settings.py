"""Days, costs and waiting times that tests have in common."""

from __future__ import annotations

from datetime import date

ISSUED = date(2026, 1, 5)


FAST = 10  # scrypt N = 2^10 for key files: nothing here is secret


PATIENCE = 30_000  # milliseconds until a page that does not show what it should has failed
