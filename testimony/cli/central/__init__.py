"""Commands for the central server."""
