"""Serving: HTTP, TLS, metrics."""
