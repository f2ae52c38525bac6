"""Verifying an archive with nothing but its bytes."""
