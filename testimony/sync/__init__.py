"""Sync between stations: messages, HTTP, client, server, USB stick bundles, sealed backups and background jobs."""
