"""Shared by tests: smtp."""

from __future__ import annotations

FROM, TO = "alarms@watch.example", "vera@watch.example"
