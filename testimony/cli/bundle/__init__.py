"""Commands for exchange by removable medium."""
