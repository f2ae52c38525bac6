"""Sealing a testimony: compartments, media, attestation, annexes."""
