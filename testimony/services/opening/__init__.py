"""Open sealed parts with a reader's key, in memory."""
