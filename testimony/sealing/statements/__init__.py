"""Signed statements: consent events, withdrawals, grants, ceremonies."""
