"""Check a home for damage without changing it."""
