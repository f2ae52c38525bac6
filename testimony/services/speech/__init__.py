"""What engines write at a lawyer's desk in child processes, with the organisation's own models."""
