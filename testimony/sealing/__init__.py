"""The format testimony/1: sealing, signing, opening and verifying. It handles bytes only."""
