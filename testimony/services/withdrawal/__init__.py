"""Enforce withdrawals at a station: suspend, destroy, replay after a restore."""
