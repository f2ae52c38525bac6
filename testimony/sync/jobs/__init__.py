"""Background jobs of a station's sync."""
