"""Recordings written down at a lawyer's desk, by an engine in a child process, with the organisation's own models."""
