"""Facts about the link to central: last sync, speed, metered connections, clock skew."""
