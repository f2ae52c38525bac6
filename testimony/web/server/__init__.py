"""Servers of a station: HTTP, TLS, metrics."""
