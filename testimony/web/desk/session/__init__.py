"""Pages for the reader's key, access, and exchange with headquarters."""
