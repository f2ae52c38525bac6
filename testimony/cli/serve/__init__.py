"""The command that starts a station's server."""
