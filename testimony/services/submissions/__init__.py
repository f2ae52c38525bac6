"""What goes with a case: forms, annexes, covering notes."""
