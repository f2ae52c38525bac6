"""Key files, passphrases, recovery shares, draft shares, withdrawal codes."""
