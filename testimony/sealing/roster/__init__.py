"""Rosters, the chain of them, and everything that changes a roster."""
