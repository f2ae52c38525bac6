"""Pages for the reader's key, access, and sync with headquarters."""
