"""Testimony: sealed testimonies from the border to the lawyer's desk, offline first."""

__version__ = "0.9.0"
