"""Granting access to readers who came later, and the recovery key."""
