"""The command that serves a station."""
