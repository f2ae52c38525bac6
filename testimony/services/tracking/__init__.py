"""Track how far a record or a withdrawal has come."""
