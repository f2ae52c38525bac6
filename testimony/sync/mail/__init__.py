"""Sending an alarm by e-mail."""
