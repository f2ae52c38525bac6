"""Backing a station up and restoring it."""
