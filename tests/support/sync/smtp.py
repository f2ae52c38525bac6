"""Invented addresses of an e-mail."""

from __future__ import annotations

FROM, TO = "alarms@watch.example", "vera@watch.example"
