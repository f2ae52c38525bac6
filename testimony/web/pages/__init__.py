"""Pages that several kinds of stations share."""
