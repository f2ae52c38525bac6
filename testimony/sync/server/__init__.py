"""The server side of sync."""
