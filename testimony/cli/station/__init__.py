"""Commands for one station: set up, back up, check, synchronise, certificates."""
