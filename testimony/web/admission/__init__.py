"""The door of a station that waits to be admitted: its words for everybody, the bundle for whoever started it."""
