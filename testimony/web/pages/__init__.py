"""Pages that several kinds of station have."""
