"""Format testimony/1: sealing, signing, opening and proving. Knows only bytes."""
