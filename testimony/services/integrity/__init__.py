"""Looking a home through for damage without changing it."""
