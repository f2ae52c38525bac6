"""Diagnose a station with what the central server answers just now."""
