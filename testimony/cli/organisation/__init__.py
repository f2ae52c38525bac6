"""Commands for headquarters: organisation, roster, keys, ceremonies."""
