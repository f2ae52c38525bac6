"""Back up a station and restore it."""
