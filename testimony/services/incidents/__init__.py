"""Testimonies that report the same incident or person."""
