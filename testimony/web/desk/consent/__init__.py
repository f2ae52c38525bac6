"""Pages for consent after the interview."""
