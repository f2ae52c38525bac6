"""Verification of an archive from its bytes alone."""
