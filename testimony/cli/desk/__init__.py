"""Commands for what a reader does: open, verify, archive, case file."""
