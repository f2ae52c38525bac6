"""Signed records and their sealed objects at rest: validate, store, find, read back, scrub."""
