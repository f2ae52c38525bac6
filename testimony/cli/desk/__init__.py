"""Commands for readers: open, verify, archive, case file."""
