"""Documents for a case: forms, annexes, covering notes."""
